"""New publications: skipped where known, added where not, and never at the cost of the review."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_review import __main__ as commands
from evidence_review import evidence as ev
from evidence_review import intake, validation
from evidence_review.files import Unwritable
from evidence_review.findings import BadInput, Finding
from evidence_review.records import Record
from evidence_review.references import check_citation_titles, read_references


def ris(**tags: str) -> str:
    lines = "".join(f"{tag}  - {value}\n" for tag, value in tags.items())
    return f"TY  - JOUR\n{lines}ER  - \n"


def look(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def review(made, tmp_path, monkeypatch) -> Path:
    """The made-up review in a folder of its own; validation finds nothing."""
    shutil.copytree(made.root, tmp_path / "review")
    monkeypatch.setattr(validation, "validate", lambda root: [])
    return tmp_path / "review"


@pytest.fixture
def add(review, tmp_path):
    """Take in a file with this content."""

    def write_and_add(text: str) -> intake.Intake:
        path = tmp_path / "export.ris"
        path.write_text(text, encoding="utf-8")
        return intake.add(review, path)

    return write_and_add


def skipped(done: intake.Intake) -> list[str]:
    assert not done.added
    return [reason for _, reason in done.skipped]


# What is there already.


@pytest.mark.parametrize(
    "tags, reason",
    [
        ({"TI": "Another title", "DO": "10.1000/T"}, "there already as trial: same DOI"),
        ({"TI": "PARING, or Pláster!"}, "there already as trial: same title"),
        ({"TI": "Corns after stitches", "AU": "Cruz, C", "PY": "2016"}, "there already as after"),
    ],
)
def test_what_is_there_is_skipped(add, review, tags, reason):
    before = look(review)
    (said,) = skipped(add(ris(**tags)))
    assert said.startswith(reason)
    assert look(review) == before


@pytest.mark.parametrize(
    "tags", [{"AU": "Dorn, Dan", "PY": "2016"}, {"AU": "Cruz, C", "PY": "2020"}]
)
def test_an_equal_title_by_others_or_of_another_year_is_new(add, tags):
    assert add(ris(TI="Corns after stitches", **tags)).added


@pytest.mark.parametrize("kind, field", [("pmid", "31"), ("pmcid", "PMC31")])
def test_each_identifier_tells_a_publication(review, tmp_path, kind, field):
    bibliography = review / "references.bib"
    text = bibliography.read_text().replace("doi = {10.1000/t},", f"{kind} = {{{field}}},")
    bibliography.write_text(text)
    file = tmp_path / "export.bib"
    file.write_text(f"@article{{x, title = {{Another title}}, {kind} = {{{field}}}}}\n")
    (said,) = skipped(intake.add(review, file))
    assert said == f"there already as trial: same {kind.upper()}"


def test_what_was_screened_out_is_not_taken_in_again(add, made):
    row = made.tables["screening"].iloc[0]
    (said,) = skipped(add(ris(TI=row["title"].upper())))
    assert said == f"left out before: {row['reason']} ({row.name})"


def test_what_stands_twice_in_the_file_is_taken_once(add):
    done = add(ris(TI="New on feet", DO="10.1000/n") + ris(TI="Other", DO="10.1000/N"))
    assert len(done.added) == 1
    assert [reason for _, reason in done.skipped] == [
        "twice in the file, first in line 1: same DOI"
    ]


# What is new.


def test_a_new_publication_stands_in_the_bibliography_and_awaits_a_reader(add, review, made):
    done = add(ris(AU="Noto, Mai", TI="Plaques of Göteborg: a 5% peel", PY="2030", JF="A & B"))
    (key,) = done.added
    assert key == "noto2030goteborg"
    assert """@article{noto2030goteborg,
  author = {Noto, Mai},
  title = {Plaques of {Göteborg:} {a} 5\\% peel},
  journal = {A \\& B},
  year = {2030},
}
""" in (review / "references.bib").read_text(encoding="utf-8")
    evidence = ev.load(review)
    assert evidence.references.at[key, "title"] == "Plaques of Göteborg: a 5% peel"
    line = evidence.tables["awaiting"].iloc[-1]
    assert (line["citekey"], line["held"]) == (key, "A & B")
    assert line["known_from"] == "record in export.ris" and pd.isna(line["question"])
    assert line.name == made.tables["awaiting"].index.max() + 1
    assert evidence.tables["sources"].equals(made.tables["sources"])  # nobody has judged it


def test_what_stood_there_is_kept_to_the_letter(add, review):
    text = (review / "references.bib").read_text(encoding="utf-8")
    queue = (review / "data/awaiting.csv").read_text(encoding="utf-8")
    (key,) = add(ris(TI="New on feet", AU="Bohr, B", PY="2001")).added
    now = (review / "references.bib").read_text(encoding="utf-8")
    assert re.sub(rf"@article\{{{key},.*?\n\}}\n\n", "", now, flags=re.DOTALL) == text
    assert (review / "data/awaiting.csv").read_text(encoding="utf-8").startswith(queue)


@pytest.mark.parametrize("author", ["Aa, A", "Mm, M", "Zz, Z"])
def test_an_entry_stands_where_its_key_belongs_in_the_alphabet(add, review, author):
    bibliography = review / "references.bib"
    entries = re.findall(r"@.*?\n\}\n", bibliography.read_text(), flags=re.DOTALL)
    ordered = sorted(entries, key=lambda entry: entry.partition("{")[2])
    bibliography.write_text("\n".join(ordered))
    add(ris(TI="New on feet", AU=author))
    keys = list(read_references(bibliography).index)
    assert keys == sorted(keys) and len(keys) == len(entries) + 1


@pytest.mark.parametrize(
    "tags, key",
    [
        (
            {"TI": "Corns and plasters", "AU": "de la Cruz-Núñez, Z", "PY": "1999"},
            "delacruznunez1999plasters",
        ),
        ({"TI": "Corns and plasters"}, "anonplasters"),
        ({"TI": "Corns and plasters", "AU": "World Foot House"}, "worldfoothouseplasters"),
        ({"TI": "Corn"}, "anon"),  # the subject tells nothing apart
        ({"TI": "鶏眼", "AU": "山田, 太郎", "PY": "1999"}, "anon1999"),
        ({"TI": "Søren on Øre", "AU": "Ørsted, Ø"}, "orstedsoren"),
    ],
)
def test_a_key_is_family_name_year_and_a_word_of_the_title(add, tags, key):
    assert list(add(ris(**tags)).added) == [key]


def test_a_key_that_is_taken_gets_another_word_then_a_number(add):
    same = {"AU": "Noto, M", "PY": "2001"}
    titles = ("Plasters", "Plasters, again", "Plasters on", "Plasters off")
    done = add("".join(ris(TI=title, **same) for title in titles))
    stem = "noto2001"
    assert list(done.added) == [
        f"{stem}plasters",
        f"{stem}again",
        f"{stem}plasters2",
        f"{stem}plasters3",
    ]


def test_titles_keep_their_letters_in_citations(evidence, tmp_path):
    english = evidence.references[evidence.references["language"].isna()]
    entries = [
        "\n".join(intake.write_entry(key, Record(1, "misc", (), {"title": title})))
        for key, title in english["title"].items()
    ]
    path = tmp_path / "references.bib"
    path.write_text("\n\n".join(entries) + "\n", encoding="utf-8")
    references = read_references(path)
    assert references["title"].to_list() == english["title"].to_list()
    assert check_citation_titles(path, references) == []


def test_signs_that_mean_another_in_bibtex_are_written_as_they_are_meant(tmp_path):
    titles = {
        "it's a boy's 'corn'": "it’s a boy’s “corn”",
        "'T Hooft's corn": "’T Hooft’s corn",
        "‘Corns’ and 'Bowen's corns'": "“Corns” and “Bowen’s corns”",
        "A corn -- or two --- of ~5 mm": "A corn – or two — of ∼5 mm",
        "The ``hard'' `corn'": "The “hard” “corn”",
        'A "corn" < 5 & > 2, $3 #4 p_1 x^2 a|b *': 'A "corn" < 5 & > 2, $3 #4 p_1 x^2 a|b *',
        "pH of mRNA: a DNA-β TNF-α: ÉTUDE": "pH of mRNA: a DNA-β TNF-α: ÉTUDE",
    }
    path = tmp_path / "references.bib"
    entries = [
        "\n".join(intake.write_entry(f"k{n}", Record(1, "misc", (), {"title": title})))
        for n, title in enumerate(titles)
    ]
    path.write_text("\n\n".join(entries) + "\n", encoding="utf-8")
    references = read_references(path)
    assert references["title"].to_list() == list(titles.values())
    assert check_citation_titles(path, references) == []


LETTERS = st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="{}\\-'`~")


@given(st.text(LETTERS, min_size=1))
def test_any_title_can_be_written_and_read_again(tmp_path_factory, title):
    path = tmp_path_factory.getbasetemp() / "any.bib"
    lines = intake.write_entry("key", Record(1, "misc", (), {"title": title}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert read_references(path)["title"].to_list() == [title]


# Nothing is broken.


def test_where_the_review_would_be_in_error_nothing_changes(add, review, monkeypatch):
    def find(root: Path) -> list[Finding]:
        lines = (root / "references.bib").read_text(encoding="utf-8").split("\n")
        row = next(n for n, line in enumerate(lines, 1) if "title = {Third" in line)
        assert root != review
        return [Finding("references.bib", "a bad title", "Mend it", row, "title")]

    monkeypatch.setattr(validation, "validate", find)
    before = look(review)
    text = ris(TI="First on feet") + ris(TI="Second on feet") + ris(TI="Third on feet")
    with pytest.raises(BadInput) as raised:
        add(text)
    assert str(raised.value) == "export.ris, row 7, column title: a bad title. Mend it"
    assert look(review) == before


def test_an_error_that_was_there_before_is_named_as_it_is(add, review, monkeypatch):
    finding = Finding("data/sources.csv", "wrong", "Right it", 3)
    monkeypatch.setattr(validation, "validate", lambda root: [finding])
    before = look(review)
    with pytest.raises(BadInput, match=r"data/sources\.csv, row 3: wrong"):
        add(ris(TI="New on feet"))
    assert look(review) == before


def test_one_bad_record_keeps_all_out(add, review):
    before = look(review)
    with pytest.raises(BadInput, match=r"export\.ris, row 4: a record without a title"):
        add(ris(TI="New on feet") + ris(PY="2000"))
    assert look(review) == before


def test_a_write_that_fails_changes_nothing(add, review, monkeypatch):
    before, write = look(review), Path.write_bytes

    def fail(path: Path, content: bytes) -> int:
        if "awaiting" in path.name and review in path.parents:
            raise OSError("disk full")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(Unwritable, match="disk full"):
        add(ris(TI="New on feet"))
    monkeypatch.undo()
    assert look(review) == before


# The command, on the review itself.


@pytest.fixture
def copy(root, tmp_path, monkeypatch) -> Path:
    """The real review's data and bibliography in a folder of its own."""
    shutil.copytree(root / "data", tmp_path / "copy" / "data")
    shutil.copy(root / "references.bib", tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    return tmp_path / "copy"


def test_the_review_is_valid_with_what_was_added_and_a_second_time_nothing_changes(
    copy, evidence, tmp_path, capsys
):
    known = evidence.references["doi"].dropna().iloc[0]
    file = tmp_path / "export.ris"
    file.write_text(
        ris(TI="Lesions of <i>hamsters</i> & 5% of mice", AU="Ness, Eliot", PY="1931", SP="1")
        + ris(TI="Anything", DO=known)
        + ris(TI="Des hamsters. Été", LA="fre", DO="10.1000/made-up_1"),
        encoding="utf-8",
    )
    assert commands.main(["add", str(file)]) == 0
    out = capsys.readouterr().out
    assert "Added: 2\n" in out and "Skipped: 1\n" in out and "make review" in out
    assert "same DOI" in out and "  ness1931hamsters: Lesions of hamsters & 5% of mice\n" in out
    assert validation.validate(copy) == []
    before = look(copy)
    assert commands.main(["add", str(file)]) == 0
    out = capsys.readouterr().out
    assert "Added: 0\n" in out and "Skipped: 3\n" in out and "make review" not in out
    assert look(copy) == before


def test_a_bad_file_is_one_line_and_exit_code_1(copy, tmp_path, capsys):
    file = tmp_path / "export.ris"
    file.write_bytes(b"\x00\x01")
    before = look(copy)
    assert commands.main(["add", str(file)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert look(copy) == before
