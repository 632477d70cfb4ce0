"""A guide as its readers get it: sentences and references, from Markdown, text, HTML, DOCX or PDF.

The file is not trusted: nothing in it is executed or fetched, and its size is bounded at each step.
"""

import json
import os
import re
import subprocess
import zipfile
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pandas as pd

from evidence_review.findings import BadInput, Finding
from evidence_review.pandoc import PANDOC

MEGABYTE = 1_000_000
LARGEST_FILE = 10 * MEGABYTE
LARGEST_TEXT = 2 * MEGABYTE  # letters; a long guide has 50,000
LARGEST_UNPACKED = 100 * MEGABYTE
MOST_PAGES = 300
WIDTH = 400  # letters around a reference that may hold its title
LONGEST_REFERENCE = 2000  # letters
SECONDS = 60
_FORMATS = {".md": "markdown-yaml_metadata_block", ".html": "html", ".htm": "html", ".docx": "docx"}
SUFFIXES = (".txt", ".pdf", *_FORMATS)

_ABBREVIATIONS = (
    r"dr|mr|mrs|ms|prof|st|jr|sr|inc|ltd|e\.g|i\.e|etc|vs|cf|ca|al|approx|fig"
    r"|u\.s|u\.k|a\.m|p\.m"
)
# Tried at the first of several stops alone, or else a page of dots takes hours. “No.” is an answer,
# unless a number follows.
_SENTENCE_END = re.compile(
    r"(?:(?<![.!?…])(?<!\b[Nn]o(?=\.\s\d))[.!?…]+[\"”’')\]]*|(?<=[。！？]))"
    r"(?=(?:\s+|(?<=[。！？]))(?:[-–•*]\s+)?[\"“‘'(\[]*[^\Wa-z_])"
)
# Also an initial, and the number of a list's item.
_ABBREVIATED = re.compile(
    rf"\b(?i:{_ABBREVIATIONS})\.$|(?<![Vv]itamin )(?<!['’])\b[A-Z]\.$|^\W*\d{{1,2}}\.$"
)
_LONGEST_ABBREVIATION = 20  # letters; more are not looked through

# How each kind of identifier is printed or stands in an address.
IDENTIFIERS = {
    "PMCID": r"\b(PMC\d{4,9})\b",
    "DOI": r"\b(10\.\d{4,9}/[^\s\"'<>{}|\\^`\[\]]+)",
    "PMID": r"(?:\bPMID:?\s*|pubmed(?:\.ncbi\.nlm\.nih\.gov)?/|/pubmed/)(\d{4,8})\b",
    "NBK": r"\b(NBK\d{4,9})\b",
    "HAL": r"\b(hal-\d{6,9})\b",
    "URL": r"(https?://[^\s\"'<>{}|\\^`\[\]]+)",
}
AS_PRINTED = "as printed"  # the kind of a reference that prints no identifier
# Year, volume and pages as most journals' styles print them, in any order that is common.
_REFERENCE = re.compile(
    r"\b(?:19|20)\d\d[a-z]?(?:\s[A-Z][a-z]{2}(?:\s\d\d?)?)?\s?;\s?\d+"
    r"|\((?:19|20)\d\d[a-z]?\)\W.{10,300}\b\d+\s?(?:\(\d+\))?[,:]\s?\d+\s?[-–]\s?\d+"
)


@dataclass(frozen=True)
class Guide:
    """What was read of one file: `sentences` in the order of the text, `references` found in it."""

    name: str
    sentences: tuple[str, ...]
    references: pd.DataFrame  # as find_references


def read_guide(path: Path) -> Guide:
    """Read a guide. Raises BadInput where it is not a text that a guide could be."""
    if not path.is_file():
        problem = "it is a folder" if path.is_dir() else "there is no such file"
        raise _refuse(path, problem, "Give the path of a guide")
    if path.suffix.lower() not in SUFFIXES:
        kinds = ", ".join(sorted(SUFFIXES))
        raise _refuse(path, "not a kind of file that is read here", f"Give one of {kinds}")
    if not os.access(path, os.R_OK):
        raise _refuse(path, "you may not read it", "Make it readable")
    size = path.stat().st_size
    if size == 0:
        raise _refuse(path, "the file is empty", "Give the guide itself")
    if size > LARGEST_FILE:
        problem = (
            f"{size / MEGABYTE:.0f} MB, more than the {LARGEST_FILE // MEGABYTE} MB of any guide"
        )
        raise _refuse(path, problem, "Give the guide alone, without pictures or other pages")
    match path.suffix.lower():
        case ".txt":
            blocks = printed = _join_lines(_decode(path))
        case ".pdf":
            blocks = printed = _read_pdf(path)
        case suffix:
            blocks, printed = _read_with_pandoc(path, _FORMATS[suffix])
    blocks = [" ".join(block.split()) for block in blocks if re.search(r"\w", block)]
    if not blocks:
        raise _refuse(
            path, "it holds no text", "Give a file with text in it, not a scan or a frame"
        )
    if sum(map(len, blocks)) > LARGEST_TEXT:
        problem = f"more than {LARGEST_TEXT // MEGABYTE} million letters of text"
        raise _refuse(path, problem, "Give one guide at a time")
    sentences = [sentence for block in blocks for sentence in split_sentences(block)]
    return Guide(path.name, tuple(sentences), find_references(printed))


def split_sentences(block: str) -> list[str]:
    """The sentences of one paragraph, heading or list item."""
    sentences, start = [], 0
    for end in _SENTENCE_END.finditer(block):
        tail = block[max(start, end.end() - _LONGEST_ABBREVIATION) : end.end()]
        if not _ABBREVIATED.search(tail) and re.search(r"\w", tail):
            sentences.append(_clean(block[start : end.end()]))
            start = end.end()
    rest = _clean(block[start:])
    return [*sentences, rest] if re.search(r"\w", rest) else sentences


def _clean(sentence: str) -> str:
    """Without blanks around it and the bullet before it."""
    return re.sub(r"^[-–•*]\s+", "", sentence.strip())


def find_references(texts: list[str]) -> pd.DataFrame:
    """Identifiers printed in the texts or part of their addresses; each once, in order.

    Columns: identifier_type, identifier, printed (it and the text before it, at most WIDTH
    letters). An address that only carries another identifier is that identifier, not a URL besides.
    What is printed like a reference without any is of the kind AS_PRINTED, its text the identifier.
    """
    found: dict[tuple[str, str], str] = {}
    for text in texts:
        hits = sorted(
            (hit.start(), -hit.end(), kind, _trim(kind, hit[1]))
            for kind, pattern in IDENTIFIERS.items()
            for hit in re.finditer(pattern, text, re.IGNORECASE)
        )
        if not hits and _REFERENCE.search(text[:LONGEST_REFERENCE]):
            found.setdefault((AS_PRINTED, " ".join(text.split())[:WIDTH]), text[:WIDTH])
        others = [start for start, _, kind, _ in hits if kind != "URL"]
        for start, end, kind, identifier in hits:
            if kind != "URL" or bisect_left(others, start) == bisect_left(others, -end):
                name = identifier.upper() if kind in ("PMCID", "NBK") else identifier
                found.setdefault((kind, name), text[max(0, start - WIDTH) : -end][-WIDTH:])
    rows = [(*key, printed) for key, printed in found.items()]
    return pd.DataFrame(rows, columns=["identifier_type", "identifier", "printed"], dtype="str")


def _trim(kind: str, identifier: str) -> str:
    """Without the stop behind it, nor what an address adds to a DOI."""
    if kind == "DOI":
        identifier = re.sub(r"[?#].*|/(?:full|abstract|e?pdf)\b.*", "", identifier)
    return identifier.rstrip(".,;:)")


def _refuse(path: Path, problem: str, remedy: str) -> BadInput:
    return BadInput(Finding(path.name, problem, remedy))


def _decode(path: Path) -> str:
    """Text of a plain file: UTF-8, or else the usual Western encoding of older editors."""
    raw = path.read_bytes()
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = raw.decode("utf-16", errors="replace")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252", errors="replace")
    strange = len(re.findall(r"[\x00-\x08\x0b\x0e-\x1f\ufffd]", text))
    if "\x00" in text or strange > len(text) / 100:
        raise _refuse(path, "it is not text, whatever its name says", "Save the guide as text")
    return text


def _join_lines(text: str) -> list[str]:
    """The lines of a text; one that was broken for want of width goes on in the next.

    That is so where no stop ends it, the next begins small, and its first word would not have fit.
    """
    lines = [line.strip() for line in text.splitlines()]
    width = max(map(len, lines), default=0)
    joined = lines[:1]
    for before, line in pairwise(lines):
        first = line.split(" ", 1)[0]
        broken = re.search(r"[^.!?:…]$", before) and re.match(r"[a-z(]", line)
        if broken and len(before) + 1 + len(first) > width:
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    return joined


def _read_pdf(path: Path) -> list[str]:
    """Lines of a PDF joined to paragraphs. Raises BadInput for what is no readable PDF."""
    from pypdf import PdfReader  # slow to import, and only here

    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):  # "": only changes are locked
            raise _refuse(path, "the PDF is locked", "Save it without a password")
        if len(reader.pages) > MOST_PAGES:
            problem = f"{len(reader.pages)} pages, more than {MOST_PAGES}"
            raise _refuse(path, problem, "Give the guide's own pages")
        text, letters = [], 0
        for page in reader.pages:
            # A faulty font table can yield halves of letters, which no file can hold.
            text.append(page.extract_text().encode("utf-8", "replace").decode())
            letters += len(text[-1])
            if letters > LARGEST_TEXT:
                break
    except BadInput:
        raise
    except Exception as error:  # a broken PDF makes pypdf raise anything
        raise _refuse(path, f"not a readable PDF ({error})", "Save it anew as PDF") from error
    # A long line without a stop goes on in the next, unless that begins a list's item.
    joined = "\n".join(_join_lines("\n".join(text)))
    return re.sub(r"(?<=[^\n]{39}[^\n.!?:…])\n(?=\S)(?![-–•*]\s)", " ", joined).splitlines()


def _read_with_pandoc(path: Path, form: str) -> tuple[list[str], list[str]]:
    """Blocks of text, and the same with links' addresses, through pandoc's sandbox.

    Its memory is bounded.
    """
    if form == "docx":
        _check_archive(path)
        given = path.read_bytes()
    else:
        given = _decode(path).encode()
    command = [PANDOC, "+RTS", "-M1G", "-RTS", "--sandbox", f"--from={form}"]
    try:
        done = subprocess.run(
            [*command, "--to=json"],
            input=given,
            capture_output=True,
            timeout=SECONDS,
        )
        if done.returncode:
            said, *_ = done.stderr.decode("utf-8", "replace").split("HasCallStack")
            words = " ".join(said.split())[:200]
            raise _refuse(path, f"not readable as {form} ({words})", "Save it anew, or as text")
        document = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        problem = f"reading it took more than {SECONDS} seconds"
        raise _refuse(path, problem, "Save the guide as text") from error
    except RecursionError as error:
        raise _refuse(path, "nested too deeply", "Save the guide as text") from error
    found = list(_walk(document["blocks"]))
    return [text for text, _ in found], [printed for _, printed in found]


def _check_archive(path: Path) -> None:
    """A DOCX is an archive: refuse what unpacks to a flood or declares entities."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if unpacked > LARGEST_UNPACKED or len(parts) > 5_000:
                problem = f"it unpacks to {unpacked / MEGABYTE:,.0f} MB in {len(parts):,} parts"
                raise _refuse(path, problem, "Save the text alone in a new document")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        head = file.read(MEGABYTE)
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        problem = f"{part.filename} declares entities, as no word processor does"
                        raise _refuse(path, problem, "Save the text in a new document")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise _refuse(path, f"not a readable DOCX ({error})", "Save it anew as DOCX") from error


_TEXTS = {"Str": None, "Code": 1, "Math": 1}  # where an inline holds its letters
_BLANKS = ("Space", "SoftBreak", "LineBreak")
_INLINE_BLOCKS = ("Plain", "Para", "Header")


class _Address(str):
    """The address of a link, which stands in no sentence."""


def _walk(node: object) -> Iterator[tuple[str, str]]:
    """Each block of a pandoc document that holds words: its text, and that with addresses."""
    if isinstance(node, list):
        for part in node:
            yield from _walk(part)
    elif isinstance(node, dict):
        kind, content = node.get("t"), node.get("c", [])
        if kind in _INLINE_BLOCKS:
            pieces: list[str] = []
            notes: list[object] = []
            _collect(content, pieces, notes)
            text = "".join(piece for piece in pieces if not isinstance(piece, _Address))
            yield text, "".join(pieces)
            yield from _walk(notes)
        elif kind == "LineBlock":
            yield from _walk({"t": "Para", "c": [[*line, {"t": "LineBreak"}] for line in content]})
        elif kind == "DefinitionList":
            for term, meanings in content:
                yield from _walk([{"t": "Plain", "c": term}, meanings])
        elif kind == "CodeBlock":  # often no code, but text that was indented
            for line in _join_lines(content[1]):
                yield line, line
        elif kind != "RawBlock":
            yield from _walk(content)


def _collect(node: object, pieces: list[str], notes: list[object]) -> None:
    """Gather the words, addresses and notes of a block's inlines."""
    if isinstance(node, list):
        for part in node:
            _collect(part, pieces, notes)
    elif isinstance(node, dict):
        kind, content = node.get("t"), node.get("c")
        if kind in _TEXTS:
            pieces.append(content if _TEXTS[kind] is None else content[_TEXTS[kind]])
        elif kind in _BLANKS:
            pieces.append(" ")
        elif kind == "Note":
            notes.append(content)
        elif kind == "Link":
            _collect(content[1], pieces, notes)
            pieces.append(_Address(f" <{content[2][0]}> "))
        elif kind == "Quoted":
            single = content[0]["t"] == "SingleQuote"
            pieces.append("‘" if single else "“")
            _collect(content[1], pieces, notes)
            pieces.append("’" if single else "”")
        elif kind in ("Span", "Cite"):
            _collect(content[1], pieces, notes)
        elif kind not in ("RawInline", "Image"):
            _collect(content, pieces, notes)
