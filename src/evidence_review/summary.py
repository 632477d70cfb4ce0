"""The summary of findings: the questions that matter, answered from data even when empty.

The questions stand in the table `questions`: which table answers each, and on what condition.
"""

import pandas as pd

from evidence_review import courses, harms
from evidence_review.appraisal import grade
from evidence_review.evidence import Evidence
from evidence_review.frequencies import list_surveys, pool_surveys
from evidence_review.publications import find_lookups
from evidence_review.statistics import SMALLEST_GROUP
from evidence_review.tables import NOT_REPORTED, PROVENANCE, join_keys, word_number

DOES_NOT_APPLY = "does not apply"


def summarise_findings(evidence: Evidence) -> pd.DataFrame:
    """One line per question: what was found, in whom, follow-up and harms, what is missing.

    `questions.condition` is an expression for `DataFrame.eval` on the table that
    `questions.answered_by` names: courses, harms, caused or frequencies.
    """
    questions = evidence.tables["questions"]
    graded = grade(evidence)["certainty"].astype("str")
    describe = {
        "courses": _describe_courses,
        "harms": _describe_harms,
        "caused": _describe_harms,
        "frequencies": _describe_frequencies,
    }
    lines = [
        {
            "Question": question.question,
            **describe[question.answered_by](found),
            "Certainty": graded.get(question.Index, NOT_REPORTED),
            "What is missing": question.missing,
            "citekeys": join_keys(found["citekey"]),
            "rows": join_keys(found.index),
        }
        for question, found in zip(questions.itertuples(), _find_answers(evidence), strict=True)
    ]
    columns = ["Question", "What was found", "Follow-up, harms", "Certainty", "What is missing"]
    return pd.DataFrame(lines, columns=[*columns, *PROVENANCE])


def _find_answers(evidence: Evidence) -> list[pd.DataFrame]:
    """For each question those rows of its table for which its condition holds."""
    tables = {
        "courses": courses.split_courses(evidence)["direct"],
        "harms": harms.split_harms(evidence)["all"],
        "caused": harms.list_caused(evidence),
        "frequencies": evidence.with_sources("frequencies"),
    }
    asked = evidence.tables["questions"][["answered_by", "condition"]]
    answers = []
    for name, condition in asked.itertuples(index=False):
        holds = tables[name].eval(condition, engine="python").astype("boolean").fillna(False)
        answers.append(tables[name][holds])
    return answers


def _describe_courses(found: pd.DataFrame) -> dict[str, str]:
    if found.empty:
        return _say("no course found")
    ended = found[found["outcome"].notna() & (found["outcome_reading"] != "recalled")]
    people = _word_people(courses.count_people(found), found["n_treated"])
    words = f"{word_number(len(found), 'course')} in {people}, {_word_papers(found)}; "
    if ended.empty:
        return _say(words + "no outcome seen")
    tally = courses.list_treated(ended).groupby("outcome", sort=False)["reading"].value_counts()
    told = ", ".join(
        f"{outcome} {n}" + ("" if reading == "stated" else f" ({reading})")
        for (outcome, reading), n in tally.items()
    )
    months = ended["followup_months"].dropna()
    return _say(
        f"{words}by patient and course: {told or 'not counted'}",
        _word_followup(months, len(ended)),
        _word_recurrence(found),
        f"harms or their absence mentioned in {ended['adverse_events'].notna().sum()}",
    )


def _word_recurrence(found: pd.DataFrame) -> str:
    """In how many courses something is said of it, and in how many it came back."""
    back = found[found["recurrence"].fillna(False)]
    recalled = (back["outcome_reading"] == "recalled").sum()
    words = f"recurrence mentioned in {found['recurrence'].notna().sum()}, came back in {len(back)}"
    return words + (f" ({recalled} recalled)" if recalled else "")


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
    """One line per graded question: the conclusion with what it is out of and how sure it is.

    Columns: Conclusion (in plain language), Out of (what was found; where that gives no answer, in
    how many look-ups one was sought), Interval (single counts: Wilson's; surveys: that of
    `pool_surveys`; single patients: none), Directness, Certainty, What lowers it.
    """
    graded = grade(evidence)
    questions = evidence.tables["questions"]
    answers = pd.Series(_find_answers(evidence), index=questions.index).reindex(graded.index)
    findings = summarise_findings(evidence).set_index(questions.index).reindex(graded.index)
    unjudged = graded["start"].isna()
    sought = questions["search_words"].map(
        lambda words: word_number(len(find_lookups(evidence, words)), "look-up"),
        na_action="ignore",
    )
    looked = findings["What was found"] + "; sought in " + sought.reindex(graded.index)
    return pd.DataFrame(
        {
            "Conclusion": graded["conclusion"],
            "Out of": findings["What was found"].mask(unjudged & looked.notna(), looked),
            "Interval": [
                _word_interval(evidence, name, found)
                for name, found in zip(
                    questions["answered_by"].reindex(graded.index), answers, strict=True
                )
            ],
            "Directness": answers.map(_word_directness),
            "Certainty": graded["certainty"].astype("str"),
            "What lowers it": graded["reasons"]
            .mask(unjudged, "nothing was found to judge")
            .fillna("nothing"),
            "citekeys": findings["citekeys"],
            "rows": findings["rows"],
        }
    ).reset_index(drop=True)


def _word_directness(found: pd.DataFrame) -> str:
    """Publications by their relation to the condition."""
    relations = found.drop_duplicates("citekey")["relation"].astype("str").value_counts(sort=False)
    return "; ".join(f"{name}: {n}" for name, n in relations.items()) or "nothing found"


def _word_interval(evidence: Evidence, answered_by: str, found: pd.DataFrame) -> str:
    """The interval that belongs to a conclusion, or why it has none."""
    if found.empty:
        return "none: nothing found"
    if answered_by == "courses":
        return "none: single patients are no sample"
    if answered_by == "frequencies":
        return _word_pooled(evidence, found)
    counted = found[found["at_risk"]].dropna(subset=["risk"]).sort_values("risk")
    if counted.empty:
        return "none: nobody at risk was counted"
    ends = counted.iloc[[0, -1]].drop_duplicates()
    words = ends["counted"] + " (" + ends["low"].map("{:.1f}".format) + "–"
    words += ends["high"].map("{:.1f}%".format) + ")"
    return f"single groups, not pooled: {' to '.join(words)}"


def _word_pooled(evidence: Evidence, found: pd.DataFrame) -> str:
    surveys = list_surveys(evidence).loc[lambda table: table.index.isin(found.index)]
    # the vocabulary's order is the order of interest: the first cohort leads
    cohort = found["cohort"].cat.remove_unused_categories().cat.categories[0]
    pooled = pool_surveys(surveys[surveys["cohort"] == cohort], cohort)
    if pooled.empty:
        return "none: fewer than two surveys"
    main = pooled.iloc[0]
    return (
        f"next survey {main['Next survey (prediction interval)']}; "
        f"mean {main['Mean (its interval)']}; I² {main['I²']}"
    )
