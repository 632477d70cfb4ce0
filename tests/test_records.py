"""Files of records from databases, well made, badly made and hostile."""

from pathlib import Path

import pytest

from evidence_review import records
from evidence_review.findings import BadInput
from evidence_review.records import Record, read_records


@pytest.fixture
def read(tmp_path: Path):
    """The records of a file with this content."""

    def write_and_read(content: str | bytes) -> list[Record]:
        path = tmp_path / "export.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_records(path)

    return write_and_read


RIS = """1.
TY  - JOUR
AU  - Núñez García, José
AU  - Noto M
AU  - World Foot Organization
TI  - Corns of the <i>little</i> toe &amp; a 5% peel.
JF  - Feet and Skin
JA  - Feet Skin
PY  - 2019/07/01/
VL  - 3
IS  - 2
SP  - 826
EP  - 8
DO  - https://doi.org/10.1000/abc_d
UR  - https://example.org/article
ER  - 

TY  - CHAP
T1  - Corns
T2  - The foot
PB  - Foot House
LA  - fr
ER  - 
"""
NBIB = """
PMID- 31234567
OWN - NLM
DP  - 2019 Jul-Aug
TI  - Corns of the toe: a case
      of many.
PG  - 826-8
LID - S0000 [pii]
LID - 10.1000/abc_d [doi]
AB  - TI  - no title
FAU - Núñez García, José
AU  - Nunez Garcia J
CN  - Foot Study Group
LA  - eng
JT  - Feet and Skin
PMC - PMC1234567

PMID- 31234568
TI  - [Corns in Lyon].
TT  - Cors à Lyon.
LA  - fre
AU  - Dupont AB
TA  - Ann Feet
"""
BIBTEX = r"""
@string{feet = "Feet and Skin"}
Exported by somebody.
@Article{x,
  author = {J{\"o}rg van der M{\"u}ller and {World Foot Organization} and Cruz, Zo\'e and others},
  title = {{Corns} {\`a} la carte: 5% and 10\% \textit{in vivo}},
  journal = feet, month = jan, year = 2016, pages = {11-19},
  url = {https://example.org/a_b%20c}, abstract = {long}, keywords = {x},
}
@techreport{x, title = "Feet", institution = {Foot House}, date = {2011-03-04}}
"""


def test_a_record_of_ris_becomes_an_entry(read):
    article, chapter = read(RIS)
    assert article == Record(
        line=2,
        entry_type="article",
        authors=("Núñez García, José", "Noto, M.", "{World Foot Organization}"),
        fields={
            "title": "Corns of the little toe & a 5% peel",
            "volume": "3",
            "number": "2",
            "pages": "826--828",
            "year": "2019",
            "journal": "Feet and Skin",
            "doi": "10.1000/abc_d",  # so that no address is needed
        },
    )
    assert (chapter.line, chapter.entry_type, chapter.authors) == (18, "incollection", ())
    assert chapter.fields == {
        "title": "Corns",
        "langid": "french",
        "booktitle": "The foot",
        "publisher": "Foot House",
    }


def test_a_record_of_pubmed_becomes_an_entry(read):
    first, second = read(NBIB)
    assert (first.line, first.entry_type) == (2, "article")
    assert first.authors == ("Núñez García, José", "{Foot Study Group}")
    assert first.fields == {
        "title": "Corns of the toe: a case of many",
        "pages": "826--828",
        "year": "2019",
        "journal": "Feet and Skin",
        "doi": "10.1000/abc_d",
        "pmid": "31234567",
        "pmcid": "PMC1234567",
    }
    assert second.authors == ("Dupont, A. B.",)
    assert second.fields == {
        "title": "Cors à Lyon",
        "langid": "french",
        "journal": "Ann Feet",
        "pmid": "31234568",
    }


def test_a_title_that_pubmed_translated_is_not_taken_for_one_in_its_language(read):
    (record,) = read("PMID- 1\nTI  - [Corns in Lyon].\nLA  - fre\n")
    assert record.fields == {"title": "Corns in Lyon", "pmid": "1"}


def test_an_entry_of_bibtex_is_freed_of_latex_and_of_what_the_bibliography_does_not_hold(read):
    article, report = read(BIBTEX)
    assert article.entry_type == "article"
    assert article.authors == (
        "van der Müller, Jörg",
        "{World Foot Organization}",
        "Cruz, Zoé",
        "others",
    )
    assert article.fields == {
        "title": "Corns à la carte: 5% and 10% in vivo",
        "pages": "11--19",
        "year": "2016",
        "url": "https://example.org/a_b%20c",
        "journal": "Feet and Skin",
    }
    assert report.entry_type == "report"
    assert report.fields == {"title": "Feet", "year": "2011", "institution": "Foot House"}


@pytest.mark.parametrize("content", [RIS, NBIB, BIBTEX])
def test_line_ends_of_windows_and_a_byte_order_mark_are_what_databases_write(read, content):
    assert read(b"\xef\xbb\xbf" + content.replace("\n", "\r\n").encode()) == read(content)


@pytest.mark.parametrize(
    "written, meant",
    [
        ("Corns &amp;lt;i&amp;gt;in vivo&amp;lt;/i&amp;gt;", "Corns in vivo"),
        ("Corns &lt;sup&gt;2&lt;/sup&gt; and more", "Corns 2 and more"),
        ("<script>alert(1)</script>Corns", "alert(1)Corns"),
        ("Corns < 5 mm and > 2 mm", "Corns < 5 mm and > 2 mm"),
        ("Corns {of} the\u00a0toe", "Corns (of) the toe"),
        ("Are these corns?", "Are these corns?"),
        ("Corns …", "Corns …"),
        ("Corns...", "Corns..."),
    ],
)
def test_a_title_is_plain_text(read, written, meant):
    (record,) = read(f"TY  - JOUR\nTI  - {written}\nER  - \n")
    assert record.fields["title"] == meant


@pytest.mark.parametrize(
    "line, field, value",
    [
        ("DO  - doi:10.1000/x", "doi", "10.1000/x"),
        ("UR  - https://doi.org/10.1000/x", "doi", "10.1000/x"),
        ("UR  - https://pubmed.ncbi.nlm.nih.gov/1\nAN  - 123", "pmid", "123"),
        ("AN  - 123", "pmid", None),  # a number of who knows which database
        ("C2  - PMC77", "pmcid", "PMC77"),
        ("DO  - none", "doi", None),
        ("PY  - in press", "year", None),
        ("UR  - javascript:alert(1)", "url", None),
        ("LA  - Klingon", "langid", None),
        ("SP  - e12", "pages", "e12"),
    ],
)
def test_what_has_not_the_form_of_its_field_is_left_out(read, line, field, value):
    (record,) = read(f"TY  - JOUR\nTI  - Corns\n{line}\nER  - \n")
    assert record.fields.get(field) == value


@pytest.mark.parametrize(
    "content, words",
    [
        ("", "the file is empty"),
        ("some words\n", "neither RIS nor NBIB nor BibTeX"),
        ("<html>TY  - JOUR</html>\n", "neither RIS"),
        (b"PK\x03\x04" + bytes(range(256)), "the text is not UTF-8"),
        (b"TY  - JOUR\nTI  - A\x00B\nER  - \n", "row 2: control character"),
        (b"TY  - JOUR\nTI  - Caf\xe9\nER  - \n", "row 2: the text is not UTF-8"),
        ("TY  - JOUR\nTI  - A\n", "row 1: the record is cut off"),
        ("TY  - JOUR\nTI  - A\nTY  - JOUR\nER  - \n", "row 3: a record begins before the last"),
        ("TY  - JOUR\nTI  - A\nER  - \nER  - \n", "row 4: ER without TY"),
        ("TY  - JOUR\nER  - \n\nTY  - JOUR\nTI  - A\nER  - \n", "row 1: a record without a title"),
        ("PMID- 1\nTI  - A\nPMID- 2\nTI  - B\n", "row 3: a record begins before the last"),
        ("PMID- 1\nDP  - 2000\n", "row 1: a record without a title"),
        ("@article{a, title = {A}}\n@article{b, title = {B\n", "row 2: “@article{b, title = {B”"),
        ("@article{a, title = {A}, title = {B}}\n", "row 1: “@article{a, title"),
        ("@article{a, year = 2000}\n", "row 1: a record without a title"),
        ("TY  - JOUR\nTI  - A \\foo\nER  - \n", r"row 1: title: “A \\foo” holds a command"),
    ],
)
def test_a_file_that_can_not_be_read_is_named_with_line_and_remedy(read, content, words):
    with pytest.raises(BadInput, match=words) as raised:
        read(content)
    (finding,) = raised.value.findings
    assert finding.file == "export.txt" and finding.remedy


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadInput, match=r"folder: it is a folder\. Give the path of a file"):
        (tmp_path / "folder").mkdir()
        read_records(tmp_path / "folder")
    with pytest.raises(BadInput, match=r"gone\.ris: there is no such file"):
        read_records(tmp_path / "gone.ris")


def test_a_file_that_is_too_large_is_not_read(read, monkeypatch):
    monkeypatch.setattr(records, "LARGEST", 100)
    with pytest.raises(BadInput, match=r"larger than .* bytes\. Split it"):
        read(RIS)


def test_a_line_without_a_tag_belongs_to_the_line_before(read):
    (record,) = read("TY  - JOUR\nTI  - Corns\nof men\nER  - \n")
    assert record.fields["title"] == "Corns of men"


def test_a_record_that_begins_with_a_line_without_a_tag_is_no_crash(read):
    text = "TY  - JOUR\nTI  - A\nER  - \nTY  - JOUR\nlost\nTI  - B\nER  - \n"
    with pytest.raises(BadInput, match=r"it can't be read \(KeyError.*Export the records again"):
        read(text)
