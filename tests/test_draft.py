"""The report as it is written: what a reader will see, and what is kept behind it."""

import json
import re
import subprocess
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from evidence_review import draft as module
from evidence_review.draft import Draft
from evidence_review.figures import STYLE, Chart, draw_years
from evidence_review.markdown import drop_marks
from evidence_review.pandoc import PANDOC
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
        [PANDOC, f"--from={MARKDOWN}", "--to=json", saved(draft)],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return SimpleNamespace(**json.loads(done.stdout))


def saved(draft: Draft):
    return draft.book.folder / "report" / "report.md"


def plain(inlines: list[dict]) -> str:
    """The words of inlines that are nothing but words, marked or not, which is asserted."""
    marks = [inline for inline in inlines if inline["t"] == "Span"]
    inlines = [i for one in inlines for i in (one["c"][1] if one in marks else [one])]
    assert {inline["t"] for inline in inlines} <= {"Str", "Space", "SoftBreak"}, inlines
    return "".join(inline.get("c", " ") for inline in inlines)


def numbers(draft: Draft) -> pd.DataFrame:
    draft.save_numbers()
    path = draft.book.folder / "report" / "numbers.csv"
    return pd.read_csv(path, dtype="str", keep_default_na=False)


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
    assert shown[0].data == r"**1\*** in \[a\](b) [@trial; @warts]."
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
    citation, *_ = first[3][0]["c"]
    assert [c["citationId"] for c in citation["c"][0]] == ["trial", "warts"]
    assert [plain(cell[0]["c"]) for cell in second[:3]] == ["not reported"] * 3
    assert plain(second[3][0]["c"]) == ""


def test_a_table_is_saved_whole_and_prints_its_fingerprint(draft, shown, frame, capsys):
    draft.table("some", "All rows", frame, "01_x")
    assert capsys.readouterr().out == f"table some · {fingerprint(frame)}\n"
    assert shown[0].data == drop_marks(draft.parts[0]) != draft.parts[0]
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
    assert drop_marks(draft.parts[0]) in out and out.endswith(
        f"figure years · {fingerprint(chart.data)}\n"
    )
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


# Numbers: what the page links, and what stands behind it.


def find_marks(draft: Draft) -> list[tuple[str, str]]:
    """Each number in the saved Markdown with its kind of mark, in order."""
    text = saved(draft).read_text(encoding="utf-8")
    return [(number, kind) for kind, number in re.findall(r'\{\.(\w+) number="(\w+)"\}', text)]


def test_facts_are_numbered_as_they_stand_in_the_sentence_not_as_they_are_passed(draft, rows):
    draft.write("{a} and {b}", b=count(rows, "row"), a=count(rows.head(1), "row"))
    draft.write("{c} {source}.", c=Fact("[none]"), source=cite(rows))
    kept = numbers(draft)
    assert list(kept) == ["number", "kind", "text", "context", "notebook", "cell", "rows"]
    assert list(kept["number"]) == ["n1", "n2", "n3"]
    assert list(kept["text"]) == ["1 row", "3 rows", "[none]"]
    assert list(kept["rows"]) == ["a-1", "a-1; a-2; b-1", ""]
    assert set(kept["kind"]) == {"sentence"} and set(kept["notebook"]) == {"00_test"}
    assert list(kept["context"]) == ["⟦1 row⟧ and 3 rows", "1 row and ⟦3 rows⟧", "⟦[none]⟧."]
    draft.save()
    assert find_marks(draft) == [("n1", "fact"), ("n2", "fact"), ("n3", "fact")]


def test_a_table_each_of_its_lines_and_a_figure_are_numbered(draft, frame, chart):
    draft.table("some", "All rows", frame, "01_x")
    draft.table("bare", "Without", frame[["Who", "rows"]], "01_x")
    draft.figure("years", chart, "01_x")
    kept = numbers(draft).set_index("number")
    assert list(kept["kind"]) == [*["table", "line", "line"] * 2, "figure"]
    assert list(kept["text"])[:3] == ["some", "*all* [@trial]", "not reported"]
    assert list(kept["context"])[:3] == ["All rows"] * 3
    assert kept.loc["n7", "context"] == chart.caption
    assert list(kept["rows"]) == [*["a-1; a-2; b-1", "a-1; a-2", "b-1"] * 2, ""]
    draft.save()
    lines = [number for number, kind in find_marks(draft) if kind == "line"]
    assert lines == ["n2", "n3", "n5", "n6"]
    assert {n for n, kind in find_marks(draft) if kind == "behind"} == {"n1", "n4", "n7"}


def test_a_summary_of_publications_leads_back_to_them(draft, frame):
    draft.table("some", "All rows", frame.drop(columns="rows"), "01_x")
    assert list(numbers(draft)["rows"]) == ["trial; warts", "trial; warts", ""]


def test_a_number_names_the_cell_that_computes_it(draft, monkeypatch):
    shell = SimpleNamespace(user_ns={"In": ["", "first", "second"]})
    monkeypatch.setattr(module, "get_ipython", lambda: shell)
    draft.write("{a}", a=Fact("1"))
    assert list(numbers(draft)["cell"]) == ["2"]


def test_the_context_of_a_number_is_plain_text(draft, rows):
    draft.write(
        "::: {{.callout}}\n1. **So** *many*: {n} {who} {which}.\n:::",
        n=Fact("5*"),
        who=Fact("[a](b)"),
        which=cite(rows),
    )
    assert list(numbers(draft)["context"]) == ["So many: ⟦5*⟧ [a](b).", "So many: 5* ⟦[a](b)⟧."]
