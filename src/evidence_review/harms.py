"""What went wrong: harms by procedure, setting and directness."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from evidence_review.evidence import Evidence
from evidence_review.statistics import add_intervals
from evidence_review.tables import (
    NOT_REPORTED,
    join_keys,
    list_values,
    trace,
    word_range,
)

if TYPE_CHECKING:
    from evidence_review import synthesis

OUTCOME = "outcome"  # the group of the vocabulary that is no harm: recurrence, failure, leaving


def _add_counts(evidence: Evidence, rows: pd.DataFrame) -> pd.DataFrame:
    """Add intervals, `at_risk`, `clustered`, `published` and `counted` to rows that count."""
    roles = {
        name: rows["denominator"].isin(evidence.terms("denominator", role=role))
        for name, role in (
            ("at_risk", "at risk"),
            ("clustered", "clustered"),
            ("published", "published"),
        )
    }
    rows = add_intervals(rows, roles["at_risk"]).assign(**roles)
    return rows.assign(counted=_word_counts(rows))


def join_complications(evidence: Evidence) -> pd.DataFrame:
    """Rows of complications with design, label and `group`; where people were at risk, intervals.

    `counted` words the count: "3/50", "12.5% of 96 lesions", "31% (base not stated)", "2 cases", or
    missing. `at_risk` says that people were counted who had the procedure, harmed or not;
    `clustered` that of one person several were counted; `published` that these are published cases.
    """
    rows = _add_counts(evidence, evidence.with_sources("complications", "design"))
    groups = evidence.vocabulary("complication")["group"]
    kinds = evidence.vocabulary("modality")["role"]
    return rows.assign(
        group=rows["complication"].map(groups).astype("str"),
        procedure=_name_procedure(rows, kinds.index[kinds.eq("rest").fillna(False)]),
    )


def _name_procedure(rows: pd.DataFrame, unnamed: pd.Index) -> pd.Series:
    """What was done, with the kind of procedure before it, unless that is one of `unnamed`."""
    named = rows["modality"].astype("str") + ": " + rows["procedure"]
    return rows["procedure"].where(rows["modality"].isin(unnamed), named)


def _word_counts(rows: pd.DataFrame) -> pd.Series:
    """n/N where both are counted, else the percentage as printed and of what, else missing."""
    affected, exposed = rows["n_affected"].astype("str"), rows["n_exposed"].astype("str")
    unit = rows["unit"].astype("str")
    whole = (" of " + exposed + " " + unit).fillna(" (base not stated)")
    single = rows["published"] & rows["n_affected"].notna()
    cases = affected + rows["n_affected"].eq(1).map({True: " case", False: " cases"}).astype("str")
    fraction = affected + "/" + exposed + (" " + unit).where(unit != "patients", "")
    return (
        cases.where(single)
        .fillna(fraction)
        .fillna(word_range(rows) + whole)
        .fillna(affected + " " + unit)
    )


def split_harms(evidence: Evidence) -> dict[str, pd.DataFrame]:
    """Harms (without what is no harm) by what they are about and where they happened.

    By relation: `treated` (harms of treating the condition), `as harm` (the condition is what a
    procedure or drug led to), `mixed`, `elsewhere` (other conditions). By setting: `home`, `lay`,
    `clinic`: all three hold other conditions, too. `outcomes` are no harms.
    """
    rows = join_complications(evidence)
    harms = rows[rows["group"] != OUTCOME]
    roles = {
        "treated": "condition",
        "as harm": "outcome",
        "mixed": "mixed",
        "elsewhere": "elsewhere",
    }
    settings = {name: evidence.terms("setting", role=name) for name in ("home", "lay", "clinic")}
    return {
        "all": harms,
        "outcomes": rows[rows["group"] == OUTCOME],
        **{
            name: harms[harms["relation"].isin(evidence.terms("relation", role=role))]
            for name, role in roles.items()
        },
        **{name: harms[harms["setting"].isin(terms)] for name, terms in settings.items()},
    }


def list_caused(evidence: Evidence) -> pd.DataFrame:
    """Counts of the condition as what a procedure or drug led to, from both tables that hold them.

    Columns as `figures.draw_risks` takes them.
    """
    outcome = evidence.terms("relation", role="outcome")
    counted = evidence.with_sources("frequencies", "design")
    counted = counted[counted["relation"].isin(outcome)].rename(columns={"n_total": "n_exposed"})
    counted = counted.assign(procedure=counted["population"], unit="patients")
    harms = join_complications(evidence)
    harms = harms[harms["relation"].isin(outcome)]
    return _add_counts(evidence, pd.concat([harms, counted.assign(target=pd.NA)]))


def summarise_settings(harms: pd.DataFrame) -> pd.DataFrame:
    """Harms by setting and relation: publications, entries, those with people at risk, serious."""
    return (
        harms.reset_index()
        .assign(
            setting=lambda h: h["setting"].cat.add_categories(NOT_REPORTED).fillna(NOT_REPORTED),
            serious=lambda h: (h["severity"] == "serious").where(h["severity"].notna()),
        )
        .groupby(["setting", "relation"], observed=True)
        .agg(
            publications=("citekey", "nunique"),
            harms=("id", "size"),
            at_risk=("risk", "count"),
            serious=("serious", "sum"),
            graded=("serious", "count"),
            **trace("id"),
        )
        .reset_index()
        .assign(serious=lambda s: _word_share(s["serious"], s["graded"]))
        .drop(columns="graded")
        .rename(
            columns={
                "setting": "Where and by whom",
                "relation": "Evidence on",
                "publications": "Publications",
                "harms": "Harm entries",
                "at_risk": "with people at risk counted",
                "serious": "serious, of those graded",
            }
        )
    )


def _word_share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part.astype(int).astype("str") + " of " + whole.astype("str")


def summarise_by(harms: pd.DataFrame, column: str, heading: str) -> pd.DataFrame:
    """Harms by the values of a column: publications, entries, and what the harms were.

    Nothing is added up to a rate; where the column is empty, the line says so.
    """
    return (
        harms.sort_values(column, kind="stable")
        .reset_index()
        .assign(
            stratum=lambda h: h[column].map(_word_value, na_action="ignore").fillna(NOT_REPORTED),
            complication=lambda h: h["complication"].astype("str"),
        )
        .groupby("stratum", sort=False)
        .agg(
            publications=("citekey", "nunique"),
            harms=("id", "size"),
            at_risk=("risk", "count"),
            kinds=("complication", list_values),
            **trace("id"),
        )
        .reset_index()
        .rename(
            columns={
                "stratum": heading,
                "publications": "Publications",
                "harms": "Harm entries",
                "at_risk": "with people at risk counted",
                "kinds": "Harms named",
            }
        )
    )


def _word_value(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, str(value))


def summarise_publications(harms: pd.DataFrame) -> pd.DataFrame:
    """One line per publication: its harms with their counts, never added up."""
    named = harms["complication"].astype("str") + (" " + harms["counted"]).fillna("")
    return (
        harms.assign(named=named)
        .reset_index()
        .groupby("citekey")
        .agg(
            procedure=("procedure", list_values),
            target=("target", list_values),
            named=("named", list_values),
            denominators=("denominator", lambda d: list_values(d.astype("str"))),
            rows=("id", join_keys),
        )
        .reset_index()
        .assign(citekeys=lambda h: h["citekey"])
        .drop(columns="citekey")
        .rename(
            columns={
                "procedure": "What was done",
                "target": "For",
                "named": "Harms (not added up)",
                "denominators": "Who is counted",
            }
        )
    )


def list_harms(harms: pd.DataFrame) -> pd.DataFrame:
    """Harms one by one, with count and interval where one is meaningful."""
    low, high = (harms[end].map("{:.1f}".format).astype("str") for end in ("low", "high"))
    return pd.DataFrame(
        {
            "What was done": harms["procedure"],
            "For": harms["target"],
            "Harm": harms["complication"].astype("str"),
            "Count": harms["counted"],
            "95% interval": (low + " to " + high + "%").where(harms["low"].notna(), pd.NA),
            "Who is counted": harms["denominator"].astype("str"),
            "Note": harms["note"],
            "citekeys": harms["citekey"],
            "rows": harms.index,
        }
    )


def shorten_harms(listed: pd.DataFrame) -> pd.DataFrame:
    """`list_harms` in few columns, for a page: the interval beside its count."""
    interval = (" (" + listed["95% interval"] + ")").fillna("")
    return listed.assign(**{"Count (95% interval)": listed["Count"] + interval})[
        [
            "What was done",
            "For",
            "Count (95% interval)",
            "Who is counted",
            "Note",
            *("citekeys", "rows"),
        ]
    ]


def find_alike(
    harms: pd.DataFrame,
) -> Iterator[tuple[tuple[str, str, str], pd.DataFrame, "synthesis.Pooled | None"]]:
    """The same harm of the same kind of procedure for the same condition in several studies.

    Of each its modality, target and complication, its rows, and what pooling gave: only three and
    more studies with one count each are pooled (`synthesis.pool_proportions`). Only people at risk
    with both counts. What counts as the harm is each study's own definition.
    """
    from evidence_review import synthesis  # here, because only this needs it

    counted = harms[harms["at_risk"]].dropna(subset=["n_affected", "n_exposed"])
    alike = counted.assign(target=counted["target"].str.lower()).groupby(
        ["modality", "target", "complication"], observed=True
    )
    for name, rows in alike:
        studies = rows["citekey"].nunique()
        if studies < 2:
            continue
        found = None
        if len(rows) == studies > 2:
            found = synthesis.pool_proportions(rows.rename(columns={"n_exposed": "n_total"}))
        yield name, rows, found


def pool_alike(harms: pd.DataFrame) -> pd.DataFrame:
    """`find_alike` in words, one line each, with the prediction interval before the mean."""
    lines = []
    for (modality, target, complication), rows, found in find_alike(harms):
        pooled = "fewer than three studies, or several counts of one: not pooled"
        if found:
            pooled = (
                f"{100 * found.prediction_low:.1f}–{100 * found.prediction_high:.1f}%; mean "
                f"{100 * found.estimate:.1f}% ({100 * found.low:.1f}–{100 * found.high:.1f}), "
                f"I² {found.i2:.0f}%"
            )
        lines.append(
            {
                "Procedure": modality,
                "Condition": target,
                "Harm": complication,
                "Studies": rows["citekey"].nunique(),
                "n/N": "; ".join(
                    f"{k}/{n}" for k, n in zip(rows["n_affected"], rows["n_exposed"], strict=True)
                ),
                "Range": f"{rows['risk'].min():.1f}–{rows['risk'].max():.1f}%",
                "Next study (95% prediction); mean": pooled,
                "citekeys": join_keys(rows["citekey"]),
                "rows": join_keys(rows.index),
            }
        )
    return pd.DataFrame(lines)
