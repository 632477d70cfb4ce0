"""What was tried: a person is one person, silence is no outcome, mixed lesions stand apart."""

import pandas as pd
import pytest

from evidence_review import courses
from evidence_review.tables import NOT_REPORTED, split_keys


@pytest.fixture(scope="module")
def joined(made) -> pd.DataFrame:
    return courses.join_courses(made)


@pytest.fixture(scope="module")
def parts(made) -> dict[str, pd.DataFrame]:
    return courses.split_courses(made)


@pytest.fixture(scope="module")
def summary(parts) -> pd.DataFrame:
    return courses.summarise_courses(parts["direct"]).set_index("rows", drop=False)


@pytest.fixture(scope="module")
def worded(summary) -> pd.DataFrame:
    return courses.word_courses(summary).set_index("rows", drop=False)


@pytest.fixture(scope="module")
def gaps(made) -> pd.DataFrame:
    return courses.list_gaps(made).set_index("Treatment")


@pytest.fixture(scope="module")
def everything(evidence) -> pd.DataFrame:
    return courses.join_courses(evidence)


def outcomes_of(summary: pd.DataFrame, row: str) -> dict[str, int]:
    """The outcomes that a line of a summary counts."""
    return summary.loc[row, list(courses.OUTCOMES)].dropna().to_dict()


def test_what_was_given_together_is_one_course(joined):
    assert len(joined) == 10
    assert joined.loc["t2", "modality"] == "paring + plaster"
    assert joined.loc["t2", "agent"] == "blade; acid"
    assert pd.isna(joined.loc["t1", "agent"])


def test_a_course_has_its_patients_type_before_its_own(joined):
    assert joined.loc["t2", "type"] == "soft, shoes"
    assert joined.loc["t3", "type"] == "hard"
    assert pd.isna(joined.loc["t7", "type"])


def test_a_course_of_the_review_stands_once(evidence, everything):
    assert everything.index.tolist() == evidence.tables["treatments"].index.tolist()
    assert everything["modality"].notna().all()


def test_direct_courses_are_those_in_the_condition_alone(parts):
    assert set(parts["direct"].index) == {f"t{n}" for n in range(1, 9)}


def test_mixed_lesions_stand_apart(parts):
    assert parts["mixed"].index.tolist() == ["t9"]
    assert all("t9" not in part.index for name, part in parts.items() if name != "mixed")


def test_an_outcome_that_was_recalled_is_not_one_that_was_followed(parts):
    assert parts["recalled"].index.tolist() == ["t5"]
    assert parts["ended"].index.tolist() == ["t1", "t2", "t3", "t4", "t7"]


def test_followed_courses_are_either_treatment_or_none(parts):
    assert parts["active"].index.tolist() == ["t2", "t3", "t4"]
    assert parts["untreated"].index.tolist() == ["t1", "t7"]


def test_a_course_without_an_outcome_is_silent(parts):
    assert parts["silent"].index.tolist() == ["t6", "t8"]


def test_only_arms_of_a_trial_of_the_condition_are_compared(parts):
    assert parts["compared"].index.tolist() == ["t3", "t4"]


def test_every_direct_course_of_the_review_ended_was_recalled_or_is_silent(evidence):
    parts = courses.split_courses(evidence)
    apart = pd.concat([parts[name] for name in ("active", "untreated", "recalled", "silent")])
    assert sorted(apart.index) == sorted(parts["direct"].index)
    assert not parts["direct"].index.intersection(parts["mixed"].index).size


def test_one_patient_with_several_courses_is_one_person(joined):
    assert courses.count_people(joined.loc[["t1", "t2"]]) == 1
    assert courses.count_people(joined.loc[["t1", "t2", "t6"]]) == 2


def test_a_group_adds_its_size_and_one_of_unknown_size_nobody(joined):
    assert courses.count_people(joined.loc[["t1", "t2", "t3", "t4"]]) == 7
    assert courses.count_people(joined.loc[["t4"]]) == 0


def test_the_summary_of_courses_holds_each_course_once(everything):
    summary = courses.summarise_courses(everything)
    rows = [row for rows in summary["rows"] for row in split_keys(rows)]
    assert sorted(rows) == sorted(everything.index)
    assert summary["Courses"].sum() == len(everything)


def test_the_outcomes_of_a_line_account_for_everyone_treated(everything):
    summary = courses.summarise_courses(everything)
    treated = summary["rows"].map(lambda rows: everything.loc[split_keys(rows), "n_treated"].sum())
    assert summary[list(courses.OUTCOMES)].sum(axis=1).tolist() == treated.tolist()


def test_who_is_not_accounted_for_in_a_group_is_not_reported(summary):
    counted = {"Complete": 3, "Partial": 2, "Outcome not reported": 1}
    assert outcomes_of(summary, "t3") == counted and summary.loc["t3", "Patients"] == 6


def test_an_outcome_that_is_not_reported_is_not_a_failure(summary):
    assert outcomes_of(summary, "t8") == {"Outcome not reported": 3}
    assert outcomes_of(summary, "t6") == {"Outcome not reported": 1}


def test_a_group_of_unknown_size_adds_no_patients(summary):
    assert pd.isna(summary.loc["t4", "Patients"]) and not outcomes_of(summary, "t4")


def test_an_outcome_without_a_count_is_that_of_all(summary):
    assert summary.loc["t5; t7", "Worse"] == 2


def test_a_patient_given_the_same_twice_is_one_person_in_a_line(joined):
    twice = joined.loc[["t1", "t1"]].set_axis(pd.Index(["a", "b"], name="id"))
    line = courses.summarise_courses(twice)
    assert line["Courses"].item() == 2 and line["Patients"].item() == 1


def test_a_summary_says_how_an_outcome_was_told_unless_it_was_stated(summary):
    told = summary["How the outcome was told, unless stated"]
    assert told["t5; t7"] == "recalled; second-hand" and pd.isna(told["t2"])


def test_lines_stand_in_order_of_patients_the_unknown_last(summary):
    assert summary["Patients"].tolist()[:-1] == [12, 6, 3, 1, 1, 1]
    assert summary.index[-1] == "t4"


def test_a_course_in_words(worded):
    line = worded.loc["t2"]
    assert line["Treatment"] == "paring + plaster (blade; acid)"
    assert line["Outcome"] == "complete 1"
    assert line["Time, recurrence"] == (
        "outcome after 4 weeks; followed for 12 months; recurrence: no"
    )


def test_words_leave_no_patient_out(worded):
    assert worded.loc["t3", "Outcome"] == "complete 3; partial 2; not reported 1"
    assert worded.loc["t1", "Outcome"] == "no response 1 (weak words)"


def test_words_for_what_is_not_known(worded):
    assert worded.loc["t4", "Patients"] == "not stated" and pd.isna(worded.loc["t4", "Outcome"])
    assert pd.isna(worded.loc["t8", "Time, recurrence"])


def test_words_keep_every_line(summary, worded):
    assert worded[["rows", "citekeys"]].equals(summary[["rows", "citekeys"]])


def test_a_group_with_several_outcomes_gives_a_line_per_patient(joined):
    lines = courses.list_treated(joined.loc[["t3"]])
    tally = lines["outcome"].value_counts().to_dict()
    assert tally == {"complete": 3, "partial": 2, NOT_REPORTED: 1}
    assert set(lines["id"]) == {"t3"} and set(lines["citekey"]) == {"trial"}


def test_a_patient_whose_outcome_is_silent_has_a_line(joined):
    assert courses.list_treated(joined.loc[["t8"]])["outcome"].tolist() == [NOT_REPORTED] * 3


def test_a_group_of_unknown_size_gives_no_patient(joined):
    assert courses.list_treated(joined.loc[["t4"]]).empty


def test_as_many_lines_as_patients(everything):
    lines = courses.list_treated(everything)
    treated = everything["n_treated"].dropna()
    assert lines["id"].value_counts().sort_index().tolist() == treated.sort_index().tolist()


def test_a_treatment_that_was_looked_for_and_never_found_is_a_gap(gaps):
    never = gaps.loc["laser"]
    assert never["Look-ups that named both"] == 1
    assert (
        never[["Courses", "of them with an outcome", "Courses among others, not split"]].sum() == 0
    )
    assert never["citekeys"] == never["rows"] == ""


def test_a_look_up_that_does_not_name_the_condition_does_not_count(gaps):
    assert gaps.loc["paring", "Look-ups that named both"] == 1


def test_a_treatment_that_was_not_looked_for_is_no_gap(gaps):
    assert gaps.index.tolist() == ["waiting", "paring", "plaster", "laser"]


def test_a_combined_course_stands_in_the_line_of_each_treatment(gaps):
    assert gaps.loc["paring", "rows"] == "t2; t3"
    assert gaps.loc["plaster", "rows"] == "t2; t4; t6"
    assert gaps["Courses"].tolist() == [3, 2, 3, 0]


def test_gaps_tell_outcomes_and_mixed_lesions_apart(gaps):
    assert gaps["of them with an outcome"].tolist() == [2, 2, 2, 0]
    assert gaps["Courses among others, not split"].tolist() == [0, 0, 1, 0]


def test_follow_up_counts_the_courses_that_were_followed_at_least_so_long(parts):
    followed = courses.count_followup(parts["direct"], months=(1, 3, 4, 12, 13)).set_index(
        "Courses"
    )
    assert followed["n"].to_dict() == {
        "followed at least 1 month": 2,
        "followed at least 3 months": 2,
        "followed at least 4 months": 1,
        "followed at least 12 months": 1,
        "followed at least 13 months": 0,
        "follow-up not reported": 6,
        "harms or their absence mentioned": 2,
    }
    assert set(followed["of"]) == {8}
    assert followed.loc["followed at least 3 months", ["citekeys", "rows"]].to_list() == [
        "patient; trial",
        "t2; t3",
    ]
    assert followed.loc["followed at least 13 months", "rows"] == ""


def test_a_course_that_says_nothing_of_follow_up_was_not_followed_for_no_time(parts):
    followed = courses.count_followup(parts["direct"], months=(0,)).set_index("Courses")["rows"]
    assert followed["followed at least 0 months"] == "t2; t3"
    assert followed["follow-up not reported"] == "t1; t4; t5; t6; t7; t8"


def test_every_course_of_the_review_was_followed_for_some_time_or_does_not_say(everything):
    followed = courses.count_followup(everything, months=(0,)).set_index("Courses")["n"]
    known = followed[["followed at least 0 months", "follow-up not reported"]]
    assert known.sum() == len(everything)


def test_of_no_courses_none_was_followed(parts):
    none = courses.count_followup(parts["direct"].head(0))
    assert len(none) == 6 and none[["n", "of"]].to_numpy().sum() == 0
    assert set(none["rows"]) == {""}


def test_without_courses_every_table_is_empty(without):
    none = courses.split_courses(without("treatments", "treatment_modalities"))["direct"]
    summary = courses.summarise_courses(none)
    assert summary.empty and courses.word_courses(summary).empty
    assert courses.list_treated(none).empty and courses.count_people(none) == 0


def test_without_courses_every_treatment_looked_for_is_a_gap(without, gaps):
    empty = courses.list_gaps(without("treatments", "treatment_modalities"))
    assert empty["Treatment"].tolist() == gaps.index.tolist()
    assert empty["Courses"].sum() == 0 and (empty["citekeys"] == "").all()


def test_without_mixed_lesions_the_summary_is_empty(parts):
    none = courses.summarise_courses(parts["mixed"].head(0))
    assert none.empty and courses.word_courses(none).columns[-2:].tolist() == ["citekeys", "rows"]
