"""The report as it is written, cell by cell, in the notebook that composes it."""

from dataclasses import dataclass, field

import pandas as pd
from IPython.display import SVG, Markdown, display

from evidence_review.figures import Chart
from evidence_review.files import write_atomically
from evidence_review.markdown import cite, escape_cell, format_figure, format_table
from evidence_review.results import Fact, Notebook, Sources, fill, word_cells
from evidence_review.tables import fingerprint, split_keys


@dataclass
class Draft:
    """Collects the report's Markdown; each part is shown as the cell's output and so tested."""

    book: Notebook
    parts: list[str] = field(default_factory=list)

    def title(self, title: str, subtitle: str, date: Fact) -> None:
        """The report's head; its texts are shown letter for letter."""
        head = {"title": title, "subtitle": subtitle, "date": date.text, "lang": "en-GB"}
        lines = [f"{name}: {_quote_yaml(escape_cell(text))}" for name, text in head.items()]
        self._keep("\n".join(["---", *lines, "---"]))

    def write(self, template: str, /, **facts: Fact | Sources) -> None:
        """A paragraph, heading or list item; numbers, names and citations come in as facts."""
        text = fill(template, facts, escape_cell, cite) if facts else template
        self.book.record(facts, text)
        self._keep(text)

    def table(self, name: str, caption: str, frame: pd.DataFrame, notebook: str) -> None:
        """A summary with its references as citations; `notebook` is where it can be followed up.

        A summary without rows becomes a sentence that says so.
        """
        self.book.save_table(name, frame)
        shown = word_cells(frame)
        if "citekeys" in frame:
            shown["References"] = frame["citekeys"].map(split_keys).map(cite)
        origin = f"notebook {notebook}, table {name}"
        self._keep(format_table(shown, caption, origin, markdown_columns=["References"]))
        print(f"table {name} · {fingerprint(frame)}")

    def figure(self, name: str, chart: Chart, notebook: str) -> None:
        """A chart with its caption and alternative text."""
        self.book.save_table(name, chart.data)
        display(SVG(self.book.save_figure(name, chart, notebook)))
        path = f"figures/{self.book.name}/{name}"
        part = format_figure(path, chart.caption, chart.alt, f"notebook {notebook}, figure {name}")
        self.parts.append(part)
        print(part)
        print(f"figure {name} · {fingerprint(chart.data)}")

    def save(self) -> None:
        """Write the whole as `results/report/report.md`, from which the report is made."""
        text = "\n\n".join(self.parts) + "\n"
        write_atomically(self.book.folder / "report" / "report.md", text.encode())
        print(f"report · {len(self.parts)} parts")

    def _keep(self, part: str) -> None:
        self.parts.append(part)
        display(Markdown(part))


def _quote_yaml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
