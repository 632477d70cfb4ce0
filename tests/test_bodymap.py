"""The drawn face and body: every region shown with its number, nothing overlaps or is cut off."""

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle

from evidence_review import bodymap, figures, patients
from evidence_review.tables import NOT_REPORTED


@pytest.fixture(autouse=True)
def style():
    with plt.style.context(figures.STYLE):
        yield
    plt.close("all")


@pytest.fixture
def counts(evidence) -> pd.DataFrame:
    return patients.count_regions(evidence, patients.split_patients(evidence)["described"])


def draw(counts: pd.DataFrame) -> figures.Chart:
    return bodymap.draw_sites(counts, 82, "warts")


def texts(chart: figures.Chart) -> list[plt.Text]:
    return [t for t in chart.figure.findobj(plt.Text) if t.get_text()]


def circles(chart: figures.Chart) -> list[Circle]:
    (axes,) = chart.figure.axes
    return [patch for patch in axes.patches if isinstance(patch, Circle) and patch.zorder == 3]


def simple(**patients_of: int) -> pd.DataFrame:
    held = [f"all of {region}" for region in patients_of]
    numbers = list(patients_of.values())
    return pd.DataFrame({"Region": [*patients_of], "What it holds": held, "Patients": numbers})


def test_every_region_of_the_vocabulary_is_shown_with_its_number(counts):
    shown = [text.get_text().replace("\n", " ") for text in texts(draw(counts))]
    for line in counts[counts["Region"] != NOT_REPORTED].itertuples(index=False):
        drawn = line.Region in bodymap.PLACES
        assert (
            f"{line.Region} {line.Patients}" if drawn else f"{line[1]}: {line.Patients}"
        ) in shown


def test_every_place_of_the_drawing_is_a_region_of_the_vocabulary(evidence):
    assert set(bodymap.PLACES) <= set(evidence.vocabulary("site")["region"])


def test_a_region_without_a_place_is_listed_in_the_words_of_the_vocabulary():
    shown = [text.get_text() for text in texts(draw(simple(nose=3, tail=2)))]
    assert "nose 3" in shown and "all of tail: 2" in shown


def test_the_area_of_a_circle_goes_by_patients():
    few, many = sorted(circle.radius for circle in circles(draw(simple(nose=4, leg=16))))
    assert many**2 / few**2 == pytest.approx(4)


def test_a_region_without_patients_is_an_empty_ring():
    chart = draw(simple(nose=4, leg=0))
    assert "leg 0" in [text.get_text() for text in texts(chart)]
    assert [to_rgb(circle.get_facecolor()) for circle in circles(chart)].count((1, 1, 1)) == 1


def test_the_caption_says_n_and_in_how_many_no_site_is_reported(counts):
    patients = counts.set_index("Region")["Patients"]
    silent, nose = patients[NOT_REPORTED], patients["nose"]
    chart = draw(counts)
    assert f"; no site is reported in {silent})" in chart.caption
    assert chart.caption in chart.alt and f"nose {nose}" in chart.alt


def test_no_circle_covers_another(counts):
    for one, other in combinations(circles(draw(counts)), 2):
        distance = np.hypot(*np.subtract(one.center, other.center))
        assert distance > one.radius + other.radius


def test_no_label_covers_another_or_a_circle(counts):
    chart = draw(counts)
    chart.figure.canvas.draw()
    labels = {text.get_text(): plt.Text.get_window_extent(text) for text in texts(chart)}
    for one, other in combinations(labels, 2):
        assert not labels[one].overlaps(labels[other]), (one, other)
    for circle in circles(chart):
        for label, box in labels.items():
            assert not box.overlaps(circle.get_window_extent()), label


def test_no_text_is_cut_off(counts):
    chart = draw(counts)
    chart.figure.canvas.draw()
    whole = chart.figure.bbox
    for text in texts(chart):
        box = plt.Text.get_window_extent(text)
        assert whole.x0 <= box.x0 and box.x1 <= whole.x1, text.get_text()
        assert whole.y0 <= box.y0 and box.y1 <= whole.y1, text.get_text()


def test_circles_are_darker_than_the_skin_in_greyscale():
    luminance = [np.dot(to_rgb(c), (0.299, 0.587, 0.114)) for c in (figures.DARK, bodymap.SKIN)]
    assert luminance[1] - luminance[0] > 0.4
