"""Intervals: against published values, for all counts, and only where people were at risk."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_review.statistics import add_intervals, cohen_kappa, gwet_ac1, wilson_interval

counts = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("affected", "exposed", "low", "high"),
    # Newcombe RG. Stat Med 1998;17:857-72, table I, method 3 (score, no continuity correction)
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_wilson_interval_is_newcombes(affected, exposed, low, high):
    assert wilson_interval(affected, exposed) == pytest.approx((low, high), abs=5e-5)


@given(counts)
def test_the_interval_holds_the_proportion_and_stays_a_proportion(count):
    affected, exposed = count
    low, high = wilson_interval(affected, exposed)
    assert 0 <= low <= affected / exposed <= high <= 1 or low == pytest.approx(affected / exposed)


@given(counts)
def test_ten_times_the_people_narrow_the_interval(count):
    affected, exposed = count
    low, high = wilson_interval(affected, exposed)
    narrow = wilson_interval(10 * affected, 10 * exposed)
    assert narrow[1] - narrow[0] < high - low


@given(counts)
def test_affected_and_unaffected_mirror_each_other(count):
    affected, exposed = count
    low, high = wilson_interval(affected, exposed)
    assert wilson_interval(exposed - affected, exposed) == pytest.approx((1 - high, 1 - low))


def test_zero_events_keep_an_upper_limit():
    assert wilson_interval(0, 50)[1] > 0.05


def test_more_affected_than_exposed_is_refused():
    with pytest.raises(ValueError):
        wilson_interval(5, 4)


@pytest.fixture
def rows() -> pd.DataFrame:
    return pd.DataFrame(
        {"n_affected": [5, 5, 1, None], "n_exposed": [50, 50, 3, 50]}, dtype="Int64"
    )


def test_intervals_stand_only_where_people_were_at_risk(rows):
    shown = add_intervals(rows, pd.Series([True, False, True, True]))
    assert list(shown["risk"].notna()) == [True, False, False, False]
    assert shown.loc[0, ["risk", "low", "high"]].tolist() == pytest.approx([10, 4.3, 21.4], abs=0.1)


def test_no_row_at_risk_gives_no_interval(rows):
    shown = add_intervals(rows, pd.Series([False] * 4))
    assert shown[["risk", "low", "high"]].isna().all(axis=None)


# --- agreement of two readers

# Raters 1 and 2 of the dataset raw_4raters in the Python package irrCAC 0.4.4, rows coded by both;
# CAC(rows, categories=[1, 2, 3, 4, 5]).conger() and .gwet() gave these numbers.
FIRST = pd.Series([1, 2, 3, 3, 2, 1, 4, 1, 2])
SECOND = pd.Series([1, 2, 3, 3, 2, 2, 4, 1, 2])


def test_kappa_is_that_of_irrcac():
    kappa = cohen_kappa(FIRST, SECOND)
    assert kappa.estimate == pytest.approx(0.84483, abs=5e-6)
    assert (kappa.low, kappa.high) == pytest.approx((0.4864, 1), abs=5e-5)


def test_ac1_is_that_of_irrcac():
    ac1 = gwet_ac1(FIRST, SECOND, n_categories=5)
    assert ac1.estimate == pytest.approx(0.86492, abs=5e-6)
    assert (ac1.low, ac1.high) == pytest.approx((0.55438, 1), abs=5e-6)


def test_where_one_category_rules_kappa_falls_and_ac1_does_not():
    first = pd.Series(["none"] * 98 + ["some", "none"])
    second = pd.Series(["none"] * 98 + ["none", "some"])
    assert cohen_kappa(first, second).estimate < 0
    assert gwet_ac1(first, second, n_categories=2).estimate > 0.95


def test_one_category_alone_has_no_kappa():
    same = pd.Series(["none"] * 10)
    assert pd.isna(cohen_kappa(same, same).estimate)
    assert gwet_ac1(same, same, n_categories=2).estimate == 1


readers = st.integers(2, 30).flatmap(
    lambda n: st.tuples(*[st.lists(st.sampled_from("abc"), min_size=n, max_size=n)] * 2)
)


@given(readers)
def test_agreement_does_not_depend_on_who_is_first_nor_on_order(pair):
    first, second = map(pd.Series, pair)
    ac1 = gwet_ac1(first, second, n_categories=3)
    assert gwet_ac1(second, first, n_categories=3) == pytest.approx(ac1, nan_ok=True)
    back = gwet_ac1(first[::-1], second[::-1], n_categories=3)
    assert back.estimate == pytest.approx(ac1.estimate)


@given(readers)
def test_a_coefficient_lies_within_its_limits(pair):
    first, second = map(pd.Series, pair)
    for value in (cohen_kappa(first, second), gwet_ac1(first, second, n_categories=3)):
        assert pd.isna(value.estimate) or -1 <= value.low <= value.estimate <= value.high <= 1
