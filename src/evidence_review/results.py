"""What a notebook shows: sentences, tables and figures, each with fingerprint and provenance.

Everything shown is also saved below `results/`, under the notebook's name, with the ids of the rows
behind it: a table with its columns `rows` and `citekeys`, a sentence in `sentences.csv`.
"""

import html
import io
import os
import re
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from urllib.parse import quote

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import HTML, SVG, Markdown, display

from evidence_review import evidence as ev
from evidence_review.figures import STYLE, Chart, add_source
from evidence_review.files import find_root, write_atomically
from evidence_review.tablehtml import format_html
from evidence_review.tables import NOT_REPORTED, PROVENANCE, fingerprint, split_keys, word_number

SAFE = ":/?&=%;,+@#~!*'()"  # of an address; what would end a link or begin a formula is quoted


@dataclass(frozen=True)
class Fact:
    """Something computed, worded for a sentence, and the ids of the rows that it was made from."""

    text: str
    rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sources:
    """Publications to be cited in a sentence."""

    citekeys: tuple[str, ...]


def count(rows: pd.DataFrame, noun: str, plural: str | None = None) -> Fact:
    """How many rows, in words: `count(cases, "patient")` is “84 patients”."""
    return Fact(word_number(len(rows), noun, plural), tuple(map(str, rows.index)))


def share(part: pd.DataFrame, whole: pd.DataFrame, noun: str = "", plural: str = "") -> Fact:
    """Part and whole, the whole never left out: “12 of 42 courses”; rows are those of the part."""
    text = (
        f"{len(part):,} of {word_number(len(whole), noun, plural) if noun else f'{len(whole):,}'}"
    )
    return Fact(text, tuple(map(str, part.index)))


def spread(rows: pd.DataFrame, column: str, unit: str) -> Fact:
    """Median and range of a column, and in how many rows it is reported at all."""
    known = rows[rows[column].notna()]
    values = known[column]
    reported = f"reported for {len(known)} of {len(rows)}"
    if values.empty:
        return Fact(reported)
    text = f"median {values.median():g} {unit} (range {values.min():g} to {values.max():g}; "
    return Fact(f"{text}{reported})", tuple(map(str, known.index)))


def extremes(rows: pd.DataFrame) -> tuple[Fact, Fact]:
    """The lowest and the highest of some risks, each as its count: “0 of 923”, “5 of 15”.

    Columns: risk, n_affected, n_exposed. Of equal risks the largest group is named.
    """
    if rows.empty:
        return fact("none counted", rows), fact("none counted", rows)
    ordered = rows.sort_values(["risk", "n_exposed"], ascending=[True, False])
    ends = ordered.iloc[[0]], ordered[ordered["risk"] == ordered["risk"].max()].iloc[[0]]
    return tuple(
        fact(f"{end['n_affected'].item():,} of {end['n_exposed'].item():,}", end) for end in ends
    )


def names(values: Iterable[str], rows: Iterable[str] = ()) -> Fact:
    """Names in a sentence: “a, b and c”, each once, in the order given."""
    items = list(dict.fromkeys(map(str, values)))
    head, last = ", ".join(items[:-1]), items[-1] if items else "none"
    return Fact(f"{head} and {last}" if head else last, tuple(map(str, rows)))


def fact(text: object, rows: pd.DataFrame) -> Fact:
    """Anything else that was worked out from some rows, such as a date."""
    return Fact(str(text), tuple(map(str, rows.index)))


def from_publications(rows: pd.DataFrame) -> Fact:
    """From how many publications the rows come: “12 publications”; its rows are their citekeys."""
    keys = cite(rows).citekeys
    return Fact(word_number(len(keys), "publication"), keys)


def cite(rows: pd.DataFrame) -> Sources:
    """The publications behind some rows, each once."""
    return Sources(tuple(sorted(set(rows.reset_index()["citekey"]))))


def escape_markdown(text: str) -> str:
    """Text from data, inert in a notebook's Markdown: no markup, link, formula or HTML."""
    return re.sub(r"([\\`*_\[\]|$~])", r"\\\1", html.escape(text, quote=False))


def fill(
    template: str,
    facts: dict[str, Fact | Sources],
    show: Callable[[Fact], str],
    cite_keys: Callable[[tuple[str, ...]], str],
) -> str:
    """The sentence: each `{name}` of the template replaced by its fact, shown as its medium wants.

    Facts are shown in the order in which the template names them.
    """
    used = dict.fromkeys(name for _, name, _, _ in Formatter().parse(template) if name)
    if unused := facts.keys() - used.keys():
        raise ValueError(f"the sentence does not use {', '.join(sorted(unused))}")
    values = {
        name: cite_keys(fact.citekeys) if isinstance(fact, Sources) else show(fact)
        for name, fact in ((name, facts[name]) for name in used)
    }
    return template.format(**values)


def results_folder() -> Path:
    """Where results go: what EVIDENCE_REVIEW_RESULTS names, else the repository's `results`."""
    folder = os.environ.get("EVIDENCE_REVIEW_RESULTS")
    return Path(folder) if folder else find_root() / "results"


@dataclass
class Notebook:
    """One notebook's way to show and save; made by `open_notebook`."""

    name: str
    evidence: ev.Evidence
    folder: Path
    sentences: list[dict[str, str]] = field(default_factory=list)

    def record(self, facts: dict[str, Fact | Sources], sentence: str) -> None:
        """Keep which rows stand behind a sentence, in `sentences.csv`."""
        self.sentences += [
            {
                "sentence": " ".join(sentence.split()),
                "fact": name,
                "text": "" if isinstance(fact, Sources) else fact.text,
                "rows": "; ".join(fact.citekeys if isinstance(fact, Sources) else fact.rows),
            }
            for name, fact in facts.items()
        ]
        self.save_table("sentences", pd.DataFrame(self.sentences))

    def save_table(self, name: str, frame: pd.DataFrame) -> None:
        """Save a table as `results/tables/<notebook>/<name>.csv`."""
        text = frame.to_csv(index=False, float_format="%.6g", lineterminator="\n")
        write_atomically(self.folder / "tables" / self.name / f"{name}.csv", text.encode())

    def save_figure(self, name: str, chart: Chart, notebook: str | None = None) -> str:
        """Save a chart as SVG and PNG, `results/figures/<this notebook>/<name>`; returns the SVG.

        Below it stands its source: the review, and the `notebook` (this one) to follow it up in.
        The figure is closed.
        """
        path = self.folder / "figures" / self.name / name
        package = self.evidence.package
        licence = ", ".join(licence["name"] for licence in package["licenses"])
        origin = f"notebook {notebook or self.name}, figure {name}"
        add_source(chart.figure, f"Source: {package['name']}, {origin}. {licence}")
        drawing, picture = io.StringIO(), io.BytesIO()
        chart.figure.savefig(drawing, format="svg", metadata={"Date": None})
        chart.figure.savefig(picture, format="png", metadata={"Software": None})
        plt.close(chart.figure)
        label = html.escape(chart.alt)
        svg = drawing.getvalue().replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
        write_atomically(path.with_name(f"{name}.svg"), svg.encode())
        write_atomically(path.with_name(f"{name}.png"), picture.getvalue())
        return svg

    def link_sources(self, citekeys: Iterable[str]) -> str:
        """Citations in a notebook: short labels, linked to the papers."""
        known = self.evidence.references.loc[list(citekeys)]
        return ", ".join(
            f"[{escape_markdown(label)}](<{quote(link, safe=SAFE)}>)"
            if link
            else escape_markdown(label)
            for label, link in zip(known["label"], known["link"].fillna(""), strict=True)
        )

    def say(self, template: str, /, **facts: Fact | Sources) -> None:
        """Show a paragraph whose every number, name and citation comes from data."""
        text = fill(template, facts, lambda fact: escape_markdown(fact.text), self.link_sources)
        self.record(facts, text)
        display(Markdown(text))

    def show_table(
        self, name: str, title: str, frame: pd.DataFrame, missing: str = NOT_REPORTED
    ) -> None:
        """Show a summary and save it; `citekeys` become linked references, `rows` are only saved.

        `missing` is the word for an empty cell; a summary without rows says that none was found.
        """
        self.save_table(name, frame)
        cells = word_cells(frame, missing).map(html.escape)
        if "citekeys" in frame:
            cells["References"] = [self._link_html(keys) for keys in frame["citekeys"]]
        numeric = list(frame.select_dtypes("number"))
        whole = f"../results/tables/{self.name}/{name}.csv"  # as `make review` saves it
        display(HTML(format_html(title, cells, numeric, whole)))
        print(f"table {name} · {fingerprint(frame)}")

    def _link_html(self, citekeys: str) -> str:
        known = self.evidence.references.loc[split_keys(citekeys)]
        return ", ".join(
            f'<a href="{html.escape(link)}">{html.escape(label)}</a>'
            if link
            else html.escape(label)
            for label, link in zip(known["label"], known["link"].fillna(""), strict=True)
        )

    def show_figure(self, name: str, chart: Chart) -> None:
        """Show a chart with its caption and save chart and data."""
        self.save_table(name, chart.data)
        display(SVG(self.save_figure(name, chart)))
        display(Markdown(f"*{escape_markdown(chart.caption)}*"))
        print(f"figure {name} · {fingerprint(chart.data)}")


def word_cells(frame: pd.DataFrame, missing: str = NOT_REPORTED) -> pd.DataFrame:
    """A summary's cells as text, without provenance: no digits of a float that mean nothing."""
    shown = frame.drop(columns=PROVENANCE, errors="ignore").astype(object)
    return shown.where(shown.notna(), missing).map(
        lambda value: f"{value:g}" if isinstance(value, float) else str(value)
    )


def open_notebook(name: str) -> Notebook:
    """Set a notebook up: load the review, apply the charts' style, make every warning an error."""
    warnings.simplefilter("error")
    plt.style.use(STYLE)
    return Notebook(name, ev.load(), results_folder())
