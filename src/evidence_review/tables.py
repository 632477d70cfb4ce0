"""What all summaries share: fingerprints, the way back to rows and publications, words for cells.

Every summary carries `citekeys` (the publications) and `rows` (ids of the rows) for each line, both
joined by "; ", so that a number can be followed back to its source.
"""

import hashlib
from collections.abc import Iterable

import pandas as pd

NOT_REPORTED = "not reported"
PROVENANCE = ["citekeys", "rows"]
# Of each number of the report: what `draft` keeps and `browser` shows.
NUMBERS = ["number", "kind", "text", "context", "notebook", "cell", "rows"]


def fingerprint(frame: pd.DataFrame) -> str:
    """“12 rows · 1a2b3c4d”: the size of a table and what it holds, to six significant digits."""
    text = frame.reset_index(drop=isinstance(frame.index, pd.RangeIndex)).to_csv(
        index=False, float_format="%.6g", lineterminator="\n"
    )
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{len(frame):,} rows · {digest}"


def cross_evidence(sources: pd.DataFrame, column: str) -> pd.DataFrame:
    """Publications by relation to the condition and the terms of a column, with their sum."""
    counts = pd.crosstab(sources["relation"], sources[column])
    return (
        counts.assign(Publications=counts.sum(axis=1))
        .rename_axis(columns=None)
        .rename_axis("Evidence")
        .reset_index()
    )


def join_keys(values: Iterable[object]) -> str:
    """Each value once, sorted, as a provenance cell holds them."""
    return "; ".join(sorted({str(value) for value in values if not pd.isna(value)}))


def split_keys(joined: str) -> list[str]:
    """The keys in a provenance cell."""
    return [key for key in joined.split("; ") if key]


def trace(key: str) -> dict[str, tuple[str, object]]:
    """Aggregations for `groupby().agg` that keep the way back; `key` is the column of row ids."""
    return {"citekeys": ("citekey", join_keys), "rows": (key, join_keys)}


def list_values(values: pd.Series) -> object:
    """Every reported value once, in order of the rows; missing where nothing is reported."""
    known = [v if isinstance(v, str) else f"{v:g}" for v in values.dropna()]
    return "; ".join(dict.fromkeys(known)) or pd.NA


def word_number(n: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: “1 course”, “1,200 courses”."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def add_known(values: pd.Series) -> object:
    """The sum of what is known; missing where nothing is."""
    return values.sum(min_count=1)


def word_type(rows: pd.DataFrame) -> pd.Series:
    """Form and cause in words: “en plaque, drug”; missing where neither is shown."""
    form, cause = rows["form"].astype("str"), rows["cause"].astype("str")
    return (form + ", " + cause).fillna(form).fillna(cause)


def word_range(rows: pd.DataFrame) -> pd.Series:
    """A percentage or its range as printed: “7.5%”, “40–50%”, “up to 50%”, “more than 10%”."""
    low, high = (
        rows[f"percent_{end}"].map("{:g}".format, na_action="ignore") for end in ("low", "high")
    )
    low, high = low.astype("str"), high.astype("str")
    exact = low.where(low == high)
    words = (exact + "%").fillna(low + "–" + high + "%").fillna("up to " + high + "%")
    words = words.fillna("more than " + low + "%")
    if "percent" in rows:
        printed = rows["percent"].map("{:g}%".format, na_action="ignore").astype("str")
        words = printed.fillna(words)
    return words
