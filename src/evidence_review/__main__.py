"""The commands: `python -m evidence_review review`, and so on."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from evidence_review import build
from evidence_review.files import find_root
from evidence_review.findings import BadInput

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

    if findings := validation.validate(root):
        raise BadInput(findings)
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


def lab(root: Path) -> int:
    """open the notebooks in JupyterLab, the first of them in front"""
    first = min((root / "notebooks").glob("*.ipynb"))
    command = [sys.executable, "-m", "jupyterlab", first.relative_to(root).as_posix()]
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


COMMANDS = (review, test, lab, validate, readme)


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
