"""Another review begins with the columns and rules of this one, and with none of its rows."""

import json

import pytest

from evidence_review import __main__ as commands
from evidence_review import start, validation
from evidence_review.evidence import read_package
from evidence_review.findings import BadInput


@pytest.fixture(scope="module")
def begun(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("start") / "corns"
    start.start_review(root, folder, "corns")
    return folder


def test_only_the_bibliography_is_wanting(begun):
    [finding] = validation.validate(begun)
    assert (finding.file, finding.problem) == ("references.bib", "the file is missing")


def test_every_table_has_its_columns_and_only_vocabularies_of_method_their_terms(root, begun):
    for resource in read_package(root)["resources"]:
        made = (begun / "data" / resource["path"]).read_text(encoding="utf-8").splitlines()
        first = (root / "data" / resource["path"]).read_text(encoding="utf-8").splitlines()
        assert made[0] == first[0]
        assert len(made) == (len(first) if resource.get("of_method") else 1), resource["name"]


def test_the_new_subject_stands_where_the_first_stood(root, begun):
    first, package = read_package(root), read_package(begun)
    text = json.dumps(package) + "".join(
        path.read_text(encoding="utf-8") for path in (begun / "data").rglob("*.csv")
    )
    assert first["subject"] not in text.lower()
    assert package["subject"] == "corns"
    [relation] = [f["title"] for f in package["resources"][0]["schema"]["fields"][1:2]]
    assert relation == "Relation to corns"


def test_rules_that_ask_for_a_term_of_the_first_subject_stay_behind(root, begun):
    before, after = ({r["name"] for r in read_package(f)["rules"]} for f in (root, begun))
    assert "affected-within-exposed" in after and "complete-agrees" in after
    assert "organism-of-an-infection" in before - after


@pytest.mark.parametrize("subject", ["", "  ", "12"])
def test_a_subject_is_named_in_words(root, tmp_path, subject):
    with pytest.raises(BadInput, match="names no subject"):
        start.start_review(root, tmp_path / "new", subject)
    assert not (tmp_path / "new").exists()


def test_nothing_is_written_where_something_is(root, tmp_path, monkeypatch, capsys):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    monkeypatch.chdir(root)
    assert commands.main(["start", str(tmp_path), "corns"]) == 1
    assert "something is there already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_table_may_only_be_empty_where_that_is_declared(root, begun, tmp_path):
    package = read_package(begun)
    start.start_review(root, tmp_path / "new", "corns")
    package["may_be_empty"].remove("cases")
    text = json.dumps(package)
    (tmp_path / "new" / "data" / "datapackage.json").write_text(text + "\n", encoding="utf-8")
    findings = {(f.file, f.problem) for f in validation.validate(tmp_path / "new")}
    assert ("data/cases.csv", "a header without rows") in findings


def test_only_a_declared_table_may_be_empty():
    package = {"resources": [], "may_be_empty": ["case"]}
    [finding] = validation.check_package(None, package)
    assert "may_be_empty names case" in finding.problem
