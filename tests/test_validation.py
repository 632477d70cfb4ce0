"""What counts as bad input, and how it is named: file, row (line of the file), column, remedy."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evidence_review.evidence import find_resource, read_package
from evidence_review.findings import Finding
from evidence_review.validation import check_rules, read_tables, validate

PACKAGE = "data/datapackage.json"
HARMS = "data/harms.csv"
SETTING = "data/vocabularies/setting.csv"


# --- a small review, whole in every respect


def field(name: str, kind: str = "string", **constraints) -> dict:
    about = {"title": name.title(), "description": f"The {name}"}
    return {"name": name, "type": kind, **about, "constraints": constraints}


def table(name: str, path: str, fields: list[dict], key: list[str], **targets: str) -> dict:
    keys = [
        {"fields": [column], "reference": {"resource": target, "fields": [referred]}}
        for column, (target, referred) in ((c, t.split(".")) for c, t in targets.items())
    ]
    return {
        "name": name,
        "title": name.title(),
        "description": f"One row per {name}",
        "path": path,
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "dialect": {"delimiter": ","},
        "schema": {"fields": fields, "primaryKey": key, "foreignKeys": keys},
    }


SMALL = {
    "name": "small",
    "title": "Small",
    "description": "A review for tests",
    "resources": [
        table(
            "sources",
            "sources.csv",
            [field("citekey", required=True), field("country")],
            ["citekey"],
        ),
        table(
            "harms",
            "harms.csv",
            [
                field("id", required=True, pattern="[a-z0-9]+-h[1-9][0-9]*"),
                field("citekey", required=True),
                field("setting"),
                field("affected", "integer", minimum=0),
                field("exposed", "integer"),
                field("percent", "number", maximum=100),
                field("lasting", "boolean"),
                field("seen", "date"),
                field("locator", required=True),
            ],
            ["id"],
            citekey="sources.citekey",
            setting="vocabulary-setting.term",
        ),
        table(
            "parts",
            "parts.csv",
            [field("harm_id", required=True), field("part", required=True)],
            ["harm_id", "part"],
            harm_id="harms.id",
        ),
        table(
            "vocabulary-setting",
            "vocabularies/setting.csv",
            [field("term", required=True), field("definition", required=True)],
            ["term"],
        ),
    ],
    "rules": [
        {
            "name": "same-keys",
            "table": "sources",
            "columns": ["citekey"],
            "same_keys_as": "references.bib",
            "remedy": "Add it to the other",
        },
        {
            "name": "affected-within-exposed",
            "table": "harms",
            "columns": ["affected", "exposed"],
            "condition": "affected <= exposed",
            "remedy": "Read both counts again",
        },
        {
            "name": "harm-has-a-part",
            "table": "harms",
            "columns": ["id"],
            "exists_in": {"resource": "parts", "fields": ["harm_id"]},
            "remedy": "Add a row in parts",
        },
        {
            "name": "no-harm-twice",
            "table": "harms",
            "distinct_but_for": ["id", "locator"],
            "remedy": "Delete the copy",
        },
    ],
}
FILES = {
    PACKAGE: json.dumps(SMALL, indent=1) + "\n",
    "data/sources.csv": "citekey,country\nalpha2001,Peru\nbeta2002,Türkiye\n",
    HARMS: (
        "id,citekey,setting,affected,exposed,percent,lasting,seen,locator\n"
        "alpha2001-h2,alpha2001,home,1,8,12.5,true,2001-01-31,abstract\n"
        "alpha2001-h10,alpha2001,clinic,2,8,25,false,,abstract\n"
        'beta2002-h1,beta2002,,,,,,,"table 2, note"\n'
    ),
    "data/parts.csv": "harm_id,part\nalpha2001-h2,a\nalpha2001-h10,a\nbeta2002-h1,b\n",
    SETTING: "term,definition\nhome,at home\nclinic,by a professional\n",
    "references.bib": (
        "@article{alpha2001,\n  author = {Alpha, Ann},\n  title = {One},\n  year = {2001},\n}\n\n"
        "@article{beta2002,\n  author = {Beta, Bob},\n  title = {Two},\n  year = {2002},\n}\n"
    ),
}


@pytest.fixture
def review(tmp_path: Path) -> Path:
    for file, text in FILES.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(text.encode())
    return tmp_path


def edit(root: Path, file: str, old: str, new: str) -> None:
    text = (root / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (root / file).write_bytes(text.replace(old, new).encode())


def assert_one(findings: list[Finding], file: str, row, column, problem: str, remedy: str) -> None:
    assert [(f.file, f.row, f.column) for f in findings] == [(file, row, column)], findings
    assert problem in findings[0].problem
    assert remedy in findings[0].remedy


def test_a_whole_review_has_no_findings(review):
    assert validate(review) == []


# --- cells: old and new text, then row, column, words of problem and remedy

CELLS = {
    "unknown term, with the nearest known one": (
        "-h2,alpha2001,home",
        "-h2,alpha2001,hone",
        (
            2,
            "setting",
            "'hone' is not in vocabulary-setting",
            "Write 'home', or add it to data/voc",
        ),
    ),
    "unknown term like none": (
        "-h2,alpha2001,home",
        "-h2,alpha2001,xyzzy",
        (
            2,
            "setting",
            "'xyzzy'",
            "Write one of 'home', 'clinic', or add it to data/vocabularies/set",
        ),
    ),
    "unknown publication": (
        "beta2002-h1,beta2002",
        "beta2002-h1,beta2020",
        (4, "citekey", "'beta2020' is not in sources", "Write 'beta2002', or add"),
    ),
    "count above its denominator": (
        "home,1,8,",
        "home,9,8,",
        (2, "affected", "affected 9, exposed 8: against the rule 'affected-w", "both counts again"),
    ),
    "text in a numeric column": (
        "home,1,8,",
        "home,one,8,",
        (2, "affected", "'one' is not a whole number", "Write it like 12"),
    ),
    "a nought with a minus": (
        "home,1,8,",
        "home,-0,8,",
        (2, "affected", "'-0' is not a whole number", "Write it like 12"),
    ),
    "'none' in a numeric column": (
        "home,1,8,",
        "home,none,8,",
        (2, "affected", "'none' is not a whole number", "leave the cell empty"),
    ),
    "'NA' in a numeric column": (
        "home,1,8,",
        "home,NA,8,",
        (2, "affected", "'NA' stands for a missing value", "Leave the cell empty"),
    ),
    "'n/a' in a text column": (
        "alpha2001-h10,alpha2001,clinic,2,8,25,false,,abstract",
        "alpha2001-h10,alpha2001,clinic,2,8,25,false,,n/a",
        (3, "locator", "'n/a' stands for a missing value", "Leave the cell empty"),
    ),
    "fraction in a whole number's column": (
        "home,1,8,",
        "home,1.5,8,",
        (2, "affected", "'1.5' is not a whole number", "Write it like 12"),
    ),
    "number that only a program reads": (
        ",12.5,",
        ",1_2.5,",
        (2, "percent", "'1_2.5' is not a number", "Write it like 12.5"),
    ),
    "not a number": (",12.5,", ",inf,", (2, "percent", "'inf' is not a number", "Write it like")),
    "boolean of another kind": (
        ",true,",
        ",TRUE,",
        (2, "lasting", "'TRUE' is not true or false", "Write true or false"),
    ),
    "date of another kind": (
        "2001-01-31",
        "2001-1-31",
        (2, "seen", "'2001-1-31' is not a date", "Write it like 2026-01-31"),
    ),
    "day that never was": (
        "2001-01-31",
        "2001-02-31",
        (2, "seen", "2001-02-31", "Write it like 2026-01-31"),
    ),
    "value below the range": (
        "home,1,8,",
        "home,-1,8,",
        (2, "affected", "-1 is less than 0", "The affected"),
    ),
    "value above the range": (
        ",12.5,",
        ",125,",
        (2, "percent", "125 is more than 100", "The percent"),
    ),
    "missing locator": (
        "2001-01-31,abstract",
        "2001-01-31,",
        (2, "locator", "no value", "The locator"),
    ),
    "missing citation": (
        "beta2002-h1,beta2002,",
        "beta2002-h1,,",
        (4, "citekey", "no value", "The citekey"),
    ),
    "blank at the end of a cell": (
        "2001-01-31,abstract",
        "2001-01-31,abstract ",
        (2, "locator", "'abstract ' is not free of blanks", "Delete them"),
    ),
    "two blanks": (
        "table 2, note",
        "table 2,  note",
        (4, "locator", "two blanks, or one that does not break", "Write one blank"),
    ),
    "blank that does not break": (
        "table 2, note",
        "table\u00a02, note",
        (4, "locator", "two blanks, or one that does not break", "Write one blank"),
    ),
    "UTF-8 read as something else": (
        "table 2, note",
        "tÃ¤ble 2, note",
        (4, "locator", "letters were garbled", "Restore them from the source"),
    ),
    "letter lost by a program": (
        "table 2, note",
        "t\ufffdble 2, note",
        (4, "locator", "a letter was lost", "Write the letter again"),
    ),
    "invisible character": (
        "table 2, note",
        "ta\u200bble 2, note",
        (4, "locator", "invisible character", "Delete it"),
    ),
    "Cyrillic letter that looks like a Latin one": (
        "table 2, note",
        "t\u0430ble 2, note",
        (4, "locator", "a Latin and a Cyrillic letter", "Write the letter that it looks like"),
    ),
}


@pytest.mark.parametrize("text", ["Ångström, naïve, “€ 5 – 7”", "в таблице 2", "μg, 5 °C, 表2"])
def test_letters_of_any_language_are_no_fault(review, text):
    edit(review, HARMS, "table 2, note", text)
    assert validate(review) == []


@pytest.mark.parametrize(("old", "new", "expected"), CELLS.values(), ids=CELLS)
def test_a_bad_cell_is_named(review, old, new, expected):
    edit(review, "data/harms.csv", old, new)
    assert_one(validate(review), HARMS, *expected)


@pytest.mark.filterwarnings("ignore:invalid value encountered in cast:RuntimeWarning")
def test_a_number_that_no_count_can_be_is_named(review):
    edit(review, HARMS, "home,1,8,", f"home,1,{'9' * 20},")
    assert_one(validate(review), HARMS, 2, "exposed", "is not a whole number", "Write it like 12")


# --- rows


@pytest.mark.parametrize(
    ("id", "problem"), [("", "no value"), ("beta2002h1", "does not keep to the pattern")]
)
def test_a_bad_id_is_named_and_so_are_the_rows_that_refer_to_it(review, id, problem):
    edit(review, HARMS, "beta2002-h1,", f"{id},")
    bad, orphan = validate(review)
    assert_one([bad], HARMS, 4, "id", problem, "Needed: The id")
    assert_one(
        [orphan], "data/parts.csv", 4, "harm_id", "'beta2002-h1' is not in harms", "harms.csv"
    )


def test_a_duplicate_id_is_named(review):
    edit(review, HARMS, "alpha2001-h10,", "alpha2001-h2,")
    edit(review, "data/parts.csv", "alpha2001-h10,a\n", "")
    assert_one(validate(review), HARMS, 3, "id", "the same id as in row 2", "Delete the copy")


def test_a_duplicated_row_under_a_new_id_is_named(review):
    copy = "alpha2001-h10,alpha2001,home,1,8,12.5,true,2001-01-31,elsewhere"
    edit(review, HARMS, "alpha2001-h10,alpha2001,clinic,2,8,25,false,,abstract", copy)
    assert_one(validate(review), HARMS, 3, None, "a copy of row 2: against", "Delete the copy")


def test_unsorted_rows_are_named_once(review):
    first, second = FILES[HARMS].splitlines()[1:3]
    edit(review, HARMS, f"{first}\n{second}", f"{second}\n{first}")
    assert_one(
        validate(review),
        HARMS,
        3,
        "id",
        "'alpha2001-h2' stands after",
        "Sort the rows by id, numbers within it by value",
    )


def test_terms_of_a_vocabulary_stand_in_the_order_of_display(review):
    header, *terms = FILES[SETTING].splitlines()
    (review / SETTING).write_text("\n".join([header, *reversed(terms)]) + "\n")
    assert validate(review) == []


def test_a_parent_without_a_child_is_named(review):
    edit(review, "data/parts.csv", "alpha2001-h10,a\n", "")
    assert_one(validate(review), HARMS, 3, "id", "id alpha2001-h10: against", "Add a row in parts")


def test_a_rule_is_not_asked_of_a_row_in_which_a_value_is_missing(review):
    edit(review, HARMS, "home,1,8,", "home,9,,")
    assert validate(review) == []


# --- files


def test_a_missing_column_is_named_and_not_the_last_one(review):
    lines = [line.split(",", 3) for line in FILES[HARMS].splitlines()]
    text = "".join(",".join([a, b, d]) + "\n" for a, b, _, d in lines)
    (review / HARMS).write_text(text, encoding="utf-8")
    found = validate(review)
    assert_one(found, HARMS, 1, "setting", "the column is missing", "Insert it after citekey")


HEADERS = {
    "misspelt": ("setting", "seting", ("seting", "unknown column", "Rename it to setting")),
    "undeclared": ("percent,", "percent,zeal,", ("zeal", "unknown column", "Delete it or declare")),
    "out of place": (
        "citekey,setting",
        "setting,citekey",
        ("setting", "not in its place", "The header must be id,citekey,setting"),
    ),
    "twice": ("seen,locator", "seen,seen,locator", ("seen", "stands twice", "The header must be")),
}


@pytest.mark.parametrize(("old", "new", "expected"), HEADERS.values(), ids=HEADERS)
def test_a_wrong_header_is_named(review, old, new, expected):
    edit(review, HARMS, old, new)
    assert_one(validate(review), HARMS, 1, *expected)


TEXTS = {
    "not UTF-8": (
        lambda raw: raw.replace("Türkiye".encode(), "Türkiye".encode("latin-1")),
        (3, None, "not UTF-8", "Save it as UTF-8"),
    ),
    "a byte order mark": (
        lambda raw: b"\xef\xbb\xbf" + raw,
        (1, None, "byte order mark", "Save it as UTF-8 without BOM"),
    ),
    "CRLF": (
        lambda raw: raw.replace(b"\n", b"\r\n"),
        (1, None, "carriage return", "Save it with Unix line ends (LF)"),
    ),
    "no last line end": (
        lambda raw: raw.rstrip(b"\n"),
        (3, None, "no line end", "End the file with a newline"),
    ),
    "a merge marker": (
        lambda raw: raw.replace(b"beta", b"<<<<<<< HEAD\nbeta"),
        (3, None, "merge conflict marker", "Keep one version, unmarked"),
    ),
    "a control character": (
        lambda raw: raw.replace(b"Peru", b"Pe\x00ru"),
        (2, None, "control character", "Delete it"),
    ),
    "semicolons": (
        lambda raw: raw.replace(b",", b";"),
        (1, None, "columns are separated by ';'", "Save it with commas"),
    ),
    "semicolons, and quotation marks that no longer match": (
        lambda raw: raw.replace(b",", b";").replace(b"Peru", b'the "Peru'),
        (1, None, "columns are separated by ';'", "Save it with commas"),
    ),
    "a header alone": (
        lambda raw: raw.partition(b"\n")[0] + b"\n",
        (1, None, "a header without rows", "Restore the rows"),
    ),
    "nothing": (lambda raw: b"\n", (None, None, "the file is empty", "Restore it")),
    "a comma too many": (
        lambda raw: raw.replace(b"Peru", b"Peru, Lima"),
        (2, None, "3 cells where the header has 2", "Put quotation marks around a cell"),
    ),
    "an empty row": (
        lambda raw: raw.replace(b"beta", b"\nbeta"),
        (3, None, "empty row", "Delete it"),
    ),
    "a line break in a cell": (
        lambda raw: raw.replace(b"Peru", b'"Pe\nru"'),
        (2, "country", "a cell holds a line break", "Write each row on one line"),
    ),
    "an open quotation mark": (
        lambda raw: raw.replace(b"Peru", b'"Peru'),
        (2, None, "quotation marks do not match", "Write each row on one line"),
    ),
}


@pytest.mark.parametrize(("change", "expected"), TEXTS.values(), ids=TEXTS)
def test_a_bad_file_is_named(review, change, expected):
    path = review / "data/sources.csv"
    path.write_bytes(change(path.read_bytes()))
    assert_one(validate(review), "data/sources.csv", *expected)


def test_a_missing_file_is_named(review):
    (review / "data/parts.csv").unlink()
    assert_one(validate(review), "data/parts.csv", None, None, "missing", "Restore it")


def test_a_file_that_nothing_declares_is_named(review):
    (review / "data/vocabularies/colour.csv").write_text("term,definition\nred,red\n")
    file = "data/vocabularies/colour.csv"
    assert_one(validate(review), file, None, None, "no table declares", "Delete it or declare it")


def test_a_bad_file_does_not_hide_what_is_wrong_in_another(review):
    (review / SETTING).write_text("term\nhome\n")
    edit(review, HARMS, "home,1,8,", "home,9,8,")
    assert [f.file for f in validate(review)] == [SETTING, HARMS]


# --- the bibliography


BIBLIOGRAPHY = {
    "malformed entry": ("title = {Two},", "title = {Two,", (7, "@article{beta2002", "brace")),
    "junk": ("}\n\n@article", "}\n\njunk\n\n@article", (7, "junk", "Delete it")),
    "merge marker": (
        "@article{beta2002",
        "=======\n@article{beta2002",
        (7, "merge conflict marker", "Keep one version, unmarked"),
    ),
    "duplicate key": ("{beta2002,", "{alpha2001,", (7, "alpha2001: the key", "another key")),
}


@pytest.mark.parametrize(("old", "new", "expected"), BIBLIOGRAPHY.values(), ids=BIBLIOGRAPHY)
def test_a_bad_entry_is_named(review, old, new, expected):
    edit(review, "references.bib", old, new)
    row, problem, remedy = expected
    assert_one(validate(review), "references.bib", row, None, problem, remedy)


def test_a_publication_that_the_bibliography_lacks_is_named(review):
    edit(review, "references.bib", FILES["references.bib"].partition("\n\n")[2], "")
    found = validate(review)
    assert_one(found, "data/sources.csv", 3, "citekey", "'beta2002' is not in ref", "Add it")


def test_an_entry_that_no_row_names_is_named(review):
    entry = "@misc{anon2003,\n  title = {Three},\n  year = {2003},\n}\n"
    edit(review, "references.bib", "@article{beta2002", f"{entry}@article{{beta2002")
    found = validate(review)
    assert_one(found, "references.bib", 7, None, "anon2003 is not in data/sources.csv", "Add it")


def test_an_entry_out_of_the_alphabet_is_named(review):
    first, _, second = FILES["references.bib"].partition("\n\n")
    (review / "references.bib").write_text(f"{second}\n{first}\n", encoding="utf-8")
    found = validate(review)
    problem = "alpha2001 stands after beta2002"
    assert_one(found, "references.bib", 7, None, problem, "Sort the entries by their keys")


def test_one_publication_under_two_keys_is_named(review):
    edit(review, "references.bib", "Two", "One")
    edit(review, "references.bib", "Beta, Bob", "Alpha, Ann")
    edit(review, "references.bib", "{2002}", "{2001}")
    same, _ = validate(review)
    assert_one([same], "references.bib", 7, None, "same title, first author and year", "Keep one")


# --- the declaration


def test_invalid_json_is_named_with_its_line(review):
    edit(review, PACKAGE, ' "title": "Small",', ' "title": "Small"')
    assert_one(validate(review), PACKAGE, 4, None, "not valid JSON", "Mend the comma")


def edit_field(package):
    package["resources"][1]["schema"]["fields"][3]["type"] = "int"


DECLARATIONS = {
    "unknown type": (edit_field, "harms.affected has the unknown type 'int'"),
    "no title": (lambda p: p["resources"][0].pop("title"), "sources has no title"),
    "no name": (lambda p: p["resources"][0].pop("name"), "'name' is a required property"),
    "no path": (lambda p: p["resources"][0].pop("path"), "sources has no path"),
    "no key": (lambda p: p["resources"][0]["schema"].pop("primaryKey"), "sources has no primaryK"),
    "key of no column": (
        lambda p: p["resources"][0]["schema"].update(primaryKey=["key"]),
        "sources has no primaryKey that is a list of its columns",
    ),
    "limit of another type": (
        lambda p: p["resources"][1]["schema"]["fields"][3]["constraints"].update(minimum="low"),
        "not usable as a data package",
    ),
    "key to nowhere": (
        lambda p: p["resources"][2]["schema"]["foreignKeys"][0]["reference"].update(fields=["no"]),
        "parts refers to no in harms, which is not declared",
    ),
    "misshapen key": (
        lambda p: p["resources"][2]["schema"].update(foreignKeys=3),
        "not usable as a data package",
    ),
    "rule of no kind": (
        lambda p: p["rules"][1].pop("condition"),
        "rule 'affected-within-exposed' needs columns, remedy and one of condition, exists_in",
    ),
    "rule on an unknown column": (
        lambda p: p["rules"][1].update(columns=["affcted"]),
        "rule 'affected-within-exposed' names what is not declared in harms",
    ),
    "rule with a slip": (
        lambda p: p["rules"][1].update(condition="affected <= exposd"),
        "rule 'affected-within-exposed' can't be evaluated (name 'exposd' is not defined)",
    ),
}


@pytest.mark.parametrize(("change", "problem"), DECLARATIONS.values(), ids=DECLARATIONS)
def test_a_bad_declaration_is_named(review, change, problem):
    package = json.loads(FILES[PACKAGE])
    change(package)
    (review / PACKAGE).write_text(json.dumps(package) + "\n")
    assert_one(validate(review), PACKAGE, None, None, problem, "Correct")


# --- rows that are numbered


@pytest.fixture
def numbered(review) -> Path:
    """The small review in which harms are numbered, and a log that may explain a gap."""
    package = json.loads((review / PACKAGE).read_text(encoding="utf-8"))
    package["resources"].append(table("log", "log.csv", [field("row")], ["row"]))
    target = {"resource": "log", "fields": ["row"]}
    rule = {"name": "none-lost", "table": "harms", "columns": ["id"], "remedy": "Restore it"}
    package["rules"] = [rule | {"numbered_but_for": target}]
    (review / PACKAGE).write_text(json.dumps(package) + "\n", encoding="utf-8")
    lost = [f"alpha2001-h{number}" for number in (1, *range(3, 10))]
    (review / "data/log.csv").write_text("row\n" + "\n".join(lost) + "\n", encoding="utf-8")
    return review


def test_a_number_that_the_log_explains_may_be_missing(numbered):
    assert validate(numbered) == []


def test_a_number_that_nothing_explains_is_named_by_the_row_after_it(numbered):
    edit(numbered, "data/log.csv", "alpha2001-h7\n", "")
    problem = "no alpha2001-h7 before alpha2001-h10: against the rule 'none-lost'"
    assert_one(validate(numbered), HARMS, 3, "id", problem, "Restore it")


def test_the_first_row_of_a_group_is_missed_as_well(numbered):
    edit(numbered, HARMS, "beta2002-h1,", "beta2002-h2,")
    edit(numbered, "data/parts.csv", "beta2002-h1", "beta2002-h2")
    problem = "no beta2002-h1 before beta2002-h2"
    assert_one(validate(numbered), HARMS, 4, "id", problem, "Restore it")


# --- rules on some rows only


@pytest.fixture
def narrow(review) -> Callable[..., list[Finding]]:
    """Validate where -h10 has no part, with selections of the harms that need one and of parts."""
    edit(review, "data/parts.csv", "alpha2001-h10,a\n", "")

    def check(where: str = "id.notna()", there: str = "part.notna()") -> list[Finding]:
        package = json.loads((review / PACKAGE).read_text(encoding="utf-8"))
        rule = package["rules"][2]
        rule["where"], rule["exists_in"]["where"] = where, there
        (review / PACKAGE).write_text(json.dumps(package) + "\n", encoding="utf-8")
        return validate(review)

    return check


@pytest.mark.parametrize("where", ["setting == 'clinic'", "lasting == False", "affected > 1"])
def test_a_row_of_which_the_rule_speaks_is_named(narrow, where):
    assert_one(narrow(where), HARMS, 3, "id", "id alpha2001-h10: against", "Add a row in parts")


@pytest.mark.parametrize("where", ["setting == 'home'", "lasting", "affected < 2"])
def test_a_row_of_which_the_rule_does_not_speak_is_not_named(narrow, where):
    assert narrow(where) == []


def test_a_rule_does_not_speak_of_a_row_without_the_value_that_it_asks_for(review, narrow):
    edit(review, "data/parts.csv", "beta2002-h1,b\n", "")  # where affected is empty
    assert [finding.row for finding in narrow("affected != 1")] == [3]
    assert [finding.row for finding in narrow("affected.isna()")] == [4]


def test_only_fitting_rows_of_the_other_table_count(narrow):
    assert [finding.row for finding in narrow()] == [3]
    assert [finding.row for finding in narrow(there="part == 'a'")] == [3, 4]
    assert [finding.row for finding in narrow(there="part == 'b'")] == [2, 3]


@pytest.mark.parametrize("slip", [{"where": "part == 'a'"}, {"there": "id =="}])
def test_a_slip_in_either_selection_is_named(narrow, slip):
    assert_one(narrow(**slip), PACKAGE, None, None, "can't be evaluated", "Correct its condition")


# --- words that a rule asks for


@pytest.mark.parametrize(
    "where", ["setting == 'hoem'", "setting not in ['home', 'hoem']", 'setting != "hoem"']
)
def test_a_rule_that_asks_for_an_unknown_term_is_named(narrow, where):
    problem = "rule 'harm-has-a-part' asks for 'hoem', no term of setting"
    (finding,) = [finding for finding in narrow(where) if "asks for" in finding.problem]
    assert_one([finding], PACKAGE, None, None, problem, "Correct it")


def test_a_vocabulary_that_cannot_be_read_does_not_make_every_term_unknown(review, narrow):
    edit(review, SETTING, "home,", "home,,,")
    findings = narrow("setting == 'home'")
    assert not [finding for finding in findings if "asks for" in finding.problem]
    assert SETTING in {finding.file for finding in findings}


# --- what a table says of another


@pytest.fixture
def second(review) -> Callable[[str], list[Finding]]:
    """Validate the small review with one line in a table that says what stands elsewhere."""
    package = json.loads((review / PACKAGE).read_text(encoding="utf-8"))
    fields = [field(name) for name in ("table", "row", "field", "consensus")]
    package["resources"].append(table("second", "second.csv", fields, ["table", "row", "field"]))
    package["rules"].append(
        {
            "name": "stands",
            "table": "second",
            "columns": ["table", "row", "field"],
            "stands_in": "consensus",
            "remedy": "Correct either",
        }
    )
    (review / PACKAGE).write_text(json.dumps(package) + "\n", encoding="utf-8")

    def check(line: str) -> list[Finding]:
        text = f"table,row,field,consensus\n{line}\n"
        (review / "data/second.csv").write_bytes(text.encode())
        return validate(review)

    return check


@pytest.mark.parametrize(
    "line",
    [
        "harms,alpha2001-h2,affected,1",
        "harms,beta2002-h1,affected,",
        "harms,alpha2001-h2,row,seen",
        "harms,alpha2001-h3,row,",
        "parts,beta2002-h1,part,b",
    ],
)
def test_what_stands_in_the_other_table_may_be_said(second, line):
    assert second(line) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("harms,alpha2001-h2,affected,2", "affected of alpha2001-h2 is '1' in harms, not '2'"),
        ("harms,alpha2001-h2,affected,", "is '1' in harms, not ''"),
        ("harms,beta2002-h1,affected,0", "is '' in harms, not '0'"),
        ("harms,alpha2001-h3,row,seen", "alpha2001-h3 does not stand in harms"),
        ("harms,alpha2001-h2,row,", "alpha2001-h2 stands in harms"),
        ("harms,alpha2001-h2,colour,red", "there is no column 'colour' in a table 'harms'"),
        ("harm,alpha2001-h2,affected,1", "there is no column 'affected' in a table 'harm'"),
    ],
)
def test_what_does_not_stand_there_is_named(second, line, problem):
    assert_one(second(line), "data/second.csv", 2, "consensus", problem, "Correct either")


@pytest.fixture
def link(review) -> Callable[[str], list[Finding]]:
    """Validate the small review with one line in a table that names a row of another table."""
    package = json.loads((review / PACKAGE).read_text(encoding="utf-8"))
    fields = [field(name) for name in ("table", "row", "remark")]
    package["resources"].append(table("links", "links.csv", fields, ["table", "row"]))
    package["rules"].append(
        {
            "name": "linked",
            "table": "links",
            "columns": ["table", "row"],
            "stands_in": "row",
            "remedy": "Correct the name",
        }
    )
    (review / PACKAGE).write_text(json.dumps(package) + "\n", encoding="utf-8")

    def check(line: str) -> list[Finding]:
        (review / "data/links.csv").write_bytes(f"table,row,remark\n{line}\n".encode())
        return validate(review)

    return check


@pytest.mark.parametrize("line", ["harms,alpha2001-h2,", "parts,beta2002-h1,it is there"])
def test_a_row_that_stands_in_the_other_table_may_be_named(link, line):
    assert link(line) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("harms,alpha2001-h3,", "alpha2001-h3 does not stand in harms"),
        ("parts,a,", "a does not stand in parts"),
        ("harm,alpha2001-h2,", "in a table 'harm'"),
    ],
)
def test_a_row_that_stands_nowhere_is_named(link, line, problem):
    assert_one(link(line), "data/links.csv", 2, "row", problem, "Correct the name")


def test_a_row_named_in_a_table_that_cannot_be_read_is_not_said_to_be_missing(review, link):
    edit(review, HARMS, "citekey,setting", "citekey,seting")
    assert {finding.file for finding in link("harms,alpha2001-h2,")} == {HARMS}


def test_several_values_of_a_row_are_said_together(review, second):
    edit(review, "data/parts.csv", "alpha2001-h2,a\n", "alpha2001-h2,a\nalpha2001-h2,c\n")
    assert second("parts,alpha2001-h2,part,a; c") == []
    assert len(second("parts,alpha2001-h2,part,a")) == 1


def test_a_publication_may_stand_in_another_table_where_a_rule_allows_it(review):
    edit(review, "data/sources.csv", "beta2002,Türkiye\n", "")
    edit(review, HARMS, 'beta2002-h1,beta2002,,,,,,,"table 2, note"\n', "")
    edit(review, "data/parts.csv", "beta2002-h1,b\n", "")
    package = json.loads((review / PACKAGE).read_text(encoding="utf-8"))
    package["resources"].append(table("unread", "unread.csv", [field("citekey")], ["citekey"]))
    (review / "data/unread.csv").write_text("citekey\nbeta2002\n", encoding="utf-8")
    (review / PACKAGE).write_text(json.dumps(package) + "\n", encoding="utf-8")
    assert len(validate(review)) == 1
    package["rules"][0]["or_in"] = {"resource": "unread", "fields": ["citekey"]}
    (review / PACKAGE).write_text(json.dumps(package) + "\n", encoding="utf-8")
    assert validate(review) == []


# --- the review's own data and rules


def test_slips_in_the_review_are_named_each_in_its_place(root, tmp_path):
    shutil.copytree(root / "data", tmp_path / "data")
    shutil.copy(root / "references.bib", tmp_path)

    def slip(table: str, column: str, value: str, fits=lambda cells: True) -> tuple:
        """Write `value` into the first row that fits; return where that is."""
        path = tmp_path / "data" / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        row, cells = next(
            (row, cells)
            for row, cells in enumerate(rows, 2)
            if fits(dict(zip(header, cells, strict=True)))
        )
        cells[header.index(column)] = value
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
        return f"data/{table}.csv", row, column

    slips = {
        slip("cases", "citekey", "nobody1999none"),
        slip("complications", "n_affected", "999999", lambda c: c["n_affected"] and c["n_exposed"]),
        slip("frequencies", "percent", "101"),
        slip("searches", "date", "yesterday"),
        slip("statements", "locator", ""),
        slip("treatments", "outcome", "complet", lambda c: c["outcome"] == "complete"),
    }
    found = [(f.file, f.row, f.column) for f in validate(tmp_path)]
    # A changed cell may also belie what the two readings of it agreed on.
    belied = [place for place in found if place[::2] == ("data/second_readings.csv", "consensus")]
    assert sorted(set(found) - set(belied)) == sorted(slips)
    assert len(found) == len(slips) + len(belied)


# For each rule of the review a row that breaks it: a rule that nothing can break is none.
BREAKING = {
    "form-only-where-milia": {"relation": "not visible", "form": "en plaque"},
    "cause-only-where-milia": {"relation": "not visible", "cause": "drug"},
    "case-id-begins-with-citekey": {"id": "one-c1", "citekey": "two"},
    "duration-within-life": {"age_years": "1", "duration_months": "14"},
    "secondary-has-a-trigger": {"cause": "drug"},
    "course-id-begins-with-citekey": {"id": "one-t1", "citekey": "two"},
    "patient-of-the-same-publication": {"case_id": "one-c1", "citekey": "two"},
    "one-patient-one-course": {"case_id": "one-c1", "n_treated": "2"},
    "line-needs-a-patient": {"line": "1"},
    "complete-within-treated": {"n_complete": "2", "n_treated": "1"},
    "partial-within-treated": {"n_partial": "2", "n_treated": "1"},
    "no-response-within-treated": {"n_no_response": "2", "n_treated": "1"},
    "outcomes-within-treated": {
        "n_treated": "2",
        "n_complete": "1",
        "n_partial": "1",
        "n_no_response": "1",
    },
    "outcome-needs-patients": {"outcome": "partial"},
    "counts-need-an-outcome": {"id": "one-t1", "recurrence": "false"},
    "complete-agrees": {"outcome": "complete", "n_treated": "2", "n_complete": "1"},
    "partial-agrees": {"outcome": "partial", "n_partial": "0"},
    "no-response-agrees": {"outcome": "no response", "n_treated": "2", "n_no_response": "1"},
    "worse-agrees": {"outcome": "worse", "n_complete": "1"},
    "recurrence-after-a-response": {"outcome": "no response", "recurrence": "true"},
    "outcome-within-follow-up": {"time_to_outcome_weeks": "10", "followup_months": "2"},
    "harm-id-begins-with-citekey": {"id": "one-h1", "citekey": "two"},
    "affected-within-exposed": {"n_affected": "2", "n_exposed": "1"},
    "harm-percent-agrees": {"n_affected": "1", "n_exposed": "2", "percent": "51"},
    "harm-percent-exact-or-explained": {"n_affected": "1", "n_exposed": "2", "percent": "50.1"},
    "harm-percent-possible-or-explained": {"n_exposed": "3", "percent": "50"},
    "no-harm-is-zero-percent": {"n_affected": "0", "percent": "1"},
    "only-patients-are-at-risk": {"denominator": "patients at risk", "unit": "lesions"},
    "clusters-are-not-patients": {
        "denominator": "lesions, sides or treatments",
        "unit": "patients",
    },
    "reports-are-counted-in-reports": {"denominator": "published cases", "unit": "reports"},
    "exposed-means-denominator": {"n_exposed": "1"},
    "direct-harm-has-its-target": {"relation": "milia themselves", "target": "scars"},
    "milia-as-harm-are-secondary": {"relation": "milia is the outcome", "complication": "burn"},
    "outcome-was-told-somehow": {"outcome": "partial"},
    "no-reading-without-outcome": {"outcome_reading": "stated"},
    "patient-has-the-form": {"case_id": "one-c1", "form": "eruptive"},
    "harm-range-in-order": {"percent_low": "2", "percent_high": "1"},
    "harm-percent-or-range": {"percent": "2", "percent_low": "1"},
    "organism-of-an-infection": {"organism": "yeast", "complication": "scarring"},
    "frequency-range-in-order": {"percent_low": "2", "percent_high": "1"},
    "frequency-percent-or-range": {"percent": "2", "percent_high": "3"},
    "selected-are-not-at-risk": {"denominator": "patients at risk", "cohort": "unclear"},
    "counted-means-denominator": {"n_total": "9", "cohort": "general"},
    "statement-range-in-order": {"percent_low": "2", "percent_high": "1"},
    "a-change-changes": {"before": "one", "after": "one"},
    "underlying-condition-has-a-cause": {"kind": "underlying"},
    "frequency-id-begins-with-citekey": {"id": "one-f1", "citekey": "two"},
    "affected-within-total": {"n_affected": "2", "n_total": "1"},
    "frequency-percent-agrees": {"n_affected": "1", "n_total": "2", "percent": "51"},
    "frequency-percent-exact-or-explained": {"n_affected": "1", "n_total": "2", "percent": "50.1"},
    "frequency-percent-possible-or-explained": {"n_total": "3", "percent": "50"},
    "no-frequency-is-zero-percent": {"n_affected": "0", "percent": "1"},
    "statement-id-begins-with-citekey": {"id": "one-s1", "citekey": "two"},
    "search-id-begins-with-topic": {"id": "one-1", "topic": "two"},
    "twelve-results-at-most": {"n_results": "13"},
    "relevant-within-results": {"n_relevant": "2", "n_results": "1"},
    "new-within-results": {"n_new": "2", "n_results": "1"},
    "page-id-begins-with-topic": {"id": "one-x1", "topic": "two"},
    "difference-has-reason": {"field": "setting", "first": "home", "second": "clinic"},
    "row-of-this-publication": {"citekey": "one", "row": "two-h1"},
    "someone-read-something": {"field": "setting", "consensus": "home"},
    "confirmed-by-and-on": {"citekey": "one", "confirmed_by": "Ann Ames"},
    "identifier-has-its-form": {"identifier_type": "PMID", "identifier": "PMC7869810"},
    "verdict-with-its-reasons": {"claim_id": "C1", "verdict": "supported"},
    "signed-by-and-on": {"claim_id": "C1", "signed_by": "Ann Ames"},
    "section-of-the-guide": {"origin": "guide"},
    "nothing-found-is-uncertain": {"verdict": "no evidence found", "certainty": "low"},
    "no-wording-calls-home-removal-safe": {"wording": "You can safely take them out at home."},
    "polarity-of-a-claim": {"phrasing": "They go by themselves.", "polarity": "same"},
    "derived-or-read": {"checklist": "prevalence", "item": "1", "answered_from": "cases"},
}
PACKAGE_OF_THE_REVIEW = read_package(Path(__file__).resolve().parents[1])
RULES = {rule["name"]: rule for rule in PACKAGE_OF_THE_REVIEW["rules"]}


def break_rule(
    rule: dict, rows: list[dict[str, str]], folder: Path, **others: list[dict[str, str]]
) -> list[Finding]:
    """Check `rule` alone on a table of these rows and on `others`; all other cells are empty."""
    package = {"resources": [], "rules": [rule]}
    for name, lines in {rule["table"]: rows, **others}.items():
        resource = find_resource(PACKAGE_OF_THE_REVIEW, name)
        header = [f["name"] for f in resource["schema"]["fields"]]
        path = folder / "data" / resource["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as file:
            writer = csv.DictWriter(file, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)
        package["resources"].append(resource)
    tables = read_tables(folder, package, {r["name"]: [] for r in package["resources"]})
    return check_rules(tables, package)


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if "condition" in rule])
def test_a_row_can_break_each_condition_of_the_review(name, tmp_path):
    (finding,) = break_rule(RULES[name], [BREAKING[name]], tmp_path)
    assert (finding.row, finding.column) == (2, RULES[name]["columns"][0])
    assert finding.problem.endswith(f"against the rule {name!r}")


@pytest.mark.parametrize("name", [n for n, rule in RULES.items() if "distinct_but_for" in rule])
def test_a_copy_under_another_name_breaks_each_rule_against_copies(name, tmp_path):
    columns = RULES[name]["distinct_but_for"]
    rows = [dict.fromkeys(columns, value) for value in ("1", "2")]
    (finding,) = break_rule(RULES[name], rows, tmp_path)
    assert (finding.row, finding.problem) == (3, f"a copy of row 2: against the rule {name!r}")


@pytest.mark.parametrize("name", [n for n, rule in RULES.items() if "numbered_but_for" in rule])
def test_a_lost_row_breaks_each_rule_on_numbers(name, tmp_path):
    rows = [{"id": "one-1"}, {"id": "one-3"}]
    others = {"recoding": [{"id": "r1", "row": "two-2"}]}
    (finding,) = break_rule(
        RULES[name], rows, tmp_path, **({} if name == "no-change-lost" else others)
    )
    assert (finding.row, finding.column) == (3, "id")


# For each rule of the review that asks for a row in another table: a row that must have one, rows
# there that do not help, one that does, and a row of which the rule does not speak.
ASKING = {
    "verdict-needs-evidence": (
        {"verdict": "not supported"},
        [{"claim_id": "C2", "relation": "supports"}],
        {"claim_id": "C1", "relation": "qualifies"},
        {"verdict": "not checkable"},
    ),
    "support-needs-support": (
        {"verdict": "overstated"},
        [
            {"claim_id": "C1", "relation": "qualifies"},
            {"claim_id": "C1", "relation": "contradicts"},
            {"claim_id": "C2", "relation": "supports"},
        ],
        {"claim_id": "C1", "relation": "supports"},
        {"verdict": "not supported"},
    ),
    "contradiction-needs-contradiction": (
        {"verdict": "contradicted by opinion only"},
        [
            {"claim_id": "C1", "relation": "qualifies"},
            {"claim_id": "C1", "relation": "supports"},
            {"claim_id": "C2", "relation": "contradicts"},
        ],
        {"claim_id": "C1", "relation": "contradicts", "table": "statements"},
        {"verdict": "overstated"},
    ),
    "data-contradict-by-data": (
        {"verdict": "contradicted by data"},
        [
            {"claim_id": "C1", "relation": "contradicts", "table": "statements"},
            {"claim_id": "C1", "relation": "supports", "table": "complications"},
            {"claim_id": "C2", "relation": "contradicts", "table": "complications"},
        ],
        {"claim_id": "C1", "relation": "contradicts", "table": "complications"},
        {"verdict": "contradicted by opinion only"},
    ),
    "removal-with-caution": (
        {"topic": "home removal", "wording": "Squeezing can leave a scar."},
        [
            {"claim_id": "C1", "caution": "retinoids"},
            {"claim_id": "C2", "caution": "before removal"},
        ],
        {"claim_id": "C1", "caution": "before removal"},
        {"topic": "site", "wording": "They come back after squeezing."},
    ),
    "retinoids-with-caution": (
        {"wording": "In one patient tretinoin helped."},
        [{"claim_id": "C1", "caution": "oral drugs"}, {"claim_id": "C2", "caution": "retinoids"}],
        {"claim_id": "C1", "caution": "retinoids"},
        {"wording": "In one patient urea helped."},
    ),
    "acids-with-caution": (
        {"wording": "Salicylic acid was not tested."},
        [
            {"claim_id": "C1", "caution": "retinoids"},
            {"claim_id": "C2", "caution": "salicylic acid"},
        ],
        {"claim_id": "C1", "caution": "salicylic acid"},
        {"wording": "Placid people are not appealing to them."},
    ),
    "oral-drugs-with-caution": (
        {"wording": "In one patient minocycline helped."},
        [{"claim_id": "C1", "caution": "retinoids"}, {"claim_id": "C2", "caution": "oral drugs"}],
        {"claim_id": "C1", "caution": "oral drugs"},
        {"wording": "In one patient erythromycin helped."},
    ),
}


@pytest.fixture
def asked(tmp_path) -> Callable[..., list[Finding]]:
    """Check a rule of ASKING alone on a claim and on rows of the table that it asks."""

    def check(name: str, claim: dict[str, str], there: list[dict[str, str]]) -> list[Finding]:
        claims = [{"claim_id": "C1"} | claim]
        return break_rule(
            RULES[name], claims, tmp_path, **{RULES[name]["exists_in"]["resource"]: there}
        )

    return check


@pytest.mark.parametrize("name", ASKING)
def test_a_claim_without_what_its_verdict_or_wording_needs_is_named(name, asked):
    claim, no_help, help, _ = ASKING[name]
    (finding,) = asked(name, claim, no_help)
    assert (finding.row, finding.column) == (2, "claim_id")
    assert finding.problem == f"claim_id C1: against the rule {name!r}"
    assert asked(name, claim, [*no_help, help]) == []


@pytest.mark.parametrize("name", ASKING)
def test_a_claim_that_needs_no_such_thing_is_not_asked_for_it(name, asked):
    *_, other = ASKING[name]
    assert asked(name, other, []) == []
    assert asked(name, {}, []) == []


def test_every_rule_on_claims_that_asks_for_a_row_elsewhere_can_be_broken():
    on_claims = {name: rule for name, rule in RULES.items() if rule["table"] == "claims"}
    asking = {name for name, rule in on_claims.items() if "exists_in" in rule}
    assert asking == {*ASKING, "judged-or-compound"}


@pytest.mark.parametrize(
    ("verdict", "rule"),
    [
        ("supported", "support-needs-support"),
        ("partly supported", "support-needs-support"),
        ("contradicted by data", "contradiction-needs-contradiction"),
        *((verdict, "verdict-needs-evidence") for verdict in ("supported", "contradicted by data")),
    ],
)
def test_every_verdict_is_asked_for_its_kind_of_evidence(verdict, rule, asked):
    assert len(asked(rule, {"verdict": verdict}, [])) == 1


def test_a_claim_without_verdict_needs_a_part_and_a_part_needs_a_verdict(tmp_path):
    rule = RULES["judged-or-compound"]
    whole, other = {"claim_id": "C1"}, {"claim_id": "C2", "verdict": "supported"}
    judged = {"claim_id": "C1a", "part_of": "C1", "verdict": "supported"}
    assert break_rule(rule, [whole, judged, other], tmp_path) == []
    for rows, line in (
        ([other, whole], 3),
        ([whole, judged | {"verdict": ""}], 3),
        ([whole, judged | {"part_of": "C2"}, other], 2),
    ):
        (finding,) = break_rule(rule, rows, tmp_path)
        assert finding.row == line


def test_only_items_that_a_reader_answers_are_answered_by_one(tmp_path):
    rule = RULES["answers-an-item"]
    read = {"citekey": "one", "checklist": "prevalence", "item": "1", "answer": "yes"}
    items = [
        {"checklist": "prevalence", "item": "1"},
        {"checklist": "prevalence", "item": "2", "answered_from": "frequencies"},
        {"checklist": "case series", "item": "3"},
    ]
    rows = [read, read | {"item": "2"}, read | {"item": "3"}]
    found = break_rule(rule, rows, tmp_path, appraisal_items=items)
    assert [finding.row for finding in found] == [3, 4]


def test_a_certainty_that_starts_somewhere_is_judged_and_another_is_not_asked(tmp_path):
    rule = RULES["judged-where-something-was-found"]
    rows = [{"question_id": "q1", "start": "low"}, {"question_id": "q2", "start": "low"}]
    judged = [{"question_id": "q1", "domain": "imprecision", "judgement": "serious"}]
    rows = [*rows, {"question_id": "q3"}]
    (finding,) = break_rule(rule, rows, tmp_path, certainty_domains=judged)
    assert finding.row == 3


WORDINGS = {
    "removal-with-caution": [
        "Doctors remove them.",
        "Extraction is usual.",
        "A sterile needle opens them.",
        "A blade opens them.",
        "They can be lanced.",
        "Lasers were tried.",
        "Peels were tried.",
        "Freezing was tried.",
        "They can be burned off.",
        "Electrosurgery was tried.",
        "Dermabrasion was tried.",
    ],
    "retinoids-with-caution": ["Adapalene helped.", "Retinol helped.", "A retinoid helped."],
    "acids-with-caution": [
        "Glycolic acid helped.",
        "Acids helped.",
        "A peel helped.",
        "Use a BHA.",
    ],
    "oral-drugs-with-caution": ["Isotretinoin was tried.", "Tetracyclines were tried."],
}


@pytest.mark.parametrize(("name", "wording"), [(n, w) for n in WORDINGS for w in WORDINGS[n]])
def test_a_wording_that_names_a_treatment_needs_its_caution(name, wording, asked):
    for said in (wording, wording.upper()):
        assert len(asked(name, {"topic": "treatment", "wording": said}, [])) == 1


@pytest.mark.parametrize(
    "wording",
    [
        "It is safe to squeeze them at home.",
        "If you do it yourself, a clean needle is safe.",
        "There is no risk in it.",
        "A risk-free cream.",
        "Taking them out goes without any risk.",
    ],
)
def test_no_wording_may_call_home_removal_safe(wording, tmp_path):
    rule = RULES["no-wording-calls-home-removal-safe"]
    assert len(break_rule(rule, [{"wording": wording}], tmp_path)) == 1


def test_a_careful_wording_may_speak_of_home(tmp_path):
    rule = RULES["no-wording-calls-home-removal-safe"]
    wording = "Experts advise against removing them yourself; whether it is harmful nobody counted."
    assert break_rule(rule, [{"wording": wording}], tmp_path) == []
