"""Where the repository is, and files written so that an interruption leaves the old one whole."""

import os
from pathlib import Path

from evidence_review.findings import BadInput, Finding


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


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` beside `path`, then rename: readers see the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
