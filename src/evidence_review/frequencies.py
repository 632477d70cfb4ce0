"""How common it is: surveys, counts known second-hand, and what is said beside what was counted."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from evidence_review.evidence import Evidence
from evidence_review.statements import join_statements
from evidence_review.statistics import add_intervals
from evidence_review.tables import NOT_REPORTED, join_keys, list_values, trace, word_range

if TYPE_CHECKING:
    from evidence_review import synthesis

QUOTED, PATIENTS = "quoted", "patients"  # roles of cohorts that are no survey of a population
FREQUENCY, COURSE = "frequency", "course"  # roles of topics of statements
EARLY_DAYS = 3  # of life; an examination up to then counts as early, where a survey tells the age


def list_surveys(evidence: Evidence) -> pd.DataFrame:
    """Counts in surveyed populations with label, in order of cohort, country and year.

    Added: `own` (the condition itself, not a look-alike under its own name), `year` (of
    publication, else the last of the count), `share` (percent as printed, else from the counts)
    and, where people were at risk, `rebuilt` (the nearest whole number of affected people where
    only percentage and number examined are printed) and the Wilson interval `low`, `high`.
    """
    rows = evidence.with_sources("frequencies").join(evidence.references["year"], on="citekey")
    rows = rows[~rows["cohort"].isin(evidence.vocabulary("cohort")["role"].dropna().index)]
    last = rows["period"].str.extract(r".*\b(\d{4})", expand=False).astype("Int64")
    rows = rows.assign(
        own=rows["relation"].isin(evidence.terms("relation", role="condition")),
        year=rows["year"].astype("Int64").fillna(last),
    )
    at_risk = rows["denominator"].isin(evidence.terms("denominator", role="at risk"))
    nearest = _rebuild_counts(rows)
    rebuilt = nearest.where(at_risk & rows["n_affected"].isna())
    counts = pd.DataFrame(
        {"n_affected": rows["n_affected"].fillna(rebuilt), "n_exposed": rows["n_total"]}
    )
    return (
        rows.assign(
            share=rows["percent"].fillna(100 * rows["n_affected"] / rows["n_total"]),
            rebuilt=rebuilt,
        )
        .join(add_intervals(counts, at_risk)[["low", "high"]])
        .sort_values(["cohort", "country", "year", "share"])
    )


def summarise_surveys(surveys: pd.DataFrame) -> pd.DataFrame:
    """Surveys in words, one line each: who, where and when, age, count, percent with interval."""
    affected, examined, rebuilt = (
        surveys[column].map("{:,}".format, na_action="ignore").astype("str")
        for column in ("n_affected", "n_total", "rebuilt")
    )
    interval = " (" + surveys["low"].map("{:.1f}".format) + " to "
    interval = (interval + surveys["high"].map("{:.1f}".format) + ")").where(surveys["low"].notna())
    year = surveys["year"].astype("str").fillna(f"year {NOT_REPORTED}")
    return pd.DataFrame(
        {
            "Who was examined": surveys["cohort"].astype("str") + ": " + surveys["population"],
            "Country, year": surveys["country"].fillna(f"country {NOT_REPORTED}") + ", " + year,
            "Age": surveys["age"],
            "Counted as": surveys["condition"],
            "Affected": (affected + " of " + examined)
            .fillna(rebuilt + " of " + examined + " (rebuilt)")
            .fillna(f"{NOT_REPORTED}, of " + examined),
            "Percent (95% interval)": surveys["share"].map("{:.3g}%".format, na_action="ignore")
            + interval.fillna(""),
            "Note": surveys["note"].fillna(""),
            "citekeys": surveys["citekey"],
            "rows": surveys.index,
        }
    )


def list_second_hand(evidence: Evidence) -> pd.DataFrame:
    """Figures quoted from studies that were not seen, unless a statement on prevalence holds them.

    Each fact stands once: a publication whose figure `list_quotes` shows is left out here.
    """
    rows = evidence.with_sources("frequencies")
    quoted = rows["citekey"].isin(list_quotes(evidence)["citekey"])
    rows = rows[rows["cohort"].isin(evidence.terms("cohort", role=QUOTED)) & ~quoted]
    return pd.DataFrame(
        {
            "In whom": rows["population"],
            "Figure as quoted": word_range(rows),
            "Note": rows["note"].fillna(""),
            "citekeys": rows["citekey"],
            "rows": rows.index,
        }
    )


def find_uncertain(evidence: Evidence) -> pd.DataFrame:
    """Counts after procedures, drugs or diseases that may or may not hold the condition."""
    rows = evidence.with_sources("frequencies")
    unknown = evidence.terms("relation", role="unknown")
    patients = evidence.terms("cohort", role=PATIENTS)
    return rows[rows["cohort"].isin(patients) & rows["relation"].isin(unknown)]


def list_said(evidence: Evidence, role: str) -> pd.DataFrame:
    """Statements on topics of this role about the condition itself, with their publisher."""
    said = join_statements(evidence)
    said = said[said["relation"].isin(evidence.terms("relation", role="condition"))]
    return said[said["topic"].isin(evidence.terms("statement_topic", role=role))]


def list_quotes(evidence: Evidence) -> pd.DataFrame:
    """Statements that say how common the condition is with a figure, worded in `figure`."""
    said = list_said(evidence, FREQUENCY)
    said = said[said["percent_low"].notna() | said["percent_high"].notna()]
    return said.assign(figure=word_range(said))


def compare_quotes(quotes: pd.DataFrame, surveys: pd.DataFrame) -> pd.DataFrame:
    """Each quoted figure with its publishers, and how many surveys' intervals fit it.

    A survey lies below or above when its whole interval does, else it overlaps. Columns read:
    publisher, figure, percent_low, percent_high of quotes; low, high of surveys (percent). A figure
    without a lower end starts at 0, one without an upper end stops at 100. Nothing is pooled.
    """
    ends = ["figure", "percent_low", "percent_high"]
    said = (
        quotes.rename_axis("id")
        .reset_index()
        .groupby(ends, dropna=False)
        .agg(voices=("publisher", "nunique"), who=("publisher", join_keys), **trace("id"))
        .reset_index()
        .sort_values(["voices", "figure"], ascending=[False, True], ignore_index=True)
    )
    pairs = said.merge(surveys[["low", "high"]].dropna(), how="cross")
    below = pairs["high"] < pairs["percent_low"].fillna(0)
    above = pairs["low"] > pairs["percent_high"].fillna(100)
    fits = pairs.assign(below=below, overlapping=~(below | above), above=above)
    fits = fits.groupby("figure")[["below", "overlapping", "above"]].sum()
    return said.join(fits, on="figure")[
        ["figure", "voices", "who", "below", "overlapping", "above", "citekeys", "rows"]
    ].rename(
        columns={
            "figure": "Figure",
            "voices": "Publishers",
            "who": "Who says it",
            "below": "Surveys below",
            "overlapping": "Surveys overlapping",
            "above": "Surveys above",
        }
    )


def summarise_said(said: pd.DataFrame) -> pd.DataFrame:
    """One line per publisher: of whom it speaks, what it says, and what that rests on."""
    return (
        said.rename_axis("id")
        .reset_index()
        .astype({"basis": "str"})
        .groupby("publisher")
        .agg(
            population=("population", list_values),
            statement=("statement", list_values),
            basis=("basis", list_values),
            **trace("id"),
        )
        .reset_index()
        .rename(
            columns={
                "publisher": "Publisher",
                "population": "Of whom",
                "statement": "What is said",
                "basis": "Rests on",
            }
        )
    )


def analyse_surveys(
    surveys: pd.DataFrame, main: str
) -> Iterator[tuple[str, pd.DataFrame, "synthesis.Pooled"]]:
    """The surveys of the condition pooled in several ways: name, surveys, what pooling gave.

    `surveys` as from `list_surveys`, of the condition itself; `main` is the cohort of the main
    analysis. One per analysis: the main one by two models, then, as sensitivity analyses, all
    with a number examined; subgroups by age at examination are post hoc, the data being known.
    Counts printed as a percentage alone are rebuilt (`rebuilt`). Fewer than two surveys: none.
    """
    from evidence_review import synthesis  # here, because only this needs it

    known = with_counts(surveys)
    chosen = known[known["cohort"] == main]
    early = chosen["age_max_days"] <= EARLY_DAYS
    analyses = [
        (f"Main: {main} surveys", chosen, synthesis.pool_proportions),
        (f"Main, exact: {main} surveys", chosen, synthesis.pool_proportions_exactly),
        ("Sensitivity: all cohorts with a number examined", known, synthesis.pool_proportions),
        (
            f"Post hoc: examined within {EARLY_DAYS} days",
            chosen[early.fillna(False)],
            synthesis.pool_proportions,
        ),
        (
            "Post hoc: examined later, or age not told",
            chosen[~early.fillna(False)],
            synthesis.pool_proportions,
        ),
    ]
    for name, rows, pool in analyses:
        if len(rows) >= 2:
            yield name, rows, pool(rows)


def pool_surveys(surveys: pd.DataFrame, main: str) -> pd.DataFrame:
    """`analyse_surveys` in words, one line each: range and prediction interval before the mean."""
    lines = []
    for name, rows, found in analyse_surveys(surveys, main):
        share = 100 * rows["n_affected"] / rows["n_total"]
        lines.append(
            {
                "Analysis": name,
                "Surveys": found.k,
                "n/N": f"{found.n_affected:,}/{found.n_total:,}",
                "Range": f"{share.min():.1f}–{share.max():.1f}%",
                "Next survey (prediction interval)": _percent(
                    found.prediction_low, found.prediction_high
                ),
                "Mean (its interval)": f"{100 * found.estimate:.1f}% "
                f"({_percent(found.low, found.high)})",
                "tau²": _word_tau2(found),
                "I²": f"{found.i2:.1f}%",
                "Method": f"{found.method}; {found.interval}",
                "citekeys": join_keys(rows["citekey"]),
                "rows": join_keys(rows.index),
            }
        )
    return pd.DataFrame(lines)


def _word_tau2(found: "synthesis.Pooled") -> str:
    """tau² with its limits, where the model has any."""
    limits = f" ({found.tau2_low:.2f}–{found.tau2_high:.2f})"
    return f"{found.tau2:.2f}" + limits * pd.notna(found.tau2_low)


def leave_one_out(surveys: pd.DataFrame, main: str) -> pd.DataFrame:
    """The main analysis without each survey in turn."""
    from evidence_review import synthesis

    chosen = with_counts(surveys)
    chosen = chosen[chosen["cohort"] == main]
    left = synthesis.leave_one_out(chosen)
    return pd.DataFrame(
        {
            "Without": chosen["label"].to_numpy(),
            "Mean": (100 * left["estimate"]).map("{:.1f}%".format).to_numpy(),
            "Next survey (prediction interval)": [
                _percent(low, high)
                for low, high in zip(left["prediction_low"], left["prediction_high"], strict=True)
            ],
            "I²": left["i2"].map("{:.1f}%".format).to_numpy(),
            "rows": chosen.index,
        }
    )


def _rebuild_counts(surveys: pd.DataFrame) -> pd.Series:
    """The nearest whole number of affected people, from percentage and number examined."""
    return (surveys["percent"] * surveys["n_total"] / 100).round().astype("Int64")


def with_counts(surveys: pd.DataFrame) -> pd.DataFrame:
    """Surveys with a number examined and affected, the latter rebuilt where it is not printed."""
    counts = surveys["n_affected"].fillna(_rebuild_counts(surveys))
    return surveys.assign(n_affected=counts).dropna(subset=["n_affected", "n_total"])


def _percent(low: float, high: float) -> str:
    return f"{100 * low:.1f}–{100 * high:.1f}%"
