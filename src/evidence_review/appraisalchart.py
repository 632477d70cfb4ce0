"""The charts of the appraisal: a summary by item, and every publication's answers."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from evidence_review.figures import ACCENT, DARK, GREY, PALE, Chart, say_none, wrap
from evidence_review.tables import word_number

# fill of each answer, from good to bad, and in the grid a sign that tells them apart without it
_LOOKS = {
    "yes": DARK,
    "unclear": PALE,
    "no": ACCENT,
    "not readable": "#DDDDDD",
    "not applicable": "#FFFFFF",
}
_SIGNS = {"yes": "P", "unclear": "$?$", "no": "_"}


def draw_answers(counts: pd.DataFrame, checklist: str) -> Chart:
    """Share of publications by answer to each item, from `appraisal.count_answers`."""
    shown = counts[counts["checklist"] == checklist]
    if shown["n"].sum() == 0:
        return say_none(shown, f"Appraisal: {checklist}")
    wide = shown.pivot(index="item", columns="answer", values="n")
    questions = shown.drop_duplicates("item").set_index("item")["question"]
    total = int(wide.sum(axis=1).max())
    figure, axes = plt.subplots(figsize=(9, 0.5 * len(wide) + 1.2))
    places = np.arange(len(wide))
    left = np.zeros(len(wide))
    for answer in wide.columns:
        colour = _LOOKS[answer]
        values = wide[answer].to_numpy()
        axes.barh(places, values, left=left, color=colour, edgecolor=GREY, linewidth=0.5)
        for place, start, value in zip(places, left, values, strict=True):
            if value:
                light = answer in ("yes", "no")
                axes.text(
                    start + value / 2,
                    place,
                    value,
                    ha="center",
                    va="center",
                    fontsize=8,
                    color="white" if light else "black",
                )
        left = left + values
    labels = [f"{item}. {wrap(question, 62)}" for item, question in questions.items()]
    axes.set_yticks(places, labels, fontsize=8)
    axes.set_ylim(len(wide) - 0.4, -0.6)
    axes.set_xlabel(f"Publications (n = {total})")
    axes.legend(
        handles=[
            plt.Rectangle((0, 0), 1, 1, facecolor=_LOOKS[a], edgecolor=GREY, linewidth=0.5)
            for a in wide.columns
        ],
        labels=list(wide.columns),
        loc="lower center",
        bbox_to_anchor=(0.2, 1),
        ncols=len(wide.columns),
        fontsize=8,
    )
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
    """Every publication's answer to each item, one square each; `labels` by citekey."""
    shown = answers[answers["checklist"] == checklist]
    if shown.empty:
        return say_none(shown, f"Appraisal by publication: {checklist}")
    wide = shown.pivot(index="citekey", columns="item", values="answer").astype("str")
    figure, axes = plt.subplots(figsize=(6.5, 0.17 * len(wide) + 0.8))
    for answer, colour in _LOOKS.items():
        rows, columns = np.nonzero(wide.to_numpy() == answer)
        axes.scatter(columns, rows, marker="s", s=70, color=colour, edgecolor=GREY, linewidth=0.4)
        if answer in _SIGNS:
            light = "white" if answer in ("yes", "no") else "black"
            axes.scatter(columns, rows, marker=_SIGNS[answer], s=16, color=light, linewidth=0.8)
    axes.set_yticks(range(len(wide)), labels.reindex(wide.index), fontsize=6.5)
    axes.set_xticks(range(wide.shape[1]), [f"item {i}" for i in wide.columns], fontsize=7)
    axes.xaxis.tick_top()
    axes.set(ylim=(len(wide) - 0.4, -0.6), xlim=(-0.6, wide.shape[1] - 0.4))
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    caption = (
        f"JBI checklist for {checklist}, publication by publication (n = {len(wide)}): + yes, ? "
        "unclear, − no; grey: not readable; white: not applicable."
    )
    return Chart(figure, shown, caption, f"Grid of squares. {caption}")
