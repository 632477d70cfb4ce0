"""Pieces of the report's Markdown: text from data made safe, citations, tables, figures."""

import re
from collections.abc import Collection, Iterable

import pandas as pd

LINE = 125  # letters of a table's line on an upright A4 page
MOST_COLUMNS = 7  # more do not fit an upright A4 page at a legible size

# More than the report's pandoc would act on: JupyterLab shows the same text and reads HTML and $.
ACTIVE = re.compile(r"""[\\`*_{\[\]<>#|@$~&!+=":]|-(?!\w)""")
# A mark for the page and its text, as `mark` writes it; no data can, its brackets are escaped.
MARK = re.compile(r"(?<!\|) ?\[\]\{\.[^}]*\}|\[((?:\\.|[^\[\]\\])*)\]\{\.[^}]*\}")
CITATION = re.compile(r" ?\[@[^]]*\]")
LIST_NUMBER = re.compile(r"^(\d+)([.)])")
# Controls other than white space, what XML forbids, byte-order marks, reversed reading.
LEFT_OUT = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff"
    r"\u202a-\u202e\u2066-\u2069]"
)


def escape_cell(value: object) -> str:
    """Text from data as Markdown that shows exactly this text, in a sentence or a table cell.

    White space becomes one space, letters that can't be printed or turn the direction of reading
    are left out; a missing value becomes ''.
    """
    if value is None or pd.isna(value):
        return ""
    text = ACTIVE.sub(r"\\\g<0>", _single_spaced(LEFT_OUT.sub("", str(value))))
    return LIST_NUMBER.sub(r"\1\\\2", text)


def mark(text: str, kind: str, **where: str) -> str:
    """Markdown `text` marked for the page to make a link of: `[84 rows]{.fact number="n1"}`.

    `kind` and `where` are names that the code gives. Word and PDF show the text alone; an empty
    one is worded by the page.
    """
    places = " ".join(f'{name}="{value}"' for name, value in where.items())
    return f"[{text}]{{.{kind} {places}}}"


def drop_marks(markdown: str) -> str:
    """Markdown without its marks, their texts kept, as a notebook shows it."""
    return MARK.sub(lambda found: found[1] or "", markdown)


def word_plainly(markdown: str) -> str:
    """The words of a paragraph, heading or list item: no marks, citations, emphasis or escapes."""
    text = CITATION.sub("", drop_marks(markdown))
    text = re.sub(r"(?m)^:::.*$|^#+ |^\d+\. ", "", text)
    return _single_spaced(re.sub(r"\\([^\w]|_)|[*`]", lambda found: found[1] or "", text))


def cite(keys: Iterable[str]) -> str:
    """A citation of all `keys`, each once and in alphabetical order; '' when there are none."""
    listed = "; ".join(f"@{key}" for key in sorted(set(keys)))
    return f"[{listed}]" if listed else ""


def format_table(
    frame: pd.DataFrame,
    caption: str,
    origin: str,
    *,
    markdown_columns: Collection[str] = (),
) -> str:
    """A Markdown table of an already formatted frame, its index left out.

    `origin` (Markdown) says where it comes from and ends the caption; columns are as wide as their
    text needs. Everything else is escaped but the cells of `markdown_columns`. Without rows it is
    a sentence: none found. Raises ValueError for no columns or more than seven.
    """
    if not 1 <= frame.shape[1] <= MOST_COLUMNS:
        raise ValueError(
            f"{caption}: a report's table has 1 to {MOST_COLUMNS} columns, not {frame.shape[1]}"
        )
    if frame.empty:
        return _with_origin(f"{caption.rstrip('.')}: none found", origin) + "\n"
    cells = pd.DataFrame(
        {
            name: frame[name].map(_single_spaced if name in markdown_columns else escape_cell)
            for name in frame.columns
        }
    )
    header = [escape_cell(name) for name in frame.columns]
    widths = _needed_widths(cells)
    # pandoc takes the dashes as widths only where they are longer than a line of 72 letters.
    rule = [":" + "-" * max(2, round(100 * width / sum(widths)) + 1) for width in widths]
    lines = [" | ".join(row) for row in [header, rule, *cells.to_numpy().tolist()]]
    table = "\n".join(f"| {line} |" for line in lines)
    return f"Table: {_with_origin(caption, origin)}\n\n{table}\n"


def format_figure(name: str, caption: str, alt: str, origin: str) -> str:
    """A figure: `name` is its path below the resources, without extension, so that each format
    takes the file it can show; `alt` says in words what the chart shows, `origin` (Markdown) where
    it comes from."""
    identifier = "fig-" + re.sub(r"\W+", "-", name)
    caption = _with_origin(caption, origin)
    return f'![{caption}]({name}){{#{identifier} alt="{escape_cell(alt)}"}}\n'


def _with_origin(caption: str, origin: str) -> str:
    return f"{escape_cell(caption).rstrip('.')}. From {origin}."


def _single_spaced(text: str) -> str:
    """White space as one space, but for the no-break spaces of figures."""
    return re.sub(r"[^\S\u00a0\u202f]+", " ", text).strip()


def _needed_widths(cells: pd.DataFrame) -> list[float]:
    """Letters for each column: room for its longest word first, then for nine in ten of its cells
    (up to eighty letters) as far as a line goes."""
    # A citation is shown as a number; four letters more are for the margins and a bold header.
    shown = cells.map(drop_marks).replace(r"@[^\s;\]]+;?", "0", regex=True)
    words = pd.concat([pd.DataFrame([cells.columns], columns=cells.columns), shown])
    longest = words.map(lambda text: max(map(len, re.split(r"[\s/-]+", text)))).max() + 4
    wanted = (shown.map(len).quantile(0.9).clip(upper=80) - longest).clip(lower=0)
    spare = max(LINE - longest.sum(), 0)
    return (longest + wanted * min(1, spare / max(wanted.sum(), 1))).tolist()
