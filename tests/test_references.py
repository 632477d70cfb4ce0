"""What a bibliography must look like, and what is made of it."""

from pathlib import Path

import pandas as pd
import pypandoc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence_review.findings import BadInput
from evidence_review.references import (
    check_citation_titles,
    find_duplicates,
    find_misplaced_keys,
    label_sources,
    link_sources,
    list_equal_titles,
    normalise_title,
    read_references,
)
from evidence_review.report import ASSETS

REFERENCES = Path(__file__).parents[1] / "references.bib"

LASER = """\
@article{noto2016laser,
  author = {Noto, Giuseppe and {van Dam}, A. B. and others},
  title = {The {CO2} laser in 5\\% of {Italy} \\& beyond: {a} review},
  journal = {J Derm},
  volume = {3},
  number = {2},
  pages = {10--12},
  year = {2016},
  doi = {10.1000/xyz_1},
  pmid = {123},
  pmcid = {PMC456},
}
"""
GUIDE = """\
@online{health2020guide,
  author = {{Public Health Office}},
  title = {Kleine Zysten bei Säuglingen},
  langid = {ngerman},
  organization = {Health Portal},
  url = {https://example.org/a%20b},
  urldate = {2026-11-24},
}
"""


@pytest.fixture
def write(tmp_path):
    """Write a bibliography and return its path."""

    def write_text(text: str) -> Path:
        path = tmp_path / "references.bib"
        path.write_bytes(text.encode())
        return path

    return write_text


@pytest.fixture
def read(write):
    return lambda text: read_references(write(text))


def complaint(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read_references(path)
    return str(caught.value)


# Reading


def test_an_entry_becomes_a_row_without_braces_and_escapes(read):
    row = read(LASER).loc["noto2016laser"]
    assert row["title"] == "The CO2 laser in 5% of Italy & beyond: a review"
    assert row["authors"] == ("Noto Giuseppe", "van Dam A. B.", "et al.")
    assert row["first_author"] == "Noto"
    assert row[["entry_type", "container", "volume", "issue", "pages"]].to_list() == [
        *("article", "J Derm", "3", "2", "10–12")
    ]
    assert row[["year", "doi", "pmid", "pmcid", "line"]].to_list() == [
        *(2016, "10.1000/xyz_1", "123", "PMC456", 1)
    ]


def test_an_organisation_is_one_name_and_what_is_not_there_is_missing(read):
    table = read(LASER + "\n" + GUIDE)
    row = table.loc["health2020guide"]
    assert row["authors"] == ("Public Health Office",)
    assert row["first_author"] == "Public Health Office"
    assert row["container"] == "Health Portal"
    assert row["language"] == "ngerman"
    assert row["line"] == 14
    assert row[["year", "volume", "issue", "pages", "doi", "pmid", "pmcid"]].isna().all()
    assert table["year"].dtype == "Int64"
    assert table["doi"].dtype == "str"


def test_a_percent_sign_in_an_address_stays(read):
    assert read(GUIDE).at["health2020guide", "url"] == "https://example.org/a%20b"


def test_an_entry_without_authors_has_none(read):
    row = read("@misc{a,\n  title = {X},\n}\n").loc["a"]
    assert row["authors"] == ()
    assert pd.isna(row["first_author"])


def test_junior_stays_with_the_family(read):
    row = read("@misc{a,\n  author = {Hubler, Jr, W. R.},\n  title = {X},\n}\n").loc["a"]
    assert row["authors"] == ("Hubler Jr W. R.",)


def test_names_kept_as_printed_are_marked(read):
    printed = "@misc{a,\n  author = {{Ju Yong}},\n  nameorder = {as printed},\n  title = {X},\n}\n"
    table = read(printed + LASER)
    assert table["names_as_printed"].to_dict() == {"a": True, "noto2016laser": False}


# What it refuses


def test_a_duplicate_key_is_named_with_its_line(write):
    message = complaint(write(LASER + LASER))
    assert message.startswith("references.bib, row 13: noto2016laser: the key occurs twice. ")


def test_junk_between_entries_is_shown(write):
    message = complaint(write(LASER + "see also my notes\n" + GUIDE))
    assert "row 13: “see also my notes” stands outside the entries" in message


@pytest.mark.parametrize("place", [0, 2, 13], ids=["before", "inside", "after"])
@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", "=======", ">>>>>>> theirs"])
def test_a_merge_marker_is_found(write, marker, place):
    lines = LASER.splitlines()
    lines.insert(place, marker)
    assert complaint(write("\n".join(lines) + "\n"))


@pytest.mark.parametrize("block", ["@comment{x}", '@preamble{"x"}', "@string{jd = {J Derm}}"])
def test_only_entries_belong_in_the_file(write, block):
    assert "row 13: not an entry" in complaint(write(LASER + block + "\n"))


@pytest.mark.parametrize(
    ("before", "after", "row", "expected"),
    [
        ("@article", "@artikel", 1, "unknown entry type @artikel"),
        ("noto2016laser", "noto 2016", 1, "“noto 2016” can't be cited"),
        ("  volume =", "  volum =", 5, "column volum: noto2016laser: unknown field"),
        ("{J Derm},", "{J Derm}", 4, "column journal: noto2016laser: not wholly in braces"),
        ("{2016},", "jan,", 8, "column year: noto2016laser: not wholly in braces"),
        ("  year = {2016},", "  volume = {4},", 1, "noto2016laser: volume given twice"),
        ("5\\%", "5%", 3, "column title: noto2016laser: % without a backslash"),
        ("\\&", "&", 3, "column title: noto2016laser: & without a backslash"),
        ("{Italy}", "\\emph{Italy}", 3, "column title: noto2016laser: LaTeX command \\emph"),
        ("Noto, G", "Noto G", 2, "column author: noto2016laser: the order of “Noto Giuseppe”"),
        ("{van Dam}, A. B.", "a, b, c, d", 2, "the name “a, b, c, d” can't be split"),
        ("{10.1000", "{https://doi.org/10.1000", 9, "column doi: noto2016laser: “https://doi"),
        ("{123}", "{PMID 123}", 10, "column pmid: noto2016laser: “PMID 123” is malformed"),
        ("{PMC456}", "{456}", 11, "column pmcid: noto2016laser: “456” is malformed"),
        ("{2016}", "{16}", 8, "column year: noto2016laser: “16” is malformed"),
        ("10--12", "110--12", 7, "column pages: noto2016laser: the pages 110--12 run backwards"),
        ("10--12", "E10--E9", 7, "column pages: noto2016laser: the pages E10--E9 run backwards"),
        ("{J Derm}", "{J  Derm}", 4, "column journal: noto2016laser: two blanks"),
        ("{J Derm}", "{J D\u0435rm}", 4, "column journal: noto2016laser: a Latin and a Cyrillic"),
        ("Giuseppe", "GiuseppÃ©", 2, "column author: noto2016laser: letters were garbled"),
    ],
)
def test_a_mistake_is_named_with_line_field_and_entry(write, before, after, row, expected):
    assert before in LASER
    message = complaint(write(LASER.replace(before, after)))
    assert message.startswith(f"references.bib, row {row}")
    assert expected in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize("day", ["24/11/2026", "2026-11", "2026-24-11", "2026-11-32"])
def test_the_day_on_which_a_page_was_read_is_a_whole_date(write, day):
    message = complaint(write(GUIDE.replace("2026-11-24", day)))
    assert message.startswith("references.bib, row 7, column urldate: health2020guide: ")
    assert f"“{day}” is malformed. Write the day on which the page was read as" in message


@pytest.mark.parametrize("title", ["", "  title = {},\n", "  title = {{}},\n"])
def test_a_missing_title_is_named(write, title):
    assert "row 1: a: no title" in complaint(write("@misc{a,\n" + title + "  year = {2016},\n}\n"))


def test_an_unclosed_entry_is_named_by_its_first_line(write):
    message = complaint(write(LASER.replace("{2016}", "{2016") + "\n" + GUIDE))
    assert "row 1: @article{noto2016laser, can't be parsed" in message


def test_all_mistakes_are_told_at_once(write):
    text = LASER.replace("{123}", "{x}") + GUIDE.replace("@online", "@web") + LASER
    assert len(complaint(write(text)).splitlines()) == 3


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (GUIDE.encode("latin-1"), "references.bib, row 3: the text is not UTF-8"),
        (b"\xef\xbb\xbf" + LASER.encode(), "references.bib, row 1: begins with a byte order mark"),
        (LASER.replace("\n", "\r\n").encode(), "references.bib, row 1: a line ends with"),
        (b"", "references.bib: the file is empty"),
        (b"\n\n", "references.bib: the file is empty"),
    ],
    ids=["latin-1", "byte order mark", "CRLF", "empty", "blank"],
)
def test_a_file_in_another_shape_is_refused(tmp_path, content, expected):
    path = tmp_path / "references.bib"
    path.write_bytes(content)
    assert complaint(path).startswith(expected)


def test_a_missing_file_is_named(tmp_path):
    assert complaint(tmp_path / "references.bib").startswith("references.bib: the file is missing")


# Titles as pandoc will cite them


def test_titles_that_survive_pandoc_pass(write):
    path = write(LASER + GUIDE)
    assert check_citation_titles(path, read_references(path)) == []


@pytest.mark.parametrize(
    ("text", "before", "after", "cited"),
    [
        (LASER, "{CO2}", "{CO2} Laser of Milan", "laser of milan"),
        (LASER, "{a} review", "a review", "beyond: A review"),
        (GUIDE, "  langid = {ngerman},\n", "", "Kleine zysten bei säuglingen"),
    ],
    ids=["proper noun", "after a colon", "another language"],
)
def test_a_title_that_pandoc_changes_is_named(write, text, before, after, cited):
    path = write(text.replace(before, after))
    (finding,) = check_citation_titles(path, read_references(path))
    assert (finding.file, finding.row, finding.column) == ("references.bib", 1, "title")
    assert cited in finding.problem


def test_what_pandoc_warns_of_is_a_finding(write):
    path = write(LASER)
    references = read_references(path)
    path.write_text(LASER.replace("{2016}", "{2016"), encoding="utf-8")
    (finding,) = check_citation_titles(path, references)
    assert finding.problem.startswith("pandoc can't use it")


# The same publication twice


def vary(key: str, **fields: str) -> str:
    """An entry by one author from 2016 with these fields; an empty one is left out."""
    values = {"author": "Noto, G.", "title": "Laser", "year": "2016", **fields}
    lines = [f"  {name} = {{{value}}},\n" for name, value in values.items() if value]
    return f"@article{{{key},\n{''.join(lines)}}}\n"


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [("doi", "10.1000/ABC", "10.1000/abc"), ("pmid", "12", "12"), ("pmcid", "PMC1", "PMC1")],
)
def test_a_shared_identifier_is_a_duplicate(read, field, one, other):
    table = read(vary("a", title="One", **{field: one}) + vary("b", title="Two", **{field: other}))
    (finding,) = find_duplicates(table)
    assert finding.problem == f"b has the same {field.upper()} as a"
    assert finding.row == 7


def test_the_same_title_first_author_and_year_is_a_duplicate(read):
    table = read(
        vary("a", author="Noto, G.", title="Á {CO2} laser: {why}?")
        + vary("b", author="Noto, Giuseppe and Rossi, A.", title="A CO2-laser. {Why}")
    )
    (finding,) = find_duplicates(table)
    assert finding.problem == "b has the same title, first author and year as a"


@pytest.mark.parametrize(
    "other",
    [{"author": "Rossi, A."}, {"year": "2017"}, {"year": ""}, {"author": ""}, {"title": "Lasers"}],
    ids=["author", "year", "no year", "no author", "title"],
)
def test_less_than_title_author_and_year_proves_nothing(read, other):
    assert find_duplicates(read(vary("a") + vary("b", **other))) == []


def test_missing_authors_are_not_equal(read):
    text = vary("a", author="") + vary("b", author="")
    assert find_duplicates(read(text)) == []
    assert find_duplicates(read(vary("a", year="") + vary("b", year=""))) == []


def test_an_entry_out_of_the_alphabet_is_named_with_its_line(read):
    (finding,) = find_misplaced_keys(read(vary("b", title="One") + vary("a", title="Two")))
    assert (finding.row, finding.problem) == (6, "a stands after b")


@pytest.mark.parametrize("year", ["2015", "2018", "2026"])
def test_another_year_than_in_the_key_is_named(read, year):
    (finding,) = find_misplaced_keys(read(vary("noto2016laser", year=year)))
    assert (finding.row, finding.column) == (1, "year")
    assert finding.problem == f"noto2016laser has the year {year}"


@pytest.mark.parametrize(
    ("key", "year"),
    [
        ("noto2016laser", "2016"),
        ("noto2016laser", "2017"),
        ("noto2016laser", ""),
        ("notolaser", "2016"),
        ("noto12016laser", "2001"),
    ],
    ids=["the same", "printed a year later", "none", "none in the key", "a longer number"],
)
def test_a_year_that_the_key_does_not_deny_passes(read, key, year):
    assert find_misplaced_keys(read(vary(key, year=year))) == []


def test_equal_titles_are_listed_for_reading(read):
    table = read(
        vary("a") + vary("c", title="Peels") + vary("b", author="Rossi, A.", title="LASER")
    )
    assert list_equal_titles(table).index.to_list() == ["a", "b"]


@settings(deadline=None)  # the machine may be busy
@given(st.text())
def test_a_normalised_title_stays_as_it_is(title):
    assert normalise_title(normalise_title(title)) == normalise_title(title)


# How a publication is named and linked


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({}, "Noto 2016"),
        ({"year": ""}, "Noto n.d."),
        ({"author": "{van Dam}, A."}, "van Dam 2016"),
        ({"author": "{Food Office}"}, "Food Office 2016"),
        ({"author": "", "journal": "J Derm"}, "J Derm 2016"),
        (
            {"author": "", "title": "What is known about lasers in clinics"},
            "What is known about lasers in … 2016",
        ),
        ({"author": "", "title": "[{Title} not seen: lasers]"}, "lasers 2016"),
    ],
)
def test_a_label_is_short(read, fields, label):
    assert label_sources(read(vary("a", **fields))).to_dict() == {"a": label}


def test_a_label_in_another_script_is_romanised_as_in_the_key(read):
    entry = "@article{dai2023auricles, author = {{戴林俊}}, title = {T}, year = {2023}}\n"
    assert label_sources(read(entry)).to_list() == ["Dai 2023"]


def test_letters_tell_equal_labels_apart(read):
    text = vary("a") + vary("b", title="Peels") + vary("c", author="Rossi, A.")
    text += vary("d", year="") + vary("e", title="Peels", year="")
    assert label_sources(read(text)).to_list() == [
        *("Noto 2016a", "Noto 2016b", "Rossi 2016", "Noto n.d.-a", "Noto n.d.-b")
    ]


def test_labels_stay_unique_beyond_z(read):
    labels = label_sources(read("".join(vary(f"k{i}", title=f"T{i}") for i in range(60))))
    assert labels.is_unique
    assert labels.to_list()[25:28] == ["Noto 2016z", "Noto 2016aa", "Noto 2016ab"]


@pytest.mark.parametrize(
    ("fields", "link"),
    [
        ({"doi": "10.1000/(x)2:3<4>5;6", "pmid": "7"}, "https://doi.org/10.1000/(x)2:3%3C4%3E5;6"),
        ({"pmid": "7", "pmcid": "PMC8"}, "https://pubmed.ncbi.nlm.nih.gov/7"),
        ({"pmcid": "PMC8"}, "https://pmc.ncbi.nlm.nih.gov/articles/PMC8"),
        ({"url": "https://example.org/a%20b"}, "https://example.org/a%20b"),
    ],
)
def test_the_best_address_is_linked(read, fields, link):
    assert link_sources(read(vary("a", **fields))).to_dict() == {"a": link}


def test_a_publication_without_any_address_has_no_link(read):
    assert link_sources(read(vary("a"))).isna().all()


# This review's bibliography


@pytest.fixture(scope="module")
def references() -> pd.DataFrame:
    return read_references(REFERENCES)


def test_no_publication_stands_twice(references):
    assert find_duplicates(references) == []


def test_every_title_is_cited_as_it_stands(references):
    assert check_citation_titles(REFERENCES, references) == []


def test_every_key_is_in_its_place_and_has_the_year_of_its_entry(references):
    assert find_misplaced_keys(references) == []


def test_every_publication_has_an_own_label(references):
    assert label_sources(references).is_unique


def test_what_has_no_address_can_be_found_in_a_library(references):
    unlinked = references[link_sources(references).isna()]
    assert unlinked[["first_author", "container", "year", "volume", "pages"]].notna().all(axis=None)


def test_an_address_stands_only_where_no_identifier_does(references):
    identified = references[["doi", "pmid", "pmcid"]].notna().any(axis=1)
    assert not (identified & references["url"].notna()).any()


def test_a_web_page_is_cited_with_the_day_on_which_it_was_read(write):
    style = f"--csl={ASSETS / 'vancouver.csl'}"
    path = write(GUIDE)
    cited = pypandoc.convert_file(
        path, "plain", format="biblatex", extra_args=["--citeproc", style, "--wrap=none"]
    )
    assert "Health Portal; [year unknown] [cited 2026 Nov 24]. https://example.org" in cited


def test_names_of_unclear_order_stay_in_braces(references):
    source = REFERENCES.read_text(encoding="utf-8").split("\n\n")
    printed = {e.split("{")[1].split(",")[0] for e in source if "nameorder = {as printed}" in e}
    assert printed == set(references.index[references["names_as_printed"]])
