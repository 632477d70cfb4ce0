"""The colours of the charts: told apart with any colour vision and in greyscale."""

import re
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import pytest
from coloraide import Color

from evidence_review import agechart, appraisalchart, bodymap, figures

VISION = [None, "deutan", "protan", "tritan"]
HUES = [figures.DARK, figures.PALE, figures.ACCENT, figures.GREY]
# Below 20 (CIEDE2000) two hues can be mixed up at a glance; 7 is plain where areas have a border.
HUE, AREA = 20, 7
LIGHTNESS = 11  # of CIELAB's 100: two neighbouring greys that a cheap printer keeps apart


def see(colour: str, vision: str | None) -> Color:
    """The colour as somebody without one kind of cone sees it: Machado et al. 2009."""
    return Color(colour).filter(vision, method="machado") if vision else Color(colour)


def distance(one: str, other: str, vision: str | None = None) -> float:
    return see(one, vision).delta_e(see(other, vision), method="2000")


def contrast(one: str, other: str) -> float:
    """Difference of lightness: what is left in greyscale."""
    return abs(Color(one).convert("lab")["l"] - Color(other).convert("lab")["l"])


def test_the_simulation_takes_away_what_colour_blind_people_do_not_see():
    assert distance("#D00000", "#6B6B00") > 2 * distance("#D00000", "#6B6B00", "protan")


def test_the_style_has_the_colours_of_the_charts():
    cycle = mpl.rc_params_from_file(figures.STYLE, use_default_template=False)["axes.prop_cycle"]
    assert [f"#{colour.lstrip('#').upper()}" for colour in cycle.by_key()["color"]] == HUES


@pytest.mark.parametrize("vision", VISION)
def test_the_hues_are_told_apart_with_any_colour_vision(vision):
    assert min(distance(*pair, vision) for pair in combinations(HUES, 2)) > HUE


@pytest.mark.parametrize("vision", VISION)
def test_answers_of_an_appraisal_are_told_apart_with_any_colour_vision(vision):
    fills = appraisalchart.LOOKS.values()
    assert min(distance(*pair, vision) for pair in combinations(fills, 2)) > AREA


@pytest.mark.parametrize(
    "more", [appraisalchart.HATCHES, appraisalchart.SIGNS], ids=["bar", "grid"]
)
def test_answers_of_an_appraisal_are_told_apart_in_greyscale_or_by_hatch_or_sign(more):
    looks = appraisalchart.LOOKS
    for one, other in combinations(looks, 2):
        assert more.get(one) != more.get(other) or contrast(looks[one], looks[other]) > LIGHTNESS


def test_what_shades_alone_tell_is_told_in_greyscale():
    """Stated or not; direct or other; a circle on the skin."""
    for one, other in [
        (figures.DARK, figures.PALE),
        (figures.DARK, figures.LIGHT),
        (figures.DARK, bodymap.SKIN),
    ]:
        assert contrast(one, other) > 2 * LIGHTNESS


def test_outcomes_and_sexes_differ_in_shape_or_filling():
    outcomes = [(marker, fill) for marker, fill, _ in figures.OUTCOME_MARKS.values()]
    sexes = [(marker, face == "white") for marker, face in agechart.MARKS]
    for looks in (outcomes, sexes):
        assert len(set(looks)) == len(looks)


def test_text_on_white_can_be_read():
    assert Color(figures.GREY).contrast("white") >= 4.5


def test_a_chart_is_wide_enough_for_a_slide_and_its_text_large_enough():
    style = mpl.rc_params_from_file(figures.STYLE, use_default_template=False)
    assert style["figure.figsize"][0] == figures.WIDTH
    assert figures.WIDTH * style["savefig.dpi"] >= 1600 and style["font.size"] >= 9


def test_no_chart_asks_for_smaller_text():
    folder = Path(figures.__file__).parent
    charts = [*folder.glob("*chart.py"), folder / "bodymap.py", folder / "figures.py"]
    sizes = [re.findall(r"fontsize=([\d.]+)", path.read_text(encoding="utf-8")) for path in charts]
    assert len(charts) == 6 and min(float(size) for found in sizes for size in found) >= 9
