"""The charts: each shows every row of its table, says n, and needs no colour to be read."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from evidence_review import figures, tables


@pytest.fixture(autouse=True)
def style():
    with plt.style.context(figures.STYLE):
        yield
    plt.close("all")


@pytest.fixture(scope="module")
def charts(evidence) -> dict[str, figures.Chart]:
    with plt.style.context(figures.STYLE):
        courses = tables.split_courses(tables.join_courses(evidence))
        harms = tables.split_harms(tables.join_complications(evidence))
        counted = harms["as harm"].dropna(subset="risk")
        return {
            "flow": figures.draw_flow(tables.count_flow(evidence)),
            "map": figures.draw_evidence_map(tables.map_evidence(evidence), evidence.subject),
            "years": figures.draw_years(tables.count_years(evidence), evidence.subject, 7),
            "patients": figures.draw_patients(
                tables.list_patients(courses["ended"]), evidence.subject
            ),
            "risks": figures.draw_risks(counted, "Title"),
        }


def texts(chart: figures.Chart) -> str:
    return "\n".join(t.get_text() for t in chart.figure.findobj(plt.Text))


@pytest.mark.parametrize("name", ["flow", "map", "years", "patients", "risks"])
def test_each_chart_has_data_caption_and_alternative_text(charts, name):
    chart = charts[name]
    assert not chart.data.empty and chart.caption.endswith(".")
    assert chart.caption in chart.alt and len(chart.alt) > len(chart.caption)


@pytest.mark.parametrize("name", ["flow", "map", "years", "patients", "risks"])
def test_no_text_is_cut_off(charts, name):
    """With the tight bounding box of a saved file, every text lies within the picture."""
    figure = charts[name].figure
    figure.canvas.draw()
    whole = figure.get_tightbbox().padded(0.02)
    scale = figure.dpi
    for text in figure.findobj(plt.Text):
        if text.get_visible() and text.get_text():
            box = text.get_window_extent()
            assert whole.x0 * scale <= box.x0 and box.x1 <= whole.x1 * scale, text.get_text()


def test_a_box_without_a_number_says_so(charts):
    assert "not recorded" in texts(charts["flow"])


def test_every_treatment_of_the_data_has_a_row(charts):
    shown = texts(charts["patients"]).replace("\n", " ")
    for modality in charts["patients"].data["modality"].unique():
        assert modality in shown


def test_there_is_one_mark_per_patient(charts):
    (axes,) = charts["patients"].figure.axes
    key = len(figures.OUTCOME_MARKS)
    assert len(axes.lines) == len(charts["patients"].data) + key


def test_outcomes_differ_in_shape_and_not_in_colour_alone():
    looks = [(marker, fill) for marker, fill, _ in figures.OUTCOME_MARKS.values()]
    assert len(set(looks)) == len(looks)


def test_every_risk_shows_its_denominator(charts):
    shown = texts(charts["risks"])
    for row in charts["risks"].data.itertuples():
        assert f"{row.n_affected}/{row.n_exposed}" in shown


def test_none_seen_is_drawn_hollow_with_its_interval():
    harms = pd.DataFrame(
        {
            "procedure": "p",
            "target": "t",
            "n_affected": [0],
            "n_exposed": [50],
            "risk": [0.0],
            "low": [0.0],
            "high": [7.1],
            "label": "Noto 2016",
            "citekey": "noto2016plaque",
        }
    )
    (axes,) = figures.draw_risks(harms, "Title").figure.axes
    (hollow,) = [line for line in axes.lines if len(line.get_xdata())]
    assert hollow.get_markerfacecolor() == "white"
    assert axes.collections[0].get_segments()[0][1][0] == 7.1


def test_the_map_says_how_many_trials_are_direct(charts, evidence):
    parts = tables.split_sources(evidence)
    assert f"Of {len(parts['trials'])} trials, {len(parts['direct trials'])} have direct" in (
        charts["map"].caption
    )
