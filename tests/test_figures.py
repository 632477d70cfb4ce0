"""The charts: each shows every row of its table, says n, and needs no colour to be read."""

import warnings
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from evidence_review import courses, figures, harms, publications

NAMES = ["flow", "map", "years", "patients", "risks"]


@pytest.fixture(autouse=True)
def style():
    with plt.style.context(figures.STYLE):
        yield
    plt.close("all")


@pytest.fixture(scope="module")
def charts(made) -> dict[str, figures.Chart]:
    ended = courses.split_courses(made)["ended"]
    people = courses.count_people(ended)
    with plt.style.context(figures.STYLE):
        return {
            "flow": figures.draw_flow(publications.count_flow(made), ["Trial registers"]),
            "map": figures.draw_evidence_map(publications.map_evidence(made), made.subject),
            "years": figures.draw_years(publications.count_years(made), made.subject, 2),
            "patients": figures.draw_patients(courses.list_treated(ended), people, made.subject),
            "risks": figures.draw_risks(harms.split_harms(made)["clinic"], "Harms"),
        }


def list_patients(**rows: list[str]) -> pd.DataFrame:
    """As `courses.list_treated`: the outcomes of each treatment, all of them stated."""
    outcomes = pd.Series(rows, name="outcome").explode()
    return (
        outcomes.rename_axis("modality")
        .reset_index()
        .assign(id=lambda p: p.index.map("c{}".format), citekey="k", type="soft")
        .assign(reading="stated", label="Ames 2003")
    )


def count_risks(**columns: list) -> pd.DataFrame:
    """As `harms.split_harms`: counts among people at risk, unless told otherwise."""
    given = {"procedure": "laser", "target": "warts", "percent": np.nan, "label": "Egan 2018"}
    rows = pd.DataFrame(given | {"citekey": "w"} | columns).rename(index="h{}".format)
    counts = zip(rows["n_affected"], rows["n_exposed"], strict=True)
    counted = [f"{affected}/{exposed}" for affected, exposed in counts]
    kinds = {"n_affected": "Int64", "n_exposed": "Int64", "percent": "Float64"}
    return rows.astype(kinds).assign(counted=counted)


def texts(chart: figures.Chart) -> str:
    return "\n".join(t.get_text() for t in chart.figure.findobj(plt.Text))


def marks(chart: figures.Chart) -> list[plt.Line2D]:
    """The lines that draw marks, the key's left out."""
    [axes] = chart.figure.axes
    return [line for line in axes.lines if len(line.get_xdata())]


def boxes(texts: list[plt.Text]) -> list[tuple[float, float]]:
    """Where texts begin and end on the canvas, from left to right."""
    return sorted((box.x0, box.x1) for box in (text.get_window_extent() for text in texts))


@pytest.mark.parametrize("name", NAMES)
def test_each_chart_has_data_caption_and_alternative_text(charts, name):
    chart = charts[name]
    assert not chart.data.empty and chart.caption.endswith(".")
    assert chart.caption in chart.alt and len(chart.alt) > len(chart.caption)


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_cut_off(charts, name):
    """With its source below, too, every text lies within the picture as it is saved."""
    figure = charts[name].figure
    figures.add_source(figure, "Source: a review, notebook 01_x, figure y. CC-BY-4.0")
    figure.draw_without_rendering()
    for text in figure.findobj(plt.Text):
        if text.get_visible() and text.get_text():
            box = text.get_window_extent()
            assert box.x0 >= 0 and box.x1 <= figure.bbox.x1, text.get_text()
            assert box.y0 >= 0 and box.y1 <= figure.bbox.y1, text.get_text()


def test_a_long_label_keeps_its_year():
    assert figures.shorten_label("Ames 2003", 22) == "Ames 2003"
    assert figures.shorten_label("Archives of Dermatology 1986", 22) == "Archives of Derm… 1986"


# Where publications came from.


def test_every_box_of_the_flow_is_drawn_with_its_number(charts):
    shown = texts(charts["flow"]).replace("\n", " ")
    for row in charts["flow"].data.itertuples():
        number = "not recorded" if pd.isna(row.n) else f"{row.n:,}"
        assert f"{row.label}: {number}" in shown


def test_pages_screened_out_are_the_sum_of_the_reasons(charts, made):
    assert f"Pages screened out: {len(made.tables['screening'])}\n" in texts(charts["flow"])


def test_a_flow_in_which_nothing_was_screened_out_says_nought(without):
    chart = figures.draw_flow(publications.count_flow(without("screening")), [])
    assert "Pages screened out: 0" in texts(chart)


def test_the_map_shows_every_number_on_its_side(charts):
    chart = charts["map"]
    for axes, kind in zip(chart.figure.axes, ("direct", "other"), strict=True):
        counts = chart.data[chart.data["evidence"] == kind].set_index(["question", "design"])["n"]
        columns = [text.get_text() for text in axes.get_xticklabels()]
        rows = [text.get_text() for text in chart.figure.axes[0].get_yticklabels()]
        places = [text.get_position() for text in axes.texts]
        numbers = [int(text.get_text()) for text in axes.texts]
        shown = {(columns[x], rows[y]): n for (x, y), n in zip(places, numbers, strict=True)}
        assert shown == counts.to_dict() and counts.sum() > 0
        assert f"(n = {counts.sum()})" in axes.get_title(loc="left")


def test_a_map_without_a_direct_publication_shows_noughts_and_says_so(charts):
    counts = charts["map"].data
    none = counts.assign(n=counts["n"].where(counts["evidence"] == "other", 0))
    chart = figures.draw_evidence_map(none, "corns")
    assert {text.get_text() for text in chart.figure.axes[0].texts} == {"0"}
    assert "0 with direct evidence on corns" in chart.caption


def test_a_map_of_nothing_is_all_noughts(charts):
    chart = figures.draw_evidence_map(charts["map"].data.assign(n=0), "corns")
    assert {text.get_text() for axes in chart.figure.axes for text in axes.texts} == {"0"}


def bars(chart: figures.Chart) -> dict[str, list[tuple[float, float, float]]]:
    """Bottom, height and width of each bar, by the word of the key."""
    [axes] = chart.figure.axes
    return {
        group.get_label(): [(bar.get_y(), bar.get_height(), bar.get_width()) for bar in group]
        for group in axes.containers
    }


@pytest.fixture
def years() -> pd.DataFrame:
    return pd.DataFrame({"years": [1990, 2000], "direct": [1, 0], "other": [2, 4]})


def test_direct_publications_stand_below_the_others(years):
    chart = figures.draw_years(years, "corns", 3, width=10)
    assert bars(chart) == {
        "direct: corns": [(0, 1, 8.5), (0, 0, 8.5)],
        "other": [(1, 2, 8.5), (0, 4, 8.5)],
    }
    assert chart.caption.startswith("Publications by year (n = 7; 3 more carry no year")
    assert "1 of the 7 have direct evidence" in chart.caption


@pytest.mark.parametrize(("width", "labels"), [(10, "1990–99 2000–09"), (5, "1990–94 2000–04")])
def test_a_bar_says_which_years_it_holds(years, width, labels):
    [axes] = figures.draw_years(years, "corns", 0, width).figure.axes
    assert " ".join(text.get_text() for text in axes.get_xticklabels()) == labels


def test_without_a_direct_publication_the_years_say_none(years):
    chart = figures.draw_years(years.assign(direct=0), "corns", 0)
    assert "0 of the 6 have direct evidence on corns" in chart.caption
    assert [height for _, height, _ in bars(chart)["direct: corns"]] == [0, 0]


def test_one_publication_makes_one_bar(years):
    [bar], [other] = bars(figures.draw_years(years.head(1), "corns", 0)).values()
    assert (bar[1], other[1]) == (1, 2)


# Patients.


def test_every_treatment_has_a_row_and_every_patient_a_mark(charts):
    chart = charts["patients"]
    shown = texts(chart).replace("\n", " ")
    for modality, rows in chart.data.groupby("modality"):
        assert modality in shown and f"n = {len(rows)}: " in shown
    assert len(marks(chart)) == len(chart.data)


def test_every_outcome_that_occurs_is_in_the_key_and_no_other():
    chart = figures.draw_patients(list_patients(paring=["worse", "complete"]), 2, "corns")
    [key] = chart.figure.legends
    assert [text.get_text() for text in key.get_texts()] == ["complete", "worse"]


def test_a_mark_looks_as_its_outcome_does_in_the_key():
    outcomes = list(figures.OUTCOME_MARKS)
    chart = figures.draw_patients(list_patients(paring=outcomes[::-1]), 6, "corns")

    def look(line: plt.Line2D) -> tuple:
        return line.get_marker(), line.get_fillstyle(), line.get_color()

    assert [look(line) for line in marks(chart)] == [
        look(line) for line in chart.figure.legends[0].legend_handles
    ]


def test_outcomes_differ_in_shape_and_not_in_colour_alone():
    looks = [(marker, fill) for marker, fill, _ in figures.OUTCOME_MARKS.values()]
    assert len(set(looks)) == len(looks)


def test_what_was_not_stated_is_pale_and_counted():
    patients = list_patients(paring=["complete", "complete", "partial", "not reported"])
    patients["reading"] = ["stated", "weak words", "second-hand", "not reported"]
    chart = figures.draw_patients(patients, 4, "corns")
    pale = [line.get_color() == figures.PALE for line in marks(chart)]
    assert pale == [False, True, True, False]
    assert "second-hand (2)" in chart.caption


def test_people_and_courses_are_told_apart():
    patients = list_patients(paring=["complete"], plaster=["partial", "complete"])
    chart = figures.draw_patients(patients, 1, "corns")
    assert chart.caption.startswith("1 published person with corns, one mark")
    assert "(n = 3: complete 2, partial 1)" in chart.caption
    assert "plaster: partial, complete" in chart.alt


@pytest.mark.parametrize("n", [1, 30])
def test_marks_and_words_stand_apart_however_many_patients_a_row_has(n):
    outcomes = (list(figures.OUTCOME_MARKS) * n)[:n]
    patients = list_patients(**{"paring, then a plaster, then moleskin": outcomes})
    chart = figures.draw_patients(patients, n, "corns")
    chart.figure.draw_without_rendering()
    drawn = marks(chart)
    assert len(drawn) == n
    [axes] = chart.figure.axes
    x = [axes.transData.transform(line.get_xydata()[0])[0] for line in drawn]
    width = drawn[0].get_markersize() + drawn[0].get_markeredgewidth()
    assert all(np.diff(x) >= width * chart.figure.dpi / 72)
    words = boxes(chart.figure.legends[0].get_texts())
    assert all(end < start for (_, end), (start, _) in pairwise(words))
    [label] = axes.texts
    assert label.get_window_extent().x0 > x[-1] + width * chart.figure.dpi / 144


# Risks.


def test_every_risk_shows_its_count_and_its_publication():
    rows = count_risks(
        n_affected=[1, 30], n_exposed=[10, 40], risk=[10.0, 75.0], low=[1.8, 59.8], high=[40.4, 86]
    )
    shown = texts(figures.draw_risks(rows, "Harms"))
    assert "1/10  10.0% (1.8–40.4)\nEgan 2018" in shown
    assert "30/40  75.0% (59.8–86.0)\nEgan 2018" in shown


def test_the_highest_risk_stands_first_and_none_left_out_is_not_said(charts):
    chart = charts["risks"]
    assert list(chart.data["value"]) == sorted(chart.data["value"], reverse=True)
    assert f"{len(chart.data)} counts from" in chart.caption


def test_none_seen_is_drawn_hollow_with_its_interval():
    rows = count_risks(n_affected=[0], n_exposed=[50], risk=[0.0], low=[0.0], high=[7.1])
    chart = figures.draw_risks(rows, "Harms")
    [hollow] = marks(chart)
    assert hollow.get_markerfacecolor() == "white"
    [axes] = chart.figure.axes
    assert [segment[:, 0].tolist() for segment in axes.collections[0].get_segments()] == [[0, 7.1]]
    assert chart.caption.startswith("Harms: 1 count from 1 publication,")


def test_without_an_interval_a_risk_is_a_grey_square_and_the_caption_counts_it():
    rows = count_risks(
        n_affected=[pd.NA, 9, 5],
        n_exposed=[96, 80, 20],
        risk=[np.nan, np.nan, 25.0],
        low=[np.nan, np.nan, 11.2],
        high=[np.nan, np.nan, 46.9],
        percent=[12.5, np.nan, np.nan],
    )
    chart = figures.draw_risks(rows, "Harms")
    drawn = {line.get_marker(): sorted(line.get_xdata()) for line in marks(chart)}
    assert drawn == {"o": [25.0], "s": [11.25, 12.5]}
    assert "1 with a Wilson interval, 2 in grey" in chart.caption


def test_risks_none_of_which_has_an_interval_are_drawn():
    rows = count_risks(n_affected=[9], n_exposed=[80], risk=[np.nan], low=[np.nan], high=[np.nan])
    chart = figures.draw_risks(rows, "Harms")
    [square] = marks(chart)
    assert list(square.get_xdata()) == [11.25]
    assert "0 with a Wilson interval" in chart.caption


@pytest.mark.parametrize(
    ("affected", "high", "end"),
    [(9, np.nan, 11.8), (0, 4.6, 4.8), (80, 100.0, 100), (0, np.nan, 1)],
)
def test_the_scale_ends_just_above_what_is_drawn(affected, high, end):
    risk = np.nan if np.isnan(high) else 100 * affected / 80
    rows = count_risks(n_affected=[affected], n_exposed=[80], risk=risk, low=risk, high=high)
    [axes] = figures.draw_risks(rows, "Harms").figure.axes
    assert axes.get_xlim() == (0, pytest.approx(end, abs=0.1))


def test_a_count_in_fewer_than_four_is_left_out():
    rows = count_risks(
        n_affected=[1, 1], n_exposed=[3, 4], risk=[33.3, 25.0], low=[6.1, 4.6], high=[79.2, 69.9]
    )
    assert list(figures.draw_risks(rows, "Harms").data["id"]) == ["h1"]


def test_one_count_alone_leaves_room_for_its_labels_and_its_source():
    rows = count_risks(n_affected=[114], n_exposed=[277], risk=[41.2], low=[35.5], high=[47.0])
    figure = figures.draw_risks(rows, "Harms").figure
    figures.add_source(figure, "Source: a review")
    with warnings.catch_warnings(action="error"):  # as in a notebook
        figure.canvas.draw()


# Nothing at all.


@pytest.mark.parametrize("name", ["years", "patients", "risks"])
def test_without_a_row_the_picture_caption_and_alternative_text_say_none(charts, made, name):
    if name == "years":
        chart = figures.draw_years(charts["years"].data.head(0), "corns", 0)
    elif name == "patients":
        chart = figures.draw_patients(charts["patients"].data.head(0), 0, "corns")
    else:
        chart = figures.draw_risks(harms.split_harms(made)["clinic"].head(0), "Harms")
    assert texts(chart).strip() == "None found"
    assert chart.caption.endswith(": none found.") and chart.caption in chart.alt
    assert chart.data.empty
