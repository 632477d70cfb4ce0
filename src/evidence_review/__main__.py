"""The commands: `python -m evidence_review review`, and so on."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from evidence_review import build
from evidence_review.files import PACKAGE, find_root
from evidence_review.findings import BadInput, Finding

PYTEST = ["-m", "pytest", "-q", "-n3", "--dist=loadfile", "--nbval", "--nbval-current-env"]
CHECKS = {
    "lint": ["-m", "ruff", "check", "--quiet"],
    "format": ["-m", "ruff", "format", "--check", "--quiet"],
    "data": ["-m", "evidence_review", "validate"],
    # One call for both, so that processes share all the work; nbval without -vv is strict.
    "tests and stored outputs": [*PYTEST, "tests", "notebooks"],
}


def review(root: Path) -> int:
    """check the data, run what changed, make the report in results/"""
    return build.review(root, root / "results")


def validate(root: Path) -> int:
    """check references.bib and data/ against data/datapackage.json and its rules"""
    from evidence_review import validation

    validation.demand_valid(root)
    print("The data keep to every rule.")
    return 0


def test(root: Path) -> int:
    """run every check; nothing is written to notebooks/ or results/"""
    passed = []
    with tempfile.TemporaryDirectory() as results:
        environment = build.kernel_environment(Path(results))
        for name, arguments in CHECKS.items():
            print(f"== {name}", flush=True)
            start = time.perf_counter()
            done = subprocess.run([sys.executable, *arguments], cwd=root, env=environment)
            passed.append(done.returncode == 0)
            word = "passed" if passed[-1] else "FAILED"
            print(f"== {name}: {word} in {time.perf_counter() - start:.1f} s", flush=True)
    print(f"checks: {sum(passed)} passed, {len(passed) - sum(passed)} failed")
    return 0 if all(passed) else 1


def readme(root: Path) -> int:
    """bring README.md and docs/ in step with data and stored outputs"""
    from evidence_review import readme

    changed = [path.relative_to(root).as_posix() for path in readme.write(root)]
    print("Changed: " + ", ".join(changed) if changed else "README.md and docs/ are in step.")
    return 0


def update(root: Path) -> int:
    """review and readme, then what they changed in the findings since the last commit"""
    if failed := review(root):
        return failed
    readme(root)
    from evidence_review import versions

    print(versions.compare_with_commit(root), end="")
    return 0


def lab(root: Path) -> int:
    """open the notebooks in JupyterLab, the first of them in front"""
    first = sorted((root / "notebooks").glob("*.ipynb"))[:1]
    command = [sys.executable, "-m", "jupyterlab", *(f"notebooks/{path.name}" for path in first)]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # as in a container: JupyterLab would refuse
        command.append("--allow-root")
    return subprocess.run(command, cwd=root).returncode


def check(root: Path, guide: Path, out: Path | None = None) -> int:
    """check a guide (.md, .txt, .html, .docx, .pdf) against the claims of this review"""
    from evidence_review import check, evidence

    out = out or root / "results" / "check" / guide.name.replace(".", "-")
    files = check.check_guide(evidence.load(root), guide, out, root / "results" / "models")
    print("Open:", *files[-1:], *files[:-1], sep="\n  ")
    return 0


def diff(root: Path, old: str, new: str) -> int:
    """tell what changed in the findings between two folders or git revisions"""
    from evidence_review import versions

    print(versions.compare_versions(root, old, new), end="")
    return 0


def add(root: Path, file: Path) -> int:
    """take in new publications from a file of records (RIS, PubMed's NBIB, BibTeX)"""
    from evidence_review import intake

    done = intake.add(root, file)
    print(f"Added: {len(done.added)}")
    for key, record in done.added.items():
        print(f"  {key}: {record.fields['title']}")
    print(f"Skipped: {len(done.skipped)}")
    for record, reason in done.skipped:
        print(f"  line {record.line}, {record.fields['title']}: {reason}")
    if done.added:
        print(
            "What was added awaits a reader: see the end of data/awaiting.csv, and “Enter a "
            "publication that was awaiting a reader” in CONTRIBUTING.md. Next: make review."
        )
    return 0


def fetch(root: Path, file: Path) -> int:
    """ask Europe PMC for the review's declared search; write its records to a file for add"""
    from evidence_review import europepmc, evidence

    query = evidence.read_package(root).get("living_search")
    if not query:
        remedy = "Add the search there, in the service's query language"
        raise BadInput(Finding(PACKAGE, "no living_search in it", remedy))
    count = europepmc.fetch(query, file)
    print(f"{count} records of {europepmc.SERVICE} in {file}. Next: make add FILE={file}")
    return 0


def start(root: Path, folder: Path, subject: str) -> int:
    """start a review of another subject: its data/ in a new folder, declared and without rows"""
    from evidence_review import start

    start.start_review(root, folder, subject)
    print(f"{folder}: data/ is there. Next: docs/another-review.md")
    return 0


COMMANDS = (review, test, update, lab, validate, readme)


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command in the repository around here; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m evidence_review")
    choices = parser.add_subparsers(required=True, metavar="command")
    for command in COMMANDS:
        choices.add_parser(command.__name__, help=command.__doc__).set_defaults(
            run=lambda root, _, command=command: command(root)
        )
    one = choices.add_parser("check", help=check.__doc__)
    one.add_argument("guide", type=Path, metavar="FILE")
    one.add_argument("--out", type=Path, metavar="DIR", help="default: results/check/NAME")
    one.set_defaults(run=lambda root, options: check(root, options.guide, options.out))
    two = choices.add_parser("diff", help=diff.__doc__)
    two.add_argument("old", metavar="OLD")
    two.add_argument("new", metavar="NEW")
    two.set_defaults(run=lambda root, options: diff(root, options.old, options.new))
    three = choices.add_parser("start", help=start.__doc__)
    three.add_argument("folder", type=Path, metavar="FOLDER")
    three.add_argument("subject", metavar="SUBJECT", help="as in a sentence: hiccups")
    three.set_defaults(run=lambda root, options: start(root, options.folder, options.subject))
    for command in (add, fetch):
        one = choices.add_parser(command.__name__, help=command.__doc__)
        one.add_argument("file", type=Path, metavar="FILE")
        one.set_defaults(run=lambda root, options, command=command: command(root, options.file))
    try:
        options = parser.parse_args(arguments)
        return options.run(find_root(), options)
    except BadInput as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
