"""What reviews, handbooks and public bodies say: counted by publisher, never by page.

Several pages of one publisher are one voice; where no publisher is given (an article, a chapter)
the publication speaks for itself.
"""

import pandas as pd

from evidence_review.evidence import Evidence
from evidence_review.tables import list_values, trace, word_number


def join_statements(evidence: Evidence) -> pd.DataFrame:
    """All statements with their source's `label`, `design` and `publisher` (else the label)."""
    rows = evidence.with_sources("statements", "publisher", "design")
    return rows.assign(publisher=rows["publisher"].fillna(rows["label"]))


def join_positions(evidence: Evidence) -> pd.DataFrame:
    """Each treatment on which a statement takes a position, with the statement; index: its id."""
    positions = evidence.tables["statement_positions"].set_index("statement_id")
    return positions.join(join_statements(evidence))


def join_conditions(evidence: Evidence) -> pd.DataFrame:
    """Each condition that a statement names, with kind, cause and statement; index: its id."""
    named = evidence.tables["statement_conditions"]
    kinds = evidence.vocabulary("condition").loc[named["condition"], ["kind", "cause"]]
    named = named.join(kinds.set_axis(named.index)).set_index("statement_id")
    return named.join(join_statements(evidence))


def count_publishers(rows: pd.DataFrame) -> int:
    """How many publishers stand behind some rows, each once."""
    return rows["publisher"].nunique()


def word_publishers(rows: pd.DataFrame) -> str:
    """The same in words: “1 publisher”, “12 publishers”."""
    return word_number(count_publishers(rows), "publisher")


def list_statements(rows: pd.DataFrame) -> pd.DataFrame:
    """One line per publisher and basis, so that what a publisher repeats stands together.

    The lines are in the order of the basis, then of the publisher; population in brackets.
    """
    of_whom = (" (" + rows["population"] + ")").fillna("")
    words = rows["statement"].str.removesuffix(".")
    said = words.str[0].str.upper() + words.str[1:] + of_whom + "."
    columns = {"Statements": ("said", " ".join), **trace("id")}
    lines = (
        rows.assign(said=said)
        .reset_index(names="id")
        .groupby(["basis", "publisher"], observed=True)
        .agg(**columns)
        .reset_index()
    )
    lines = lines.rename(columns={"basis": "Basis", "publisher": "Publisher"})
    return lines[["Publisher", "Statements", "Basis", "citekeys", "rows"]]


def summarise_positions(evidence: Evidence) -> pd.DataFrame:
    """Of the condition itself: how many publishers take which stance towards each treatment.

    Columns: Treatment, one per stance, Publishers (with any), citekeys, rows (of statements). A
    publisher with two stances, such as one for newborns and one for adults, counts under both, so
    that stances do not add up. Zero means that none was found.
    """
    rows = join_positions(evidence)
    rows = rows[rows["relation"].isin(evidence.terms("relation", role="condition"))]
    return _count_by(rows, "modality", "stance").rename(columns={"modality": "Treatment"})


def summarise_conditions(named: pd.DataFrame) -> pd.DataFrame:
    """How many publishers name each condition, on what basis, and how many want it ruled out.

    From rows of `join_conditions`. Columns: Condition, Cause (only where any has one), Publishers,
    one per basis, Ask to rule it out, citekeys, rows. Most publishers first, within a cause.
    """
    lines = _count_by(named, "condition", "basis").set_index("condition")
    asked = named[named["rule_out"]].groupby("condition", observed=True)["publisher"].nunique()
    cause = named.drop_duplicates("condition").set_index("condition")["cause"]
    lines = lines.assign(asked=asked.reindex(lines.index, fill_value=0), cause=cause)
    lines = lines.reset_index().sort_values("Publishers", ascending=False, kind="stable")
    lines = lines.sort_values("cause", kind="stable")
    titles = {"condition": "Condition", "cause": "Cause", "asked": "Ask to rule it out"}
    lines = lines.rename(columns=titles).reset_index(drop=True)
    shown = ["Condition", "Cause", "Publishers", *named["basis"].cat.categories]
    lines = lines[[*shown, "Ask to rule it out", "citekeys", "rows"]]
    return lines if lines["Cause"].notna().any() else lines.drop(columns="Cause")


def summarise_causes(evidence: Evidence) -> pd.DataFrame:
    """Each cause: how many patients with the condition were described, what they had, who says so.

    Columns: Cause (missing: not shown), Patients, What came before or with it (as reported),
    Publishers that name a disorder, drug or injury of this cause, citekeys and rows of patients
    and statements.
    """
    cases = evidence.tables["cases"]
    cases = cases[cases["relation"].isin(evidence.terms("relation", role="condition"))]
    said = join_conditions(evidence).dropna(subset="cause")
    rows = pd.concat(
        [
            cases.reset_index()[["id", "citekey", "cause", "trigger"]].assign(patient=1),
            said.reset_index(names="id")[["id", "citekey", "cause", "publisher"]],
        ]
    )
    columns = {
        "Patients": ("patient", "count"),
        "What came before or with it": ("trigger", list_values),
        "Publishers": ("publisher", "nunique"),
        **trace("id"),
    }
    lines = rows.groupby("cause", observed=True, dropna=False).agg(**columns).reset_index()
    return lines.rename(columns={"cause": "Cause"})


def _count_by(rows: pd.DataFrame, line: str, column: str) -> pd.DataFrame:
    """Publishers for each term of `line` that occurs, by each term of `column`, and in all."""
    columns = {"Publishers": ("publisher", "nunique"), **trace("id")}
    found = rows.reset_index(names="id").groupby(line, observed=True).agg(**columns)
    counts = rows.groupby([line, column], observed=False)["publisher"].nunique().unstack(column)
    counts.columns = list(counts.columns)
    return counts.loc[found.index].join(found).reset_index()
