"""What counts as bad input, and how it is named: file, row (line of the file), column, remedy."""

import json
import shutil
from pathlib import Path

import pytest

from evidence_review.evidence import find_resource, read_package
from evidence_review.findings import Finding
from evidence_review.validation import check_rules, read_tables, validate

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "data/datapackage.json"


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
    "data/harms.csv": (
        "id,citekey,setting,affected,exposed,percent,lasting,seen,locator\n"
        "alpha2001-h2,alpha2001,home,1,8,12.5,true,2001-01-31,abstract\n"
        "alpha2001-h10,alpha2001,clinic,2,8,25,false,,abstract\n"
        'beta2002-h1,beta2002,,,,,,,"table 2, note"\n'
    ),
    "data/parts.csv": "harm_id,part\nalpha2001-h2,a\nalpha2001-h10,a\nbeta2002-h1,b\n",
    "data/vocabularies/setting.csv": "term,definition\nhome,at home\nclinic,by a professional\n",
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
        (2, "setting", "'hone' is not in vocabulary-setting", "Write 'home', or add it to data/voc"),
    ),
    "unknown term like none": (
        "-h2,alpha2001,home",
        "-h2,alpha2001,xyzzy",
        (2, "setting", "'xyzzy'", "Add it to data/vocabularies/setting.csv"),
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
    "missing id": ("beta2002-h1,beta2002,", ",beta2002,", (4, "id", "no value", "The id")),
    "id of another form": (
        "beta2002-h1,beta2002,",
        "beta2002h1,beta2002,",
        (4, "id", "'beta2002h1' does not keep to the pattern", "The id"),
    ),
    "blank at the end of a cell": (
        "2001-01-31,abstract",
        "2001-01-31,abstract ",
        (2, "locator", "'abstract ' is not free of blanks", "Delete them"),
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), CELLS.values(), ids=CELLS)
def test_a_bad_cell_is_named(review, old, new, expected):
    edit(review, "data/harms.csv", old, new)
    found = [f for f in validate(review) if f.file == "data/harms.csv"]
    assert_one(found, "data/harms.csv", *expected)


# --- rows


def test_a_duplicate_id_is_named(review):
    edit(review, "data/harms.csv", "alpha2001-h10,", "alpha2001-h2,")
    edit(review, "data/parts.csv", "alpha2001-h10,a\n", "")
    edit(review, "data/parts.csv", "beta2002-h1,b", "alpha2001-h2,b\nbeta2002-h1,b")
    assert validate(review) == []
