"""Age, one mark per patient: nobody left out unsaid, no two marks on one spot."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from evidence_review import agechart, figures, patients


@pytest.fixture(autouse=True)
def style():
    with plt.style.context(figures.STYLE):
        yield
    plt.close("all")


@pytest.fixture(scope="module")
def described(evidence) -> pd.DataFrame:
    return patients.split_patients(evidence)["described"]


def points(chart: figures.Chart) -> list[tuple[float, float]]:
    (axes,) = chart.figure.axes
    return [tuple(point) for line in axes.lines for point in line.get_xydata()]


def test_there_is_one_mark_per_patient_with_an_age(described):
    chart = agechart.draw_ages(described, "form", "warts")
    assert len(points(chart)) == described["age_years"].notna().sum()
    assert list(chart.data["id"].sort_values()) == sorted(described.index)


def test_no_two_marks_lie_on_one_spot(described):
    marks = points(agechart.draw_ages(described, "form", "warts"))
    assert len(set(marks)) == len(marks)


def test_a_newborn_stands_at_nought_and_all_ages_are_within_the_scale(described):
    chart = agechart.draw_ages(described, "form", "warts")
    (axes,) = chart.figure.axes
    x = [x for x, _ in points(chart)]
    assert min(x) == 0 and max(x) == pytest.approx(np.sqrt(described["age_years"].max()))
    assert axes.get_xlim()[0] < min(x) and max(x) < axes.get_xlim()[1]


def test_the_caption_counts_those_without_an_age(described):
    missing = described["age_years"].isna().sum()
    chart = agechart.draw_ages(described, "form", "warts")
    assert f"(n = {len(described)}; no age is reported for {missing})." in chart.caption
    assert chart.caption in chart.alt


def test_sexes_differ_in_shape_or_filling():
    assert len({(marker, face == "white") for marker, face in agechart.MARKS}) == len(
        agechart.MARKS
    )
