"""A stored notebook becomes a page: every cell by its number, every output as text for reading."""

from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from evidence_review.findings import BadInput
from evidence_review.pages import render_notebook

SVG = (
    '<svg role="img" aria-label="Two bars &amp; a line" xmlns="http://www.w3.org/2000/svg" '
    'width="9" height="9"><script>alert(1)</script><rect width="9" height="9"/></svg>'
)
TABLE = (
    '<p><b>Cases &lt;all&gt;</b></p><table onfocus="alert(8)"><thead><tr onfocus="alert(9)">'
    '<th onfocus="alert(9)">Who</th></tr></thead><tbody onfocus="alert(9)">'
    '<tr onfocus="alert(9)"><td onfocus="alert(9)">'
    '<span onfocus="alert(9)">&lt;script&gt;</span></td></tr>'
    '<tr><td><a href="javascript:alert(2)">press</a>'
    '<img src="https://example.org/x.png" alt="seen"><script>alert(3)</script></td></tr>'
    '<tr><td><a href="https://example.org/a" onclick="alert(4)">Foot 2001</a></td></tr>'
    "</tbody></table>"
)
MARKDOWN = (
    "**Answer.** 5 of 9 \\[x\\] [Foot](<https://example.org/b>) [press](javascript:alert(5)) "
    "![seen](https://example.org/y.png) &lt;i&gt; <script>alert(6)</script> @key2000 \\$9"
)


class Elements(HTMLParser):
    """Every element with its attributes, and all text outside of styles."""

    def __init__(self, text: str):
        super().__init__()
        self.found, self.text, self.inside = [], "", ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        self.inside = tag

    def handle_data(self, data):
        self.text += data if self.inside != "style" else ""

    def all(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.found if name == tag]


def show(**data: str) -> dict:
    bundle = {name.replace("_", "/").replace("svg", "svg+xml"): text for name, text in data.items()}
    return new_output("display_data", data={"text/plain": "<object>"} | bundle)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    outputs = [
        show(text_markdown=MARKDOWN),
        show(text_html=TABLE),
        show(image_svg=SVG),
        new_output("stream", text="table cases · 3 rows <b>\n"),
        show(text_markdown="## Key messages"),
    ]
    cells = [
        new_markdown_cell("# Corns: <b>who</b>\n\n**Question.** Who?"),
        new_code_cell("1 < 2", execution_count=1),
        new_markdown_cell("## Answers <script>alert(7)</script>"),
        new_code_cell("book.say('x')", execution_count=2, outputs=outputs),
    ]
    path = folder / "01_corns.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return render_notebook(path, folder / "out")


@pytest.fixture(scope="module")
def page(made) -> Elements:
    return Elements(made.read_text(encoding="utf-8"))


def test_each_code_cell_is_found_by_its_number_with_code_and_outputs(page):
    cells = [a["id"] for a in page.all("div") if a.get("class") == "cell code"]
    assert cells == ["cell-1", "cell-2"]
    for text in ("1 < 2", "book.say('x')", "Answer. 5 of 9 [x] Foot", "table cases · 3 rows <b>"):
        assert text in " ".join(page.text.split())


def test_the_first_heading_is_the_title_and_outputs_have_no_headings(page):
    assert len(page.all("h1")) == 1
    headings = [a.get("id") for tag, a in page.found if tag in ("h2", "h3")]
    assert len(headings) == 2 and "key-messages" not in headings  # the contents, one section
    assert {"href": "../report/index.html"} in page.all("a")


def test_a_bold_line_above_a_table_is_its_caption_and_a_drawing_says_what_it_shows(page):
    assert "Table\u00a01. Cases <all>" in page.text
    [drawing] = page.all("img")
    assert drawing["alt"] == "Two bars & a line"
    assert drawing["src"].startswith("data:image/svg+xml")


def test_nothing_in_an_output_acts_or_is_fetched(page, made):
    assert not page.all("script") and not page.all("svg") and not page.all("iframe")
    assert not [name for _, attributes in page.found for name in attributes if name[:2] == "on"]
    links = {a["href"] for a in page.all("a")}
    assert {"https://example.org/a", "https://example.org/b"} <= links
    assert not [link for link in links if link.startswith("javascript")]
    assert "press" in page.text and "seen" in page.text and "<script>" in page.text
    [policy] = [a["content"] for a in page.all("meta") if "http-equiv" in a]
    assert policy.startswith("default-src 'none'")
    assert not page.all("link")


def test_the_same_notebook_gives_the_same_bytes_and_leaves_nothing_else(made, tmp_path):
    again = render_notebook(made.parents[1] / "01_corns.ipynb", tmp_path)
    assert again.read_bytes() == made.read_bytes()
    assert list(tmp_path.iterdir()) == [again]


def test_what_is_no_notebook_is_named_and_the_old_page_kept(tmp_path):
    (tmp_path / "bad.ipynb").write_text("<<<<<<< HEAD\n{}", encoding="utf-8")
    (tmp_path / "bad.html").write_text("old")
    with pytest.raises(BadInput, match=r"bad\.ipynb: pandoc says"):
        render_notebook(tmp_path / "bad.ipynb", tmp_path)
    assert (tmp_path / "bad.html").read_text() == "old"


def test_links_between_notebooks_lead_to_their_pages(tmp_path):
    notebook = tmp_path / "00_first.ipynb"
    text = (
        "# First\n\n[second](02_second.ipynb) [part](#For-a-reader) [map](../docs/map.md) "
        "[paper](https://example.org/a.ipynb)\n\n## For a reader"
    )
    nbformat.write(new_notebook(cells=[new_markdown_cell(text)]), notebook)
    page = Elements(render_notebook(notebook, tmp_path / "out").read_text(encoding="utf-8"))
    leads = {link["href"] for link in page.all("a") if "href" in link}
    assert leads >= {"02_second.html", "#for-a-reader", "../../docs/map.md"}
    assert "https://example.org/a.ipynb" in leads
    assert "for-a-reader" in {e.get("id") for _, e in page.found}
