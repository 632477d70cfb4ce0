"""The report as it is written: what a reader will see, and what is kept behind it."""

import json
import subprocess
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pandas as pd
import pypandoc
import pytest

from evidence_review import draft as module
from evidence_review.draft import Draft
from evidence_review.figures import STYLE, Chart, draw_years
from evidence_review.report import MARKDOWN
from evidence_review.results import Fact, Notebook, Sources, cite, count
from evidence_review.tables import fingerprint


@pytest.fixture
def shown(monkeypatch) -> list:
    """What the cells display, in order."""
    outputs = []
    monkeypatch.setattr(module, "display", outputs.append)
    return outputs


@pytest.fixture
def draft(made, tmp_path, shown) -> Draft:
    return Draft(Notebook("00_test", made, tmp_path))


@pytest.fixture
def rows() -> pd.DataFrame:
    index = pd.Index(["a-1", "a-2", "b-1"], name="id")
    return pd.DataFrame({"citekey": ["warts", "trial", "trial"]}, index=index)


@pytest.fixture
def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Who": ["*all* [@trial]", None],
            "Share": [0.1 + 0.2, float("nan")],
            "n": pd.array([1200, None], dtype="Int64"),
            "citekeys": ["trial; warts", ""],
            "rows": ["a-1; a-2", "b-1"],
        }
    )


@pytest.fixture
def chart() -> Chart:
    years = pd.DataFrame({"years": [1990, 1995], "direct": [1, 0], "other": [2, 4]})
    with plt.style.context(STYLE):
        yield draw_years(years, "corns", 3)
    plt.close("all")


def read(draft: Draft) -> SimpleNamespace:
    """The report's head and blocks, as pandoc reads what was saved."""
    draft.save()
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), f"--from={MARKDOWN}", "--to=json", saved(draft)],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return SimpleNamespace(**json.loads(done.stdout))


def saved(draft: Draft):
    return draft.book.folder / "report" / "report.md"


def plain(inlines: list[dict]) -> str:
    """The words of inlines that are nothing but words, which is asserted."""
    assert {inline["t"] for inline in inlines} <= {"Str", "Space", "SoftBreak"}, inlines
    return "".join(inline.get("c", " ") for inline in inlines)


def sentences(draft: Draft) -> pd.DataFrame:
    return pd.read_csv(
        draft.book.folder / "tables" / "00_test" / "sentences.csv", keep_default_na=False
    )


@pytest.mark.parametrize(
    "text",
    [
        "Corns: a review",
        'Corns "so called"',
        "Corns \\ calluses",
        "# Corns",
        "*Corns* and [links](x) @trial",
        "- Corns",
        "{corns: 1}",
        "yes",
        "2030-01-02",
    ],
)
def test_title_subtitle_and_date_are_shown_letter_for_letter(draft, text):
    draft.title(text, text, Fact(text))
    head = read(draft).meta
    for name in ("title", "subtitle", "date"):
        assert head[name]["t"] == "MetaInlines" and plain(head[name]["c"]) == text
    assert plain(head["lang"]["c"]) == "en-GB"


def test_a_sentence_shows_its_facts_as_text_and_its_publications_as_citations(draft, shown, rows):
    draft.write("**{n}** in {who} {which}.", n=Fact("1*"), who=Fact("[a](b)"), which=cite(rows))
    assert shown[0].data == draft.parts[0]
    [paragraph] = read(draft).blocks
    strong, *words, citation, end = paragraph["c"]
    assert strong["t"] == "Strong" and plain(strong["c"]) == "1*"
    assert plain([*words, end]) == " in [a](b) ."
    assert [c["citationId"] for c in citation["c"][0]] == ["trial", "warts"]


def test_the_rows_behind_each_fact_are_kept(draft, rows):
    draft.write("There are {n}\n{which}.", n=count(rows, "row"), which=cite(rows))
    draft.write("And {n}.", n=count(rows.head(1), "row"))
    kept = sentences(draft)
    assert list(kept["fact"]) == ["n", "which", "n"]
    assert list(kept["text"]) == ["3 rows", "", "1 row"]
    assert list(kept["rows"]) == ["a-1; a-2; b-1", "trial; warts", "a-1"]
    assert list(kept["sentence"]) == ["There are 3 rows [@trial; @warts]."] * 2 + ["And 1 row."]


def test_a_fact_that_the_sentence_does_not_use_is_refused_and_nothing_written(draft):
    with pytest.raises(ValueError, match="does not use b"):
        draft.write("{a}", a=Fact("1"), b=Fact("2"))
    assert draft.parts == []


def test_a_text_without_facts_is_written_as_it_is(draft):
    draft.write("::: {.callout}\n**Not** advice.\n:::")
    [div] = read(draft).blocks
    assert div["t"] == "Div" and div["c"][0][1] == ["callout"]


def test_a_citation_of_no_publication_leaves_no_mark(draft):
    draft.write("None {which}.", which=Sources(()))
    assert draft.parts == ["None ."]


def test_a_table_cites_its_references_words_what_is_missing_and_formats_numbers(draft, frame):
    draft.table("some", "All *rows*", frame, "01_x")
    [table] = read(draft).blocks
    assert plain(table["c"][1][1][0]["c"]) == "All *rows*. From notebook 01_x, table some."
    [header] = table["c"][3][1]
    assert [plain(cell[4][0]["c"]) for cell in header[1]] == ["Who", "Share", "n", "References"]
    first, second = ([cell[4] for cell in row[1]] for row in table["c"][4][0][3])
    assert [plain(cell[0]["c"]) for cell in first[:3]] == ["*all* [@trial]", "0.3", "1200"]
    [citation] = first[3][0]["c"]
    assert [c["citationId"] for c in citation["c"][0]] == ["trial", "warts"]
    assert [plain(cell[0]["c"]) for cell in second[:3]] == ["not reported"] * 3
    assert second[3] == []


def test_a_table_is_saved_whole_and_prints_its_fingerprint(draft, shown, frame, capsys):
    draft.table("some", "All rows", frame, "01_x")
    assert capsys.readouterr().out == f"table some · {fingerprint(frame)}\n"
    assert shown[0].data == draft.parts[0]
    kept = pd.read_csv(draft.book.folder / "tables" / "00_test" / "some.csv")
    assert list(kept) == list(frame) and list(kept["rows"]) == ["a-1; a-2", "b-1"]


def test_a_table_without_citekeys_has_no_references(draft, frame):
    draft.table("some", "All rows", frame.drop(columns="citekeys"), "01_x")
    [header] = read(draft).blocks[0]["c"][3][1]
    assert [plain(cell[4][0]["c"]) for cell in header[1]] == ["Who", "Share", "n"]


def test_a_table_without_rows_becomes_a_sentence(draft, frame, capsys):
    draft.table("some", "All rows", frame.head(0), "01_x")
    assert capsys.readouterr().out.startswith("table some · 0 rows · ")
    [sentence] = read(draft).blocks
    assert plain(sentence["c"]) == "All rows: none found. From notebook 01_x, table some."


def test_a_figure_has_caption_and_alternative_text_and_lies_where_the_report_looks(
    draft, shown, chart, capsys
):
    draft.figure("years", chart, "01_x")
    out = capsys.readouterr().out
    assert draft.parts[0] in out and out.endswith(f"figure years · {fingerprint(chart.data)}\n")
    assert 'role="img" aria-label="Stacked bar chart.' in shown[0].data
    [figure] = read(draft).blocks
    assert figure["t"] == "Figure"
    caption = plain(figure["c"][1][1][0]["c"])
    assert caption == f"{chart.caption.rstrip('.')}. From notebook 01_x, figure years."
    [image] = figure["c"][2][0]["c"]
    assert plain(image["c"][1]) == chart.alt
    for kind in ("svg", "png"):
        assert (draft.book.folder / f"{image['c'][2][0]}.{kind}").is_file()
    kept = pd.read_csv(draft.book.folder / "tables" / "00_test" / "years.csv")
    assert list(kept["other"]) == [2, 4]


def test_the_whole_report_is_saved_in_the_order_in_which_it_was_written(
    draft, frame, chart, capsys
):
    draft.title("Corns", "A review", Fact("today"))
    draft.write("## First")
    draft.figure("years", chart, "01_x")
    draft.write("In between.")
    draft.table("some", "All rows", frame, "01_x")
    draft.write("## Last")
    kinds = [block["t"] for block in read(draft).blocks]
    assert kinds == ["Header", "Figure", "Para", "Table", "Header"]
    assert capsys.readouterr().out.endswith("report · 6 parts\n")
    assert saved(draft).read_text(encoding="utf-8") == "\n\n".join(draft.parts) + "\n"
