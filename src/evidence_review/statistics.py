"""Proportions with their uncertainty. Each estimator names its paper."""

import pandas as pd

SMALLEST_GROUP = 4  # below this an interval says nothing that the count does not


def wilson_interval(n_affected: int, n_exposed: int, level: float = 0.95) -> tuple[float, float]:
    """Score interval of a proportion, both limits between 0 and 1.

    Wilson EB. Probable inference, the law of succession, and statistical inference.
    J Am Stat Assoc 1927;22:209-12. Chosen for small counts and for none at all, where the
    plain interval has no width: Brown LD, Cai TT, DasGupta A. Stat Sci 2001;16:101-33.
    Raises ValueError unless 0 <= n_affected <= n_exposed and n_exposed > 0.
    """
    from scipy.stats import binomtest  # here, because it takes a second to import

    interval = binomtest(int(n_affected), int(n_exposed)).proportion_ci(level, method="wilson")
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
