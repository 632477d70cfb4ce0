"""The summary of findings: every question has a line, and nothing found is said, not counted."""

from dataclasses import replace

import pandas as pd
import pytest

from evidence_review import summary
from evidence_review.evidence import Evidence
from evidence_review.tables import NOT_REPORTED


@pytest.fixture(scope="module")
def findings(made) -> pd.DataFrame:
    return summary.summarise_findings(made).set_index("Question")


@pytest.fixture(scope="module")
def concluded(evidence) -> pd.DataFrame:
    return summary.list_conclusions(evidence)


def ask(evidence: Evidence, answered_by: str, condition: str) -> pd.Series:
    """The line that answers one question."""
    one = evidence.tables["questions"].head(1)
    one = one.assign(answered_by=answered_by, condition=condition)
    asked = replace(evidence, tables=evidence.tables | {"questions": one})
    return summary.summarise_findings(asked).iloc[0]


def test_every_question_is_answered_in_its_order(evidence):
    questions = evidence.tables["questions"]
    found = summary.summarise_findings(evidence)
    assert found["Question"].tolist() == questions["question"].tolist()
    assert found["What is missing"].tolist() == questions["missing"].tolist()
    assert found["What was found"].str.len().gt(0).all()


def test_courses_are_counted_with_people_and_every_outcome(findings):
    line = findings.loc["Pared"]
    assert line["What was found"] == (
        "2 courses in 7 people, 2 publications; by patient and course: "
        "complete 4, partial 2, not reported 1"
    )
    assert line["Follow-up, harms"] == (
        "followed 3 to 12 months in 2 of 2; recurrence mentioned in 2, came back in 1; "
        "harms or their absence mentioned in 2"
    )
    assert line["rows"] == "t2; t3" and line["citekeys"] == "patient; trial"


def test_one_patient_with_two_courses_is_one_person(made):
    line = ask(made, "courses", "case_id == 'c1'")
    assert line["What was found"].startswith("2 courses in 1 person, 1 publication; ")


def test_weak_words_are_said_to_be_weak(made):
    found = ask(made, "courses", "case_id == 'c1'")["What was found"]
    assert found.endswith("no response 1 (weak words), complete 1")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Frozen", "no course found"),
        ("Harm at home", "no person found"),
        ("How many have a limp", "no survey found"),
    ],
)
def test_an_empty_question_says_that_nothing_was_found(findings, question, words):
    line = findings.loc[question]
    assert line["What was found"] == words
    assert line["Follow-up, harms"] == summary.DOES_NOT_APPLY
    assert line["rows"] == line["citekeys"] == ""


def test_mixed_lesions_and_other_conditions_answer_no_question_on_courses(made):
    assert ask(made, "courses", "modality.notna()")["rows"] == "t1; t2; t3; t4; t5; t6; t7; t8"


def test_a_group_of_unknown_size_is_not_a_group_of_none(made):
    alone = ask(made, "courses", "modality == 'plaster' & outcome.notna()")["What was found"]
    assert alone == (
        "1 course in an unknown number of people, 1 publication; by patient and course: not counted"
    )
    among = ask(made, "courses", "modality == 'plaster'")["What was found"]
    assert among.startswith("2 courses in at least 1 person")


def test_silent_and_recalled_courses_have_no_outcome(made):
    silent = ask(made, "courses", "outcome.isna()")
    assert silent["What was found"] == "2 courses in 4 people, 2 publications; no outcome seen"
    recalled = ask(made, "courses", "outcome_reading == 'recalled'")
    assert recalled["What was found"] == "1 course in 10 people, 1 publication; no outcome seen"


def test_without_a_follow_up_time_none_is_given(made):
    line = ask(made, "courses", "modality == 'waiting' & outcome_reading != 'recalled'")
    assert line["Follow-up, harms"].startswith("no follow-up time given; recurrence mentioned in 0")


def test_harms_are_shown_from_the_smallest_share_to_the_largest(findings):
    assert findings.loc["Harm in a clinic", "What was found"] == (
        "5 harm entries from 3 publications; 4 counted groups, "
        "0/50 (laser: pulsed) to 8/45 (stitches)"
    )
    assert findings.loc["Harm in a clinic", "Follow-up, harms"] == "persistent; transient"


def test_whether_a_harm_lasted_is_not_reported_where_nobody_says_so(made):
    assert ask(made, "harms", "id == 'h7'")["Follow-up, harms"] == NOT_REPORTED


def test_people_who_came_with_a_harm_or_reports_are_no_counted_group(made):
    came = ask(made, "harms", "denominator == 'came with harm'")
    assert came["What was found"] == "1 harm entry from 1 publication"
    told = ask(made, "harms", "denominator == 'notified'")
    assert told["What was found"] == "1 harm entry from 1 publication"


def test_published_cases_are_published_cases(made):
    found = ask(made, "harms", "denominator == 'written up'")["What was found"]
    assert found == "1 harm entry from 1 publication; 1 published case"


def test_harms_without_a_number_give_no_zero(made):
    found = ask(made, "harms", "n_affected.isna() & percent.isna()")["What was found"]
    assert found == "1 harm entry from 1 publication"


def test_a_recurrence_is_no_harm(made):
    assert ask(made, "harms", "complication == 'came back'")["What was found"] == "no person found"


def test_what_leads_to_the_condition_comes_from_both_tables(findings):
    line = findings.loc["What leads to corns"]
    assert line["rows"] == "f4; h9"
    assert line["What was found"].endswith("2 counted groups, 6/60 (new shoes) to 8/45 (stitches)")


def test_surveys_give_their_range_and_number(findings):
    assert findings.loc["How many have corns", "What was found"] == (
        "2 surveys of 250 people, 1 publication: 15.0% to 30.0%"
    )


def test_a_survey_without_its_number_is_not_one_of_nobody(made):
    found = ask(made, "frequencies", "n_total.isna()")["What was found"]
    assert found == "1 survey of an unknown number of people, 1 publication: 10.0% to 10.0%"
    some = ask(made, "frequencies", "counted == 'corns' & cohort != 'patients'")
    assert some["What was found"].startswith("3 surveys of at least 250 people")


def test_a_survey_without_a_share_gives_none(made):
    silent = made.tables["frequencies"].assign(n_affected=pd.NA, percent=pd.NA)
    silent = silent.astype({"n_affected": "Int64", "percent": "Float64"})
    found = ask(
        replace(made, tables=made.tables | {"frequencies": silent}), "frequencies", "n_total == 60"
    )
    assert found["What was found"] == "1 survey of 60 people, 1 publication: not reported"


def test_certainty_is_the_grade_of_the_question_where_it_was_graded(findings):
    assert findings["Certainty"].to_list() == [
        *["fair", "not a question", "guess", "fair", "guess"],
        *[NOT_REPORTED] * 2,
    ]


def test_a_conclusion_stands_with_its_number_interval_directness_and_certainty(made):
    concluded = summary.list_conclusions(made).set_index("Conclusion")
    pared = concluded.loc["Pared corns are probably gone."]
    assert pared["Out of"].startswith("2 courses in 7 people, 2 publications; ")
    assert pared["Interval"] == "none: single patients are no sample"
    assert pared["Certainty"] == "fair"
    assert pared["What lowers it"] == "other feet: soft corns"
    assert pared["rows"] == "t2; t3" and pared["citekeys"] == "patient; trial"


def test_where_there_is_no_answer_it_is_told_how_often_one_was_sought(made):
    lines = summary.list_conclusions(made)
    frozen = lines[lines["rows"] == ""].iloc[0]
    assert frozen["Out of"] == "no course found; sought in 1 look-up"
    assert frozen["Interval"] == "none: nothing found"
    assert frozen["Directness"] == "nothing found"
    assert frozen["What lowers it"] == "nothing was found to judge"


def test_what_lowers_nothing_is_told_apart_from_what_was_never_judged(made):
    lowering = summary.list_conclusions(made)["What lowers it"].to_list()
    assert "nothing" in lowering and "nothing was found to judge" in lowering


def test_counted_groups_carry_wilson_intervals_and_are_not_pooled(concluded):
    groups = concluded[concluded["Interval"].str.startswith("single groups, not pooled: ")]
    assert groups["Interval"].str.count(r"\d+/\d+ \([\d.]+–[\d.]+%\)").ge(1).all()
    assert len(groups) > 0


def test_surveys_carry_prediction_interval_before_the_mean_and_i2(concluded):
    (pooled,) = [text for text in concluded["Interval"] if "I²" in text]
    assert pooled.index("next survey") < pooled.index("mean") < pooled.index("I²")


def test_every_conclusion_says_what_it_is_out_of_how_sure_and_from_where(concluded):
    assert concluded.drop(columns=["citekeys", "rows"]).notna().all(axis=None)
    answered = concluded["citekeys"] != ""
    assert concluded.loc[~answered, "Out of"].str.contains("sought in [1-9][0-9]* look-up").all()
    assert answered.any() and (~answered).any()


def test_conclusions_and_summary_give_a_question_the_same_certainty(evidence, concluded):
    found = summary.summarise_findings(evidence)["Certainty"]
    assert found.to_list() == concluded["Certainty"].to_list()


def test_without_conclusions_nothing_is_concluded(without):
    none = without("certainty", "certainty_domains")
    assert summary.list_conclusions(none).empty
    assert set(summary.summarise_findings(none)["Certainty"]) == {NOT_REPORTED}


def test_an_empty_review_answers_every_question_with_nothing(without):
    tables = ("treatments", "treatment_modalities", "complications", "frequencies")
    found = summary.summarise_findings(without(*tables))
    assert found["What was found"].str.fullmatch("no (course|person|survey) found").all()
    assert (found["rows"] == "").all() and len(found) == 7


def test_without_questions_the_summary_is_empty(without):
    assert summary.summarise_findings(without("questions")).empty
