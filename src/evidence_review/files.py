"""Where the repository is; text read strictly; files written whole or not at all."""

import os
import re
from pathlib import Path

from evidence_review.findings import BadInput, Finding

_BAD_TEXT = [  # pattern, what it is, remedy; the last two make the file unreadable
    (r"\A\ufeff", "begins with a byte order mark", "Save it as UTF-8 without BOM"),
    (r"\r", "a line ends with a carriage return", "Save it with Unix line ends (LF)"),
    (r"[^\n]\Z", "the last line has no line end", "End the file with a newline"),
    (r"(?m)^(<{7}|={7}|>{7}|\|{7})( |$)", "merge conflict marker", "Keep one version, unmarked"),
    (r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]", "control character", "Delete it"),
]

_BAD_LETTERS = [  # pattern, what it is, remedy; none of them is seen by a reader
    ("\ufffd", "a letter was lost (U+FFFD)", "Write the letter again"),
    (
        "[\u00c2\u00c3][\u0080-\u00bf‘’“”–—•…™š›œžŸˆ‰‹ŒŠŽ€‚ƒ„†‡]|\u00e2€",
        "letters were garbled by another encoding",
        "Restore them from the source, and read and save the file as UTF-8",
    ),
    (
        "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]",
        "invisible character",
        "Delete it",
    ),
    (
        "[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]",
        "a Latin and a Cyrillic letter in one word",
        "Write the letter that it looks like",
    ),
    (
        "\\S(?:[ \t\u00a0]{2,}|[\t\u00a0])\\S",
        "two blanks, or one that does not break",
        "Write one blank",
    ),
]


def find_root() -> Path:
    """Return the repository's folder: the first with data/datapackage.json from here upwards.

    Outside a repository it is the one in which this package is installed. Raises BadInput where
    neither has the file.
    """
    here = Path.cwd()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[2]):
        if (folder / "data" / "datapackage.json").is_file():
            return folder
    raise BadInput(
        Finding(
            "data/datapackage.json",
            "not found in this folder nor in any above it",
            "Run the command in the review's own folder",
        )
    )


def read_text(root: Path, file: str) -> tuple[str | None, list[Finding]]:
    """A file's text, None where it makes no sense to read it; and what is wrong with its form."""
    if not (root / file).is_file():
        return None, [Finding(file, "the file is missing", "Restore it")]
    raw = (root / file).read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        return None, [Finding(file, "the text is not UTF-8", "Save it as UTF-8", row)]
    if not text.strip():
        return None, [Finding(file, "the file is empty", "Restore it")]
    hits = [re.search(pattern, text) for pattern, *_ in _BAD_TEXT]
    findings = [
        Finding(file, problem, remedy, text.count("\n", 0, hit.start()) + 1)
        for hit, (_, problem, remedy) in zip(hits, _BAD_TEXT, strict=True)
        if hit
    ]
    if any(hits[-2:]):
        return None, findings
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), findings


def find_bad_letters(text: str) -> tuple[str, str] | None:
    """The first thing wrong with the letters of a cell or field: problem and remedy."""
    if text.isascii() and "  " not in text and "\t" not in text:
        return None
    return next((bad[1:] for bad in _BAD_LETTERS if re.search(bad[0], text)), None)


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` beside `path`, then rename: readers see the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
