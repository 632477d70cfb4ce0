"""Where on the body: a plain face and body seen from the front, with a circle per region."""

import textwrap

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Ellipse, Patch, Polygon

from evidence_review.figures import DARK, GREY, WIDTH, Chart, wrap
from evidence_review.tables import NOT_REPORTED

SKIN, LINE = "#F0F0F0", "#999999"
LARGEST = 5.2  # radius of the largest circle, in units of the drawing (150 wide)

# region: where its circle lies, and where its label begins (right of it) or ends (left of it)
PLACES = {
    "scalp": ((42, 91), (16, 94)),
    "forehead": ((42, 81), (16, 84)),
    "eyes": ((34, 68), (16, 73)),
    "nose": ((42, 60), (16, 60)),
    "cheek": ((54, 56), (71, 55)),
    "ear": ((64, 65), (71, 72)),
    "mouth": ((42, 50), (16, 52)),
    "chin": ((42, 42), (71, 42)),
    "jaw": ((29, 49), (16, 44)),
    "neck": ((42, 31), (16, 31)),
    "shoulder": ((112, 76), (97, 83)),
    "axilla": ((113.5, 66.5), (97, 74)),
    "arm": ((109, 62), (97, 64)),
    "forearm": ((105, 49), (94, 52)),
    "hand": ((101.5, 37.5), (92, 39)),
    "chest": ((125, 70), (147, 80)),
    "abdomen": ((125, 54), (147, 66)),
    "hip": ((134, 46), (154, 46)),
    "leg": ((131, 30), (147, 31)),
    "foot": ((132.5, 5.5), (147, 8)),
}


def draw_sites(counts: pd.DataFrame, n: int, subject: str) -> Chart:
    """A circle per region of `patients.count_regions`, its area by patients; `n` is all patients.

    Columns: Region, What it holds, Patients. A region without a place on the drawing is listed
    below it, in the words of `What it holds`. The line “not reported” goes into the caption.
    """
    regions = counts[counts["Region"] != NOT_REPORTED].set_index("Region")
    silent = counts.loc[counts["Region"] == NOT_REPORTED, "Patients"].sum()
    scale = LARGEST / np.sqrt(max(1, regions["Patients"].max()))
    listed = regions.drop(index=regions.index.intersection(PLACES))
    listed = listed.sort_values("Patients", ascending=False, kind="stable")
    lines = (len(listed) + 1) // 2
    bottom = min(-2, 10 - 11 * (lines - 1) - 6)
    figure, axes = plt.subplots(figsize=(WIDTH, WIDTH * (100 - bottom) / 162))
    axes.set(xlim=(1, 163), ylim=(bottom, 99), aspect="equal")
    axes.axis("off")
    for patch in [*_outline_face(), *_outline_body()]:
        axes.add_patch(patch)
    drawn = regions.index.intersection(PLACES)
    for region in drawn:
        _place_count(axes, region, regions.loc[region, "Patients"], scale)
    axes.text(2, 19, "Not on the drawing:", va="center", color=GREY)
    for place, line in enumerate(listed.itertuples()):
        x, y = 8 + 50 * (place % 2), 10 - 11 * (place // 2)  # below the face
        _add_circle(axes, (x, y), line.Patients, scale)
        text = textwrap.shorten(line[1], 46, placeholder=" …")
        axes.text(x + 7, y, wrap(f"{text}: {line.Patients}", 25), va="center")
    caption = (
        f"Sites in published patients with {subject} (n = {n}; no site is reported in {silent}). "
        "Each patient counts once a region and may count in several; the area of a circle is by "
        "patients. Left and right are not told apart."
    )
    words = "; ".join(f"{region} {k}" for region, k in regions["Patients"].items())
    alt = f"Drawn face and body with a circle per region. {caption} Patients: {words}."
    return Chart(figure, counts, caption, alt)


def _place_count(axes: Axes, region: str, n: int, scale: float) -> None:
    spot, label = PLACES[region]
    before = label[0] < spot[0]
    axes.annotate(
        f"{region} {n}",
        spot,
        label,
        ha="right" if before else "left",
        va="center",
        fontsize=9,
        zorder=2,
        arrowprops={"arrowstyle": "-", "color": GREY, "lw": 0.6, "relpos": (before, 0.5)},
    )
    _add_circle(axes, spot, n, scale)


def _add_circle(axes: Axes, spot: tuple[float, float], n: int, scale: float) -> None:
    # A region without patients keeps a small empty ring, so that "none" can be seen.
    circle = Circle(spot, scale * np.sqrt(n) if n else 0.8, ec="white" if n else GREY, zorder=3)
    circle.set(fc=DARK if n else "white", lw=0.8)
    axes.add_patch(circle)


def _outline_face() -> list[Patch]:
    skin, bare = {"fc": SKIN, "ec": LINE}, {"fc": "none", "ec": LINE}
    brow = np.array([(3.5, 73), (5, 74.5), (10, 74.5), (12, 72.5)])
    nose = np.array(
        [(-1.5, 68), (-2, 63), (-4, 58), (-2, 56.5), (2, 56.5), (4, 58), (2, 63), (1.5, 68)]
    )
    return [
        Polygon([(33, 45), (33, 31), (28, 25), (56, 25), (51, 31), (51, 45)], **skin),
        *(Ellipse((42 + side * 22, 64), 6, 13, **skin) for side in (-1, 1)),
        Polygon(
            _round(
                [
                    (20, 74),
                    (25, 90),
                    (35, 97.5),
                    (49, 97.5),
                    (59, 90),
                    (64, 74),
                    (63, 55),
                    (51, 36),
                    (33, 36),
                    (21, 55),
                ]
            ),
            **skin,
        ),
        *(Ellipse((42 + side * 8, 68), 8, 3.2, fc="white", ec=LINE) for side in (-1, 1)),
        *(Circle((42 + side * 8, 68), 1.3, fc=LINE) for side in (-1, 1)),
        *(Polygon(np.add(brow * (side, 1), (42, 0)), closed=False, **bare) for side in (-1, 1)),
        Polygon(np.add(nose, (42, 0)), closed=False, **bare),
        Ellipse((42, 50), 13, 3, fc="white", ec=LINE),
    ]


def _outline_body() -> list[Patch]:
    half = [
        (3, 86), (3, 80), (15, 78), (17, 66), (21, 52), (25, 40), (25, 34), (22.5, 34), (21.5, 40),
        (16.5, 51), (12, 66), (9, 60), (9, 54), (13, 44), (12, 28), (9, 16), (8, 7), (11, 2),
        (4, 2), (4, 17), (2, 30), (0.5, 44),
    ]  # fmt: skip
    outline = [(125 + x, y) for x, y in half] + [(125 - x, y) for x, y in reversed(half)]
    skin = {"fc": SKIN, "ec": LINE}
    return [Polygon(_round(outline), **skin), Ellipse((125, 89), 11, 14, **skin)]


def _round(corners: list[tuple[float, float]]) -> np.ndarray:
    """The closed outline with its corners cut three times: Chaikin GM. CGIP 1974;3:346-9."""
    points = np.array(corners, dtype=float)
    for _ in range(3):
        after = np.roll(points, -1, axis=0)
        cut = [0.75 * points + 0.25 * after, 0.25 * points + 0.75 * after]
        points = np.stack(cut, axis=1).reshape(-1, 2)
    return points
