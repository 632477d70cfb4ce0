"""How much of what can go wrong with the data is noticed: `make bench-data`.

Not a test: it prints figures. Single corruptions of the tables and the bibliography, drawn with a
seed, each in a copy of the data. A corruption is caught by validation where `validate` has a
finding, in its place where a finding names the file, and row and column where there are any; else
by the tests where a fingerprint differs from the one that is stored in a notebook.

No check can know a corruption to be wrong where somebody could have entered what it leaves: every
cell keeps to its declaration, and nothing else in the data says otherwise. `Corruption.knowable`
says, without asking the validation, whether the file's form, the declaration, a second table or
another cell of the row speaks against it. What validation catches was knowable, too.

    python tests/benchmark_data.py [--n 1000] [--seed 1] [--drift 200] [--confirm 5] [--missed]

`--prove 20` compares so many findings with those of a whole `validate`: the benchmark asks only
what can have changed with the corrupted file.
"""

import argparse
import csv
import io
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from unittest import mock

import pandas as pd

from evidence_review import evidence as ev
from evidence_review import publications, references, validation
from evidence_review.build import kernel_environment
from evidence_review.files import find_root
from evidence_review.findings import BadInput, Finding
from evidence_review.tables import fingerprint

BIBLIOGRAPHY = validation.BIBLIOGRAPHY
PRINT = r"<td[^>]*>([\d,]+ rows)</td>\s*<td[^>]*>([0-9a-f]{8})</td>"
TRIPLES = [  # count, denominator, percentage
    ("n_affected", "n_exposed", "percent"),
    ("n_affected", "n_total", "percent"),
]
PARTS = [  # a part and the whole that holds it
    ("n_affected", "n_exposed"),
    ("n_affected", "n_total"),
    ("n_complete", "n_treated"),
    ("n_partial", "n_treated"),
    ("n_no_response", "n_treated"),
    ("n_relevant", "n_results"),
    ("n_new", "n_results"),
    ("percent_low", "percent_high"),
]
ENTRY = r"(?ms)^@.*?^\}\n"
KEY = r"@\w+\{([^,]*)"
SHORTENED = (
    *("read_rows", "read_tables", "_check_forms", "_run_frictionless", "_find_broken_rows"),
    *("check_order", "check_standing", "read_references", "check_citation_titles"),
    "find_duplicates",
)
SECOND = "second_readings"  # says of cells and rows of other tables what stands there
LINKS = "claim_evidence"  # names rows of other tables


@dataclass(frozen=True)
class Corruption:
    """A file as it would be then, and what a good finding names."""

    file: str
    content: bytes | None  # None: the file is gone
    knowable: bool = True
    row: int | None = None
    columns: tuple[str, ...] = ()  # any of them
    word: str = ""  # where no row is left to name: what the finding must name instead
    about: str = ""


class Skip(Exception):
    """The kind does not fit the file that was drawn."""


@dataclass
class Table:
    """A declared CSV: lines as they stand, and their cells."""

    resource: dict
    text: str
    file: str = ""
    header: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def __post_init__(self):
        self.file = f"data/{self.resource['path']}"
        self.header, *self.rows = csv.reader(io.StringIO(self.text))

    @property
    def name(self) -> str:
        return self.resource["name"]

    @property
    def is_vocabulary(self) -> bool:
        return self.name.startswith(ev.VOCABULARY)

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines(keepends=True)

    @cached_property
    def fields(self) -> dict[str, dict]:
        return {f["name"]: f for f in self.resource["schema"]["fields"]}

    @cached_property
    def key(self) -> list[str]:
        return self.resource["schema"]["primaryKey"]

    @cached_property
    def targets(self) -> dict[str, tuple[str, str]]:
        """The table and column to which each column refers."""
        keys = self.resource["schema"].get("foreignKeys", [])
        return {
            k["fields"][0]: (k["reference"]["resource"], k["reference"]["fields"][0]) for k in keys
        }

    def cell(self, index: int, column: str) -> str:
        return self.rows[index][self.header.index(column)]

    def with_line(self, index: int, line: str) -> bytes:
        """The file with another record at this index."""
        return "".join([*self.lines[: index + 1], line, *self.lines[index + 2 :]]).encode()

    def with_cells(self, index: int, **cells: str) -> bytes:
        values = dict(zip(self.header, self.rows[index], strict=True)) | cells
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(values.values())
        return self.with_line(index, line.getvalue())


class Data:
    """The whole review as text, and what in it says the same thing twice."""

    def __init__(self, root: Path):
        self.package = ev.read_package(root)
        self.tables = {
            r["name"]: Table(r, (root / "data" / r["path"]).read_text(encoding="utf-8"))
            for r in self.package["resources"]
        }
        self.bibliography = (root / BIBLIOGRAPHY).read_text(encoding="utf-8")
        self.entries = re.findall(ENTRY, self.bibliography)

    @cached_property
    def read_twice(self) -> set[tuple[str, str, str]]:
        """Table, row and column of each cell that a second table repeats."""
        table = self.tables.get(SECOND)
        columns = [table.header.index(c) for c in ("table", "row", "field")] if table else []
        return {tuple(row[c] for c in columns) for row in table.rows} if table else set()

    @cached_property
    def referred(self) -> dict[tuple[str, str], set[str]]:
        """For a column of a table: the values by which other rows refer to it."""
        found: dict[tuple[str, str], set[str]] = {}
        for table in self.tables.values():
            for column, target in table.targets.items():
                index = table.header.index(column)
                found.setdefault(target, set()).update(row[index] for row in table.rows)
            if table.name in (SECOND, LINKS):
                for row in table.rows:
                    cells = dict(zip(table.header, row, strict=True))
                    target = self.tables[cells["table"]]
                    found.setdefault((target.name, target.key[0]), set()).add(cells["row"])
        return found

    def is_referred(self, table: Table, index: int) -> bool:
        """Whether another row, or the bibliography, names this row and no other row would do."""
        for column in table.header:
            value = table.cell(index, column)
            alone = sum(table.cell(i, column) == value for i in range(len(table.rows))) == 1
            if alone and value in self.referred.get((table.name, column), ()):
                return True
        return table.name in ("sources", "awaiting") and f"{{{table.cell(index, 'citekey')}," in (
            self.bibliography
        )

    def is_contradicted(self, table: Table, index: int, column: str, value: str) -> bool:
        """Whether declaration, second reading, row or order speak against this value of a cell."""
        constraints = table.fields[column].get("constraints", {})
        kind = table.fields[column]["type"]
        if not value:
            if constraints.get("required") or column in table.key:
                return True
        elif not _keeps(value, kind, constraints):
            return True
        target = table.targets.get(column)
        if value and target:
            known = self.tables[target[0]]
            if not any(known.cell(i, target[1]) == value for i in range(len(known.rows))):
                return True
        if (table.name, table.cell(index, table.key[0]), column) in self.read_twice:
            return True
        if column in table.key and self.is_referred(table, index):
            return True
        row = dict(zip(table.header, table.rows[index], strict=True)) | {column: value}
        for part, whole in PARTS:
            asked = column in (part, whole) and row.get(part) and row.get(whole)
            if asked and float(row[part]) > float(row[whole]):
                return True
        for part, whole, percent in TRIPLES:
            values = [row.get(name) for name in (part, whole, percent)]
            if column in (part, whole, percent) and all(values):
                n, of, share = map(float, values)
                if abs(100 * n / of - share) > 1:
                    return True
        return False


def _keeps(value: str, kind: str, constraints: dict) -> bool:
    """Whether a value is of its type and within its declared limits."""
    try:
        number = float(value) if kind in ("integer", "number") else 0
        pd.Timestamp(value) if kind == "date" else None
    except ValueError:
        return False
    if kind == "integer" and number != int(number):
        return False
    if kind == "boolean" and value not in ("true", "false"):
        return False
    if kind in ("integer", "number") and not (
        constraints.get("minimum", -1e99) <= number <= constraints.get("maximum", 1e99)
    ):
        return False
    if "enum" in constraints and value not in constraints["enum"]:
        return False
    return bool(re.fullmatch(constraints.get("pattern", ".*"), value))


# --- kinds of corruption; each takes the data, a table (or none) and the dice


def draw_table(data: Data, dice: random.Random) -> Table:
    """A table, the likelier the more cells it has (square root)."""
    tables = list(data.tables.values())
    weights = [(len(t.rows) * len(t.header)) ** 0.5 for t in tables]
    return dice.choices(tables, weights)[0]


def draw_cell(
    data: Data, dice: random.Random, fits: Callable[[Table, str], bool], filled: bool = True
) -> tuple[Table, int, str]:
    """A cell, filled, of a column that fits."""
    for _ in range(200):
        table = draw_table(data, dice)
        if columns := [c for c in table.header if fits(table, c)]:
            column = dice.choice(columns)
            rows = [i for i in range(len(table.rows)) if table.cell(i, column) or not filled]
            if rows:
                return table, dice.choice(rows), column
    raise Skip


def is_number(table: Table, column: str) -> bool:
    return table.fields[column]["type"] in ("integer", "number") and column not in table.key


def is_term(table: Table, column: str) -> bool:
    return table.targets.get(column, ("",))[0].startswith(ev.VOCABULARY)


def is_prose(table: Table, column: str) -> bool:
    plain = table.fields[column]["type"] == "string" and column not in table.key
    pattern = "pattern" in table.fields[column].get("constraints", {})
    return plain and not pattern and column not in table.targets


def change_cell(
    data: Data, table: Table, index: int, column: str, value: str, knowable: bool | None = None
) -> Corruption:
    old = table.cell(index, column)
    if old == value:
        raise Skip
    if knowable is None:
        knowable = data.is_contradicted(table, index, column, value)
    return Corruption(
        table.file,
        table.with_cells(index, **{column: value}),
        knowable,
        index + 2,
        (column,),
        table.cell(index, table.key[0]),
        about=f"{table.name} row {index + 2} {column}: {old[:40]!r} → {value[:40]!r}",
    )


def cell_kind(
    fits: Callable[[Table, str], bool],
    change: Callable[[str, random.Random], str],
    knowable: bool | None = None,
) -> Callable[[Data, random.Random], Corruption]:
    """A kind that changes one filled cell by its text alone."""

    def corrupt(data: Data, dice: random.Random) -> Corruption:
        table, index, column = draw_cell(data, dice, fits)
        value = change(table.cell(index, column), dice)
        return change_cell(data, table, index, column, value, knowable)

    return corrupt


def file_kind(
    change: Callable[[str, random.Random], tuple[bytes | None, int | None]], only_beyond_ascii=False
) -> Callable[[Data, random.Random], Corruption]:
    """A kind that spoils a file as a whole; the change returns its bytes and the line, if any."""

    def corrupt(data: Data, dice: random.Random) -> Corruption:
        table = draw_table(data, dice)
        if only_beyond_ascii and table.text.isascii():
            raise Skip
        content, row = change(table.text, dice)
        return Corruption(table.file, content, row=row, about=table.name)

    return corrupt


def in_bibliography(kind: Callable) -> Callable[[Data, random.Random], Corruption]:
    """The same spoiling, of the bibliography."""

    def corrupt(data: Data, dice: random.Random) -> Corruption:
        content, row = kind(data.bibliography, dice)
        return Corruption(BIBLIOGRAPHY, content, row=row)

    return corrupt


def add_bom(text: str, _: random.Random):
    return text.encode("utf-8-sig"), 1


def end_with_cr(text: str, _: random.Random):
    return text.replace("\n", "\r\n").encode(), 1


def save_as_latin_1(text: str, _: random.Random):
    content = text.encode("latin-1", "replace")
    spoilt = re.search(r"[\x80-\xff]", text)
    if not spoilt:
        raise Skip
    return content, text.count("\n", 0, spoilt.start()) + 1


def save_as_utf_16(text: str, _: random.Random):
    return text.encode("utf-16"), None


def read_as_latin_1(text: str, _: random.Random):
    first = re.search(r"[^\x00-\x7f]", text)
    spoilt = "".join(
        bytes([b]).decode("cp1252", "ignore") if b > 127 else chr(b) for b in text.encode()
    )
    return spoilt.encode(), text.count("\n", 0, first.start()) + 1


def replace_a_letter(text: str, dice: random.Random):
    place = dice.choice([m.start() for m in re.finditer(r"[^\x00-\x7f]", text)])
    content = text[:place] + "\ufffd" + text[place + 1 :]
    return content.encode(), text.count("\n", 0, place) + 1


def hide_a_character(text: str, dice: random.Random):
    place = dice.choice([m.start() for m in re.finditer(r"(?<=[a-z])[a-z]", text)])
    hidden = dice.choice("\u200b\u00ad\u2060\u200e")
    return (text[:place] + hidden + text[place:]).encode(), text.count("\n", 0, place) + 1


def insert_line(line: str) -> Callable:
    def insert(text: str, dice: random.Random):
        lines = text.splitlines(keepends=True)
        place = dice.randrange(1, len(lines))
        return "".join([*lines[:place], line, *lines[place:]]).encode(), place + 1

    return insert


def leave_a_conflict(text: str, dice: random.Random):
    lines = text.splitlines(keepends=True)
    place = dice.randrange(1, len(lines))
    block = ["<<<<<<< HEAD\n", lines[place], "=======\n", lines[place], ">>>>>>> other\n"]
    return "".join([*lines[:place], *block, *lines[place + 1 :]]).encode(), place + 1


def drop_the_last_line_end(text: str, _: random.Random):
    return text.removesuffix("\n").encode(), None


def cut_short(text: str, dice: random.Random):
    place = dice.randrange(len(text) // 2, len(text) - 1)
    if text[place - 1] == "\n":
        raise Skip
    return text[:place].encode(), None


def put_nul(text: str, dice: random.Random):
    place = dice.randrange(1, len(text))
    return (text[:place] + "\0" + text[place:]).encode(), text.count("\n", 0, place) + 1


def delimit_by(delimiter: str) -> Callable:
    def save(text: str, _: random.Random):
        new = io.StringIO()
        writer = csv.writer(new, delimiter=delimiter, lineterminator="\n")
        writer.writerows(csv.reader(io.StringIO(text)))
        return new.getvalue().encode(), 1

    return save


def delete(_: str, __: random.Random):
    return None, None


def empty(_: str, __: random.Random):
    return b"", None


def keep_the_header(text: str, _: random.Random):
    return text.splitlines(keepends=True)[0].encode(), None


def change_header(change: Callable[[list[str], int], list[str]]) -> Callable:
    def corrupt(data: Data, dice: random.Random) -> Corruption:
        table = draw_table(data, dice)
        place = dice.randrange(len(table.header) - 1)
        header = change(list(table.header), place)
        columns = (*table.header[place : place + 2], *header[place : place + 2])
        return Corruption(
            table.file, table.with_line(-1, ",".join(header) + "\n"), row=1, columns=columns
        )

    return corrupt


def misspell_header(header: list[str], place: int) -> list[str]:
    return [*header[:place], header[place] + "s", *header[place + 1 :]]


def swap_headers(header: list[str], place: int) -> list[str]:
    return [*header[:place], header[place + 1], header[place], *header[place + 2 :]]


def drop_column(data: Data, dice: random.Random) -> Corruption:
    table = draw_table(data, dice)
    place = dice.randrange(len(table.header))
    new = io.StringIO()
    csv.writer(new, lineterminator="\n").writerows(
        row[:place] + row[place + 1 :] for row in (table.header, *table.rows)
    )
    columns = (table.header[place],)
    return Corruption(table.file, new.getvalue().encode(), row=1, columns=columns)


def swap_columns(data: Data, dice: random.Random) -> Corruption:
    """All cells of two neighbouring columns, the header left as it was."""
    table = draw_table(data, dice)
    place = dice.randrange(len(table.header) - 1)
    left, right = table.header[place : place + 2]
    changed = [i for i, row in enumerate(table.rows) if row[place] != row[place + 1]]
    if not changed:
        raise Skip
    rows = [[*r[:place], r[place + 1], r[place], *r[place + 2 :]] for r in table.rows]
    new = io.StringIO()
    csv.writer(new, lineterminator="\n").writerows([table.header, *rows])
    knowable = any(
        data.is_contradicted(table, i, column, table.cell(i, other))
        for i in changed
        for column, other in ((left, right), (right, left))
        if not _is_linked(column, other)
    )
    return Corruption(
        table.file, new.getvalue().encode(), knowable, columns=(left, right), about=left
    )


def _is_linked(one: str, other: str) -> bool:
    """Whether two columns are compared with each other, so that to swap both is to ask twice."""
    return any({one, other} <= set(names) for names in (*PARTS, *TRIPLES))


def swap_cells(data: Data, dice: random.Random) -> Corruption:
    """Two neighbouring cells of one row."""
    table = draw_table(data, dice)
    index, place = dice.randrange(len(table.rows)), dice.randrange(len(table.header) - 1)
    left, right = table.header[place : place + 2]
    a, b = table.cell(index, left), table.cell(index, right)
    if a == b:
        raise Skip
    knowable = any(
        data.is_contradicted(table, index, column, value)
        for column, value in ((left, b), (right, a))
        if not _is_linked(left, right) or not is_number(table, left)
    )
    if _is_linked(left, right) and (left, right) in PARTS and a and b:
        knowable = knowable or float(b) > float(a)
    return Corruption(
        table.file,
        table.with_cells(index, **{left: b, right: a}),
        knowable,
        index + 2,
        (left, right),
        table.cell(index, table.key[0]),
        about=f"{table.name} row {index + 2}: {left} {a[:30]!r} ↔ {right} {b[:30]!r}",
    )


def shift_cells(data: Data, dice: random.Random) -> Corruption:
    """One cell lost, those after it one place to the left."""
    table = draw_table(data, dice)
    index, place = dice.randrange(len(table.rows)), dice.randrange(len(table.header))
    old = table.rows[index]
    new = [*old[:place], *old[place + 1 :], ""]
    moved = {c: n for c, o, n in zip(table.header, old, new, strict=True) if o != n}
    if not moved:
        raise Skip
    knowable = any(data.is_contradicted(table, index, c, n) for c, n in moved.items())
    content = table.with_cells(index, **moved)
    about = f"{table.name} row {index + 2} from {table.header[place]}"
    return Corruption(table.file, content, knowable, index + 2, tuple(moved), about=about)


def copy_row(data: Data, dice: random.Random) -> Corruption:
    table = draw_table(data, dice)
    index = dice.randrange(len(table.rows))
    return Corruption(
        table.file,
        table.with_line(index, table.lines[index + 1] * 2),
        row=index + 3,
        columns=tuple(table.key),
    )


def copy_row_under_new_name(data: Data, dice: random.Random) -> Corruption:
    """A copy with the next free number, as when one pastes and renumbers."""
    table = draw_table(data, dice)
    if (
        table.is_vocabulary
        or len(table.key) > 1
        or "pattern" not in str(table.fields[table.key[0]])
    ):
        raise Skip
    index, key = dice.randrange(len(table.rows)), table.key[0]
    stem = re.fullmatch(r"(.*?)\d+", table.cell(index, key))
    if not stem:
        raise Skip
    same = [i for i, row in enumerate(table.rows) if re.fullmatch(stem[1] + r"\d+", row[0])]
    number = int(re.search(r"\d+$", table.cell(same[-1], key)).group()) + 1
    cells = dict(zip(table.header, table.rows[index], strict=True)) | {key: f"{stem[1]}{number}"}
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells.values())
    content = table.with_line(same[-1], table.lines[same[-1] + 1] + line.getvalue())
    return Corruption(table.file, content, row=same[-1] + 3, about=table.name)


def delete_row(data: Data, dice: random.Random) -> Corruption:
    table = draw_table(data, dice)
    index = dice.randrange(len(table.rows))
    name = table.cell(index, table.key[0])
    knowable = data.is_referred(table, index)
    content = table.with_line(index, "")
    about = f"{table.name} {', '.join(table.cell(index, c) for c in table.key)}"
    return Corruption(table.file, content, knowable, word=name, about=about)


def swap_rows(data: Data, dice: random.Random) -> Corruption:
    table = draw_table(data, dice)
    if len(table.rows) < 3:
        raise Skip
    index = dice.randrange(len(table.rows) - 1)
    lines = [*table.lines]
    lines[index + 1 : index + 3] = lines[index + 2], lines[index + 1]
    row = None if table.is_vocabulary else index + 3
    return Corruption(
        table.file,
        "".join(lines).encode(),
        not table.is_vocabulary,  # their order is the order of display, and anybody's choice
        row,
        () if table.is_vocabulary else tuple(table.key),
        about=table.name,
    )


def shuffle_rows(data: Data, dice: random.Random) -> Corruption:
    table = draw_table(data, dice)
    header, *lines = table.lines
    new = dice.sample(lines, len(lines))
    if new == lines:
        raise Skip
    columns = () if table.is_vocabulary else tuple(table.key)
    content = "".join([header, *new]).encode()
    return Corruption(table.file, content, not table.is_vocabulary, None, columns, about=table.name)


def edit_line(change: Callable[[str, random.Random], str]) -> Callable:
    def corrupt(data: Data, dice: random.Random) -> Corruption:
        table = draw_table(data, dice)
        index = dice.randrange(len(table.rows))
        line = change(table.lines[index + 1], dice)
        return Corruption(
            table.file, table.with_line(index, line), row=index + 2, about=f"{table.name}: {line}"
        )

    return corrupt


def add_comma(line: str, dice: random.Random) -> str:
    outside = [m.start() for m in re.finditer(r"(?<=[a-z])[a-z](?=[^\"]*$)", line)]
    if not outside or '"' in line:
        raise Skip
    place = dice.choice(outside)
    return line[:place] + "," + line[place:]


def drop_comma(line: str, dice: random.Random) -> str:
    if '"' in line or "," not in line:
        raise Skip
    place = dice.choice([m.start() for m in re.finditer(",", line)])
    return line[:place] + line[place + 1 :]


def add_quote(line: str, dice: random.Random) -> str:
    place = dice.choice([m.end() for m in re.finditer(",", line)] or [0])
    return line[:place] + '"' + line[place:]


def lose_quotes(line: str, _: random.Random) -> str:
    quoted = re.search(r'"([^"]*,[^"]*)"', line)
    if not quoted:
        raise Skip
    return line.replace(quoted.group(), quoted[1])


def other_term(data: Data, dice: random.Random) -> Corruption:
    table, index, column = draw_cell(data, dice, is_term)
    terms = [row[0] for row in data.tables[table.targets[column][0]].rows]
    return change_cell(data, table, index, column, dice.choice(terms))


def break_foreign_key(data: Data, dice: random.Random) -> Corruption:
    table, index, column = draw_cell(data, dice, lambda t, c: c in t.targets and not is_term(t, c))
    return change_cell(data, table, index, column, table.cell(index, column) + "x", True)


def wrong_foreign_key(data: Data, dice: random.Random) -> Corruption:
    """Another row of the right table."""
    table, index, column = draw_cell(data, dice, lambda t, c: c in t.targets and not is_term(t, c))
    other, referred = table.targets[column]
    target = data.tables[other]
    value = target.cell(dice.randrange(len(target.rows)), referred)
    named = column == "citekey" and table.key == ["id"]  # the row's name begins with it
    return change_cell(data, table, index, column, value, named or None)


def break_primary_key(data: Data, dice: random.Random) -> Corruption:
    table, index, column = draw_cell(
        data, dice, lambda t, c: t.key == [c] and t.fields[c]["type"] == "string"
    )
    value = table.cell(index, column)
    place = dice.randrange(len(value))
    return change_cell(data, table, index, column, value[:place] + value[place + 1 :])


def repeat_primary_key(data: Data, dice: random.Random) -> Corruption:
    table = draw_table(data, dice)
    if len(table.key) > 1 or len(table.rows) < 2:
        raise Skip
    index = dice.randrange(1, len(table.rows))
    value = table.cell(index - 1, table.key[0])
    return change_cell(data, table, index, table.key[0], value, True)


def exceed_denominator(data: Data, dice: random.Random) -> Corruption:
    wholes = dict(PARTS[:2])
    table, index, column = draw_cell(
        data, dice, lambda t, c: c in wholes and any(w in t.header for p, w in PARTS if p == c)
    )
    whole = next(w for p, w in PARTS if p == column and w in table.header)
    if not table.cell(index, whole):
        raise Skip
    value = str(int(table.cell(index, whole)) + dice.randint(1, 9))
    return change_cell(data, table, index, column, value, True)


def shift_decimal(text: str, dice: random.Random) -> str:
    number = float(text) * (10 if dice.random() < 0.5 else 0.1)
    return f"{number:.10g}"


def change_number(text: str, dice: random.Random) -> str:
    step = 10 ** -len(text.partition(".")[2]) * dice.choice((-1, 1)) * dice.randint(1, 9)
    return f"{max(float(text) + step, 0):.10g}"


def turn_digits(text: str, dice: random.Random) -> str:
    places = [i for i in range(len(text) - 1) if text[i : i + 2].isdigit()]
    places = [i for i in places if text[i] != text[i + 1] and text[i + 1] != "0"]
    if not places:
        raise Skip
    i = dice.choice(places)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def change_date(text: str, dice: random.Random) -> str:
    year, month, day = text.split("-")
    return dice.choice((f"{day}.{month}.{year}", f"{month}/{day}/{year}", f"{year}-{day}-{month}"))


def typo(text: str, dice: random.Random) -> str:
    places = [
        i for i in range(len(text) - 1) if text[i : i + 2].isalpha() and text[i] != text[i + 1]
    ]
    if not places:
        raise Skip
    i = dice.choice(places)
    return text[:i] + text[i + 1] + text[i] + text[i + 2 :]


def to_cyrillic(text: str, dice: random.Random) -> str:
    twins = dict(zip("aceopxy", "асеорху", strict=True))
    places = [m.start() for m in re.finditer(r"[aceopxy]", text) if len(text) > 1]
    places = [i for i in places if text[max(i - 1, 0) : i + 2].isalpha() and len(text[i:]) > 1]
    if not places:
        raise Skip
    i = dice.choice(places)
    return text[:i] + twins[text[i]] + text[i + 1 :]


def double_blank(text: str, dice: random.Random) -> str:
    if " " not in text:
        raise Skip
    place = dice.choice([m.start() for m in re.finditer(" ", text)])
    return text[:place] + dice.choice((" ", "\u00a0", "\t")) * 1 + text[place:]


def reword(replace: Callable[[str], str]) -> Callable[[str, random.Random], str]:
    return lambda text, _: replace(text)


def anywhere(table: Table, column: str) -> bool:
    return True


TABLE_KINDS: dict[str, Callable[[Data, random.Random], Corruption]] = {
    "byte order mark": file_kind(add_bom),
    "CRLF": file_kind(end_with_cr),
    "saved as Latin-1": file_kind(save_as_latin_1, True),
    "saved as UTF-16": file_kind(save_as_utf_16),
    "read as Windows-1252": file_kind(read_as_latin_1, True),
    "letter lost (U+FFFD)": file_kind(replace_a_letter, True),
    "invisible character": file_kind(hide_a_character),
    "merge marker": file_kind(insert_line("<<<<<<< HEAD\n")),
    "merge conflict": file_kind(leave_a_conflict),
    "empty line": file_kind(insert_line("\n")),
    "no last line end": file_kind(drop_the_last_line_end),
    "cut short": file_kind(cut_short),
    "NUL": file_kind(put_nul),
    "semicolons": file_kind(delimit_by(";")),
    "tabs": file_kind(delimit_by("\t")),
    "file gone": file_kind(delete),
    "file empty": file_kind(empty),
    "header only": file_kind(keep_the_header),
    "header misspelt": change_header(misspell_header),
    "headers swapped": change_header(swap_headers),
    "column lost": drop_column,
    "columns swapped": swap_columns,
    "cells swapped": swap_cells,
    "cells shifted": shift_cells,
    "row twice": copy_row,
    "row twice, renamed": copy_row_under_new_name,
    "row deleted": delete_row,
    "rows swapped": swap_rows,
    "rows shuffled": shuffle_rows,
    "stray comma": edit_line(add_comma),
    "comma lost": edit_line(drop_comma),
    "stray quotation mark": edit_line(add_quote),
    "quotation marks lost": edit_line(lose_quotes),
    "unknown term": cell_kind(is_term, reword(lambda t: t[:-1] + "z"), True),
    "term in capitals": cell_kind(is_term, reword(str.title), True),
    "another term": other_term,
    "foreign key broken": break_foreign_key,
    "foreign key of another": wrong_foreign_key,
    "primary key broken": break_primary_key,
    "primary key twice": repeat_primary_key,
    "wrong type": cell_kind(is_number, reword(lambda t: "about " + t), True),
    "count above denominator": exceed_denominator,
    "decimal shifted": cell_kind(is_number, shift_decimal),
    "number changed": cell_kind(is_number, change_number),
    "digits turned": cell_kind(is_number, turn_digits),
    "number negative": cell_kind(is_number, reword(lambda t: "-" + t), True),
    "decimal comma": cell_kind(is_number, reword(lambda t: t.partition(".")[0] + ",5"), True),
    "percent sign": cell_kind(is_number, reword(lambda t: t + "%"), True),
    "date in another form": cell_kind(
        lambda t, c: t.fields[c]["type"] == "date", change_date, True
    ),
    "truth in another form": cell_kind(
        lambda t, c: t.fields[c]["type"] == "boolean", reword(lambda t: t.upper()[:1]), True
    ),
    "cell blanked": cell_kind(anywhere, reword(lambda t: "")),
    "word for missing": cell_kind(
        lambda t, c: not is_term(t, c) and not t.is_vocabulary,
        lambda t, d: d.choice(("NA", "n/a", "NULL", "-", "?")),
        True,
    ),
    "blank at the end": cell_kind(anywhere, reword(lambda t: t + " "), True),
    "blank doubled": cell_kind(is_prose, double_blank, True),
    "Cyrillic letter": cell_kind(anywhere, to_cyrillic, True),
    "typing error in prose": cell_kind(is_prose, typo),
    "line break in a cell": cell_kind(
        is_prose, lambda t, d: t.replace(" ", "\n", 1) if " " in t else t + "\n", True
    ),
}


def entry_kind(
    change: Callable[[str, random.Random], str], knowable: bool = True, column: str = ""
) -> Callable[[Data, random.Random], Corruption]:
    """A kind that changes one entry of the bibliography."""

    def corrupt(data: Data, dice: random.Random) -> Corruption:
        entry = dice.choice(data.entries)
        new = change(entry, dice)
        if new == entry:
            raise Skip
        start = data.bibliography.index(entry)
        before = data.bibliography[:start]
        lines = zip(entry.splitlines(), new.splitlines(), strict=False)
        changed, about = next(((i, b) for i, (a, b) in enumerate(lines) if a != b), (0, ""))
        if entry in new:  # something was added after it
            changed = entry.count("\n")
        return Corruption(
            BIBLIOGRAPHY,
            (before + new + data.bibliography[start + len(entry) :]).encode(),
            knowable,
            before.count("\n") + 1 + changed,
            (column,) if column else (),
            word=re.match(KEY, entry)[1],
            about=about,
        )

    return corrupt


def substitute(pattern: str, new: str | Callable) -> Callable[[str, random.Random], str]:
    """One substitution in the entry; the kind does not fit an entry without it."""

    def change(entry: str, dice: random.Random) -> str:
        hits = list(re.finditer(pattern, entry, re.M))
        if not hits:
            raise Skip
        hit = dice.choice(hits)
        put = new(hit, dice) if callable(new) else hit.expand(new)
        return entry[: hit.start()] + put + entry[hit.end() :]

    return change


def _other_digit(hit: re.Match, dice: random.Random) -> str:
    return dice.choice([d for d in "123456789" if d != hit.group()])


def _other_year(hit: re.Match, dice: random.Random) -> str:
    return str(int(hit.group()) + dice.choice((-10, -2, -1, 1, 2, 10)))


def _unescape(hit: re.Match, _: random.Random) -> str:
    return hit.group()[1:]


def copy_entry(entry: str, _: random.Random) -> str:
    return f"{entry}\n{entry}"


def copy_entry_under_new_key(entry: str, _: random.Random) -> str:
    return entry + "\n" + re.sub(r"\A(@\w+\{[^,]*)", r"\1x", entry)


def year_is_in_key(entry: str) -> bool:
    key, year = re.match(KEY, entry)[1], re.search(r"year = \{(\d+)\}", entry)
    return bool(year) and year[1] in key


def change_year(data: Data, dice: random.Random) -> Corruption:
    """Knowable where the key holds the year, and the new one is not the year after."""
    found = entry_kind(substitute(r"(?<=  year = \{)\d{4}", _other_year))(data, dice)
    entry = next(e for e in data.entries if f"{{{found.word}," in e)
    old = int(re.search(r"year = \{(\d+)\}", entry)[1])
    later = f"year = {{{old + 1}}}" in found.about
    return Corruption(
        **{**vars(found), "knowable": year_is_in_key(entry) and not later, "columns": ("year",)}
    )


def swap_entries(data: Data, dice: random.Random) -> Corruption:
    index = dice.randrange(len(data.entries) - 1)
    one, other = data.entries[index : index + 2]
    before, after = data.bibliography.split(one)[0], data.bibliography.split(other)[1]
    row = before.count("\n") + other.count("\n") + 2
    return Corruption(BIBLIOGRAPHY, f"{before}{other}\n{one}{after}".encode(), row=row)


def delete_entry(data: Data, dice: random.Random) -> Corruption:
    entry = dice.choice(data.entries)
    content = data.bibliography.replace(entry, "", 1).encode()
    return Corruption(BIBLIOGRAPHY, content, word=re.match(KEY, entry)[1])


BIBLIOGRAPHY_KINDS: dict[str, Callable[[Data, random.Random], Corruption]] = {
    "byte order mark": in_bibliography(add_bom),
    "CRLF": in_bibliography(end_with_cr),
    "saved as Latin-1": in_bibliography(save_as_latin_1),
    "read as Windows-1252": in_bibliography(read_as_latin_1),
    "letter lost (U+FFFD)": in_bibliography(replace_a_letter),
    "invisible character": in_bibliography(hide_a_character),
    "merge marker": in_bibliography(insert_line("=======\n")),
    "merge conflict": in_bibliography(leave_a_conflict),
    "cut short": in_bibliography(cut_short),
    "brace lost": entry_kind(substitute(r"[{}]", "")),
    "brace too many": entry_kind(substitute(r"[{}]", lambda hit, _: hit.group() * 2)),
    "comma lost": entry_kind(substitute(r"\},\n(?=  )", "}\n")),
    "equals sign lost": entry_kind(substitute(r" = ", " ")),
    "entry twice": entry_kind(copy_entry),
    "entry twice, renamed": entry_kind(copy_entry_under_new_key),
    "field twice": entry_kind(substitute(r"^  title = .*\n", r"\g<0>\g<0>")),
    "unknown field": entry_kind(substitute(r"^  (title|author|year|url|doi)(?= =)", r"  \1s")),
    "unknown type": entry_kind(substitute(r"\A@\w+", "@artcle")),
    "title lost": entry_kind(substitute(r"^  title = .*\n", "")),
    "title blank": entry_kind(substitute(r"(?<=  title = \{).*(?=\},)", "")),
    "year changed": change_year,
    "year malformed": entry_kind(substitute(r"(?<=  year = \{)\d{4}", "c. 2001")),
    "year lost": entry_kind(substitute(r"^  year = .*\n", ""), False),
    "DOI: a digit changed": entry_kind(
        substitute(r"(?<=^  doi = \{10.{9})\d", _other_digit), False
    ),
    "DOI malformed": entry_kind(
        substitute(
            r"(?<=  doi = \{)10\.",
            lambda _, dice: dice.choice(("https://doi.org/10.", "doi:10.", "10", "1O.")),
        )
    ),
    "PMID malformed": entry_kind(substitute(r"(?<=  pmid = \{)\d", "PMID \\g<0>")),
    "PMID: a digit changed": entry_kind(substitute(r"(?<=  pmid = \{)\d", _other_digit), False),
    "unescaped % or &": entry_kind(substitute(r"\\[%&]", _unescape)),
    "LaTeX accent": entry_kind(substitute("é", r"\\'e")),
    "pages reversed": entry_kind(substitute(r"(?<=pages = \{)(\d+)--(\d+)", r"\2--\1")),
    "pages abbreviated": entry_kind(
        substitute(r"(?<=pages = \{)(\d)(\d\d+)--\1(\d\d+)", r"\1\2--\3")
    ),
    "author's comma lost": entry_kind(substitute(r"(?<=author = \{)(\w+), (\w+)", r"\2 \1")),
    "key changed": entry_kind(substitute(r"\A(@\w+\{[^,]*)", r"\1x")),
    "entry deleted": delete_entry,
    "entries swapped": swap_entries,
    "text between entries": entry_kind(lambda entry, _: entry + "to do: check\n"),
    "blank doubled": entry_kind(substitute(r"(?<=^  title = \{)(.*\w) (?=\w)", r"\1  ")),
    "Cyrillic letter": entry_kind(substitute(r"(?<=[a-z])[aeo](?=[a-z ]*\},$)", "о")),
    "typing error in a title": entry_kind(
        substitute(r"(?<=  title = \{)(\w)(\w)(\w)(\w)", r"\1\3\2\4"), False
    ),
}


def draw_corruptions(data: Data, n: int, seed: int) -> Iterator[tuple[str, Corruption]]:
    """`n` different corruptions with their kind: each kind in turn, those of tables twice."""
    dice, seen = random.Random(seed), set()
    kinds = [(kind, name) for name, kind in TABLE_KINDS.items()] * 2
    kinds += [(kind, f"bib: {name}") for name, kind in BIBLIOGRAPHY_KINDS.items()]
    while len(seen) < n:
        for kind, name in kinds:
            for _ in range(40):
                try:
                    found = kind(data, dice)
                except Skip:
                    continue
                if (found.file, found.content) not in seen and _changes(data, found):
                    seen.add((found.file, found.content))
                    yield name, found
                    break
            if len(seen) == n:
                return


def _changes(data: Data, found: Corruption) -> bool:
    """Whether the file differs from what it was."""
    texts = {t.file: t.text for t in data.tables.values()} | {BIBLIOGRAPHY: data.bibliography}
    return found.content != texts[found.file].encode()


# --- what notices it


class Copy:
    """A copy of the data in which one file at a time is corrupted.

    `validate` asks only what can have changed with that file; `prove` compares it with the whole.
    """

    def __init__(self, root: Path, folder: Path, data: Data):
        self.root, self.data = folder, data
        shutil.copytree(root / "data", folder / "data")
        shutil.copy(root / BIBLIOGRAPHY, folder)
        self.rows = {
            r["name"]: validation.read_rows(folder, r)[1] for r in data.package["resources"]
        }
        self.tables = validation.read_tables(folder, data.package, self.rows)
        self.prints = self._fingerprint_all()
        self.references = references.read_references(folder / BIBLIOGRAPHY)
        self.entries = set(data.entries)

    @contextmanager
    def corrupted(self, corruption: Corruption) -> Iterator[None]:
        path = self.root / corruption.file
        before = path.read_bytes()
        try:
            if corruption.content is None:
                path.unlink()
            else:
                path.write_bytes(corruption.content)
            yield
        finally:
            path.write_bytes(before)

    def validate(self, file: str) -> list[Finding]:
        """The findings of `validation.validate` where nothing but `file` has changed."""
        changed = next((n for n, t in self.data.tables.items() if t.file == file), None)
        patches = _Shortcuts(self, changed)
        steps = {name: getattr(patches, name) for name in SHORTENED}
        with mock.patch.multiple(validation, **steps):
            return validation.validate(self.root)

    def fingerprint(self, file: str) -> str | None:
        """What the first notebook would print of this file now; None where it would stop."""
        try:
            if file == BIBLIOGRAPHY:
                found = references.read_references(self.root / BIBLIOGRAPHY)
                return fingerprint(_label(found))
            table = next(t for t in self.data.tables.values() if t.file == file)
            return fingerprint(ev.read_table(self.root, table.resource))
        except (BadInput, OSError, ValueError):
            return None

    def _fingerprint_all(self) -> dict[str, str]:
        """The fingerprint of each file, as the stored output of the first notebook has them."""
        evidence = ev.load(self.root)
        lines = publications.summarise_data(evidence)
        files = [t.file for t in self.data.tables.values()] + [BIBLIOGRAPHY]
        found = lines["Rows"] + " · " + lines["Fingerprint"]
        return dict(zip(files, found, strict=True))


def _label(found: pd.DataFrame) -> pd.DataFrame:
    return found.assign(label=references.label_sources(found), link=references.link_sources(found))


class _Shortcuts:
    """Steps of the validation that return at once what can't have changed: nothing is wrong."""

    def __init__(self, copy: Copy, changed: str | None):
        self.copy, self.changed = copy, changed
        self.full = {name: getattr(validation, name) for name in dir(validation)}

    def read_rows(self, root, resource, may_be_empty):
        if resource["name"] != self.changed:
            return [], self.copy.rows[resource["name"]]
        return self.full["read_rows"](root, resource, may_be_empty)

    def read_tables(self, root, package, rows):
        others = {n: t for n, t in self.copy.tables.items() if n != self.changed}
        one = {n: r for n, r in rows.items() if n == self.changed}
        return others | self.full["read_tables"](root, package, one)

    def _check_forms(self, resource, rows):
        if resource["name"] != self.changed:
            return iter(())
        return self.full["_check_forms"](resource, rows)

    def check_order(self, package, rows):
        return self.full["check_order"](
            package, {n: r for n, r in rows.items() if n == self.changed}
        )

    def _find_broken_rows(self, rule, tables):
        asked = {rule["table"], self.full["_find_target"](rule).get("resource")}
        return self.full["_find_broken_rows"](rule, tables) if self.changed in asked else {}

    def read_references(self, path):
        return self.copy.references if self.changed else self.full["read_references"](path)

    def find_duplicates(self, found):
        return [] if self.changed else self.full["find_duplicates"](found)

    def check_standing(self, package, rows):
        table = self.copy.data.tables
        said = {row[table[LINKS].header.index("table")] for row in table[LINKS].rows}
        said |= {table for table, *_ in self.copy.data.read_twice}
        asked = self.changed in said | {SECOND, LINKS}
        return self.full["check_standing"](package, rows) if asked else []

    def check_citation_titles(self, path, found):
        """pandoc asked of the changed entries alone; of none where only a table has changed."""
        if self.changed:
            return []
        entries = re.findall(ENTRY, path.read_text(encoding="utf-8"))
        changed = [entry for entry in entries if entry not in self.copy.entries]
        keys = [re.match(KEY, entry)[1] for entry in changed]
        with tempfile.TemporaryDirectory() as folder:
            part = Path(folder) / BIBLIOGRAPHY
            part.write_text("\n".join(changed), encoding="utf-8")
            return self.full["check_citation_titles"](part, found.loc[keys]) if keys else []

    def _run_frictionless(self, root, package):
        """The changed table, and those that refer to a value which it has lost."""
        from frictionless import Package

        resources = {r["name"]: r for r in package["resources"]}
        errors = {name: [] for name in resources}
        if self.changed not in errors:
            return errors
        asked = {self.changed}
        if self._targets_lost():
            asked |= {n for n, r in resources.items() if self.changed in list_targets(r)}
        given = [resources[name] for name in asked]
        for name in {t for n in asked for t in list_targets(resources[n])} - asked:
            schema = {**resources[name]["schema"], "foreignKeys": []}
            given.append({**resources[name], "schema": schema})
        whole = Package.from_descriptor(
            {**package, "resources": given}, basepath=str(root / "data")
        )
        for name in asked:
            errors[name] = whole.get_resource(name).validate().tasks[0].errors
        return errors

    def _targets_lost(self) -> bool:
        """Whether a value to which other tables may refer has gone from the changed table."""
        before = self.copy.rows[self.changed]
        now = self.full["read_rows"](self.copy.root, self.copy.data.tables[self.changed].resource)[
            1
        ]
        columns = {c for t, c in self.copy.data.referred if t == self.changed}
        return any(
            {r[i] for r in before} - {r[i] for r in now}
            for i, column in enumerate(before[0])
            if column in columns
        )


def list_targets(resource: dict) -> set[str]:
    """The tables to which a table refers."""
    return {k["reference"]["resource"] for k in resource["schema"].get("foreignKeys", [])}


def is_in_place(corruption: Corruption, findings: list[Finding]) -> bool:
    """Whether one finding names file, row and column, or the row that is gone."""
    return any(_names(finding, corruption) for finding in findings)


def _names(finding: Finding, corruption: Corruption) -> bool:
    said = f"{finding.file} {finding.column} {finding.problem}"
    words = set(re.findall(r"\w+", said))
    if corruption.row is None:
        return (finding.file == corruption.file or bool(corruption.word)) and (
            corruption.word in said and (not corruption.columns or words & set(corruption.columns))
        )
    column = not corruption.columns or bool(words & set(corruption.columns))
    if finding.file == corruption.file:
        near = finding.row == corruption.row
        named = bool(corruption.word) and corruption.word in finding.problem
        return (near or named) and column
    # what another table says of it: by the names of table and row
    table = Path(corruption.file).stem
    return table in words and corruption.word in said


def find_prints(root: Path) -> tuple[Path, dict, int, list[tuple[str, str]]]:
    """Where every fingerprint is shown: notebook, its content, code cell; and rows and prints."""
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        for place, cell in enumerate(cells):
            shown = "".join(
                "".join(o.get("data", {}).get("text/html", "")) for o in cell["outputs"]
            )
            if found := re.findall(PRINT, shown):
                return path, notebook | {"cells": cells}, place, found
    sys.exit("no stored output shows fingerprints: run make review")


def read_stored_prints(root: Path, data: Data) -> dict[str, str]:
    """The fingerprint of each file in the notebook that shows them."""
    *_, found = find_prints(root)
    files = [t.file for t in data.tables.values()] + [BIBLIOGRAPHY]
    return dict(zip(files, map(" · ".join, found), strict=True))


def run_nbval(copy: Copy, root: Path) -> str:
    """What nbval says of that notebook's set-up and that one cell, on the copy's data."""
    path, notebook, place, _ = find_prints(root)
    cells = [notebook["cells"][0], notebook["cells"][place]]
    part = copy.root / "notebooks" / path.name
    part.parent.mkdir(exist_ok=True)
    part.write_text(json.dumps(notebook | {"cells": cells}), encoding="utf-8")
    options = ["-q", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env", "-n0"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, part.name],
        cwd=part.parent,
        env=kernel_environment(copy.root / "results"),
        capture_output=True,
        text=True,
    )
    return next((li for li in done.stdout.splitlines() if li.startswith("FAILED")), "passed")


def measure_drift(copy: Copy, root: Path, n: int, confirm: int, seed: int) -> None:
    """Change `n` numbers one at a time, each still valid; print how many stored outputs differ.

    Of the first ones nbval itself is asked, too.
    """
    dice, done, caught = random.Random(seed), [], 0
    path, _, place, _ = find_prints(root)
    stored = read_stored_prints(root, copy.data)
    print(f"nbval on unchanged data: {run_nbval(copy, root)}" if confirm else "", flush=True)
    change = cell_kind(is_number, change_number)
    while len(done) < n:
        try:
            corruption = change(copy.data, dice)
        except Skip:
            continue
        with copy.corrupted(corruption):
            if corruption.about in done or copy.validate(corruption.file):
                continue
            differs = copy.fingerprint(corruption.file) != stored[corruption.file]
            if len(done) < confirm:
                print(f"nbval, {corruption.about}: {run_nbval(copy, root)}", flush=True)
        caught += differs
        done.append(corruption.about)
    print(f"drift: {caught} of {n} changed numbers differ from the stored output of ", end="")
    print(f"{path.name}, cell [{place + 1}]")
    print(pd.Series(about.split()[0] for about in done).value_counts().to_string(), flush=True)


def examine(copy: Copy, options: argparse.Namespace) -> Iterator[dict]:
    """What notices each corruption: a line of the table that is printed."""
    for number, (kind, corruption) in enumerate(
        draw_corruptions(copy.data, options.n, options.seed)
    ):
        with copy.corrupted(corruption):
            findings = copy.validate(corruption.file)
            if options.prove and number % (options.n // options.prove) == 0:
                whole = validation.validate(copy.root)
                if set(whole) != set(findings):
                    print(f"NOT PROVEN {kind}, {corruption.about}: {whole}, not {findings}")
            stored = copy.prints[corruption.file]
            tests = not findings and copy.fingerprint(corruption.file) != stored
        seen = is_in_place(corruption, findings)
        if options.missed and not seen:
            said = findings[0] if findings else "nothing said"
            sort = "knowable" if corruption.knowable else "not knowable"
            print(f"[{number}] {kind} ({sort}): {corruption.about}: {said}", flush=True)
        yield {
            "kind": kind,
            "n": 1,
            "knowable": corruption.knowable or bool(findings),
            "validation": bool(findings),
            "in place": seen,
            "tests": tests,
            "neither": not findings and not tests,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--n", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--drift", type=int, default=200, help="so many numbers changed")
    parser.add_argument("--confirm", type=int, default=5, help="of so many nbval is asked, too")
    parser.add_argument("--prove", type=int, default=0, help="compare so many with a whole run")
    parser.add_argument("--missed", action="store_true", help="name each not caught in its place")
    options = parser.parse_args()
    root = find_root()
    data = Data(root)
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(root, Path(folder), data)
        if options.drift:
            measure_drift(copy, root, options.drift, options.confirm, options.seed)
        lines = []
        try:
            for line in examine(copy, options):
                lines.append(line)
        except KeyboardInterrupt:
            print(f"interrupted after {len(lines)}")
    table = pd.DataFrame(lines)
    shown = table.groupby("kind", sort=False).sum()
    print(pd.concat([shown, shown.sum().to_frame("all").T]).to_string())
    known = table[table["knowable"]]
    print(f"knowable {len(known)}: in place {known['in place'].mean():.2%}, ", end="")
    print(f"validation {known['validation'].mean():.2%}; CPU {time.process_time() - start:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
