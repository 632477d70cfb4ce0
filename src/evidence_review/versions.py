"""Two versions of a review side by side: folders, or revisions of its git repository."""

import io
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pandas as pd

from evidence_review import changes, validation
from evidence_review.changes import RECORD
from evidence_review.evidence import Evidence, load
from evidence_review.files import PACKAGE
from evidence_review.findings import BadInput, Finding

COMMITTED, LAST = "HEAD", "the last commit"
# What summaries raise on tables that are not laid out, or not filled in, as they expect.
_MISFITS = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def compare_versions(root: Path, old: str, new: str) -> str:
    """The account of what changed from one version to another, both read by today's code.

    A version is a folder that holds a review, or a revision of the git repository at `root`. Raises
    BadInput where there is no such version or its data can't be read.
    """
    with open_version(root, old) as before, open_version(root, new) as after:
        first, second = _read(before, old), _read(after, new)
        findings = changes.compare_findings(_find(first, old), _find(second, new))
        return _tell(f"{old} → {new}", findings, first, second)


def compare_with_commit(root: Path) -> str:
    """The account of what the folder at `root` changes against its last commit.

    Findings are compared with those that the commit recorded, so that a change of code or library
    shows; where it recorded none, today's code works them out from its data. Without git or a
    commit: one sentence that says so.
    """
    second = load(root)
    found = changes.list_findings(second)
    try:
        with open_revision(root, COMMITTED) as before:
            first = _read(before, LAST)
            record = before / RECORD
            try:
                recorded = changes.read_findings(record.read_text(encoding="utf-8"))
            except (FileNotFoundError, ValueError):  # none yet, or written otherwise
                recorded = _find(first, LAST)
            findings = changes.compare_findings(recorded, found)
            return _tell(f"{LAST} → this folder", findings, first, second)
    except BadInput as error:
        return f"Nothing to compare with. {error.findings[0]}.\n"


@contextmanager
def open_version(root: Path, name: str) -> Iterator[Path]:
    """The folder of a version for as long as it is needed: itself, or a revision taken out of git.

    Raises BadInput where `name` is neither.
    """
    folder = Path(name)
    if name and folder.is_dir():  # "" would be the folder of the command
        if not (folder / PACKAGE).is_file():
            raise BadInput(Finding(name, f"no {PACKAGE} in this folder", "Name a review's folder"))
        yield folder
    else:
        with open_revision(root, name) as taken:
            yield taken


@contextmanager
def open_revision(root: Path, revision: str) -> Iterator[Path]:
    """What a revision holds of the folder `root`, in a temporary folder.

    Raises BadInput where there is no git, no such revision or no review in it.
    """
    # --end-of-options: a revision that begins with a hyphen is no option.
    name = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    found = _run_git(root, name)
    if found.returncode != 0:
        problem = "neither a folder nor a revision of a git repository here"
        raise BadInput(
            Finding(revision or '""', problem, "Name a folder, a commit, a branch or a tag")
        )
    commit = found.stdout.decode().strip()
    # A zip, because Python unpacks it on any version without a path leading out of the folder.
    archive = _run_git(root, ["archive", "--format=zip", commit])
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if archive.returncode == 0:
            zipfile.ZipFile(io.BytesIO(archive.stdout)).extractall(folder)
        if not (folder / PACKAGE).is_file():
            problem = f"this revision holds no {PACKAGE}"
            raise BadInput(Finding(revision, problem, "Name a revision that holds the review"))
        yield folder


def _run_git(root: Path, arguments: list[str]) -> subprocess.CompletedProcess:
    try:
        return subprocess.run(["git", *arguments], cwd=root, capture_output=True)
    except FileNotFoundError as error:
        finding = Finding("git", "it is not installed here", "Install it, or name two folders")
        raise BadInput(finding) from error


def _read(folder: Path, name: str) -> Evidence:
    """The review in a folder; what is wrong with it is said with the version's name."""
    try:
        evidence = load(folder)
    except BadInput as error:
        raise BadInput(_name_version(error.findings, name)) from error
    except _MISFITS as error:
        raise BadInput(_explain(folder, name, error)) from error
    for resource in evidence.package["resources"]:
        key = resource["schema"]["primaryKey"]
        if evidence.tables[resource["name"]].reset_index().duplicated(key).any():
            problem = f"two rows have the same {', '.join(key)}"
            finding = Finding(f"data/{resource['path']}", problem, "Give each row its own")
            raise BadInput(_name_version([finding], name))
    return evidence


def _find(evidence: Evidence, name: str) -> pd.DataFrame:
    """The findings of a version; raises BadInput where they can't be made of its data."""
    try:
        return changes.list_findings(evidence)
    except BadInput as error:
        raise BadInput(_name_version(error.findings, name)) from error
    except _MISFITS as error:
        raise BadInput(_explain(evidence.root, name, error)) from error


def _explain(folder: Path, name: str, error: Exception) -> list[Finding]:
    """What validation says of data that broke something, else that they are of another layout."""
    if findings := validation.validate(folder):
        return _name_version(findings[:1], name)
    problem = f"its data are laid out otherwise than this code reads them ({error!r})"
    return [Finding(name, problem, "Compare versions of the same layout")]


def _name_version(findings: list[Finding], name: str) -> list[Finding]:
    return [replace(finding, file=f"{name}: {finding.file}") for finding in findings]


def _tell(title: str, findings: pd.DataFrame, old: Evidence, new: Evidence) -> str:
    rows = changes.compare_rows(old, new)
    notebooks = changes.compare_notebooks(old.root / "notebooks", new.root / "notebooks")
    return changes.write_account(title, findings, rows, notebooks)
