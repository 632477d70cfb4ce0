"""The report: one Markdown file made into HTML, DOCX and PDF, another into a sheet to print."""

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile, ZipInfo

import matplotlib
import noto_cjk_sans_jp_regular as cjk
import typst
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from pypdf import PdfReader

from evidence_review.files import ASSETS, write_atomically
from evidence_review.findings import BadInput, Finding
from evidence_review.pandoc import PANDOC

# Only what the report uses is read, so that text from data has little to pretend to be.
MARKDOWN = (
    "markdown_strict-raw_html+all_symbols_escapable+auto_identifiers+blank_before_header"
    "+bracketed_spans+citations+fenced_divs+header_attributes+implicit_figures"
    "+intraword_underscores+link_attributes+pipe_tables+space_in_atx_header+table_captions"
    "+yaml_metadata_block"
)

# Tried in this order, letter by letter; the first is typst's own, the last has all of Chinese,
# Japanese and Korean.
FONTS = ("Libertinus Serif", "DejaVu Sans", "Noto Sans CJK JP")
FONT_FOLDERS = (Path(matplotlib.get_data_path(), "fonts", "ttf"), Path(cjk.__file__).parent)

FILTER = f"--lua-filter={ASSETS / 'report.lua'}"
TYPST = (
    "--standalone",
    FILTER,
    "--to=typst-citations-smart",
    f"--template={ASSETS / 'report.typ'}",
    *(f"--variable=fonts:{font}" for font in FONTS),
)


PAGE = (
    "--standalone",
    FILTER,
    "--to=html5",
    f"--template={ASSETS / 'report.html'}",
    "--toc",
    "--toc-depth=3",
)


def run_pandoc_for_page(name: str, resources: Path, source: bytes, *options: str) -> bytes:
    """`run_pandoc` to a page that needs no other file: its style and charts are in it."""
    style = (ASSETS / "report.css").read_text(encoding="utf-8")
    return run_pandoc(name, resources, source, *options, *PAGE, f"--variable=style:{style}")


def render_report(markdown: Path, references: Path, out: Path, resources: Path) -> list[Path]:
    """Make `out`/index.html, report.docx and report.pdf from one Markdown file.

    Figures are found below `resources`, as SVG (HTML, PDF) and PNG (DOCX). The three files are the
    same bytes for the same input, and replace older ones only when all three could be made.
    Raises BadInput for an unknown citation key, a missing figure, a letter that no font has,
    whatever else pandoc or typst warn about, and an `out` where nothing can be written.
    """

    def convert(source: bytes, *options: str) -> bytes:
        return run_pandoc(markdown.name, resources, source, *options)

    document = convert(
        _read_markdown(markdown),
        f"--from={MARKDOWN}",
        "--to=json",
        "--citeproc",
        f"--bibliography={references}",
        f"--csl={ASSETS / 'vancouver.csl'}",
        "--metadata=link-citations",
    )

    def make_html() -> bytes:
        return run_pandoc_for_page(markdown.name, resources, document, "--from=json")

    def make_docx() -> bytes:
        with TemporaryDirectory() as folder:
            styles = Path(folder, "styles.docx")
            _write_word_styles(styles)
            word = ("--standalone", FILTER, "--to=docx", f"--reference-doc={styles}")
            docx = convert(document, "--from=json", *word)
        return _keep_rows_whole(docx)

    def make_pdf() -> bytes:
        source = convert(document, "--from=json", *TYPST)
        return _compile_pdf(source, markdown.name, resources)

    makers = {"index.html": make_html, "report.docx": make_docx, "report.pdf": make_pdf}
    with ThreadPoolExecutor() as pool:  # pandoc and typst work outside Python, side by side
        made = {name: pool.submit(maker) for name, maker in makers.items()}
    contents = {name: future.result() for name, future in made.items()}
    for name, content in contents.items():
        write_atomically(out / name, content)
    return [out / name for name in contents]


def render_sheet(markdown: Path, out: Path, resources: Path) -> Path:
    """Make `out`/NAME.pdf, one page that prints on A4 and on Letter, from a Markdown file.

    The same bytes for the same input. Raises BadInput for a text that needs more than a page, and
    for what `render_report` would refuse.
    """
    source = run_pandoc(
        markdown.name,
        resources,
        _read_markdown(markdown),
        f"--from={MARKDOWN}",
        "--variable=sheet:true",
        *TYPST,
    )
    pdf = _compile_pdf(source, markdown.name, resources)
    if (pages := len(PdfReader(BytesIO(pdf)).pages)) != 1:
        raise BadInput(
            Finding(markdown.name, f"it takes {pages} pages, not one", "Shorten its tables")
        )
    path = out / f"{markdown.stem}.pdf"
    write_atomically(path, pdf)
    return path


def _read_markdown(path: Path) -> bytes:
    """What a notebook wrote. Raises BadInput where none did."""
    if not path.is_file():
        remedy = "Let a notebook write it: `draft.Draft` does"
        raise BadInput(Finding(str(path), "no notebook has made it", remedy))
    return path.read_bytes()


def run_pandoc(report: str, resources: Path, source: bytes, *options: str) -> bytes:
    """Convert `source` with pandoc; whatever it warns about is an error of `report`."""
    done = subprocess.run(
        [
            PANDOC,
            "--fail-if-warnings",
            f"--resource-path={resources}",
            "--output=-",
            *options,
        ],
        input=source,
        capture_output=True,
        # The date in a DOCX; any fixed one will do, this is the first that a ZIP file can hold.
        env=os.environ | {"SOURCE_DATE_EPOCH": "315532800"},
    )
    if not done.returncode:
        return done.stdout
    said = done.stderr.decode("utf-8", "replace")
    unknown = re.findall(r"citation (\S+) not found", said)
    findings = [
        Finding(
            report,
            f"it cites '{key}', which is not in the bibliography",
            "Add the publication to the bibliography or correct the key.",
        )
        for key in dict.fromkeys(unknown)
    ]
    problem = " ".join(said.split())
    raise BadInput(findings or Finding(report, f"pandoc says: {problem}", "Correct what it names."))


def _compile_pdf(source: bytes, report: str, resources: Path) -> bytes:
    """Compile typst `source` as PDF/UA-1, which refuses what a reader could not see or hear."""
    try:
        return typst.compile(
            source,
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
    command = [PANDOC, "--print-default-data-file=reference.docx"]
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
        font = styles[name].font
        font.size, font.italic = Pt(size), False
        font.color.rgb = RGBColor(0x1C, 0x24, 0x30)
        fonts = font._element.get_or_add_rPr().get_or_add_rFonts()
        fonts.attrib.clear()  # a font of the theme would win over the one named here
        font.name = "Calibri"
        fonts.set(qn("w:eastAsia"), "SimSun")  # Calibri has no Chinese or Japanese
    xmlns, rule = nsdecls("w"), 'w:val="single" w:sz="4" w:space="0" w:color="C3C9D2"'
    edge = 'w:val="single" w:sz="24" w:space="8" w:color="C98A10"'
    callout = styles["Callout"].element.get_or_add_pPr()
    callout.append(parse_xml(f"<w:pBdr {xmlns}><w:left {edge}/></w:pBdr>"))
    callout.append(parse_xml(f'<w:shd {xmlns} w:val="clear" w:color="auto" w:fill="FDF5E3"/>'))
    spaces = {"Callout": (0, 0), "Table Text": (1, 1), "Table Caption": (14, 4)}
    for name, (before, after) in spaces.items():
        style = styles[name].paragraph_format
        style.space_before, style.space_after = Pt(before), Pt(after)
    for name in ("Title", "Subtitle", "Date"):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    table = styles["Table"].element
    borders = f"<w:top {rule}/><w:bottom {rule}/><w:insideH {rule}/>"
    margins = table.find(f".//{qn('w:tblCellMar')}")
    margins.addprevious(parse_xml(f"<w:tblBorders {xmlns}>{borders}</w:tblBorders>"))
    for side in margins.iterchildren(qn("w:left"), qn("w:right")):
        side.set(qn("w:w"), "50")  # twentieths of a point
    table.find(qn("w:tblStylePr")).insert(0, parse_xml(f"<w:rPr {xmlns}><w:b/></w:rPr>"))
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Cm(2))
    section.header_distance = section.footer_distance = Cm(1)
    page = f'<w:fldSimple {xmlns} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    section.footer.paragraphs[0]._p.append(parse_xml(page))
    path.write_bytes(_save_undated(word))


def _keep_rows_whole(docx: bytes) -> bytes:
    """No row of a table is split between pages, and the header row is never the last on one."""
    word = Document(BytesIO(docx))
    for table in word.tables:
        for row in table.rows:
            row._tr.get_or_add_trPr().insert(0, parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
        for cell in table.rows[0].cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True
    return _save_undated(word)


def _save_undated(word: WordDocument) -> bytes:
    """pandoc copies parts with their dates, and python-docx dates them now: ZipInfo's is fixed."""
    saved, made = BytesIO(), BytesIO()
    word.save(saved)
    with ZipFile(saved) as dated, ZipFile(made, "w") as undated:
        for name in dated.namelist():
            undated.writestr(ZipInfo(name), dated.read(name))
    return made.getvalue()
