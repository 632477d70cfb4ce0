"""The evidence as a workbook: a sheet for each table, typed, filtered, linked to the publications.

Its first sheets say what each sheet and each column holds.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path

import pandas as pd
import xlsxwriter
import yaml
from xlsxwriter.worksheet import Worksheet

from evidence_review.evidence import VOCABULARY, Evidence, find_vocabularies
from evidence_review.files import BIBLIOGRAPHY
from evidence_review.findings import BadInput, Finding
from evidence_review.references import LINKS, PATTERNS

CAUTIONS = (
    "Not medical advice.",
    "An empty cell means that the publication does not report it, or that it was not seen: never "
    "no, none or 0.",
)
MADE_ON = datetime(1980, 1, 1)  # one day for all, so that the same data give the same bytes
LONGEST_CELL, LONGEST_LINK = 32_767, 2_079  # Excel's limits
_FILES = {"references": BIBLIOGRAPHY, "vocabularies": "data/vocabularies/"}  # behind these sheets
NARROWEST, WIDEST = 8, 60  # of a column, in letters


def make_workbook(evidence: Evidence) -> bytes:
    """The workbook's bytes: sheets readme, columns, references, each table, vocabularies."""
    sheets = {"columns": describe_columns(evidence), "references": _tabulate_references(evidence)}
    sheets |= {
        resource["name"]: _restore_columns(evidence, resource)
        for resource in evidence.package["resources"]
        if not resource["name"].startswith(VOCABULARY)
    }
    sheets["vocabularies"] = pd.concat(
        [
            table.reset_index().assign(vocabulary=name.removeprefix(VOCABULARY))
            for name, table in evidence.tables.items()
            if name.startswith(VOCABULARY)
        ],
        ignore_index=True,
    ).pipe(lambda terms: terms[["vocabulary", *terms.columns.drop("vocabulary")]])
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": evidence.package["title"], "created": MADE_ON})
        formats = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "title": book.add_format({"bold": True, "font_size": 14}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "prose": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _write_readme(book.add_worksheet("readme"), evidence, sheets, formats)
        for name, table in sheets.items():
            _write_table(book.add_worksheet(name), table, evidence.references["link"], formats)
    return buffer.getvalue()


def describe_columns(evidence: Evidence) -> pd.DataFrame:
    """One line for each column of each table: table, column, title, type, unit, vocabulary …"""
    return pd.DataFrame(
        {
            "table": resource["name"],
            "column": field["name"],
            "title": field["title"],
            "type": field["type"],
            "unit": field.get("unit"),
            "vocabulary": vocabularies.get(field["name"], "").removeprefix(VOCABULARY) or None,
            "description": field["description"],
        }
        for resource in evidence.package["resources"]
        if not resource["name"].startswith(VOCABULARY)
        for vocabularies in [find_vocabularies(resource)]
        for field in resource["schema"]["fields"]
    )


def _restore_columns(evidence: Evidence, resource: dict) -> pd.DataFrame:
    """A table with the columns of its file, in their order."""
    names = [field["name"] for field in resource["schema"]["fields"]]
    return evidence.tables[resource["name"]].reset_index()[names]


def _tabulate_references(evidence: Evidence) -> pd.DataFrame:
    """The bibliography, a name after the other in one cell, and which of it was included."""
    known = evidence.references
    return (
        known.assign(
            authors=known["authors"].map("; ".join),
            included=known.index.isin(evidence.tables["sources"].index),
        )
        .drop(columns=["line", "names_as_printed", "first_author"])
        .reset_index()
    )


def _write_readme(
    sheet: Worksheet, evidence: Evidence, sheets: dict[str, pd.DataFrame], formats: dict
) -> None:
    """The first sheet: title, cautions, licence, how to cite, what each sheet holds."""
    package = evidence.package
    described = {r["name"]: r["description"] for r in package["resources"]} | {
        "columns": "What each column of each table holds; empty unit: it has none",
        "references": "The bibliography: every publication; included: it has a row in sources",
        "vocabularies": "The terms that the tables use, each with its definition",
    }
    licences = "; ".join(f"{one['title']} ({one['name']})" for one in package["licenses"])
    prose = [package["description"], *CAUTIONS, f"Licence: {licences}."]
    prose += [f"How to cite: {citation}" for citation in _read_citation(evidence.root)]
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, NARROWEST)
    sheet.set_column(2, 2, 2 * WIDEST)
    sheet.write_string(0, 0, package["title"], formats["title"])
    for row, text in enumerate(prose, 1):
        sheet.merge_range(row, 0, row, 2, "", formats["prose"])
        sheet.write_string(row, 0, text, formats["prose"])
        sheet.set_row(row, 15 * (1 + len(text) // (2 * WIDEST)))
    head = len(prose) + 2
    for column, text in enumerate(("sheet", "rows", "holds")):
        sheet.write_string(head, column, text, formats["head"])
    for row, (name, table) in enumerate(sheets.items(), head + 1):
        sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        sheet.write_number(row, 1, len(table))
        sheet.write_string(row, 2, described[name], formats["prose"])


def _read_citation(root: Path) -> list[str]:
    """How CITATION.cff wants the work cited; nothing where there is no such file."""
    path = root / "CITATION.cff"
    if not path.is_file():
        return []
    try:
        cited = yaml.safe_load(path.read_text(encoding="utf-8"))
        names = [
            one.get("name") or f"{one['family-names']}, {one['given-names']}"
            for one in cited["authors"]
        ]
        return [f"{'; '.join(names)}. {cited['title']}. {cited['message']}"]
    except (KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        remedy = "Give it authors, title and message, as the Citation File Format has them"
        raise BadInput(Finding(path.name, "it can't be read", remedy)) from error


def _write_table(sheet: Worksheet, table: pd.DataFrame, links: pd.Series, formats: dict) -> None:
    """One table: header kept in sight, filters, each column in its type."""
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    for position, (name, column) in enumerate(table.items()):
        sheet.write_string(0, position, name, formats["head"])
        longest = column.dropna().astype("str").str.len().max() if column.notna().any() else 0
        width = min(max(NARROWEST, len(name) + 3, longest + 1), WIDEST)
        sheet.set_column(position, position, width)
        write = _choose_writer(sheet, column, links, formats)
        for row, value in column.dropna().astype("object").items():
            write(row + 1, position, value)


def _choose_writer(
    sheet: Worksheet, column: pd.Series, links: pd.Series, formats: dict
) -> Callable[[int, int, object], object]:
    """How the cells of a column are written: given row, column and value."""
    if pd.api.types.is_bool_dtype(column):
        return sheet.write_boolean
    if pd.api.types.is_numeric_dtype(column):
        return sheet.write_number
    if pd.api.types.is_datetime64_dtype(column):
        return partial(sheet.write_datetime, cell_format=formats["date"])
    addresses = _find_addresses(column, links)

    def write_text(row: int, position: int, text: str) -> None:
        _check_length(text, sheet.name, column.name, row + 1)
        if row - 1 in addresses:
            sheet.write_url(row, position, addresses[row - 1], string=text)
        else:  # never by `write`, which takes what begins with = for a formula
            sheet.write_string(row, position, text)

    return write_text


def _check_length(text: str, sheet: str, column: str, row: int) -> None:
    if len(text) > LONGEST_CELL:
        problem = f"{len(text):,} letters are more than a cell of a workbook holds"
        file = _FILES.get(sheet, f"data/{sheet}.csv")
        raise BadInput(Finding(file, problem, "Shorten it", row, column))


def _find_addresses(column: pd.Series, links: pd.Series) -> dict[int, str]:
    """By row: where a cell leads. A key leads to its publication, a DOI or address to itself."""
    cells = column.dropna().astype("str")
    if column.name == "citekey":
        addresses = cells.map(links).dropna()
    elif column.name in LINKS:
        addresses = LINKS[column.name] + cells
    else:
        addresses = cells.mask(cells.str.fullmatch(PATTERNS["doi"][0]), LINKS["doi"] + cells)
        addresses = addresses[addresses.str.fullmatch(PATTERNS["url"][0])]
    return addresses[addresses.str.len() <= LONGEST_LINK].to_dict()
