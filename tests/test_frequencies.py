"""Surveys and quoted figures: intervals only over people at risk, a voice counted once."""

from itertools import pairwise

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from evidence_review import figures, frequencies, surveychart, synthesis


@pytest.fixture(scope="module")
def counted(evidence) -> pd.DataFrame:
    return frequencies.list_surveys(evidence)


@pytest.fixture(scope="module")
def own(counted) -> pd.DataFrame:
    return counted[counted["own"]]


@pytest.fixture
def chart(own) -> figures.Chart:
    with plt.style.context(figures.STYLE):
        yield surveychart.draw_surveys(own, "Title", "it")
    plt.close("all")


def test_no_interval_without_people_at_risk(evidence, counted):
    at_risk = evidence.terms("denominator", role="at risk")
    assert counted["low"].notna().any()
    assert counted.loc[counted["low"].notna(), "denominator"].isin(at_risk).all()


def test_nobody_known_second_hand_and_no_patients_are_a_survey(counted):
    assert not counted["cohort"].isin(["second-hand", "patients"]).any()


def test_a_look_alike_is_never_among_the_counts_of_the_condition(own, counted):
    assert own["condition"].nunique() == 1
    assert not counted[~counted["own"]]["condition"].isin(own["condition"]).any()


def test_a_count_is_rebuilt_for_the_interval_alone(counted):
    row = counted.loc["budair2017saudi-f1"]  # 61.34% of 313, no count printed
    assert row["rebuilt"] == 192 and pd.isna(row["n_affected"]) and row["share"] == 61.34
    assert row["low"] < 61.34 < row["high"]


def test_a_printed_count_is_never_rebuilt(counted):
    assert counted.loc[counted["n_affected"].notna(), "rebuilt"].isna().all()


def test_nothing_is_rebuilt_where_the_denominator_is_not_people_at_risk(counted):
    row = counted.loc["pandya2020incidence-f1"]  # 28.4% of 200 is no whole number
    assert pd.isna(row["rebuilt"]) and pd.isna(row["low"]) and row["share"] == 28.4


def test_a_share_is_worked_out_where_only_counts_are_printed(counted):
    assert counted.loc["naveennicu-f1", "share"] == pytest.approx(2.5)  # 5 of 200


def test_without_a_year_of_publication_the_last_year_of_the_count_stands(counted):
    assert counted.loc["ainshams2017prevalence-f1", "year"] == 2017  # 2016-06 to 2017-02
    assert counted.loc["pediatrdermatol2006iranian-f1", "year"] == 2006  # counted 2002-03


def test_the_table_says_rebuilt_and_what_is_missing(own):
    table = frequencies.summarise_surveys(own).set_index("rows")
    affected = table["Affected"]
    assert affected["kurrey2016prevalence-f1"] == "1,344 of 4,000"
    assert affected["reginatto2017prevalence-f1"] == "438 of 2,530 (rebuilt)"
    assert affected["marwah2018profile-f1"] == "not reported, of 2,760"
    assert pd.isna(affected["paula2007oral-f1"])
    assert table.loc["marwah2018profile-f1", "Percent (95% interval)"] == "40.6%"
    assert table.loc["kurrey2016prevalence-f1", "Percent (95% interval)"] == "33.6% (32.2 to 35.1)"


def test_a_figure_that_a_statement_holds_is_not_shown_again(evidence):
    shown = set(frequencies.list_second_hand(evidence)["citekeys"])
    assert "gencler2016braf" in shown
    assert not shown & set(frequencies.list_quotes(evidence)["citekey"])


def test_what_may_not_be_the_condition_stands_apart(evidence):
    uncertain = frequencies.find_uncertain(evidence)
    assert "vanneste2015braf-f1" in uncertain.index
    assert not set(uncertain.index) & set(frequencies.list_surveys(evidence).index)


def test_several_pages_of_one_publisher_are_one_voice(evidence):
    quotes = frequencies.list_quotes(evidence)
    pages = quotes[quotes["publisher"] == "Medscape"]
    assert pages["citekey"].nunique() == 2
    half = frequencies.compare_quotes(pages, frequencies.list_surveys(evidence))
    assert half["Publishers"].tolist() == [1]


QUOTES = pd.DataFrame(
    {
        "citekey": ["a", "b", "c", "d"],
        "publisher": ["A", "B", "C", "C"],
        "figure": ["40–50%", "40–50%", "up to 50%", "more than 10%"],
        "percent_low": [40, 40, None, 10],
        "percent_high": [50, 50, 50, None],
    },
    index=["q1", "q2", "q3", "q4"],
)
SURVEYS = pd.DataFrame(
    {"low": [5.0, 38.0, 44.0, 56.0, None], "high": [9.0, 41.0, 47.0, 66.0, None]}
)


def test_each_quoted_figure_is_laid_beside_every_interval():
    places = ["Publishers", "Surveys below", "Surveys overlapping", "Surveys above"]
    compared = frequencies.compare_quotes(QUOTES, SURVEYS).set_index("Figure")[places]
    assert compared.loc["40–50%"].tolist() == [2, 1, 2, 1]
    assert compared.loc["up to 50%"].tolist() == [1, 0, 3, 1]
    assert compared.loc["more than 10%"].tolist() == [1, 1, 3, 0]


def test_the_way_back_is_kept(evidence, own):
    said = frequencies.list_said(evidence, frequencies.COURSE)
    compared = frequencies.compare_quotes(frequencies.list_quotes(evidence), own)
    summaries = [
        frequencies.summarise_surveys(own),
        frequencies.list_second_hand(evidence),
        frequencies.summarise_said(said),
        compared,
    ]
    for table in summaries:
        assert table["rows"].str.len().gt(0).all() and table["citekeys"].str.len().gt(0).all()
    rows = "; ".join(frequencies.summarise_said(said)["rows"]).split("; ")
    assert sorted(rows) == sorted(said.index)


def read_labels(chart: figures.Chart) -> list[str]:
    """The labels of the rows, with plain blanks."""
    return [" ".join(t.get_text().split()) for t in chart.figure.axes[0].get_yticklabels()]


def test_the_chart_has_a_mark_or_words_for_every_row(chart, own):
    axes = chart.figure.axes[0]
    drawn = sum(len(line.get_xdata()) for line in axes.lines)
    assert drawn == len(own) == len(chart.data) == len(axes.texts)
    whiskers = axes.collections[0].get_segments()
    assert len(whiskers) == own["low"].notna().sum()


def test_the_chart_names_cohorts_place_age_and_number(chart, own):
    labels = read_labels(chart)
    assert "India 2016 · up to 3 days · N = 4,000" in labels
    assert {c.capitalize() for c in own["cohort"]} <= set(labels)
    assert chart.caption in chart.alt


def test_a_survey_without_country_year_or_number_says_so(chart):
    labels = read_labels(chart)
    assert "country not reported 2007 · age not reported · N not reported" in labels
    assert "country not reported n.d. · age not reported · N = 200" in labels


# --- surveys pooled


@pytest.fixture(scope="module")
def asked(made) -> pd.DataFrame:
    """Surveys of walkers: two within three days, one later, one of unknown age, two others.

    `f` is printed without a number examined, `c` without one affected.
    """
    columns = ["cohort", "n_affected", "n_total", "percent", "age_max_days"]
    rows = {
        "a": ["walkers", 30, 200, 15.0, 2],
        "b": ["walkers", 60, 150, None, 3],
        "c": ["walkers", None, 50, 30.0, 4],
        "d": ["walkers", 9, 100, 9.0, None],
        "e": ["runners", 5, 80, None, 1],
        "f": ["walkers", None, None, 25.0, 1],
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    whole = ["n_affected", "n_total", "age_max_days"]
    table = table.astype(dict.fromkeys(whole, "Int64") | {"percent": "Float64"})
    return table.assign(citekey="of " + table.index, label="Survey " + table.index)


@pytest.fixture(scope="module")
def pooled(asked) -> pd.DataFrame:
    return frequencies.pool_surveys(asked, "walkers").set_index("Analysis")


def test_each_analysis_takes_the_surveys_that_it_names(pooled):
    assert pooled["rows"].to_dict() == {
        "Main: walkers surveys": "a; b; c; d",
        "Main, exact: walkers surveys": "a; b; c; d",
        "Sensitivity: all cohorts with a number examined": "a; b; c; d; e",
        "Post hoc: examined within 3 days": "a; b",
        "Post hoc: examined later, or age not told": "c; d",
    }
    assert pooled["Surveys"].to_list() == [4, 4, 5, 2, 2]
    assert pooled["citekeys"].iloc[-1] == "of c; of d"


def test_a_count_printed_as_a_percentage_is_rebuilt_to_be_pooled(pooled):
    assert pooled["n/N"].iloc[0] == "114/500"  # 15 of 50
    assert pooled["Range"].iloc[0] == "9.0–40.0%"


def test_the_numbers_are_those_of_the_synthesis_the_prediction_as_well(asked, pooled):
    rows = asked.loc[list("abcd")].fillna({"n_affected": 15})
    for name, pool, has_limits in (
        ("Main: walkers surveys", synthesis.pool_proportions, True),
        ("Main, exact: walkers surveys", synthesis.pool_proportions_exactly, False),
    ):
        found, line = pool(rows), pooled.loc[name]
        low, high = 100 * found.prediction_low, 100 * found.prediction_high
        assert line["Next survey (prediction interval)"] == f"{low:.1f}–{high:.1f}%"
        mean = f"{100 * found.estimate:.1f}% ({100 * found.low:.1f}–{100 * found.high:.1f}%)"
        assert line["Mean (its interval)"] == mean
        limits = f" ({found.tau2_low:.2f}–{found.tau2_high:.2f})" if has_limits else ""
        assert line[["tau²", "I²"]].to_list() == [f"{found.tau2:.2f}{limits}", f"{found.i2:.1f}%"]
        assert line["Method"] == f"{found.method}; {found.interval}"


def test_the_two_main_analyses_use_different_models(pooled):
    assert pooled["Method"].iloc[:2].nunique() == 2


def test_one_survey_is_not_pooled(asked):
    assert frequencies.pool_surveys(asked.loc[["a"]], "walkers").empty
    assert frequencies.pool_surveys(asked.head(0), "walkers").empty
    names = frequencies.pool_surveys(asked.loc[["a", "e"]], "walkers")["Analysis"]
    assert names.to_list() == ["Sensitivity: all cohorts with a number examined"]


def test_the_surveys_of_the_made_review_are_pooled_without_the_look_alike(made):
    surveys = frequencies.list_surveys(made)
    table = frequencies.pool_surveys(surveys[surveys["own"]], "general")
    assert table["rows"].iloc[0] == "f1; f2" and table["n/N"].iloc[0] == "45/250"


def test_each_survey_of_the_main_analysis_is_left_out_once(asked):
    left = frequencies.leave_one_out(asked, "walkers")
    assert left["Without"].to_list() == ["Survey a", "Survey b", "Survey c", "Survey d"]
    assert left["rows"].to_list() == ["a", "b", "c", "d"]


def test_what_is_left_is_what_the_other_surveys_give(asked):
    left = frequencies.leave_one_out(asked, "walkers").set_index("rows")
    for key in "abcd":
        others = frequencies.pool_surveys(asked.drop(key), "walkers").iloc[0]
        assert others["Mean (its interval)"].startswith(left.loc[key, "Mean"] + " (")
        for column in ("Next survey (prediction interval)", "I²"):
            assert left.loc[key, column] == others[column]


def test_in_the_review_no_survey_of_the_main_analysis_is_left_out_of_leaving_out(own):
    main = frequencies.pool_surveys(own, "general").iloc[0]
    left = frequencies.leave_one_out(own, "general")
    assert "; ".join(sorted(left["rows"])) == main["rows"] and main["Surveys"] == len(left)


def test_a_chart_of_surveys_is_laid_out_the_same_whenever_it_is_drawn(evidence):
    surveys = frequencies.list_surveys(evidence)
    for rows in (surveys, surveys.dropna(subset="low"), surveys[surveys["low"].isna()]):
        with plt.style.context(figures.STYLE):
            figure = surveychart.draw_surveys(rows, "Counts", evidence.subject).figure
            first, *later = (lay_out(figure) for _ in range(3))
        assert all(place == pytest.approx(first, abs=1e-3) for place in later)
        plt.close(figure)


def lay_out(figure) -> tuple[float, ...]:
    figure.draw_without_rendering()
    return figure.axes[0].get_position().bounds


def test_no_label_of_a_survey_runs_into_another(evidence):
    surveys = frequencies.list_surveys(evidence)
    for rows in (surveys[surveys["own"]], surveys[~surveys["own"]]):
        with plt.style.context(figures.STYLE):
            figure = surveychart.draw_surveys(rows, "Counts", evidence.subject).figure
            figure.draw_without_rendering()
        boxes = [tick.get_window_extent() for tick in figure.axes[0].get_yticklabels()]
        boxes.sort(key=lambda box: box.y0)
        assert all(low.y1 <= high.y0 for low, high in pairwise(boxes))
        plt.close(figure)
