"""The summaries: nothing lost, nothing counted twice, missing never zero, every line traceable."""

import pandas as pd
import pytest

from evidence_review import tables
from evidence_review.results import split_keys


@pytest.fixture(scope="module")
def courses(evidence):
    return tables.join_courses(evidence)


@pytest.fixture(scope="module")
def harms(evidence):
    return tables.join_complications(evidence)


def rows_of(summary: pd.DataFrame) -> list[str]:
    return [row for rows in summary["rows"] for row in split_keys(rows)]


def test_a_fingerprint_changes_with_any_cell():
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
    changed = frame.assign(a=[1, 3])
    blanked = frame.assign(b=[None, None])
    assert len({tables.fingerprint(f) for f in (frame, changed, blanked)}) == 3


def test_a_fingerprint_ignores_the_seventh_digit():
    assert tables.fingerprint(pd.DataFrame({"a": [0.12345671]})) == tables.fingerprint(
        pd.DataFrame({"a": [0.12345672]})
    )


def test_every_table_and_the_bibliography_are_fingerprinted(evidence):
    listed = tables.summarise_data(evidence)
    assert len(listed) == len(evidence.tables) + 1
    assert listed["Fingerprint"].is_unique


def test_the_flow_ends_at_the_publications_included(evidence):
    n = tables.count_flow(evidence).set_index("box")["n"]
    assert n["included"] == len(evidence.tables["sources"]) == n["direct"] + n["other"]
    assert n.filter(like="excluded: ").sum() == len(evidence.tables["screening"])
    assert n["repeats"] is pd.NA


def test_the_map_counts_each_publication_once(evidence):
    counts = tables.map_evidence(evidence)
    assert counts["n"].sum() == evidence.tables["sources"]["design"].notna().sum()


def test_a_trial_elsewhere_is_not_a_trial_of_the_condition(evidence):
    parts = tables.split_sources(evidence)
    assert len(parts["direct trials"]) < len(parts["trials"])
    assert set(parts["direct trials"]["relation"]) <= set(tables.DIRECT)


def test_years_without_publications_are_shown(evidence):
    years = tables.count_years(evidence)
    assert (years["years"].diff().dropna() == 5).all()
    dated = evidence.references["year"].notna().sum()
    assert years[["direct", "other"]].to_numpy().sum() == dated


def test_access_counts_every_publication(evidence):
    assert tables.summarise_access(evidence)["Publications"].sum() == len(
        evidence.tables["sources"]
    )


def test_a_reference_that_leads_elsewhere_shows_both_titles(evidence):
    shown = tables.compare_references(evidence).set_index("No.")
    assert shown.loc[1, "Title as printed"] != shown.loc[1, "Title of what it leads to"]
    assert shown.loc[1, "What that is"].startswith("indirect")


def test_a_reference_that_was_not_resolved_stays_empty(evidence):
    shown = tables.compare_references(evidence)
    open_ = shown[shown["citekeys"] == ""]
    assert not open_.empty and open_["Title of what it leads to"].isna().all()


def test_listed_sources_keep_their_key(evidence):
    some = evidence.tables["sources"].head(3)
    assert list(tables.list_sources(evidence, some)["rows"]) == list(some.index)


def test_what_was_given_together_is_one_course(courses):
    assert courses.loc["tian2017plaque-t2", "modality"] == (
        "topical retinoid + oral tetracycline-class antibiotic"
    )


def test_a_course_has_its_patients_type_before_the_publications(evidence, courses):
    own = courses.dropna(subset="case_id")
    types = own["case_id"].map(evidence.tables["cases"]["condition_type"])
    assert (own["condition_type"].astype("str") == types.astype("str")).all()


def test_direct_courses_either_ended_or_are_silent(courses):
    parts = tables.split_courses(courses)
    assert len(parts["ended"]) + len(parts["silent"]) == len(parts["direct"])
    assert len(parts["active"]) + len(parts["untreated"]) == len(parts["ended"])
    assert not parts["direct"].index.intersection(parts["mixed"].index).size


def test_the_summary_of_courses_holds_each_course_once(courses):
    summary = tables.summarise_courses(courses)
    assert sorted(rows_of(summary)) == sorted(courses.index)
    assert summary["Courses"].sum() == len(courses)
    assert summary["Patients"].sum() == courses["n_treated"].sum()


def test_an_outcome_that_is_not_reported_is_not_a_failure(courses):
    summary = tables.summarise_courses(courses[courses["outcome"].isna()])
    outcomes = summary[["Complete", "Partial", "No response", "Worse"]]
    assert outcomes.isna().all(axis=None)


def test_a_summary_in_words_has_as_many_lines(courses):
    summary = tables.summarise_courses(courses)
    worded = tables.word_courses(summary)
    assert list(worded["rows"]) == list(summary["rows"])
    clear = worded[worded["rows"] == "noto2016plaque-t1"].iloc[0]
    assert clear["Outcome, patients"] == "complete 1"
    assert clear["Time and recurrence"] == (
        "weeks to clearance 8; follow-up, months 24; recurrence no"
    )


def test_one_line_per_patient_of_a_group(courses):
    patients = tables.list_patients(courses)
    assert len(patients) == courses["n_treated"].sum()
    group = courses[courses["n_treated"] > 1].index[0]
    assert (patients["id"] == group).sum() == courses.loc[group, "n_treated"]


def test_a_group_of_unknown_size_gives_no_patient(courses):
    unknown = courses[courses["n_treated"].isna()]
    assert not unknown.empty and tables.list_patients(unknown).empty


def test_a_group_with_two_outcomes_is_refused(courses):
    divided = courses.head(1).assign(n_treated=2, n_complete=1, n_partial=1)
    with pytest.raises(ValueError, match="outcomes differ"):
        tables.list_patients(divided)


def test_a_treatment_that_was_never_found_is_listed(evidence, courses):
    gaps = tables.list_gaps(evidence, courses)
    assert list(gaps["Treatment"]) == list(evidence.vocabulary("modality").index)
    never = gaps[gaps["Courses found"] == 0]
    assert not never.empty and (never["citekeys"] == "").all()


def test_gaps_without_search_words_do_not_claim_a_search(evidence, courses):
    gaps = tables.list_gaps(evidence, courses).set_index("Treatment")
    words = evidence.vocabulary("modality")["search_words"]
    assert gaps.loc[words.isna(), "Look-ups that named it"].isna().all()
    assert gaps.loc[words.notna(), "Look-ups that named it"].notna().all()


def test_intervals_only_for_people_at_risk(harms):
    shown = harms[harms["low"].notna()]
    assert set(shown["denominator"]) == {"patients at risk"}
    assert set(shown["unit"]) == {"patients"}


def test_the_four_relations_hold_every_harm_once(harms):
    parts = tables.split_harms(harms)
    by_relation = ("treated", "as harm", "mixed", "elsewhere")
    assert sum(len(parts[name]) for name in by_relation) == len(harms)


def test_clinic_series_are_indirect_and_counted(harms):
    series = tables.split_harms(harms)["clinic at risk"]
    assert set(series["relation"]) == {"other condition"} and set(series["setting"]) == {"clinic"}
    assert series["risk"].notna().all()


def test_counts_are_worded_with_what_was_counted(harms):
    assert harms.loc["joshi2007suture-h2", "counted"] == "8/45"
    assert harms.loc["anonndfractionalaesthetic-h2", "counted"] == "6.9% of 101 treatments"
    nothing = harms[["n_affected", "percent"]].isna().all(axis=1)
    assert harms.loc[nothing, "counted"].isna().all()


def test_settings_hold_every_harm_once_and_name_the_unknown(harms):
    summary = tables.summarise_settings(harms)
    assert sorted(rows_of(summary)) == sorted(harms.index)
    unknown = summary.loc[summary["Setting"] == tables.NOT_REPORTED, "Entries"].sum()
    assert unknown == harms["setting"].isna().sum()


def test_procedures_hold_every_harm_once(harms):
    assert sorted(rows_of(tables.summarise_procedures(harms))) == sorted(harms.index)


def test_a_listed_harm_shows_its_interval_beside_its_count(harms):
    listed = tables.shorten_harms(tables.list_harms(harms.loc[["joshi2007suture-h2"]]))
    assert listed["Count (95% interval)"].item() == "8/45 (9.3 to 31.3%)"
