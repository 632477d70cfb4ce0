"""The summary of findings: the questions that matter, answered from data even when empty.

The questions stand in the table `questions`: which table answers each, and on what condition.
"""

import pandas as pd

from evidence_review import courses, harms
from evidence_review.appraisal import grade
from evidence_review.evidence import Evidence
from evidence_review.statistics import SMALLEST_GROUP
from evidence_review.tables import NOT_REPORTED, PROVENANCE, join_keys, word_number

DOES_NOT_APPLY = "does not apply"


def summarise_findings(evidence: Evidence) -> pd.DataFrame:
    """One line per question: what was found, in whom, follow-up and harms, what is missing.

    `questions.condition` is an expression for `DataFrame.eval` on the table that
    `questions.answered_by` names: courses, harms, caused or frequencies.
    """
    rows = {
        "courses": courses.split_courses(evidence)["direct"],
        "harms": harms.split_harms(evidence)["all"],
        "caused": harms.list_caused(evidence),
        "frequencies": evidence.tables["frequencies"],
    }
    describe = {
        "courses": _describe_courses,
        "harms": _describe_harms,
        "caused": _describe_harms,
        "frequencies": _describe_frequencies,
    }
    questions = evidence.tables["questions"]
    graded = grade(evidence)["certainty"].astype("str")
    lines = []
    for question in questions.itertuples():
        table = rows[question.answered_by]
        holds = table.eval(question.condition, engine="python").astype("boolean").fillna(False)
        found = table[holds]
        lines.append(
            {
                "Question": question.question,
                **describe[question.answered_by](found),
                "Certainty": graded.get(question.Index, NOT_REPORTED),
                "What is missing": question.missing,
                "citekeys": join_keys(found["citekey"]),
                "rows": join_keys(found.index),
            }
        )
    columns = ["Question", "What was found", "Follow-up, harms", "Certainty", "What is missing"]
    return pd.DataFrame(lines, columns=[*columns, *PROVENANCE])


def _describe_courses(found: pd.DataFrame) -> dict[str, str]:
    if found.empty:
        return _say("no course found")
    ended = found[found["outcome"].notna() & (found["outcome_reading"] != "recalled")]
    people = _word_people(courses.count_people(found), found["n_treated"])
    words = f"{word_number(len(found), 'course')} in {people}, {_word_papers(found)}; "
    if ended.empty:
        return _say(words + "no outcome seen")
    tally = courses.list_patients(ended).groupby("outcome", sort=False)["reading"].value_counts()
    told = ", ".join(
        f"{outcome} {n}" + ("" if reading == "stated" else f" ({reading})")
        for (outcome, reading), n in tally.items()
    )
    months = ended["followup_months"].dropna()
    return _say(
        f"{words}by patient and course: {told or 'not counted'}",
        _word_followup(months, len(ended)),
        f"recurrence mentioned in {ended['recurrence'].notna().sum()}, "
        f"came back in {ended['recurrence'].fillna(False).sum()}",
        f"harms or their absence mentioned in {ended['adverse_events'].notna().sum()}",
    )


def _word_people(n: int, sizes: pd.Series) -> str:
    """How many people, where the size of some groups may be missing."""
    people = word_number(n, "person", "people")
    if sizes.notna().all():
        return people
    return f"at least {people}" if n else "an unknown number of people"


def _word_followup(months: pd.Series, n: int) -> str:
    if months.empty:
        return "no follow-up time given"
    low, high = f"{months.min():g}", f"{months.max():g}"
    span = low if low == high else f"{low} to {high}"
    return f"followed {span} months in {len(months)} of {n}"


def _describe_harms(found: pd.DataFrame) -> dict[str, str]:
    if found.empty:
        return _say("no person found")
    large = (found["n_exposed"] >= SMALLEST_GROUP).fillna(False)
    large &= found["at_risk"] | found["clustered"]
    share = (100 * found["n_affected"] / found["n_exposed"]).fillna(found["percent"]).astype(float)
    series = found.assign(share=share)[large & share.notna()].sort_values("share")
    cases = int(found.loc[found["published"], "n_affected"].sum())
    words = [f"{word_number(len(found), 'harm entry', 'harm entries')} from {_word_papers(found)}"]
    if len(series):
        ends = series.iloc[[0, -1]]
        counts = (ends["counted"] + " (" + ends["procedure"] + ")").tolist()
        words.append(f"{word_number(len(series), 'counted group')}, {counts[0]} to {counts[1]}")
    if cases:
        words.append(word_number(cases, "published case"))
    lasted = dict.fromkeys(found["persistence"].dropna().astype("str"))
    return _say("; ".join(words), *(lasted or [NOT_REPORTED]))


def _describe_frequencies(found: pd.DataFrame) -> dict[str, str]:
    if found.empty:
        return _say("no survey found")
    share = found["percent"].fillna(100 * found["n_affected"] / found["n_total"]).dropna()
    people = _word_people(int(found["n_total"].sum()), found["n_total"])
    spread = f"{share.min():.1f}% to {share.max():.1f}%" if len(share) else NOT_REPORTED
    return _say(f"{word_number(len(found), 'survey')} of {people}, {_word_papers(found)}: {spread}")


def _word_papers(found: pd.DataFrame) -> str:
    return word_number(found["citekey"].nunique(), "publication")


def _say(found: str, *followed: str) -> dict[str, str]:
    return {"What was found": found, "Follow-up, harms": "; ".join(followed) or DOES_NOT_APPLY}


def list_conclusions(evidence: Evidence) -> pd.DataFrame:
    """One line per question: the conclusion in plain language, its certainty and what lowers it."""
    graded = grade(evidence)
    unjudged = graded["start"].isna()
    return pd.DataFrame(
        {
            "Question": evidence.tables["questions"]["question"].reindex(graded.index),
            "Conclusion": graded["conclusion"],
            "Certainty": graded["certainty"].astype("str"),
            "What lowers it": graded["reasons"]
            .mask(unjudged, "nothing was found to judge")
            .fillna("nothing"),
            "rows": graded.index,
        }
    ).reset_index(drop=True)
