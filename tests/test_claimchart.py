"""Charts of claims: every claim is on them once, and its verdict stands there in words."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from evidence_review import claimchart, claims, figures


@pytest.fixture(scope="module")
def counts(made) -> pd.DataFrame:
    return claims.count_verdicts(made)


@pytest.fixture(scope="module")
def spread(made) -> pd.DataFrame:
    return claims.count_spread(made)


@pytest.fixture(autouse=True)
def style():
    with plt.style.context(figures.STYLE):
        yield
    plt.close("all")


def read_ticks(labels) -> list[str]:
    """Tick labels with plain blanks."""
    return [" ".join(label.get_text().split()) for label in labels]


# --- verdicts by topic


def test_every_crossing_with_a_claim_has_its_number_in_its_place(counts):
    (axes,) = claimchart.draw_verdicts(counts).figure.axes
    topics = [label.split(" (n = ")[0] for label in read_ticks(axes.get_yticklabels())]
    verdicts = read_ticks(axes.get_xticklabels())
    shown = {
        (topics[round(row)], verdicts[round(column)]): int(text.get_text())
        for text in axes.texts
        for column, row in [text.get_position()]
    }
    known = counts[counts["n"] > 0]
    assert (
        shown == {(row.topic, row.verdict): row.n for row in known.itertuples() if row.n}
        and shown[("cutting", "too far")] == 2
    )


def test_a_dot_stands_under_every_number_and_grows_with_it(counts):
    (axes,) = claimchart.draw_verdicts(counts).figure.axes
    (dots,) = axes.collections
    numbers = [int(text.get_text()) for text in axes.texts]
    assert dots.get_offsets().tolist() == [list(text.get_position()) for text in axes.texts]
    sizes = pd.Series(dots.get_sizes(), index=numbers)
    assert sizes[2] > sizes[1].max() and sizes[1].nunique() == 1


def test_all_verdicts_are_named_in_order_and_topics_with_a_claim_alone(made, counts):
    (axes,) = claimchart.draw_verdicts(counts).figure.axes
    assert read_ticks(axes.get_xticklabels()) == list(made.vocabulary("verdict").index)
    assert read_ticks(axes.get_yticklabels()) == [
        "what it is (n = 3)",
        "where from (n = 2)",
        "cutting (n = 5)",
    ]


def test_the_verdicts_are_told_in_words(counts):
    chart = claimchart.draw_verdicts(counts)
    assert "(n = 10;" in chart.caption and chart.caption in chart.alt
    assert (
        "stands 2; too far 2; bare 2; denied by voices 1; denied by counts 2; taste 1."
        in chart.caption
    )
    assert chart.data.equals(counts)


# --- spread


def test_every_claim_is_one_dot_on_as_many_pages_as_assert_it(spread):
    (axes,) = claimchart.draw_spread(spread, 3).figure.axes
    places = [tuple(place) for place in axes.collections[0].get_offsets().tolist()]
    assert len(places) == len(set(places)) == len(spread)
    assert [x for x, _ in places] == spread["asserted"].to_list()


def test_bands_of_verdicts_do_not_overlap_the_first_on_top(made, spread):
    (axes,) = claimchart.draw_spread(spread, 3).figure.axes
    heights = pd.Series(axes.collections[0].get_offsets()[:, 1].tolist())
    bands = heights.groupby(spread["verdict"].astype("str").to_numpy()).agg(["min", "max"])
    order = [verdict for verdict in made.vocabulary("verdict").index if verdict in bands.index]
    lines = sorted((line.get_ydata()[0] for line in axes.lines), reverse=True)
    for line, above, below in zip(lines, order, order[1:], strict=False):
        assert bands.loc[above, "min"] > line > bands.loc[below, "max"]
    assert len(lines) == len(order) - 1
    labels = dict(zip(read_ticks(axes.get_yticklabels()), axes.get_yticks(), strict=True))
    counted = spread["verdict"].value_counts()
    assert list(labels) == [f"{verdict} (n = {counted[verdict]})" for verdict in order]
    for verdict, middle in zip(order, labels.values(), strict=True):
        assert bands.loc[verdict, "min"] - 1 <= middle <= bands.loc[verdict, "max"] + 1


def test_the_claims_of_most_pages_are_named_beside_their_dots(spread):
    (axes,) = claimchart.draw_spread(spread, 3).figure.axes
    dots = dict(zip(spread["claim_id"], axes.collections[0].get_offsets().tolist(), strict=True))
    named = {text.get_text(): list(text.xy) for text in axes.texts}
    assert len(spread) == 11 and len(named) == 10
    assert {"C1", "C5", "C6", "C8"} <= set(named)
    assert all(dots[claim] == place for claim, place in named.items())


def test_the_spread_is_told_in_words(spread):
    chart = claimchart.draw_spread(spread, 3)
    (axes,) = chart.figure.axes
    assert "among 3 consumer pages" in chart.caption and "(n = 11 claims" in chart.caption
    assert "“Every adult has a corn.”, on 3 pages, denied by counts." in chart.caption
    assert chart.caption in chart.alt and chart.data.equals(spread)
    assert axes.get_xlabel().endswith("(of 3)")


def test_few_claims_are_all_named_and_so_counted(spread):
    chart = claimchart.draw_spread(spread.head(2), 3)
    assert "the 2 most widespread are named" in chart.caption
    assert len(chart.figure.axes[0].texts) == 2


def test_without_claims_there_is_no_chart(counts, spread):
    for chart in (
        claimchart.draw_verdicts(counts.assign(n=0)),
        claimchart.draw_verdicts(counts.head(0)),
        claimchart.draw_spread(spread.head(0), 3),
    ):
        assert chart.caption.endswith(": none found.") and chart.caption in chart.alt
        assert [text.get_text() for text in chart.figure.axes[0].texts] == ["None found"]
