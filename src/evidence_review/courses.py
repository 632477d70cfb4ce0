"""What was tried, in whom, and how it ended: courses of treatment and of observation."""

import pandas as pd

from evidence_review.evidence import Evidence
from evidence_review.publications import find_lookups
from evidence_review.tables import (
    NOT_REPORTED,
    add_known,
    join_keys,
    list_values,
    trace,
    word_number,
    word_type,
)

OUTCOMES = {  # heading: outcome
    "Complete": "complete",
    "Partial": "partial",
    "No response": "no response",
    "Worse": "worse",
    "Fluctuating": "fluctuating",
    "Outcome not reported": NOT_REPORTED,
}

COUNTED = {"n_complete": "complete", "n_partial": "partial", "n_no_response": "no response"}


def join_courses(evidence: Evidence) -> pd.DataFrame:
    """Courses with `modality` and `agent` (several joined by " + "), `type`, design and label.

    The type (form and cause) is the described patient's, else the group's. `untreated` says that
    nothing was done, `trial` that the course is an arm of a trial.
    """
    parts = evidence.tables["treatment_modalities"].sort_values(["treatment_id", "modality"])
    parts = parts.astype({"modality": "str"}).groupby("treatment_id")
    courses = evidence.with_sources("treatments", "design")
    patient = courses["case_id"].map(word_type(evidence.tables["cases"])).astype("str")
    modality = parts["modality"].agg(" + ".join)
    return courses.assign(
        modality=modality,
        agent=parts["agent"].agg(list_values),
        type=patient.fillna(word_type(courses)),
        untreated=modality.isin(evidence.terms("modality", role="untreated")),
        trial=courses["design"].isin(evidence.terms("design", role="trial")),
    )


def split_courses(evidence: Evidence) -> dict[str, pd.DataFrame]:
    """Courses in the condition itself, and `mixed` lesions apart.

    `direct` are all in the condition: `ended` those with an outcome that was followed, either
    `active` treatment or `untreated`; `recalled` those whose outcome patients told of years past;
    `silent` those without. `compared` are arms of trials.
    """
    courses = join_courses(evidence)
    direct = courses[courses["relation"].isin(evidence.terms("relation", role="condition"))]
    recalled = direct["outcome_reading"] == "recalled"
    ended = direct["outcome"].notna() & ~recalled
    return {
        "direct": direct,
        "ended": direct[ended],
        "active": direct[ended & ~direct["untreated"]],
        "untreated": direct[ended & direct["untreated"]],
        "recalled": direct[recalled],
        "silent": direct[direct["outcome"].isna()],
        "compared": direct[direct["trial"]],
        "mixed": courses[courses["relation"].isin(evidence.terms("relation", role="mixed"))],
    }


def count_people(courses: pd.DataFrame) -> int:
    """How many different people had these courses; a group of unknown size adds nobody.

    A patient described one by one is counted once, whatever the number of courses.
    """
    groups = courses[courses["case_id"].isna()]
    return int(courses["case_id"].nunique() + groups["n_treated"].sum())


def _tally_outcomes(courses: pd.DataFrame) -> pd.DataFrame:
    """Patients of each course by outcome: zero where none is counted, missing where not told."""
    patients = list_treated(courses)
    tally = pd.crosstab(patients["id"], patients["outcome"])
    tally = tally.reindex(index=courses.index, columns=list(OUTCOMES.values()))
    counted = courses[list(COUNTED)].rename(columns=COUNTED)
    return tally.astype("Int64").replace(0, pd.NA).fillna(counted)


def summarise_courses(courses: pd.DataFrame) -> pd.DataFrame:
    """Courses by treatment, agent and type: patients by outcome, times, recurrence, harms said.

    Patients without a reported outcome are counted as such, never as failures; a group whose size
    is not stated adds no patients.
    """
    keys = ["modality", "agent", "type"]
    again = courses["case_id"].notna() & courses.duplicated([*keys, "case_id"])
    grouped = (
        courses.assign(
            told=courses["outcome_reading"].astype("str").replace("stated", pd.NA),
            recurred=courses["recurrence"].map({True: "yes", False: "no"}),
            setting=courses["setting"].astype("str"),
            people=courses["n_treated"].mask(again),
        )
        .join(_tally_outcomes(courses))
        .reset_index()
        .groupby(keys, dropna=False)
    )
    return (
        grouped.agg(
            Setting=("setting", list_values),
            Courses=("id", "size"),
            Patients=("people", add_known),
            **{name: (column, add_known) for name, column in OUTCOMES.items()},
            told=("told", list_values),
            weeks=("time_to_outcome_weeks", list_values),
            months=("followup_months", list_values),
            recurrence=("recurred", list_values),
            harms=("adverse_events", list_values),
            notes=("note", list_values),
            **trace("id"),
        )
        .reset_index()
        .sort_values(["Patients", "modality"], ascending=[False, True], na_position="last")
        .rename(
            columns={
                "modality": "Treatment",
                "agent": "Agent",
                "type": "Type",
                "told": "How the outcome was told, unless stated",
                "weeks": "Weeks to outcome",
                "months": "Follow-up, months",
                "recurrence": "Recurrence",
                "harms": "What is said of harms",
                "notes": "Notes",
            }
        )
    )


def word_courses(summary: pd.DataFrame) -> pd.DataFrame:
    """`summarise_courses` in few columns of words, for a page: nothing is added or left out."""
    agent = (" (" + summary["Agent"] + ")").fillna("")
    outcome = _word_columns(summary[list(OUTCOMES)].replace(0, pd.NA))
    told = (" (" + summary["How the outcome was told, unless stated"] + ")").fillna("")
    times = {
        "Weeks to outcome": "outcome after {} weeks",
        "Follow-up, months": "followed for {} months",
        "Recurrence": "recurrence: {}",
    }
    worded = summary.assign(
        **{name: summary[name].map(form.format, na_action="ignore") for name, form in times.items()}
    )[list(times)]
    return pd.DataFrame(
        {
            "Treatment": summary["Treatment"] + agent,
            "In whom": summary["Type"],
            "Patients": summary["Patients"].astype("str").fillna("not stated"),
            "Outcome": outcome + told,
            "Time, recurrence": _join_columns(worded),
            "What is said of harms": summary["What is said of harms"],
            "citekeys": summary["citekeys"],
            "rows": summary["rows"],
        }
    )


def _word_columns(columns: pd.DataFrame) -> pd.Series:
    """“complete 1; partial 2”: the columns that have a value, in one text a line."""
    words = [
        name.lower().removeprefix("outcome ") + " " + columns[name].astype("str")
        for name in columns
    ]
    return _join_columns(pd.concat(words, axis=1))


def _join_columns(words: pd.DataFrame) -> pd.Series:
    """What is not missing, in one text a line; missing where nothing is left."""
    joined = ["; ".join(word for word in line if not pd.isna(word)) for line in words.to_numpy()]
    return pd.Series(joined, words.index, "str").replace("", pd.NA)


def list_treated(courses: pd.DataFrame) -> pd.DataFrame:
    """One line per patient and course: modality, type, outcome (or not reported), reading, label.

    A group gives as many lines per outcome as it counts; an outcome without a count is that of all.
    Who is not accounted for is not reported. A course of unknown size gives no line.
    """
    known = courses[courses["n_treated"].notna()]
    known = known.assign(reading=known["outcome_reading"].astype("str").fillna(NOT_REPORTED))
    counts = known[list(COUNTED)].fillna(0).rename(columns=COUNTED).astype(int)
    treated = known["n_treated"].astype(int)
    uncounted = counts.sum(axis=1).eq(0) & known["outcome"].notna()
    tallies = pd.concat(
        [
            counts.melt(ignore_index=False, var_name="outcome", value_name="n"),
            treated.where(uncounted, 0)
            .to_frame("n")
            .assign(outcome=known["outcome"].astype("str")),
            (treated - counts.sum(axis=1))
            .where(~uncounted, 0)
            .to_frame("n")
            .assign(outcome=NOT_REPORTED),
        ]
    )
    lines = tallies.reset_index(names="id")
    lines = lines.loc[lines.index.repeat(lines["n"])].set_index("id")
    return (
        known[["citekey", "modality", "type", "reading", "label"]]
        .join(lines["outcome"], how="inner")
        .reset_index()[["id", "citekey", "modality", "type", "outcome", "reading", "label"]]
    )


def list_gaps(evidence: Evidence) -> pd.DataFrame:
    """Every treatment that was looked for: look-ups, courses in the condition and among others.

    A look-up counts when it names the condition and its words match the vocabulary's
    `search_words`. Treatments without search words were not looked for one by one and are left out.
    A combined course stands in the line of each of its treatments.
    """
    courses = split_courses(evidence)
    parts = evidence.tables["treatment_modalities"]
    words = evidence.vocabulary("modality")["search_words"].dropna()

    def count(group: pd.DataFrame) -> pd.Series:
        own = parts[parts["treatment_id"].isin(group.index)]
        return own["modality"].value_counts().reindex(words.index, fill_value=0)

    direct = parts.join(courses["direct"]["citekey"], on="treatment_id").dropna(subset="citekey")
    found = direct.groupby("modality", observed=False).agg(**trace("treatment_id"))
    return pd.DataFrame(
        {
            "Treatment": words.index,
            "Look-ups that named both": [len(find_lookups(evidence, w)) for w in words],
            "Courses": count(courses["direct"]),
            "of them with an outcome": count(courses["ended"]),
            "Courses among others, not split": count(courses["mixed"]),
            "citekeys": found["citekeys"].reindex(words.index).fillna(""),
            "rows": found["rows"].reindex(words.index).fillna(""),
        }
    ).reset_index(drop=True)


def count_followup(courses: pd.DataFrame, months: tuple[int, ...] = (1, 3, 6, 12)) -> pd.DataFrame:
    """How many of the courses were followed at least so long, and how many say a word on harms.

    A course whose follow-up is not reported counts as not known to have been followed.
    """
    followed = courses["followup_months"]
    lines = [
        (f"followed at least {word_number(m, 'month')}", courses[(followed >= m).fillna(False)])
        for m in months
    ]
    lines.append(("follow-up not reported", courses[followed.isna()]))
    lines.append(("harms or their absence mentioned", courses[courses["adverse_events"].notna()]))
    return pd.DataFrame(
        {
            "Courses": [name for name, _ in lines],
            "n": [len(rows) for _, rows in lines],
            "of": len(courses),
            "citekeys": [join_keys(rows["citekey"]) for _, rows in lines],
            "rows": [join_keys(rows.index) for _, rows in lines],
        }
    )
