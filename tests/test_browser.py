"""The evidence browser's data: every row once, in words of its own, found by id and by number."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from evidence_review import browser
from evidence_review.findings import BadInput

HOSTILE = "<script>alert(1)</script><!-- </script> $data$ \"'"


class Scripts(HTMLParser):
    """The scripts of a page, each with its attributes and what stands in it."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[tuple[dict, str]] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag == "script":
            self.found.append((dict(attributes), ""))

    def handle_data(self, data):
        if self.lasttag == "script" and self.cdata_elem:
            attributes, text = self.found.pop()
            self.found.append((attributes, text + data))


def number(**fields) -> pd.DataFrame:
    line = dict.fromkeys(browser.NUMBERS, "") | {"number": "n1", "text": "3", "context": "3 rows"}
    return pd.DataFrame([line | fields])


NONE = number().head(0)


def read_data(page: str) -> dict:
    (text,) = (text for attributes, text in Scripts(page).found if attributes.get("id") == "data")
    return json.loads(text)


@pytest.fixture(scope="module")
def rows(made) -> pd.DataFrame:
    return browser.list_rows(made).set_index("id")


def test_a_table_without_rows_adds_none(made, without, rows):
    empty = [name for name in browser.WORDS if name not in ("sources", "treatments")]
    few = browser.list_rows(without(*empty)).set_index("id")
    assert set(few["name"]) == {"sources", "treatments"}
    assert list(few.index) == list(rows.index[rows["name"].isin(["sources", "treatments"])])


@pytest.fixture(scope="module")
def data(made) -> dict:
    return read_data(browser.render_browser(made, NONE))


def change(made, table: str, row: object, **cells):
    """The made-up review with other values in one row."""
    frame = made.tables[table].copy()
    for column, value in cells.items():
        frame.loc[row, column] = value
    return replace(made, tables=made.tables | {table: frame})


# The rows.


def test_every_row_of_every_table_shown_stands_there_once(made, rows):
    assert rows["name"].value_counts().to_dict() == {
        name: len(made.tables[name]) for name in browser.WORDS if len(made.tables[name])
    }
    assert rows.index.is_unique


def test_the_columns_are_headed_as_the_schema_heads_them(made):
    columns = browser.name_columns(made)
    assert columns["relation"] == made.titles("treatments")["relation"]
    assert columns["design"] == made.titles("sources")["design"]
    form, cause = (made.titles("treatments")[name] for name in ("form", "cause"))
    assert columns["type"] == f"{form}, {cause.lower()}"


def test_a_row_says_what_its_fields_say_and_leaves_out_what_is_missing(rows):
    assert rows.at["t1", "says"] == "waiting: no response, weak words"
    assert rows.at["t2", "says"].startswith("paring + plaster (blade; acid): complete, stated; ")
    assert rows.at["c1", "says"] == "male, 40 years; soft, shoes; tight shoes; toe, sole"
    assert rows.at["c2", "says"] == "hard"
    assert rows.at["s1", "says"] == "Paring helps."


def test_every_real_row_says_something(evidence):
    assert browser.list_rows(evidence)["says"].str.len().min() > 0


def test_counts_are_the_row_s_own_and_missing_ones_stay_missing(rows):
    assert rows.loc["h1", ["n", "of"]].to_list() == [3, 50]
    assert rows.at["t3", "of"] == 6
    assert pd.isna(rows.at["t1", "n"])
    assert rows.loc["s1", ["n", "of"]].isna().all()


def test_what_was_given_together_can_be_found_by_each_part(rows):
    assert rows.at["t2", "modality"] == ["paring", "plaster"]
    assert rows.at["s1", "setting"] == ["surgery"]


def test_a_course_has_the_type_of_its_patient(rows):
    assert rows.at["t1", "type"] == "soft, shoes"


def test_the_design_of_a_row_is_that_of_its_source(made, rows):
    assert rows.at["h1", "design"] == made.tables["sources"].at["warts", "design"]
    assert rows.at["warts", "design"] == "drawn by lot"


def test_a_claim_names_the_publications_that_bear_on_it(made, rows):
    assert rows.at["C1", "citekeys"] == ["leaflet"]
    assert rows.at["C1", "source"] == [made.references.at["leaflet", "label"]]
    assert rows.at["C1", "outcome"] == "stands"


def test_a_row_that_is_named_by_a_number_gets_its_table_s_name(rows):
    assert rows.at["guide_references-1", "citekeys"] == ["warts"]
    assert rows.at["awaiting-1", "citekeys"] == ["warts"]


def test_one_id_for_two_rows_is_refused_with_both_tables(made):
    cases = made.tables["cases"].rename(index={"c2": "t1"})
    twice = replace(made, tables=made.tables | {"cases": cases})
    with pytest.raises(BadInput, match="t1 names a row of treatments and of cases"):
        browser.list_rows(twice)


# What stands behind a number.


def find(made, rows: str) -> dict:
    listed = browser.list_rows(made)
    found = browser.find_behind(made, listed, number(rows=rows))["n1"]
    ids = [listed["id"].iloc[first : last + 1].to_list() for first, last in found["rows"]]
    return found | {"ids": ids}


def test_rows_behind_a_number_are_runs_of_places(made):
    assert find(made, "t1; t2; t3; h1; h2")["ids"] == [["t1", "t2", "t3"], ["h1", "h2"]]


def test_a_row_named_with_its_table_and_a_publication_are_found_too(made):
    assert find(made, "complications h1; warts")["ids"] == [["h1"], ["warts"]]


def test_nothing_behind_a_number_is_no_row(made):
    assert find(made, "")["ids"] == []


def test_what_is_not_among_the_rows_is_named_and_counted(made):
    others = [f"x{n:02}" for n in range(browser.NAMED + 5)]
    sources = made.tables["sources"].drop("vague")  # known, but nothing of it was read
    made = replace(made, tables=made.tables | {"sources": sources})
    found = find(made, "; ".join(["t1", "vague", *others]))
    assert found["ids"] == [["t1"]]
    assert found["unread"] == ["vague"]
    assert found["elsewhere"] == others[: browser.NAMED]
    assert found["more"] == 5


def test_a_report_without_numbers_has_none(tmp_path):
    assert browser.read_numbers(tmp_path / "numbers.csv").empty


def test_a_list_of_numbers_without_its_columns_is_refused(tmp_path):
    path = tmp_path / "numbers.csv"
    path.write_text("number,kind,text,context,notebook,cell\nn1,line,3,3 rows,01_a,1\n")
    with pytest.raises(BadInput, match=r"numbers\.csv, row 1: no column rows"):
        browser.read_numbers(path)


# The page.


def test_a_record_is_given_in_full_as_text(made, data):
    table = data["tables"]["treatments"]
    titles = [field["title"] for field in table["fields"]]
    values = table["rows"][made.tables["treatments"].index.get_loc("t2")]
    record = dict(zip(titles, values, strict=True))
    assert titles == list(made.titles("treatments").values())[1:]
    assert record[made.titles("treatments")["recurrence"]] == "no"
    assert record[made.titles("treatments")["followup_months"]] == "12"
    assert record[made.titles("treatments")["n_partial"]] is None


def test_what_hangs_on_a_row_comes_with_it(data):
    sites = data["tables"]["cases"]["children"]["case_sites"]
    assert sites["rows"]["c1"] == [["toe"], ["sole"]]
    assert "certainty_domains" in data["tables"]["questions"]["children"]


def test_entries_of_the_bibliography_are_verbatim(made, data):
    text = (made.root / "references.bib").read_text(encoding="utf-8")
    assert data["papers"].keys() == set(made.references.index)
    assert all(paper["bib"] in text for paper in data["papers"].values())
    assert data["papers"]["trial"]["bib"].startswith("@article{trial,")
    assert data["papers"]["trial"]["links"] == [["DOI", "https://doi.org/10.1000/t"]]


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [("treatments", "t1", "note"), ("statements", "s1", "statement"), ("cases", "c1", "trigger")],
)
def test_what_looks_like_markup_in_data_ends_no_script(made, table, row, column):
    page = browser.render_browser(change(made, table, row, **{column: HOSTILE}), NONE)
    assert len(Scripts(page).found) == 3
    assert HOSTILE in json.dumps(read_data(page), ensure_ascii=False).replace('\\"', '"')


def test_what_looks_like_markup_in_a_number_ends_no_script(made):
    page = browser.render_browser(made, number(text=HOSTILE))
    assert read_data(page)["numbers"]["n1"]["text"] == HOSTILE


def test_only_the_page_s_own_scripts_may_run_and_nothing_may_be_fetched(made):
    page = browser.render_browser(made, NONE)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    code = [text for attributes, text in Scripts(page).found if attributes["type"] == "module"]
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in code]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == [f"'sha256-{digest}'" for digest in digests]
    assert "http" not in policy


def test_the_page_of_this_review_is_smaller_than_three_megabytes(evidence, tmp_path):
    (page,) = browser.make_browser(evidence, tmp_path / "none.csv", tmp_path)
    assert page == tmp_path / "index.html"
    assert page.stat().st_size < 3_000_000


def test_the_page_is_the_same_every_time(made):
    assert browser.render_browser(made, NONE) == browser.render_browser(made, NONE)
