"""The report's page, opened as a reader would: usable by all, and every number leads somewhere."""

import random
import re
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import textstat
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pypdf import PdfReader
from reports import NAME

from evidence_review import pages
from evidence_review.markdown import word_plainly
from evidence_review.tables import split_keys

WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}
COLOURS = WCAG | {"runOnly": ["color-contrast", "link-in-text-block"]}  # all that dark changes
NO_ROWS = {  # where nothing was counted, or no table holds what is shown, the cell is all there is
    "flow": "counts whole tables",
    "cautions": "the words of a vocabulary",
}


@pytest.fixture(scope="module")
def page_file(made_report) -> Path:
    return made_report.results / "report" / "index.html"


@pytest.fixture(scope="module")
def numbers(made_report) -> pd.DataFrame:
    path = made_report.results / "report" / "numbers.csv"
    return pd.read_csv(path, dtype="str", keep_default_na=False).set_index("number")


@pytest.fixture(scope="module")
def notebook_page(made_report) -> Path:
    """The page of the notebook that the report was made from, with its outputs of this run."""
    notebook = made_report.results.parent / "notebooks" / f"{NAME}.ipynb"
    return pages.render_notebook(notebook, made_report.results / "notebooks")


def judge(page: Page, options: dict) -> list[tuple[str, str]]:
    """What axe-core objects to, with the first element of each kind."""
    found = Axe().run(page, options=options).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in found]


@pytest.mark.parametrize(("dark", "rules"), [(False, WCAG), (True, COLOURS)], ids=["light", "dark"])
def test_the_page_keeps_to_wcag(open_page, page_file, dark, rules):
    assert judge(open_page(page_file, dark=dark), rules) == []


@pytest.mark.parametrize(("dark", "rules"), [(False, WCAG), (True, COLOURS)], ids=["light", "dark"])
def test_a_notebook_as_a_page_keeps_to_wcag(open_page, root, tmp_path, dark, rules):
    made = pages.render_notebook(root / "notebooks" / "06_diagnosis_and_prevention.ipynb", tmp_path)
    assert judge(open_page(made, dark=dark), rules) == []


@pytest.mark.parametrize("width", [360, 800, 1440])
def test_nothing_scrolls_sideways(open_page, page_file, notebook_page, width):
    for file in (page_file, notebook_page):
        page = open_page(file, width=width)
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_contents_stay_in_sight_and_lead_to_their_sections(open_page, page_file):
    page = open_page(page_file)
    links = page.locator("nav a")
    targets = links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert len(targets) > 10
    assert all(page.locator(f"[id='{target[1:]}']").count() == 1 for target in targets)
    last = links.last
    last.click()
    assert page.locator("#references").bounding_box()["y"] < 900
    box = page.locator("nav").bounding_box()
    assert 0 <= box["y"] < 900  # sticky: still there, at the end of a long page


def test_the_first_stop_of_the_keyboard_skips_the_contents(open_page, page_file):
    page = open_page(page_file)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")


def test_the_page_prints_whole_and_without_what_only_a_screen_can_follow(
    open_page, page_file, tmp_path
):
    page = open_page(page_file)
    page.emulate_media(media="print")
    assert page.locator("nav, a.behind").evaluate_all(
        "all => all.every(one => getComputedStyle(one).display === 'none')"
    )
    page.pdf(path=tmp_path / "printed.pdf", format="A4")
    sheets = PdfReader(tmp_path / "printed.pdf").pages
    assert len(sheets) > 2
    assert "Key messages" in sheets[0].extract_text()


def test_the_page_is_small_enough_to_send(page_file):
    assert page_file.stat().st_size < 3_000_000


def test_every_section_says_something(made_report):
    for block, after in pairwise(made_report.blocks):
        if block["t"] == after["t"] == "Header":
            assert after["c"][0] > block["c"][0]  # a section may begin with one below it


# From a number to its rows and its cell.


def test_every_number_of_the_page_is_kept_and_every_kept_number_is_on_the_page(page_file, numbers):
    on_page = re.findall(r'id="(n\d+)"', page_file.read_text(encoding="utf-8"))
    assert len(on_page) == len(set(on_page)) and set(on_page) == set(numbers.index)


@pytest.fixture(scope="module")
def some(numbers) -> pd.DataFrame:
    """Ten numbers at random, of each kind at least one; the same ones in every run."""
    chosen = random.Random(8)
    picked = [chosen.choice(list(group)) for group in numbers.groupby("kind").groups.values()]
    rest = [number for number in numbers.index if number not in picked]
    return numbers.loc[picked + chosen.sample(rest, 10 - len(picked))]


def test_ten_numbers_lead_to_the_browser_by_their_own_name(open_page, page_file, some):
    page = open_page(page_file)
    for number in some.index:
        link = page.locator(f"#{number}")
        assert link.get_attribute("href") == f"../browser/index.html#behind={number}"
        assert link.inner_text().strip()


def test_ten_numbers_lead_to_a_cell_that_computes_them(open_page, notebook_page, some):
    page = open_page(notebook_page)
    for number, behind in some.iterrows():
        assert notebook_page.stem == behind["notebook"]
        cell = page.locator(f"#cell-{behind['cell']}")
        shown = " ".join(cell.text_content().split())
        assert {"table": "draft.table(", "figure": "draft.figure("}.get(behind["kind"], "") in shown
        assert behind["text"] in shown, number


def test_the_rows_behind_every_number_exist(numbers, evidence):
    known = {str(key) for table in evidence.tables.values() for key in table.index}
    known |= set(evidence.references.index)
    for number, rows in numbers["rows"].items():
        assert not set(split_keys(rows)) - known, number


def test_a_number_without_rows_counted_nothing_or_quotes_a_vocabulary(numbers, evidence):
    bare = numbers[numbers["rows"] == ""]
    facts = bare[bare["kind"] == "sentence"]["text"]
    quoted = facts[~facts.str.match(r"0\b|none")]
    words = pd.concat([evidence.vocabulary(v)["definition"] for v in ("caution", "setting")])
    assert quoted.isin(words).all()
    assert set(bare[bare["kind"].isin(["table", "figure"])]["text"]) == set(NO_ROWS)


def test_references_lead_to_what_was_read_in_them(page_file):
    text = page_file.read_text(encoding="utf-8")
    cited = re.findall(r'id="ref-([^"]+)"', text)
    assert cited
    for key in cited:
        assert f'href="../browser/index.html#row={key}"' in text


def test_captions_lead_to_notebook_and_table(made_report, page_file):
    text = page_file.read_text(encoding="utf-8")
    saved = set(re.findall(r'href="\.\./(tables/[^"]+)"', text))
    assert saved
    assert all((made_report.results / path).is_file() for path in saved)
    stored = {path.stem for path in Path(__file__).parents[1].glob("notebooks/*.ipynb")}
    assert set(re.findall(r'href="\.\./notebooks/(\w+)\.html"', text)) <= stored


# For patients, and for the clinic.


def test_a_child_of_twelve_can_read_the_part_in_plain_words(made_report):
    text = (made_report.results / "report" / "report.md").read_text(encoding="utf-8")
    part = re.search(r"^## In plain words\n(.*?)^## ", text, re.M | re.S)[1]
    words = word_plainly(part)
    assert len(words.split()) > 150
    assert textstat.flesch_kincaid_grade(words) <= 7


def test_what_patients_read_carries_the_cautions(made_report, evidence):
    text = (made_report.results / "report" / "report.md").read_text(encoding="utf-8")
    part = word_plainly(re.search(r"^## In plain words\n(.*?)^## ", text, re.M | re.S)[1])
    assert evidence.vocabulary("caution").loc["before removal", "definition"] in part
    assert "does not mean that it is safe" in part and "not medical advice" in part


def test_the_sheet_for_the_clinic_is_one_page_that_fits_a4_and_letter(made_report):
    [sheet] = PdfReader(made_report.results / "report" / "one-page.pdf").pages
    width, height = (round(float(side) / 72 * 25.4, 1) for side in sheet.mediabox[2:])
    assert width <= 210 and height <= 279.4
    text = " ".join(sheet.extract_text().split())
    assert "Certainty" in text and "What to avoid saying" in text
    assert re.search(r"Of [\d,]+ publications", text)  # the denominators
    assert re.search(r"\d+ courses in .*?people", text)
