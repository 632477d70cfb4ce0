"""New publications taken in from a file of records: into the bibliography, and awaiting a reader.

What is known of them goes into `references.bib`; what only a reader can tell (relation, question,
design …) stays open, so they get a line in `awaiting` and none in `sources`. Nothing is written
unless the whole review is valid with them.
"""

import csv
import io
import itertools
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from evidence_review import evidence as ev
from evidence_review import validation
from evidence_review.files import BIBLIOGRAPHY, write_together
from evidence_review.findings import BadInput, Finding
from evidence_review.records import Record, read_records
from evidence_review.references import (
    CONTAINERS,
    FIELDS,
    IDENTIFIERS,
    PATTERNS,
    normalise_title,
    read_entries,
)

TO_EXTRACT = "to extract: not read yet"  # what `awaiting` says until somebody has judged it
SIGNS = (  # what BibTeX would read as another sign, and the sign that is meant
    ("---", "—"),
    ("--", "–"),
    ("``", "“"),
    ("''", "”"),
    (r"(?:^|(?<=[\s(\[]))['`‘](?=\w)(.+?)['’](?!\w)", r"“\1”"),  # as citations print quotations
    ("`", "‘"),
    ("'", "’"),
    ("~", "∼"),
)
PLAIN = str.maketrans("øłđðıþæœ", "olddipao")  # letters that are no letter with an accent


@dataclass
class Intake:
    """What came of a file: new publications by key, and why the others were skipped."""

    added: dict[str, Record] = field(default_factory=dict)
    skipped: list[tuple[Record, str]] = field(default_factory=list)


class _Known:
    """Publications by identifier and by title, to tell what is there already."""

    def __init__(self, references: pd.DataFrame, screened: pd.DataFrame):
        self.names: dict[tuple[str, str], str] = {}
        self.titles: dict[str, list[tuple[str, str, str]]] = {}  # author, year, name
        self.screened = {
            normalise_title(title): f"left out before: {reason} ({row})"
            for row, title, reason in screened[["title", "reason"]].itertuples(name=None)
        }
        for key, known in references.iterrows():
            fields = known[["title", "year", *IDENTIFIERS]].dropna().astype("str").to_dict()
            author = "" if pd.isna(known["first_author"]) else known["first_author"]
            self.enter(fields, author, f"there already as {key}")

    def enter(self, fields: dict[str, str], author: str, name: str) -> None:
        for kind in IDENTIFIERS:
            if kind in fields:
                self.names.setdefault((kind, fields[kind].casefold()), name)
        work = (normalise_title(author), fields.get("year", ""), name)
        self.titles.setdefault(normalise_title(fields["title"]), []).append(work)

    def find(self, record: Record) -> str:
        """Why a record is not new; "" where it is.

        Equal titles prove nothing where first authors or years differ: many case reports have the
        disease for a title.
        """
        for kind in IDENTIFIERS:
            number = record.fields.get(kind, "").casefold()
            if number and (kind, number) in self.names:
                return f"{self.names[kind, number]}: same {kind.upper()}"
        title = normalise_title(record.fields["title"])
        author = normalise_title(_name_first_author(record))
        year = record.fields.get("year", "")
        for other, when, name in self.titles.get(title, []):
            if (not author or not other or author == other) and (not year or when in ("", year)):
                return f"{name}: same title"
        return self.screened.get(title, "")


def add(root: Path, path: Path) -> Intake:
    """Take the records of a RIS, NBIB or BibTeX file into the review below `root`.

    Skipped are those that are there already or were screened out. Raises BadInput with one
    finding about the file, and leaves everything as it was, where the file can't be read, the
    review itself is in error, or would be with what was added.
    """
    records = read_records(path)
    evidence = ev.load(root)
    intake = _select(evidence, records)
    if not intake.added:
        return intake
    bibliography, origins = _insert(root / BIBLIOGRAPHY, intake.added)
    resource = ev.find_resource(evidence.package, "awaiting")
    queue = root / "data" / resource["path"]
    lines = _write_queue(evidence, resource, path.name, intake.added)
    contents = {
        root / BIBLIOGRAPHY: bibliography.encode(),
        queue: (queue.read_text(encoding="utf-8") + lines).encode(),
    }
    _try(root, contents, path.name, origins)
    write_together(contents)
    return intake


def _select(evidence: ev.Evidence, records: list[Record]) -> Intake:
    known = _Known(evidence.references, evidence.tables["screening"])
    intake, taken = Intake(), set(evidence.references.index)
    for record in records:
        if reason := known.find(record):
            intake.skipped.append((record, reason))
            continue
        key = _choose_key(record, evidence.package["subject_words"], taken)
        taken.add(key)
        intake.added[key] = record
        place = f"twice in the file, first in line {record.line}"
        known.enter(record.fields, _name_first_author(record), place)
    return intake


def _name_first_author(record: Record) -> str:
    name = next((name for name in record.authors if name != "others"), "")
    return name.strip("{}") if name.startswith("{") else name.partition(",")[0]


def _choose_key(record: Record, subject_words: str, taken: set[str]) -> str:
    """Family name, year and a word of the title: the longest that does not name the subject."""
    title = re.sub(subject_words, " ", record.fields["title"], flags=re.IGNORECASE)
    words = sorted(_spell(title), key=len, reverse=True)
    family = "".join(_spell(_name_first_author(record))) or "anon"
    stem = family + record.fields.get("year", "")
    keys = [stem + word for word in words if len(word) > 3] or [stem]
    numbered = (f"{keys[0]}{number}" for number in itertools.count(2))
    return next(key for key in itertools.chain(keys, numbered) if key not in taken)


def _spell(text: str) -> list[str]:
    """A text's words in the letters that a key may have."""
    return re.findall("[a-z]+", normalise_title(text).translate(PLAIN))


def _insert(path: Path, added: dict[str, Record]) -> tuple[str, dict[int, int]]:
    """The bibliography with new entries where their keys belong in the alphabet.

    Also, for each line of a new entry: the line of its record in the file that was taken in.
    """
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    entries = read_entries(path)
    starts = [entry.start_line for entry in entries]
    chunks = [
        (entry.key, lines[start:end], 0)
        for entry, start, end in zip(entries, starts, [*starts[1:], len(lines)], strict=True)
    ]
    chunks[-1][1].append("")  # an empty line parts entries
    for key, record in added.items():
        place = next((n for n, chunk in enumerate(chunks) if chunk[0] > key), len(chunks))
        chunks.insert(place, (key, [*write_entry(key, record), ""], record.line))
    text, origins = lines[: starts[0]], {}
    for _, chunk, line in chunks:
        if line:
            origins |= dict.fromkeys(range(len(text) + 1, len(text) + len(chunk) + 1), line)
        text += chunk
    return "\n".join(text[:-1]) + "\n", origins


def write_entry(key: str, record: Record) -> Iterator[str]:
    """The lines of an entry as the bibliography is written."""
    order = dict.fromkeys(("author", "title", "langid", *CONTAINERS, *FIELDS))
    known = record.fields | {"author": " and ".join(record.authors)}
    fields = {name: known[name] for name in order if known.get(name)}
    for name in fields.keys() - {"pages", *PATTERNS}:
        for signs, meant in SIGNS:
            fields[name] = re.sub(signs, meant, fields[name])
    if "langid" not in fields:
        fields["title"] = protect_title(fields["title"])
    yield f"@{record.entry_type}{{{key},"
    for name, value in fields.items():
        text = value if name in PATTERNS else re.sub(r"(?=[%&#$_])", r"\\", value)
        yield f"  {name} = {{{text}}},"
    yield "}"


def protect_title(title: str) -> str:
    """An English title in which braces keep what a citation style would put in small letters."""
    words = title.split(" ")
    after = ["", *words[:-1]]
    kept = [
        f"{{{word}}}"
        if re.search("[A-Z]", word[1:] if not before else word)  # the first letter is kept
        or not word.isascii()
        or (before[-1:] in tuple(":.?!–—-") and before)
        or (not before and not word[0].isupper())
        else word
        for word, before in zip(words, after, strict=True)
    ]
    return " ".join(kept)


def _write_queue(evidence: ev.Evidence, resource: dict, file: str, added: dict[str, Record]) -> str:
    """The lines of `awaiting` for new publications, behind all that are there."""
    first = max(evidence.tables["awaiting"].index, default=0) + 1
    text = io.StringIO()
    names = [column["name"] for column in resource["schema"]["fields"]]
    writer = csv.DictWriter(text, names, lineterminator="\n")
    for rank, (key, record) in enumerate(added.items(), first):
        known = {"rank": rank, "citekey": key, "why": TO_EXTRACT}
        known["known_from"] = f"record in {' '.join(file.split())}"
        writer.writerow(known | {"held": record.fields.get("journal", "")})
    return text.getvalue()


def _try(root: Path, contents: dict[Path, bytes], file: str, origins: dict[int, int]) -> None:
    """Check a copy of the review with new contents; raise BadInput with what is wrong then."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        shutil.copytree(root / "data", copy / "data")
        for path, content in contents.items():
            (copy / path.relative_to(root)).write_bytes(content)
        findings = validation.validate(copy)
    if findings:
        raise BadInput(
            [
                Finding(file, finding.problem, finding.remedy, origins[finding.row], finding.column)
                if finding.file == BIBLIOGRAPHY and finding.row in origins
                else finding
                for finding in findings
            ]
        )
