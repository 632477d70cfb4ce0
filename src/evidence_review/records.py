"""Records of publications from an untrusted file: RIS, PubMed's NBIB, or BibTeX.

Each becomes the fields of an entry as `references.bib` has them, in plain text: markup of HTML and
LaTeX is resolved, what has not the form of its field is left out.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import bibtexparser
import rispy
from bibtexparser.middlewares import (
    LatexDecodingMiddleware,
    RemoveEnclosingMiddleware,
    ResolveStringReferencesMiddleware,
)
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import DuplicateBlockKeyBlock, Entry, ParsingFailedBlock

from evidence_review.files import demand_text
from evidence_review.findings import BadInput, Finding
from evidence_review.references import (
    CONTAINERS,
    ENTRY_TYPES,
    FIELDS,
    IDENTIFIERS,
    PATTERNS,
    is_braced,
)

LARGEST = 20_000_000  # bytes: some ten thousand records with abstracts
LANGUAGES = (  # babel's name, then the codes of ISO 639; English needs none
    ("chinese", "zh", "chi", "zho"),
    ("danish", "da", "dan"),
    ("dutch", "nl", "dut", "nld"),
    ("french", "fr", "fre", "fra"),
    ("indonesian", "id", "ind"),
    ("italian", "it", "ita"),
    ("japanese", "ja", "jpn"),
    ("korean", "ko", "kor"),
    ("ngerman", "german", "de", "ger", "deu"),
    ("polish", "pl", "pol"),
    ("portuguese", "pt", "por"),
    ("russian", "ru", "rus"),
    ("spanish", "es", "spa"),
    ("turkish", "tr", "tur"),
)
RIS_TYPES = {
    "BOOK": "book",
    "CHAP": "incollection",
    "CONF": "inproceedings",
    "CPAPER": "inproceedings",
    "ECHAP": "incollection",
    "ELEC": "online",
    "GEN": "misc",
    "RPRT": "report",
    "THES": "thesis",
}
BIBTEX_TYPES = {
    "conference": "inproceedings",
    "electronic": "online",
    "techreport": "report",
    "www": "online",
}
BIBTEX_FIELDS = {
    "journaltitle": "journal",
    "date": "year",
    "school": "institution",
    "issue": "number",
    "language": "langid",
}
PREFIXES = {  # what stands before an identifier in one database or another
    "doi": r"(?i)^(https?://(dx\.)?doi\.org/|doi:\s*)",
    "pmid": r"(?i)^pmid:?\s*",
    "pmcid": r"(?i)^pmcid:?\s*",
}


@dataclass(frozen=True)
class Record:
    """One publication as a file tells of it."""

    line: int  # where it begins
    entry_type: str
    authors: tuple[str, ...]  # "Family, Given"; an organisation in braces
    fields: dict[str, str]  # by the names of references.FIELDS, plain text; there is a title


class RisWriter(rispy.RisWriter):
    """Without the number that rispy puts before each record: importers take it for junk."""

    def set_header(self, count: int) -> str:
        return ""


class _NbibParser(rispy.RisParser):
    """PubMed's format: tags of up to four letters, records between empty lines."""

    START_TAG = "PMID"
    DEFAULT_MAPPING: ClassVar[dict] = {
        tag: tag
        for tag in (
            *("PMID", "TI", "TT", "FAU", "AU", "CN", "JT", "TA", "BTI", "DP", "VI", "IP", "PG"),
            *("LID", "AID", "PMC", "LA"),
        )
    }
    DEFAULT_LIST_TAGS: ClassVar[list[str]] = ["FAU", "AU", "CN", "LID", "AID", "LA"]
    DEFAULT_DELIMITER_MAPPING: ClassVar[dict] = {}

    def parse_line(self, line: str) -> tuple[str | None, str]:
        if not line.strip():
            return self.END_TAG, ""
        if line[4:5] == "-":
            return line[:4].strip(), line[5:].strip()
        return None, line.strip()


def read_records(path: Path) -> list[Record]:
    """The records of a file in its order; what format it has is told from its content.

    Raises BadInput, with file, line and remedy, for what is no such file, is too large, is not
    UTF-8, holds control characters, a record that is cut off or one without a title.
    """
    text = _read(path)
    for pattern, read in FORMATS:
        if re.search(pattern, text):
            records = list(read(path.name, text))
            break
    else:
        problem = "neither RIS nor NBIB nor BibTeX"
        raise BadInput(Finding(path.name, problem, "Export the records in one of these formats"))
    if findings := [f for record in records for f in _check(path.name, record)]:
        raise BadInput(findings[0])
    return records


def _read(path: Path) -> str:
    if not path.is_file():
        problem = "it is a folder" if path.is_dir() else "there is no such file"
        raise BadInput(Finding(path.name, problem, "Give the path of a file"))
    if path.stat().st_size > LARGEST:
        problem = f"larger than {LARGEST // 1_000_000} million bytes"
        raise BadInput(Finding(path.name, problem, "Split it, or export fewer records"))
    # Its line ends and byte order mark are what databases write.
    return demand_text(path.parent, path.name)


def _check(file: str, record: Record) -> Iterator[Finding]:
    if not record.fields.get("title"):
        yield Finding(file, "a record without a title", "Add its title or delete it", record.line)
    for name, value in [*record.fields.items(), *(("author", a) for a in record.authors)]:
        if name not in PATTERNS and "\\" in value:
            problem = f"{name}: “{value}” holds a command of LaTeX that is not known"
            yield Finding(file, problem, "Write the letter itself", record.line)


def _read_ris(file: str, text: str) -> Iterator[Record]:
    tags = [
        (number, line[:2])
        for number, line in enumerate(text.split("\n"), 1)
        if re.match(r"(TY|ER)  -", line)
    ]
    for position, (number, tag) in enumerate(tags):
        if tag != ("TY", "ER")[position % 2]:
            problem = (
                "a record begins before the last one ended" if tag == "TY" else "ER without TY"
            )
            raise BadInput(Finding(file, problem, "Begin with TY and end with ER", number))
    if len(tags) % 2:
        problem, remedy = "the record is cut off", "Export again, or end it with a line “ER  - ”"
        raise BadInput(Finding(file, problem, remedy, tags[-1][0]))
    starts = [number for number, tag in tags if tag == "TY"]
    for line, raw in zip(starts, _parse(file, text, rispy.RisParser), strict=True):
        journal = ("alternate_title3", "secondary_title", "journal_name", "alternate_title2")
        kind = RIS_TYPES.get(raw["type_of_reference"], "article")
        pages = "--".join(raw[end] for end in ("start_page", "end_page") if raw.get(end))
        numbers = [raw.get("accession_number", ""), raw.get("custom2", ""), *raw.get("urls", [])]
        pubmed = "pubmed" in " ".join((raw.get("name_of_database", ""), *numbers)).lower()
        identifiers = {
            "doi": _first(raw, "doi") or _find(PATTERNS["doi"][0], numbers),
            "pmid": _find(PATTERNS["pmid"][0], numbers[:1]) if pubmed else "",
            "pmcid": _find(PATTERNS["pmcid"][0], numbers),
        }
        yield Record(
            line,
            kind,
            tuple(map(_order_name, _list(raw, "authors", "first_authors"))),
            _clean(
                {
                    "title": _first(raw, "title", "primary_title"),
                    "langid": raw.get("language", ""),
                    "edition": raw.get("edition", ""),
                    "volume": raw.get("volume", ""),
                    "number": raw.get("number", ""),
                    "pages": pages,
                    "type": raw.get("type_of_work", "") if kind in ("thesis", "report") else "",
                    "year": _first(raw, "year", "publication_year", "date"),
                    "url": _find(PATTERNS["url"][0], raw.get("urls", [])),
                    _place(kind): _first(raw, *journal),
                    "publisher": raw.get("publisher", ""),
                    **identifiers,
                }
            ),
        )


def _read_nbib(file: str, text: str) -> Iterator[Record]:
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines, 1) if line.startswith("PMID")]
    for number in starts:
        if any(line.strip() for line in lines[max(number - 2, 0) : number - 1]):
            problem = "a record begins before the last one ended"
            raise BadInput(Finding(file, problem, "Put an empty line before it", number))
    for line, raw in zip(starts, _parse(file, text + "\n\n", _NbibParser), strict=True):
        title = raw.get("TT") or raw.get("TI", raw.get("BTI", ""))
        ids = [*raw.get("LID", []), *raw.get("AID", [])]
        yield Record(
            line,
            "incollection" if "BTI" in raw and "TI" in raw else "article",
            (*map(_order_name, raw.get("FAU") or raw.get("AU", [])), *_brace(raw.get("CN", []))),
            _clean(
                {
                    "title": title,
                    "langid": raw.get("LA", [""])[0],
                    "journal": _first(raw, "JT", "TA"),
                    "booktitle": raw["BTI"] if "BTI" in raw and "TI" in raw else "",
                    "year": raw.get("DP", ""),
                    "volume": raw.get("VI", ""),
                    "number": raw.get("IP", ""),
                    "pages": raw.get("PG", ""),
                    "doi": next((i.split()[0] for i in ids if i.endswith("[doi]")), ""),
                    "pmid": raw["PMID"],
                    "pmcid": raw.get("PMC", ""),
                }
            ),
        )


def _parse(file: str, text: str, parser: type[rispy.RisParser]) -> list[dict]:
    try:
        return parser(skip_unknown_tags=True).parse(text)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        problem = f"it can't be read ({type(error).__name__}: {error})"
        raise BadInput(Finding(file, problem, "Export the records again")) from error


def _read_bibtex(file: str, text: str) -> Iterator[Record]:
    library = bibtexparser.parse_string(text, parse_stack=[])
    blocks = [
        block.ignore_error_block if isinstance(block, DuplicateBlockKeyBlock) else block
        for block in library.blocks
    ]
    for number, block in enumerate(blocks):
        if isinstance(block, ParsingFailedBlock):
            first = block.raw.strip().partition("\n")[0]
            problem, remedy = f"“{first}” can't be parsed", "Look for a missing brace or comma"
            raise BadInput(Finding(file, problem, remedy, block.start_line + 1))
        if isinstance(block, Entry):
            block.key = str(number)  # keys are given anew, so that one may stand twice
    library = bibtexparser.Library(blocks)
    for middleware in (ResolveStringReferencesMiddleware(), RemoveEnclosingMiddleware()):
        library = middleware.transform(library)
    entries = library.entries
    verbatim = [{f.key.lower(): str(f.value) for f in entry.fields} for entry in entries]
    for entry in entries:
        for field in entry.fields:  # the decoder takes what follows a % for a comment
            field.value = re.sub(r"(?<!\\)%", r"\\%", str(field.value))
    # of the names, braces say which are organisations
    decoder = LatexDecodingMiddleware(keep_braced_groups=True, keep_math_mode=False)
    for entry, raw in zip(entries, verbatim, strict=True):
        entry = decoder.transform_entry(entry, library)
        fields = {f.key.lower(): f.value for f in entry.fields}
        fields |= {name: raw[name] for name in raw.keys() & PATTERNS.keys()}
        renamed = {BIBTEX_FIELDS.get(name, name): value for name, value in fields.items()}
        kind = entry.entry_type.lower()
        kind = BIBTEX_TYPES.get(kind, kind if kind in ENTRY_TYPES else "misc")
        names = split_multiple_persons_names(fields.get("author", ""))
        yield Record(
            entry.start_line + 1,
            kind,
            tuple(_order_name(name, given_first=True) for name in names),
            _clean({n: re.sub(r"[{}]", "", v) for n, v in renamed.items() if n != "author"}),
        )


FORMATS: tuple[tuple[str, Callable[[str, str], Iterator[Record]]], ...] = (
    (r"(?m)^TY  -", _read_ris),
    (r"(?m)^PMID *-", _read_nbib),
    (r"(?m)^[ \t]*@\w+[ \t]*[{(]", _read_bibtex),
)


def _first(raw: dict, *names: str) -> str:
    return next((raw[name] for name in names if raw.get(name)), "")


def _list(raw: dict, *names: str) -> list[str]:
    return next((raw[name] for name in names if raw.get(name)), [])


def _find(pattern: str, texts: list[str]) -> str:
    """The first of the texts that is, or ends in, what the pattern describes."""
    hits = (re.search(rf"(?:^|doi\.org/|/)({pattern})$", text.strip(" /")) for text in texts)
    return next((hit[1] for hit in hits if hit), "")


def _place(kind: str) -> str:
    return "booktitle" if kind in ("incollection", "inproceedings") else "journal"


def _clean(fields: dict[str, str]) -> dict[str, str]:
    """Known fields with a value in its form, in the order of FIELDS."""
    plain = {name: _resolve_markup(value) for name, value in fields.items() if name in FIELDS}
    plain["title"] = re.sub(r"(?<=[^.])\.$", "", plain.get("title", ""))
    # in square brackets databases translate the title of a publication in another language
    if translated := re.fullmatch(r"\[(.+)\]", plain["title"]):
        plain |= {"title": re.sub(r"(?<=[^.])\.$", "", translated[1]), "langid": ""}
    plain["year"] = next(iter(re.findall(r"\d{4}", plain.get("year", ""))), "")
    plain["pages"] = _write_pages(plain.get("pages", ""))
    plain["langid"] = _name_language(plain.get("langid", ""))
    for name, pattern in PREFIXES.items():
        plain[name] = re.sub(pattern, "", plain.get(name, ""))
    kept = {
        name: plain[name]
        for name in FIELDS
        if plain.get(name)
        and (name not in PATTERNS or re.fullmatch(PATTERNS[name][0], plain[name]))
    }
    if kept.keys() & set(IDENTIFIERS):
        kept.pop("url", None)
        kept.pop("urldate", None)
    place = next((name for name in CONTAINERS if name in kept), None)
    places = {place, "publisher"} if place == "booktitle" else {place}
    return {n: v for n, v in kept.items() if n not in CONTAINERS or n in places}


def _resolve_markup(text: str) -> str:
    """Text without tags and entities of HTML, braces, control characters and double blanks."""
    for _ in range(3):  # some databases escape twice
        text = re.sub(r"</?[A-Za-z][^<>]*>", "", html.unescape(text))
    text = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)
    return " ".join(text.replace("{", "(").replace("}", ")").split())


def _write_pages(text: str) -> str:
    """Pages with two hyphens, the last one in full: 826-8 is 826--828."""
    pages = re.fullmatch(r"([A-Za-z]*)(\d+)\s*[-–—]+\s*([A-Za-z]*)(\d+)", text)
    if not pages:
        return text
    letters, first, again, last = pages.groups()
    if len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return f"{letters}{first}--{again or letters}{last}"


def _name_language(text: str) -> str:
    code = text.casefold().partition("-")[0]
    return next((names[0] for names in LANGUAGES if code in names), "")


def _order_name(name: str, given_first: bool = False) -> str:
    """A name as Family, Given; an organisation in braces.

    Without a comma it is an organisation, unless initials follow it or given names come first.
    """
    plain = _resolve_markup(re.sub(r"[{}]", "", name)).strip(" ,")
    if plain == "others":
        return plain
    if initials := re.fullmatch(r"([^,]+) ([A-Z]{1,3})", plain):
        return f"{initials[1]}, {' '.join(f'{letter}.' for letter in initials[2])}"
    ordered = "," in plain or " " not in plain or given_first
    if not ordered or is_braced(name):
        return _brace([plain])[0]
    try:
        return parse_single_name_into_parts(plain).merge_last_name_first
    except InvalidNameError:
        return _brace([plain])[0]


def _brace(names: list[str]) -> tuple[str, ...]:
    return tuple(f"{{{name}}}" for name in names)
