"""The summaries that notebooks and report show.

Every summary carries `citekeys` (the publications) and `rows` (ids of the rows) for each line, both
joined by "; ", so that a number can be followed back to its source.
"""

import hashlib

import pandas as pd

from evidence_review.evidence import VOCABULARY, Evidence
from evidence_review.statistics import add_intervals

DIRECT = ["condition", "condition as harm"]  # relations in which the condition itself is reported
TRIALS = ["randomised trial", "non-randomised trial"]
UNTREATED = "observation"  # the modality of a course without treatment
NOT_REPORTED = "not reported"
PROVENANCE = ["citekeys", "rows"]


def _join(values: pd.Series) -> str:
    return "; ".join(sorted(set(values.dropna().astype(str))))


def _trace(key: str) -> dict[str, tuple[str, object]]:
    """Aggregations that keep the way back: publications and the ids in column `key`."""
    return {"citekeys": ("citekey", _join), "rows": (key, _join)}


def fingerprint(frame: pd.DataFrame) -> str:
    """“12 rows · 1a2b3c4d”: the size of a table and what it holds, to six significant digits."""
    text = frame.reset_index(drop=isinstance(frame.index, pd.RangeIndex)).to_csv(
        index=False, float_format="%.6g", lineterminator="\n"
    )
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{len(frame):,} rows · {digest}"


# What was read


def summarise_data(evidence: Evidence) -> pd.DataFrame:
    """One line per table and one for the bibliography: rows, columns, fingerprint of the whole."""
    names = list(evidence.tables)
    frames = [evidence.tables[name] for name in names]
    titles = {r["name"]: r["title"] for r in evidence.package["resources"]}
    lines = [
        (name.replace(VOCABULARY, "vocabulary: "), titles[name], *fingerprint(frame).split(" · "))
        for name, frame in zip(names, frames, strict=True)
    ]
    lines.append(("references.bib", "Bibliography", *fingerprint(evidence.references).split(" · ")))
    return pd.DataFrame(lines, columns=["Table", "Holds", "Rows", "Fingerprint"])


def count_flow(evidence: Evidence) -> pd.DataFrame:
    """The boxes of a PRISMA 2020 flow diagram: box, label, n (missing: not recorded).

    Page MJ et al. The PRISMA 2020 statement. BMJ 2021;372:n71.
    """
    searches, screening = evidence.tables["searches"], evidence.tables["screening"]
    sources = evidence.tables["sources"]
    direct = sources["relation"].isin(DIRECT)
    boxes = [
        ("searched", "Look-ups in stored copies of public web pages", len(searches)),
        ("identified", "Excerpts shown", searches["n_results"].sum()),
        ("relevant", "Excerpts judged relevant", searches["n_relevant"].sum()),
        ("repeats", "of a publication seen before", pd.NA),
        *(
            (f"excluded: {reason}", f"Screened out: {reason}", n)
            for reason, n in screening["reason"].value_counts(sort=True).items()
        ),
        ("registers", "Records from trial registers", 0),
        ("databases", "Records from bibliographic databases", 0),
        ("sought", "Full texts sought", pd.NA),
        ("included", "Publications included", len(sources)),
        ("direct", f"about {evidence.subject}", direct.sum()),
        ("other", "indirect, mixed or not visible", (~direct).sum()),
    ]
    return pd.DataFrame(boxes, columns=["box", "label", "n"]).astype({"n": "Int64"})


def map_evidence(evidence: Evidence) -> pd.DataFrame:
    """Publications by question, design and directness, zero cells included."""
    return (
        evidence.tables["sources"]
        .reset_index()
        .assign(evidence=lambda s: s["relation"].isin(DIRECT).map({True: "direct", False: "other"}))
        .dropna(subset="design")
        .groupby(["evidence", "design", "question"], observed=False)
        .agg(n=("citekey", "size"), citekeys=("citekey", _join))
        .reset_index()
    )


def count_years(evidence: Evidence, width: int = 5) -> pd.DataFrame:
    """Publications per `width` years by directness; publications without a year are left out."""
    return (
        evidence.tables["sources"]
        .join(evidence.references["year"])
        .dropna(subset="year")
        .assign(
            years=lambda s: s["year"] // width * width,
            evidence=lambda s: s["relation"].isin(DIRECT).map({True: "direct", False: "other"}),
        )
        .groupby(["years", "evidence"])
        .size()
        .unstack(fill_value=0)
        .pipe(lambda t: t.reindex(range(t.index.min(), t.index.max() + 1, width), fill_value=0))
        .rename_axis("years")
        .reset_index()
    )


def summarise_access(evidence: Evidence) -> pd.DataFrame:
    """What of the publications was read, by relation to the condition."""
    sources = evidence.tables["sources"].reset_index()
    counts = pd.crosstab(sources["relation"], sources["access"])
    meanings = evidence.vocabulary("relation")["definition"]
    return (
        counts.assign(Publications=counts.sum(axis=1))
        .rename_axis(columns=None)
        .rename(index=meanings)
        .rename_axis("Evidence")
        .reset_index()
    )


def compare_references(evidence: Evidence) -> pd.DataFrame:
    """The guide's references as printed beside the publications their identifiers lead to."""
    printed = evidence.tables["guide_references"]
    real = evidence.references.reindex(printed["citekey"]).set_axis(printed.index)
    relation = evidence.tables["sources"]["relation"].reindex(printed["citekey"])
    meaning = relation.set_axis(printed.index).map(evidence.vocabulary("relation")["definition"])
    return pd.DataFrame(
        {
            "No.": printed.index,
            "Title as printed": printed["title_as_printed"],
            "Year as printed": printed["year_as_printed"],
            "Identifier": printed["identifier"],
            "Title of what it leads to": real["title"],
            "What that is": meaning.astype("str"),
            "citekeys": printed["citekey"].fillna(""),
            "rows": printed.index.astype(str),
        }
    )


def list_sources(evidence: Evidence, sources: pd.DataFrame) -> pd.DataFrame:
    """Publications one by one: title, year, type, what was read."""
    known = evidence.references.loc[sources.index]
    return pd.DataFrame(
        {
            "Title": known["title"],
            "Year": known["year"],
            evidence.titles("sources")["condition_type"]: sources["condition_type"],
            "What was read": sources["access"],
            "citekeys": sources.index,
            "rows": sources.index,
        }
    )


def list_names(references: pd.DataFrame) -> pd.DataFrame:
    """Authors of some publications as they stand in the bibliography."""
    return pd.DataFrame(
        {
            "Authors": references["authors"].map("; ".join),
            "Title": references["title"],
            "citekeys": references.index,
            "rows": references.index,
        }
    )


def split_sources(evidence: Evidence) -> dict[str, pd.DataFrame]:
    """Publications: `all`, `direct` (about the condition), `trials`, `direct trials`, `unread`.

    `unread` are those of which no more than the abstract was read.
    """
    sources = evidence.tables["sources"]
    direct = sources["relation"].isin(DIRECT)
    trials = sources["design"].isin(TRIALS)
    return {
        "all": sources,
        "direct": sources[direct],
        "trials": sources[trials],
        "direct trials": sources[trials & direct],
        "unread": sources[sources["access"] != "excerpt of full text"],
    }


# What was tried


def join_courses(evidence: Evidence) -> pd.DataFrame:
    """Courses of treatment with `modality` (several joined by " + "), type, relation, label.

    The type is the described patient's, else the publication's.
    """
    parts = evidence.tables["treatment_modalities"].sort_values(["treatment_id", "modality"])
    modality = parts.groupby("treatment_id")["modality"].agg(lambda m: " + ".join(m.astype(str)))
    agents = parts.groupby("treatment_id")["agent"].agg(lambda a: " + ".join(a.dropna()))
    courses = evidence.with_sources("treatments", "relation", "design", "condition_type")
    own = courses["case_id"].map(evidence.tables["cases"]["condition_type"])
    return courses.assign(
        modality=modality,
        agents=agents,
        condition_type=courses["condition_type"].where(own.isna(), own),
    )


def split_courses(courses: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Courses of `join_courses` in the condition itself, and `mixed` lesions apart.

    `direct` are all in the condition: `ended` those with an outcome, either `active` treatment or
    `untreated`; `silent` those without; `compared` those of trials. What is neither direct nor
    mixed is left out.
    """
    direct = courses[courses["relation"] == "condition"]
    ended = direct["outcome"].notna()
    untreated = direct["modality"] == UNTREATED
    return {
        "direct": direct,
        "ended": direct[ended],
        "active": direct[ended & ~untreated],
        "untreated": direct[ended & untreated],
        "silent": direct[~ended],
        "compared": direct[direct["design"].isin(TRIALS)],
        "mixed": courses[courses["relation"] == "mixed lesions"],
    }


def summarise_courses(courses: pd.DataFrame) -> pd.DataFrame:
    """Courses by modality and type: patients by outcome, times, follow-up, recurrence, harms said.

    Patients without a reported outcome are counted as such, never as failures; a group whose size
    is not stated adds no patients.
    """
    return (
        courses.reset_index()
        .assign(
            condition_type=lambda c: c["condition_type"].astype("str"),
            unknown=lambda c: c["n_treated"].where(c["outcome"].isna()),
            worse=lambda c: c["n_treated"].where(c["outcome"] == "worse"),
            clear_weeks=lambda c: c["time_to_outcome_weeks"].where(c["outcome"] == "complete"),
            recurred=lambda c: c["recurrence"].map({True: "yes", False: "no"}),
        )
        .groupby(["modality", "condition_type"], dropna=False)
        .agg(
            courses=("id", "size"),
            patients=("n_treated", _sum),
            complete=("n_complete", _sum),
            partial=("n_partial", _sum),
            no_response=("n_no_response", _sum),
            worse=("worse", _sum),
            not_reported=("unknown", _sum),
            weeks_to_clear=("clear_weeks", _list),
            followup_months=("followup_months", _list),
            recurrence=("recurred", _list),
            adverse_events=("adverse_events", _join_or_missing),
            **_trace("id"),
        )
        .reset_index()
        .sort_values(["patients", "modality"], ascending=[False, True], na_position="last")
        .rename(
            columns={
                "modality": "Treatment",
                "condition_type": "Type",
                "courses": "Courses",
                "patients": "Patients",
                "complete": "Complete",
                "partial": "Partial",
                "no_response": "No response",
                "worse": "Worse",
                "not_reported": "Outcome not reported",
                "weeks_to_clear": "Weeks to clearance",
                "followup_months": "Follow-up, months",
                "recurrence": "Recurrence",
                "adverse_events": "What is said of harms",
            }
        )
    )


def _sum(values: pd.Series) -> int:
    """The sum of what is known; missing where nothing is."""
    return values.sum(min_count=1)


def _list(values: pd.Series) -> object:
    """Every reported value, in order of the rows; missing where nothing is reported."""
    known = values.dropna()
    return ", ".join(v if isinstance(v, str) else f"{v:g}" for v in known) or pd.NA


def _join_or_missing(values: pd.Series) -> object:
    return _join(values) or pd.NA


def word_courses(summary: pd.DataFrame) -> pd.DataFrame:
    """`summarise_courses` in few columns of words, for a page: nothing is added or left out."""
    outcomes = ["Complete", "Partial", "No response", "Worse", "Outcome not reported"]
    times = ["Weeks to clearance", "Follow-up, months", "Recurrence"]
    return pd.DataFrame(
        {
            "Treatment": summary["Treatment"],
            "Type": summary["Type"],
            "Patients (courses)": summary["Patients"].astype("str").fillna("not stated")
            + " ("
            + summary["Courses"].astype("str")
            + ")",
            "Outcome, patients": _word_columns(summary[outcomes].replace(0, pd.NA)),
            "Time and recurrence": _word_columns(summary[times]),
            "What is said of harms": summary["What is said of harms"],
            "citekeys": summary["citekeys"],
            "rows": summary["rows"],
        }
    )


def _word_columns(columns: pd.DataFrame) -> pd.Series:
    """“complete 1; partial 2”: the columns that have a value, in one text a line."""
    words = [name.lower() + " " + columns[name].astype("str") for name in columns]
    return pd.concat(words, axis=1).apply(lambda line: "; ".join(line.dropna()) or pd.NA, axis=1)


def list_patients(courses: pd.DataFrame) -> pd.DataFrame:
    """One line per patient and course: modality, condition_type, outcome (or not reported), label.

    Groups give one line per patient; a course whose number of patients is not stated gives none.
    """
    known = courses[courses["n_treated"].notna()]
    counted = ["n_complete", "n_partial", "n_no_response"]
    split = known[counted].gt(0).fillna(False).sum(axis=1) > 1
    if split.any():
        raise ValueError(f"outcomes differ within a group: {list(known.index[split])}")
    return (
        known.loc[known.index.repeat(known["n_treated"].astype(int))]
        .reset_index()
        .assign(outcome=lambda p: p["outcome"].astype("str").fillna(NOT_REPORTED))[
            ["id", "citekey", "modality", "condition_type", "outcome", "label"]
        ]
    )


def list_gaps(evidence: Evidence, courses: pd.DataFrame) -> pd.DataFrame:
    """Every treatment of the vocabulary: courses, outcomes, and in how many look-ups it was sought.

    A look-up counts when its words match the vocabulary's `search_words`; missing where the
    vocabulary has none, since then nothing says that it was looked for.
    """
    parts = evidence.tables["treatment_modalities"]
    parts = parts[parts["treatment_id"].isin(courses.index)].join(
        courses[["citekey", "outcome"]], on="treatment_id"
    )
    found = parts.groupby("modality", observed=False).agg(
        courses=("treatment_id", "size"), outcomes=("outcome", "count"), **_trace("treatment_id")
    )
    queries = evidence.tables["searches"]["query"]
    words = evidence.vocabulary("modality")["search_words"]
    lookups = words.dropna().map(lambda w: queries.str.contains(w, case=False, regex=True).sum())
    return (
        found.assign(lookups=lookups.astype("Int64"))
        .reset_index()
        .rename(
            columns={
                "modality": "Treatment",
                "courses": "Courses found",
                "outcomes": "With an outcome",
                "lookups": "Look-ups that named it",
            }
        )[
            [
                "Treatment",
                "Look-ups that named it",
                "Courses found",
                "With an outcome",
                "citekeys",
                "rows",
            ]
        ]
    )


# What went wrong


def join_complications(evidence: Evidence) -> pd.DataFrame:
    """Harms with design and label of their publication and, where people were at risk, intervals.

    `counted` words the count: "3/50", "12.5% of 96 lesions", or missing.
    """
    rows = evidence.with_sources("complications", "design")
    rows = add_intervals(rows, rows["denominator"] == "patients at risk")
    return rows.assign(counted=_word_counts(rows))


def split_harms(harms: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Harms of `join_complications` by what they are about and where they happened.

    By relation: `treated` (harms of treating the condition), `as harm` (the condition is the harm),
    `mixed`, `elsewhere` (other conditions). By setting: `home`, `salon`. `clinic at risk` are those
    in clinics and other conditions in which people at risk were counted.
    """
    relation, setting = harms["relation"], harms["setting"]
    elsewhere = relation == "other condition"
    return {
        "treated": harms[relation == "condition"],
        "as harm": harms[relation == "condition as harm"],
        "mixed": harms[relation == "mixed lesions"],
        "elsewhere": harms[elsewhere],
        "home": harms[setting == "home"],
        "salon": harms[setting == "salon or lay provider"],
        "clinic at risk": harms[elsewhere & (setting == "clinic") & harms["risk"].notna()],
    }


def _word_counts(rows: pd.DataFrame) -> pd.Series:
    """n/N where both are counted, else the percentage as printed and of what, else missing."""
    affected, exposed = rows["n_affected"].astype("str"), rows["n_exposed"].astype("str")
    unit = rows["unit"].astype("str")
    percent = rows["percent"].map("{:g}%".format, na_action="ignore").astype("str")
    of_whom = (" of " + exposed + " " + unit).where(rows["n_exposed"].notna(), " of " + unit)
    return (affected + "/" + exposed).fillna(percent + of_whom).fillna(affected + " " + unit)


def summarise_settings(harms: pd.DataFrame) -> pd.DataFrame:
    """Harms by setting and relation: publications, rows, rows with people at risk, serious ones."""
    return (
        harms.reset_index()
        .assign(
            setting=lambda h: h["setting"].cat.add_categories(NOT_REPORTED).fillna(NOT_REPORTED),
            at_risk=lambda h: h["risk"].notna(),
            serious=lambda h: h["severity"] == "serious",
        )
        .groupby(["setting", "relation"], observed=True)
        .agg(
            publications=("citekey", "nunique"),
            harms=("id", "size"),
            at_risk=("at_risk", "sum"),
            serious=("serious", "sum"),
            **_trace("id"),
        )
        .reset_index()
        .rename(
            columns={
                "setting": "Setting",
                "relation": "Relation",
                "publications": "Publications",
                "harms": "Entries",
                "at_risk": "Entries with people at risk",
                "serious": "Serious harms",
            }
        )
    )


def summarise_procedures(harms: pd.DataFrame) -> pd.DataFrame:
    """Harms by procedure: publications, rows, and the range of risk where people were at risk."""
    return (
        harms.reset_index()
        .assign(complication=lambda h: h["complication"].astype("str"))
        .groupby("modality", observed=True)
        .agg(
            publications=("citekey", "nunique"),
            harms=("id", "size"),
            kinds=("complication", "nunique"),
            at_risk=("risk", "count"),
            **_trace("id"),
        )
        .reset_index()
        .rename(
            columns={
                "modality": "Procedure",
                "publications": "Publications",
                "harms": "Entries",
                "kinds": "Kinds of harm",
                "at_risk": "Entries with people at risk",
            }
        )
    )


def list_harms(harms: pd.DataFrame) -> pd.DataFrame:
    """Harms one by one, with count and interval where one is meaningful."""
    interval = harms["low"].map("{:.1f}".format) + " to " + harms["high"].map("{:.1f}".format) + "%"
    return pd.DataFrame(
        {
            "Procedure": harms["procedure"],
            "For": harms["target"],
            "Harm": harms["complication"].astype("str"),
            "Count": harms["counted"],
            "95% interval": interval.where(harms["low"].notna(), pd.NA),
            "Who is counted": harms["denominator"].astype("str"),
            "Setting": harms["setting"].astype("str"),
            "Note": harms["note"],
            "citekeys": harms["citekey"],
            "rows": harms.index,
        }
    )


def shorten_harms(listed: pd.DataFrame) -> pd.DataFrame:
    """`list_harms` in few columns, for a page: the interval beside its count."""
    interval = " (" + listed["95% interval"] + ")"
    return listed.assign(
        **{"Count (95% interval)": listed["Count"] + interval.fillna("")},
    )[["Procedure", "For", "Harm", "Count (95% interval)", "Setting", "Note", "citekeys", "rows"]]
