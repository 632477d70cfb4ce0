"""One Markdown file becomes HTML, DOCX and PDF, and all three show the whole of it."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from matplotlib.figure import Figure
from pypdf import PdfReader

from evidence_review.findings import BadInput
from evidence_review.markdown import cite, escape_cell, format_figure, format_table, mark
from evidence_review.report import render_report, render_sheet

ROWS = [f"row-{n:02}" for n in range(60)]
ALTS = ["Two bars, the second twice the first", 'A line, "rising" \\ then flat']
HOSTILE = [
    "<script>alert('x')</script>",
    "[click](javascript:alert(1))",
    '=HYPERLINK("http://example.org";"x")',
    "says @one2001 and [@two2002]",
    "<img src=x onerror=alert(1)>",
]
REFERENCES = """
@article{one2001, author={Ample, Anna Beth and {Office of Things}}, title={First things},
  journaltitle={Journal of Things}, date={2001}, volume={3}, number={4}, pages={5-9},
  doi={10.1000/one}, pmid={123}, url={https://example.org/one}}
@article{two2002, author={A, A and B, B and C, C and D, D and E, E and F, F and G, G},
  title={Second things}, journaltitle={Things}, date={2002}}
@online{three, author={{Public Body}}, title={物の名前}, langid={japanese},
  url={https://example.org/three}}
"""
UNKNOWN = "See [@nobody1999; @one2001].\n"


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text as a reader gets it."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.words: list[str] = []
        self.silent = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.silent = tag if tag in ("style", "script") else ""

    def handle_endtag(self, tag):
        self.silent = ""

    def handle_data(self, data):
        if not self.silent:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def find(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    for name in ("first", "second"):
        figure = Figure(figsize=(8, 3))
        figure.subplots().bar(["a", "b"], [1, 2])
        for kind in ("svg", "png"):
            figure.savefig(folder / f"{name}.{kind}")
    (folder / "references.bib").write_text(REFERENCES, encoding="utf-8")
    rows = pd.DataFrame(
        {"Row": ROWS, **{f"Column {n}": "hydroxychloroquine" for n in range(5)}, "Source": "@"}
    ).assign(Source=cite(["one2001"]))
    parts = [
        '---\ntitle: "About *things*: a report"\ndate: 2026-01-02\nlang: en-GB\n---',
        "::: {.callout}\n**Not advice.**\n:::",
        "## Section one",
        f"First {cite(['two2002'])}, all {cite(['one2001', 'two2002', 'three'])}.",
        format_figure("first", "First figure", ALTS[0], "notebook 01_x, figure first"),
        format_table(rows, "Sixty rows", "notebook 01_x, table rows", markdown_columns=["Source"]),
        "### Section within",
        format_figure("second", "Second figure", ALTS[1], "notebook 01_x, figure second"),
        format_table(pd.DataFrame({"Cell": HOSTILE}), "Cells", "notebook 01_x, table cells"),
        f"Last: {escape_cell(HOSTILE[0])}",
        "## References\n\n::: {#refs}\n:::",
    ]
    (folder / "report.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return folder


def render(folder: Path, out: Path, markdown: str = "report.md") -> list[Path]:
    return render_report(folder / markdown, folder / "references.bib", out, folder)


@pytest.fixture(scope="module")
def out(folder) -> Path:
    render(folder, folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def page(out) -> Page:
    return Page((out / "index.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def word(out):
    return Document(str(out / "report.docx"))


@pytest.fixture(scope="module")
def pdf(out) -> PdfReader:
    return PdfReader(out / "report.pdf")


@pytest.fixture(scope="module")
def texts(page, word, pdf) -> dict[str, str]:
    """The text of each format, white space as one space."""
    cells = [cell.text for table in word.tables for cell in table._cells]
    texts = {
        "html": page.text,
        "docx": " ".join([*(paragraph.text for paragraph in word.paragraphs), *cells]),
        "pdf": " ".join(sheet.extract_text() for sheet in pdf.pages),
    }
    return {kind: " ".join(text.split()) for kind, text in texts.items()}


def test_every_row_of_a_table_is_in_every_format(texts, word):
    for text in texts.values():
        assert re.findall(r"row-\d\d", text) == ROWS
    assert [len(table.rows) for table in word.tables] == [1 + len(ROWS), 1 + len(HOSTILE)]


def test_no_column_is_cut_off_in_the_pdf(pdf, texts):
    assert len(re.findall("hydroxychloroquine", texts["pdf"])) == 5 * len(ROWS)
    right_edge = max(position[4] for sheet in pdf.pages for position in _text_positions(sheet))
    assert right_edge < float(pdf.pages[0].mediabox.width)


def _text_positions(sheet) -> list:
    found = []
    sheet.extract_text(visitor_text=lambda text, cm, tm, font, size: found.append(tm))
    return found


def test_header_rows_are_repeated_on_every_page(word, pdf):
    assert all(table.rows[0]._tr.trPr.xpath("w:tblHeader") for table in word.tables)
    pages = [sheet.extract_text() for sheet in pdf.pages]
    with_rows = [page for page in pages if "row-" in page]
    assert len(with_rows) > 1
    assert all("Column 4" in page for page in with_rows)


def test_rows_are_never_split_between_pages_in_word(word):
    for table in word.tables:
        assert all(row._tr.trPr.xpath("w:cantSplit") for row in table.rows)
        header = [paragraph for cell in table.rows[0].cells for paragraph in cell.paragraphs]
        assert all(paragraph.paragraph_format.keep_with_next for paragraph in header)


def test_captions_stay_with_their_tables_and_charts_with_their_headings_in_the_pdf(
    folder, tmp_path
):
    parts = ["---\ntitle: T\n---", "Before."]
    for name in ("steep", "tall"):
        for kind in ("svg", "png"):
            Figure(figsize=(8, 9)).savefig(folder / f"{name}.{kind}")
        parts += [f"## About {name}", format_figure(name, f"chart {name}", "A", "o")]
    parts.append("## After")
    for n in range(1, 50):
        rows = pd.DataFrame({"Row": [f"first-{n}-", *"abcdef"[: n % 7]]})
        parts.append(format_table(rows, f"caption-{n}-", "o"))
    (folder / "tables.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")

    render(folder, tmp_path, "tables.md")

    pages = [sheet.extract_text() for sheet in PdfReader(tmp_path / "report.pdf").pages]
    for name in ("steep", "tall"):
        [page] = [page for page in pages if f"About {name}" in page]
        assert f"chart {name}" in page
    for n in range(1, 50):
        [page] = [page for page in pages if f"caption-{n}-" in page]
        assert f"first-{n}-" in page


def test_a_cell_names_its_column_and_keeps_its_role_where_rows_are_cards(page):
    assert [cell["data-label"] for cell in page.find("td")][:7] == [
        "Row",
        *(f"Column {n}" for n in range(5)),
        "Source",
    ]
    for tag, role in (("table", "table"), ("tr", "row"), ("th", "columnheader"), ("td", "cell")):
        assert {element.get("role") for element in page.find(tag)} == {role}


def test_figures_are_in_every_format_with_their_alternative_texts(page, word, pdf):
    images = page.find("img")
    assert [image["alt"] for image in images] == ALTS
    assert all(image["src"].startswith("data:image/svg+xml") for image in images)
    assert len(word.inline_shapes) == len(ALTS)
    assert [shape._inline.docPr.get("descr") for shape in word.inline_shapes] == ALTS
    assert _alternative_texts(pdf) == ALTS


def _alternative_texts(pdf: PdfReader) -> list[str]:
    objects = (pdf.get_object(number) for number in range(1, len(pdf.xref[0]) + 1))
    return [str(item["/Alt"]) for item in objects if isinstance(item, dict) and "/Alt" in item]


@pytest.mark.parametrize("kind", ["html", "docx", "pdf"])
def test_citations_are_numbers_in_order_and_the_references_are_listed(texts, kind):
    text = texts[kind]
    assert "First [1], all [1–3]." in text
    references = text.split("References", 1)[1] if kind != "docx" else text
    for reference in (
        "A A, B B, C C, D D, E E, F F, et al. Second things. Things. 2002.",
        "Ample AB, Office of Things. First things. Journal of Things. 2001;3(4):5–9. "
        "https://doi.org/10.1000/one. PMID: 123.",
        "Public Body. 物の名前. [year unknown]. https://example.org/three.",
    ):
        assert reference in references


@pytest.mark.parametrize("kind", ["html", "docx", "pdf"])
def test_tables_and_figures_are_numbered_and_name_their_origin(texts, kind):
    for caption in (
        "Figure 1. First figure. From notebook 01_x, figure first.",
        "Figure 2. Second figure. From notebook 01_x, figure second.",
        "Table 1. Sixty rows. From notebook 01_x, table rows.",
        "Table 2. Cells. From notebook 01_x, table cells.",
    ):
        assert caption in texts[kind]


def test_text_from_data_does_nothing(page, texts, word):
    for text in texts.values():
        for cell in HOSTILE:
            assert cell in text
    assert not page.find("script")
    targets = [link.get("href", "") for link in page.find("a")]
    leave = ("#", "https://", "../browser/index.html#row=")
    assert all(target.startswith(leave) for target in targets)
    assert not [name for _, attributes in page.tags for name in attributes if name[:2] == "on"]
    links = [rel.target_ref for rel in word.part.rels.values() if rel.reltype.endswith("hyperlink")]
    assert all(link.startswith("https://") for link in links)


def test_the_page_needs_no_network_and_says_what_it_is(page):
    assert page.find("html")[0]["lang"] == "en-GB"
    assert not page.find("link")
    assert not [image for image in page.find("img") if "http" in image["src"][:8]]
    assert {"id": "content"} in page.find("main")
    assert page.find("a")[0] == {"class": "skip", "href": "#content"}
    contents = [link["href"] for link in page.find("a") if link.get("id", "").startswith("toc-")]
    assert contents == ["#section-one", "#section-within", "#references"]
    assert {header.get("scope") for header in page.find("th")} == {"col"}


def test_the_pdf_says_what_it_is_and_numbers_its_pages(pdf):
    assert pdf.metadata.title == "About things: a report"
    assert pdf.trailer["/Root"]["/Lang"] == "en-GB"
    total = len(pdf.pages)
    for number, sheet in enumerate(pdf.pages, start=1):
        assert f"{number} / {total}" in sheet.extract_text()


def test_the_same_input_gives_the_same_bytes(folder, out):
    again = render(folder, folder / "again")
    assert [path.name for path in again] == ["index.html", "report.docx", "report.pdf"]
    for path in again:
        assert path.read_bytes() == (out / path.name).read_bytes(), path.name
    assert sorted(path.name for path in (folder / "again").iterdir()) == [
        "index.html",
        "report.docx",
        "report.pdf",
    ]


@pytest.mark.parametrize(
    ("markdown", "message"),
    [
        (UNKNOWN, "bad.md: it cites 'nobody1999', which is not in the bibliography"),
        ("![x](missing)\n", "missing.svg"),
        ("# Title again\n", "sections begin with ##"),
        ("A \U0001f9b7 letter\n", "No font of the report has this letter"),
    ],
    ids=["unknown key", "missing figure", "second title", "letter without a glyph"],
)
def test_what_cannot_be_rendered_is_named_and_the_old_report_kept(
    folder, tmp_path, markdown, message
):
    (folder / "bad.md").write_text(f"---\ntitle: T\n---\n\n{markdown}", encoding="utf-8")
    for name in ("index.html", "report.docx", "report.pdf"):
        (tmp_path / name).write_text("old")

    with pytest.raises(BadInput, match=re.escape(message)):
        render(folder, tmp_path, "bad.md")

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "index.html": "old",
        "report.docx": "old",
        "report.pdf": "old",
    }


# The sheet.


def test_a_sheet_is_one_page_as_wide_as_a4_and_as_high_as_letter(folder, tmp_path):
    (folder / "sheet.md").write_text("---\ntitle: T\n---\n\n## One\n\nText.\n", encoding="utf-8")
    made = render_sheet(folder / "sheet.md", tmp_path, folder)
    [sheet] = PdfReader(made).pages
    assert made == tmp_path / "sheet.pdf" and "Text." in sheet.extract_text()
    assert [round(float(side) / 72 * 25.4) for side in sheet.mediabox[2:]] == [210, 279]
    assert render_sheet(folder / "sheet.md", tmp_path / "again", folder).read_bytes() == (
        made.read_bytes()
    )


def test_a_sheet_that_needs_two_pages_is_refused_and_the_old_one_kept(folder, tmp_path):
    (folder / "long.md").write_text("---\ntitle: T\n---\n\n" + "Line.\n\n" * 99, "utf-8")
    (tmp_path / "long.pdf").write_text("old")
    with pytest.raises(BadInput, match=r"long\.md: it takes \d pages, not one"):
        render_sheet(folder / "long.md", tmp_path, folder)
    assert (tmp_path / "long.pdf").read_text() == "old"


# Marks.


def test_marks_are_links_on_the_page_and_text_elsewhere(folder, tmp_path):
    marked = [
        mark("84 rows", "fact", number="n1"),
        mark("long " * 20, "fact", number="n2"),
        mark("", "line", number="n3"),
        mark("", "behind", number="n4"),
        mark("notebook 01\\_x", "notebook", name="01_x"),
        mark("table y", "data", name="00/y"),
        "[one page](one-page.pdf)",
    ]
    text = "---\ntitle: T\n---\n\n" + "\n\n".join(f"See {one}." for one in marked) + "\n"
    (folder / "marks.md").write_text(text, encoding="utf-8")
    render(folder, tmp_path, "marks.md")
    html = Page((tmp_path / "index.html").read_text(encoding="utf-8"))
    links = {link.get("id", link["href"]): link["href"] for link in html.find("a")[1:]}
    assert links == {
        **{f"n{i}": f"../browser/index.html#behind=n{i}" for i in range(1, 5)},
        "../notebooks/01_x.html": "../notebooks/01_x.html",
        "../tables/00/y.csv": "../tables/00/y.csv",
        "one-page.pdf": "one-page.pdf",
    }
    word = Document(str(tmp_path / "report.docx"))
    assert not [rel for rel in word.part.rels.values() if rel.reltype.endswith("hyperlink")]
    said = [paragraph.text for paragraph in word.paragraphs]
    assert {"See 84 rows.", "See notebook 01_x.", "See one page."} <= set(said)
    [sheet] = PdfReader(tmp_path / "report.pdf").pages
    assert "/Annots" not in sheet and "See 84 rows." in sheet.extract_text()
