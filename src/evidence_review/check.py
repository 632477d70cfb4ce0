"""A guide checked against the claims of this review: a page for people, two tables for programs."""

import html
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from evidence_review import claims as judged
from evidence_review.evidence import Evidence
from evidence_review.files import write_atomically
from evidence_review.findings import BadInput, Finding
from evidence_review.guides import AS_PRINTED, Guide, find_references, read_guide
from evidence_review.matching import HIGH, asserts_nothing, load_matcher

SAME_WORD = 85  # rapidfuzz's ratio from which two words are one, misprints allowed
SAME_TITLE = 0.9  # share of a title's longer words that the text around a reference must print
LEAST_TITLE = 4
UNKNOWN = "not in this library: check by hand"
UNVERIFIED = "as printed, not verified"
_DESCRIBED = "[Title not seen"  # how the bibliography begins what stands for a title
_REFERENCES = re.compile(
    r"(?i)(?:list of )?(?:references|sources|bibliography|literature)(?: cited)?"
)


def check_guide(evidence: Evidence, path: Path, out: Path, models: Path) -> list[Path]:
    """Write `index.html`, `sentences.csv` and `references.csv` on the guide at `path` into `out`.

    `models` is where what was learnt from the phrasings is kept. Nothing is fetched. Raises
    BadInput for a file that is no readable guide, or an `out` that is no folder.
    """
    if out.exists() and not out.is_dir():
        raise BadInput(Finding(str(out), "it is a file, not a folder", "Give --out a folder"))
    guide = read_guide(path)
    sentences = match_sentences(evidence, guide, models)
    references = identify_references(evidence, guide)
    page = render_page(evidence, guide, sentences, references)
    files = {
        "sentences.csv": _to_csv(sentences),
        "references.csv": _to_csv(references),
        "index.html": page.encode(),
    }
    for name, content in files.items():
        write_atomically(out / name, content)
    return [out / name for name in files]


def match_sentences(evidence: Evidence, guide: Guide, models: Path) -> pd.DataFrame:
    """One row per sentence in the order of the text, with the claim that it makes, if any.

    Columns: sentence_no, sentence, claim_id, polarity, confidence (0 to 1), also (other
    candidates), verdict. That of a denied claim says so: it is not the verdict on the sentence.
    """
    found = load_matcher(evidence, models).match(guide.sentences)
    found.loc[_find_end(guide.sentences) :, ["claim_id", "polarity", "also"]] = [None, None, ""]
    found["confidence"] = found["confidence"].where(found["claim_id"].notna(), 0.0)
    verdicts = judged.judge_claims(evidence)["verdict"].astype("str")
    of_claim = found["claim_id"].map(verdicts)
    denied = "denies a claim that is: " + of_claim
    return pd.DataFrame(
        {
            "sentence_no": range(1, len(guide.sentences) + 1),
            "sentence": guide.sentences,
            "claim_id": found["claim_id"],
            "polarity": found["polarity"],
            "confidence": found["confidence"],
            "also": found["also"],
            "verdict": of_claim.where(found["polarity"] != "opposite", denied),
        }
    )


def _find_end(sentences: Sequence[str]) -> int:
    """Where the text ends and its list of references begins: those are not judged as sentences."""
    headings = (
        number
        for number, sentence in enumerate(sentences)
        if 3 * number >= len(sentences) and _REFERENCES.fullmatch(sentence.strip(" #*:-–"))
    )
    return next(headings, len(sentences))


def identify_references(evidence: Evidence, guide: Guide) -> pd.DataFrame:
    """Each identifier in the guide's text and what it really is, as far as this library knows.

    Columns: identifier_type, identifier, citekey, title, year, container, evidence (relation to the
    condition), title_agrees (whether the text around it prints that title; missing where this
    library has seen none), finding. What is not known here is UNKNOWN, never guessed.
    """
    known = _index_identifiers(evidence)
    found = guide.references
    keys = [
        find_title(evidence.references["title"], identifier)
        if kind == AS_PRINTED
        else known.get((kind, identifier.lower().rstrip("/")))
        for kind, identifier in zip(found["identifier_type"], found["identifier"], strict=True)
    ]
    real = evidence.references.reindex(pd.Index(keys, dtype="str"))
    relation = evidence.tables["sources"]["relation"].reindex(real.index).astype("str")
    agrees = [
        prints_title(title, printed)
        if isinstance(title, str) and not title.startswith(_DESCRIBED)
        else None
        for title, printed in zip(real["title"], found["printed"], strict=True)
    ]
    worded = dict.fromkeys(evidence.direct, "about the condition")
    worded |= dict.fromkeys(
        evidence.terms("relation", role="elsewhere"), f"not about {evidence.subject}"
    )
    finding = [
        UNKNOWN
        if key is None
        else (worded.get(term, term) if isinstance(term, str) else "known, but not read")
        + ("; the text around it prints another title, or none" if same is False else "")
        for key, term, same in zip(keys, relation, agrees, strict=True)
    ]
    return pd.DataFrame(
        {
            "identifier_type": found["identifier_type"],
            "identifier": found["identifier"],
            "citekey": keys,
            "title": real["title"].to_numpy(),
            "year": real["year"].array,
            "container": real["container"].to_numpy(),
            "evidence": relation.to_numpy(),
            "title_agrees": agrees,
            "finding": finding,
        }
    )


def compare_printed(evidence: Evidence) -> pd.DataFrame:
    """The references that the guide under review prints, part by part beside what they lead to.

    “agrees” or “differs” for title (see `prints_title`), first author, year and venue (rapidfuzz's
    token-set ratio of at least SAME_WORD); UNVERIFIED where this library does not know it.
    """
    printed = evidence.tables["guide_references"]
    real = evidence.references.reindex(printed["citekey"]).set_axis(printed.index)
    sources = evidence.tables["sources"].reindex(printed["citekey"]).set_axis(printed.index)

    def compare(name: str, shown: str, same: Callable[[str, str], bool]) -> list[str]:
        return [
            UNVERIFIED
            if pd.isna(known)
            else ("agrees" if same(str(known), str(text)) else "differs")
            for known, text in zip(real[name], printed[shown], strict=True)
        ]

    def alike(known: str, text: str) -> bool:
        return fuzz.token_set_ratio(known, text, processor=default_process) >= SAME_WORD

    return pd.DataFrame(
        {
            "No.": printed.index,
            "As printed": printed["title_as_printed"],
            "Identifier": printed["identifier_type"].astype("str") + " " + printed["identifier"],
            "Leads to": real["title"].fillna(UNVERIFIED),
            "Title": compare("title", "title_as_printed", prints_title),
            "First author": compare("first_author", "authors_as_printed", alike),
            "Year": compare("year", "year_as_printed", str.__eq__),
            "Venue": compare("container", "venue_as_printed", alike),
            "Evidence": sources["relation"].astype("str").fillna(UNVERIFIED),
            "What was read": sources["access"].astype("str").fillna(UNVERIFIED),
            "citekeys": printed["citekey"].fillna(""),
            "rows": printed.index.astype("str"),
        }
    ).reset_index(drop=True)


def find_title(titles: pd.Series, printed: str) -> str | None:
    """The key of the publication whose title a reference prints; none where it is not just one.

    Titles of fewer than LEAST_TITLE words of four letters and more are too common to tell.
    """
    telling = titles[titles.str.count(r"\w{4,}") >= LEAST_TITLE]
    telling = telling[~telling.str.startswith(_DESCRIBED)]
    found = [key for key, title in telling.items() if prints_title(title, printed)]
    return found[0] if len(found) == 1 else None


def prints_title(title: str, printed: str) -> bool:
    """Whether a text prints a title: at least SAME_TITLE of its words of four letters and more.

    A title that differs in its one decisive word is another title.
    """
    every = re.findall(r"\w+", title.casefold())
    words = [word for word in every if len(word) > 3] or every
    there = re.findall(r"\w+", printed.casefold())
    found = [
        process.extractOne(word, there, scorer=fuzz.ratio, score_cutoff=SAME_WORD) is not None
        for word in words
    ]
    return bool(words) and sum(found) >= SAME_TITLE * len(words)


def _index_identifiers(evidence: Evidence) -> dict[tuple[str, str], str]:
    """The key of every publication by each identifier that is known of it."""
    index = {}
    for kind, column in (("DOI", "doi"), ("PMID", "pmid"), ("PMCID", "pmcid"), ("URL", "url")):
        values = evidence.references[column].dropna().str.lower().str.rstrip("/")
        index |= {(kind, value): key for key, value in values.items()}
    for key, url in evidence.references["url"].dropna().items():
        for kind, carried in find_references([url])[["identifier_type", "identifier"]].to_numpy():
            index.setdefault((kind, carried.lower().rstrip("/")), key)
    printed = evidence.tables["guide_references"].dropna(subset="citekey")
    for kind, identifier, key in printed[["identifier_type", "identifier", "citekey"]].itertuples(
        index=False
    ):
        index.setdefault((str(kind), identifier.lower().rstrip("/")), key)
    return index


def render_page(
    evidence: Evidence, guide: Guide, sentences: pd.DataFrame, references: pd.DataFrame
) -> str:
    """The annotated guide as one HTML page without script; what comes from the guide is escaped."""
    cards = _write_cards(evidence)
    first = sentences.dropna(subset="claim_id").groupby("claim_id")["sentence_no"].first()
    needed = _find_cautions(evidence, sentences["sentence"])
    body = []
    for row in sentences.itertuples():
        text = f'<p class="s"><a id="s{row.sentence_no}">{row.sentence_no}</a> '
        text += f"{html.escape(row.sentence)}</p>"
        text += _annotate(row, cards, first)
        if names := [name for name in needed if needed.at[row.Index, name]]:
            text += f'<p class="caution">Who writes this must add:{_link_cautions(names)}</p>'
        body.append(text)
    named = sentences["claim_id"].notna()
    high = named & (sentences["confidence"] >= HIGH)
    counts = sentences.loc[named, "verdict"].value_counts()
    summary = "".join(f"<li>{n} × {html.escape(v)}</li>" for v, n in counts.items())
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(value))}</td>" for value in line) + "</tr>"
        for line in references[["identifier_type", "identifier", "title", "year", "finding"]]
        .astype("object")
        .where(lambda t: t.notna(), "")
        .itertuples(index=False)
    )
    table = (
        "<table><thead><tr><th>Kind</th><th>Identifier</th><th>What it really is</th>"
        f"<th>Year</th><th>Finding</th></tr></thead><tbody>{rows}</tbody></table>"
        if rows
        else "<p>The text prints no identifier or address of a reference.</p>"
    )
    return _PAGE.format(
        title=html.escape(f"{guide.name}, checked"),
        name=html.escape(guide.name),
        subject=html.escape(evidence.subject),
        sentences=len(sentences),
        named=int(named.sum()),
        high=int(high.sum()),
        least=f"{HIGH:g}",
        summary=summary,
        body="\n".join(body),
        references=table,
        cautions="".join(
            f'<dt id="{_anchor(name)}">{html.escape(name)}</dt><dd>{html.escape(text)}</dd>'
            for name, text in evidence.vocabulary("caution")["definition"].items()
        ),
    )


def _write_cards(evidence: Evidence) -> pd.DataFrame:
    """For each claim the HTML of what is said of it: verdict, why, wording, papers."""
    claims = judged.judge_claims(evidence)
    cautions = evidence.tables["claim_cautions"].groupby("claim_id")["caution"].agg(list)
    base = judged.name_base(evidence)
    links = judged.join_evidence(evidence)
    papers = links.groupby("claim_id")["citekey"].agg(lambda keys: sorted(set(keys)))
    known = evidence.references

    def cite(key: str) -> str:
        label, link = html.escape(known.at[key, "label"]), known.at[key, "link"]
        return f'<a href="{html.escape(link)}">{label}</a>' if isinstance(link, str) else label

    said = [
        f"<b>{html.escape(str(row.verdict))}</b> (certainty of this verdict: "
        f"{html.escape(str(row.certainty))}), "
        f"rests on {html.escape(base[row.Index])}. {html.escape(_known(row.rationale))}"
        for row in claims.itertuples()
    ]
    better = [
        f"<p><i>Better:</i> {html.escape(text)}{_add_cautions(cautions.get(claim, []))}</p>"
        if isinstance(text, str)
        else ""
        for claim, text in claims["wording"].items()
    ]
    cited = [", ".join(map(cite, papers.get(key, []))) for key in claims.index]
    return pd.DataFrame(
        {
            "claim": claims["claim"].map(html.escape),
            "verdict": claims["verdict"].astype("str").map(html.escape),
            "said": said,
            "better": better,
            "cited": [f"<p>{text}</p>" if text else "" for text in cited],
        },
        index=claims.index,
    )


def _link_cautions(names: list[str]) -> str:
    """Links to the sentences that must follow a wording."""
    links = [f'<a href="#{_anchor(name)}">{html.escape(str(name))}</a>' for name in names]
    return f" {', '.join(links)}." if links else ""


def _add_cautions(names: list[str]) -> str:
    return f" Add:{_link_cautions(names)}" if names else ""


def _find_cautions(evidence: Evidence, sentences: pd.Series) -> pd.DataFrame:
    """Whether a sentence names what needs a caution, a column for each; a heading needs none."""
    words = evidence.vocabulary("caution")["search_words"].dropna()
    speaks = ~sentences.map(asserts_nothing)
    return pd.DataFrame(
        {
            name: speaks & sentences.str.contains(f"(?:{pattern})", case=False)
            for name, pattern in words.items()
        },
        index=sentences.index,
    )


def _anchor(name: str) -> str:
    return "caution-" + re.sub(r"\W+", "-", str(name))


def _known(text: object) -> str:
    return text if isinstance(text, str) else ""


def _annotate(row, cards: pd.DataFrame, first: pd.Series) -> str:
    """What stands below a sentence; reasons and wording only where a claim is met first."""
    others = [c for c in row.also.split("; ") if c] if isinstance(row.also, str) else []
    listed = "".join(f"<li>{c}: {cards.at[c, 'claim']}</li>" for c in others)
    other = f"<details><summary>Other candidates</summary><ul>{listed}</ul></details>"
    if not isinstance(row.claim_id, str):
        return '<p class="none">No claim matched: not judged.</p>' + (other if others else "")
    card = cards.loc[row.claim_id]
    sure = "high" if row.confidence >= HIGH else "unsure"
    denies = row.polarity == "opposite"
    head = ("Denies" if denies else "Makes") if sure == "high" else "May make or deny"
    about = "The claim that it denies is: " if denies and sure == "high" else "The claim is: "
    said = f"<p>{about}{card['said']}</p>{card['better']}{card['cited']}"
    if row.sentence_no != (met := first[row.claim_id]):
        said = f"<p>{about}<b>{card['verdict']}</b>; why, and what to say instead, below "
        said += f'<a href="#s{met}">sentence {met}</a>.</p>'
    return (
        f'<div class="{sure}"><p>{head} claim {row.claim_id} “{card["claim"]}” '
        f"(confidence {int(100 * row.confidence) / 100:.2f}"
        f"{'' if sure == 'high' else ', read it yourself'}).</p>"
        f"{said}{other if others else ''}</div>"
    )


def _to_csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()


_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
  color: #1a1a1a; background: #fff; }}
.s {{ margin: 1.2rem 0 .2rem; font-size: 1.05rem; }}
.s a {{ color: #595959; font-size: .8rem; margin-right: .3rem; }}
.none {{ color: #595959; margin: 0 0 0 1.5rem; font-size: .9rem; }}
.high, .unsure {{ border-left: 4px solid #00558c; margin-left: 1.5rem; padding: .2rem .8rem;
  background: #f3f6f9; font-size: .92rem; overflow-wrap: anywhere; }}
.unsure {{ border-left-style: dotted; background: #faf7f0; }}
.caution {{ margin: .3rem 0 0 1.5rem; font-size: .9rem; border-left: 4px solid #a6440b;
  padding: .2rem .8rem; }}
.high p, .unsure p {{ margin: .3rem 0; }}
table {{ border-collapse: collapse; font-size: .9rem; }}
td, th {{ text-align: left; vertical-align: top; padding: .3rem .5rem;
  border-top: 1px solid #ccc; overflow-wrap: break-word; }}
td:nth-child(2) {{ overflow-wrap: anywhere; min-width: 8rem; }}
@media print {{ body {{ max-width: none; }} }}
</style></head><body><main>
<h1>{name}, checked</h1>
<p>A machine compared {sentences} sentences with the claims of an evidence review on {subject}.
{named} were taken to make or deny a claim, {high} of them with high confidence ({least} or more).
A dotted line marks what it is unsure of; what it could not match stands without a mark of quality.
Sentences are read one by one, so that irony, quotations and what a pronoun stands for are missed.
The verdict is on the claim as this review words it. Not medical advice.</p>
<ul>{summary}</ul>
<h2>References</h2>
{references}
<h2>Sentences that must follow a wording</h2>
<dl>{cautions}</dl>
<h2>Sentence by sentence</h2>
{body}
</main></body></html>
"""
