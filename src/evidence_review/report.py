"""The report: pieces of Markdown made safe, and one Markdown made into HTML, DOCX and PDF."""

import os
import re
import subprocess
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib
import noto_cjk_sans_jp_regular as cjk
import pandas as pd
import pypandoc
import typst
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm, Pt, RGBColor

from evidence_review.findings import BadInput, Finding

ASSETS = Path(__file__).with_name("assets")
MOST_COLUMNS = 7  # more do not fit an upright A4 page at a legible size
ALIGNMENTS = {"left": ":{}-", "right": "-{}:", "center": ":{}:"}

# Only what the report uses is read, so that text from data has little to pretend to be.
EXTENSIONS = """all_symbols_escapable auto_identifiers blank_before_header bracketed_spans citations
    fenced_divs header_attributes implicit_figures intraword_underscores link_attributes
    pipe_tables space_in_atx_header table_captions yaml_metadata_block""".split()
MARKDOWN = "+".join(["markdown_strict-raw_html", *EXTENSIONS])

# Tried in this order, letter by letter; the first is typst's own, the last has all of Chinese,
# Japanese and Korean.
FONTS = ("Libertinus Serif", "DejaVu Sans", "Noto Sans CJK JP")
FONT_FOLDERS = (Path(matplotlib.get_data_path(), "fonts", "ttf"), Path(cjk.__file__).parent)

ACTIVE = re.compile(r"""[\\`*_{}\[\]<>#|@$~^&!+=":]|(?<!\w)-|-(?!\w)|(?<=\d)[.)](?!\w)""")
# Controls, what XML forbids, byte-order marks, and what turns the direction of reading.
LEFT_OUT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def escape_cell(value: object, missing: str = "") -> str:
    """Text from data as Markdown that shows exactly this text, in a sentence or a table cell.

    White space becomes one space, letters that can't be printed or turn the direction of reading
    are left out, and a missing value becomes `missing`.
    """
    if value is None or pd.isna(value):
        return missing
    text = LEFT_OUT.sub("", " ".join(str(value).split()))
    return ACTIVE.sub(r"\\\g<0>", text)


def cite(keys: Iterable[str]) -> str:
    """A citation of all `keys`, each once and in alphabetical order; '' when there are none."""
    listed = "; ".join(f"@{key}" for key in sorted(set(keys)))
    return f"[{listed}]" if listed else ""


def format_table(
    frame: pd.DataFrame,
    caption: str,
    origin: str,
    *,
    widths: Sequence[float] | None = None,
    align: Sequence[str] | None = None,
    note: str | None = None,
    markdown_columns: Collection[str] = (),
) -> str:
    """A Markdown table of an already formatted frame, its index left out.

    `origin` says where it comes from (notebook and table) and ends the caption; `widths` are
    relative, by default after the text; `align` is 'left' (default), 'right' or 'center' for each
    column. Everything is escaped but the cells of `markdown_columns`. Raises ValueError for a
    frame without rows or columns, or with more than seven columns.
    """
    if not 1 <= frame.shape[1] <= MOST_COLUMNS or frame.empty:
        raise ValueError(
            f"a table of the report has 1 to {MOST_COLUMNS} columns and at least one row, "
            f"not {frame.shape[1]} columns and {len(frame)} rows: {caption}"
        )
    cells = pd.DataFrame(
        {
            name: frame[name].map(
                (lambda text: " ".join(str(text).split()))
                if name in markdown_columns
                else escape_cell
            )
            for name in frame.columns
        }
    )
    header = [escape_cell(name) for name in frame.columns]
    widths = widths or [_needed_width(cells[name], str(name)) for name in cells.columns]
    # pandoc takes the dashes as widths only where they are longer than a line of 72 letters.
    dashes = [max(1, round(100 * width / sum(widths))) for width in widths]
    rule = [
        ALIGNMENTS[side].format("-" * count)
        for side, count in zip(align or ["left"] * len(dashes), dashes, strict=True)
    ]
    lines = [" | ".join(row) for row in [header, rule, *cells.to_numpy().tolist()]]
    table = "\n".join(f"| {line} |" for line in lines)
    parts = [f"Table: {_with_origin(caption, origin)}", table, escape_cell(note)]
    return "\n\n".join(filter(None, parts)) + "\n"


def format_figure(name: str, caption: str, alt: str, origin: str) -> str:
    """A figure: `name` is its path below the resources, without extension, so that each format
    takes the file it can show; `alt` says in words what the chart shows."""
    identifier = "fig-" + re.sub(r"\W+", "-", name)
    caption = _with_origin(caption, origin)
    return f'![{caption}]({name}){{#{identifier} alt="{escape_cell(alt)}"}}\n'


def render_report(markdown: Path, references: Path, out: Path, resources: Path) -> list[Path]:
    """Make `out`/index.html, report.docx and report.pdf from one Markdown file.

    Figures are found below `resources`, as SVG (HTML, PDF) and PNG (DOCX). The three files are the
    same bytes for the same input, and replace older ones only when all three could be made.
    Raises BadInput for an unknown citation key, a missing figure, a letter that no font has, and
    whatever else pandoc or typst warn about.
    """
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".making-", dir=out) as name:
        folder = Path(name)
        document, styles, source = folder / "cited.json", folder / "styles.docx", folder / "pdf.typ"
        files = [folder / "index.html", folder / "report.docx", folder / "report.pdf"]
        html, docx, pdf = files

        def convert(source: Path, target: Path, *options: str) -> None:
            _run_pandoc(markdown.name, resources, source, f"--output={target}", *options)

        convert(
            markdown,
            document,
            f"--from={MARKDOWN}",
            "--to=json",
            "--citeproc",
            f"--bibliography={references}",
            f"--csl={ASSETS / 'vancouver.csl'}",
            "--metadata=link-citations",
        )
        make = ("--from=json", "--standalone", f"--lua-filter={ASSETS / 'report.lua'}")
        convert(
            document,
            html,
            *make,
            "--to=html5",
            f"--template={ASSETS / 'report.html'}",
            f"--css={ASSETS / 'report.css'}",
            "--embed-resources",
            "--toc",
            "--toc-depth=2",
        )
        _write_word_styles(styles)
        convert(document, docx, *make, "--to=docx", f"--reference-doc={styles}")
        convert(
            document,
            source,
            *make,
            "--to=typst-citations-smart",
            f"--template={ASSETS / 'report.typ'}",
            *(f"--variable=fonts:{font}" for font in FONTS),
        )
        pdf.write_bytes(_compile_pdf(source, markdown.name, resources))
        return [file.replace(out / file.name) for file in files]


def _with_origin(caption: str, origin: str) -> str:
    return f"{escape_cell(caption).rstrip('.')}. From {escape_cell(origin)}."


def _needed_width(cells: pd.Series, header: str) -> float:
    """Letters: room for the longest word, and more where cells are longer, up to forty."""
    # A citation is shown as its number, so its key does not count.
    shown = cells.str.replace(r"@[^\s;\]]+", "000", regex=True)
    words = " ".join([header, *shown]).split()
    return max(min(shown.str.len().mean(), 40), *map(len, words), 3)


def _run_pandoc(report: str, resources: Path, *arguments: Path | str) -> None:
    """Run pandoc; whatever it warns about is an error of `report`."""
    done = subprocess.run(
        [
            pypandoc.get_pandoc_path(),
            "--fail-if-warnings",
            f"--resource-path={resources}",
            *map(str, arguments),
        ],
        capture_output=True,
        encoding="utf-8",
        # The date in a DOCX; any fixed one will do, this is the first that a ZIP file can hold.
        env=os.environ | {"SOURCE_DATE_EPOCH": "315532800"},
    )
    if not done.returncode:
        return
    unknown = re.findall(r"citation (\S+) not found", done.stderr)
    findings = [
        Finding(
            report,
            f"it cites '{key}', which is not in the bibliography",
            "Add the publication to the bibliography or correct the key.",
        )
        for key in dict.fromkeys(unknown)
    ]
    problem = " ".join(done.stderr.split())
    raise BadInput(
        findings or Finding(report, f"pandoc says: {problem}", "Correct what it names.")
    )


def _compile_pdf(source: Path, report: str, resources: Path) -> bytes:
    """Compile typst `source` as PDF/UA-1, which refuses what a reader could not see or hear."""
    try:
        return typst.compile(
            source.read_bytes(),
            root=str(resources),
            ignore_system_fonts=True,
            font_paths=[str(folder) for folder in FONT_FOLDERS],
            pdf_standards=["ua-1"],
            timestamp=0,
        )
    except typst.TypstError as error:
        remedy = "Correct what it names."
        if "could not be displayed" in str(error):
            remedy = "No font of the report has this letter: write the text in other letters."
        raise BadInput(Finding(report, f"typst says: {error}", remedy)) from error


def _write_word_styles(path: Path) -> None:
    """pandoc's own Word styles with our type, rules between table rows and page numbers."""
    command = [pypandoc.get_pandoc_path(), "--print-default-data-file=reference.docx"]
    path.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
    word = Document(str(path))
    styles = word.styles
    for name in ("Callout", "Table Text"):
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Body Text"]
    sizes = {
        "Normal": 10.5,
        "Title": 22,
        "Subtitle": 13,
        "Date": 10,
        "Heading 1": 16,
        "Heading 2": 13,
        "Heading 3": 11,
        "Table Text": 8,
        "Table Caption": 9,
        "Image Caption": 9,
        "Bibliography": 9,
    }
    for name, size in sizes.items():
        styles[name].font.size = Pt(size)
        styles[name].font.name = "Calibri"
    for name in ("Title", "Subtitle", "Date"):
        styles[name].paragraph_format.alignment = 0
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
        styles[name].font.color.rgb = RGBColor(0x1C, 0x24, 0x30)
    for name in ("Table Caption", "Image Caption"):
        styles[name].font.italic = False
    styles["Table Caption"].paragraph_format.keep_with_next = True
    styles["Table Text"].paragraph_format.space_before = Pt(1)
    styles["Table Text"].paragraph_format.space_after = Pt(1)
    callout = styles["Callout"].element.get_or_add_pPr()
    space = nsdecls("w")
    callout.append(
        parse_xml(
            f'<w:pBdr {space}><w:left w:val="single" w:sz="24" w:space="8" w:color="C98A10"/>'
            "</w:pBdr>"
        )
    )
    callout.append(parse_xml(f'<w:shd {space} w:val="clear" w:color="auto" w:fill="FDF5E3"/>'))
    rule = 'w:val="single" w:sz="4" w:space="0" w:color="C3C9D2"'
    styles["Table"].element.find(".//w:tblPr", styles.element.nsmap).append(
        parse_xml(
            f"<w:tblBorders {space}><w:top {rule}/><w:bottom {rule}/><w:insideH {rule}/>"
            "</w:tblBorders>"
        )
    )
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    number = parse_xml(f'<w:fldSimple {space} w:instr="PAGE"/>')
    section.footer.paragraphs[0]._p.append(number)
    word.save(str(path))
