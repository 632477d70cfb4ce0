"""What was searched, found and read: publications, searches, screening, the guide's references."""

import pandas as pd

from evidence_review.evidence import VOCABULARY, Evidence
from evidence_review.files import BIBLIOGRAPHY
from evidence_review.tables import cross_evidence, fingerprint, join_keys, word_type


def summarise_data(evidence: Evidence) -> pd.DataFrame:
    """One line per table and one for the bibliography: rows, fingerprint of the whole."""
    titles = {r["name"]: r["title"] for r in evidence.package["resources"]}
    tables = {
        (name.replace(VOCABULARY, "vocabulary: "), titles[name]): frame
        for name, frame in evidence.tables.items()
    } | {(BIBLIOGRAPHY, "Bibliography"): evidence.references}
    lines = [(*name, *fingerprint(frame).split(" · ")) for name, frame in tables.items()]
    return pd.DataFrame(lines, columns=["Table", "Holds", "Rows", "Fingerprint"])


READ = ("full text", "excerpt of full text")  # what of a publication shows more than its abstract


def split_sources(evidence: Evidence) -> dict[str, pd.DataFrame]:
    """Publications: `all`, `direct` (on the condition), `mixed`, `trials`, `unread`.

    `unread` are those of which no more than the abstract was read.
    """
    sources = evidence.tables["sources"]
    return {
        "all": sources,
        "direct": sources[sources["relation"].isin(evidence.direct)],
        "mixed": sources[sources["relation"].isin(evidence.terms("relation", role="mixed"))],
        "trials": sources[sources["design"].isin(evidence.terms("design", role="trial"))],
        "unread": sources[~sources["access"].isin(READ)],
    }


def count_flow(evidence: Evidence) -> pd.DataFrame:
    """The boxes of a PRISMA 2020 flow diagram: box, label, n (missing: not recorded).

    Page MJ et al. The PRISMA 2020 statement. BMJ 2021;372:n71.
    """
    searches, screening = evidence.tables["searches"], evidence.tables["screening"]
    sources = split_sources(evidence)
    reasons = screening["reason"].value_counts()
    boxes = [
        ("searched", f"Look-ups in {evidence.package['searched']['in']}", len(searches)),
        ("identified", "Excerpts shown", searches["n_results"].sum()),
        ("relevant", "Excerpts judged relevant", searches["n_relevant"].sum()),
        ("repeats", "Excerpts of a publication seen before", pd.NA),
        *((f"excluded: {reason}", reason, n) for reason, n in reasons.items()),
        ("sought", "Full texts sought", pd.NA),
        ("included", "Publications included", len(sources["all"])),
        ("direct", f"direct: about {evidence.subject}", len(sources["direct"])),
        (
            "other",
            "indirect, mixed or not visible",
            len(sources["all"]) - len(sources["direct"]),
        ),
    ]
    return pd.DataFrame(boxes, columns=["box", "label", "n"]).astype({"n": "Int64"})


def map_evidence(evidence: Evidence) -> pd.DataFrame:
    """Publications by question, design and directness, zero cells included."""
    return (
        _mark_direct(evidence)
        .reset_index()
        .dropna(subset="design")
        .groupby(["evidence", "design", "question"], observed=False)
        .agg(n=("citekey", "size"), citekeys=("citekey", join_keys), rows=("citekey", join_keys))
        .reset_index()
    )


def count_years(evidence: Evidence, width: int = 5) -> pd.DataFrame:
    """Publications per `width` years by directness; publications without a year are left out."""
    dated = _mark_direct(evidence).join(evidence.references["year"]).dropna(subset="year")
    if dated.empty:
        return pd.DataFrame(columns=["years", "direct", "other"])
    return (
        dated.assign(years=lambda s: s["year"] // width * width)
        .groupby(["years", "evidence"], observed=True)
        .size()
        .unstack(fill_value=0)
        .reindex(columns=["direct", "other"], fill_value=0)
        .pipe(lambda t: t.reindex(range(t.index.min(), t.index.max() + 1, width), fill_value=0))
        .rename_axis("years")
        .reset_index()
    )


def _mark_direct(evidence: Evidence) -> pd.DataFrame:
    sources = evidence.tables["sources"]
    words = sources["relation"].isin(evidence.direct).map({True: "direct", False: "other"})
    return sources.assign(evidence=pd.Categorical(words, ["direct", "other"]))


def summarise_access(evidence: Evidence) -> pd.DataFrame:
    """What of the publications was read, by relation to the condition."""
    sources = evidence.tables["sources"]
    return cross_evidence(sources, "access")


def list_sources(evidence: Evidence, sources: pd.DataFrame) -> pd.DataFrame:
    """Publications one by one: title, year, type, what was read."""
    known = evidence.references.loc[sources.index]
    return pd.DataFrame(
        {
            "Title": known["title"],
            "Year": known["year"],
            "Type": word_type(sources),
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


def find_lookups(evidence: Evidence, words: str = "", topic: str = "") -> pd.DataFrame:
    """Look-ups that name the condition and, where given, match `words` and are of `topic`.

    Both are searched for in the look-up's own words; the condition by the package's
    `subject_words`, a regular expression as `words` is.
    """
    searches = evidence.tables["searches"]
    query = searches["query"]
    found = query.str.contains(evidence.package["subject_words"], case=False)
    found &= query.str.contains(words, case=False)
    return searches[found & ((searches["topic"] == topic) | (not topic))]
