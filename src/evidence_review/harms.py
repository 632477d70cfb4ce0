"""What went wrong: harms by procedure, setting and directness."""

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

OUTCOME = "outcome"  # the group of the vocabulary that is no harm: recurrence, failure, leaving


def _count_people(evidence: Evidence, rows: pd.DataFrame) -> pd.DataFrame:
    """Add intervals, `at_risk` and `counted` to rows of either table that counts."""
    at_risk = rows["denominator"].isin(evidence.terms("denominator", role="at risk"))
    published = rows["denominator"].isin(evidence.terms("denominator", role="published"))
    rows = add_intervals(rows, at_risk).assign(at_risk=at_risk)
    return rows.assign(counted=_word_counts(rows, published))


def join_complications(evidence: Evidence) -> pd.DataFrame:
    """Rows of complications with design, label and `group`; where people were at risk, intervals.

    `counted` words the count: "3/50", "12.5% of 96 lesions", "2 cases", or missing. `at_risk` says
    that people were counted who had the procedure, harmed or not.
    """
    rows = _count_people(evidence, evidence.with_sources("complications", "design"))
    groups = evidence.vocabulary("complication")["group"]
    return rows.assign(
        group=rows["complication"].map(groups).astype("str"),
        procedure=_name_procedure(rows),
    )


def _name_procedure(rows: pd.DataFrame) -> pd.Series:
    """What was done, with the kind of procedure before it where the two say different things."""
    kind = rows["modality"].astype("str")
    named = kind + ": " + rows["procedure"]
    return rows["procedure"].where(kind == "other", named)


def _word_counts(rows: pd.DataFrame, published: pd.Series) -> pd.Series:
    """n/N where both are counted, else the percentage as printed and of what, else missing."""
    affected, exposed = rows["n_affected"].astype("str"), rows["n_exposed"].astype("str")
    unit = rows["unit"].astype("str")
    whole = (" of " + exposed + " " + unit).fillna("")
    single = published & rows["n_affected"].notna()
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
    return _count_people(evidence, pd.concat([harms, counted.assign(target=pd.NA)]))


def summarise_settings(harms: pd.DataFrame) -> pd.DataFrame:
    """Harms by setting and relation: publications, records, those with people at risk, serious."""
    return (
        harms.reset_index()
        .assign(
            setting=lambda h: h["setting"].cat.add_categories(NOT_REPORTED).fillna(NOT_REPORTED),
            serious=lambda h: h["severity"] == "serious",
        )
        .groupby(["setting", "relation"], observed=True)
        .agg(
            publications=("citekey", "nunique"),
            harms=("id", "size"),
            at_risk=("risk", "count"),
            serious=("serious", "sum"),
            **trace("id"),
        )
        .reset_index()
        .rename(
            columns={
                "setting": "Where and by whom",
                "relation": "Evidence on",
                "publications": "Publications",
                "harms": "Harm records",
                "at_risk": "with people at risk counted",
                "serious": "graded serious",
            }
        )
    )


def summarise_procedures(harms: pd.DataFrame) -> pd.DataFrame:
    """Harms by procedure: publications, records, and what the harms were."""
    return (
        harms.reset_index()
        .assign(complication=lambda h: h["complication"].astype("str"))
        .groupby("modality", observed=True)
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
                "modality": "Procedure",
                "publications": "Publications",
                "harms": "Harm records",
                "at_risk": "with people at risk counted",
                "kinds": "Harms named",
            }
        )
    )


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
    interval = harms["low"].map("{:.1f}".format) + " to " + harms["high"].map("{:.1f}".format) + "%"
    return pd.DataFrame(
        {
            "What was done": harms["procedure"],
            "For": harms["target"],
            "Harm": harms["complication"].astype("str"),
            "Count": harms["counted"],
            "95% interval": interval.where(harms["low"].notna(), pd.NA),
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
