"""The charts of the appraisal: a summary by item, and every publication's answers."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from evidence_review.figures import (
    ACCENT,
    DARK,
    GREY,
    LIGHT,
    PALE,
    WIDTH,
    Chart,
    say_none,
    shorten_label,
    wrap,
)
from evidence_review.tables import word_number

# fill of each answer, from good to bad; what tells it apart without colour: in bars a hatch, in the
# grid a sign
LOOKS = {
    "yes": DARK,
    "unclear": PALE,
    "no": ACCENT,
    "not readable": LIGHT,
    "not applicable": "#FFFFFF",
}
HATCHES = {"no": "////"}
SIGNS = {"yes": "P", "unclear": "$?$", "no": "_"}
_PANELS, _ROWS = 3, 8  # of the grid, side by side; in the first of them at least
_LETTERS = 22  # of a publication's label there


def draw_answers(counts: pd.DataFrame, checklist: str) -> Chart:
    """Share of publications by answer to each item, from `appraisal.count_answers`."""
    shown = counts[counts["checklist"] == checklist]
    if shown["n"].sum() == 0:
        return say_none(shown, f"Appraisal: {checklist}")
    wide = shown.pivot(index="item", columns="answer", values="n")
    questions = shown.drop_duplicates("item").set_index("item")["question"]
    total = int(wide.sum(axis=1).max())
    figure, axes = plt.subplots(figsize=(WIDTH, 0.38 * len(wide) + 1))
    places = np.arange(len(wide))
    left = np.zeros(len(wide))
    for answer in wide.columns:
        values = wide[answer].to_numpy()
        axes.barh(places, values, left=left, **_look(answer))
        for place, start, value in zip(places, left, values, strict=True):
            if value:
                text = axes.text(start + value / 2, place, value, ha="center", va="center")
                text.set_path_effects([withStroke(linewidth=2.5, foreground="white")])
        left = left + values
    labels = [f"{item}. {wrap(question, 60)}" for item, question in questions.items()]
    axes.set_yticks(places, labels)
    axes.set_ylim(len(wide) - 0.4, -0.6)
    axes.set_xlabel(f"Publications (n = {total})")
    key = [Patch(label=answer, **_look(answer)) for answer in wide.columns]
    figure.legend(handles=key, loc="outside upper right", ncols=len(key))
    caption = (
        f"JBI checklist for {checklist}: answers by item for {word_number(total, 'publication')} "
        "on the condition, from what was read. “Not readable”: the part that would tell was not on "
        "any page that was seen."
    )
    words = "; ".join(
        f"item {item}: " + ", ".join(f"{a} {n}" for a, n in row.items() if n)
        for item, row in wide.iterrows()
    )
    return Chart(figure, shown, caption, f"Stacked bars. {caption} {words}.")


def draw_lights(answers: pd.DataFrame, checklist: str, labels: pd.Series) -> Chart:
    """Every publication's answer to each item, one square each; `labels` by citekey.

    Columns of `answers`: citekey, checklist, item, answer. Long grids go on beside themselves.
    """
    shown = answers[answers["checklist"] == checklist]
    if shown.empty:
        return say_none(shown, f"Appraisal by publication: {checklist}")
    wide = shown.pivot(index="citekey", columns="item", values="answer").astype("str")
    longest = max(_ROWS, -(-len(wide) // _PANELS))
    parts = [wide.iloc[start : start + longest] for start in range(0, len(wide), longest)]
    figure, panels = plt.subplots(1, _PANELS, figsize=(WIDTH, 0.19 * longest + 0.9), squeeze=False)
    for axes in panels[0, len(parts) :]:
        axes.remove()
    for axes, part in zip(panels[0], parts, strict=False):
        _draw_grid(axes, part, labels.reindex(part.index).fillna(""))
        axes.set_ylim(longest - 0.4, -0.6)
    key = [
        Line2D([], [], marker="s", ls="", ms=8, mfc=colour, mec=GREY, mew=0.4, label=_word(answer))
        for answer, colour in LOOKS.items()
    ]
    figure.legend(handles=key, loc="outside upper left", ncols=len(key))
    caption = (
        f"JBI checklist for {checklist}, publication by publication (n = {len(wide)}): + yes, ? "
        "unclear, − no; grey: not readable; white: not applicable."
    )
    return Chart(figure, shown, caption, f"Grid of squares. {caption}")


def _look(answer: str) -> dict:
    look = {"facecolor": LOOKS[answer], "edgecolor": GREY, "linewidth": 0.5}
    return look | ({"hatch": HATCHES[answer]} if answer in HATCHES else {})


def _word(answer: str) -> str:
    """An answer with its sign, for the key."""
    return {"yes": "+ yes", "unclear": "? unclear", "no": "− no"}.get(answer, answer)


def _draw_grid(axes: Axes, answers: pd.DataFrame, labels: pd.Series) -> None:
    """A row per publication, a column per item."""
    for answer, colour in LOOKS.items():
        rows, columns = np.nonzero(answers.to_numpy() == answer)
        axes.scatter(columns, rows, marker="s", s=90, color=colour, edgecolor=GREY, linewidth=0.4)
        if answer in SIGNS:
            light = "black" if answer == "unclear" else "white"
            axes.scatter(columns, rows, marker=SIGNS[answer], s=22, color=light, linewidth=1)
    axes.set_yticks(range(len(answers)), [shorten_label(label, _LETTERS) for label in labels])
    axes.set_xticks(range(answers.shape[1]), answers.columns)
    axes.xaxis.tick_top()
    axes.set_xlim(-0.6, answers.shape[1] - 0.4)
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
