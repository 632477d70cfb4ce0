"""The report as it is written, cell by cell, in the notebook that composes it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd
from IPython import get_ipython
from IPython.display import SVG, Markdown, display

from evidence_review.figures import Chart
from evidence_review.files import write_atomically
from evidence_review.markdown import (
    cite,
    drop_marks,
    escape_cell,
    format_figure,
    format_table,
    mark,
    word_plainly,
)
from evidence_review.results import Fact, Notebook, Sources, fill, word_cells
from evidence_review.tables import NUMBERS, fingerprint, split_keys

POINTER = "⟦⟧"  # no text of a report has these
LEADS_BACK = ["rows", "id", "citekeys", "citekey"]  # the first that a summary has names its rows


@dataclass
class Draft:
    """Collects the report's Markdown; each part is shown as the cell's output and so tested.

    Every fact, table, line of a table and figure gets a number, n1, n2 and so on, under which
    `numbers` keeps the rows and the cell behind it. The parts carry the numbers as marks, from
    which the page makes links; what a cell shows is without them.
    """

    book: Notebook
    parts: list[str] = field(default_factory=list)
    numbers: list[dict[str, object]] = field(default_factory=list)

    def title(self, title: str, subtitle: str, date: Fact) -> None:
        """The report's head; its texts are shown letter for letter."""
        head = {"title": title, "subtitle": subtitle, "date": date.text, "lang": "en-GB"}
        lines = [f"{name}: {_quote_yaml(escape_cell(text))}" for name, text in head.items()]
        self._keep("\n".join(["---", *lines, "---"]))

    def write(self, template: str, /, **facts: Fact | Sources) -> None:
        """A paragraph, heading or list item; numbers, names and citations come in as facts."""
        text = shown = template
        if facts:
            text = fill(template, facts, lambda fact: escape_cell(fact.text), cite)

            def show(fact: Fact) -> str:
                context = fill(template, facts, lambda other: _point(other, fact), cite)
                number = self._number("sentence", fact.text, word_plainly(context), fact.rows)
                return mark(escape_cell(fact.text), "fact", number=number)

            shown = fill(template, facts, show, cite)
        self.book.record(facts, text)
        self._keep(shown)

    def table(self, name: str, caption: str, frame: pd.DataFrame, notebook: str) -> None:
        """A summary with its references as citations; `notebook` is where it can be followed up.

        A summary without rows becomes a sentence that says so.
        """
        self.book.save_table(name, frame)
        shown = word_cells(frame)
        if "citekeys" in frame:
            shown["References"] = frame["citekeys"].map(split_keys).map(cite)
        rows = _list_rows(frame)
        origin = self._name_origin("table", name, caption, notebook, rows.explode().dropna())
        first, last = shown.columns[0], "References" if "citekeys" in frame else shown.columns[0]
        numbers = [
            self._number("line", text, caption, keys)
            for text, keys in zip(shown[first], rows, strict=True)
        ]
        if last == first:
            shown[first] = shown[first].map(escape_cell)
        marks = [mark("", "line", number=number) for number in numbers]
        shown[last] = (shown[last] + " ").str.lstrip() + marks
        self._keep(format_table(shown, caption, origin, markdown_columns=[last]))
        print(f"table {name} · {fingerprint(frame)}")

    def figure(self, name: str, chart: Chart, notebook: str) -> None:
        """A chart with its caption and alternative text."""
        self.book.save_table(name, chart.data)
        display(SVG(self.book.save_figure(name, chart, notebook)))
        path = f"figures/{self.book.name}/{name}"
        rows = _list_rows(chart.data).explode().dropna()
        origin = self._name_origin("figure", name, chart.caption, notebook, rows)
        part = format_figure(path, chart.caption, chart.alt, origin)
        self.parts.append(part)
        print(drop_marks(part))
        print(f"figure {name} · {fingerprint(chart.data)}")

    def save(self, name: str = "report") -> None:
        """Write the whole as `results/report/<name>.md`, from which the files are made."""
        text = "\n\n".join(self.parts) + "\n"
        write_atomically(self.book.folder / "report" / f"{name}.md", text.encode())
        print(f"{name} · {len(self.parts)} parts")

    def save_numbers(self) -> None:
        """Write `results/report/numbers.csv`: what stands behind each number of the page.

        Columns: number, kind (sentence, table, line, figure), text, context (the caption; or the
        sentence, in which POINTER encloses the number), notebook and cell (where it is computed for
        the report), rows (ids).
        """
        numbers = pd.DataFrame(self.numbers, columns=NUMBERS)
        text = numbers.to_csv(index=False, lineterminator="\n")
        write_atomically(self.book.folder / "report" / "numbers.csv", text.encode())
        # Without the cells: nbval runs them without counting.
        print(f"numbers · {fingerprint(numbers.drop(columns='cell'))}")

    def _keep(self, part: str) -> None:
        self.parts.append(part)
        display(Markdown(drop_marks(part)))

    def _number(self, kind: str, text: str, context: str, rows: Iterable[str]) -> str:
        """The next number, under which is kept what stands behind it."""
        shell = get_ipython()
        # In some IPythons `execution_count` is already that of the next cell.
        cell = len(shell.user_ns["In"]) - 1 if shell else None
        number = f"n{len(self.numbers) + 1}"
        behind = [number, kind, text, context, self.book.name, cell, "; ".join(dict.fromkeys(rows))]
        self.numbers.append(dict(zip(NUMBERS, behind, strict=True)))
        return number

    def _name_origin(
        self, kind: str, name: str, caption: str, notebook: str, rows: Iterable[str]
    ) -> str:
        """“notebook X, table Y”, with marks for the notebook's page, the saved table, the rows."""
        number = self._number(kind, name, caption, rows)
        page = mark(f"notebook {escape_cell(notebook)}", "notebook", name=notebook)
        data = mark(f"{kind} {escape_cell(name)}", "data", name=f"{self.book.name}/{name}")
        return f"{page}, {data}{mark('', 'behind', number=number)}"


def _list_rows(frame: pd.DataFrame) -> pd.Series:
    """The ids behind each line of a summary; none where it keeps neither rows nor publications."""
    known = [name for name in LEADS_BACK if name in frame]
    if not known:
        return pd.Series([[]] * len(frame), dtype="object")
    return frame[known[0]].fillna("").astype("str").map(split_keys)


def _point(fact: Fact, meant: Fact) -> str:
    """A fact's text, enclosed by POINTER where it is the one that is meant."""
    text = escape_cell(fact.text)
    return text.join(POINTER) if fact is meant else text


def _quote_yaml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
