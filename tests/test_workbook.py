"""The workbook: what is read back from it is what stands in data/."""

import dataclasses
import io

import openpyxl
import pandas as pd
import pytest

from evidence_review import workbook
from evidence_review.evidence import VOCABULARY
from evidence_review.findings import BadInput


def read(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def book(made) -> openpyxl.Workbook:
    return read(workbook.make_workbook(made))


def edit(made, table: str, row: str, column: str, value: object):
    """The made-up review with one cell changed."""
    edited = made.tables[table].copy()
    edited.loc[row, column] = value
    return dataclasses.replace(made, tables=made.tables | {table: edited})


def read_column(sheet, name: str) -> list:
    """The filled cells of one column below its header."""
    (column,) = [column for column in sheet.iter_cols() if column[0].value == name]
    return [cell for cell in column[1:] if cell.value is not None]


def rows(sheet) -> list[tuple]:
    return list(sheet.iter_rows(values_only=True))


def test_every_table_and_the_vocabularies_have_a_sheet(made, book):
    tables = [name for name in made.tables if not name.startswith(VOCABULARY)]
    assert book.sheetnames == ["readme", "columns", "references", *tables, "vocabularies"]


def test_what_is_read_back_is_what_was_read_of_the_publications(evidence):
    content = io.BytesIO(workbook.make_workbook(evidence))
    sheets = openpyxl.load_workbook(content, read_only=True)
    for resource in evidence.package["resources"]:
        if resource["name"].startswith(VOCABULARY):
            continue
        columns = [field["name"] for field in resource["schema"]["fields"]]
        ours = evidence.tables[resource["name"]].reset_index()[columns].astype("object")
        header, *lines = sheets[resource["name"]].iter_rows(values_only=True)
        assert list(header) == columns
        assert lines == list(ours.where(ours.notna(), None).itertuples(index=False, name=None))


def test_types_are_those_of_the_data(made):
    treated = made.tables["treatments"]["n_treated"].dropna()
    dated = edit(made, "sources", "trial", "confirmed_on", pd.Timestamp("2030-05-06"))
    sheets = read(workbook.make_workbook(dated))
    counts = read_column(sheets["treatments"], "n_treated")
    assert [cell.value for cell in counts] == treated.to_list()
    assert {cell.data_type for cell in counts} == {"n"}
    (day,) = read_column(sheets["sources"], "confirmed_on")
    assert day.is_date and day.value == pd.Timestamp("2030-05-06")


def test_text_stays_text_whatever_a_spreadsheet_makes_of_it(made):
    texts = ['=HYPERLINK("https://example.org")', "+1", "-1", "@a", "0042", "{=1+1}", "1.5", "<b>"]
    texts += ["javascript:alert(1)", "https://example.org/" + "x" * workbook.LONGEST_LINK]
    looks = made.tables["searches"].head(1)
    noted = pd.concat([looks] * len(texts)).assign(query=texts)
    tables = made.tables | {"searches": noted}
    sheets = read(workbook.make_workbook(dataclasses.replace(made, tables=tables)))
    cells = read_column(sheets["searches"], "query")
    assert [cell.value for cell in cells] == texts
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_a_key_leads_to_its_publication_and_an_identifier_to_itself(made, book):
    links = made.references["link"].dropna()
    for name in ("sources", "references"):
        leads = {
            cell.value: cell.hyperlink.target
            for (cell,) in book[name].iter_rows(max_col=1)
            if cell.hyperlink
        }
        assert leads == links.reindex(leads).to_dict() and leads
    targets = {c.value: c.hyperlink for row in book["references"].iter_rows() for c in row}
    assert targets["10.1000/t"].target == "https://doi.org/10.1000/t"
    assert targets["https://example.org/corns"].target == "https://example.org/corns"


def test_the_header_stays_in_sight_and_filters_the_whole_table(made, book):
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(
            workbook.NARROWEST <= one.width <= workbook.WIDEST + 1
            for one in sheet.column_dimensions.values()
        )


def test_the_first_sheet_says_what_each_other_is_and_how_many_rows_it_has(made, book):
    lines = rows(book["readme"])
    listed = {
        name: (n, text) for name, n, text in lines[lines.index(("sheet", "rows", "holds")) + 1 :]
    }
    assert list(listed) == book.sheetnames[1:]
    assert all(n == book[name].max_row - 1 for name, (n, _) in listed.items())
    described = {r["name"]: r["description"] for r in made.package["resources"]}
    assert all(text == described.get(name, text) and text for name, (_, text) in listed.items())


def test_the_first_sheet_says_what_an_empty_cell_means_and_how_to_cite(evidence, made, book):
    words = "\n".join(str(cell) for line in rows(book["readme"]) for cell in line)
    assert "Not medical advice" in words and "empty cell" in words and "CC-BY-4.0" in words
    assert "How to cite" not in words  # the made-up review has no CITATION.cff
    assert not (made.root / "CITATION.cff").exists()
    cited = read(workbook.make_workbook(dataclasses.replace(made, root=evidence.root)))
    (line,) = [line[0] for line in rows(cited["readme"]) if "How to cite" in str(line[0])]
    assert "The contributors to this review. Milia: an evidence review that runs" in line


@pytest.mark.parametrize("text", ["title: [", "title: only", "- a list"])
def test_a_citation_file_that_says_nothing_is_named(made, tmp_path, text):
    (tmp_path / "CITATION.cff").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"CITATION\.cff: it can't be read\. Give it authors"):
        workbook.make_workbook(dataclasses.replace(made, root=tmp_path))


def test_every_column_of_every_table_is_described(made, book):
    (header, *lines) = rows(book["columns"])
    assert header[:2] == ("table", "column")
    described = {line[:2] for line in lines}
    assert described == {
        (name, column)
        for name, table in made.tables.items()
        if not name.startswith(VOCABULARY)
        for column in [*filter(None, [table.index.name]), *table.columns]
    }


def test_a_text_that_no_cell_holds_is_named_and_not_cut(made):
    long = edit(made, "sources", "trial", "note", "x" * (workbook.LONGEST_CELL + 1))
    with pytest.raises(BadInput, match=r"data/sources\.csv, row \d+, column note: 32,768 letters"):
        workbook.make_workbook(long)
