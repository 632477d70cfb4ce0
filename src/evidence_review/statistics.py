"""Proportions and agreement with their uncertainty. Each estimator names its paper."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

LEVEL = 0.95  # of every interval here
SMALLEST_GROUP = 4  # below this an interval says nothing that the count does not


@cache  # several summaries ask for the same counts
def wilson_interval(n_affected: int, n_exposed: int) -> tuple[float, float]:
    """95% score interval of a proportion, both limits between 0 and 1.

    Wilson EB. Probable inference, the law of succession, and statistical inference.
    J Am Stat Assoc 1927;22:209-12. Chosen for small counts and for none at all, where the
    plain interval has no width: Brown LD, Cai TT, DasGupta A. Stat Sci 2001;16:101-33.
    Raises ValueError unless 0 <= n_affected <= n_exposed and n_exposed > 0.
    """
    from scipy.stats import binomtest  # here, because it takes a second to import

    interval = binomtest(int(n_affected), int(n_exposed)).proportion_ci(LEVEL, method="wilson")
    return float(interval.low), float(interval.high)


def add_intervals(rows: pd.DataFrame, at_risk: pd.Series) -> pd.DataFrame:
    """`rows` with `risk`, `low`, `high` (percent): Wilson intervals where people were at risk.

    Columns read: n_affected, n_exposed. The three columns stay missing where `at_risk` is not
    true, a count is missing, or fewer than SMALLEST_GROUP were exposed.
    """
    counted = (
        at_risk.fillna(False)
        & rows["n_affected"].notna()
        & (rows["n_exposed"] >= SMALLEST_GROUP).fillna(False)
    )
    counts = rows.loc[counted, ["n_affected", "n_exposed"]].astype(int)
    limits = pd.DataFrame(
        [wilson_interval(k, n) for k, n in counts.itertuples(index=False)],
        columns=["low", "high"],
        index=counts.index,
        dtype="float64",
    ).mul(100)
    return rows.assign(
        risk=(100 * counts["n_affected"] / counts["n_exposed"]).reindex(rows.index),
        low=limits["low"].reindex(rows.index),
        high=limits["high"].reindex(rows.index),
    )


@dataclass(frozen=True)
class Coefficient:
    """An estimate with its limits; all three missing (nan) where it is not defined."""

    estimate: float
    low: float
    high: float


def cohen_kappa(first: pd.Series, second: pd.Series) -> Coefficient:
    """Agreement of two readers beyond what their own shares of each category would bring.

    Cohen J. A coefficient of agreement for nominal scales. Educ Psychol Meas 1960;20:37-46.
    Its interval: linearised variance, as in `gwet_ac1`. Not defined where both readers use one
    category alone; misleading where one category rules (Feinstein AR, Cicchetti DV. J Clin
    Epidemiol 1990;43:543-9).
    """
    share_first = first.value_counts(normalize=True)
    share_second = second.value_counts(normalize=True)
    by_chance = (share_first * share_second).sum()
    # What each row adds to chance: how often the other reader uses the category found in it.
    row = (
        first.map(share_second).fillna(0).to_numpy() + second.map(share_first).fillna(0).to_numpy()
    ) / 2
    return _correct_for_chance(first.eq(second).to_numpy(float), row, by_chance)


def gwet_ac1(first: pd.Series, second: pd.Series, n_categories: int) -> Coefficient:
    """Agreement of two readers beyond chance, steady where one category rules.

    `n_categories` is how many the readers could choose from, used or not (2 or more).
    Gwet KL. Computing inter-rater reliability and its variance in the presence of high agreement.
    Br J Math Stat Psychol 2008;61:29-48.
    """
    shares = pd.concat([first, second]).value_counts(normalize=True)
    by_chance = (shares * (1 - shares)).sum() / (n_categories - 1)
    row = (first.map(1 - shares).to_numpy() + second.map(1 - shares).to_numpy()) / 2
    row = row / (n_categories - 1)
    return _correct_for_chance(first.eq(second).to_numpy(float), row, by_chance)


def _correct_for_chance(
    agrees: np.ndarray, chance_of_row: np.ndarray, by_chance: float
) -> Coefficient:
    """(observed - chance) / (1 - chance); t interval from the linearised variance (Gwet 2008)."""
    from scipy.stats import t  # here, because it takes a second to import

    n = len(agrees)
    if n < 2 or np.isclose(by_chance, 1):
        return Coefficient(np.nan, np.nan, np.nan)
    estimate = (agrees.mean() - by_chance) / (1 - by_chance)
    of_row = (agrees - by_chance) / (1 - by_chance)
    of_row = of_row - 2 * (1 - estimate) * (chance_of_row - by_chance) / (1 - by_chance)
    error = np.sqrt(((of_row - estimate) ** 2).sum() / (n * (n - 1)))
    reach = t.ppf((1 + LEVEL) / 2, n - 1) * error
    return Coefficient(estimate, max(estimate - reach, -1), min(estimate + reach, 1))


def size_arms(
    control: float, new: float, alpha: float = 0.05, power: float = 0.8, margin: float | None = None
) -> int:
    """People per group of a trial that compares two proportions, equal groups.

    Without `margin` the two are to be told apart, two-sided, by the normal approximation without
    continuity correction: Fleiss JL, Levin B, Paik MC. Statistical Methods for Rates and
    Proportions. 3rd ed. 2003, chapter 4. With it, `new` is to be shown no more than `margin` above
    `control`, one-sided: Blackwelder WC. Control Clin Trials 1982;3:345-53. Raises ValueError where
    the proportions are outside 0 to 1, equal without a margin, or apart by the margin or more.
    """
    from scipy.stats import norm  # here, because it takes a second to import

    away = new - control if margin is None else margin - (new - control)
    if not (0 <= control <= 1 and 0 <= new <= 1) or away == 0 or (margin is not None and away < 0):
        raise ValueError(f"no sample tells {control} from {new}, margin {margin}")
    apart = np.sqrt(control * (1 - control) + new * (1 - new))
    if margin is None:
        mean = (control + new) / 2
        spread = norm.ppf(1 - alpha / 2) * np.sqrt(2 * mean * (1 - mean)) + norm.ppf(power) * apart
    else:
        spread = (norm.ppf(1 - alpha) + norm.ppf(power)) * apart
    return int(np.ceil((spread / away) ** 2))
