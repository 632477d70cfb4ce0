"""The second reading beside the first: what was read again, agreement, what settled the rest."""

import pandas as pd

from evidence_review.evidence import VOCABULARY, Evidence, find_resource, find_vocabularies
from evidence_review.statistics import cohen_kappa, gwet_ac1, wilson_interval
from evidence_review.tables import NOT_REPORTED, cross_evidence
from evidence_review.validation import WHOLE_ROW

_NUMBERS = ("integer", "number")


def count_rereading(evidence: Evidence) -> pd.DataFrame:
    """Publications with patient data by relation to the condition: how many were read again."""
    sources = evidence.tables["sources"].dropna(subset="second_reading")
    return cross_evidence(sources, "second_reading")


def match_rows(lines: pd.DataFrame) -> pd.DataFrame:
    """Rows of each table by who saw them: both readings, the first alone, the second alone.

    Of those of one reading alone: how many stand in the table today. `lines` are of one kind of
    reading in `second_readings`.
    """
    rows = lines[lines["field"] == WHOLE_ROW]
    both = rows["first"].notna() & rows["second"].notna()
    stands = rows["consensus"].notna()
    alone = rows["second"].isna().map({True: "first", False: "second"})
    return (
        pd.DataFrame(
            {
                "Table": rows["table"],
                "Seen in both": both,
                "First only": ~both & (alone == "first"),
                "of these kept": ~both & (alone == "first") & stands,
                "Second only": ~both & (alone == "second"),
                "of these added": ~both & (alone == "second") & stands,
            }
        )
        .groupby("Table", sort=False)
        .sum()
        .reset_index()
    )


def measure_agreement(evidence: Evidence, lines: pd.DataFrame) -> pd.DataFrame:
    """Agreement per table and field, over the rows that both readings saw.

    `lines` are those of `second_readings` that are to be compared.

    Columns: table, field, kind, n (rows compared), n_empty (of them empty in both readings),
    n_agree, agreement with low and high (percent; Wilson); for categories kappa and ac1, each with
    its limits, “not reported” counting as a category. For numbers agreement is an exact match.
    """
    whole = lines[lines["field"] == WHOLE_ROW]
    seen = whole[whole["first"].notna() & whole["second"].notna()]
    compared = lines[lines["field"] != WHOLE_ROW].merge(
        seen[["table", "row", "reading"]], on=["table", "row", "reading"]
    )
    n_seen = seen.groupby("table").size()
    return pd.DataFrame(
        [
            _measure(evidence, *key, cells, n_seen[key[0]])
            for key, cells in compared.groupby(["table", "field"], sort=False)
        ]
    )


def tabulate_agreement(evidence: Evidence, lines: pd.DataFrame) -> pd.DataFrame:
    """`measure_agreement` for reading: table, column, n/N with interval, kappa and AC1."""
    measured = measure_agreement(evidence, lines)
    titles = [
        evidence.titles(table)[field]
        for table, field in zip(measured["table"], measured["field"], strict=True)
    ]
    return pd.DataFrame(
        {
            "Table": measured["table"],
            "Column": titles,
            "Rows in both": measured["n"],
            "Empty in both": measured["n_empty"],
            "Agree": [
                f"{row.n_agree}/{row.n} = {row.agreement:.0f}% ({row.low:.0f}–{row.high:.0f})"
                for row in measured.itertuples()
            ],
            "Cohen’s kappa": _word_coefficients(measured, "kappa"),
            "Gwet’s AC1": _word_coefficients(measured, "ac1"),
        }
    )


def _word_coefficients(measured: pd.DataFrame, name: str) -> pd.Series:
    """“0.84 (0.49 to 1.00)”; “not defined” where it is not, “a number” where it has no meaning."""
    words = pd.Series(
        [
            f"{value:.2f} ({low:.2f} to {high:.2f})"
            for value, low, high in measured[[name, f"{name}_low", f"{name}_high"]].itertuples(
                index=False
            )
        ],
        index=measured.index,
    ).where(measured[name].notna(), "not defined")
    return words.mask(measured["kind"] == "number", "a number")


def _measure(evidence: Evidence, table: str, field: str, cells: pd.DataFrame, n: int) -> dict:
    """One line of `measure_agreement`; a row without a line for the field is empty in both."""
    n_empty = n - len(cells)
    n_agree = int(cells["first"].eq(cells["second"]).sum()) + n_empty
    low, high = wilson_interval(n_agree, n)
    line = {
        "table": table,
        "field": field,
        "kind": "number" if _type_of(evidence, table, field) in _NUMBERS else "category",
        "n": n,
        "n_empty": n_empty,
        "n_agree": n_agree,
        "agreement": 100 * n_agree / n,
        "low": 100 * low,
        "high": 100 * high,
    }
    if line["kind"] == "number":
        return line
    empty = pd.Series([NOT_REPORTED] * n_empty, dtype="str")
    first = pd.concat([cells["first"].fillna(NOT_REPORTED), empty], ignore_index=True)
    second = pd.concat([cells["second"].fillna(NOT_REPORTED), empty], ignore_index=True)
    kappa = cohen_kappa(first, second)
    ac1 = gwet_ac1(first, second, _count_categories(evidence, table, field, first, second))
    return line | {
        "kappa": kappa.estimate,
        "kappa_low": kappa.low,
        "kappa_high": kappa.high,
        "ac1": ac1.estimate,
        "ac1_low": ac1.low,
        "ac1_high": ac1.high,
    }


def _type_of(evidence: Evidence, table: str, field: str) -> str:
    fields = find_resource(evidence.package, table)["schema"]["fields"]
    return next(f["type"] for f in fields if f["name"] == field)


def _count_categories(
    evidence: Evidence, table: str, field: str, first: pd.Series, second: pd.Series
) -> int:
    """What the readers could choose from: the vocabulary and “not reported”, or what they used."""
    used = set(first) | set(second) | {NOT_REPORTED}
    vocabulary = find_vocabularies(find_resource(evidence.package, table)).get(field)
    if vocabulary:
        used |= set(evidence.vocabulary(vocabulary.removeprefix(VOCABULARY)).index)
    return max(len(used), 2)


def count_resolutions(evidence: Evidence) -> pd.DataFrame:
    """Why the two readings differ and what stands, by reason: number of differences per table."""
    differ = list_differences(evidence)
    reasons = evidence.vocabulary("resolution")["definition"]
    counts = pd.crosstab(differ["reason"], differ["table"]).reindex(reasons.index, fill_value=0)
    return (
        counts.assign(All=counts.sum(axis=1))
        .loc[lambda t: t["All"] > 0]
        .rename_axis(columns=None)
        .rename(index=lambda term: f"{term}: {reasons[term]}")
        .rename_axis("Reason")
        .reset_index()
    )


def list_differences(evidence: Evidence) -> pd.DataFrame:
    """Every cell and row in which the two readings differ, with what stands and why."""
    lines = evidence.tables["second_readings"]
    return lines[lines["first"].fillna("") != lines["second"].fillna("")]


def list_changes(evidence: Evidence) -> pd.DataFrame:
    """Cells that the comparison of readings changed, in rows that report on the condition itself.

    Once each, whichever reading showed it.
    """
    differ = list_differences(evidence)
    sources = evidence.tables["sources"]
    direct = sources.index[sources["relation"].isin(evidence.direct)]
    changed = differ[
        (differ["field"] != WHOLE_ROW)
        & (differ["first"].fillna("") != differ["consensus"].fillna(""))
        & differ["citekey"].isin(direct)
    ].drop_duplicates(["table", "row", "field"])
    return pd.DataFrame(
        {
            "Table": changed["table"],
            "Row": changed["row"],
            "Column": changed["field"],
            "First": changed["first"],
            "Now": changed["consensus"],
            "Why": changed["reason"],
            "citekeys": changed["citekey"],
        }
    )


def list_awaiting(evidence: Evidence) -> pd.DataFrame:
    """What is known but could not be read, first what would teach most."""
    awaiting = evidence.tables["awaiting"]
    known = evidence.references.loc[awaiting["citekey"]]
    return pd.DataFrame(
        {
            "Rank": awaiting.index,
            "Title": known["title"].to_numpy(),
            "Year": known["year"].to_numpy(),
            "Would answer": awaiting["question"].to_numpy(),
            "Why it matters": awaiting["why"].to_numpy(),
            "Where it is held": awaiting["held"].to_numpy(),
            "citekeys": awaiting["citekey"].to_numpy(),
        }
    )
