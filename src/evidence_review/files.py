"""Where the repository is; text read strictly; files written whole or not at all."""

import errno
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from evidence_review.findings import BadInput, Finding

PACKAGE = "data/datapackage.json"  # what declares a review
BIBLIOGRAPHY = "references.bib"
ASSETS = Path(__file__).with_name("assets")  # what pages, charts and documents are made with
UNFINISHED = ".making-"  # how the name of a folder of unfinished files begins

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
        if (folder / PACKAGE).is_file():
            return folder
    raise BadInput(
        Finding(
            PACKAGE,
            "not found in this folder nor in any above it",
            "Run the command in the review's own folder",
        )
    )


def read_text(root: Path, file: str) -> tuple[str | None, list[Finding]]:
    """A file's text, None where it makes no sense to read it; and what is wrong with its form."""
    if not (root / file).is_file():
        return None, [Finding(file, "the file is missing", "Restore it")]
    try:
        raw = (root / file).read_bytes()
    except OSError as error:
        return None, [Finding(file, f"it can't be opened ({error.strerror})", "Make it readable")]
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


def demand_text(root: Path, file: str) -> str:
    """A file's text, whatever the blemishes of its form; raises BadInput where there is none."""
    text, findings = read_text(root, file)
    if text is None:
        raise BadInput(findings[-1])
    return text


def find_bad_letters(text: str) -> tuple[str, str] | None:
    """The first thing wrong with the letters of a cell or field: problem and remedy."""
    if text.isascii() and "  " not in text and "\t" not in text:
        return None
    return next((bad[1:] for bad in _BAD_LETTERS if re.search(bad[0], text)), None)


class Unwritable(BadInput):
    """A file or folder can't be written: the disk is full, or nobody may write there."""


_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in one message, as Unwritable, what keeps the block from writing to `path`."""
    try:
        yield
    except OSError as error:
        full = error.errno in _NO_SPACE
        remedy = "Free some space there" if full else "Make it a place that you may write to"
        reason = error.strerror or error
        finding = Finding(str(path), f"it can't be written ({reason})", f"{remedy}, then run again")
        raise Unwritable(finding) from error


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Keep `folder`, made if need be, to this process while the block runs.

    Raises BadInput where another one holds it. The system itself lets go of it when a process
    ends, however it ends.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("ab")
    with lock:
        try:
            _lock(lock.fileno())
        except (BlockingIOError, PermissionError) as error:
            problem, remedy = "another run is writing there", "Wait until it has ended"
            raise BadInput(Finding(str(folder), problem, remedy)) from error
        yield


def _lock(number: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)


def sweep(folder: Path) -> None:
    """Delete what a killed run has left unfinished below `folder`."""
    for path in [*folder.rglob(f"{UNFINISHED}*"), *folder.rglob(".*.tmp")]:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` beside `path`, then rename: readers see the old file or the new one.

    Raises Unwritable; then the old file is still there.
    """
    write_together({path: content})


def write_together(contents: dict[Path, bytes]) -> None:
    """Write files beside their old ones, and rename them when all could be written.

    Raises Unwritable; where no new file could be written, every old one is still there.
    """
    temporary = {path: path.with_name(f".{path.name}.{os.getpid()}.tmp") for path in contents}
    try:
        for path, content in contents.items():
            with writing(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                temporary[path].write_bytes(content)
        for path, written in temporary.items():
            with writing(path):
                written.replace(path)
    finally:
        for written in temporary.values():
            with suppress(OSError):  # also where a folder above it is a file
                written.unlink(missing_ok=True)
