"""How old the patients were: one mark per patient, from newborn to old, a row per group."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from evidence_review.figures import DARK, GREY, WIDTH, Chart
from evidence_review.patients import name_values

TICKS = {0: "birth", 1: "1", 4: "4", 10: "10", 20: "20", 40: "40", 60: "60", 80: "80"}
BIN = 0.25  # marks nearer to one another than this, in square roots of years, are stacked
MARKS = [("o", DARK), ("o", "white"), ("x", DARK), ("s", "white")]  # one look per term of `sex`


def draw_ages(patients: pd.DataFrame, column: str, subject: str) -> Chart:
    """Age by `column`, one mark per patient whose age is reported, on a square-root scale of years.

    Columns read: age_years, sex and `column`. The margin says how many have no age.
    """
    groups = name_values(patients[column]).cat.remove_unused_categories()
    sexes = name_values(patients["sex"])
    marks = pd.DataFrame(
        {"group": groups, "age_years": patients["age_years"], "sex": sexes}
    ).sort_values(["group", "age_years"])
    known = marks.dropna(subset="age_years").assign(
        x=lambda m: np.sqrt(m["age_years"].astype(float)),
        pile=lambda m: (m["x"] / BIN).round(),
        step=lambda m: m.groupby(["group", "pile"], observed=True).cumcount(),
    )
    known["y"] = known["group"].cat.codes + 0.12 - 0.19 * known["step"]
    present = list(groups.cat.categories)
    figure, axes = plt.subplots(figsize=(WIDTH, 0.65 * len(present) + 1))
    for (marker, face), (sex, own) in zip(
        MARKS, known.groupby("sex", observed=False), strict=False
    ):
        axes.plot(own["x"], own["y"], marker, color=DARK, mfc=face, ms=6.5, label=f"sex {sex}")
    for y, group in enumerate(present):
        own = marks[marks["group"] == group]
        text = f"n = {len(own)}\nno age for {own['age_years'].isna().sum()}"
        axes.annotate(
            text,
            (1.02, y),
            xycoords=("axes fraction", "data"),
            va="center",
            color=GREY,
        )
    axes.set_xticks(np.sqrt(list(TICKS)), TICKS.values())
    axes.set_xlim(-0.2, np.sqrt(max(TICKS)) + 0.1)
    axes.set_yticks(range(len(present)), present)
    axes.set_ylim(len(present) - 0.55, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("Age when seen, years (square-root scale)")
    axes.grid(axis="x")
    axes.legend(ncols=len(MARKS), loc="lower left", bbox_to_anchor=(0, 1))
    caption = (
        f"Age by {column} in published patients with {subject}, one mark per patient "
        f"(n = {len(marks)}; no age is reported for {len(marks) - len(known)})."
    )
    data = marks.rename_axis("id").reset_index()
    return Chart(figure, data, caption, f"Strip chart, a row per {column}. {caption}")
