"""Appraisal: what tables tell is derived, what a reader said is kept, certainty only ever falls."""

import re
from dataclasses import replace

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from evidence_review import appraisal, appraisalchart, figures
from evidence_review.tables import split_keys


@pytest.fixture(scope="module")
def answers(made) -> pd.DataFrame:
    return appraisal.appraise(made)


@pytest.fixture(scope="module")
def answer(answers) -> pd.Series:
    """By publication, checklist and item."""
    return answers.set_index(["citekey", "checklist", "item"])["answer"]


@pytest.fixture(scope="module")
def graded(made) -> pd.DataFrame:
    return appraisal.grade(made)


@pytest.fixture(scope="module")
def gaps(made) -> pd.DataFrame:
    return appraisal.map_gaps(made)


@pytest.fixture
def style():
    with plt.style.context(figures.STYLE):
        yield
    plt.close("all")


# --- answers


@pytest.mark.parametrize(
    ("publication", "item", "derived"),
    [
        (("mixed", "one by one"), 1, "yes"),  # one patient, age and sex told
        (("patient", "one by one"), 1, "unclear"),  # of one of two patients
        (("patient", "one by one"), 2, "unclear"),  # two of three courses
        (("poster", "one by one"), 2, "not readable"),  # its one course has no outcome
        (("poster", "one by one"), 1, "not applicable"),  # no patient described
        (("after", "head count"), 1, "yes"),  # as many as the item asks for
        (("count", "head count"), 1, "unclear"),  # enough in two counts of three
        (("leaflet", "head count"), 1, "not readable"),  # how many is not told
    ],
)
def test_an_item_that_names_a_table_is_answered_from_the_publications_rows(
    answer, publication, item, derived
):
    assert answer.loc[(*publication, item)] == derived


def test_what_a_reader_answered_is_kept_with_its_basis(made, answers):
    keys = ["citekey", "checklist", "item", "answer", "basis"]
    read = made.tables["appraisals"][keys].astype("str")
    kept = answers[keys].astype("str").merge(read)
    assert len(kept) == len(read) == 6


def test_a_derived_answer_names_the_table_that_it_comes_from(answers):
    basis = answers.set_index(["citekey", "item"])["basis"]
    assert basis["mixed", 1] == "derived from cases"
    assert basis["after", 1] == "derived from frequencies"


def test_a_publication_is_asked_the_items_of_its_own_checklist_once(answers):
    asked = answers.groupby("citekey")["item"].agg(list).to_dict()
    of_one, of_many = [1, 2, 3], [1, 2]
    assert asked == {
        **dict.fromkeys(["mixed", "patient", "poster"], of_one),
        **dict.fromkeys(["after", "count", "leaflet"], of_many),
    }


def test_an_answer_stands_with_what_was_asked(answers):
    asked = answers.set_index(["citekey", "item"])["question"]
    assert asked["poster", 3] == "Is it plain?" and asked["count", 2] == "Were all asked?"


def test_counts_name_the_publications_of_each_answer_zero_included(answers):
    counts = appraisal.count_answers(answers).set_index(["checklist", "item", "answer"])
    assert counts.loc[("one by one", 3, "yes"), ["n", "citekeys"]].to_list() == [
        2,
        "mixed; patient",
    ]
    assert counts.loc[("one by one", 3, "no"), ["n", "citekeys"]].to_list() == [0, ""]
    assert len(counts) == 5 * 5 and counts["n"].sum() == len(answers)


def test_every_publication_is_counted_once_under_each_item(answers):
    counts = appraisal.count_answers(answers)
    assert set(counts.groupby(["checklist", "item"], observed=True)["n"].sum()) == {3}


def test_without_appraisals_there_are_no_answers(without):
    none = appraisal.appraise(without("appraisals"))
    assert none.empty and appraisal.count_answers(none).empty


# --- certainty


def test_certainty_is_the_start_less_the_levels_of_all_domains(graded):
    assert graded.loc["q1", "certainty"] == "fair"  # settled, one step
    assert graded.loc["q5", "certainty"] == "guess"  # fair, two steps


def test_certainty_never_falls_below_the_lowest(graded):
    assert graded.loc["q3", "certainty"] == "guess"  # shaky, three steps


def test_a_domain_that_takes_nothing_leaves_certainty_and_gives_no_reason(graded):
    assert graded.loc["q4", "start"] == graded.loc["q4", "certainty"] == "fair"
    assert pd.isna(graded.loc["q4", "reasons"])
    assert graded.loc["q1", "reasons"] == "other feet: soft corns"


def test_every_domain_that_takes_something_gives_its_reason(graded):
    assert graded.loc["q3", "reasons"] == "few feet: one man; other feet: warts"


def test_without_a_start_nothing_is_graded(graded):
    assert pd.isna(graded.loc["q2", "start"])
    assert graded.loc["q2", "certainty"] == "not a question"


def test_how_many_levels_a_judgement_takes_is_read_from_its_vocabulary(made):
    name = "vocabulary-grade_judgement"
    milder = made.tables[name].assign(levels=[0, 0, 1])
    found = appraisal.grade(replace(made, tables=made.tables | {name: milder}))
    assert found["certainty"].to_list() == ["settled", "not a question", "guess", "fair", "shaky"]


def test_a_question_without_domains_keeps_its_start(without):
    kept = appraisal.grade(without("certainty_domains"))
    assert kept["certainty"].to_list() == ["settled", "not a question", "shaky", "fair", "fair"]


def test_the_grade_table_has_a_line_per_question_and_a_column_per_domain_judged(made):
    listed = appraisal.list_domains(made)
    domains = ["Few feet", "Other feet"]  # in the vocabulary's order, without the one never judged
    assert list(listed) == ["Question", "Start", *domains, "Certainty", "rows"]
    assert listed["Question"].to_list()[:2] == ["Pared", "Frozen"]
    first = listed.iloc[0]
    assert first[["Start", *domains, "Certainty", "rows"]].to_list() == [
        "settled",
        "no step (many men)",
        "one step (soft corns)",
        "fair",
        "q1",
    ]
    assert listed.loc[1, ["Start", *domains]].isna().all()
    assert pd.isna(listed.loc[3, "Other feet"])


def test_without_conclusions_nothing_is_graded(without):
    none = without("certainty", "certainty_domains")
    assert appraisal.grade(none).empty and appraisal.list_domains(none).empty


# --- what is missing


def test_a_trial_stands_with_the_people_that_it_needs_and_what_is_assumed(made):
    trials = appraisal.list_trials(made).set_index("rows")
    assert trials["People per group"].to_dict() == {"n1": 93, "n2": 582, "n3": 337}
    assert trials.loc["n1", "Assumed"] == "50% against 70%, alpha 0.05, power 0.8: nobody knows"
    assert trials.loc["n3", "Assumed"] == (
        "20% against 20%, at most 10 points more, alpha 0.025, power 0.9: a guess"
    )
    assert trials.loc["n2", ["In whom", "Compared", "Outcome"]].to_list() == [
        "runners",
        "home or clinic",
        "scar",
    ]


def test_without_trials_the_list_is_empty(without):
    assert appraisal.list_trials(without("trials_needed")).empty


def test_gaps_show_every_crossing_of_form_question_and_kind_of_evidence(gaps):
    forms, questions, groups = 3, 3, 3
    crossings = gaps[["form", "question", "group"]].drop_duplicates()
    assert len(gaps) == len(crossings) == forms * questions * groups
    assert list(gaps["form"].unique()) == ["soft", "hard", "not stated"]
    assert list(gaps["group"].unique()) == ["counted", "told", "said"]
    assert set(gaps.loc[gaps["n"] == 0, "citekeys"]) == {""}


def test_gaps_count_publications_on_the_condition_with_a_design(gaps):
    found = gaps[gaps["n"] > 0].set_index("citekeys")
    assert found["n"].to_dict() == dict.fromkeys(
        ["patient", "trial", "leaflet", "after", "count"], 1
    )
    assert found.loc["trial", ["form", "question", "group"]].to_list() == [
        "hard",
        "treatment",
        "counted",
    ]
    assert found.loc["after", "form"] == "not stated"


def test_gaps_for_reading_leave_out_lines_of_nothing_alone(gaps):
    table = appraisal.tabulate_gaps(gaps)
    assert list(table) == ["Form", "Question", "Counted", "Told", "Said", "citekeys"]
    assert table["citekeys"].to_list() == ["patient", "trial", "leaflet", "after", "count"]
    assert table.loc[0, ["Counted", "Told", "Said"]].to_list() == [0, 1, 0]


def test_a_line_of_gaps_leads_back_to_all_its_publications(made):
    told = made.tables["sources"].assign(form="hard", question="treatment")
    told = told.astype(made.tables["sources"].dtypes[["form", "question"]])
    same = replace(made, tables=made.tables | {"sources": told})
    (line,) = appraisal.tabulate_gaps(appraisal.map_gaps(same)).to_dict("records")
    assert (line["Counted"], line["Told"], line["Said"]) == (2, 2, 1)
    assert line["citekeys"] == "after; count; leaflet; patient; trial"


def test_without_publications_everything_is_a_gap(without):
    gaps = appraisal.map_gaps(without("sources"))
    assert len(gaps) == 27 and gaps["n"].sum() == 0
    assert appraisal.tabulate_gaps(gaps).empty


# --- charts


def test_the_bars_show_every_count_above_none_and_add_up_to_the_publications(answers, style):
    counts = appraisal.count_answers(answers)
    chart = appraisalchart.draw_answers(counts, "one by one")
    (axes,) = chart.figure.axes
    assert sorted(text.get_text() for text in axes.texts) == sorted("111" + "111" + "21")
    widths = pd.Series([bar.get_width() for bar in axes.patches])
    assert widths.sum() == 3 * 3 and set(chart.data["checklist"]) == {"one by one"}
    assert axes.get_xlabel() == "Publications (n = 3)"
    ends = pd.DataFrame([(bar.get_y(), bar.get_x() + bar.get_width()) for bar in axes.patches])
    assert set(ends.groupby(0)[1].max()) == {3}


def test_the_bars_name_item_and_question_and_every_answer(answers, style):
    chart = appraisalchart.draw_answers(appraisal.count_answers(answers), "head count")
    (axes,) = chart.figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "1. Were they enough?",
        "2. Were all asked?",
    ]
    shown = [text.get_text() for text in axes.get_legend().get_texts()]
    assert shown == list(answers["answer"].cat.categories)


def test_the_bars_are_told_in_words(answers, style):
    chart = appraisalchart.draw_answers(appraisal.count_answers(answers), "head count")
    assert "for 3 publications" in chart.caption and chart.caption in chart.alt
    assert "item 2: unclear 1, no 1, not readable 1." in chart.alt
    assert "yes 0" not in chart.alt


def test_the_grid_has_a_square_for_each_answer_of_each_publication(answers, style):
    labels = pd.Series({"mixed": "Dahl 2017", "patient": "Berg 2005", "poster": "Foot House"})
    chart = appraisalchart.draw_lights(answers, "one by one", labels)
    (axes,) = chart.figure.axes
    places = [tuple(place) for marks in axes.collections for place in marks.get_offsets().tolist()]
    signs = chart.data["answer"].isin(["yes", "unclear", "no"]).sum()
    assert len(set(places)) == len(chart.data) == 3 * 3
    assert len(places) == len(chart.data) + signs
    assert [label.get_text() for label in axes.get_yticklabels()] == list(labels)
    assert "(n = 3)" in chart.caption and chart.caption in chart.alt


def test_a_sign_tells_answers_apart_without_colour(answers, style):
    chart = appraisalchart.draw_lights(answers, "head count", pd.Series({"after": "Cruz"}))
    (axes,) = chart.figure.axes
    drawn = [len(marks.get_offsets()) for marks in axes.collections]
    yes, unclear, no, not_readable, not_applicable = 1, 2, 1, 2, 0
    assert drawn == [yes, yes, unclear, unclear, no, no, not_readable, not_applicable]


def test_a_checklist_that_nobody_used_gives_no_chart(answers, style):
    for given in (answers, answers.head(0)):
        for chart in (
            appraisalchart.draw_answers(appraisal.count_answers(given), "never used"),
            appraisalchart.draw_lights(given, "never used", pd.Series(dtype="str")),
        ):
            assert chart.caption.endswith("never used: none found.") and chart.caption in chart.alt
            assert [text.get_text() for text in chart.figure.axes[0].texts] == ["None found"]


# --- the review


@pytest.fixture(scope="module")
def concluded(evidence) -> pd.DataFrame:
    return appraisal.grade(evidence)


def test_every_question_has_a_conclusion(evidence, concluded):
    assert list(concluded.index) == list(evidence.tables["questions"].index)
    assert concluded["conclusion"].str.len().gt(20).all()


def test_the_words_of_a_conclusion_are_those_of_its_certainty(evidence, concluded):
    lowest = evidence.terms("certainty", role="graded")[-1]
    (ungraded,) = evidence.terms("certainty", role="none")
    words = concluded["conclusion"]
    assert words.str.contains("very uncertain").equals(concluded["certainty"] == lowest)
    assert words.str.contains("not known").equals(concluded["certainty"] == ungraded)


PRAISE = r"\b(?:effective|efficacious|safe|safely|works?|better|superior)\b"


@pytest.mark.parametrize("words", ["It is safe.", "A retinoid works.", "Better than a needle"])
def test_praise_is_recognised(words):
    assert re.search(PRAISE, words, re.I)


def test_no_conclusion_claims_efficacy_superiority_or_safety(concluded):
    praising = concluded["conclusion"].str.contains(PRAISE, case=False)
    assert not praising.any(), concluded["conclusion"][praising].to_list()


def test_every_graded_question_is_judged_in_every_domain_and_no_other_question(evidence, concluded):
    judged = evidence.tables["certainty_domains"].reset_index().groupby("question_id")["domain"]
    started = concluded.index[concluded["start"].notna()]
    assert set(judged.groups) == set(started)
    assert set(judged.nunique()) == {len(evidence.vocabulary("grade_domain"))}


def test_every_publication_is_asked_every_item_of_its_checklist_once(evidence):
    items = evidence.tables["appraisal_items"].reset_index()
    read = items[items["answered_from"].isna()].groupby("checklist", observed=True)["item"]
    wanted = read.agg(sorted)
    asked = evidence.tables["appraisals"].reset_index()
    asked = asked.groupby(["checklist", "citekey"], observed=True)["item"].agg(sorted)
    assert len(asked) > 50
    for (checklist, citekey), found in asked.items():
        assert found == wanted[checklist], citekey
    whole = appraisal.appraise(evidence).groupby(["checklist", "citekey"], observed=True)["item"]
    for (checklist, citekey), found in whole.agg(list).items():
        assert found == sorted(items.loc[items["checklist"] == checklist, "item"]), citekey


def test_gaps_of_the_review_lose_no_publication(evidence):
    sources = evidence.tables["sources"]
    own = sources[sources["relation"].isin(evidence.direct) & sources["design"].notna()]
    gaps = appraisal.map_gaps(evidence)
    keys = [key for cell in appraisal.tabulate_gaps(gaps)["citekeys"] for key in split_keys(cell)]
    assert gaps["n"].sum() == len(own) and sorted(keys) == sorted(own.index)
