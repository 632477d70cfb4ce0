"""The evidence browser as readers meet it: opened from disk in Chromium, without a network.

Skipped where there is no Chromium.
"""

import csv
import io
import re
from pathlib import Path
from urllib.parse import parse_qs

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from evidence_review import browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HOSTILE = (
    '"&amp;><img src=x onerror=document.title="seized"><script>document.title="seized"</script>'
)
FORMULA = "=1+1"


@pytest.fixture(scope="module")
def numbers(evidence) -> pd.DataFrame:
    courses = evidence.tables["treatments"]
    lines = [
        {
            "number": "n12",
            "kind": "sentence",
            "text": "3",
            "context": "Of all 33 courses, ⟦3⟧ are shown here.",
            "notebook": "03_treatment_options",
            "cell": "4",
            "rows": "; ".join([*courses.index[:3], *courses["citekey"].iloc[:3]]),
        }
    ]
    return pd.DataFrame(lines, columns=browser.NUMBERS)


@pytest.fixture(scope="module")
def path(evidence, numbers, tmp_path_factory) -> Path:
    """This review's browser, where a review puts it."""
    page = tmp_path_factory.mktemp("results") / "browser" / "index.html"
    page.parent.mkdir()
    page.write_text(browser.render_browser(evidence, numbers), encoding="utf-8")
    return page


@pytest.fixture(scope="module")
def hostile(made, tmp_path_factory) -> Path:
    """The made-up review's browser, with a statement that is markup and one that is a formula."""
    statements = made.tables["statements"].copy()
    statements.loc["s1", ["statement", "note"]] = HOSTILE
    statements.loc["s2", "statement"] = FORMULA
    statements.loc["s4", "statement"] = "-3.5"
    made.tables["statements"], kept = statements, made.tables["statements"]
    line = dict.fromkeys(browser.NUMBERS, HOSTILE) | {"number": "n1", "rows": "s1"}
    line["context"] = HOSTILE.join("⟦⟧")
    try:
        text = browser.render_browser(made, pd.DataFrame([line]))
    finally:
        made.tables["statements"] = kept
    page = tmp_path_factory.mktemp("hostile") / "index.html"
    page.write_text(text, encoding="utf-8")
    return page


def count_rows(page: Page) -> int:
    words = page.locator(".dt-info").inner_text()
    found = re.search(r"to \S+ of ([\d,]+)", words)
    return int(found[1].replace(",", "")) if found else 0


def list_cells(page: Page, column: str) -> list[str]:
    return page.locator(f"#rows tbody td.c-{column}").all_inner_texts()


def list_ids(page: Page) -> list[str]:
    ids = page.locator("#rows tbody tr[id]").evaluate_all("rows => rows.map(row => row.id)")
    return [id_.removeprefix("row-") for id_ in ids]


def read_view(page: Page) -> dict[str, list[str]]:
    return parse_qs(page.evaluate("location.hash").removeprefix("#"))


def save(page: Page, button: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    return Path(download.value.path()).read_text(encoding="utf-8-sig")


def find_filter(page: Page, heading: str) -> Locator:
    return page.locator("#facets > details").filter(
        has=page.locator("summary").get_by_text(heading, exact=True)
    )


def choose(page: Page, heading: str, value: str) -> None:
    filter_ = find_filter(page, heading)
    filter_.locator("summary").click()
    filter_.locator(f"input[value='{value}']").check()


def judge(page: Page) -> str:
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    return Axe().run(page, options=options).generate_snapshot()


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_every_row_of_the_review_is_there(open_page, path, evidence):
    assert count_rows(open_page(path)) == len(browser.list_rows(evidence))


def test_a_search_looks_in_every_field_and_stands_in_the_address(open_page, path, evidence):
    noted = evidence.tables["treatments"]["note"].dropna()
    note = noted.iloc[0]
    page = open_page(path)
    page.get_by_label("Search all fields").fill(note)
    expect(page.locator(".dt-info")).to_contain_text("in all")
    assert noted.index[0] in list_ids(page)
    assert read_view(page) == {"q": [note]}


def test_a_search_for_nothing_known_says_so(open_page, path):
    page = open_page(path)
    page.get_by_label("Search all fields").fill("qqqq")
    expect(page.locator("#rows")).to_contain_text("No row fits")


def test_filters_narrow_and_count_what_the_others_leave(open_page, path, evidence):
    harms = evidence.tables["complications"]
    home = evidence.terms("setting", role="home")[0]
    title = next(r["title"] for r in evidence.package["resources"] if r["name"] == "complications")
    page = open_page(path)
    choose(page, "Table", title)
    assert count_rows(page) == len(harms)
    heading = evidence.titles("complications")["setting"]
    choose(page, heading, home)
    expected = int((harms["setting"] == home).sum())
    assert count_rows(page) == expected
    label = find_filter(page, heading).locator("label", has=page.locator(f"[value='{home}']"))
    assert label.locator("output").inner_text() == f"{expected:,}"
    assert set(list_cells(page, "setting")) == {home}
    assert read_view(page) == {"table": [title], "setting": [home]}


def test_filters_are_cleared_together(open_page, path, evidence):
    home = evidence.terms("setting", role="home")[0]
    page = open_page(path, at=f"#q=a&setting={home}")
    page.get_by_role("button", name="Clear search and filters").click()
    assert count_rows(page) == len(browser.list_rows(evidence))
    assert read_view(page) == {}


def test_a_column_sorts_by_number_both_ways(open_page, path):
    page = open_page(path)
    head = page.locator("#rows thead th.c-of")
    head.click()
    head.click()
    shown = [int(cell.split()[0]) for cell in list_cells(page, "of")]
    assert shown == sorted(shown, reverse=True)
    assert shown[0] > 1000
    assert read_view(page) == {"sort": ["of,desc"]}


def test_a_count_says_what_is_counted(open_page, path, evidence):
    id_ = evidence.tables["frequencies"]["n_affected"].dropna().index[0]
    page = open_page(path, at=f"#row={id_}")
    for column, count in {"n_affected": "n", "n_total": "of"}.items():
        words = page.locator(f"[id='row-{id_}'] td.c-{count}").inner_text().split()
        title = evidence.titles("frequencies")[column].lower()
        assert words == [str(evidence.tables["frequencies"].at[id_, column]), title]


def test_the_headings_sort_by_keyboard(open_page, path):
    page = open_page(path)
    page.locator("#rows thead th.c-of [role=button], #rows thead th.c-of[tabindex]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#rows thead th.c-of")).to_have_attribute("aria-sort", "ascending")


def test_a_view_survives_a_reload_and_can_be_sent(open_page, path, evidence):
    title = next(r["title"] for r in evidence.package["resources"] if r["name"] == "statements")
    page = open_page(path)
    page.get_by_label("Search all fields").fill("a")
    choose(page, "Table", title)
    page.locator("#rows thead th.c-says").click()
    page.locator(".dt-paging").get_by_text("2", exact=True).click()
    page.locator(".opener").nth(1).click()
    seen, view = list_cells(page, "says"), read_view(page)
    assert view.keys() == {"q", "table", "sort", "page", "row"}
    page.reload()
    assert list_cells(page, "says") == seen
    assert read_view(page) == view
    sent = open_page(path, at=page.evaluate("location.hash"))
    assert list_cells(sent, "says") == seen
    expect(sent.locator(".opener[aria-expanded=true]")).to_have_count(1)


def test_a_row_opens_by_its_address_with_its_record_and_its_source(open_page, path, evidence):
    courses = evidence.tables["treatments"]
    id_ = courses.index[-1]
    citekey = courses.at[id_, "citekey"]
    page = open_page(path, at=f"#row={id_}")
    record = page.locator(".record")
    expect(record).to_contain_text(evidence.titles("treatments")["locator"])
    expect(record).to_contain_text(courses.at[id_, "locator"])
    expect(record).to_contain_text(evidence.tables["sources"].at[citekey, "access"])
    expect(record).to_contain_text("nobody yet")
    assert evidence.references.at[citekey, "label"] in record.inner_text()


def test_a_row_leads_to_its_source_and_back_to_all_of_its_rows(open_page, path, evidence):
    id_ = evidence.tables["treatments"].index[0]
    citekey = evidence.tables["treatments"].at[id_, "citekey"]
    page = open_page(path, at=f"#row={id_}")
    page.locator(".record").get_by_role("link", name=citekey, exact=True).first.click()
    expect(page.locator(f"[id='row-{citekey}'] .opener")).to_have_attribute("aria-expanded", "true")
    page.get_by_role("link", name="all rows of this source").first.click()
    expect(page.locator(f"[id='row-{id_}']")).to_be_visible()


@pytest.mark.parametrize("at", ["#row=nowhere", "#behind=nowhere"])
def test_what_the_page_does_not_know_is_said(open_page, path, evidence, at):
    page = open_page(path, at=at)
    expect(page.locator("#notice")).to_contain_text("“nowhere”")
    assert count_rows(page) == len(browser.list_rows(evidence))


def test_a_number_of_the_report_shows_its_rows_papers_and_cell(open_page, path, evidence):
    courses = evidence.tables["treatments"].iloc[:3]
    page = open_page(path, at="#behind=n12")
    panel = page.locator("#behind")
    expect(panel).to_contain_text("Of all 33 courses, 3 are shown here.")
    expect(panel.locator("mark")).to_have_text("3")
    assert [link.get_attribute("href") for link in panel.get_by_role("link").all()] == [
        "../report/index.html#n12",
        "../notebooks/03_treatment_options.html#cell-4",
        "#",
    ]
    shown = set(list_ids(page))
    assert shown == {*courses.index, *courses["citekey"]}
    for key in courses["citekey"]:
        link = evidence.references.at[key, "link"]
        expect(page.locator(f"#rows .papers a[href='{link}']").first).to_be_visible()
    page.reload()
    assert count_rows(page) == len(shown)
    panel.get_by_role("link", name="All rows").click()
    expect(panel).to_be_hidden()
    assert count_rows(page) == len(browser.list_rows(evidence))


def test_what_is_shown_is_saved_as_csv(open_page, path, evidence):
    page = open_page(path, at="#behind=n12")
    lines = list(csv.DictReader(io.StringIO(save(page, "Save as CSV"))))
    courses = evidence.tables["treatments"].iloc[:3]
    assert {line[evidence.titles("treatments")["id"]] for line in lines} == {
        *courses.index,
        *courses["citekey"],
    }
    assert list(lines[0]) == list(browser.name_columns(evidence).values())
    assert lines[0][evidence.titles("treatments")["locator"]] == courses["locator"].iloc[0]


def test_what_is_shown_is_saved_as_bibtex(open_page, path, evidence):
    entries = save(open_page(path, at="#behind=n12"), "Save as BibTeX")
    keys = sorted(set(evidence.tables["treatments"]["citekey"].iloc[:3]))
    assert re.findall(r"(?m)^@\w+\{(\S+),", entries) == keys
    bibliography = (evidence.root / "references.bib").read_text(encoding="utf-8")
    assert all(entry.strip() in bibliography for entry in entries.split("\n\n"))


def test_a_formula_in_a_cell_is_saved_as_text_and_a_number_as_itself(open_page, hostile, made):
    lines = list(csv.DictReader(io.StringIO(save(open_page(hostile), "Save as CSV"))))
    says = {line[made.titles("treatments")["id"]]: line["What it says"] for line in lines}
    assert says["s2"] == "'" + FORMULA
    assert says["s4"] == "-3.5"
    assert says["s1"] == HOSTILE


def test_markup_in_data_is_shown_as_text(open_page, hostile):
    page = open_page(hostile, at="#behind=n1&row=s1")
    expect(page.locator("#behind mark")).to_have_text(HOSTILE)
    expect(page.locator("[id='row-s1'] .opener")).to_have_text(HOSTILE)
    expect(page.locator(".record")).to_contain_text(HOSTILE)
    assert page.title() != "seized"
    assert page.locator("img").count() == 0


@pytest.mark.parametrize(
    ("width", "dark"), [(360, False), (360, True), (1100, False), (1440, False), (1440, True)]
)
def test_nothing_is_wider_than_the_window_and_axe_has_nothing_to_say(open_page, path, width, dark):
    page = open_page(path, width=width, dark=dark, at="#behind=n12")
    page.locator(".opener").first.click()
    if width < 1280:
        page.locator("#filters > summary").click()
    page.locator("#facets summary").first.click()
    assert not scrolls_sideways(page)
    assert judge(page) == ""


def test_a_window_made_narrow_does_not_scroll_sideways(open_page, path):
    page = open_page(path)
    page.set_viewport_size({"width": 360, "height": 740})
    assert not scrolls_sideways(page)


def test_dark_mode_is_dark(open_page, path):
    def look(dark):
        ground = open_page(path, dark=dark).evaluate("getComputedStyle(document.body).background")
        return [int(part) for part in re.findall(r"\d+", ground)[:3]]

    assert max(look(True)) < 64 < 192 < min(look(False))


def test_the_skip_link_leads_to_the_table_and_keeps_the_view(open_page, path):
    page = open_page(path, at="#q=scar")
    shown = count_rows(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "evidence"
    assert count_rows(page) == shown


def test_the_page_prints_without_its_controls(open_page, path):
    page = open_page(path, at="#behind=n12")
    page.emulate_media(media="print")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.get_by_role("button", name="Save as CSV")).to_be_hidden()
    expect(page.locator("#behind")).to_be_visible()
    assert page.pdf().startswith(b"%PDF")
