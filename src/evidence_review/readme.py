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
from evidence_review.markdown import CITATION

FIRST, LAST = "<!-- what it found: made by `make readme` -->", "<!-- end of what it found -->"
SECTION = "## Key messages"
CHART = "patients"


def compose(root: Path) -> dict[Path, str]:
    """The files that repeat something, with the text that they should have.

    Raises BadInput where the README has lost its markers, no notebook has the report's outputs, or
    one of them can't be read.
    """
    readme, chart = root / "README.md", root / "docs" / f"{CHART}.svg"
    outputs = _find_report(root)
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


def _find_report(root: Path) -> list[dict]:
    """The stored outputs of the notebook that writes the report: it has the key messages."""
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        name = path.relative_to(root).as_posix()
        try:
            cells = json.loads(demand_text(root, name))["cells"]
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput(Finding(name, "it is no notebook", "Restore it")) from error
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        if SECTION in _list_texts(outputs):
            return outputs
    raise BadInput(_finding(f"no stored output is “{SECTION}”"))


def _list_texts(outputs: list[dict]) -> list[str]:
    return ["".join(o["data"]["text/markdown"]) for o in outputs if "text/markdown" in _data(o)]


def _find_messages(outputs: list[dict]) -> list[str]:
    """The report's key messages without their citations, which only the report can resolve."""
    texts = _list_texts(outputs)
    start = texts.index(SECTION) + 1
    headings = (i for i in range(start, len(texts)) if texts[i].startswith("#"))
    return [CITATION.sub("", text) for text in texts[start : next(headings, len(texts))]]


def _find_chart(outputs: list[dict]) -> tuple[str, str]:
    """The chart's drawing and its caption."""
    for drawing, said in pairwise(outputs):
        text = "".join(said.get("text", []))
        if f"figure {CHART} ·" in text and "image/svg+xml" in _data(drawing):
            caption = re.sub(r"\\(\W)", r"\1", text.partition("](")[0].removeprefix("!["))
            return "".join(drawing["data"]["image/svg+xml"]), caption
    raise BadInput(_finding(f"the report's outputs have no chart “{CHART}”"))


def _data(output: dict) -> dict:
    return output.get("data", {})


def _split(text: str) -> tuple[str, str]:
    parts = re.fullmatch(f"(.*){re.escape(FIRST)}.*{re.escape(LAST)}(.*)", text, re.S)
    if not parts:
        remedy = f"Put the lines “{FIRST}” and “{LAST}” where the findings belong"
        raise BadInput(Finding("README.md", "the place of the findings is not marked", remedy))
    return parts[1], parts[2]


def _finding(problem: str) -> Finding:
    return Finding("notebooks/", problem, "Let a notebook write it with `draft.Draft`, and run it")
