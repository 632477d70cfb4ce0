"""What changed between two versions of a review: in its findings, its rows, its notebooks.

A finding is what a reader takes away: a conclusion, its certainty, a verdict, an estimate, a
count. `docs/findings.csv` records those that were computed when the review was last made, so that
code and libraries, too, are seen to change a finding, and not the data alone.
"""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evidence_review import (
    appraisal,
    claims,
    courses,
    frequencies,
    harms,
    publications,
    readings,
    statements,
    summary,
)
from evidence_review.evidence import VOCABULARY, Evidence
from evidence_review.files import BIBLIOGRAPHY
from evidence_review.findings import BadInput, Finding
from evidence_review.markdown import LEFT_OUT
from evidence_review.tables import NOT_REPORTED

if TYPE_CHECKING:
    from evidence_review.synthesis import Pooled

COLUMNS = ["kind", "finding", "value", "number", "unit"]
HEADINGS = {  # kind of finding: heading, in the order in which an account gives them
    "conclusion": "Conclusions",
    "certainty": "Certainty",
    "verdict": "Verdicts",
    "estimate": "Estimates",
    "answer": "Answers",
    "count": "Counts",
}
PARTS = {  # how the summaries call their parts: in words
    "publications": {
        "all": "all",
        "direct": "on {subject}, treated or as an effect",
        "mixed": "on {subject} among others, not split",
        "trials": "on trials",
        "unread": "of which no more than the abstract was read",
    },
    "courses": {
        "direct": "{subject} themselves",
        "ended": "with an outcome that was followed",
        "active": "with such an outcome, something being done",
        "untreated": "with such an outcome, nothing being done",
        "recalled": "with an outcome told of years past",
        "silent": "without an outcome",
        "compared": "arms of trials",
        "mixed": "{subject} among others, not split",
    },
    "harms": {
        "all": "all",
        "outcomes": "outcomes that are no harm",
        "treated": "after treating {subject}",
        "as harm": "{subject} as the harm",
        "mixed": "{subject} among others, not split",
        "elsewhere": "other conditions",
        "home": "at home",
        "lay": "by lay people",
        "clinic": "in a clinic",
    },
}
DIGITS = 6  # significant digits of a recorded number; beyond them nothing has changed
FEW_ROWS = 10  # so many changes of one table's rows are listed
RECORD = "docs/findings.csv"
NOTHING = "No finding changed."


def list_findings(evidence: Evidence) -> pd.DataFrame:
    """Every finding of the review, one row each, by an id that stays when its words change.

    Columns: kind (one of HEADINGS), finding (its name in words), value (as text), number (missing
    where the finding is none), unit (of number: “%”, a noun or nothing).
    """
    parts = [
        *_list_graded(evidence),
        *_list_verdicts(evidence),
        *_list_surveys(evidence),
        *_list_harms(evidence),
        *_list_agreement(evidence),
        *_list_publications(evidence),
        *_list_courses(evidence),
        *_list_positions(evidence),
    ]
    return pd.concat(parts).rename_axis("id")


def _describe(
    kind: str,
    ids: pd.Series | pd.Index,
    finding: pd.Series | pd.Index,
    *,
    value: pd.Series | None = None,
    number: pd.Series | None = None,
    unit: str = "",
) -> pd.DataFrame:
    """Findings of one kind, from columns of equal length; a value that is not given is the number
    in words."""
    finding = pd.Series(np.asarray(finding, dtype=object), dtype="str")
    amount = pd.Series(np.nan, finding.index, dtype="float64")
    if number is not None:
        amount = pd.Series(number.astype("Float64").to_numpy("float64", np.nan))
    if value is None:
        sign = unit if unit == "%" else f" {unit}".rstrip()
        worded = amount.map(lambda n: f"{n:,.{DIGITS}g}{sign}", na_action="ignore").astype("str")
    else:
        worded = pd.Series(np.asarray(value, dtype=object), dtype="str")
    return pd.DataFrame(
        {
            "kind": kind,
            "finding": finding,
            "value": worded.fillna(NOT_REPORTED),
            "number": amount,
            "unit": unit,
        }
    ).set_axis(pd.Index(np.asarray(ids, dtype=object), dtype="str"))


def _count(ids: str, counts: pd.Series, finding: str, unit: str) -> pd.DataFrame:
    """Counts by the terms of their index; `ids` and `finding` hold a place {} for the term."""
    terms = counts.index.astype("str")
    return _describe(
        "count", terms.map(ids.format), terms.map(finding.format), number=counts, unit=unit
    )


def _count_parts(
    evidence: Evidence, name: str, counts: dict[str, int], finding: str, unit: str
) -> pd.DataFrame:
    """Counts of the parts into which a summary splits its rows, worded by PARTS."""
    words = [PARTS[name][part].format(subject=evidence.subject) for part in counts]
    return _describe(
        "count",
        [f"{unit} in {name}, {part}" for part in counts],
        [f"{finding}: {word}" for word in words],
        number=pd.Series(counts),
        unit=unit,
    )


def _list_graded(evidence: Evidence) -> Iterator[pd.DataFrame]:
    graded = appraisal.grade(evidence)
    questions = evidence.tables["questions"]["question"]
    asked = questions.reindex(graded.index)
    yield _describe("conclusion", "conclusion " + asked.index, asked, value=graded["conclusion"])
    yield _describe("certainty", "certainty " + asked.index, asked, value=graded["certainty"])
    found = summary.summarise_findings(evidence)
    answer = found["What was found"] + "; " + found["Follow-up, harms"]
    yield _describe("answer", "answer " + questions.index, questions, value=answer)
    trials = evidence.tables["trials_needed"]
    needed = appraisal.list_trials(evidence)
    name = "People per group for: " + needed["Compared"] + ", " + needed["Outcome"]
    per_group = needed["People per group"]
    yield _describe("estimate", "trial " + trials.index, name, number=per_group, unit="people")


def _list_verdicts(evidence: Evidence) -> Iterator[pd.DataFrame]:
    judged = claims.judge_claims(evidence)
    name = "Claim " + judged.index + ": " + judged["claim"]
    yield _describe("verdict", "verdict " + judged.index, name, value=judged["verdict"])
    yield _describe("certainty", "certainty " + judged.index, name, value=judged["certainty"])
    verdicts = evidence.tables["claims"]["verdict"].value_counts(sort=False)
    yield _count("claims {}", verdicts, "Claims with the verdict “{}”", "claims")


def _list_surveys(evidence: Evidence) -> Iterator[pd.DataFrame]:
    surveys = frequencies.list_surveys(evidence)
    counted = surveys[surveys["share"].notna()]
    name = counted["condition"] + " in " + counted["population"] + " (" + counted["label"] + ")"
    yield from _list_shares("survey", counted.assign(risk=counted["share"]), name)
    own = surveys[surveys["own"]]
    for measure, asked in own.groupby("measure", observed=True):
        # The vocabulary's order is the order of interest: the first cohort leads.
        main = asked["cohort"].cat.remove_unused_categories().cat.categories[0]
        for analysis, _, found in frequencies.analyse_surveys(asked, main):
            yield _list_pooled(f"{measure}: {analysis}", found)


def _list_shares(what: str, rows: pd.DataFrame, name: pd.Series) -> Iterator[pd.DataFrame]:
    """Each share (`risk`, percent) and the limits of its interval (`low`, `high`)."""
    for column, said in (("risk", ""), ("low", ", lower limit"), ("high", ", upper limit")):
        known = rows[rows[column].notna()]
        yield _describe(
            "estimate",
            f"{what} {column} " + known.index.astype("str"),
            name[known.index] + said,
            number=known[column],
            unit="%",
        )


def _list_pooled(name: str, found: "Pooled") -> pd.DataFrame:
    """What pooling gave, one line per number."""
    numbers = {
        "mean": (100 * found.estimate, "%"),
        "mean, lower limit": (100 * found.low, "%"),
        "mean, upper limit": (100 * found.high, "%"),
        "prediction interval, lower limit": (100 * found.prediction_low, "%"),
        "prediction interval, upper limit": (100 * found.prediction_high, "%"),
        "I²": (found.i2, "%"),
        "tau²": (found.tau2, ""),
        "studies": (found.k, ""),
        "affected": (found.n_affected, "people"),
        "examined": (found.n_total, "people"),
    }
    lines = [
        _describe("estimate", [f"pooled {line}"], [line], number=pd.Series([number]), unit=unit)
        for line, (number, unit) in (
            (f"{name}: {quantity}", pair) for quantity, pair in numbers.items()
        )
    ]
    return pd.concat(lines)


def _list_harms(evidence: Evidence) -> Iterator[pd.DataFrame]:
    caused = harms.list_caused(evidence)
    rows = harms.join_complications(evidence)
    rows = pd.concat([rows, caused.drop(index=caused.index.intersection(rows.index))])
    harm = rows["complication"].astype("str").fillna(evidence.subject)
    name = harm + " after " + rows["procedure"] + " (" + rows["label"] + ")"
    yield from _list_shares("harm", rows, name)
    parts = harms.split_harms(evidence)
    for words, _, found in harms.find_alike(parts["all"]):
        if found:
            modality, target, complication = words
            yield _list_pooled(f"{complication} after {modality} of {target}", found)
    entries = {part: len(found) for part, found in parts.items()}
    yield _count_parts(evidence, "harms", entries, "Harm entries", "entries")
    severity = parts["all"]["severity"].value_counts(sort=False)
    yield _count("severity {}", severity, "Harm entries graded “{}”", "entries")


def _list_agreement(evidence: Evidence) -> Iterator[pd.DataFrame]:
    lines = evidence.tables["second_readings"]
    for reading, read in lines.groupby("reading"):
        measured = readings.measure_agreement(evidence, read)
        if measured.empty:
            continue
        place = measured["table"] + "." + measured["field"]
        for column, unit in (("agreement", "%"), ("kappa", ""), ("ac1", "")):
            known = measured[column].notna()
            yield _describe(
                "estimate",
                f"{column} of reading {reading}, " + place[known],
                f"Readings 1 and {reading}, {column}: " + place[known],
                number=measured.loc[known, column],
                unit=unit,
            )


def _list_publications(evidence: Evidence) -> Iterator[pd.DataFrame]:
    parts = publications.split_sources(evidence)
    sizes = {part: len(rows) for part, rows in parts.items()}
    yield _count_parts(evidence, "publications", sizes, "Publications", "publications")
    sources = parts["all"]
    relation = sources["relation"].value_counts(sort=False)
    yield _count("relation {}", relation, "Publications on: {}", "publications")
    confirmed = pd.Series({"confirmed": sources["confirmed_by"].notna().sum()})
    yield _count("publications {}", confirmed, "Publications {} by a person", "publications")
    tables = {name: rows for name, rows in evidence.tables.items() if VOCABULARY not in name}
    rows = pd.Series({name: len(table) for name, table in tables.items()})
    yield _count("rows {}", rows, "Rows of the table {}", "rows")


def _list_courses(evidence: Evidence) -> Iterator[pd.DataFrame]:
    parts = courses.split_courses(evidence)
    sizes = {part: len(rows) for part, rows in parts.items()}
    yield _count_parts(evidence, "courses", sizes, "Courses of treatment or observation", "courses")
    people = {part: courses.count_people(rows) for part, rows in parts.items()}
    yield _count_parts(evidence, "courses", people, "People in such courses", "people")
    patients = courses.list_treated(parts["direct"])
    ended = patients.groupby(["modality", "outcome"]).size()
    ended.index = [" — ".join(words) for words in ended.index]
    yield _count("outcome {}", ended, "Patients by treatment and outcome: {}", "patients")


def _list_positions(evidence: Evidence) -> Iterator[pd.DataFrame]:
    positions = statements.summarise_positions(evidence).set_index("Treatment")
    stances = evidence.vocabulary("stance").index.intersection(positions.columns)
    counts = positions[stances].stack()
    counts.index = [" — ".join(map(str, words)) for words in counts.index]
    yield _count("position {}", counts, "Publishers by treatment and stance: {}", "publishers")


# --- recorded


def record_findings(findings: pd.DataFrame) -> str:
    """Findings as CSV, numbers to six significant digits: the same text on every machine."""
    return findings.to_csv(float_format=f"%.{DIGITS}g", lineterminator="\n")


def read_findings(text: str) -> pd.DataFrame:
    """Findings from `record_findings`; raises ValueError where the text is something else."""
    found = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False, index_col="id")
    if list(found.columns) != COLUMNS:
        raise ValueError(f"columns are not {', '.join(COLUMNS)}")
    number = pd.to_numeric(found["number"].replace("", np.nan)).astype("float64")
    return found.assign(number=number)


# --- compared


def compare_findings(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """What differs between two lists of findings, by kind, in the order of the new one.

    Columns: kind, finding, change (added, removed or changed), before, after, difference (new less
    old, missing where one is no number), unit. A finding whose name alone differs has not changed.
    """
    both = _side_by_side(old, new)
    order = new.index.append(old.index.difference(new.index, sort=False))
    both = both.loc[order]
    here, there = both["kind_old"].notna(), both["kind_new"].notna()
    moved = ~_equal_to_digits(both["number_old"], both["number_new"])
    reworded = both["value_old"] != both["value_new"]
    # The words of a number follow from it; a number on either side decides.
    numeric = both["number_old"].notna() | both["number_new"].notna()
    changed = here & there & moved.where(numeric, reworded)
    change = pd.Series(np.select([changed, ~here, ~there], ["changed", "added", "removed"], ""))
    table = pd.DataFrame(
        {
            "kind": both["kind_new"].fillna(both["kind_old"]),
            "finding": both["finding_new"].fillna(both["finding_old"]),
            "change": change.to_numpy(),
            "before": both["value_old"],
            "after": both["value_new"],
            "difference": (both["number_new"] - both["number_old"]).where(changed),
            "unit": both["unit_new"].fillna(both["unit_old"]),
        }
    )
    table = table[table["change"] != ""]
    rank = table["kind"].map({kind: n for n, kind in enumerate(HEADINGS)})
    return table.iloc[rank.argsort(kind="stable")]


def _side_by_side(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    return old.merge(new, how="outer", left_index=True, right_index=True, suffixes=("_old", "_new"))


def _equal_to_digits(one: pd.Series, other: pd.Series) -> pd.Series:
    """Whether two numbers are the same to the digits that are recorded."""
    form = f"{{:.{DIGITS}g}}".format
    return one.map(form) == other.map(form)


def compare_rows(old: Evidence, new: Evidence) -> pd.DataFrame:
    """What differs between the tables of two reviews as they stand in the files, and bibliography.

    Columns: table (its file), row (values of the primary key, joined by “, ”), column, change,
    before, after. A whole row that came or went has no column; a whole column no row; an empty cell
    is missing.
    """
    before, after = _read_files(old), _read_files(new)
    none = pd.DataFrame()
    pairs = {
        name: (before.get(name, none), after.get(name, none))
        for name in dict.fromkeys([*after, *before])
    }
    # Most tables are the same. The bibliography is always compared: one piece is needed.
    pieces = [
        _compare_table(name, one, other)
        for name, (one, other) in pairs.items()
        if name == BIBLIOGRAPHY or not one.equals(other)
    ]
    return pd.concat(pieces, ignore_index=True)


def _read_files(evidence: Evidence) -> dict[str, pd.DataFrame]:
    """Every table as text by its file, indexed by primary key, and the bibliography."""
    files = {}
    for resource in evidence.package["resources"]:
        file, key = f"data/{resource['path']}", resource["schema"]["primaryKey"]
        table = pd.read_csv(
            evidence.root / file, dtype="str", keep_default_na=False, na_values=[""]
        )
        table = table.set_index(key)
        files[file] = table.set_axis(table.index.map(", ".join)) if len(key) > 1 else table
    # Where an entry stands and what is made of it are no facts of it.
    entries = evidence.references.drop(columns=["line", "label", "link", "first_author"])
    return files | {BIBLIOGRAPHY: entries.astype("str")}


def _compare_table(name: str, old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    shared = new.index.intersection(old.index)
    columns = new.columns.intersection(old.columns)
    cells = pd.DataFrame(
        {
            "before": old.loc[shared, columns].stack(),
            "after": new.loc[shared, columns].stack(),
        }
    )
    cells = cells[cells["before"].fillna("") != cells["after"].fillna("")]
    cells = cells.rename_axis(["row", "column"]).reset_index().assign(change="changed")
    whole = [
        pd.DataFrame({axis: there.difference(here, sort=False), "change": change})
        for change, here, there in (("added", old, new), ("removed", new, old))
        for axis, here, there in (
            ("row", here.index, there.index),
            ("column", here.columns, there.columns),
        )
    ]
    order = ["table", "row", "column", "change", "before", "after"]
    return pd.concat([cells, *whole]).assign(table=name).reindex(columns=order)


def compare_notebooks(old: Path, new: Path) -> pd.DataFrame:
    """The code cells of the notebooks in two folders that differ in code or output.

    Columns: notebook, cell (its number, as JupyterLab shows it; of a removed cell the old one),
    change (added, removed, or what changed: code, output, or both).
    """
    versions = [_read_cells(folder) for folder in (old, new)]
    both = _side_by_side(*versions)
    code = both["code_old"] != both["code_new"]
    output = both["output_old"] != both["output_new"]
    change = np.select(
        [both["cell_old"].isna(), both["cell_new"].isna(), code & output, code, output],
        ["added", "removed", "code and output", "code", "output"],
        "",
    )
    cells = both["cell_new"].fillna(both["cell_old"]).astype("int64")
    found = pd.DataFrame({"cell": cells, "change": change})[change != ""]
    return found.reset_index("notebook").sort_values(
        ["notebook", "cell", "change"], ignore_index=True
    )


def _read_cells(folder: Path) -> pd.DataFrame:
    lines = []
    for path in sorted(folder.glob("*.ipynb")):
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            code = [c for c in cells if c["cell_type"] == "code" and "".join(c["source"]).strip()]
            lines += [
                (path.stem, cell["id"], n, "".join(cell["source"]), json.dumps(cell["outputs"]))
                for n, cell in enumerate(code, 1)
            ]
        except (KeyError, TypeError, ValueError) as error:
            problem = f"it is no notebook of format 4.5 ({error!r})"
            raise BadInput(Finding(f"notebooks/{path.name}", problem, "Restore it")) from error
    columns = ["notebook", "id", "cell", "code", "output"]
    return pd.DataFrame(lines, columns=columns).set_index(["notebook", "id"])


# --- told


def write_account(
    title: str, findings: pd.DataFrame, rows: pd.DataFrame, notebooks: pd.DataFrame
) -> str:
    """The changes as Markdown to be read: findings first, then rows by table, then notebooks.

    Takes what `compare_findings`, `compare_rows` and `compare_notebooks` return. Of a table's rows
    the first ten lines are given and the number of the others; findings are never left out.
    """
    parts = [f"# {_quiet(title)}"]
    for kind, heading in HEADINGS.items():
        found = findings[findings["kind"] == kind]
        if len(found):
            parts.append(f"## {heading}: {len(found):,} changed")
            parts.append("\n".join(_tell_finding(line) for line in found.itertuples()))
    for table, found in rows.groupby("table", sort=False):
        told = [_tell_row(line) for line in found.head(FEW_ROWS).itertuples()]
        if len(found) > FEW_ROWS:
            told.append(f"- … and {len(found) - FEW_ROWS:,} more")
        parts += [f"## Rows of {table}", "\n".join(told)]
    if len(notebooks):
        told = (
            f"- {name}: "
            + "; ".join(f"[{n}] {change}" for n, change in zip(c["cell"], c["change"], strict=True))
            for name, c in notebooks.groupby("notebook")
        )
        parts += ["## Cells of notebooks", "\n".join(told)]
    if findings.empty:
        parts.append(NOTHING)
    return "\n\n".join(parts) + "\n"


def _tell_finding(line: tuple) -> str:
    if line.change != "changed":
        value = line.after if line.change == "added" else line.before
        return f"- {line.change}: {_quiet(line.finding)}: {_quiet(value)}"
    step = "" if pd.isna(line.difference) else f" ({line.difference:+,.3g})"
    return f"- {_quiet(line.finding)}: {_quiet(line.before)} → {_quiet(line.after)}{step}"


def _tell_row(line: tuple) -> str:
    if line.change != "changed":
        place = f"column {line.column}" if pd.isna(line.row) else _quiet(line.row)
        return f"- {line.change}: {place}"
    before, after = (
        "empty" if pd.isna(cell) else _quiet(cell) for cell in (line.before, line.after)
    )
    return f"- {_quiet(line.row)}, {line.column}: {before} → {after}"


def _quiet(text: str) -> str:
    """Text from data for a terminal, and for Markdown without markup, HTML or links.

    Only what could act is escaped, so that an account stays readable before it is rendered.
    """
    line = " ".join(LEFT_OUT.sub("", text).split())
    return line.translate({ord(letter): f"\\{letter}" for letter in r"\`*<[]"})
