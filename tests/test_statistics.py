"""Intervals, agreement, trial sizes: published values, and what holds whatever the numbers."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_review.statistics import (
    add_intervals,
    cohen_kappa,
    gwet_ac1,
    size_arms,
    wilson_interval,
)

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


# --- people that a trial needs

percents = st.integers(0, 100)
powers = st.sampled_from([0.5, 0.8, 0.9, 0.95])


@pytest.mark.parametrize(
    ("control", "new", "power", "n"),
    # power.prop.test() of R 4.2.2, rounded up; the second is the example of its help page (76.7)
    [
        (0.5, 0.7, 0.8, 93),
        (0.5, 0.75, 0.9, 77),
        (0.1, 0.2, 0.8, 199),
        (0.05, 0.1, 0.8, 435),
        (0.2, 0.4, 0.8, 82),
    ],
)
def test_a_trial_needs_as_many_people_as_r_says(control, new, power, n):
    assert size_arms(control, new, 0.05, power) == n


@given(percents, percents, percents, powers)
def test_a_larger_difference_in_the_same_direction_needs_no_more_people(a, b, c, power):
    ends = sorted({a, b, c})
    if len(ends) == 3:
        for control, nearer, farther in (ends, ends[::-1]):
            few = size_arms(control / 100, farther / 100, 0.05, power)
            assert few <= size_arms(control / 100, nearer / 100, 0.05, power)


@given(percents, percents)
def test_more_power_or_less_error_needs_no_fewer_people(control, new):
    if control != new:
        usual = size_arms(control / 100, new / 100, 0.05, 0.8)
        assert size_arms(control / 100, new / 100, 0.05, 0.9) >= usual
        assert size_arms(control / 100, new / 100, 0.01, 0.8) >= usual > 0


@given(percents, percents)
def test_it_does_not_matter_which_group_is_which_nor_what_counts_as_an_event(control, new):
    if control != new:
        n = size_arms(control / 100, new / 100)
        assert size_arms(new / 100, control / 100) == pytest.approx(n, abs=1)
        assert size_arms(1 - control / 100, 1 - new / 100) == pytest.approx(n, abs=1)


@pytest.mark.parametrize(
    ("share", "margin", "power", "n"),
    # 2 p (1 - p) (z of alpha + z of power)^2 / margin^2 with z of 0.025, 0.2, 0.1 from tables
    [(0.05, 0.05, 0.8, 299), (0.2, 0.1, 0.9, 337)],
)
def test_not_much_worse_needs_as_many_people_as_the_formula_by_hand(share, margin, power, n):
    assert size_arms(share, share, 0.025, power, margin) == n


def test_nobody_can_show_that_what_reaches_the_margin_keeps_within_it():
    with pytest.raises(ValueError, match="no sample"):
        size_arms(0.1, 0.2, margin=0.1)
    with pytest.raises(ValueError, match="no sample"):
        size_arms(0.1, 0.25, margin=0.1)


def test_small_differences_need_very_many_people():
    assert size_arms(0.5, 0.51) > 100 * size_arms(0.5, 0.7)


@pytest.mark.parametrize(
    ("control", "new"), [(0.2, 0.2), (0, 0), (-0.1, 0.5), (0.5, 1.1), (20, 40)]
)
def test_equal_proportions_and_what_is_no_proportion_are_refused(control, new):
    with pytest.raises(ValueError, match=f"no sample tells {control} from {new}"):
        size_arms(control, new)
