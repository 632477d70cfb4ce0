"""What changed in the findings: every change is named in words, with before and after."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from evidence_review import changes, synthesis
from evidence_review import evidence as ev


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Replace a text that stands once in a file."""
    path = folder / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), "utf-8")


def copy_review(source: Path, target: Path) -> Path:
    shutil.copytree(source / "data", target / "data")
    shutil.copy(source / "references.bib", target)
    return target


@pytest.fixture
def copied(made: ev.Evidence, tmp_path: Path) -> Path:
    return copy_review(made.root, tmp_path / "copy")


@pytest.fixture(scope="module")
def found(made: ev.Evidence) -> pd.DataFrame:
    return changes.list_findings(made)


@pytest.fixture
def compare(copied, found) -> Callable[[], pd.DataFrame]:
    """What differs in the findings of the edited copy, by finding."""

    def compare() -> pd.DataFrame:
        new = changes.list_findings(ev.load(copied))
        return changes.compare_findings(found, new).set_index("finding")

    return compare


# --- the findings


def test_every_finding_has_a_kind_a_name_and_a_value(found):
    assert set(found["kind"]) == set(changes.HEADINGS)
    assert found.index.is_unique
    assert (found[["finding", "value"]] != "").all(axis=None)
    assert list(found.columns) == changes.COLUMNS


@pytest.mark.parametrize(
    ("row", "kind", "finding", "value"),
    [
        ("conclusion q1", "conclusion", "Pared", "Pared corns are probably gone."),
        ("certainty q1", "certainty", "Pared", "fair"),
        ("verdict C8", "verdict", None, "denied by counts"),
        ("survey risk f1", "estimate", "corns in walkers (Funk 2001)", "15%"),
        ("rows cases", "count", "Rows of the table cases", "3 rows"),
        ("relation corns treated", "count", "Publications on: corns treated", "5 publications"),
        ("courses in courses, direct", "count", None, "8 courses"),
        ("harm risk h2", "estimate", "bleeding after laser: pulsed (Egan 2018)", "0%"),
    ],
)
def test_a_finding_says_what_the_summary_says(found, row, kind, finding, value):
    line = found.loc[row]
    assert (line["kind"], line["value"]) == (kind, value)
    assert finding in (None, line["finding"])


def test_a_pooled_estimate_is_listed_with_prediction_interval_and_heterogeneity(found, made):
    rows = pd.DataFrame({"n_affected": [30, 15], "n_total": [200, 50]})
    pooled = synthesis.pool_proportions(rows)
    numbers = found["number"].filter(like="pooled prevalence: Main: general surveys: ")
    numbers.index = numbers.index.str.rpartition(": ").get_level_values(2)
    assert numbers["mean"] == pytest.approx(100 * pooled.estimate)
    assert numbers["prediction interval, upper limit"] == pytest.approx(
        100 * pooled.prediction_high
    )
    assert numbers["I²"] == pytest.approx(pooled.i2)
    assert numbers["examined"] == 250


def test_a_review_whose_tables_are_empty_has_findings_all_the_same(without):
    found = changes.list_findings(without("frequencies", "second_readings", "statement_positions"))
    assert found.index.is_unique
    assert found.loc["rows frequencies", "value"] == "0 rows"
    assert not found.index.str.startswith("survey").any()


def test_findings_are_recorded_and_read_back_unchanged(found):
    read = changes.read_findings(changes.record_findings(found))
    assert changes.compare_findings(found, read).empty
    assert list(read.index) == list(found.index)


def test_a_record_of_another_form_is_refused():
    with pytest.raises(ValueError, match="columns are not kind, finding"):
        changes.read_findings("id,what\nq1,x\n")


# --- one change of the data


def test_nothing_changed_is_no_line(compare):
    assert compare().empty


def test_a_changed_verdict_is_named_with_before_and_after(compare, copied):
    line = next(
        line
        for line in (copied / "data/claims.csv").read_text("utf-8").splitlines()
        if line.startswith("C8,")
    )
    edit(copied, "data/claims.csv", line, line.replace("denied by counts", "bare"))
    changed = compare()
    claim = next(name for name in changed.index if name.startswith("Claim C8: "))
    assert changed.loc[claim, "change"] == "changed"
    assert changed.loc[claim, ["before", "after"]].to_list() == ["denied by counts", "bare"]
    counts = changed[changed["kind"] == "count"]
    assert counts["difference"].to_dict() == {
        "Claims with the verdict “bare”": 1,
        "Claims with the verdict “denied by counts”": -1,
    }


def test_a_changed_count_of_people_changes_the_pooled_estimate_by_name(compare, copied):
    edit(copied, "data/frequencies.csv", "adult,,corns,30,200", "adult,,corns,40,200")
    changed = compare()
    mean = changed.loc["prevalence: Main: general surveys: mean"]
    rows = pd.DataFrame({"n_affected": [30, 15], "n_total": [200, 50]})
    before = 100 * synthesis.pool_proportions(rows).estimate
    after = 100 * synthesis.pool_proportions(rows.assign(n_affected=[40, 15])).estimate
    assert mean["before"] == f"{before:.6g}%" and mean["after"] == f"{after:.6g}%"
    assert mean["difference"] == pytest.approx(after - before)
    assert changed.loc["corns in walkers (Funk 2001)", ["before", "after"]].to_list() == [
        "15%",
        "20%",
    ]
    assert "Rows of the table frequencies" not in changed.index


def test_a_changed_certainty_is_named_by_its_question(compare, copied):
    edit(copied, "data/certainty_domains.csv", "q1,other feet,one step", "q1,other feet,two steps")
    assert compare().loc["Pared", ["kind", "before", "after"]].to_list() == [
        "certainty",
        "fair",
        "shaky",
    ]


def add_course(folder: Path) -> None:
    for file, like, new in (
        ("treatments.csv", "t6,patient,c2,", ("t6,", "t11,")),
        ("treatment_modalities.csv", "t6,plaster", ("t6,", "t11,")),
    ):
        path = folder / "data" / file
        text = path.read_text("utf-8")
        line = next(line for line in text.splitlines() if line.startswith(like))
        path.write_text(text + line.replace(*new) + "\n", "utf-8")


def test_an_added_course_adds_to_the_counts(compare, copied):
    add_course(copied)
    changed = compare()["difference"]
    assert changed["Rows of the table treatments"] == 1
    assert changed["Courses of treatment or observation: without an outcome"] == 1
    assert changed["Patients by treatment and outcome: plaster — not reported"] == 1


def test_a_removed_publication_takes_its_findings_along(compare, copied):
    path = copied / "data/statements.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if ",poster," not in line), "utf-8")
    drop_rows(copied, "statement_positions.csv", "s2,")
    drop_rows(copied, "claim_evidence.csv", "C4b,statements,s2", "C7,statements,s2")
    drop_rows(copied, "treatments.csv", "t8,")
    drop_rows(copied, "treatment_modalities.csv", "t8,")
    drop_rows(copied, "sources.csv", "poster,")
    changed = compare()
    assert changed.loc["Publications: all", "difference"] == -1
    gone = changed.loc["Patients by treatment and outcome: moleskin — not reported"]
    assert gone["change"] == "removed" and gone["before"] == "3 patients"
    assert pd.isna(gone["after"]) and pd.isna(gone["difference"])


def drop_rows(folder: Path, file: str, *starts: str) -> None:
    path = folder / "data" / file
    lines = path.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(starts)]
    assert len(kept) < len(lines)
    path.write_text("".join(kept), "utf-8")


def test_a_question_in_other_words_is_the_same_finding(compare, copied):
    edit(copied, "data/questions.csv", "q1,Pared,", "q1,Pared corns,")
    assert compare().empty


def test_a_library_that_computes_otherwise_is_named_by_what_it_changes(found, made, monkeypatch):
    recorded = changes.read_findings(changes.record_findings(found))
    estimate = synthesis._estimate_tau2
    monkeypatch.setattr(synthesis, "_estimate_tau2", lambda *counts: 1.001 * estimate(*counts))
    changed = changes.compare_findings(recorded, changes.list_findings(made))
    assert set(changed["kind"]) == {"estimate"}
    assert "prevalence: Main: general surveys: tau²" in set(changed["finding"])
    tau2 = changed.set_index("finding").loc["prevalence: Main: general surveys: tau²"]
    assert tau2["before"] != tau2["after"]


def test_noise_beyond_the_recorded_digits_is_no_change(found):
    noisy = found.assign(number=found["number"] * (1 + 1e-12))
    assert changes.compare_findings(found, noisy).empty


def test_findings_stand_in_the_order_in_which_readers_ask(found):
    other = found.assign(value=found["value"] + "!", number=found["number"] + 1)
    kinds = changes.compare_findings(found, other)["kind"]
    assert list(dict.fromkeys(kinds)) == list(changes.HEADINGS)
    assert len(kinds) == len(found)


# --- the real review, with single changes


CHANGED = ["claims", "frequencies", "certainty", "sources", "treatments", "treatment_modalities"]


def test_in_the_real_review_each_of_five_changes_is_named(root, tmp_path):
    folder = copy_review(root, tmp_path / "copy")
    tables = {
        name: pd.read_csv(folder / "data" / f"{name}.csv", dtype="str", keep_default_na=False)
        for name in CHANGED
    }
    old = changes.read_findings((root / "docs/findings.csv").read_text("utf-8"))
    supported = tables["claims"].index[tables["claims"]["verdict"] == "supported"][0]
    tables["claims"].loc[supported, "verdict"] = "overstated"
    survey = old.index[old.index.str.startswith("survey low ")][0].removeprefix("survey low ")
    tables["frequencies"].loc[tables["frequencies"]["id"] == survey, "n_affected"] = "1"
    graded = tables["certainty"].index[tables["certainty"]["start"] != ""][0]
    tables["certainty"].loc[graded, "start"] = ""
    others = [p for p in (folder / "data").rglob("*.csv") if p.name != "sources.csv"]
    cited = "".join(path.read_text("utf-8") for path in others)
    gone = next(key for key in tables["sources"]["citekey"] if key not in cited)
    tables["sources"] = tables["sources"][tables["sources"]["citekey"] != gone]
    course = tables["treatments"].tail(1)
    parts = tables["treatment_modalities"]
    parts = parts[parts["treatment_id"] == course["id"].item()]
    tables["treatments"] = pd.concat([tables["treatments"], course.assign(id="new")])
    tables["treatment_modalities"] = pd.concat(
        [tables["treatment_modalities"], parts.assign(treatment_id="new")]
    )
    for name, table in tables.items():
        table.to_csv(folder / "data" / f"{name}.csv", index=False, lineterminator="\n")

    changed = changes.compare_findings(old, changes.list_findings(ev.load(folder)))
    by_kind = dict(list(changed.groupby("kind")))
    verdicts = by_kind["verdict"][["before", "after"]]
    assert verdicts.to_numpy().tolist() == [["supported", "overstated"]]
    assert len(by_kind["certainty"]) == 1
    assert by_kind["estimate"]["finding"].str.contains("Sensitivity: all cohorts .*: mean$").any()
    counts = by_kind["count"].set_index("finding")["difference"]
    assert counts["Rows of the table treatments"] == 1
    assert counts["Publications: all"] == -1


# --- rows


@pytest.fixture
def rows(made, copied) -> Callable[[], pd.DataFrame]:
    return lambda: changes.compare_rows(made, ev.load(copied))


def test_a_changed_cell_is_told_as_it_stands_in_the_file(rows, copied):
    edit(copied, "data/frequencies.csv", "adult,,corns,30,200", "adult,,corns,,200")
    [line] = rows().to_dict("records")
    assert pd.isna(line.pop("after"))
    assert line == {
        "table": "data/frequencies.csv",
        "row": "f1",
        "column": "n_affected",
        "change": "changed",
        "before": "30",
    }


def test_whole_rows_that_came_or_went_are_told_once(rows, copied):
    add_course(copied)
    drop_rows(copied, "case_sites.csv", "c1,toe")
    lines = rows()
    assert lines["column"].isna().all()
    assert lines[["table", "row", "change"]].to_numpy().tolist() == [
        ["data/case_sites.csv", "c1, toe", "removed"],
        ["data/treatments.csv", "t11", "added"],
        ["data/treatment_modalities.csv", "t11, plaster", "added"],
    ]


def test_a_changed_entry_of_the_bibliography_is_told_by_field(rows, copied):
    edit(copied, "references.bib", "{Paring or plaster}", "{Paring, or plaster}")
    [line] = rows().to_dict("records")
    assert (line["table"], line["row"], line["column"]) == ("references.bib", "trial", "title")
    assert (line["before"], line["after"]) == ("Paring or plaster", "Paring, or plaster")


# --- notebooks


def write_notebook(folder: Path, cells: dict[str, tuple[str, str]]) -> None:
    folder.mkdir(exist_ok=True)
    notebook = {
        "cells": [{"id": "words", "cell_type": "markdown", "source": "# Words"}]
        + [
            {
                "id": name,
                "cell_type": "code",
                "source": [code],
                "outputs": [{"output_type": "stream", "text": [output]}],
            }
            for name, (code, output) in cells.items()
        ]
    }
    (folder / "one.ipynb").write_text(json.dumps(notebook), "utf-8")


def test_cells_that_differ_are_named_as_jupyterlab_numbers_them(tmp_path):
    same, old = ("a", "1"), {"a": ("a", "1"), "b": ("b", "2"), "c": ("c", "3"), "d": ("d", "4")}
    write_notebook(tmp_path / "old", old)
    new = {"new": ("n", "0"), "a": same, "b": ("b", "9"), "c": ("c2", "3")}
    write_notebook(tmp_path / "new", new)
    found = changes.compare_notebooks(tmp_path / "old", tmp_path / "new")
    assert found[["cell", "change"]].to_numpy().tolist() == [
        [1, "added"],
        [3, "output"],
        [4, "code"],
        [4, "removed"],
    ]
    assert set(found["notebook"]) == {"one"}


def test_versions_without_notebooks_have_no_cells_that_differ(tmp_path):
    assert changes.compare_notebooks(tmp_path, tmp_path).empty


# --- the account


@pytest.fixture
def tell(made, found, copied) -> Callable[[], str]:
    def tell() -> str:
        new = ev.load(copied)
        return changes.write_account(
            "before → after",
            changes.compare_findings(found, changes.list_findings(new)),
            changes.compare_rows(made, new),
            changes.compare_notebooks(copied, copied),
        )

    return tell


def test_the_account_gives_findings_before_rows(tell, copied):
    edit(copied, "data/certainty_domains.csv", "q1,other feet,one step", "q1,other feet,two steps")
    assert (
        tell()
        == """# before → after

## Certainty: 1 changed

- Pared: fair → shaky

## Rows of data/certainty_domains.csv

- q1, other feet, judgement: one step → two steps
"""
    )


def test_the_account_says_last_that_no_finding_changed(tell, copied):
    edit(copied, "data/frequencies.csv", "walkers,adult,,corns", "walkers,grown-ups,,corns")
    account = tell()
    assert "- f1, age: adult → grown-ups" in account
    assert account.endswith("\n\nNo finding changed.\n")


def test_the_difference_of_numbers_stands_beside_them(tell, copied):
    add_course(copied)
    account = tell()
    assert "- Rows of the table treatments: 10 rows → 11 rows (+1)" in account
    assert "## Rows of data/treatments.csv\n\n- added: t11" in account


def test_of_many_rows_ten_are_told_and_the_others_counted(rows, found, copied):
    path = copied / "data/claim_phrasings.csv"
    text = path.read_text("utf-8")
    path.write_text(text.replace("corn", "clavus").replace("Corn", "Clavus"), "utf-8")
    none = changes.compare_findings(found, found)
    account = changes.write_account("", none, rows(), changes.compare_notebooks(copied, copied))
    section = account.split("## Rows of data/claim_phrasings.csv\n\n")[1].split("\n\n")[0]
    lines = section.splitlines()
    many = sum(one != other for one, other in zip(text, path.read_text("utf-8"), strict=False))
    assert many and len(lines) == changes.FEW_ROWS + 1
    assert lines[-1].startswith("- … and ") and lines[-1].endswith(" more")


def test_what_data_say_cannot_act_in_terminal_or_markdown(tell, copied):
    edit(copied, "data/questions.csv", "q1,Pared,", "q1,<b>[x](y)`\u202e,")
    edit(copied, "data/certainty_domains.csv", "q1,other feet,one step", "q1,other feet,two steps")
    assert "- \\<b>\\[x\\](y)\\`: fair → shaky" in tell()
