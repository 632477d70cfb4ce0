"""Evidence of ten and a hundred times today's size: time and memory, and whether both stay linear.

`make bench-scale`, or `python tests/benchmark_scale.py --help`. Publications and all rows that hang
on them are copied under new keys into a temporary folder. Each step runs in a process of its own;
prints CPU time, peak memory, and growth since the size before as a share of linear growth.
"""

import argparse
import csv
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from string import ascii_lowercase

from evidence_review import (
    appraisal,
    claims,
    courses,
    evidence,
    frequencies,
    harms,
    patients,
    publications,
    readings,
    statements,
    summary,
    validation,
)
from evidence_review.files import find_root

SOURCES, KEY = "sources", "citekey"
OWN = ("doi", "pmid", "pmcid", "url")  # fields that two publications can't share


def read_rows(path: Path) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a CSV."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def sort_key(cells: list[str]) -> list[list[str | int]]:
    """The order that validation asks for: numbers within a key by value."""
    return [
        [int(part) if n % 2 else part for n, part in enumerate(re.split(r"([0-9]+)", cell))]
        for cell in cells
    ]


def copy_entry(entry: str, suffix: str) -> str:
    """A BibTeX entry under another key, with a title and an address of its own."""
    kind, key, rest = re.fullmatch(r"(@\w+)\{([^,]+),\n(.*)", entry, re.S).groups()
    lines = [line for line in rest.split("\n") if line.split(" =")[0].strip() not in OWN]
    lines.insert(0, f"  url = {{https://example.org/{key}{suffix}}},")
    text = "\n".join(lines)
    text = re.sub(r"(?m)^(  title = \{.*)\},$", rf"\1 {{No{suffix}}}}},", text)
    return f"{kind}{{{key}{suffix},\n{text}"


def multiply(root: Path, times: int, target: Path) -> int:
    """Write the review at `root` to `target`, its publications `times`; return the rows of data."""
    suffixes = ["", *("x" + "".join(two) for two in product(ascii_lowercase, repeat=2))][:times]
    package = json.loads((root / "data/datapackage.json").read_text(encoding="utf-8"))
    (target / "data/vocabularies").mkdir(parents=True)
    (target / "data/datapackage.json").write_text(f"{json.dumps(package)}\n", encoding="utf-8")
    tables = {r["name"]: read_rows(root / "data" / r["path"]) for r in package["resources"]}
    keys = {r["name"]: r["schema"]["primaryKey"] for r in package["resources"]}
    bibliography = (root / "references.bib").read_text(encoding="utf-8")
    entries = [part.strip() for part in re.split(r"(?m)^(?=@)", bibliography) if part.strip()]
    citekeys = {cells[0] for cells in tables[SOURCES][1]}

    def owner(cell: str) -> str:
        """The publication of a key or of a row's id, or ""."""
        return next((k for k in (cell, cell.rpartition("-")[0]) if k in citekeys), "")

    count = 0
    for resource_ in package["resources"]:
        name = resource_["name"]
        header, rows = tables[name]
        key = [header.index(column) for column in keys[name]]
        owned = [n for n, column in enumerate(header) if column in {KEY, "row", *keys[name]}]
        owned += [n for n, column in enumerate(header) if column.endswith("_id")]
        log = "row" in header and len(key) == 1  # a numbered table about rows of others
        size = len(rows)

        def rename(cells, time, header=header, owned=owned, key=key, log=log, size=size):
            renamed = [
                found + suffixes[time] + cell.removeprefix(found)
                if n in owned and (found := owner(cell))
                else cell
                for n, cell in enumerate(cells)
            ]
            if log:  # goes on counting, of rows that have no copy under other names
                if renamed == cells:
                    renamed[header.index("row")] += suffixes[time]
                stem, number = re.fullmatch(r"(\D*)(\d+)", cells[key[0]]).groups()
                renamed[key[0]] = f"{stem}{int(number) + time * size}"
            return renamed

        copies = [rename(cells, time) for time in range(1, len(suffixes)) for cells in rows]
        unique = {tuple(cells[n] for n in key): cells for cells in [*rows, *copies]}
        made = list(unique.values())
        if not name.startswith(evidence.VOCABULARY):
            made.sort(key=lambda cells, key=key: sort_key([cells[n] for n in key]))
        count += len(made)
        with (target / "data" / resource_["path"]).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *made])
    copies = [
        copy_entry(entry, suffix)
        for suffix in suffixes[1:]
        for entry in entries
        if re.match(r"@\w+\{([^,]+),", entry)[1] in citekeys
    ]
    text = "\n\n".join(sorted([*entries, *copies], key=lambda entry: entry.partition("{")[2]))
    (target / "references.bib").write_text(f"{text}\n", encoding="utf-8")
    return count


def synthesise(review: evidence.Evidence) -> Iterator[tuple[str, Callable]]:
    """Name and call of every summary that grows with the evidence."""
    yield "claims judged", lambda: claims.judge_claims(review)
    yield "claims listed", lambda: claims.list_claims(review)
    yield "findings", lambda: summary.summarise_findings(review)
    yield "conclusions", lambda: summary.list_conclusions(review)
    yield "appraised", lambda: appraisal.appraise(review)
    yield "gaps", lambda: appraisal.map_gaps(review)
    everything = harms.split_harms(review)["all"]
    yield "harms by procedure", lambda: harms.summarise_by(everything, "modality", "Procedure")
    yield "harms by setting", lambda: harms.summarise_settings(everything)
    yield "harms by publication", lambda: harms.summarise_publications(everything)
    yield "harms listed", lambda: harms.list_harms(everything)
    yield "harms pooled", lambda: harms.pool_alike(everything)
    direct = courses.split_courses(review)
    yield "courses", lambda: courses.summarise_courses(direct["direct"])
    yield "people", lambda: courses.list_treated(direct["ended"])
    surveys = frequencies.list_surveys(review)
    yield "surveys", lambda: frequencies.summarise_surveys(surveys)
    main = surveys["cohort"].mode()[0]
    yield "surveys pooled", lambda: frequencies.pool_surveys(surveys, main)
    described = patients.split_patients(review)["described"]
    yield "patients", lambda: patients.summarise_groups(described, "form", "Form")
    yield "regions", lambda: patients.count_regions(review, described)
    yield "positions", lambda: statements.summarise_positions(review)
    yield "causes", lambda: statements.summarise_causes(review)
    lines = review.tables["second_readings"]
    yield "rows matched", lambda: readings.match_rows(lines)
    yield "agreement", lambda: readings.tabulate_agreement(review, lines)
    yield "differences", lambda: readings.list_differences(review)
    yield "evidence map", lambda: publications.map_evidence(review)
    yield "flow", lambda: publications.count_flow(review)


def run_step(step: str, root: Path) -> dict[str, float]:
    """CPU seconds of a step, or of each of its parts."""

    def clock(call: Callable) -> float:
        start, children = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN)
        call()
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() - start + spent.ru_utime - children.ru_utime

    def validate() -> None:
        for finding in validation.validate(root)[:5]:
            print(finding, file=sys.stderr)

    match step:
        case "load":
            return {step: clock(lambda: evidence.load(root))}
        case "validate":
            return {step: clock(validate)}
        case _:
            review = evidence.load(root)
            return {name: clock(call) for name, call in synthesise(review)}


def main() -> None:
    """Print a line for each step and size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--steps", nargs="+", default=["load", "validate", "synthesise"])
    parser.add_argument("--at", type=Path, help=argparse.SUPPRESS)  # the process of one step
    options = parser.parse_args()
    if options.at:
        spent = run_step(options.steps[0], options.at)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"spent": spent, "peak": peak}))
        return
    before: dict[str, tuple[int, float]] = {}
    for times in options.times:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            rows = multiply(find_root(), times, root)
            print(f"{times} times: {rows:,} rows", flush=True)
            for step in options.steps:
                command = [sys.executable, __file__, "--steps", step, "--at", str(root)]
                start = time.perf_counter()
                done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
                wall, told = time.perf_counter() - start, json.loads(done.stdout)
                total = sum(told["spent"].values())
                print(f"  {step}: {total:.1f} s CPU, {told['peak']:.0f} MB peak, {wall:.0f} s wall")
                for name, spent in told["spent"].items():
                    times_then, spent_then = before.get(name, (times, spent))
                    growth = spent / spent_then / (times / times_then)
                    print(f"    {name}: {spent:.2f} s, {growth:.2f} of linear", flush=True)
                    before[name] = times, spent


if __name__ == "__main__":
    main()
