"""A review of hiccups, from its own data and words, through the library as it is.

`second_review/` holds what its author wrote: rows, vocabularies, bibliography, a notebook. What
`start` declares for every review is made anew, so that it can't fall behind the first.
"""

import json
import re
import shutil
import zipfile
from pathlib import Path

import nbformat
import openpyxl
import pytest
from pypdf import PdfReader

from evidence_review import build, start, validation
from evidence_review import evidence as ev
from evidence_review.references import read_references

SECOND = Path(__file__).with_name("second_review")


@pytest.fixture(scope="module")
def begun(root, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("second") / "hiccups"
    start.start_review(root, folder, "hiccups")
    return shutil.copytree(SECOND, folder, dirs_exist_ok=True)


@pytest.fixture(scope="module")
def results(begun) -> Path:
    """What the build makes of it; a notebook that fails leaves no report."""
    out = begun / "results"
    assert build.review(begun, out) == 0
    return out


def read(path: Path) -> str:
    """The text of a file that was made, whatever its kind."""
    if path.suffix == ".pdf":
        return " ".join(page.extract_text() for page in PdfReader(path).pages)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            names = [name for name in parts.namelist() if name.endswith(".xml")]
            return " ".join(parts.read(name).decode("utf-8") for name in names)
    return path.read_text(encoding="utf-8")


def test_its_data_keep_to_every_rule(begun):
    assert validation.validate(begun) == []


def test_its_words_are_its_own(begun, root):
    own, first = ev.load(begun), ev.load(root)
    for path in sorted((SECOND / "data" / "vocabularies").glob("*.csv")):
        terms = set(own.vocabulary(path.stem).index)
        known = set(first.vocabulary(path.stem).index)
        assert terms != known, path.stem
        assert path.stem != "relation" or not terms & known


def test_the_page_on_another_review_names_every_role_that_the_library_looks_for(root, begun):
    page = (root / "docs" / "another-review.md").read_text(encoding="utf-8")
    first, package = ev.load(root), ev.read_package(begun)
    empty = [name for name in package["may_be_empty"] if name.startswith(ev.VOCABULARY)]
    words = ["definition", *start.EXAMPLES]
    asked = {name: first.tables[name].columns.difference(words) for name in empty}
    assert any(map(len, asked.values()))
    for name, columns in asked.items():
        if columns.empty:
            continue
        [line] = re.findall(rf"^\| `{name.removeprefix(ev.VOCABULARY)}` .*", page, re.M)
        roles = first.tables[name]["role"].dropna().unique() if "role" in columns else []
        for word in [*columns, *roles]:
            assert f"`{word}`" in line, name


def test_every_publication_can_be_found(begun):
    """By an identifier, or by journal, volume and pages."""
    references = read_references(begun / "references.bib")
    assert len(references) >= 4
    known = references[["doi", "pmid"]].notna().any(axis=1)
    placed = references[["container", "volume", "pages"]].notna().all(axis=1)
    assert (known | placed).all() and known.sum() >= 4


def test_the_build_makes_report_browser_and_exchange_files(results):
    for name in (
        "report/index.html",
        "report/report.docx",
        "report/report.pdf",
        "report/one-page.pdf",
        "browser/index.html",
        "notebooks/01_hiccups.html",
        "evidence.xlsx",
        "references.ris",
        "references.bib",
        "frequencies_metafor.csv",
    ):
        assert (results / name).stat().st_size, name


def test_the_report_tells_its_courses_and_cites_them(results, begun):
    told = (results / "report" / "report.md").read_text(encoding="utf-8")
    modalities = set(ev.load(begun).tables["treatment_modalities"]["modality"])
    assert "rectal massage" in told and "rectal massage" in modalities
    page = (results / "report" / "index.html").read_text(encoding="utf-8")
    assert 'id="ref-odeh1990termination"' in page


def test_the_stored_outputs_are_what_its_notebook_gives_today(results, begun):
    stored, fresh = (
        nbformat.read(folder / "notebooks" / "01_hiccups.ipynb", as_version=4)
        for folder in (SECOND, begun)
    )
    assert [cell.get("outputs") for cell in stored.cells] == [
        cell.get("outputs") for cell in fresh.cells
    ]


def test_browser_and_workbook_hold_its_rows_and_none_of_the_tables_without_rows(results, begun):
    courses = ev.load(begun).tables["treatments"].index
    page = (results / "browser" / "index.html").read_text(encoding="utf-8")
    assert all(f'"{row}"' in page for row in courses)
    book = openpyxl.load_workbook(results / "evidence.xlsx", read_only=True)
    assert [row[0] for row in book["treatments"].values][1:] == list(courses)


def test_nothing_that_was_made_speaks_of_the_first_review(results, root):
    first = json.loads((root / "data" / "datapackage.json").read_text(encoding="utf-8"))
    keys = "|".join(read_references(root / "references.bib").index)
    words = re.compile(rf"{first['subject_words']}|\b({keys})\b", re.IGNORECASE)
    files = [path for path in results.rglob("*") if path.is_file() and path.suffix != ".png"]
    assert files
    for path in files:
        assert not (found := words.search(read(path))), f"{path.name}: {found}"
