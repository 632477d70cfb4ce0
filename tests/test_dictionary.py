"""The data dictionary says what the declaration and the data say."""

import json
import shutil

import pytest

from evidence_review.dictionary import describe_data


@pytest.fixture(scope="module")
def text(root) -> str:
    return describe_data(root)


def test_the_committed_dictionary_is_in_step_with_the_data(root, text):
    committed = (root / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert committed == text, "run `python -m evidence_review readme`"


def test_every_column_has_its_line_with_type_unit_range_and_source(text):
    expected = (
        "| `n_treated` | Treated | integer, people, ≥ 1 |  | Patients who had the course |",
        "| `percent` | Percentage | number, %, ≥ 0, ≤ 100 |  | Percentage as printed |",
        "| `sex` | Sex | string, from [sex](#vocabulary-sex) |  | Sex as reported |",
        "| `case_id` | Patient | string, from [cases](#cases).id | yes | Row in cases |",
    )
    for line in expected:
        assert line in text.splitlines()


def test_a_term_is_counted_over_all_columns_that_take_it(root, text, evidence):
    count = sum(
        (evidence.tables[table]["setting"] == "home").sum()
        for table in ("treatments", "complications", "statement_positions")
    )
    part = text[text.index("### Vocabulary setting") :]
    line = next(line for line in part.splitlines() if line.startswith("| `home` | "))
    assert line.endswith(f"| {count} |")


def test_a_bar_in_a_description_stays_in_its_cell(root, tmp_path):
    shutil.copytree(root / "data", tmp_path / "data")
    path = tmp_path / "data" / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    package["resources"][0]["schema"]["fields"][0]["description"] = "one | other"
    path.write_text(json.dumps(package), encoding="utf-8")
    assert "| one \\| other |" in describe_data(tmp_path)
