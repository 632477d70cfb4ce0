"""The report of today's data, made once from its notebook: whole, cited and traceable."""

import json
import re

import pandas as pd
import pytest
from reports import NAME, squeeze, walk, words

from evidence_review.tables import split_keys

ORIGIN = re.compile(r"From notebook (\w+), (table|figure) (\w+)\.$")
NO_ROWS = {
    "flow": "counts whole tables: data.csv of notebook 01 fingerprints them",
    "cautions": "the words of a vocabulary, which no publication says",
}


def test_every_row_of_every_table_is_in_the_pdf_below_its_caption(made_report):
    pdf, tables = made_report.pdf, made_report.tables
    starts = [pdf.find(f"Table{n}.") for n in range(1, len(tables) + 1)]
    assert tables and -1 not in starts and starts == sorted(starts)
    for n, (first_cells, start, end) in enumerate(
        zip(tables, starts, [*starts[1:], len(pdf)], strict=True), start=1
    ):
        for cell in first_cells:
            start = pdf.find(squeeze(cell), start, end)
            assert start >= 0, f"Table {n}: {cell}"
            start += len(squeeze(cell))


def test_captions_are_numbered_without_a_gap_in_the_pdf(made_report):
    for kind in ("Table", "Figure"):
        count = len(made_report.find(kind))
        numbers = {int(n) for n in re.findall(rf"{kind}(\d+)\.", made_report.pdf)}
        assert count and numbers == set(range(1, count + 1))


def test_every_row_and_every_figure_is_in_the_word_file(made_report):
    rows = [len(table.rows) - 1 for table in made_report.word.tables]
    assert rows == [len(table) for table in made_report.tables]
    assert len(made_report.word.inline_shapes) == len(made_report.find("Figure"))


def test_every_citation_leads_to_a_reference_and_every_reference_is_cited(made_report):
    page = (made_report.results / "report" / "index.html").read_text(encoding="utf-8")
    cited = {key["citationId"] for cite in walk(made_report.blocks, "Cite") for key in cite["c"][0]}
    assert cited
    assert set(re.findall(r'id="ref-([^"]+)"', page)) == cited
    linked = set(re.findall(r'href="#ref-([^"]+)"', page))
    assert linked and linked <= cited  # of [3–7] the ends are links
    assert "[@" not in made_report.pdf


def test_every_caption_names_a_table_or_figure_that_its_notebook_shows(root, made_report):
    missing = []
    for caption in made_report.captions:
        notebook, kind, name = ORIGIN.search(caption).groups()
        stored = json.loads((root / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))
        printed = "".join(
            "".join(output.get("text", []))
            for cell in stored["cells"]
            for output in cell.get("outputs", [])
        )
        if not re.search(rf"^{kind} {name} · ", printed, re.M):
            missing.append(f"{notebook}, {kind} {name}")
    assert not missing


@pytest.fixture(scope="session")
def saved(made_report) -> dict[str, pd.DataFrame]:
    """The tables that the run saved, by name."""
    folder = made_report.results / "tables" / NAME
    return {
        path.stem: pd.read_csv(path, dtype="str", keep_default_na=False)
        for path in folder.glob("*.csv")
    }


def test_every_row_that_is_saved_is_in_the_report(made_report, saved):
    names = [ORIGIN.search(words(table["c"][1])).group(3) for table in made_report.find("Table")]
    assert [len(rows) for rows in made_report.tables] == [len(saved[name]) for name in names]


def test_every_table_leads_back_to_rows_or_publications(saved):
    without = {
        name for name, table in saved.items() if not {"citekeys", "rows", "id"} & set(table.columns)
    }
    assert without == set(NO_ROWS)


def test_what_a_table_leads_back_to_exists(saved, evidence):
    known = {str(key) for table in evidence.tables.values() for key in table.index}
    for name, table in saved.items():
        for column in table.columns.intersection(["rows", "id"]):
            assert not set(table[column].map(split_keys).explode().dropna()) - known, name
        for column in table.columns.intersection(["citekeys", "citekey"]):
            keys = set(table[column].map(split_keys).explode().dropna())
            assert not keys - set(evidence.references.index), name
