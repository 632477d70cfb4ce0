"""What is shown: worded from data, escaped, fingerprinted, saved with the rows behind it."""

import json
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote

import matplotlib.pyplot as plt
import pandas as pd
import pypandoc
import pytest

from evidence_review import results
from evidence_review.figures import STYLE, draw_risks
from evidence_review.results import Fact, Sources


@pytest.fixture
def rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "citekey": ["trial", "trial", "leaflet"],
            "months": pd.array([24, None, 7], dtype="Int64"),
            "n_affected": [1, 0, 5],
            "n_exposed": [50, 923, 15],
            "risk": [2.0, 0.0, 33.3],
        },
        index=pd.Index(["a-1", "a-2", "b-1"], name="id"),
    )


@pytest.fixture
def book(made, tmp_path) -> results.Notebook:
    with plt.style.context(STYLE):
        yield results.Notebook("00_test", made, tmp_path)


@pytest.fixture
def shown(monkeypatch) -> list:
    """What a cell displays, in order."""
    outputs = []
    monkeypatch.setattr(results, "display", outputs.append)
    return outputs


@pytest.fixture
def harms(rows) -> pd.DataFrame:
    return rows.assign(
        procedure="p",
        target='"t" & u',
        low=0.0,
        high=50.0,
        percent=pd.NA,
        counted="1/50",
        label="L",
    )


def test_a_count_keeps_its_rows(rows):
    assert results.count(rows, "course") == Fact("3 courses", ("a-1", "a-2", "b-1"))
    assert results.count(rows.head(1), "course").text == "1 course"
    assert results.count(rows.head(0), "series", "series").text == "0 series"


def test_a_share_never_loses_its_whole(rows):
    assert results.share(rows.head(1), rows, "course") == Fact("1 of 3 courses", ("a-1",))
    assert results.share(rows.head(1), rows).text == "1 of 3"


def test_a_spread_says_for_how_many_it_is_known(rows):
    assert results.spread(rows, "months", "months").text == (
        "median 15.5 months (range 7 to 24; reported for 2 of 3)"
    )
    assert results.spread(rows.iloc[[1]], "months", "months").text == "reported for 0 of 1"


def test_publications_are_counted_once(rows):
    assert results.from_publications(rows) == Fact("2 publications", ("leaflet", "trial"))
    assert results.cite(rows).citekeys == ("leaflet", "trial")


def test_names_stand_once_and_in_order():
    assert results.names(["b", "a", "b"]).text == "b and a"
    assert results.names(["a", "b", "c"]).text == "a, b and c"
    assert results.names([]).text == "none"


def test_extremes_are_named_with_their_denominators(rows):
    low, high = results.extremes(rows)
    assert low == Fact("0 of 923", ("a-2",))
    assert high == Fact("5 of 15", ("b-1",))


def test_of_equal_risks_the_largest_group_is_named(rows):
    rows = rows.assign(risk=0.0, n_affected=0)
    assert [end.text for end in results.extremes(rows)] == ["0 of 923", "0 of 923"]


def test_the_extremes_of_no_risk_say_so(rows):
    none = Fact("none counted", ())
    assert results.extremes(rows.head(0)) == (none, none)


@pytest.mark.parametrize("text", ["a*b*", "[x](javascript:y)", "<b>", "`x`", "$x$", "a|b", "_a_"])
def test_text_from_data_is_inert_in_markdown(text):
    shown = results.escape_markdown(text)
    assert (
        not any(shown[i] in "*[]`$|_" and shown[i - 1] != "\\" for i in range(1, len(shown)))
        and "<" not in shown
    )


def test_a_sentence_escapes_facts_but_not_its_template():
    facts = {"n": Fact("1*"), "who": Sources(("k",))}

    def show(fact: Fact) -> str:
        return results.escape_markdown(fact.text)

    sentence = results.fill("*{n}* {who}", facts, show, "".join)
    assert sentence == r"*1\** k"


def test_a_fact_that_the_sentence_does_not_use_is_refused():
    facts = {"n": Fact("1"), "who": Fact("a"), "why": Fact("b")}
    with pytest.raises(ValueError, match="the sentence does not use who, why"):
        results.fill("{n}", facts, str, str)


def test_a_name_without_a_fact_is_refused():
    with pytest.raises(KeyError, match="who"):
        results.fill("{n} {who}", {"n": Fact("1")}, str, str)


def test_a_sentence_is_saved_with_the_rows_behind_it(book, shown, rows):
    book.say("There are {n} {who}.", n=results.count(rows, "row"), who=results.cite(rows))
    assert shown[0].data == (
        "There are 3 rows [Foot House n.d.-a](<https://example.org/corns>), "
        "[Ames 2003](<https://doi.org/10.1000/t>)."
    )
    saved = pd.read_csv(book.folder / "tables/00_test/sentences.csv")
    assert list(saved["rows"]) == ["a-1; a-2; b-1", "leaflet; trial"]


def test_a_publication_without_an_address_is_named_without_a_link(book, shown):
    book.say("{who}", who=Sources(("patient",)))
    assert shown[0].data == "Berg 2005"


def change_reference(book: results.Notebook, citekey: str, **columns: str) -> results.Notebook:
    references = book.evidence.references.copy()
    references.loc[citekey, list(columns)] = list(columns.values())
    return replace(book, evidence=replace(book.evidence, references=references))


HOSTILE = [
    "https://example.org/a)b",
    "https://example.org/a>b<c",
    'https://example.org/"onclick="x',
    "https://example.org/a](b)[c](d",
    "https://example.org/$x$/`y`",
    "https://example.org/a\\b|c",
    "https://example.org/*a*_b_",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_and_label_stay_one_link_in_a_sentence(book, shown, address):
    label = "A](x) <b>*c* $d$ `e` |"
    book = change_reference(book, "trial", link=address, label=label)
    book.say("See {who}.", who=Sources(("trial",)))
    made = pypandoc.convert_text(shown[0].data, "json", "gfm-autolink_bare_uris+tex_math_dollars")
    [paragraph] = json.loads(made)["blocks"]
    [link] = [inline["c"] for inline in paragraph["c"] if inline["t"] == "Link"]
    assert "".join(word.get("c", " ") for word in link[1]) == label
    assert unquote(link[2][0]) == address
    assert [inline["t"] for inline in paragraph["c"]] == ["Str", "Space", "Link", "Str"]
    # JupyterLab takes formulas out before it reads Markdown.
    assert "$" not in shown[0].data.replace("\\$", "")


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_and_label_stay_one_link_in_a_table(book, shown, address):
    book = change_reference(book, "trial", link=address, label="<b>&")
    book.show_table("some", "Some", pd.DataFrame({"n": [1], "citekeys": ["trial"]}))
    page = Page(shown[0].data)
    assert page.links == [{"href": address}]
    assert page.words[-1] == "<b>&"


class Page(HTMLParser):
    """A table's links, and the words of its cells and headings."""

    def __init__(self, text: str):
        super().__init__()
        self.links, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "a":
            self.links.append(dict(attributes))

    def handle_data(self, data):
        self.words += [data.strip()] if data.strip() else []


def test_a_table_shows_links_and_fingerprint_and_saves_its_rows(book, shown, capsys):
    frame = pd.DataFrame(
        {
            "Who": ["<script>", None],
            "n": [1, 2],
            "citekeys": ["trial", ""],
            "rows": ["a", "b"],
        }
    )
    book.show_table("some", "Some & more", frame)
    html = shown[0].data
    assert "&lt;script&gt;" in html and "<script>" not in html and "Some &amp; more" in html
    assert "not reported" in html and ">Ames 2003</a>" in html and "rows" not in html
    assert capsys.readouterr().out.startswith("table some · 2 rows · ")
    saved = pd.read_csv(book.folder / "tables/00_test/some.csv", keep_default_na=False)
    assert list(saved["rows"]) == ["a", "b"] and list(saved["Who"]) == ["<script>", ""]


def test_numbers_in_a_table_have_no_digits_that_mean_nothing(book, shown):
    frame = pd.DataFrame(
        {
            "share": [0.1 + 0.2, 100 / 3],
            "whole": pd.array([24.0, None], dtype="Float64"),
            "n": pd.array([2016, None], dtype="Int64"),
        }
    )
    book.show_table("some", "Some", frame, missing="unknown")
    words = Page(shown[0].data).words
    assert words == [
        "Some",
        "share",
        "whole",
        "n",
        "0.3",
        "24",
        "2016",
        "33.3333",
        *["unknown"] * 2,
    ]


def test_a_table_without_rows_says_that_none_was_found(book, shown, capsys):
    frame = pd.DataFrame({"Who": [], "citekeys": [], "rows": []})
    book.show_table("some", "Some", frame)
    assert Page(shown[0].data).words == ["Some", "None found."]
    assert capsys.readouterr().out.startswith("table some · 0 rows · ")
    saved = pd.read_csv(book.folder / "tables/00_test/some.csv")
    assert list(saved) == ["Who", "citekeys", "rows"] and saved.empty


def test_a_figure_without_rows_says_that_none_was_found(book, shown, capsys, harms):
    book.show_figure("risks", draw_risks(harms.head(0), "Title"))
    assert 'aria-label="No chart. Title: none found."' in shown[0].data
    assert shown[1].data == "*Title: none found.*"
    assert capsys.readouterr().out.startswith("figure risks · 0 rows · ")


def test_a_figure_has_alternative_text_and_is_saved(book, shown, capsys, harms):
    book.show_figure("risks", draw_risks(harms, "Title"))
    svg = shown[0].data
    assert 'role="img" aria-label="Forest plot' in svg
    folder = book.folder / "figures/00_test"
    assert sorted(p.name for p in folder.iterdir()) == ["risks.png", "risks.svg"]
    assert capsys.readouterr().out.startswith("figure risks · 3 rows · ")


def test_a_figure_is_the_same_bytes_twice(book, harms):
    assert book.save_figure("a", draw_risks(harms, "T")) == book.save_figure(
        "a", draw_risks(harms, "T")
    )


def test_results_go_where_the_environment_says(monkeypatch, tmp_path, root):
    monkeypatch.setenv("EVIDENCE_REVIEW_RESULTS", str(tmp_path))
    assert results.results_folder() == tmp_path
    monkeypatch.delenv("EVIDENCE_REVIEW_RESULTS")
    monkeypatch.chdir(root)
    assert results.results_folder() == root / "results"


def test_an_opened_notebook_turns_warnings_into_errors(root):
    """In a process of its own: the set-up changes warnings and styles for good."""
    code = (
        "from evidence_review import results; import warnings, json; "
        "book = results.open_notebook('x')\n"
        "try:\n    warnings.warn('w')\n"
        "except UserWarning as e:\n    print(json.dumps([book.name, str(e)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == ["x", "w"]
