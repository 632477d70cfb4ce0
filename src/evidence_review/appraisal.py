"""How well publications report (JBI checklists), and how certain each conclusion is (GRADE)."""

import pandas as pd

from evidence_review.evidence import Evidence
from evidence_review.statistics import size_arms
from evidence_review.tables import join_keys, split_keys

YES, UNCLEAR, NOT_READABLE, NOT_APPLICABLE = "yes", "unclear", "not readable", "not applicable"


def appraise(evidence: Evidence) -> pd.DataFrame:
    """Every answer, read or derived: citekey, checklist, item, question, answer, basis.

    An item that names a table is answered from the publication's rows in it: “yes” where its
    condition holds of all, “unclear” of some, “not readable” of none, “not applicable” without
    rows. Checklists: JBI Manual for Evidence Synthesis (Aromataris et al. 2020).
    """
    read = evidence.tables["appraisals"].reset_index()
    items = evidence.tables["appraisal_items"].reset_index()
    publications = read[["citekey", "checklist"]].drop_duplicates()
    derived = [
        _derive(evidence, item, publications.loc[publications["checklist"] == item.checklist])
        for item in items.dropna(subset="answered_from").itertuples()
    ]
    columns = ["citekey", "checklist", "item", "answer", "basis"]
    answers = pd.concat([read[columns], *derived], ignore_index=True)
    answers["answer"] = pd.Categorical(
        answers["answer"].astype("str"), evidence.vocabulary("appraisal_answer").index
    )
    answers["checklist"] = answers["checklist"].astype(items["checklist"].dtype)
    return (
        answers.merge(items[["checklist", "item", "question"]], on=["checklist", "item"])
        .sort_values(["checklist", "citekey", "item"])
        .reset_index(drop=True)
    )


def _derive(evidence: Evidence, item, publications: pd.DataFrame) -> pd.DataFrame:
    table = evidence.tables[item.answered_from]
    table = table[table["citekey"].isin(publications["citekey"])]
    holds = table.eval(item.condition, engine="python").astype("boolean").fillna(False)
    share = holds.astype(float).groupby(table["citekey"]).mean().reindex(publications["citekey"])
    answer = pd.Series(UNCLEAR, index=share.index).mask(share == 1, YES)
    answer = answer.mask(share == 0, NOT_READABLE).mask(share.isna(), NOT_APPLICABLE)
    return pd.DataFrame(
        {
            "citekey": share.index,
            "checklist": item.checklist,
            "item": item.item,
            "answer": answer.to_numpy(),
            "basis": f"derived from {item.answered_from}",
        }
    )


def count_answers(answers: pd.DataFrame) -> pd.DataFrame:
    """Publications by checklist, item and answer: what a summary of an appraisal shows."""
    counts = (
        answers.groupby(["checklist", "item", "question", "answer"], observed=False)
        .agg(n=("citekey", "size"), citekeys=("citekey", join_keys))
        .reset_index()
    )
    known = answers[["checklist", "item", "question"]].drop_duplicates()
    return counts.merge(known, on=["checklist", "item", "question"])


def grade(evidence: Evidence) -> pd.DataFrame:
    """The certainty of each conclusion, by question id.

    Columns: start, certainty (the start less the levels of all domains, never below the lowest;
    ungraded where nothing was found), conclusion, reasons. GRADE: Guyatt et al. BMJ 2008;336:924-6;
    for case reports: Murad et al. BMJ Evid Based Med 2018;23:60-3.
    """
    levels = evidence.terms("certainty", role="graded")
    (ungraded,) = evidence.terms("certainty", role="none")
    table = evidence.tables["certainty"]
    domains = evidence.tables["certainty_domains"].reset_index()
    taken = domains["judgement"].astype("str").map(evidence.vocabulary("grade_judgement")["levels"])
    lost = taken.groupby(domains["question_id"]).sum()
    reasons = (
        domains[taken > 0]
        .assign(words=lambda d: d["domain"].astype("str") + ": " + d["reason"])
        .groupby("question_id")["words"]
        .agg("; ".join)
    )
    final = [
        ungraded
        if pd.isna(start)
        else levels[min(levels.index(start) + int(lost.get(question, 0)), len(levels) - 1)]
        for question, start in table["start"].astype("str").items()
    ]
    return pd.DataFrame(
        {
            "start": table["start"],
            "certainty": pd.Categorical(final, evidence.vocabulary("certainty").index),
            "conclusion": table["conclusion"],
            "reasons": reasons.reindex(table.index),
        }
    )


def list_domains(evidence: Evidence) -> pd.DataFrame:
    """The GRADE table: one line per question, one column per domain."""
    graded = grade(evidence)
    questions = evidence.tables["questions"]["question"]
    domains = evidence.tables["certainty_domains"].reset_index()
    wide = (
        domains.assign(words=domains["judgement"].astype("str") + " (" + domains["reason"] + ")")
        .pivot(index="question_id", columns="domain", values="words")
        .reindex(graded.index)
    )
    wide.columns = wide.columns.astype("str")
    wide = wide[[d for d in evidence.vocabulary("grade_domain").index if d in wide]]
    return pd.concat(
        [
            questions.reindex(graded.index).to_frame("Question"),
            graded["start"].astype("str").to_frame("Start"),
            wide.rename(columns=str.capitalize),
            graded["certainty"].astype("str").to_frame("Certainty"),
            graded.index.to_frame(name="rows"),
        ],
        axis=1,
    ).reset_index(drop=True)


def list_trials(evidence: Evidence) -> pd.DataFrame:
    """The trials that would answer, with the people each would need; all shares are assumed."""
    trials = evidence.tables["trials_needed"]
    margin = trials["margin_percent"] / 100
    per_arm = [
        size_arms(row.control_percent / 100, row.new_percent / 100, row.alpha, row.power, most)
        for row, most in zip(
            trials.itertuples(), margin.astype(object).where(margin.notna(), None), strict=True
        )
    ]
    extra = trials["margin_percent"].map(", at most {:g} points more".format, na_action="ignore")
    return pd.DataFrame(
        {
            "In whom": trials["population"],
            "Compared": trials["comparison"],
            "Outcome": trials["outcome"],
            "Assumed": [
                f"{a:g}% against {b:g}%{m}, alpha {c:g}, power {d:g}: {why}"
                for a, b, m, c, d, why in zip(
                    trials["control_percent"],
                    trials["new_percent"],
                    extra.fillna(""),
                    trials["alpha"],
                    trials["power"],
                    trials["assumption"],
                    strict=True,
                )
            ],
            "People per group": per_arm,
            "rows": trials.index,
        }
    ).reset_index(drop=True)


def map_gaps(evidence: Evidence) -> pd.DataFrame:
    """Publications on the condition by form, question and kind of evidence, zero cells included.

    Columns: form (“not stated” where the publication is not about one form), question, group (of
    the design, from its vocabulary), n, citekeys.
    """
    sources = evidence.tables["sources"]
    sources = sources[sources["relation"].isin(evidence.direct)].dropna(subset="design")
    groups = evidence.vocabulary("design")["group"]
    forms = [*evidence.vocabulary("form").index, "not stated"]
    marked = sources.reset_index().assign(
        form=pd.Categorical(sources["form"].astype("str").fillna("not stated"), forms),
        group=pd.Categorical(
            sources["design"].astype("str").map(groups), list(dict.fromkeys(groups))
        ),
    )
    return (
        marked.groupby(["form", "question", "group"], observed=False)
        .agg(n=("citekey", "size"), citekeys=("citekey", join_keys))
        .reset_index()
    )


def tabulate_gaps(gaps: pd.DataFrame) -> pd.DataFrame:
    """`map_gaps` for reading: a line per form and question, a column per kind of evidence."""
    wide = gaps.pivot(index=["form", "question"], columns="group", values="n")
    wide.columns = wide.columns.astype("str").str.capitalize()
    keys = gaps.groupby(["form", "question"], observed=False)["citekeys"].agg(
        lambda cells: join_keys(key for cell in cells for key in split_keys(cell))
    )
    filled = wide.sum(axis=1) > 0
    return wide.assign(citekeys=keys)[filled].rename_axis(["Form", "Question"]).reset_index()
