"""Proportions of several studies pooled, and what the pooling hides.

Two models with a study's own proportion on the logit scale: `pool_proportions` takes each study's
logit as normal, `pool_proportions_exactly` its count as binomial. Both are those of the R package
metafor; where they part, counts are small or extreme. Neither says that pooling makes sense: the
prediction interval shows where the next study may lie.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Pooled:
    """A pooled proportion with all that a caption has to name.

    Proportions: estimate, low, high (of the mean on the logit scale, put back), prediction_low,
    prediction_high (of the proportion in a further study). On the logit scale: logit, se, tau2
    (between studies) and, for REML, its limits tau2_low, tau2_high, else nan. i2 (percent) and h2
    are those of Higgins JPT, Thompson SG. Stat Med 2002;21:1539-58, from tau2 and the typical
    variance within studies. q tests, as a chi2 with df degrees of freedom and probability p,
    whether all proportions are the same.
    """

    estimate: float
    low: float
    high: float
    prediction_low: float
    prediction_high: float
    logit: float
    se: float
    df: int
    tau2: float
    tau2_low: float
    tau2_high: float
    i2: float
    h2: float
    q: float
    p: float
    k: int  # studies with people in them
    n_affected: int
    n_total: int
    n_corrected: int  # studies that had 1/2 added, none or all of their people being affected
    level: float
    method: str  # in words, like the three below
    interval: str
    prediction: str
    q_test: str


def pool_proportions(rows: pd.DataFrame, level: float = 0.95) -> Pooled:
    """Mean of the studies' logits, weighted by variance within and between studies.

    Columns read: n_affected, n_total. Between studies: restricted maximum likelihood (Viechtbauer
    W. J Educ Behav Stat 2005;30:261-93), limits of tau2 by the Q profile (Viechtbauer W.
    Stat Med 2007;26:37-52). Interval: Hartung J, Knapp G. Stat Med 2001;20:3875-89, as published,
    not kept from being narrower than a fixed effect's. Prediction interval: t with k - 1 degrees of
    freedom. Where none or all of a study's people are affected, 1/2 is added to its two counts.
    metafor: rma(measure="PLO", method="REML", test="knha").
    A study with nobody in it adds nothing. Raises ValueError as `_read_counts` does.
    """
    affected, total = _read_counts(rows)
    logits, variances = _measure_logits(affected, total)
    tau2 = _estimate_tau2(logits, variances)
    weights = 1 / (variances + tau2)
    logit = np.average(logits, weights=weights)
    scatter = _sum_of_squares(tau2, logits, variances) / (len(logits) - 1)
    tau2_low, tau2_high = _profile_tau2(logits, variances, level)
    return _describe(
        (affected, total),
        level,
        logit=float(logit),
        se=float(np.sqrt(scatter / weights.sum())),
        tau2=tau2,
        tau2_low=tau2_low,
        tau2_high=tau2_high,
        q=_sum_of_squares(0, logits, variances),
        n_corrected=int(_find_extreme(affected, total).sum()),
        method="random effects of logits, restricted maximum likelihood",
        interval="Hartung-Knapp",
        q_test="Cochran's Q",
    )


def pool_proportions_exactly(rows: pd.DataFrame, level: float = 0.95, points: int = 25) -> Pooled:
    """Mean logit of binomial counts whose studies differ by a normal random intercept.

    Columns read: n_affected, n_total. Maximum likelihood by adaptive Gauss-Hermite quadrature with
    `points` points (Stijnen T, Hamza TH, Ozdemir P. Stat Med 2010;29:3046-67; Pinheiro JC, Bates
    DM. J Comput Graph Stat 1995;4:12-35). Both intervals: Wald's, t with k - 1 degrees of freedom
    for the normal. Nothing is added to a count; only i2 and h2 need the corrected variances.
    metafor: rma.glmm(measure="PLO", test="t"), which asks lme4 for 7 points.
    A study with nobody in it adds nothing. Raises ValueError as `_read_counts` does, and where in
    no study some people were affected and some not: there no finite estimate exists.
    """
    from scipy.optimize import minimize
    from scipy.special import xlogy

    affected, total = _read_counts(rows)
    if _find_extreme(affected, total).all():
        raise ValueError("no study has both affected and unaffected people: nothing to estimate")
    logits, variances = _measure_logits(affected, total)
    start = np.array([np.average(logits), max(np.sqrt(_estimate_tau2(logits, variances)), 0.1)])
    saturated = xlogy(affected, affected / total) + xlogy(total - affected, 1 - affected / total)
    rule = np.polynomial.hermite.hermgauss(points)

    def measure_misfit(parameters: np.ndarray) -> float:
        return float((saturated - _integrate_likelihood(*parameters, affected, total, rule)).sum())

    # Relative to the misfit: more studies round more coarsely.
    fine = 1e-12 * max(1, measure_misfit(start))
    exact = {"xatol": 1e-8, "fatol": fine, "maxiter": 5000, "maxfev": 5000}
    fit = minimize(measure_misfit, start, method="Nelder-Mead", options=exact)
    common = affected.sum() / total.sum()
    one_proportion = xlogy(affected, common) + xlogy(total - affected, 1 - common)
    return _describe(
        (affected, total),
        level,
        logit=float(fit.x[0]),
        se=_measure_error(measure_misfit, fit.x),
        tau2=float(fit.x[1] ** 2),
        tau2_low=np.nan,
        tau2_high=np.nan,
        q=float(max(2 * (saturated - one_proportion).sum(), 0)),
        n_corrected=0,
        method="binomial counts with random intercept, maximum likelihood",
        interval="Wald",
        q_test="likelihood ratio",
    )


def leave_one_out(
    rows: pd.DataFrame, pool: Callable[[pd.DataFrame], Pooled] = pool_proportions
) -> pd.DataFrame:
    """What the other studies say: one line for each study left out, under its index.

    Columns: estimate, low, high, prediction_low, prediction_high (proportions), tau2, i2 (percent).
    Needs three studies with people in them. Raises ValueError as `pool` does.
    """
    people = rows[rows["n_total"].ne(0).fillna(True)]
    pooled = pd.DataFrame([pool(people.drop(left)) for left in people.index], index=people.index)
    return pooled[["estimate", "low", "high", "prediction_low", "prediction_high", "tau2", "i2"]]


def _read_counts(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Affected and examined people of each study that has any.

    Raises ValueError where a count is missing or impossible, or fewer than two studies have people.
    """
    counts = rows[["n_affected", "n_total"]]
    if counts.isna().any(axis=None):
        raise ValueError("a study without both counts can't be pooled")
    affected, total = counts.to_numpy(float).T
    if ((affected < 0) | (affected > total)).any():
        raise ValueError("a study has fewer than none or more than all of its people affected")
    if (total > 0).sum() < 2:
        raise ValueError("pooling needs two studies with people in them; show one as it is")
    return affected[total > 0], total[total > 0]


def _find_extreme(affected: np.ndarray, total: np.ndarray) -> np.ndarray:
    return (affected == 0) | (affected == total)


def _measure_logits(affected: np.ndarray, total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logits and their variances within studies, 1/2 added where none or all are affected."""
    added = 0.5 * _find_extreme(affected, total)
    yes, no = affected + added, total - affected + added
    return np.log(yes / no), 1 / yes + 1 / no


def _sum_of_squares(tau2: float, logits: np.ndarray, variances: np.ndarray) -> float:
    """Weighted squares about the weighted mean: Q of Cochran at 0, falling as tau2 grows."""
    weights = 1 / (variances + tau2)
    return float((weights * (logits - np.average(logits, weights=weights)) ** 2).sum())


def _estimate_tau2(logits: np.ndarray, variances: np.ndarray) -> float:
    """The tau2 of the highest restricted likelihood.

    All its tops are looked at: where one study is far larger than the rest, there may be two.
    """
    from scipy.optimize import brentq

    def slope(tau2: float) -> float:
        weights = 1 / (variances + tau2)
        residuals = logits - np.average(logits, weights=weights)
        trace = weights.sum() - (weights**2).sum() / weights.sum()
        return ((weights * residuals) ** 2).sum() - trace

    def likelihood(tau2: float) -> float:
        weights = 1 / (variances + tau2)
        squares = _sum_of_squares(tau2, logits, variances)
        return np.log(weights).sum() - np.log(weights.sum()) - squares

    # The squares in the slope are at most trace * range^2 / (2 tau2): from half the squared range
    # on the likelihood only falls.
    steps = np.ptp(logits) ** 2 * np.append(0, np.logspace(-6, 0, 200))
    rises = [slope(tau2) > 0 for tau2 in steps]
    tops = [
        brentq(slope, steps[i], steps[i + 1], xtol=1e-14)
        for i in range(len(steps) - 1)
        if rises[i] and not rises[i + 1]
    ]
    return float(max(tops if rises[0] else [0, *tops], key=likelihood))


def _profile_tau2(logits: np.ndarray, variances: np.ndarray, level: float) -> tuple[float, float]:
    """All tau2 at which the weighted squares are not too large or small for their chi2."""
    from scipy.optimize import brentq
    from scipy.stats import chi2

    df = len(logits) - 1

    def solve(squares: float) -> float:
        def excess(tau2: float) -> float:
            return _sum_of_squares(tau2, logits, variances) - squares

        # Squares are at most df * range^2 / (2 tau2): at the end they have fallen far enough.
        end = df * np.ptp(logits) ** 2 / squares
        return 0.0 if excess(0) <= 0 else float(brentq(excess, 0, end, xtol=1e-14))

    return solve(chi2.ppf((1 + level) / 2, df)), solve(chi2.ppf((1 - level) / 2, df))


def _integrate_likelihood(
    logit: float,
    tau: float,
    affected: np.ndarray,
    total: np.ndarray,
    rule: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """Log likelihood of each study's count, its deviation (in units of tau) integrated out.

    `rule`: nodes and weights of Gauss and Hermite. Without binomial coefficients; the same for tau
    and -tau.
    """
    from scipy.special import logsumexp

    middle, width = _find_peaks(logit, tau, affected, total)
    nodes, weights = rule
    deviations = middle[:, None] + width[:, None] * nodes
    odds = logit + tau * deviations
    heights = affected[:, None] * odds - total[:, None] * np.logaddexp(0, odds)
    heights = heights - deviations**2 / 2 + nodes**2
    return logsumexp(heights, axis=1, b=weights) + np.log(width / np.sqrt(2 * np.pi))


def _find_peaks(
    logit: float, tau: float, affected: np.ndarray, total: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Each study's likeliest deviation and the width of the peak about it.

    Newton's steps, halving the range instead where a step would leave it.
    """
    from scipy.special import expit

    peak, low, high = np.zeros(len(total)), -abs(tau) * total, abs(tau) * total
    for _ in range(100):
        share = expit(logit + tau * peak)
        slope = tau * (affected - total * share) - peak
        curvature = 1 + tau**2 * total * share * (1 - share)
        if np.abs(slope / curvature).max() < 1e-11:
            break
        low, high = np.where(slope > 0, peak, low), np.where(slope > 0, high, peak)
        peak = peak + slope / curvature
        peak = np.where((low <= peak) & (peak <= high), peak, (low + high) / 2)
    return peak, np.sqrt(2 / curvature)


def _measure_error(measure_misfit: Callable[[np.ndarray], float], best: np.ndarray) -> float:
    """Standard error of the first of two parameters from the curvature at the best of both."""
    step = 1e-3
    misfit = {
        (i, j): measure_misfit(best + step * np.array([i, j]))
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    }
    first = misfit[1, 0] - 2 * misfit[0, 0] + misfit[-1, 0]
    second = misfit[0, 1] - 2 * misfit[0, 0] + misfit[0, -1]
    both = (misfit[1, 1] - misfit[1, -1] - misfit[-1, 1] + misfit[-1, -1]) / 4
    # At tau = 0 the misfit is even in tau: the two do not touch, whatever the second curvature.
    shared = both**2 / second if abs(best[1]) > step else 0
    return float(step / np.sqrt(first - shared))


def _describe(
    counts: tuple[np.ndarray, np.ndarray],
    level: float,
    *,
    logit: float,
    se: float,
    tau2: float,
    q: float,
    interval: str,
    **rest: float | int | str,
) -> Pooled:
    """A Pooled from what the two models have in common: t limits, i2 and h2, words."""
    from scipy.special import expit
    from scipy.stats import chi2, t

    affected, total = counts
    df = len(total) - 1
    within = 1 / _measure_logits(affected, total)[1]
    typical = df / (within.sum() - (within**2).sum() / within.sum())
    quantile = t.ppf((1 + level) / 2, df)
    reach, far = quantile * se, quantile * np.sqrt(se**2 + tau2)
    words = f"{100 * level:g}% {{}} interval (t, {df} degree{'s' * (df > 1)} of freedom)"
    return Pooled(
        *map(float, expit([logit, logit - reach, logit + reach, logit - far, logit + far])),
        logit=logit,
        se=se,
        df=df,
        tau2=tau2,
        i2=float(100 * tau2 / (typical + tau2)),
        h2=float(tau2 / typical + 1),
        q=q,
        p=float(chi2.sf(q, df)),
        k=len(total),
        n_affected=int(affected.sum()),
        n_total=int(total.sum()),
        level=level,
        interval=words.format(interval),
        prediction=words.format("prediction"),
        **rest,
    )
