"""Charts of claims: verdicts by topic, and how widespread a claim is against how it stands."""

import matplotlib.pyplot as plt
import pandas as pd

from evidence_review.figures import DARK, GREY, PALE, WIDTH, Chart, say_none, wrap

_MOST = 10  # claims named in the chart of spread


def draw_verdicts(counts: pd.DataFrame) -> Chart:
    """The guide's claims by topic and verdict, from `claims.count_verdicts`: a number per cell."""
    shown = counts[counts["n"] > 0]
    if shown.empty:
        return say_none(counts, "Verdicts by topic")
    topics = [t for t in counts["topic"].cat.categories if t in set(shown["topic"])]
    verdicts = list(counts["verdict"].cat.categories)
    figure, axes = plt.subplots(figsize=(WIDTH, 0.35 * len(topics) + 0.8))
    x = shown["verdict"].astype("str").map(verdicts.index)
    y = shown["topic"].astype("str").map(topics.index)
    axes.scatter(x, y, s=130 + 45 * shown["n"], color=PALE, edgecolor=DARK)
    for column, row, n in zip(x, y, shown["n"], strict=True):
        axes.text(column, row, n, ha="center", va="center")
    axes.set_xticks(range(len(verdicts)), [wrap(v, 13) for v in verdicts])
    axes.xaxis.tick_top()
    totals = shown.groupby("topic", observed=True)["n"].sum()
    axes.set_yticks(range(len(topics)), [f"{t} (n = {totals[t]})" for t in topics])
    axes.set(xlim=(-0.6, len(verdicts) - 0.4), ylim=(len(topics) - 0.5, -0.5))
    axes.tick_params(length=0)
    axes.grid(True)
    n, by_verdict = int(shown["n"].sum()), shown.groupby("verdict", observed=True)["n"].sum()
    words = "; ".join(f"{verdict} {count}" for verdict, count in by_verdict.items())
    caption = (
        f"Claims of the guide by topic and verdict (n = {n}; compound claims are counted by their "
        f"parts): {words}. An empty crossing is no claim."
    )
    return Chart(figure, counts, caption, f"Grid of topics and verdicts. {caption}")


def draw_spread(spread: pd.DataFrame, pages: int) -> Chart:
    """How many pages assert each claim, by its verdict, from `claims.count_spread`.

    `pages` is how many were read. The claims that most pages make are named.
    """
    if spread.empty:
        return say_none(spread, "Claims by spread")
    verdicts = [v for v in spread["verdict"].cat.categories if (spread["verdict"] == v).any()]
    placed = spread.assign(
        row=spread["verdict"].astype("str").map(verdicts.index),
        level=spread.groupby(["verdict", "asserted"], observed=True).cumcount(),
    )
    levels = placed.groupby(["row", "asserted"])["level"].transform("max")
    heights = placed.groupby("row")["level"].max() + 2
    bottoms = heights[::-1].cumsum()[::-1] - heights  # first verdict on top
    y = placed["row"].map(bottoms) + (heights[placed["row"]].to_numpy() - 1 - levels) / 2
    y = y + placed["level"]
    figure, axes = plt.subplots(figsize=(WIDTH, 0.075 * heights.sum() + 0.9))
    axes.scatter(placed["asserted"], y, s=18, color=DARK)
    named = placed.nlargest(_MOST, "asserted", keep="first")
    places = placed.loc[named.index].assign(y=y).sort_values(["row", "asserted", "y"])
    below = places.groupby("row").cumcount() % 2 == 1  # so that neighbours' names stand apart
    for claim, x, height, away in zip(
        places["claim_id"],
        places["asserted"],
        places["y"],
        below.map({True: -8, False: 8}),
        strict=True,
    ):
        axes.annotate(
            claim,
            (x, height),
            (0, away),
            textcoords="offset points",
            ha="center",
            va="center",
            color=GREY,
        )
    middles = [bottoms[row] + (heights[row] - 1) / 2 for row in range(len(verdicts))]
    sizes = placed.groupby("row").size()
    labels = [f"{wrap(v, 18)} (n = {sizes[i]})" for i, v in enumerate(verdicts)]
    axes.set_yticks(middles, labels)
    for row in range(1, len(verdicts)):
        axes.axhline(bottoms[row] + heights[row] - 0.5, color="#DDDDDD", linewidth=0.8)
    axes.set_xlabel(f"Pages that assert the claim (of {pages})")
    axes.set_ylim(-1.5, heights.sum())
    axes.set_xlim(-0.7, placed["asserted"].max() + 1.5)
    axes.tick_params(axis="y", length=0)
    top = named.iloc[0]
    caption = (
        f"How widespread each claim is among {pages} consumer pages, by how it stands "
        f"(n = {len(spread)} claims, one dot each; the {len(named)} most widespread are named). "
        f"Most widespread: “{top['claim']}”, on {top['asserted']} pages, {top['verdict']}."
    )
    return Chart(figure, spread, caption, f"Dots in bands by verdict. {caption}")
