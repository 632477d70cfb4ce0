"""Checks of the data and the bibliography: every finding says where, what is wrong, and the remedy.

All that is checked is declared in `data/datapackage.json`: columns, types, constraints and keys as
a Frictionless Table Schema, and under `rules` what else holds. A rule has a `name`, a `table`, a
`remedy` and one of these kinds:

- `condition` with `columns`: an expression for `pandas.DataFrame.eval`, true on every row on which
  none of `columns` is missing;
- `exists_in` (`resource` and `fields`, as in a foreign key) with `columns`: every value stands in
  that other table, too, so that a parent has a child. An expression `where`, in the rule or in
  `exists_in`, keeps the rows on which it is true;
- `distinct_but_for`, a list of columns: no two rows are equal in all others;
- `numbered_but_for` (`resource` and `fields`, as in a foreign key) with one of `columns`: the
  numbers at the ends of its values leave none out, unless it stands in that other table;
- `same_keys_as`, a bibliography, with `columns` and perhaps `or_in` (`resource` and `fields`, where
  a key may stand instead): both hold the same keys;
- `stands_in`, a column, with three `columns` that name a table, a row of it (by the first column of
  its key) and a field: what the column says is what stands there today, several values of one row
  joined by “; ”. Of the field WHOLE_ROW the column says whether the row is there. With two
  `columns`, a table and a row, the row must be there.

A table without rows is a finding, unless the package's `may_be_empty` names it.
"""

import csv
import io
import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from evidence_review.evidence import (
    VOCABULARY,
    find_resource,
    find_vocabularies,
    read_package,
    read_table,
)
from evidence_review.files import BIBLIOGRAPHY, PACKAGE, find_bad_letters, read_text
from evidence_review.findings import BadInput, Finding
from evidence_review.references import (
    check_citation_titles,
    find_duplicates,
    find_misplaced_keys,
    read_references,
)

Rows = dict[str, list[list[str]]]  # the cells of each table that could be read, header first
WHOLE_ROW = "row"
FEW_TERMS = 8  # so many are named where none is like the word that was written
_TARGETS = ("exists_in", "numbered_but_for")  # the kinds that name another table
_KINDS = ("condition", *_TARGETS, "distinct_but_for", "same_keys_as", "stands_in")
_OR_EMPTY = ", or leave the cell empty where it is not known"
# How each type is written: frictionless and pandas would also take 1_000, nan, TRUE or 2026-1-4.
_FORMS = {
    "string": (r"\S(.*\S)?", "free of blanks at its ends", "Delete them"),
    "integer": (r"0|-?[1-9]\d{0,14}", "a whole number", f"Write it like 12{_OR_EMPTY}"),
    "number": (
        r"(?!-0(\.0*)?$)-?(0|[1-9]\d*)(\.\d+)?",
        "a number",
        f"Write it like 12.5{_OR_EMPTY}",
    ),
    "boolean": (r"true|false", "true or false", f"Write true or false{_OR_EMPTY}"),
    "date": (r"\d{4}-\d\d-\d\d", "a date", f"Write it like 2026-01-31{_OR_EMPTY}"),
}
_NOTHING = re.compile(r"n/?a|nan|null|-+|–|—|\?+", re.IGNORECASE)


def validate(root: Path) -> list[Finding]:
    """Check everything below `root`; an empty list means that nothing is wrong.

    Files and their form come first, then types, terms and keys, the rows' order, the rules, the
    bibliography. What can't be read is not checked further; order and rules are not held against
    a row that has a finding already.
    """
    _, findings = read_text(root, PACKAGE)
    if findings:
        return findings
    try:
        package = read_package(root)
    except BadInput as error:
        return error.findings
    if findings := check_package(root, package):
        return findings
    rows = {}
    for resource in package["resources"]:
        may_be_empty = resource["name"] in package.get("may_be_empty", [])
        found, records = read_rows(root, resource, may_be_empty)
        findings += found
        if records:
            rows[resource["name"]] = records
    findings += find_undeclared_files(root, package)
    findings += check_schema(root, package, rows)
    known = {(finding.file, finding.row) for finding in findings}
    findings += check_terms(package, rows)
    between_rows = check_order(package, rows)
    between_rows += check_rules(read_tables(root, package, rows), package)
    between_rows += check_standing(package, rows)
    findings += [f for f in between_rows if (f.file, f.row) not in known]
    return findings + check_bibliography(root, package, rows)


def demand_valid(root: Path) -> None:
    """Raise BadInput with what `validate` finds below `root`."""
    if findings := validate(root):
        raise BadInput(findings)


def check_package(root: Path, package: dict) -> list[Finding]:
    """What is wrong with `data/datapackage.json` itself, before any file that it declares."""
    try:
        problems = list(_find_declaration_problems(package))
    except (AttributeError, KeyError, TypeError):
        try:  # frictionless says more about a missing or misshapen part
            _run_frictionless(root, package)
        except BadInput as error:
            return error.findings
        problems = ["a part of it is missing or misshapen"]
    return [Finding(PACKAGE, problem, "Correct the declaration") for problem in problems]


def _find_declaration_problems(package: dict) -> Iterator[str]:
    """What frictionless does not ask of a declaration but loading, rules or dictionary need."""
    columns = {r["name"]: {f["name"] for f in r["schema"]["fields"]} for r in package["resources"]}
    for resource in package["resources"]:
        table, schema = resource["name"], resource["schema"]
        for item in (resource, *schema["fields"]):
            place = table if item is resource else f"{table}.{item['name']}"
            for key in ("name", "title", "description", "path" if item is resource else "type"):
                if not isinstance(item.get(key), str):
                    yield f"{place} has no {key}"
        for field in schema["fields"]:
            if field["type"] not in _FORMS:
                yield f"{table}.{field['name']} has the unknown type {field['type']!r}"
        key = schema.get("primaryKey")
        if not isinstance(key, list) or not key or not columns[table].issuperset(key):
            yield f"{table} has no primaryKey that is a list of its columns"
        for key in schema.get("foreignKeys", []):
            name, fields = key["reference"]["resource"], key["reference"]["fields"]
            if not columns.get(name, set()).issuperset(fields):
                yield f"{table} refers to {', '.join(fields)} in {name}, which is not declared"
    searched = package.get("searched", {"in": "", "not_in": []})
    if not isinstance(searched["in"], str) or not isinstance(searched["not_in"], list):
        yield "searched is not a text `in` and a list `not_in`"
    for name in package.get("may_be_empty", []):
        if name not in columns:
            yield f"may_be_empty names {name}, which is not declared"
    for rule in package.get("rules", []):
        target = _find_target(rule) or {"resource": rule["table"], "fields": []}
        named = [*rule.get("columns", []), *rule.get("distinct_but_for", [])]
        if len(rule.keys() & set(_KINDS)) != 1 or not rule.get("remedy") or not named:
            yield f"rule {rule['name']!r} needs columns, remedy and one of {', '.join(_KINDS)}"
        for name, fields in ((rule["table"], named), (target["resource"], target["fields"])):
            if not columns.get(name, set()).issuperset(fields):
                yield f"rule {rule['name']!r} names what is not declared in {name}"


def _find_target(rule: dict) -> dict:
    """The other table and its columns that a rule names; empty where it names none."""
    return next((rule[kind] for kind in _TARGETS if kind in rule), {})


def read_rows(
    root: Path, resource: dict, may_be_empty: bool = False
) -> tuple[list[Finding], list[list[str]] | None]:
    """The cells of a declared CSV, header first; None where its form forbids reading on.

    In a file that is read, a record is a line, so that its number is its index plus 1.
    """
    file = f"data/{resource['path']}"
    text, findings = read_text(root, file)
    if text is None:
        return findings, None
    declared = [field["name"] for field in resource["schema"]["fields"]]
    records: list[list[str]] = []
    column = None
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        for record in reader:
            if reader.line_num > len(records) + 1:
                place = next(place for place, cell in enumerate(record) if "\n" in cell)
                column = declared[place] if place < len(declared) else None
                raise csv.Error
            records.append(record)
    except csv.Error:
        if records and (found := list(_check_header(file, records[0], declared))):
            return findings + found, None  # with other separators, quotation marks can't match
        problem = "quotation marks do not match, or a cell holds a line break"
        remedy = 'Write each row on one line, and a quotation mark within a cell as ""'
        return [*findings, Finding(file, problem, remedy, len(records) + 1, column)], None
    if found := list(_check_header(file, records[0], declared)):
        return findings + found, None
    if len(records) == 1 and not may_be_empty:
        return [*findings, Finding(file, "a header without rows", "Restore the rows", 1)], None
    ragged = []
    for row, cells in enumerate(records, 1):
        if not any(cells):
            ragged.append(Finding(file, "empty row", "Delete it", row))
        elif len(cells) != len(declared):
            problem = f"{len(cells)} cells where the header has {len(declared)}"
            remedy = "Put quotation marks around a cell with a comma, or add or delete commas"
            ragged.append(Finding(file, problem, remedy, row))
    return findings + ragged, None if ragged else records


def _check_header(file: str, actual: list[str], declared: list[str]) -> Iterator[Finding]:
    missing = [name for name in declared if name not in actual]
    order = f"The header must be {','.join(declared)}"
    for delimiter in ";\t|":
        if len(actual) == 1 and len(declared) > 1 and delimiter in actual[0]:
            problem = f"columns are separated by {delimiter!r}"
            yield Finding(file, problem, "Save it with commas between the columns", 1)
            return
    for name in actual:
        if name in declared:
            continue
        if close := get_close_matches(name, missing, 1):
            missing.remove(close[0])
            yield Finding(file, f"unknown column {name!r}", f"Rename it to {close[0]}", 1, name)
        else:
            remedy = f"Delete it or declare it in {PACKAGE}"
            yield Finding(file, f"unknown column {name!r}", remedy, 1, name)
    for name in missing:
        before = declared[: declared.index(name)][-1:]
        remedy = f"Insert it after {before[0]}" if before else "Insert it as the first column"
        yield Finding(file, "the column is missing", remedy, 1, name)
    if not missing and set(actual) == set(declared) and actual != declared:
        place = next((a for a, d in zip(actual, declared, strict=False) if a != d), actual[-1])
        yield Finding(file, "the column is not in its place or stands twice", order, 1, place)


def find_undeclared_files(root: Path, package: dict) -> list[Finding]:
    """CSV files below data/ that no table declares and that nothing would read."""
    declared = {root / "data" / resource["path"] for resource in package["resources"]}
    return [
        Finding(
            path.relative_to(root).as_posix(),
            "no table declares this file",
            f"Delete it or declare it in {PACKAGE}",
        )
        for path in sorted((root / "data").rglob("*.csv"))
        if path not in declared
    ]


def check_schema(root: Path, package: dict, rows: Rows) -> list[Finding]:
    """Types, constraints, primary and foreign keys, of the tables in `rows` (by frictionless).

    Beyond that: each cell in the one form of its type, and no word for a missing value.
    """
    resources = [_keep_known_keys(r, rows) for r in package["resources"] if r["name"] in rows]
    if not resources:
        return []
    try:
        errors = _run_frictionless(root, {**package, "resources": resources})
    except BadInput as error:
        return error.findings
    findings = []
    for resource in resources:
        found = list(_check_forms(resource, rows[resource["name"]]))
        found += [_describe(e, resource, package, rows) for e in errors[resource["name"]]]
        # Of each cell the first finding: what has not the form of its type fails all else, too.
        findings += {(f.row, f.column): f for f in reversed(found)}.values()
    return sorted(findings, key=lambda finding: (finding.file, finding.row or 0))


def _keep_known_keys(resource: dict, rows: dict) -> dict:
    """The declaration without foreign keys to tables that could not be read."""
    keys = resource["schema"].get("foreignKeys", [])
    known = [key for key in keys if key["reference"]["resource"] in rows]
    return {**resource, "schema": {**resource["schema"], "foreignKeys": known}}


def _check_forms(resource: dict, rows: list[list[str]]) -> Iterator[Finding]:
    file, vocabularies = f"data/{resource['path']}", find_vocabularies(resource)
    for index, field in enumerate(resource["schema"]["fields"]):
        form, words, remedy = _FORMS[field["type"]]
        is_term = field["name"] in vocabularies or resource["name"].startswith(VOCABULARY)
        for row, cells in enumerate(rows[1:], 2):
            cell = cells[index]
            if not is_term and _NOTHING.fullmatch(cell):
                problem = f"{cell!r} stands for a missing value"
                yield Finding(file, problem, "Leave the cell empty", row, field["name"])
            elif cell and not re.fullmatch(form, cell, re.ASCII):
                yield Finding(file, f"{cell!r} is not {words}", remedy, row, field["name"])
            elif bad := find_bad_letters(cell):
                yield Finding(file, f"{bad[0]} in {cell!r}", bad[1], row, field["name"])


def _describe(error, resource: dict, package: dict, rows: Rows) -> Finding:
    """An error of frictionless in our words."""
    file, row = f"data/{resource['path']}", getattr(error, "row_number", None)
    key, column = ", ".join(resource["schema"]["primaryKey"]), getattr(error, "field_name", None)
    field = next((f for f in resource["schema"]["fields"] if f["name"] == column), None)
    match error.type:
        case "type-error":  # in the right form, but a day that never was
            _, words, remedy = _FORMS[field["type"]]
            return Finding(file, f"{error.cell!r} is not {words}", remedy, row, column)
        case "foreign-key":
            value, target = error.field_cells[0], find_resource(package, error.reference_name)
            header, *records = rows[error.reference_name]
            index = header.index(error.reference_field_names[0])
            close = get_close_matches(value, [cells[index] for cells in records], 1)
            known = [cells[index] for cells in records]
            remedy = f"Write {close[0]!r}, or add" if close else "Add"
            if not close and len(known) <= FEW_TERMS:
                remedy = f"Write one of {', '.join(map(repr, known))}, or add"
            problem = f"{value!r} is not in {error.reference_name}"
            remedy += f" it to data/{target['path']}"
            return Finding(file, problem, remedy, row, error.field_names[0])
        case "primary-key":
            first = error.note.rpartition(" ")[2]  # "None" where the whole key is empty
            problem = f"the same {key} as in row {first}" if first.isdigit() else f"no {key}"
            remedy = "Delete the copy, or give the row a name of its own"
            return Finding(file, problem, remedy, row, key)
        case "constraint-error":
            kind, limit = re.search(r'constraint "(\w+)" is "(.*)"', error.note).groups()
            problem = {
                "required": "no value, but one is needed",
                "minimum": f"{error.cell} is less than {limit}",
                "maximum": f"{error.cell} is more than {limit}",
            }.get(kind, f"{error.cell!r} does not keep to the {kind} {limit}")
            return Finding(file, problem, f"Needed: {field['description']}", row, column)
    return Finding(file, f"{error.title}: {error.note}", f"Compare {PACKAGE}", row, column)


def check_terms(package: dict, rows: Rows) -> list[Finding]:
    """Words in conditions of rules and of questions that no vocabulary of their column has.

    A condition that asks for a term that does not exist is true of nothing, and would pass as
    absence.
    """
    terms = {
        name: {cells[0] for cells in records[1:]}
        for name, records in rows.items()
        if name.startswith(VOCABULARY)
    }
    columns = {  # of each table, the terms of its columns
        resource["name"]: {
            column: terms[vocabulary]
            for column, vocabulary in find_vocabularies(resource).items()
            if vocabulary in terms  # what can't be read has its own finding
        }
        for resource in package["resources"]
    }
    anywhere: dict[str, set[str]] = {}  # a question asks of tables joined to each other
    for known in columns.values():
        for column, words in known.items():
            anywhere.setdefault(column, set()).update(words)
    conditions = [
        (PACKAGE, None, f"rule {rule['name']!r}", condition, columns.get(table, {}))
        for rule, table, condition in list_conditions(package)
    ]
    for resource in package["resources"]:
        names = [field["name"] for field in resource["schema"]["fields"]]
        if "condition" in names and "answered_by" in names:
            file, index = f"data/{resource['path']}", names.index("condition")
            records = rows.get(resource["name"], [[]])[1:]
            conditions += [
                (file, n, "the row", r[index], anywhere) for n, r in enumerate(records, 2)
            ]
    return [
        Finding(file, f"{what} asks for {word!r}, no term of {column}", "Correct it", row)
        for file, row, what, condition, known in conditions
        for column, word in find_words(condition)
        if column in known and word not in known[column]
    ]


def list_conditions(package: dict) -> Iterator[tuple[dict, str, str]]:
    """Each rule's conditions: the rule, the table of which one is asked, the expression."""
    for rule in package.get("rules", []):
        target = _find_target(rule)
        for part, table in ((rule, rule["table"]), (target, target.get("resource"))):
            for key in ("condition", "where"):
                if key in part:
                    yield rule, table, part[key]


def find_words(condition: str) -> Iterator[tuple[str, str]]:
    """Each column that a condition compares with words, and those words."""
    compared = r"(\w+)\s*(?:==|!=|not in|in)\s*(\[[^]]*\]|'[^']*'|\"[^\"]*\")"
    for column, words in re.findall(compared, condition):
        for word in re.findall(r"'([^']*)'|\"([^\"]*)\"", words):
            yield column, word[0] or word[1]


def check_order(package: dict, rows: Rows) -> list[Finding]:
    """Tables not sorted by primary key, numbers within it by value; vocabularies have an order."""
    findings = []
    for name, (header, *records) in rows.items():
        if name.startswith(VOCABULARY):
            continue
        resource = find_resource(package, name)
        key = resource["schema"]["primaryKey"]
        values = [tuple(cells[header.index(column)] for column in key) for cells in records]
        order = [[_split_numbers(part) for part in value] for value in values]
        for position in range(1, len(order)):
            if order[position] < order[position - 1]:
                problem = f"{', '.join(values[position])!r} stands after a later one"
                remedy = f"Sort the rows by {', '.join(key)}, numbers within it by value"
                file, row = f"data/{resource['path']}", position + 2
                findings.append(Finding(file, problem, remedy, row, ", ".join(key)))
                break
    return findings


def _split_numbers(text: str) -> list[str | int]:
    """Text and numbers in turn, so that a list compares with another's like for like."""
    parts = re.split(r"([0-9]+)", text)
    return [int(part) if index % 2 else part for index, part in enumerate(parts)]


def read_tables(root: Path, package: dict, rows: Rows) -> dict[str, pd.DataFrame]:
    """Typed tables of those in `rows`, indexed by the line in the file.

    Left out is a table with a cell that is not of its type: `check_schema` names that.
    """
    tables = {}
    for name in rows:
        try:
            table = read_table(root, find_resource(package, name))
        except BadInput:
            continue
        table = table.reset_index(drop=table.index.name is None)
        tables[name] = table.set_axis(range(2, len(table) + 2))
    return tables


def check_rules(tables: dict[str, pd.DataFrame], package: dict) -> list[Finding]:
    """Rows of typed `tables` (index: line in the file) that break a rule; of each row the first."""
    reported, findings = set(), []
    for rule in package.get("rules", []):
        needed = {rule["table"], _find_target(rule).get("resource", rule["table"])}
        if rule.keys() & {"same_keys_as", "stands_in"} or not needed <= tables.keys():
            continue
        file = f"data/{find_resource(package, rule['table'])['path']}"
        columns = rule.get("columns", [])
        try:
            broken = _find_broken_rows(rule, tables)
        except Exception as error:  # a slip in a condition can make pandas raise anything
            problem = f"rule {rule['name']!r} can't be evaluated ({error})"
            findings.append(Finding(PACKAGE, problem, "Correct its condition"))
            continue
        for row, words in broken.items():
            if (file, row) not in reported:
                problem = f"{words}: against the rule {rule['name']!r}"
                column = columns[0] if columns else None
                findings.append(Finding(file, problem, rule["remedy"], row, column))
        reported |= {(file, row) for row in broken}
    return findings


def _find_broken_rows(rule: dict, tables: dict[str, pd.DataFrame]) -> dict[int, str]:
    """By its line: what of a row breaks the rule."""
    table = tables[rule["table"]]
    if "distinct_but_for" in rule:
        rest = table.drop(columns=rule["distinct_but_for"])
        lines = table.index.to_series()
        first = lines.groupby([rest[column] for column in rest], dropna=False).transform("min")
        return {row: f"a copy of row {first[row]}" for row in lines[lines != first]}
    cells = table.dropna(subset=rule["columns"])
    if "numbered_but_for" in rule:
        target = rule["numbered_but_for"]
        known = set(tables[target["resource"]][target["fields"][0]])
        return _find_gaps(cells[rule["columns"][0]], known)
    if "exists_in" in rule:
        target = rule["exists_in"]
        cells = _keep(cells, rule)
        known = _keep(tables[target["resource"]], target)[target["fields"]]
        known = pd.MultiIndex.from_frame(known)
        holds = pd.MultiIndex.from_frame(cells[rule["columns"]]).isin(known)
    else:
        holds = cells.eval(rule["condition"], engine="python").astype("boolean").fillna(False)
    # what the condition compares beside the columns that it needs is said, too
    compared = re.findall(r"\w+", rule.get("condition", ""))
    shown = list(dict.fromkeys([*rule["columns"], *(c for c in compared if c in cells)]))
    return {
        row: ", ".join(f"{c} {'empty' if pd.isna(v) else v}" for c, v in values.items())
        for row, values in cells.loc[~holds, shown].iterrows()
    }


def _find_gaps(names: pd.Series, known: set[str]) -> dict[int, str]:
    """By the line after it: the first name that numbering leaves out, unless it is `known`."""
    parts = names.str.extract(r"^(?P<stem>.*?)(?P<number>[1-9][0-9]*)$").dropna()
    parts = parts.astype({"number": "Int64"}).sort_values(["stem", "number"])
    before = parts.groupby("stem")["number"].shift(fill_value=0)
    gaps = {}
    for row, (stem, number) in parts[parts["number"] > before + 1].iterrows():
        missing = [
            f"{stem}{n}" for n in range(before[row] + 1, number) if f"{stem}{n}" not in known
        ]
        if missing:
            gaps[row] = f"no {missing[0]} before {stem}{number}"
    return gaps


def _keep(table: pd.DataFrame, rule: dict) -> pd.DataFrame:
    """The rows of which `where` is true; all where there is no such expression."""
    if "where" not in rule:
        return table
    true = table.eval(rule["where"], engine="python").astype("boolean")
    return table[true.fillna(False)]


def check_standing(package: dict, rows: Rows) -> list[Finding]:
    """Rows that say of another table what is not so today, by the rules of kind `stands_in`."""
    findings = []
    standing = _index_cells(package, rows)
    for rule in package.get("rules", []):
        if "stands_in" not in rule or rule["table"] not in rows:
            continue
        file = f"data/{find_resource(package, rule['table'])['path']}"
        header, *records = rows[rule["table"]]
        places = [header.index(column) for column in rule["columns"]]
        said = header.index(rule["stands_in"])
        declared = {resource["name"] for resource in package["resources"]}
        for line, cells in enumerate(records, 2):
            table, row, field = [*(cells[place] for place in places), WHOLE_ROW][:3]
            if table in declared and table not in standing:
                continue  # what can't be read has its own finding
            if table not in standing or field not in {WHOLE_ROW, *rows[table][0]}:
                problem = f"there is no column {field!r} in a table {table!r}"
            elif field == WHOLE_ROW and bool(cells[said]) == (row in standing[table]):
                continue
            elif field == WHOLE_ROW:
                stands = "stands" if row in standing[table] else "does not stand"
                problem = f"{row} {stands} in {table}"
            else:
                found = [r[rows[table][0].index(field)] for r in standing[table].get(row, [])]
                values = "; ".join(sorted({value for value in found if value}))
                if cells[said] == values:
                    continue
                problem = f"{field} of {row} is {values!r} in {table}, not {cells[said]!r}"
            findings.append(Finding(file, problem, rule["remedy"], line, rule["stands_in"]))
    return findings


def _index_cells(package: dict, rows: Rows) -> dict[str, dict[str, list[list[str]]]]:
    """Of each table: its records by the first column of its key."""
    index: dict[str, dict[str, list[list[str]]]] = {}
    for name, (header, *records) in rows.items():
        key = header.index(find_resource(package, name)["schema"]["primaryKey"][0])
        groups = index.setdefault(name, {})
        for cells in records:
            groups.setdefault(cells[key], []).append(cells)
    return index


def check_bibliography(root: Path, package: dict, rows: Rows) -> list[Finding]:
    """What is wrong within references.bib, and keys that only it or only a table has."""
    try:
        references = read_references(root / BIBLIOGRAPHY)
    except BadInput as error:
        return error.findings
    findings = find_duplicates(references) + find_misplaced_keys(references)
    findings += check_citation_titles(root / BIBLIOGRAPHY, references)
    for rule in package.get("rules", []):
        if "same_keys_as" in rule and rule["table"] in rows:
            file = f"data/{find_resource(package, rule['table'])['path']}"
            column, remedy = rule["columns"][0], rule["remedy"]
            header, *records = rows[rule["table"]]
            keys = [cells[header.index(column)] for cells in records]
            elsewhere = rule.get("or_in", {"resource": rule["table"], "fields": [column]})
            others, *lines = rows.get(elsewhere["resource"], [[elsewhere["fields"][0]]])
            known = {*keys, *(cells[others.index(elsewhere["fields"][0])] for cells in lines)}
            findings += [
                Finding(file, f"{key!r} is not in {BIBLIOGRAPHY}", remedy, row, column)
                for row, key in enumerate(keys, 2)
                if key not in references.index
            ]
            findings += [
                Finding(BIBLIOGRAPHY, f"{key} is not in {file}", remedy, line)
                for key, line in references["line"].items()
                if key not in known
            ]
    return findings


def _run_frictionless(root: Path, package: dict) -> dict[str, list]:
    """Errors in each table's data. Raises BadInput where the declaration is in error."""
    from frictionless import FrictionlessException, Package  # slow to import

    try:
        report = Package.from_descriptor(package, basepath=str(root / "data")).validate()
    except FrictionlessException as error:
        problems = [reason.note for reason in error.reasons or [error.error]]
    except Exception as error:  # it stumbles over some misshapen parts itself
        problems = [f"not usable as a data package ({error})"]
    else:
        if not report.errors:
            return {task.name: task.errors for task in report.tasks}
        problems = [error.note for error in report.errors]
    raise BadInput([Finding(PACKAGE, problem, "Correct the declaration") for problem in problems])
