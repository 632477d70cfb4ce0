"""The build against plain `jupyter execute`, side by side in one run.

`make bench`, or `python tests/benchmark_speed.py`. Times the floor (kernels started one after the
other, only to import pandas and matplotlib), a review from nothing into a temporary folder (data
checked, kernels, notebooks, report), the same again with nothing changed, and one `jupyter execute`
call on the same notebooks. The library is compiled and the floor comes first, so that no one of
them pays for cold caches. Wall time, and CPU time of all processes: on a busy machine the second
says more.
"""

import compileall
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from evidence_review.build import hash_file

HERE = Path(__file__).resolve().parents[1]
COPIED = ("data", "src", "notebooks", "references.bib", "requirements.txt", "pyproject.toml")


def copy_review(folder: Path) -> Path:
    """A copy of the review around here, without its results."""
    for name in COPIED:
        source = HERE / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def measure(name: str, root: Path, *command: str) -> tuple[float, float]:
    """Run a Python module in `root`, print and return its wall and CPU time in seconds."""
    environment = os.environ | {
        "PYTHONPATH": str(root / "src"),
        "EVIDENCE_REVIEW_RESULTS": str(root / "results"),
    }
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=root, env=environment, capture_output=True, text=True
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stdout}{done.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{name:58} {wall:7.1f} s wall {cpu:7.1f} s CPU", flush=True)
    return wall, cpu


def write_empty_notebooks(folder: Path, like: list[str]) -> None:
    """As many notebooks that only import."""
    folder.mkdir()
    for name in like:
        cell = new_code_cell("import pandas\nimport matplotlib.pyplot")
        metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        nbformat.write(new_notebook(cells=[cell], metadata=metadata), folder / Path(name).name)


def main() -> None:
    """Measure all four and print their ratios."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    with tempfile.TemporaryDirectory() as folder:
        root = copy_review(Path(folder).resolve())
        notebooks = sorted(f"notebooks/{path.name}" for path in root.glob("notebooks/*.ipynb"))
        stored = [hash_file(root / name) for name in notebooks]
        compileall.compile_dir(root / "src", quiet=1)
        execute = ("jupyter", "execute", "--inplace")
        write_empty_notebooks(root / "empty", notebooks)
        empty = [name.replace("notebooks/", "empty/") for name in notebooks]
        floor = measure("one `jupyter execute` call that only imports", root, *execute, *empty)
        review = measure("this build, report included", root, "evidence_review", "review")
        again = measure("this build, nothing changed", root, "evidence_review", "review")
        if [hash_file(root / name) for name in notebooks] != stored:
            print("note: stored outputs were not those of this machine")
        plain = measure(
            "one `jupyter execute` call on the same notebooks", root, *execute, *notebooks
        )
    for name, part, whole in (
        ("build / jupyter execute", review, plain),
        ("floor / jupyter execute", floor, plain),
        ("floor / build", floor, review),
    ):
        wall, cpu = (f"{one / other:.2f}" for one, other in zip(part, whole, strict=True))
        print(f"{name}: {wall} wall, {cpu} CPU")
    print(f"nothing changed: {again[0]:.2f} s wall, {again[1]:.2f} s CPU")


if __name__ == "__main__":
    main()
