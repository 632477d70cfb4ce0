"""The charts. Each is made by one function from one table, with caption and alternative text.

Outcomes and directness are told apart by shape and lightness as well as by colour, so that every
chart can be read in greyscale.
"""

import textwrap
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from evidence_review.tables import NOT_REPORTED

STYLE = Path(__file__).parent / "assets" / "evidence.mplstyle"
DARK, LIGHT, ACCENT, GREY = "#0072B2", "#56B4E9", "#D55E00", "#555555"

# marker, fill style, colour: one look per outcome
OUTCOME_MARKS = {
    "complete": ("o", "full", DARK),
    "partial": ("o", "left", DARK),
    "no response": ("o", "none", DARK),
    "worse": ("v", "full", ACCENT),
    NOT_REPORTED: ("x", "full", GREY),
}


@dataclass(frozen=True)
class Chart:
    """A drawn figure with the table it shows, its caption and its alternative text."""

    figure: Figure
    data: pd.DataFrame
    caption: str
    alt: str


def _wrap(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False))


def draw_flow(flow: pd.DataFrame) -> Chart:
    """PRISMA 2020 flow diagram from `tables.count_flow`; a missing n reads “not recorded”."""
    boxes = flow.set_index("box")
    number = boxes["n"].map("{:,}".format, na_action="ignore").fillna("not recorded")
    line = (boxes["label"] + ": n = " + number).to_dict()
    excluded = [box for box in boxes.index if box.startswith("excluded: ")]
    total = boxes.loc[excluded, "n"].sum()
    main = {
        "Identification": [line["searched"], line["identified"]],
        "Screening": [line["relevant"], line["repeats"], line["sought"]],
        "Included": [line["included"], line["direct"], line["other"]],
    }
    side = {
        "Identification": ["Not searched:", line["databases"], line["registers"]],
        "Screening": [
            f"Pages screened out: n = {total:,}",
            *(line[box].removeprefix("Screened out: ") for box in excluded),
        ],
    }
    figure, axes = plt.subplots(figsize=(8, 5.4))
    axes.set(xlim=(-1, 101), ylim=(-1, 101))
    axes.axis("off")
    stages = {"Identification": (99, 27), "Screening": (63, 33), "Included": (21, 21)}
    for stage, (top, height) in stages.items():
        _draw_box(axes, (0, top - height, 5, height), [stage], rotation=90, face="#E3EEF6")
        _draw_box(axes, (8, top - height, 46, height), main[stage])
        if stage in side:
            _draw_box(axes, (61, top - height, 39, height), side[stage])
    arrow = {"arrowstyle": "-|>", "color": GREY}
    axes.annotate("", (31, 63), (31, 72), arrowprops=arrow)
    axes.annotate("", (31, 21), (31, 30), arrowprops=arrow)
    axes.annotate("", (61, 46.5), (54, 46.5), arrowprops=arrow)
    n = boxes["n"]
    caption = (
        f"From {n['searched']:,} look-ups to {n['included']:,} publications, "
        f"{n['direct']:,} of them with direct evidence. Layout after the PRISMA 2020 statement."
    )
    alt = f"Flow diagram. {caption} Screened out: {total:,} pages. " + "; ".join(
        [*main["Identification"], *main["Screening"], *main["Included"]]
    )
    return Chart(figure, flow, caption, alt)


def _draw_box(
    axes: Axes,
    place: tuple[float, float, float, float],
    lines: list[str],
    rotation: int = 0,
    face: str = "white",
) -> None:
    left, bottom, width, height = place
    axes.add_patch(
        FancyBboxPatch(
            (left, bottom), width, height, boxstyle="square,pad=0", fc=face, ec=GREY, lw=1
        )
    )
    axes.text(
        left + width / 2,
        bottom + height / 2,
        "\n".join(_wrap(text, 46) for text in lines),
        ha="center",
        va="center",
        rotation=rotation,
        fontsize=8.5,
        linespacing=1.35,
        fontweight="bold" if rotation else "normal",
    )


def draw_evidence_map(counts: pd.DataFrame, subject: str) -> Chart:
    """Question by design from `tables.map_evidence`: direct evidence left, the rest right."""
    titles = {"direct": f"Direct: {subject}", "other": "Indirect, mixed or not visible"}
    figure, panels = plt.subplots(1, 2, figsize=(9, 5), sharey=True)
    deepest = np.sqrt(counts["n"].max())
    totals = counts.groupby("evidence")["n"].sum()
    for axes, (kind, title) in zip(panels, titles.items(), strict=True):
        grid = counts[counts["evidence"] == kind].pivot(
            index="design", columns="question", values="n"
        )
        shade = np.sqrt(grid.to_numpy(dtype=float))
        axes.imshow(shade, cmap="Blues", vmin=0, vmax=deepest * 1.15, aspect="auto")
        for (y, x), n in np.ndenumerate(grid.to_numpy()):
            colour = "white" if shade[y, x] > 0.62 * deepest else "#222222"
            axes.text(x, y, f"{n}" if n else "0", ha="center", va="center", color=colour)
        axes.set_title(f"{title} (n = {totals[kind]})")
        axes.set_xticks(range(grid.shape[1]), grid.columns, rotation=30, ha="right")
        axes.set_yticks(range(grid.shape[0]), grid.index)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    trials = counts[counts["design"].str.contains("trial")].groupby("evidence")["n"].sum()
    caption = (
        f"Publications by question and design (n = {totals.sum()}). Of "
        f"{trials.sum()} trials, {trials['direct']} have direct evidence on {subject}; the others "
        "tested the same procedures or drugs in other conditions."
    )
    return Chart(figure, counts.drop(columns="citekeys"), caption, f"Two heat maps. {caption}")


def draw_years(years: pd.DataFrame, subject: str, without_year: int) -> Chart:
    """Publications per period from `tables.count_years`, direct evidence below the rest."""
    width = int(years["years"].iloc[1] - years["years"].iloc[0])
    figure, axes = plt.subplots(figsize=(8, 3.4))
    x = years["years"]
    axes.bar(x, years["direct"], width * 0.85, color=DARK)
    axes.bar(x, years["other"], width * 0.85, bottom=years["direct"], color="#C9C9C9")
    last = years.loc[years["direct"].add(years["other"]).idxmax()]
    axes.text(
        last["years"],
        last["direct"] / 2,
        f"direct:\n{subject}",
        ha="center",
        va="center",
        color="w",
    )
    axes.text(last["years"], last["direct"] + last["other"] / 2, "other", ha="center", va="center")
    axes.set_xticks(x, [f"{y}–{str(y + width - 1)[2:]}" for y in x], rotation=45, ha="right")
    axes.set_ylabel("Publications")
    n = int(years[["direct", "other"]].to_numpy().sum())
    caption = (
        f"Publications by year (n = {n}; {without_year} more carry no year on the page that was "
        f"read). {int(years['direct'].sum())} of the {n} have direct evidence on {subject}."
    )
    return Chart(figure, years, caption, f"Stacked bar chart. {caption}")


def draw_patients(patients: pd.DataFrame, subject: str) -> Chart:
    """One mark per patient and course from `tables.list_patients`, a row per treatment."""
    order = (
        patients.groupby("modality")
        .agg(n=("id", "size"), clear=("outcome", lambda o: (o == "complete").sum()))
        .sort_values(["n", "clear"], ascending=False)
    )
    figure, axes = plt.subplots(figsize=(8, 0.38 * len(order) + 1.3))
    widest = order["n"].max()
    ranks = {outcome: i for i, outcome in enumerate(OUTCOME_MARKS)}
    for y, modality in enumerate(order.index):
        own = patients[patients["modality"] == modality]
        outcomes = sorted(own["outcome"], key=ranks.get)
        for x, outcome in enumerate(outcomes):
            _mark(axes, x, y, outcome)
        labels = ", ".join(dict.fromkeys(own["label"]))
        axes.text(
            len(outcomes) - 0.2,
            y,
            f"n = {len(outcomes)}  " + textwrap.shorten(labels, 50, placeholder=" …"),
            va="center",
            fontsize=8.5,
            color=GREY,
        )
    axes.set_yticks(range(len(order)), [_wrap(m, 40) for m in order.index], fontsize=9)
    axes.set_ylim(len(order) - 0.4, -1.7)
    axes.set_xlim(-0.7, widest + 9)
    axes.set_xticks([])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    for place, outcome in enumerate(OUTCOME_MARKS):
        _mark(axes, place * 4.2, -1.1, outcome)
        axes.text(place * 4.2 + 0.45, -1.1, outcome, va="center", fontsize=8.5)
    tally = patients["outcome"].value_counts().reindex(OUTCOME_MARKS, fill_value=0)
    words = ", ".join(f"{outcome} {n}" for outcome, n in tally.items())
    caption = (
        f"Published patients with {subject}, one mark per patient and course (n = {len(patients)}: "
        f"{words}). Patients who are published are not a sample: no success rate can be read here."
    )
    return Chart(figure, patients, caption, f"Dot chart, a row per treatment. {caption}")


def _mark(axes: Axes, x: float, y: float, outcome: str) -> None:
    marker, fill, colour = OUTCOME_MARKS[outcome]
    axes.plot(
        x,
        y,
        marker,
        fillstyle=fill,
        color=colour,
        markerfacecoloralt="white",
        markersize=9,
        markeredgewidth=1.5,
    )


def draw_risks(harms: pd.DataFrame, title: str) -> Chart:
    """Risk with its 95% Wilson interval, one row per count among people at risk; nothing is pooled.

    Columns: procedure, target, n_affected, n_exposed, risk, low, high (percent), label, citekey.
    Rows stand in order of risk.
    """
    harms = harms.sort_values(["risk", "high"], ascending=[False, True])
    figure, axes = plt.subplots(figsize=(8, 0.36 * len(harms) + 1.1))
    y = np.arange(len(harms))
    axes.hlines(y, harms["low"], harms["high"], color=DARK)
    none = harms["n_affected"].eq(0).to_numpy(dtype=bool)
    for hollow, face in ((False, DARK), (True, "white")):
        shown = none == hollow
        axes.plot(harms["risk"][shown], y[shown], "o", color=DARK, mfc=face, clip_on=False)
    axes.set_yticks(y, [_shorten(p, t) for p, t in harms[["procedure", "target"]].to_numpy()])
    axes.tick_params(axis="y", length=0, labelsize=8.5)
    axes.set_ylim(len(harms) - 0.4, -0.7)
    axes.set_xlim(0, min(100, harms["high"].max() * 1.05))
    axes.set_xlabel("People with the harm, % (95% interval); hollow: none seen")
    axes.grid(axis="x")
    counts = harms["n_affected"].astype("str") + "/" + harms["n_exposed"].astype("str")
    for place, text in zip(y, counts + "  " + harms["label"], strict=True):
        axes.annotate(
            text,
            (1.03, place),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=8.5,
            color=GREY,
        )
    caption = (
        f"{title}: {len(harms)} counts from {harms['citekey'].nunique()} publications, each with "
        "its own denominator and a Wilson interval. They are not pooled: procedures, skin and "
        "follow-up differ. None seen is not none possible."
    )
    data = harms.rename_axis("id").reset_index()[
        ["id", "procedure", "target", "n_affected", "n_exposed", "risk", "low", "high"]
    ]
    return Chart(figure, data, caption, f"Forest plot without a pooled estimate. {caption}")


def _shorten(procedure: str, target: str) -> str:
    return _wrap(textwrap.shorten(f"{procedure}, for {target}", 86, placeholder=" …"), 44)
