"""Loading: the tables have the types that the package declares, and missing stays missing."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from evidence_review import evidence as ev
from evidence_review.files import read_text
from evidence_review.findings import BadInput


def test_every_declared_table_is_loaded(evidence):
    assert list(evidence.tables) == [r["name"] for r in evidence.package["resources"]]


def test_a_table_is_indexed_by_its_key(evidence):
    assert evidence.tables["treatments"].index.name == "id"
    assert evidence.tables["treatments"].index.is_unique


def test_columns_have_the_declared_types(evidence):
    wanted = {"integer": "Int64", "number": "Float64", "boolean": "boolean"}
    for resource in evidence.package["resources"]:
        table = evidence.tables[resource["name"]].reset_index()
        for column in resource["schema"]["fields"]:
            if column["type"] in wanted:
                assert str(table[column["name"]].dtype) == wanted[column["type"]], column


def test_a_vocabulary_gives_categories_in_its_own_order(evidence):
    outcome = evidence.tables["treatments"]["outcome"]
    assert list(outcome.cat.categories) == list(evidence.vocabulary("outcome").index)


def test_an_empty_cell_is_missing_and_not_zero(evidence):
    silent = evidence.tables["treatments"].query("outcome.isna()")
    assert not silent.empty
    assert silent["n_complete"].isna().all()


def test_with_sources_brings_the_publication_along(evidence):
    courses = evidence.with_sources("treatments", "design")
    noto = courses.loc["noto2016plaque-t1"]
    assert noto["design"] == evidence.tables["sources"].loc["noto2016plaque", "design"]
    assert noto["label"] == "Noto 2016"


def test_titles_are_those_of_the_package(evidence):
    assert evidence.titles("treatments")["n_treated"] == "Treated"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A review with one table of two columns and no publication."""
    schema = {
        "fields": [{"name": "id", "type": "string"}, {"name": "n", "type": "integer"}],
        "primaryKey": ["id"],
    }
    package = {"resources": [{"name": "counts", "path": "counts.csv", "schema": schema}]}
    (tmp_path / "data").mkdir()
    (tmp_path / "data/datapackage.json").write_text(json.dumps(package))
    (tmp_path / "data/counts.csv").write_text("id,n\na,1\nb,\n")
    return tmp_path


def read(root: Path) -> pd.DataFrame:
    return ev.read_table(root, ev.read_package(root)["resources"][0])


def test_text_that_looks_like_missing_is_text(small):
    (small / "data/counts.csv").write_text("id,n\nNA,1\nNone,2\n")
    assert list(read(small).index) == ["NA", "None"]


def test_whole_numbers_stay_whole_beside_a_gap(small):
    assert list(read(small)["n"]) == [1, pd.NA]


@pytest.mark.parametrize(
    ("text", "said"),
    [("id\na\n", "the header is not id, n"), ("id,n\na,many\n", "column n: not all values")],
)
def test_a_wrong_file_is_named(small, text, said):
    (small / "data/counts.csv").write_text(text)
    with pytest.raises(BadInput, match=said) as error:
        read(small)
    assert "data/counts.csv" in str(error.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the file is missing"),
        (b"", "the file is empty"),
        (b"id,n\n\xff,1\n", "row 2: the text is not UTF-8"),
        (b"id,n\na,1,2\nb,1\n", "a row has more cells than the header"),
        (b"id,n\nb,1\na,1,2\n", r"it can't be read \(.*in line 3"),
        (b'id,n\n"a,1\n', r"it can't be read \(.*row 1"),
    ],
)
def test_a_table_that_is_none_is_one_message(small, content, said):
    path = small / "data/counts.csv"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(BadInput, match=said) as error:
        read(small)
    assert str(error.value).startswith("data/counts.csv") and "\n" not in str(error.value)


def test_a_table_that_nobody_may_open_is_one_message(small, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    text, [finding] = read_text(small, "data/counts.csv")
    assert text is None and "can't be opened (Permission denied)" in finding.problem


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "is missing"), (b"\xff", "not UTF-8"), (b"[]", "holds a list, not an object")],
)
def test_a_package_that_is_none_is_one_message(small, content, said):
    path = small / "data/datapackage.json"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(BadInput, match=said):
        ev.read_package(small)


def test_broken_json_is_named_with_its_line(small):
    (small / "data/datapackage.json").write_text('{\n"resources": [}\n')
    with pytest.raises(BadInput, match=r"datapackage.json, row 2"):
        ev.read_package(small)


def test_a_copy_of_the_repository_loads_as_well(root, tmp_path):
    shutil.copytree(root / "data", tmp_path / "data")
    shutil.copy(root / "references.bib", tmp_path)
    assert ev.load(tmp_path).root == tmp_path
