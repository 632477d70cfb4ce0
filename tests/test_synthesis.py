"""Pooled proportions: R's numbers, and what holds whatever the studies."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_review import synthesis
from evidence_review.synthesis import (
    Pooled,
    leave_one_out,
    pool_proportions,
    pool_proportions_exactly,
)


def make_rows(affected: list[int], total: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"n_affected": affected, "n_total": total})


STUDIES = {
    # dat.pritz1997 of the R package metadat; in two studies everybody is affected
    "pritz": make_rows(
        [16, 10, 4, 43, 10, 25, 13, 12, 22, 4, 5, 18, 58, 6],
        [17, 12, 8, 58, 10, 42, 14, 12, 41, 5, 6, 23, 68, 10],
    ),
    # this review's general surveys of newborns in data/frequencies.csv when this test was written,
    # counts rebuilt by list_surveys
    "surveys": make_rows(
        [438, 119, 1344, 2556, 199, 75, 192, 48, 582],
        [2530, 500, 4000, 5000, 505, 1000, 313, 594, 2221],
    ),
    "corner": make_rows([0, 3, 12, 9], [40, 25, 80, 9]),  # none and all affected
    "pair": make_rows([438, 119], [2530, 500]),
    "same": make_rows([10, 12, 30], [100, 110, 310]),  # tau2 = 0
    "tops": make_rows([20, 83, 958], [25, 244, 2648]),  # the restricted likelihood has two tops
}

# tests/metafor.R printed these: metafor 3.8.1, metadat 1.2.0, lme4 1.1.31, R 4.2.2.
SHOWN = ["estimate", "low", "high", "prediction_low", "prediction_high"]
SHOWN += ["se", "df", "tau2", "i2", "h2", "q", "p"]
REML = {
    "pritz": [
        *[0.757479295, 0.648129070, 0.841174472, 0.433303872, 0.927317960, 0.24444147012, 13],
        *[0.36458777861, 56.55960299634, 2.30200474438, 29.78541646026, 0.00505664118],
    ],
    "surveys": [
        *[0.2628030355, 0.1401817193, 0.4380403422, 0.0295657949, 0.8066245911, 0.339258376, 8],
        *[1.02262369, 99.6905006, 323.102354, 1460.40591, 0],
    ],
    "corner": [
        *[0.202588453092, 0.002587902870, 0.961355044272, 0.000025202123, 0.999609685944],
        *[1.44043965489, 3, 6.31558686968, 92.35194084955, 13.07521268244, 14.06535552078],
        0.00281752902,
    ],
    "pair": [
        *[0.20197426881, 0.01961355004, 0.76200892695, 0.00352265882, 0.94769839682],
        *[0.199723339, 1, 0.0730978384, 91.3809640, 11.6022256, 11.6022256, 0.000658729403],
    ],
    "same": [
        *[0.1001026179, 0.0862314704, 0.1159220041, 0.0862314704, 0.1159220041, 0.0382222794, 2],
        *[0, 0, 1, 0.1367082432, 0.9339296903],
    ],
    "tops": [
        *[0.49163448439, 0.05732344987, 0.93895080457, 0.00504948977, 0.99460286583],
        *[0.642986647, 2, 1.07536759, 98.3052435, 59.0055253, 15.7546726, 0.000379241892],
    ],
}
REML_TAU2 = {
    "pritz": [0.0413631259, 2.0509923082],
    "surveys": [0.461560539, 3.806167902],
    "corner": [1.00144106, 128.91911048],
    "pair": [0.00902784261, 81.44604177978],
    "same": [0, 0.115349659],
    "tops": [0.192470698, 52.656181159],
}
GLMM_7_POINTS = {
    "pritz": [
        *[0.798445097, 0.679958643, 0.880757913, 0.402507718, 0.958839154, 0.288387188, 13],
        *[0.589330902, 67.7897368, 3.10460052, 42.2323980, 0.0000600029838],
    ],
    "surveys": [
        *[0.2624581731, 0.1454356904, 0.4266323781, 0.0336942502, 0.7840948736, 0.319872232, 8],
        *[0.912408476, 99.653243925, 288.387160907, 1778.307419558, 0],
    ],
    "corner": [
        *[0.189689554, 0.000175506080, 0.996807025, 6.16931959e-08, 0.999998874, 2.26103822, 3],
        *[17.5471582, 97.1056138, 34.5496401, 47.2961570, 3.00628741e-10],
    ],
    "pair": [
        *[0.1999474990, 0.0398986491, 0.6004766001, 0.0134938626, 0.8203454271, 0.141196675, 1],
        *[0.0323457016, 82.4298514, 5.69147151, 11.0978138, 0.000864295451],
    ],
    "same": [
        *[0.1, 0.0559262408, 0.1724619365, 0.0559262408, 0.1724619365, 0.146176340, 2],
        *[0, 0, 1, 0.134598826, 0.934915234],
    ],
    "tops": [
        *[0.4865375262, 0.0967491197, 0.8934192731, 0.0146449439, 0.9837164302, 0.506667941, 2],
        *[0.675851624, 97.3301695, 37.4555607, 20.5896276, 0.0000338079755],
    ],
}
GLMER_25_POINTS = {  # logit, se, tau2
    "pritz": [1.376587521, 0.288377373, 0.589299894],
    "surveys": [-1.033231072, 0.319871241, 0.912408476],
    "corner": [-1.45665841, 2.33876666, 18.70580402],
    "pair": [-1.3866225247, 0.1411966772, 0.0323457016],
    "same": [-2.19722458, 0.14617634, 0],
    "tops": [-0.0538646941, 0.5066760402, 0.6758739772],
}


def read(pooled: Pooled, names: list[str]) -> list[float]:
    return [getattr(pooled, name) for name in names]


@pytest.mark.parametrize("name", STUDIES)
def test_restricted_likelihood_and_hartung_knapp_are_metafors(name):
    pooled = pool_proportions(STUDIES[name])
    assert read(pooled, SHOWN) == pytest.approx(REML[name], rel=1e-6, abs=1e-9)
    assert read(pooled, ["tau2_low", "tau2_high"]) == pytest.approx(REML_TAU2[name], rel=1e-6)


@pytest.mark.parametrize("name", STUDIES)
def test_the_binomial_model_is_metafors(name):
    pooled = pool_proportions_exactly(STUDIES[name], points=7)
    assert read(pooled, SHOWN) == pytest.approx(GLMM_7_POINTS[name], rel=1e-4, abs=2e-5)


@pytest.mark.parametrize("name", STUDIES)
def test_the_binomial_model_with_its_own_points_is_lme4s(name):
    pooled = pool_proportions_exactly(STUDIES[name])
    numbers = read(pooled, ["logit", "se", "tau2"])
    assert numbers == pytest.approx(GLMER_25_POINTS[name], rel=1e-4, abs=2e-5)


def test_the_binomial_model_finds_peaks_far_from_where_it_starts():
    pooled = pool_proportions_exactly(make_rows([0, 0, 0, 1], [3000, 3000, 3000, 2]))
    # glmer() with 25 points, from tests/metafor.R
    assert (pooled.logit, pooled.tau2) == pytest.approx((-17.9571735, 170.9879391), rel=1e-4)


def test_leaving_one_out_is_metafors():
    pooled = leave_one_out(STUDIES["surveys"])
    # leave1out() of metafor, from tests/metafor.R
    printed = {
        "estimate": [
            *[0.275905879, 0.265925089, 0.254274395, 0.237393253, 0.248450043],
            *[0.300071588, 0.228650020, 0.297557576, 0.262812258],
        ],
        "low": [
            *[0.135026579, 0.127405638, 0.121479382, 0.119022015, 0.119824625],
            *[0.166669344, 0.121754970, 0.162543922, 0.125472376],
        ],
        "high": [
            *[0.481883920, 0.473350761, 0.456760120, 0.417675096, 0.445294909],
            *[0.478888724, 0.387938897, 0.480387359, 0.469735275],
        ],
        "tau2": [
            *[1.125139432, 1.168050484, 1.152332433, 0.982178640, 1.113224862],
            *[0.817514009, 0.815347962, 0.860554361, 1.172063778],
        ],
    }
    for column, numbers in printed.items():
        assert pooled[column].tolist() == pytest.approx(numbers, rel=1e-6)


# --- what holds whatever the studies

counts = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
studies = st.lists(counts, min_size=2, max_size=8).map(
    lambda pairs: make_rows(*map(list, zip(*pairs, strict=True)))
)
mixed = studies.filter(lambda rows: rows["n_affected"].between(1, rows["n_total"] - 1).any())
poolable = {pool_proportions: studies, pool_proportions_exactly: mixed}
both_models = pytest.mark.parametrize("pool", poolable, ids=["logits", "counts"])
NUMBERS = [*SHOWN[:8], "q"]  # i2 and h2 follow from tau2, p from q


@both_models
@settings(max_examples=25)
@given(data=st.data())
def test_the_intervals_hold_the_estimate_and_stay_proportions(pool, data):
    pooled = pool(data.draw(poolable[pool]))
    assert 0 <= pooled.prediction_low <= pooled.low <= pooled.estimate
    assert pooled.estimate <= pooled.high <= pooled.prediction_high <= 1
    assert 0 <= pooled.tau2 < np.inf and 0 <= pooled.i2 <= 100 and 0 <= pooled.p <= 1


@both_models
def test_a_further_study_is_as_certain_as_the_mean_only_where_studies_agree(pool):
    agreeing, differing = pool(STUDIES["same"]), pool(STUDIES["surveys"])
    assert agreeing.prediction_high == pytest.approx(agreeing.high)
    assert differing.prediction_low < differing.low / 4


@both_models
@settings(max_examples=10)
@given(data=st.data())
def test_neither_order_nor_empty_studies_change_anything(pool, data):
    drawn = data.draw(poolable[pool])
    empty = pd.concat([make_rows([0], [0]), drawn.iloc[::-1], make_rows([0], [0])])
    changed = pool(empty)
    assert read(changed, NUMBERS) == pytest.approx(read(pool(drawn), NUMBERS), rel=1e-3, abs=1e-6)
    assert changed.k == len(drawn)


@both_models
@settings(max_examples=10)
@given(data=st.data())
def test_affected_and_unaffected_mirror_each_other(pool, data):
    drawn = data.draw(poolable[pool])
    pooled = pool(drawn)
    mirror = pool(drawn.assign(n_affected=drawn["n_total"] - drawn["n_affected"]))
    ends = [1 - mirror.high, 1 - mirror.estimate, 1 - mirror.low, mirror.tau2]
    shown = [pooled.low, pooled.estimate, pooled.high, pooled.tau2]
    assert ends == pytest.approx(shown, rel=1e-3, abs=1e-6)


@both_models
@settings(max_examples=10)
@given(data=st.data())
def test_ten_times_the_studies_narrow_the_interval(pool, data):
    drawn = data.draw(poolable[pool])
    once, often = pool(drawn), pool(pd.concat([drawn] * 10, ignore_index=True))
    # no wider rather than narrower: studies that agree to the last figure leave Hartung-Knapp none
    assert often.se <= once.se
    assert often.df == 10 * len(drawn) - 1


@settings(max_examples=10)
@given(st.lists(st.integers(1, 50), min_size=2, max_size=6), st.integers(1, 9))
def test_ten_times_the_people_narrow_the_interval_where_studies_agree(sizes, affected_of_ten):
    rows = make_rows([affected_of_ten * n for n in sizes], [10 * n for n in sizes])
    once, tenfold = pool_proportions_exactly(rows), pool_proportions_exactly(10 * rows)
    assert tenfold.se == pytest.approx(once.se / np.sqrt(10), rel=1e-3)
    assert tenfold.estimate == pytest.approx(affected_of_ten / 10, abs=1e-6)


def test_a_hundred_times_the_studies_take_about_as_many_steps_to_pool(monkeypatch):
    looks = []

    def count_looks(*arguments):
        looks.append(1)
        return integrate(*arguments)

    integrate = synthesis._integrate_likelihood
    monkeypatch.setattr(synthesis, "_integrate_likelihood", count_looks)
    once = pool_proportions_exactly(STUDIES["surveys"])
    few = len(looks)
    many = pool_proportions_exactly(pd.concat(100 * [STUDIES["surveys"]], ignore_index=True))
    assert len(looks) - few < 1.25 * few
    assert (many.logit, many.tau2) == pytest.approx((once.logit, once.tau2), abs=1e-5)


@both_models
def test_ten_times_the_people_do_not_help_where_studies_differ(pool):
    once, tenfold = pool(STUDIES["surveys"]), pool(10 * STUDIES["surveys"])
    assert tenfold.high - tenfold.low == pytest.approx(once.high - once.low, rel=0.02)


@both_models
def test_a_higher_level_widens_the_intervals(pool):
    usual, sure = pool(STUDIES["pritz"]), pool(STUDIES["pritz"], level=0.99)
    assert sure.low < usual.low < usual.high < sure.high
    assert sure.prediction_low < usual.prediction_low and sure.estimate == usual.estimate


# --- what can't be pooled

cannot_be_pooled = pytest.mark.parametrize(
    ("rows", "said"),
    [
        (make_rows([3], [10]), "needs two studies"),
        (make_rows([3, 0], [10, 0]), "needs two studies"),
        (make_rows([3, 11], [10, 10]), "more than all"),
        (make_rows([3, -1], [10, 10]), "fewer than none"),
        (make_rows([3, 1], [10, 10]).astype("Int64").replace(1, pd.NA), "without both counts"),
    ],
)


@both_models
@cannot_be_pooled
def test_what_cannot_be_pooled_is_refused_in_words(pool, rows, said):
    with pytest.raises(ValueError, match=said):
        pool(rows)


def test_counts_of_none_and_all_alone_have_no_binomial_estimate():
    with pytest.raises(ValueError, match="both affected and unaffected"):
        pool_proportions_exactly(make_rows([0, 9], [40, 9]))


# --- what a caption names


def test_a_caption_can_name_method_interval_and_correction():
    pooled = pool_proportions(STUDIES["pritz"])
    assert pooled.method == "random effects of logits, restricted maximum likelihood"
    assert pooled.interval == "95% Hartung-Knapp interval (t, 13 degrees of freedom)"
    assert pooled.prediction == "95% prediction interval (t, 13 degrees of freedom)"
    assert pooled.q_test == "Cochran's Q"
    assert (pooled.k, pooled.n_affected, pooled.n_total, pooled.n_corrected) == (14, 246, 326, 2)


def test_the_binomial_model_corrects_nothing():
    pooled = pool_proportions_exactly(STUDIES["pair"], level=0.9)
    assert pooled.interval == "90% Wald interval (t, 1 degree of freedom)"
    assert pool_proportions_exactly(STUDIES["corner"]).n_corrected == 0


# --- leaving one out


def test_each_study_that_has_people_is_left_out_once_under_its_own_name():
    rows = pd.concat([STUDIES["corner"], make_rows([0], [0])]).set_axis(list("abcde"))
    pooled = leave_one_out(rows, pool_proportions_exactly)
    assert list(pooled.index) == list("abcd")
    alone = pool_proportions_exactly(rows.drop("b"))
    assert pooled.loc["b", "estimate"] == pytest.approx(alone.estimate)


def test_two_studies_leave_nothing_to_pool():
    with pytest.raises(ValueError, match="needs two studies"):
        leave_one_out(STUDIES["pair"])


def test_a_study_without_its_number_is_not_left_out_in_silence():
    rows = STUDIES["surveys"].astype("Int64")
    rows.loc[3, "n_total"] = pd.NA
    with pytest.raises(ValueError, match="without both counts"):
        leave_one_out(rows)
