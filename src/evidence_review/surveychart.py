"""The chart of surveys: one row per count, by cohort, country and year."""

import textwrap

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from evidence_review.figures import (
    DARK,
    GREY,
    MIDDLE,
    WIDTH,
    Chart,
    plot_marks,
    say_none,
    shorten_label,
)
from evidence_review.tables import NOT_REPORTED

LETTERS = 60  # in a line of a row's label
LINE = 0.65  # what a further line of a label adds to the height of its row
NO_INTERVAL = (
    "The others have none: the number examined or who was examined is not clear, or people were "
    "chosen for findings. "
)
BLANK = "\N{NO-BREAK SPACE}"  # keeps a number with its name


def draw_surveys(surveys: pd.DataFrame, title: str, subject: str) -> Chart:
    """Share with its 95% Wilson interval where people were at risk, grouped by cohort; not pooled.

    Columns as `frequencies.list_surveys` gives them, in the order of the rows. A share without an
    interval stands as a grey square; a row without any share says so and has no mark.
    """
    if surveys.empty:
        return say_none(surveys, title)
    names = pd.Series(_label_rows(surveys))
    cohorts = surveys["cohort"].astype("str").reset_index(drop=True)
    begins = cohorts != cohorts.shift()  # a heading stands above each cohort
    heights = 1 + LINE * names.str.count("\n")
    ends = (heights + begins).cumsum()
    y = (ends - heights / 2).to_numpy()
    headings = (ends - heights - 0.5)[begins]
    figure, axes = plt.subplots(figsize=(WIDTH, 0.25 * ends.iloc[-1] + 0.9))
    exact = surveys["low"].notna().to_numpy(dtype=bool)
    share = surveys["share"].to_numpy(dtype=float, na_value=np.nan)
    axes.hlines(y[exact], surveys["low"][exact], surveys["high"][exact], color=DARK)
    for chosen, mark, colour in ((exact, "o", DARK), (~exact, "s", MIDDLE)):
        plot_marks(axes, share[chosen], y[chosen], mark, color=colour, markersize=5)
    axes.set_yticks([*y, *headings], [*names, *cohorts[begins].str.capitalize()])
    for tick in axes.get_yticklabels()[len(y) :]:
        tick.set_fontweight("bold")
    axes.tick_params(axis="y", length=0, pad=6)
    axes.set_ylim(ends.iloc[-1], 0)
    axes.set_xlim(0, min(100, np.nanmax([*surveys["high"], *share]) * 1.05))
    axes.set_xlabel(f"With {subject}, %. Line: 95% interval; grey: no interval")
    axes.grid(axis="x")
    words = surveys["share"].map("{:.3g}%".format, na_action="ignore").fillna(NOT_REPORTED)
    shortened = surveys["label"].map(lambda label: shorten_label(label, 26))
    for place, text in zip(y, words + "  " + shortened, strict=True):
        axes.annotate(
            text,
            (1.02, place),
            xycoords=("axes fraction", "data"),
            va="center",
            color=GREY,
        )
    publications, rebuilt = surveys["citekey"].nunique(), surveys["rebuilt"].notna().sum()
    caption = (
        f"{title}: {len(surveys)} counts from {publications} publications. {exact.sum()} have a "
        f"Wilson interval; for {rebuilt} of these the count behind it was rebuilt from the "
        f"percentage. {'' if exact.all() else NO_INTERVAL}Year of publication, or else the last "
        "year of the count. Ages, examiners and definitions differ."
    )
    columns = "id cohort country year age condition n_affected rebuilt n_total share low high"
    data = surveys.rename_axis("id").reset_index()[columns.split()]
    alt = f"Forest plot without a pooled estimate. {caption} " + "; ".join(
        surveys["country"].fillna(f"country {NOT_REPORTED}") + " " + words
    )
    return Chart(figure, data, caption, alt)


def _label_rows(surveys: pd.DataFrame) -> list[str]:
    """“India 2016 · up to 3 days · N = 4,000”, and what was counted where that differs."""
    place = surveys["country"].fillna(f"country {NOT_REPORTED}")
    place += " " + surveys["year"].astype("str").fillna("n.d.")
    examined = (
        surveys["n_total"]
        .map(f"N{BLANK}={BLANK}{{:,}}".format, na_action="ignore")
        .fillna(f"N {NOT_REPORTED}".replace(" ", BLANK))
    )
    parts = [place, surveys["age"].fillna(f"age {NOT_REPORTED}"), examined]
    if surveys["condition"].nunique() > 1:
        parts.insert(1, surveys["condition"])
    return [textwrap.fill(f"{BLANK}· ".join(row), LETTERS) for row in zip(*parts, strict=True)]
