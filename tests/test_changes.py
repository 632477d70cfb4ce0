"""What changed in the findings: every change is named in words, with before and after."""

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


@pytest.fixture(scope="module")
def real(root: Path, tmp_path_factory) -> Path:
    return copy_review(root, tmp_path_factory.mktemp("real") / "copy")


def change_cell(
    folder: Path, file: str, row: Callable[[pd.DataFrame], pd.Series], column: str, new: str
) -> str:
    """Write another value into the first row that fits; returns what stood there."""
    path = folder / "data" / file
    table = pd.read_csv(path, dtype="str", keep_default_na=False)
    chosen = table.index[row(table)][0]
    before = table.loc[chosen, column]
    table.loc[chosen, column] = new
    table.to_csv(path, index=False, lineterminator="\n")
    return before


def test_in_the_real_review_each_of_three_changes_is_named(root, real):
    text = (root / "docs/findings.csv").read_text("utf-8")
    old = changes.read_findings(text)
    verdict = change_cell(
        real, "claims.csv", lambda t: t["verdict"] == "supported", "verdict", "overstated"
    )
    surveys = old.index[old.index.str.startswith("survey low ")].str.removeprefix("survey low ")
    survey = surveys[0]
    affected = change_cell(real, "frequencies.csv", lambda t: t["id"] == survey, "n_affected", "1")
    start = change_cell(real, "certainty.csv", lambda t: t["start"] == "low", "start", "high")
    assert affected != "1" and start == "low"
    changed = changes.compare_findings(old, changes.list_findings(ev.load(real)))
    verdicts = changed[changed["kind"] == "verdict"]
    assert verdicts[["before", "after"]].to_numpy().tolist() == [[verdict, "overstated"]]
    assert "certainty" in set(changed["kind"])
    estimates = changed[changed["kind"] == "estimate"]["finding"]
    assert estimates.str.contains("Sensitivity: all cohorts .*: mean$").any()
