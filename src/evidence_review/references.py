"""The bibliography: read strictly, one row per publication, and how each one is named and linked.

`references.bib` is BibLaTeX (`FORMAT`), as pandoc takes a `.bib` file in the report. Its text is
plain UTF-8: the only escapes are those of `\\%`, `\\&`, `\\#`, `\\$` and `\\_`.
"""

import json
import logging
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import bibtexparser
import pandas as pd
import pypandoc
from bibtexparser.middlewares import SeparateCoAuthors
from bibtexparser.middlewares.names import InvalidNameError, parse_single_name_into_parts
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ExplicitComment,
    Field,
    ImplicitComment,
    Preamble,
    String,
)

from evidence_review.files import BIBLIOGRAPHY, find_bad_letters, read_text
from evidence_review.findings import BadInput, Finding

FORMAT = "biblatex"
ENTRY_TYPES = (
    *("article", "book", "inbook", "incollection", "inproceedings", "mastersthesis", "misc"),
    *("online", "phdthesis", "report", "thesis"),
)
# where a publication stands, best first
CONTAINERS = ("journal", "booktitle", "organization", "institution", "publisher", "howpublished")
IDENTIFIERS = ("doi", "pmid", "pmcid")
FIELDS = (
    *("author", "nameorder", "title", "langid", "edition", "volume", "number", "chapter", "pages"),
    *("type", "year", "url", "urldate"),
    *CONTAINERS,
    *IDENTIFIERS,
)
PATTERNS = {
    "doi": (r"10\.\d{4,9}/\S+", "Write the bare DOI, such as 10.1000/xyz123"),
    "pmid": (r"[1-9]\d{0,7}", "Write the number alone"),
    "pmcid": (r"PMC[1-9]\d*", "Write it as PMC1234567"),
    "year": (r"(1[5-9]|20)\d\d", "Write four digits, or leave the field out"),
    "url": (r"https?://\S+", "Write the whole address, beginning with https://"),
    "urldate": (
        r"20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
        "Write the day on which the page was read as YYYY-MM-DD",
    ),
}
LINKS = {
    "doi": "https://doi.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "pmcid": "https://pmc.ncbi.nlm.nih.gov/articles/",
}
LABEL_WIDTH = 34
_PAGES = re.compile(r"\b([A-Za-z]*)(\d+)--\1(\d+)\b")
_KEY_YEAR = r"(?<!\d)((?:1[5-9]|20)\d\d)(?!\d)"

# what it reports to the log stands in our findings, with file and remedy
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)


def read_references(path: Path) -> pd.DataFrame:
    """Read a bibliography into a table indexed by `citekey`, in the file's order.

    Columns: `entry_type`; `title`, without braces and escapes; `authors`, a tuple of names as
    "Family Given" or as an organisation writes itself, the last being "et al." where the list goes
    on; `first_author` (family name or organisation), `year` (Int64), `container` (journal, book,
    organisation …), `volume`, `issue`, `pages`, `doi`, `pmid`, `pmcid`, `url`, `language` (babel's
    name; missing means English), `names_as_printed` (the order of some names is unknown), `line`.
    Raises BadInput with everything that is wrong, each with the line where it stands.
    """
    table = pd.DataFrame(map(_describe_entry, read_entries(path))).set_index("citekey")
    text = [c for c in table.columns if c not in ("authors", "year", "names_as_printed", "line")]
    return table.astype({**dict.fromkeys(text, "str"), "year": "Int64"})


def read_entries(path: Path) -> list[Entry]:
    """The entries of a bibliography as they are written, each name of `author` by itself.

    Raises BadInput as `read_references` does.
    """
    text, findings = read_text(path.parent, path.name)
    if findings:
        raise BadInput(findings)
    library = bibtexparser.parse_string(
        text, append_middleware=[SeparateCoAuthors(allow_inplace_modification=True)]
    )
    findings = [
        Finding(path.name, problem, remedy, line + 1, field)
        for block in library.blocks
        for problem, remedy, line, field in _check_block(block)
    ]
    if not findings and not library.entries:
        findings = [Finding(path.name, "no entry in it", "Restore the file")]
    if findings:
        raise BadInput(findings)
    return library.entries


def _check_block(block: bibtexparser.model.Block) -> Iterator[tuple[str, str, int, str | None]]:
    """What is wrong with a block: problem, remedy, line counted from 0, field."""
    line = block.start_line
    match block:
        case DuplicateBlockKeyBlock():
            yield f"{block.key}: the key occurs twice", "Give one of them another key", line, None
        case DuplicateFieldKeyBlock():
            names = ", ".join(sorted(block.duplicate_keys))
            key = block.ignore_error_block.key
            yield f"{key}: {names} given twice", "Keep one of them", line, None
        case ImplicitComment():
            shown = textwrap.shorten(block.comment, 40, placeholder=" …")
            yield f"“{shown}” stands outside the entries", "Delete it or mend the entry", line, None
        case ExplicitComment() | String() | Preamble():
            yield "not an entry", "Delete it: the file holds nothing but entries", line, None
        case Entry():
            yield from _check_entry(block)
        case _:
            first = block.raw.strip().partition("\n")[0]
            yield f"{first} can't be parsed", "Look for a missing brace or comma", line, None


def _check_entry(entry: Entry) -> Iterator[tuple[str, str, int, str | None]]:
    key, line = entry.key, entry.start_line
    if not re.fullmatch(r"[A-Za-z0-9_:-]+", key):
        remedy = "Use letters, digits, _ : and - for the key"
        yield f"“{key}” can't be cited", remedy, line, None
    if entry.entry_type not in ENTRY_TYPES:
        remedy = "Use one of " + ", ".join(ENTRY_TYPES)
        yield f"{key}: unknown entry type @{entry.entry_type}", remedy, line, None
    if not any(f.key == "title" and f.value.strip("{} ") for f in entry.fields):
        yield f"{key}: no title", "Add a field title", line, None
    for field in entry.fields:
        for problem, remedy in _check_field(field):
            yield f"{key}: {problem}", remedy, field.start_line, field.key


def _check_field(field: Field) -> Iterator[tuple[str, str]]:
    if field.key not in FIELDS:
        yield "unknown field", "Use one of " + ", ".join(FIELDS)
        return
    if field.enclosing == "no-enclosing":
        yield "not wholly in braces", "Write name = {value} with a comma after it"
        return
    names = field.value if field.key == "author" else []
    text = " and ".join(names) or field.value
    if bad := find_bad_letters(text):
        yield f"{bad[0]} in “{text}”", bad[1]
    if field.key in PATTERNS:
        pattern, remedy = PATTERNS[field.key]
        if not re.fullmatch(pattern, field.value):
            yield f"“{field.value}” is malformed", remedy
        return
    if found := re.search(r"(?<!\\)[%&#$]", text):
        sign = found.group()
        yield f"{sign} without a backslash", f"Write \\{sign}"
    if field.key == "pages" and any(int(a) > int(b) for _, a, b in _PAGES.findall(text)):
        yield f"the pages {text} run backwards", "Write both page numbers in full, the lower first"
    if found := re.search(r"\\[^%&#$_]\S*", text):
        yield f"LaTeX command {found.group()}", "Write the letter itself, in UTF-8"
    for name in names:
        try:
            parse_single_name_into_parts(name)
        except InvalidNameError:
            yield f"the name “{name}” can't be split", "Write Family, Given"
            continue
        if " " in name and "," not in name and not is_braced(name):
            remedy = "Write Family, Given, or put an organisation in braces"
            yield f"the order of “{name}” is unclear", remedy


def is_braced(name: str) -> bool:
    """Whether a name is one pair of braces: an organisation, which has no given name."""
    return name.startswith("{") and name.find("}") == len(name) - 1


def unescape(text: str) -> str:
    """A field's text as it is read: without braces and the backslashes of escapes."""
    return re.sub(r"\\([%&#$_])", r"\1", re.sub(r"[{}]", "", text))


def _describe_entry(entry: Entry) -> dict:
    values = {f.key: f.value for f in entry.fields}
    names = [split_name(n) for n in values.pop("author", []) if n != "others"]
    more = any(f.key == "author" and "others" in f.value for f in entry.fields)
    values = {name: unescape(value) for name, value in values.items()}
    # identifiers and addresses are verbatim: a % in them is no escape
    values |= {f.key: f.value for f in entry.fields if f.key in PATTERNS}
    return {
        "citekey": entry.key,
        "entry_type": entry.entry_type,
        "title": values["title"],
        "authors": tuple(f"{family} {given}".strip() for family, given in names)
        + ("et al.",) * more,
        "first_author": names[0][0] if names else None,
        "year": int(values["year"]) if "year" in values else None,
        "container": next((values[c] for c in CONTAINERS if c in values), None),
        "volume": values.get("volume"),
        "issue": values.get("number"),
        "pages": values["pages"].replace("--", "–") if "pages" in values else None,
        **{name: values.get(name) for name in (*IDENTIFIERS, "url")},
        "language": values.get("langid"),
        "names_as_printed": "nameorder" in values,
        "line": entry.start_line + 1,
    }


def split_name(name: str) -> tuple[str, str]:
    """Family and given names, "Jr" with the family; an organisation is all family."""
    parts = parse_single_name_into_parts(name)
    family = " ".join([*parts.von, *parts.last, *parts.jr])
    return unescape(family), unescape(" ".join(parts.first))


def check_citation_titles(path: Path, references: pd.DataFrame) -> list[Finding]:
    """Compare the titles that pandoc's citations will print with ours, letter case included.

    pandoc turns an English title into sentence case, save what stands in braces. `references` is
    the table read from `path`.
    """
    try:
        cited = pypandoc.convert_file(
            path, "csljson", format=FORMAT, extra_args=["--fail-if-warnings"]
        )
    except RuntimeError as error:
        return [Finding(path.name, f"pandoc can't use it ({error})", "Mend what pandoc names")]
    theirs = pd.Series({item["id"]: item.get("title", "") for item in json.loads(cited)})
    theirs = theirs.reindex(references.index, fill_value="")
    return [
        Finding(
            path.name,
            f"{key}: cited as “{theirs[key]}”, not as “{ours}”",
            "Put each word in braces that is to keep its letters",
            int(references.at[key, "line"]),
            "title",
        )
        for key, ours in references["title"][references["title"] != theirs].items()
    ]


def normalise_title(title: str) -> str:
    """A title's words in small letters without accents, to compare publications by."""
    letters = unicodedata.normalize("NFKD", title).casefold()
    return " ".join(re.findall(r"\w+", "".join(c for c in letters if not unicodedata.combining(c))))


def find_duplicates(references: pd.DataFrame) -> list[Finding]:
    """Entries that are the same publication: same DOI, PMID or PMCID, or same title, author, year.

    Titles are compared normalised, authors by the first one's family name; all three must be
    there. Equal titles alone prove nothing: see `list_equal_titles`.
    """
    same = references[list(IDENTIFIERS)].apply(lambda c: c.str.casefold())
    named = references[["first_author", "year"]].notna().all(axis=1)
    work = _title_keys(references) + "|" + references["first_author"].map(normalise_title, "ignore")
    same["title, first author and year"] = (work + "|" + references["year"].astype("str"))[named]
    return [
        Finding(
            BIBLIOGRAPHY,
            f"{key} has the same {name.upper() if name in IDENTIFIERS else name} as {first}",
            f"Keep one of the two, and its key everywhere in data/, or correct the {name}",
            int(references.at[key, "line"]),
        )
        for name, values in same.items()
        for first, key in _pair_equals(values.dropna())
    ]


def find_misplaced_keys(references: pd.DataFrame) -> list[Finding]:
    """Entries not in the alphabet of their keys, and keys with another year than their entry.

    The year after the key's passes: much is online in one year and in print in the next.
    """
    keys = references.index.to_series()
    before = keys.shift()
    findings = [
        Finding(
            BIBLIOGRAPHY,
            f"{key} stands after {before[key]}",
            "Sort the entries by their keys",
            line,
        )
        for key, line in references["line"][(keys < before).fillna(False)].items()
    ]
    said = keys.str.extract(_KEY_YEAR)[0].astype("Int64")
    later = references["year"] - said
    other = later.notna() & ~later.isin([0, 1])
    return findings + [
        Finding(
            BIBLIOGRAPHY,
            f"{key} has the year {references.at[key, 'year']}",
            "Write the same year in key and entry",
            int(references.at[key, "line"]),
            "year",
        )
        for key in keys[other]
    ]


def _title_keys(references: pd.DataFrame) -> pd.Series:
    return references["title"].map(normalise_title)


def _pair_equals(values: pd.Series) -> Iterable[tuple[str, str]]:
    """Each later key of a group of equal values, with the group's first key before it."""
    first = values.index.to_series().groupby(values).transform("first")
    return ((first[key], key) for key in values.index if first[key] != key)


def list_equal_titles(references: pd.DataFrame) -> pd.DataFrame:
    """Publications whose titles are equal, for reading: title, first_author, year, container."""
    keys = _title_keys(references)
    return (
        references.assign(key=keys)[keys.duplicated(keep=False)]
        .sort_values("key", kind="stable")
        .loc[:, ["title", "first_author", "year", "container"]]
    )


def label_sources(references: pd.DataFrame) -> pd.Series:
    """A short unique label for each publication, such as "Noto 2016" or "Noto n.d.-b".

    It is the first author's family name (else the container's, else the title's first words) and
    the year; letters tell equal ones apart, in the table's order.
    """
    # a title in square brackets is supplied: what it is about follows the colon
    title = references["title"].str.replace(r"^\[(?:[^:]*: )?|\]$", "", regex=True)
    name = references["first_author"].fillna(references["container"]).fillna(title)
    # a name in another script is romanised as in its key
    romanised = references.index.to_series().str.extract("^([a-z]+)")[0].str.capitalize()
    name = name.where(name.str.contains("[A-Za-z]"), romanised)
    name = name.map(lambda n: textwrap.shorten(n, LABEL_WIDTH, placeholder=" …"))
    label = name + " " + references["year"].astype("str").fillna("n.d.")
    order = label.groupby(label).cumcount().map(_count_in_letters)
    order = order.where(references["year"].notna(), "-" + order)
    return label.where(~label.duplicated(keep=False), label + order).rename("label")


def _count_in_letters(number: int) -> str:
    """0 → a, 25 → z, 26 → aa."""
    before = _count_in_letters(number // 26 - 1) if number >= 26 else ""
    return before + chr(ord("a") + number % 26)


def list_links(references: pd.DataFrame) -> pd.DataFrame:
    """The addresses of each publication, best first: DOI, PMID, PMCID, URL; missing where none."""
    known = references[list(LINKS)].map(lambda i: quote(i, safe="/():;"), na_action="ignore")
    links = known.astype("str").radd(pd.Series(LINKS)).assign(url=references["url"])
    return links.rename(columns=str.upper)


def link_sources(references: pd.DataFrame) -> pd.Series:
    """The best address of each publication: DOI, else PubMed, PubMed Central, its own address."""
    return list_links(references).bfill(axis=1)["DOI"].rename("link")
