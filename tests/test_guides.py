"""A guide as its readers get it, from each kind of file; one message where it cannot be read."""

import re
import socket
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypandoc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from evidence_review import guides
from evidence_review.findings import BadInput
from evidence_review.guides import Guide, read_guide, split_sentences

MARKDOWN = """
# Feet

Corns *hurt*. So does [paring](https://doi.org/10.1000/t), they say.^[They mean well.]

- Wear wide shoes
- Do not cut; see `a nurse`

| Day | Deed         |
|-----|--------------|
| One | Soak it.     |

Core
:   The hard part.

| Paring is best
| left. Or so.
"""
SAID = (
    "Feet",
    "Corns hurt.",
    "So does paring, they say.",
    "They mean well.",
    "Wear wide shoes",
    "Do not cut; see a nurse",
    "Day",
    "Deed",
    "One",
    "Soak it.",
    "Core",
    "The hard part.",
    "Paring is best left.",
    "Or so.",
)


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str, str | bytes], Guide]:
    """Write a file of this name and read it as a guide."""

    def write_and_read(name: str, content: str | bytes) -> Guide:
        raw = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(raw)
        return read_guide(tmp_path / name)

    return write_and_read


@pytest.fixture
def refuse(tmp_path: Path) -> Callable[[Path], str]:
    """Read what cannot be read; give what is said of it beside name and remedy."""

    def read_in_vain(path: Path) -> str:
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(BadInput) as refused:
            read_guide(path)
        (finding,) = refused.value.findings
        assert finding.file == path.name and finding.remedy
        assert "\n" not in str(finding) and len(str(finding)) < 400
        assert sorted(tmp_path.rglob("*")) == before
        return finding.problem

    return read_in_vain


def write_pdf(path: Path, *pages: list[str], password: str = "", letters: bytes = b"") -> Path:
    """A PDF of these lines; `letters` is a table that says which letters a font shows."""
    writer = PdfWriter()
    for lines in pages:
        page = writer.add_blank_page(600, 800)
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        font = DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()})
        if letters:
            table = DecodedStreamObject()
            table.set_data(letters)
            font[NameObject("/ToUnicode")] = writer._add_object(table)
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        shown = " ".join(f"({line}) Tj T*" for line in lines)
        drawing = DecodedStreamObject()
        drawing.set_data(f"BT /F1 12 Tf 14 TL 50 750 Td {shown} ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(drawing)
    if password:
        writer.encrypt(password)
    writer.write(path)
    return path


def write_docx(path: Path, main: str, **parts: bytes) -> Path:
    """A DOCX around this body, declared as its type asks, with further parts."""
    office = "http://schemas.openxmlformats.org"
    mime = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{office}/package/2006/content-types">'
            '<Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{mime}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", main)
        for name, content in parts.items():
            archive.writestr("word/" + name.replace("_", "."), content)
    return path


def word(text: str, before: str = "") -> str:
    """The main part of a DOCX with one paragraph."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return (
        f'<?xml version="1.0"?>{before}<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>'
        f"{text}</w:t></w:r></w:p></w:body></w:document>"
    )


# What is read


def test_markdown_is_read_in_order_with_lists_tables_terms_lines_and_notes(read):
    assert read("guide.md", MARKDOWN).sentences == SAID


def test_html_is_read_as_markdown_is(read):
    page = pypandoc.convert_text(MARKDOWN, "html", "markdown", extra_args=["--standalone"])
    assert read("guide.html", page).sentences == SAID
    assert read("guide.HTM", page).sentences == SAID


def test_docx_is_read_as_markdown_is(read, tmp_path):
    path = tmp_path / "guide.docx"
    pypandoc.convert_text(MARKDOWN, "docx", "markdown", outputfile=str(path))
    assert read_guide(path).sentences == SAID


@pytest.mark.parametrize("kind", ["md", "html", "docx"])
def test_the_address_of_a_link_is_a_reference_and_no_sentence(tmp_path, kind):
    path = tmp_path / f"guide.{kind}"
    pypandoc.convert_text(MARKDOWN, kind, "markdown", outputfile=str(path))
    guide = read_guide(path)
    assert guide.references[["identifier_type", "identifier"]].to_numpy().tolist() == [
        ["DOI", "10.1000/t"]
    ]
    assert "10.1000" not in " ".join(guide.sentences)


def test_a_link_s_address_is_printed_behind_the_words_before_it(read):
    text = "<p>See <a href='https://doi.org/10.1000/t'>Paring or plaster</a> and more.</p>"
    (printed,) = read("guide.html", text).references["printed"]
    assert "See Paring or plaster" in printed and "more" not in printed


def test_text_in_preformatted_blocks_is_not_lost(read):
    assert read("a.html", "<pre>It hurts.\nAnd so on.</pre>").sentences == (
        "It hurts.",
        "And so on.",
    )


def test_a_line_of_text_is_a_block_unless_it_ends_in_mid_sentence(read):
    said = read(
        "guide.txt", "Corns\r\nThey hurt where shoes\r\nare tight  \r\n\r\nNo end\n\nbut on"
    )
    assert said.sentences == ("Corns", "They hurt where shoes are tight", "No end", "but on")


def test_long_lines_of_a_pdf_are_joined_to_sentences_and_a_list_s_items_are_not(tmp_path):
    lines = [
        "Feet",
        "Corns hurt when shoes are tight, and they",
        "stay.",
        "They are what every walker knows from",
        "Chile. They are what every walker knows from",
        "Peru. Twice.",
        "- An item of a list that goes on for long enough",
        "- Another item",
    ]
    guide = read_guide(write_pdf(tmp_path / "guide.pdf", lines, ["Page two."]))
    assert guide.sentences == (
        "Feet",
        "Corns hurt when shoes are tight, and they stay.",
        "They are what every walker knows from",
        "Chile.",
        "They are what every walker knows from Peru.",
        "Twice.",
        "An item of a list that goes on for long enough",
        "Another item",
        "Page two.",
    )


def test_half_a_letter_of_a_faulty_pdf_can_still_be_written(tmp_path):
    table = b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange "
    table += b"1 beginbfchar <41> <d83d> endbfchar endcmap"
    guide = read_guide(write_pdf(tmp_path / "a.pdf", ["A corn hurts."], letters=table))
    assert guide.sentences[0].encode().endswith(b" corn hurts.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("kind", ["txt", "md", "html"])
def test_the_encodings_of_common_editors_are_read(read, kind, encoding):
    text = "Corns hurt – “much”. At the café’s door."
    said = read(f"guide.{kind}", text.encode(encoding)).sentences
    assert said == ("Corns hurt – “much”.", "At the café’s door.")


def test_front_matter_stays_text_and_is_not_obeyed(read):
    said = " ".join(read("a.md", "---\ntitle: Feet\nlang: [\n---\n\nCorns hurt.").sentences)
    assert "title: Feet" in said and "Corns hurt." in said


# Sentences


@pytest.mark.parametrize(
    ("block", "sentences"),
    [
        ("It hurts. It stays! Does it? Yes", ["It hurts.", "It stays!", "Does it?", "Yes"]),
        ("Well... Never?! Yes… So", ["Well...", "Never?!", "Yes…", "So"]),
        ("Ask Dr. Ames of St. Ives, e.g. Ann. Go.", ["Ask Dr. Ames of St. Ives, e.g. Ann.", "Go."]),
        (
            "J. R. Ames of the U.S. Army et al. Found.",
            ["J. R. Ames of the U.S. Army et al. Found."],
        ),
        ("Is it safe? No. Never cut.", ["Is it safe?", "No.", "Never cut."]),
        ("Use No. 5 of casino. 7 days.", ["Use No. 5 of casino.", "7 days."]),
        (
            "Please don't. Please DON’T. They scar.",
            ["Please don't.", "Please DON’T.", "They scar."],
        ),
        ("Eat vitamin A. Rub in 5 g. Rinse.", ["Eat vitamin A.", "Rub in 5 g.", "Rinse."]),
        ("“It hurts.” She left. (Truly.) So", ["“It hurts.”", "She left.", "(Truly.)", "So"]),
        ("She said. “Do it.” ‘Why?’ I", ["She said.", "“Do it.”", "‘Why?’", "I"]),
        ("- Soak. - Pare. • Rest.", ["Soak.", "Pare.", "Rest."]),
        ("1. Soak it. 2. Pare it.", ["1. Soak it.", "2. Pare it."]),
        ("It has 3.5 mm. 20% go. In 2021. So", ["It has 3.5 mm.", "20% go.", "In 2021.", "So"]),
        ("approx. five, i.e. few, vs. many", ["approx. five, i.e. few, vs. many"]),
        (
            "鶏眼は良性です。治りますか？はい！終",
            ["鶏眼は良性です。", "治りますか？", "はい！", "終"],
        ),
        ("Äpfel sind. Öl ist. Él va.", ["Äpfel sind.", "Öl ist.", "Él va."]),
        ("...", []),
        ("", []),
    ],
)
def test_a_block_is_split_where_a_sentence_ends(block, sentences):
    assert split_sentences(block) == sentences


PIECES = [*"aBé5漢。？ .!?…\"”’')(“-•*_\n", "Dr.", "e.g. ", "No. ", "don't. ", " - ", "A. ", "1. "]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_letter_of_a_block_is_lost_doubled_or_moved(block):
    assert re.findall(r"\w", "".join(split_sentences(block))) == re.findall(r"\w", block)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_every_sentence_has_a_letter_and_no_blanks_around_it(block):
    assert all(s == s.strip() and re.search(r"\w", s) for s in split_sentences(block))


# References


def find(*texts: str) -> list[list[str]]:
    found = guides.find_references(list(texts))
    return found[["identifier_type", "identifier"]].to_numpy().tolist()


@pytest.mark.parametrize(
    ("text", "kind", "identifier"),
    [
        ("Ames 2003, doi:10.1000/t.", "DOI", "10.1000/t"),
        ("(see https://doi.org/10.1016/S0140-6736(05)12-6).", "DOI", "10.1016/S0140-6736(05)12-6"),
        ("https://dx.doi.org/10.1000/t; and", "DOI", "10.1000/t"),
        ("https://example.org/doi/10.1000/t/full?utm_source=x", "DOI", "10.1000/t"),
        ("https://example.org/doi/epdf/10.1000/t.2#page", "DOI", "10.1000/t.2"),
        ("PMID: 12345678.", "PMID", "12345678"),
        ("pmid 12345678", "PMID", "12345678"),
        ("https://pubmed.ncbi.nlm.nih.gov/12345678/", "PMID", "12345678"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/12345678?dopt=x", "PMID", "12345678"),
        ("[PMC1234567],", "PMCID", "PMC1234567"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/pmc1234567/.", "PMCID", "PMC1234567"),
        ("https://www.ncbi.nlm.nih.gov/books/NBK123456/", "NBK", "NBK123456"),
        ("StatPearls nbk123456:", "NBK", "NBK123456"),
        ("https://hal.science/hal-01234567.", "HAL", "hal-01234567"),
        ("At https://example.org/corns?a=1&b=2, they", "URL", "https://example.org/corns?a=1&b=2"),
        ("<http://example.org/corns>.", "URL", "http://example.org/corns"),
    ],
)
def test_each_kind_of_identifier_is_found_once_without_the_stop_behind_it(text, kind, identifier):
    assert find(text) == [[kind, identifier]]


@pytest.mark.parametrize(
    "text",
    ["PMC12", "In 10.5 weeks/months", "PMID", "call 12345678", "www.example.org", "XPMC1234567"],
)
def test_what_only_looks_like_an_identifier_is_none(text):
    assert find(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Ames A, Berg B. Paring or plaster. Feet 2003;12:4-9.",
        "Ames A. Paring or plaster. Feet. 2003 Jan 5; 12(4): 4-9",
        "Ames, A., & Berg, B. (2003). Paring or plaster. Feet, 12(4), 4–9.",
    ],
)
def test_a_reference_without_identifier_is_listed_as_printed(text):
    assert find(text) == [[guides.AS_PRINTED, text]]
    assert find(f"{text} doi:10.1000/t") == [["DOI", "10.1000/t"]]


@pytest.mark.parametrize(
    "text", ["Open since 2003; closed on Mondays", "Since (2003) 4-9 people come", "2003: 12-14"]
)
def test_a_year_alone_makes_no_reference(text):
    assert find(text) == []


def test_references_stand_once_in_the_order_of_the_text():
    text = "PMC1234567, https://example.org/a, https://doi.org/10.1000/t, https://example.org/a"
    assert find(text, "https://example.org/b pmc1234567") == [
        ["PMCID", "PMC1234567"],
        ["URL", "https://example.org/a"],
        ["DOI", "10.1000/t"],
        ["URL", "https://example.org/b"],
    ]


def test_what_stands_before_a_reference_is_kept_up_to_a_width():
    text = "Z" + "y " * guides.WIDTH + "Paring or plaster. doi:10.1000/t and later"
    (printed,) = guides.find_references([text])["printed"]
    assert printed.endswith("Paring or plaster. doi:10.1000/t")
    assert len(printed) == guides.WIDTH


def test_a_text_without_references_has_an_empty_table_of_the_same_columns():
    table = guides.find_references(["Nothing"])
    assert list(table.columns) == ["identifier_type", "identifier", "printed"] and table.empty


# Hostile or broken


def test_a_script_in_html_never_becomes_text(read):
    page = """<head><title>Feet</title><style>p {color: red}</style>
    <script>alert('one')</script></head><body onload="alert('two')"><p>Corns <b>hurt</b>.
    <script type="module">alert('three')</script><img src=x onerror="alert('four')"></p>
    <svg><script>alert('five')</script></svg><!-- alert('six') -->
    <a href="javascript:alert('seven')">More.</a></body>"""
    assert read("a.html", page).sentences == ("Corns hurt.", "More.")


@pytest.mark.parametrize("kind", ["html", "md"])
def test_nothing_is_fetched_from_the_network_or_the_disk(read, tmp_path, kind):
    secret = tmp_path / "secret.html"
    secret.write_text("<p>A secret.</p>")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        page = "Corns hurt.\n\n" + "\n".join(
            f'<iframe src="{a}"></iframe><p><img src="{a}"><object data="{a}"></object></p>'
            f'<link rel="stylesheet" href="{a}"><script src="{a}"></script>'
            for a in (address, secret.as_uri())
        )
        page += f"\n\n![]({address}) \\input{{{secret}}}\n" if kind == "md" else ""
        assert read(f"a.{kind}", page).sentences == ("Corns hurt.",)
        with pytest.raises(BlockingIOError):  # nobody has called
            server.accept()


def test_a_docx_with_macros_is_text_only(tmp_path):
    path = write_docx(tmp_path / "a.docx", word("Corns hurt."), vbaProject_bin=b"Sub AutoOpen()")
    assert read_guide(path).sentences == ("Corns hurt.",)


@pytest.mark.parametrize("entity", ['SYSTEM "{}"', '"no secret"'])
def test_a_docx_that_declares_entities_is_refused(refuse, tmp_path, entity):
    secret = tmp_path / "secret.txt"
    secret.write_text("A secret.")
    before = f"<!DOCTYPE d [<!ENTITY x {entity.format(secret.as_uri())}>]>"
    path = write_docx(tmp_path / "a.docx", word("Corns &x;", before))
    assert refuse(path).startswith("word/document.xml declares entities")


def test_an_entity_in_any_part_of_a_docx_is_refused(refuse, tmp_path):
    part = b'<!DOCTYPE d [<!ENTITY x "y">]><d>&x;</d>'
    path = write_docx(tmp_path / "a.docx", word("Corns hurt."), footnotes_xml=part)
    assert "word/footnotes.xml declares entities" in refuse(path)


def test_an_entity_behind_a_long_comment_or_in_another_encoding_yields_nothing(refuse, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("A secret.")
    entity = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    hidden = word("Corns &x;", "<!--" + "x" * guides.MEGABYTE + "-->" + entity)
    assert "not readable" in refuse(write_docx(tmp_path / "a.docx", hidden))
    other = word("Corns &x;", entity).encode("utf-16")
    problem = refuse(write_docx(tmp_path / "b.docx", other))
    assert "Cannot decode byte" in problem and "CallStack" not in problem


def test_a_zip_bomb_is_refused_before_it_is_unpacked(refuse, tmp_path):
    path = write_docx(tmp_path / "a.docx", word("Corns hurt."), bomb_xml=b"bomb")
    # The directory at the archive's end says how large the part will be: 4 bytes, now 4 GB.
    raw = path.read_bytes()
    entry = raw.rindex(b"PK\x01\x02", 0, raw.rindex(b"word/bomb.xml"))
    path.write_bytes(raw[: entry + 24] + b"\xfe\xff\xff\xff" + raw[entry + 28 :])
    assert path.stat().st_size < 2_000
    assert refuse(path) == "it unpacks to 4,295 MB in 4 parts"


def test_an_archive_of_very_many_parts_is_refused(refuse, tmp_path):
    parts = {f"p{n}_txt": b"" for n in range(5_000)}
    path = write_docx(tmp_path / "a.docx", word("Corns hurt."), **parts)
    assert "5,003 parts" in refuse(path)


@pytest.mark.parametrize("content", [b"Corns hurt.", b"PK\x03\x04 and no more"])
def test_a_docx_that_is_no_archive_is_refused(refuse, tmp_path, content):
    path = tmp_path / "a.docx"
    path.write_bytes(content)
    assert "not a readable DOCX" in refuse(path)


def test_an_archive_that_is_no_docx_is_refused(refuse, tmp_path):
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("corns.txt", "Corns hurt.")
    assert "not readable as docx" in refuse(path)


def test_a_pdf_without_text_is_refused(refuse, tmp_path):
    assert refuse(write_pdf(tmp_path / "a.pdf", [])) == "it holds no text"


def test_a_locked_pdf_is_refused(refuse, tmp_path):
    path = write_pdf(tmp_path / "a.pdf", ["Corns hurt."], password="x")
    assert refuse(path) == "the PDF is locked"


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.6])
def test_a_broken_pdf_is_refused(refuse, tmp_path, keep):
    raw = write_pdf(tmp_path / "whole.pdf", ["Corns hurt."]).read_bytes()
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 " + raw[: int(keep * len(raw))])
    assert re.search("not a readable PDF|it holds no text", refuse(path))


def test_a_pdf_of_very_many_pages_is_refused(refuse, tmp_path):
    writer = PdfWriter()
    for _ in range(guides.MOST_PAGES + 1):
        writer.add_blank_page(9, 9)
    writer.write(tmp_path / "a.pdf")
    assert refuse(tmp_path / "a.pdf") == "301 pages, more than 300"


@pytest.mark.parametrize("kind", guides.SUFFIXES)
def test_an_empty_file_is_refused(refuse, tmp_path, kind):
    path = tmp_path / f"a{kind}"
    path.touch()
    assert refuse(path) == "the file is empty"


@pytest.mark.parametrize("content", ["\n \t\n", "* * *\n", "... – !\n", "\ufeff", "<!-- Corns -->"])
def test_a_file_without_a_word_is_refused(refuse, tmp_path, content):
    path = tmp_path / "a.md"
    path.write_text(content, encoding="utf-8")
    assert refuse(path) == "it holds no text"


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
@pytest.mark.parametrize("content", [b"\x7fELF\x02\x01\x00\x00", bytes(range(1, 256))])
def test_a_binary_named_as_text_is_refused(refuse, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert refuse(tmp_path / name) == "it is not text, whatever its name says"


@pytest.mark.parametrize("kind", guides.SUFFIXES)
def test_a_large_file_is_refused_unread(refuse, tmp_path, kind):
    path = tmp_path / f"a{kind}"
    with path.open("wb") as file:
        file.truncate(50_000_000)  # takes no room on the disk
    assert refuse(path) == "50 MB, more than the 10 MB of any guide"


def test_more_than_two_million_letters_are_refused(refuse, read, tmp_path):
    line = "word " * 20 + "\n"
    assert read("fits.txt", line * 20_000).sentences  # 1.98 million: blanks around do not count
    path = tmp_path / "a.txt"
    path.write_text(line * 20_500, encoding="utf-8")
    assert refuse(path) == "more than 2 million letters of text"


@pytest.mark.parametrize("name", ["a.doc", "a.exe", "a", "a.txt.gz"])
def test_an_unknown_kind_of_file_is_refused_with_the_kinds_that_are_read(tmp_path, name):
    (tmp_path / name).write_text("Corns hurt.")
    kinds = r"Give one of \.docx, \.htm, \.html, \.md, \.pdf, \.txt$"
    with pytest.raises(BadInput, match=kinds):
        read_guide(tmp_path / name)


def test_a_missing_file_and_a_folder_are_refused(refuse, tmp_path):
    assert refuse(tmp_path / "a.txt") == "there is no such file"
    (tmp_path / "b.txt").mkdir()
    assert refuse(tmp_path / "b.txt") == "it is a folder"


def test_a_text_nested_beyond_measure_is_refused(refuse, tmp_path):
    path = tmp_path / "a.html"
    path.write_text("<div>" * 5_000 + "Corns")
    assert refuse(path) == "nested too deeply"


def test_a_text_that_takes_too_long_is_refused(refuse, tmp_path, monkeypatch):
    monkeypatch.setattr(guides, "SECONDS", 1)
    path = tmp_path / "a.md"
    path.write_text("[" * 20_000)
    assert refuse(path) == "reading it took more than 1 seconds"


@pytest.mark.parametrize("text", ["A" + "." * 300_000, "A. " * 60_000, "http://a.b " * 60_000])
def test_a_text_made_to_take_long_is_read_at_once(read, text):
    start = time.perf_counter()
    read("a.txt", text)
    assert time.perf_counter() - start < 5  # it took minutes


def test_a_line_that_was_broken_for_want_of_width_goes_on_in_the_next(read):
    text = "corns are cones of thick skin that\npress into the foot, and they hurt\nin shoes.\n"
    sentences = read("guide.txt", text).sentences
    assert sentences == (" ".join(text.split()),)


def test_short_remarks_without_stops_stay_apart(read):
    text = "mine hurt so much\ntried a plaster\nthe doctor pared it and after that it was fine\n"
    assert read("guide.txt", text).sentences == tuple(text.strip().split("\n"))
