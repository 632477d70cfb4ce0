"""Text from data stays text: whatever it looks like, the report shows it letter for letter."""

import json
import subprocess
from unicodedata import is_normalized

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_review.markdown import (
    cite,
    drop_marks,
    escape_cell,
    format_figure,
    format_table,
    mark,
    word_plainly,
)
from evidence_review.pandoc import PANDOC
from evidence_review.report import MARKDOWN

# JupyterLab shows the same text, with HTML and $; its reader is close to GitHub's.
JUPYTERLAB = "gfm-autolink_bare_uris+tex_math_dollars"
HOSTILE = [
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "<javascript:alert(1)>",
    "<img src=x>",
    "<div",
    "![x](http://example.org/x.png)",
    "see @key2020 and [-@key2020, p. 3]",
    '=HYPERLINK("http://example.org";"x")',
    "+1 -2 @SUM(A1)",
    "a | b || c",
    "*a* _b_ **c** ~d~ ^e^ `f` $g$ ~~h~~",
    "# heading",
    "1. list",
    "- list",
    "+ list",
    "=",
    "===",
    "> quotation",
    "::: {.callout}",
    "---",
    "Table: caption",
    "[a]: http://example.org",
    "[text]{.class}",
    "&lt;b&gt; &amp; &#x3c;",
    "\\textbf{x} \\(x\\) \\",
    "\"quotes\" 'single' … -- ---",
    "two\nlines\n\nthree",
    "ends with a mark!",
    "{#id .class key=value}",
]
INVISIBLE = "\ufeff\ufffe\uffff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=INVISIBLE)
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(LETTERS, min_size=1),
    st.text("\\`*_{}[]()<>#|@$~^&!+=\":'-.1aé \n", min_size=1),
    st.lists(st.sampled_from(HOSTILE), min_size=2, max_size=4).map("".join),
).filter(lambda text: text.strip() and is_normalized("NFC", text))  # as pandoc's gfm makes it


def read(markdown: str, dialect: str = MARKDOWN) -> list[dict]:
    done = subprocess.run(
        [PANDOC, f"--from={dialect}", "--to=json"],
        input=markdown,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return json.loads(done.stdout)["blocks"]


def plain(inlines: list[dict]) -> str:
    """The words of inlines that are nothing but words, which is asserted."""
    assert {inline["t"] for inline in inlines} <= {"Str", "Space", "SoftBreak"}, inlines
    return normal("".join(inline.get("c", " ") for inline in inlines))


def normal(text: str) -> str:
    return " ".join(text.split())


def cells_of(table: dict) -> list[list[str]]:
    rows = table["c"][4][0][3]
    return [[plain(cell[4][0]["c"] if cell[4] else []) for cell in row[1]] for row in rows]


@pytest.mark.parametrize("dialect", [MARKDOWN, JUPYTERLAB], ids=["report", "JupyterLab"])
@settings(max_examples=8, deadline=None)
@given(st.lists(TEXTS, min_size=20, max_size=40))
def test_any_text_is_shown_as_it_is_in_cells_sentences_and_headings(dialect, drawn):
    texts = HOSTILE + drawn
    table = format_table(pd.DataFrame({"text": texts, "again": texts}), "Caption", "here")
    pieces = [
        f"{start}{escape_cell(text)}" for text in texts for start in ("", "See ", "See\n", "## ")
    ]

    blocks = read("\n\n".join([table, *pieces]), dialect)

    [shown] = [cells_of(block) for block in blocks if block["t"] == "Table"]
    assert shown == [[normal(text)] * 2 for text in texts]
    rest = blocks[-len(pieces) :]
    assert [block["t"] for block in rest] == ["Para", "Para", "Para", "Header"] * len(texts)
    assert [plain(block["c"][-1] if block["t"] == "Header" else block["c"]) for block in rest] == [
        normal(f"{start}{text}") for text in texts for start in ("", "See ", "See ", "")
    ]


def test_a_link_after_any_text_stays_a_link():
    links = "\n\n".join(f"{escape_cell(text)}[more](https://example.org)" for text in HOSTILE)

    for text, paragraph in zip(HOSTILE, read(links), strict=True):
        *words, link = paragraph["c"]
        assert plain(words) == normal(text)
        assert link["t"] == "Link"


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=20, max_size=40))
def test_any_text_can_be_a_caption_and_an_alternative_text(pairs):
    figures = [format_figure(f"f/{n}", *pair, "here") for n, pair in enumerate(pairs)]

    for (caption, alt), figure in zip(pairs, read("\n".join(figures)), strict=True):
        assert figure["t"] == "Figure"
        _, captions, [content] = figure["c"]
        [image] = content["c"]
        assert plain(image["c"][1]) == normal(alt)
        assert plain(captions[1][0]["c"]) == normal(f"{caption.strip().rstrip('.')}. From here.")


def test_letters_that_cannot_be_shown_or_turn_the_text_are_left_out():
    assert escape_cell(f"a{INVISIBLE}b\x00\x07c\ud800d") == "abcd"


def test_no_break_spaces_of_numbers_are_kept():
    assert escape_cell("12\u00a0% \n of\u202f3") == "12\u00a0% of\u202f3"


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA, pd.NaT])
def test_a_missing_value_is_empty(missing):
    assert escape_cell(missing) == ""


def test_citations_are_in_stable_order_and_each_once():
    assert cite(["b2", "a1", "b2"]) == "[@a1; @b2]"
    assert cite([]) == ""


def test_only_the_columns_named_are_read_as_markdown():
    frame = pd.DataFrame({"text": ["[@a1]"], "source": ["[@a1]"]})
    [table] = read(format_table(frame, "C", "o", markdown_columns=["source"]))

    [[_, [text, source]]] = table["c"][4][0][3]
    assert text[4][0]["c"] == [{"t": "Str", "c": "[@a1]"}]
    assert source[4][0]["c"][0]["t"] == "Cite"


def test_the_caption_says_where_the_table_comes_from():
    [table] = read(format_table(pd.DataFrame({"n": ["1"]}), "All rows.", "notebook 01_x, table y"))

    assert plain(table["c"][1][1][0]["c"]) == "All rows. From notebook 01_x, table y."


def test_columns_leave_room_for_their_longest_word():
    frame = pd.DataFrame({"n": ["1"], "drug": ["hydroxychloroquine"], "text": ["of a thing " * 20]})
    [table] = read(format_table(frame, "C", "o"))

    n, drug, text = (width["c"] for _, width in table["c"][2])
    assert n < drug < text
    assert drug * 110 >= len("hydroxychloroquine")


def test_a_table_without_rows_is_a_sentence_that_says_so():
    [sentence] = read(
        format_table(pd.DataFrame({"n": []}), "*All* rows.", "notebook 01_x, table y")
    )

    assert sentence["t"] == "Para"
    assert plain(sentence["c"]) == "*All* rows: none found. From notebook 01_x, table y."


@pytest.mark.parametrize("columns", [0, 8])
def test_a_table_that_does_not_fit_is_refused(columns):
    frame = pd.DataFrame("x", index=range(1), columns=[f"c{n}" for n in range(columns)])
    with pytest.raises(ValueError, match=f"Rows: a report's table has 1 to 7 .*, not {columns}"):
        format_table(frame, "Rows", "here")


# Marks: what the page makes links of.


@given(text=TEXTS)
def test_a_mark_is_dropped_and_its_text_kept_whatever_it_is(text):
    escaped = escape_cell(text)
    marked = f"a {mark(escaped, 'fact', number='n1')} b {mark('', 'line', number='n2')}"
    assert drop_marks(marked) == (f"a {escaped} b" if escaped else "a b")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_data_is_taken_for_a_mark(text):
    assert drop_marks(escape_cell(text)) == escape_cell(text)


def test_a_marked_text_is_a_span_that_shows_it_letter_for_letter():
    marked = [mark(escape_cell(text), "fact", number="n1") for text in HOSTILE]
    for block, text in zip(read("\n\n".join(marked)), HOSTILE, strict=True):
        [span] = block["c"]
        assert span["t"] == "Span" and span["c"][0] == ["", ["fact"], [["number", "n1"]]]
        assert plain(span["c"][1]) == normal(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_in_plain_words_a_text_is_what_it_was(text):
    assert word_plainly(escape_cell(text)) == normal(text)


def test_plain_words_have_no_marks_citations_emphasis_or_list_numbers():
    markdown = '::: {.callout}\n1. **So** *many*: [5\\*]{.fact number="n1"} [@a; @b].\n:::'
    assert word_plainly(markdown) == "So many: 5*."
