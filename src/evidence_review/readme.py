"""What README.md and docs/ repeat from the review: key messages, a chart, dictionary, findings.

All of it comes from stored outputs and data, so that a test can tell whether it is in step.
"""

import json
import re
from itertools import pairwise
from pathlib import Path

from evidence_review import changes, evidence
from evidence_review.dictionary import describe_data
from evidence_review.files import demand_text, write_atomically
from evidence_review.findings import BadInput, Finding

REPORT = "notebooks/08_summary_report.ipynb"
FIRST, LAST = "<!-- what it found: made by `make readme` -->", "<!-- end of what it found -->"
SECTION = "## Key messages"
CHART = "patients"


def compose(root: Path) -> dict[Path, str]:
    """The files that repeat something, with the text that they should have.

    Raises BadInput where the README has lost its markers or the report's notebook its outputs, and
    where either can't be read.
    """
    readme, chart = root / "README.md", root / "docs" / f"{CHART}.svg"
    stored = demand_text(root, REPORT)
    try:
        cells = json.loads(stored)["cells"]
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(_finding("it is no notebook")) from error
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    drawing, caption = _find_chart(outputs)
    found = [*_find_messages(outputs), f"![{caption}](docs/{chart.name})", caption]
    before, after = _split(demand_text(root, readme.name))
    return {
        readme: "\n".join([before + FIRST, "", "\n\n".join(found), "", LAST + after]),
        chart: drawing,
        root / "docs" / "data-dictionary.md": describe_data(root),
        root / changes.RECORD: changes.record_findings(changes.list_findings(evidence.load(root))),
    }


def write(root: Path) -> list[Path]:
    """Bring the files in step; returns those that were not."""
    stale = [
        (path, text)
        for path, text in compose(root).items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in stale:
        write_atomically(path, text.encode())
    return [path for path, _ in stale]


def _find_messages(outputs: list[dict]) -> list[str]:
    """The report's key messages without their citations, which only the report can resolve."""
    texts = ["".join(o["data"]["text/markdown"]) for o in outputs if "text/markdown" in _data(o)]
    if SECTION not in texts:
        raise BadInput(_finding(f"its outputs have no “{SECTION}”"))
    start = texts.index(SECTION) + 1
    end = next(i for i in range(start, len(texts)) if texts[i].startswith("#"))
    return [re.sub(r" ?\[@[^]]*\]", "", text) for text in texts[start:end]]


def _find_chart(outputs: list[dict]) -> tuple[str, str]:
    """The chart's drawing and its caption."""
    for drawing, said in pairwise(outputs):
        text = "".join(said.get("text", []))
        if f"figure {CHART} ·" in text and "image/svg+xml" in _data(drawing):
            caption = re.sub(r"\\(\W)", r"\1", text.partition("](")[0].removeprefix("!["))
            return "".join(drawing["data"]["image/svg+xml"]), caption
    raise BadInput(_finding(f"its outputs have no chart “{CHART}”"))


def _data(output: dict) -> dict:
    return output.get("data", {})


def _split(text: str) -> tuple[str, str]:
    parts = re.fullmatch(f"(.*){re.escape(FIRST)}.*{re.escape(LAST)}(.*)", text, re.S)
    if not parts:
        remedy = f"Put the lines “{FIRST}” and “{LAST}” where the findings belong"
        raise BadInput(Finding("README.md", "the place of the findings is not marked", remedy))
    return parts[1], parts[2]


def _finding(problem: str) -> Finding:
    return Finding(REPORT, problem, "Run `make review`, which stores them")
