"""A report that was made, and what its Markdown, PDF and Word file hold."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from docx import Document
from pypdf import PdfReader

from evidence_review import report
from evidence_review.pandoc import PANDOC

NAME = "08_summary_report"  # the notebook that writes it


@dataclass(frozen=True)
class Made:
    """The report's folder, and what its Markdown holds as pandoc reads it."""

    results: Path

    @cached_property
    def blocks(self) -> list[dict]:
        command = [PANDOC, f"--from={report.MARKDOWN}", "--to=json"]
        done = subprocess.run(
            [*command, self.results / "report" / "report.md"], capture_output=True, check=True
        )
        return json.loads(done.stdout)["blocks"]

    def find(self, kind: str) -> list[dict]:
        return [block for block in self.blocks if block["t"] == kind]

    @property
    def captions(self) -> list[str]:
        return [words(block["c"][1]) for block in self.find("Table") + self.find("Figure")]

    @property
    def tables(self) -> list[list[str]]:
        """The first cell of each row of each table."""
        return [
            [words(row[1][0][4]) for row in table["c"][4][0][3]] for table in self.find("Table")
        ]

    @cached_property
    def pdf(self) -> str:
        """The text of the PDF without what depends on line ends."""
        reader = PdfReader(self.results / "report" / "report.pdf")
        return squeeze(" ".join(page.extract_text() for page in reader.pages))

    @cached_property
    def word(self):
        return Document(str(self.results / "report" / "report.docx"))


def walk(node: object, kind: str) -> Iterator[dict]:
    """Every element of this kind below a node of pandoc's JSON."""
    if isinstance(node, dict):
        if node.get("t") == kind:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from walk(child, kind)


def words(node: object) -> str:
    if isinstance(node, dict):
        return node["c"] if node["t"] == "Str" else words(node.get("c", " "))
    if isinstance(node, list):
        return "".join(map(words, node))
    return " " if node == " " else ""


def squeeze(text: str) -> str:
    return re.sub(r"[\s\u00ad\u2010-]", "", text)
