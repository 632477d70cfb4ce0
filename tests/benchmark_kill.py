"""Kill the review at random moments: nothing is ever half written, and the next run completes.

`make bench-kill`, or `python tests/benchmark_kill.py --help`. Works on a clone of the last commit;
needs Linux, which says in /proc which kernels outlive the review. Prints a line for each kill and
ends with 1 where a promise was broken.
"""

import argparse
import csv
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pypdf
from docx import Document
from matplotlib import image

from evidence_review.files import UNFINISHED

SECONDS_TO_DIE = 10  # a kernel looks about once a second whether its parent lives


def read_csv(path: Path) -> None:
    """Raise where rows differ in length or the last line has no end."""
    text = path.read_text(encoding="utf-8")
    widths = {len(row) for row in csv.reader(text.splitlines(keepends=True), strict=True)}
    if len(widths) > 1 or not text.endswith("\n"):
        raise ValueError("cut off")


def read_html(path: Path) -> None:
    """Raise where the end is missing."""
    if not path.read_text(encoding="utf-8").rstrip().endswith("</html>"):
        raise ValueError("cut off")


def read_markdown(path: Path) -> None:
    """Raise where the last line has no end."""
    if not path.read_text(encoding="utf-8").endswith("\n"):
        raise ValueError("cut off")


READERS: dict[str, Callable] = {
    ".csv": read_csv,
    ".docx": lambda path: Document(str(path)),
    ".html": read_html,
    ".ipynb": lambda path: nbformat.validate(nbformat.read(path, as_version=4)),
    ".json": lambda path: json.loads(path.read_bytes()),
    ".md": read_markdown,
    ".pdf": lambda path: [page.extract_text() for page in pypdf.PdfReader(path).pages[-1:]],
    ".png": image.imread,
    ".svg": ElementTree.parse,
}


def is_unfinished(path: Path) -> bool:
    """Say whether a path is, or is in, what only a running review may leave."""
    return any(part.startswith(UNFINISHED) or part.endswith(".tmp") for part in path.parts)


def list_results(root: Path) -> list[Path]:
    """Every finished file below results/ that is not the build's own."""
    files = (path for path in (root / "results").rglob("*") if path.is_file())
    return [path for path in files if not is_unfinished(path) and path.name != ".lock"]


def find_broken(root: Path) -> list[str]:
    """What can't be read to its end, or differs from the commit though it should not."""
    broken = []
    for path in [*list_results(root), *(root / "notebooks").glob("*.ipynb")]:
        try:
            READERS.get(path.suffix, Path.read_bytes)(path)
        except Exception as error:
            broken.append(f"{path.relative_to(root)}: {error}")
    changed = run(root, "git", "status", "--porcelain", "--", "notebooks").stdout.split()
    return broken + changed


def hash_results(root: Path) -> dict[str, str]:
    """The SHA-256 of each result; the record of the build says what from, so it may differ."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in list_results(root)
        if path.name != ".build.json"
    }


def find_leftovers(root: Path) -> list[str]:
    """Unfinished files and folders, each folder once."""
    found = [*root.glob("results/**/.*"), *root.glob("notebooks/.*")]
    return [str(path) for path in found if path.name.endswith(".tmp") or UNFINISHED in path.name]


def list_kernels(root: Path) -> list[int]:
    """Processes whose results would go below `root`."""
    mark = f"EVIDENCE_REVIEW_RESULTS={root}/".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:  # it has ended meanwhile
            continue
    return found


def run(root: Path, *command: str) -> subprocess.CompletedProcess:
    """Run a command in `root` and return what it said."""
    return subprocess.run(command, cwd=root, capture_output=True, text=True)


def make_copy(folder: Path, keep: list[str]) -> Path:
    """Clone the repository around here; of its notebooks only those of `keep`, if any are named."""
    here, root = Path(__file__).resolve().parents[1], folder / "review"
    subprocess.run(["git", "clone", "--quiet", str(here), str(root)], check=True)
    for path in (root / "notebooks").glob("*.ipynb"):
        if keep and not any(path.name.startswith(name) for name in keep):
            path.unlink()
    git = ("git", "-c", "user.name=kill", "-c", "user.email=kill@example.org")
    run(root, *git, "commit", "--quiet", "--all", "--message", "fewer notebooks")
    return root


def review(root: Path) -> subprocess.Popen:
    """Start a review of the code in `root`, whatever is installed."""
    return subprocess.Popen(
        [sys.executable, "-m", "evidence_review", "review"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def main() -> int:
    """Kill as often as asked; return 1 where something was broken."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--complete-every", type=int, default=1, metavar="N")
    parser.add_argument("--keep", nargs="*", default=[], metavar="NN", help="run these notebooks")
    parser.add_argument("--seed", type=int, default=9)
    options = parser.parse_args()
    chance, faults = random.Random(options.seed), 0
    with tempfile.TemporaryDirectory() as folder:
        root = make_copy(Path(folder).resolve(), options.keep)

        def complete() -> float:
            start = time.perf_counter()
            process = review(root)
            said, _ = process.communicate()
            if process.returncode:
                sys.exit(f"The review did not complete:\n{said}")
            return time.perf_counter() - start

        whole = complete()
        reference = hash_results(root)
        print(f"a whole run: {whole:.0f} s, {len(reference)} files", flush=True)
        for number in range(1, options.kills + 1):
            (root / "data" / "kill.txt").write_text(str(number))  # so that everything is stale
            moment = chance.uniform(0, whole)
            process = review(root)
            time.sleep(moment)
            process.send_signal(signal.SIGKILL)
            dying = time.perf_counter()
            process.wait()
            while (kernels := list_kernels(root)) and time.perf_counter() < dying + SECONDS_TO_DIE:
                time.sleep(0.1)
            died = time.perf_counter() - dying
            broken, left = find_broken(root), find_leftovers(root)
            line = (
                f"kill {number} after {moment:.1f} s: {len(broken)} broken, {len(left)} left over, "
                f"kernels gone after {died:.1f} s" + " NOT" * bool(kernels)
            )
            faults += bool(broken) + bool(kernels)
            if number % options.complete_every == 0 or number == options.kills:
                line += f"; next run complete in {complete():.0f} s"
                broken, left = find_broken(root), find_leftovers(root)
                same = hash_results(root) == reference
                line += f", {len(broken)} broken, {len(left)} left over, results as before: {same}"
                faults += bool(broken) + bool(left) + (not same)
            print(line, *broken, sep="\n  ", flush=True)
    print(f"{options.kills} kills, {faults} faults")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
