"""The charts. Each is made by one function from one table, with caption and alternative text.

Nothing is told by hue alone: what differs in colour differs in shape, hatch, sign or lightness,
too, so that every chart reads in greyscale. No text is smaller than nine points on nine inches.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch

from evidence_review.files import ASSETS
from evidence_review.statistics import SMALLEST_GROUP
from evidence_review.tables import NOT_REPORTED, word_number

STYLE = ASSETS / "evidence.mplstyle"
WIDTH = 9  # inches, of every chart
FEWEST_ROWS = 3  # of a forest plot: lower axes would leave no room for their labels
DARK, PALE, ACCENT, GREY = "#0072B2", "#8FC1E3", "#D55E00", "#555555"  # as in STYLE
MIDDLE, LIGHT = "#999999", "#DDDDDD"

_BLUES = LinearSegmentedColormap.from_list("blues", ["white", PALE, DARK, "#003A5C"])

# marker, fill style, colour: one look per outcome
OUTCOME_MARKS = {
    "complete": ("o", "full", DARK),
    "partial": ("o", "left", DARK),
    "no response": ("o", "none", DARK),
    "fluctuating": ("D", "none", GREY),
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


def wrap(text: str, width: int) -> str:
    """A label in lines of at most `width` letters, no word broken."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False))


def shorten_label(label: str, width: int) -> str:
    """A publication's label in `width` letters: cut in the middle, so that its year stays."""
    if len(label) <= width:
        return label
    *name, year = label.rsplit(" ", 1)
    return f"{' '.join(name)[: width - len(year) - 2].rstrip(' …')}… {year}"


def add_source(figure: Figure, source: str) -> None:
    """Where a chart comes from, in small print below it: it goes with the picture to any slide."""
    figure.supxlabel(source, x=0.01, ha="left", fontsize=9, color=GREY)


def plot_marks(axes: Axes, x: np.ndarray, y: np.ndarray, marker: str, **look: object) -> None:
    """Marks that the edge of the axes does not cut.

    None at all are not plotted: they would lie in the figure's corner, and with every drawing the
    layout would make more way for them.
    """
    if len(x):
        axes.plot(x, y, marker, clip_on=False, **look)


def say_none(data: pd.DataFrame, title: str) -> Chart:
    """In place of a chart: nothing was found that it could show."""
    figure, axes = plt.subplots(figsize=(WIDTH, 1))
    axes.axis("off")
    axes.text(0.5, 0.5, "None found", ha="center", va="center", color=GREY)
    caption = f"{title}: none found."
    return Chart(figure, data, caption, f"No chart. {caption}")


def draw_flow(flow: pd.DataFrame, not_searched: Sequence[str]) -> Chart:
    """PRISMA 2020 flow diagram from `publications.count_flow`; a missing n reads “not recorded”.

    `not_searched` names the kinds of sources that the review did without.
    """
    boxes = flow.set_index("box")
    number = boxes["n"].map("{:,}".format, na_action="ignore").fillna("not recorded")
    line = (boxes["label"] + ": " + number).to_dict()
    excluded = [box for box in boxes.index if box.startswith("excluded: ")]
    total = boxes.loc[excluded, "n"].sum()
    main = {
        "Identification": [line["searched"], line["identified"]],
        "Screening": [line["relevant"], line["repeats"], line["sought"]],
        "Included": [line["included"], line["direct"], line["other"]],
    }
    side = {
        "Identification": [f"{kind}: not searched" for kind in not_searched],
        "Screening": [f"Pages screened out: {total:,}", *(line[box] for box in excluded)],
    }
    figure, axes = plt.subplots(figsize=(WIDTH, 4.8))
    axes.set(xlim=(-0.5, 100.5), ylim=(-1, 100))
    axes.axis("off")
    stages = {"Identification": (99, 24), "Screening": (66, 36), "Included": (21, 21)}
    for stage, (top, height) in stages.items():
        _draw_box(axes, (0, top - height, 5, height), [stage], rotation=90, face="#E3EEF6")
        _draw_box(axes, (8, top - height, 46, height), main[stage])
        if side.get(stage):
            _draw_box(axes, (61, top - height, 39, height), side[stage])
    arrow = {"arrowstyle": "-|>", "color": GREY}
    axes.annotate("", (31, 66), (31, 75), arrowprops=arrow)
    axes.annotate("", (31, 21), (31, 30), arrowprops=arrow)
    axes.annotate("", (61, 48), (54, 48), arrowprops=arrow)
    n = boxes["n"]
    caption = (
        f"From {n['searched']:,} look-ups to {n['included']:,} publications, {n['direct']:,} of "
        "them with direct evidence. Excerpts, pages and publications are different units: the "
        "boxes do not add up. Layout after the PRISMA 2020 statement."
    )
    alt = f"Flow diagram. {caption} " + "; ".join(
        [*main["Identification"], *main["Screening"], *side["Screening"], *main["Included"]]
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
        left + (width / 2 if rotation else 1.5),
        bottom + height / 2,
        "\n".join(wrap(text, 56) for text in lines),
        ha="center" if rotation else "left",
        va="center",
        rotation=rotation,
        fontsize=9,
        linespacing=1.35,
        fontweight="bold" if rotation else "normal",
    )


def draw_evidence_map(counts: pd.DataFrame, subject: str) -> Chart:
    """Question by design from `publications.map_evidence`: direct evidence left, the rest right."""
    titles = {"direct": f"Direct: {subject}", "other": "Indirect, mixed or not visible"}
    figure, panels = plt.subplots(1, 2, figsize=(WIDTH, 4.6), sharey=True)
    deepest = np.sqrt(counts["n"].max())
    totals = counts.groupby("evidence")["n"].sum()
    for axes, (kind, title) in zip(panels, titles.items(), strict=True):
        grid = counts[counts["evidence"] == kind].pivot(
            index="design", columns="question", values="n"
        )
        shade = np.sqrt(grid.to_numpy(dtype=float))
        axes.imshow(shade, cmap=_BLUES, vmin=0, vmax=deepest * 1.15, aspect="auto")
        for (y, x), n in np.ndenumerate(grid.to_numpy()):
            # A gap is quiet, but said.
            colour = "white" if shade[y, x] > 0.62 * deepest else "#222222" if n else "#767676"
            axes.text(x, y, n, ha="center", va="center", color=colour)
        axes.set_title(f"{title} (n = {totals[kind]})")
        axes.set_xticks(range(grid.shape[1]), grid.columns, rotation=30, ha="right")
        axes.set_yticks(range(grid.shape[0]), grid.index)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_xticks(np.arange(1, grid.shape[1]) - 0.5, minor=True)
        axes.set_yticks(np.arange(1, grid.shape[0]) - 0.5, minor=True)
        axes.tick_params(which="minor", length=0)
        axes.grid(which="minor", color="#EEEEEE")
    caption = (
        f"Publications by question and design (n = {totals.sum()}; those without a design are left "
        f"out). Left: {totals['direct']} with direct evidence on {subject}. Right: "
        f"{totals['other']} on the same procedures, drugs or behaviour in other conditions, on "
        "several conditions together, or surveys whose figure was not visible."
    )
    return Chart(figure, counts, caption, f"Two heat maps. {caption}")


def draw_years(years: pd.DataFrame, subject: str, without_year: int, width: int = 5) -> Chart:
    """Publications per `width` years from `publications.count_years`, direct ones below."""
    if years.empty:
        return say_none(years, "Publications by year")
    figure, axes = plt.subplots(figsize=(WIDTH, 3.6))
    x = years["years"]
    axes.bar(x, years["direct"], width * 0.85, color=DARK, label=f"direct: {subject}")
    axes.bar(x, years["other"], width * 0.85, bottom=years["direct"], color=LIGHT, label="other")
    numbers = (
        years["direct"].astype("str") + " / " + years[["direct", "other"]].sum(axis=1).map(str)
    )
    axes.bar_label(axes.containers[-1], numbers, padding=2)
    axes.legend(
        reverse=True, loc="upper left", title="Publications: direct / all", alignment="left"
    )
    crowded = {"rotation": 45, "ha": "right"} if len(x) > 14 else {}
    axes.set_xticks(x, [f"{y}–{str(y + width - 1)[2:]}" for y in x], **crowded)
    axes.set_yticks([])
    axes.margins(y=0.1)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    n = int(years[["direct", "other"]].to_numpy().sum())
    caption = (
        f"Publications by year (n = {n}; {without_year} more carry no year on the page that was "
        f"read). {int(years['direct'].sum())} of the {n} have direct evidence on {subject}."
    )
    return Chart(figure, years, caption, f"Stacked bar chart. {caption}")


def draw_patients(patients: pd.DataFrame, people: int, subject: str) -> Chart:
    """One mark per patient and course from `courses.list_treated`, a row per treatment.

    `people` is how many different people these are: one may have had several courses.
    """
    if patients.empty:
        return say_none(patients, f"Published people with {subject}")
    order = (
        patients.groupby("modality")
        .agg(n=("id", "size"), clear=("outcome", lambda o: (o == "complete").sum()))
        .sort_values(["clear", "n"], ascending=False)
    )
    figure, axes = plt.subplots(figsize=(WIDTH, 0.3 * len(order) + 1))
    ranks = {outcome: i for i, outcome in enumerate(OUTCOME_MARKS)}
    size = min(8.5, 160 / order["n"].max())  # so that the marks of the longest row stand apart
    patients = patients.assign(pale=~patients["reading"].isin(["stated", NOT_REPORTED]))
    for y, modality in enumerate(order.index):
        own = patients[patients["modality"] == modality]
        own = own.sort_values("outcome", key=lambda o: o.map(ranks), kind="stable")
        outcomes = own["outcome"].tolist()
        for x, (outcome, pale) in enumerate(own[["outcome", "pale"]].to_numpy()):
            _mark(axes, [x], [y], outcome, size, pale)
        labels = "; ".join(dict.fromkeys(own["label"]))
        axes.annotate(
            wrap(f"n = {len(outcomes)}: {labels}", 48),
            (len(outcomes) - 1, y),
            (12, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=GREY,
        )
    axes.set_yticks(range(len(order)), [wrap(m, 58) for m in order.index])
    axes.set_ylim(len(order) - 0.4, -0.6)
    axes.set_xlim(-0.7, max(14, order["n"].max() + 11))
    axes.set_xticks([])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    seen = [outcome for outcome in OUTCOME_MARKS if outcome in set(patients["outcome"])]
    key = [_mark(axes, [], [], outcome, 8.5) for outcome in seen]
    figure.legend(key, seen, loc="outside upper center", ncols=len(seen))
    if patients["pale"].any():
        axes.set_xlabel("Pale: inferred or told second-hand", color=GREY)
    tally = patients["outcome"].value_counts()
    words = ", ".join(f"{outcome} {tally[outcome]}" for outcome in seen)
    published = word_number(people, "published person", "published people")
    caption = (
        f"{published} with {subject}, one mark per person and course (n = {len(patients)}: "
        f"{words}). Pale: the outcome was inferred or told second-hand "
        f"({patients['pale'].sum()}). People who are published are not a sample: no success rate "
        "can be read here."
    )
    rows = patients.groupby("modality", sort=False)["outcome"].agg(", ".join)
    alt = f"Dot chart, a row per treatment. {caption} " + "; ".join(
        f"{modality}: {rows[modality]}" for modality in order.index
    )
    return Chart(figure, patients.drop(columns="pale"), caption, alt)


def _mark(
    axes: Axes, x: list[int], y: list[int], outcome: str, size: float, pale: bool = False
) -> Line2D:
    marker, fill, colour = OUTCOME_MARKS[outcome]
    colour = PALE if pale else colour
    [line] = axes.plot(
        x,
        y,
        marker,
        fillstyle=fill,
        color=colour,
        markerfacecoloralt="white",
        markersize=size,
        markeredgewidth=1.5,
    )
    return line


def draw_risks(harms: pd.DataFrame, title: str) -> Chart:
    """Risk with its 95% Wilson interval, one row per count among people at risk; nothing is pooled.

    Columns: procedure, target, n_affected, n_exposed, risk, low, high, percent, counted, label,
    citekey. Without an interval stand percentages printed without a count, and counts of lesions,
    sides or treatments. Rows stand in order of risk; left out are those without a number, and
    groups of fewer than four.
    """
    share = (100 * harms["n_affected"] / harms["n_exposed"]).fillna(harms["percent"])
    harms = harms.assign(value=share.astype(float))
    enough = (harms["n_exposed"] >= SMALLEST_GROUP).fillna(False)
    harms = harms[harms["value"].notna() & enough]
    harms = harms.sort_values(["value", "high"], ascending=[False, True])
    if harms.empty:
        return say_none(harms, title)
    figure, axes = plt.subplots(figsize=(WIDTH, 0.34 * max(len(harms), FEWEST_ROWS) + 0.9))
    y = np.arange(len(harms))
    axes.hlines(y, harms["low"], harms["high"], color=DARK)
    exact = harms["risk"].notna().to_numpy(dtype=bool)
    none = harms["n_affected"].eq(0).fillna(False).to_numpy(dtype=bool)
    value = harms["value"].to_numpy(dtype=float)
    looks = (
        ("o", exact & ~none, DARK, DARK),
        ("o", exact & none, "white", DARK),
        ("s", ~exact, MIDDLE, MIDDLE),
    )
    for marker, shown, face, edge in looks:
        plot_marks(axes, value[shown], y[shown], marker, mfc=face, mec=edge)
    axes.set_yticks(y, [_shorten(p, t) for p, t in harms[["procedure", "target"]].to_numpy()])
    axes.tick_params(axis="y", length=0, pad=8)
    axes.set_ylim(len(harms) - 0.4, -0.7)
    axes.set_xlim(0, min(100, np.nanmax([1, *harms["high"], *value]) * 1.05))
    axes.set_xlabel("With the harm, %. Line: 95% interval; hollow: none seen; grey: no interval")
    axes.grid(axis="x")
    interval = "  " + _word_intervals(harms)
    labels = harms["label"].map(lambda label: shorten_label(label, 34))
    for place, text in zip(y, harms["counted"] + interval + "\n" + labels, strict=True):
        axes.annotate(
            text, (1.03, place), xycoords=("axes fraction", "data"), va="center", color=GREY
        )
    counts = word_number(len(harms), "count")
    publications = word_number(harms["citekey"].nunique(), "publication")
    caption = (
        f"{title}: {counts} from {publications}, each with its own denominator; "
        f"{exact.sum()} with a Wilson interval, {(~exact).sum()} in grey without, because a "
        "percentage alone is printed or not people were counted. They are not pooled: procedures, "
        "people and follow-up differ. None seen is not none possible."
    )
    data = harms.rename_axis("id").reset_index()[
        ["id", "procedure", "target", "counted", "value", "low", "high", "citekey"]
    ]
    alt = f"Forest plot without a pooled estimate. {caption} " + "; ".join(
        f"{row.procedure}: {row.counted}" for row in data.itertuples()
    )
    return Chart(figure, data, caption, alt)


def _word_intervals(harms: pd.DataFrame) -> pd.Series:
    """“17.8% (9.3–31.3)”; nothing where there is no interval."""
    risk, low, high = (harms[name].map("{:.1f}".format) for name in ("risk", "low", "high"))
    return (risk + "% (" + low + "–" + high + ")").where(harms["risk"].notna(), "")


def _shorten(procedure: str, target: object) -> str:
    text = procedure if pd.isna(target) else f"{procedure}, for {target}"
    return wrap(textwrap.shorten(text, 86, placeholder=" …"), 50)
