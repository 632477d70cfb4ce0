"""The evidence browser: every row of the review in one page that is searched without a network.

The table is DataTables, from the wheel itables; `assets/browser.js` fills it from JSON, so that
nothing from data is ever read as HTML. Headings are the titles of `datapackage.json`.
"""

import base64
import hashlib
import html
import json
import re
from importlib.resources import files
from pathlib import Path

import pandas as pd

from evidence_review.claims import join_evidence
from evidence_review.courses import join_courses
from evidence_review.evidence import Evidence, find_resource
from evidence_review.files import ASSETS, BIBLIOGRAPHY, write_atomically
from evidence_review.findings import BadInput, Finding
from evidence_review.references import list_links, read_entries
from evidence_review.tables import NUMBERS, join_keys, split_keys, word_range, word_type

NAMED = 12  # rows that stand elsewhere are counted beyond that

# What a row says, from its own fields; a part is left out where one of its fields is missing.
WORDS = {
    "treatments": "{modality}| ({agent})|: {outcome}|, {outcome_reading}"
    "|; after {time_to_outcome_weeks} weeks|; {adverse_events}",
    "complications": "{complication}| of {organism}|: {procedure}| ({target})"
    "|; {range}|; {persistence}",
    "frequencies": "{condition}|, {measure}|: {range}|; {population}|, {age}",
    "cases": "{sex}|, {age_years} years|; {type}|; {trigger}|; {site}",
    "statements": "{statement}",
    "claims": "{claim}| – {verdict}",
    "questions": "{question}|: {conclusion}",
    "trials_needed": "{comparison}|: {population}|; {outcome}",
    "guides": "{title}|. {publisher}",
    "guide_references": "{authors_as_printed}| {title_as_printed}|. {venue_as_printed}"
    "| {year_as_printed}",
    "sources": "{title}|. {container}| {year}",
    "awaiting": "{question}| {why}",
    "searches": "{query}",
    "screening": "{title}|: {reason}",
}
COUNTS = {  # table: how many, of how many
    "treatments": {"n": "n_complete", "of": "n_treated"},
    "complications": {"n": "n_affected", "of": "n_exposed"},
    "frequencies": {"n": "n_affected", "of": "n_total"},
    "sources": {"of": "n_patients"},
    "searches": {"n": "n_relevant", "of": "n_results"},
}
OUTCOMES = {"treatments": "outcome", "complications": "complication", "claims": "verdict"}
FACETS = ["table", "type", "modality", "setting", "relation", "design", "outcome"]
LOOKED_UP = ["table", "design", "access", "source"]  # the page has them by table and citekey
HIDDEN = ["id", "access", "locator", "citekeys"]
READING = ["design", "access", "second_reading", "confirmed_by", "confirmed_on"]


def make_browser(evidence: Evidence, numbers: Path, out: Path) -> list[Path]:
    """Write `out`/index.html from the review and the file of its report's `numbers`.

    Raises BadInput where that list lacks a column, or where two rows have the same id.
    """
    page = out / "index.html"
    write_atomically(page, render_browser(evidence, read_numbers(numbers)).encode())
    return [page]


def read_numbers(path: Path) -> pd.DataFrame:
    """The report's numbers, all as text: number, kind, text, context, notebook, cell, rows.

    A report without such a list has none.
    """
    if not path.is_file():
        return pd.DataFrame(columns=NUMBERS, dtype="str")
    numbers = pd.read_csv(path, dtype="str", keep_default_na=False)
    if missing := [name for name in NUMBERS if name not in numbers]:
        raise BadInput(
            Finding(path.name, f"no column {', '.join(missing)}", "Make the report again", 1)
        )
    return numbers


def render_browser(evidence: Evidence, numbers: pd.DataFrame) -> str:
    """The whole page: script, style and data inside, no address fetched.

    `numbers` are those of the report (see `read_numbers`).
    """
    rows = list_rows(evidence)
    lone = _find_lone_fields(evidence)  # a line that is but a field of the record isn't sent twice
    sent = rows.drop(columns=LOOKED_UP).assign(says=rows["says"].mask(rows["name"].isin(lone)))
    data = {
        "columns": name_columns(evidence),
        "facets": FACETS,
        "hidden": HIDDEN,
        "sent": list(sent.columns[1:]),
        "rows": _plain(sent),
        "lone": lone,
        "tables": {name: _describe_table(evidence, name) for name in WORDS},
        "papers": _describe_papers(evidence),
        "reading": {name: evidence.titles("sources")[name] for name in READING},
        "numbers": find_behind(evidence, rows, numbers),
    }
    library = files("itables") / "html" / "dt_bundle.js"
    scripts = [
        _escape_script(script.read_text(encoding="utf-8"))
        for script in (library, ASSETS / "browser.js")
    ]
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in scripts)
    page = (ASSETS / "browser.html").read_text(encoding="utf-8")
    parts = {
        "policy": f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'",
        "subject": html.escape(evidence.subject),
        "about": html.escape(
            f"{len(rows):,} rows of {len(WORDS)} tables from "
            f"{len(evidence.tables['sources']):,} publications."
        ),
        "style": (ASSETS / "browser.css").read_text(encoding="utf-8"),
        "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        "library": scripts[0],
        "script": scripts[1],
    }
    return re.sub(r"\$(\w+)\$", lambda found: parts[found[1]], page)


def find_behind(evidence: Evidence, rows: pd.DataFrame, numbers: pd.DataFrame) -> dict[str, dict]:
    """By number: what the report says of it, and what it rests on among the `rows`.

    `rows` are places as [first, last] runs; `unread` publications of which nothing was read;
    `elsewhere` the first ids of rows that stand in `data/` only, `more` how many there are besides.
    """
    places = dict(zip(rows["id"], range(len(rows)), strict=True))
    behind = {}
    for line in numbers[NUMBERS].to_dict("records"):
        # some of the report's tables name a row as “table id”
        found = {
            key: places.get(key, places.get(key.rpartition(" ")[2]))
            for key in split_keys(line["rows"])
        }
        at = pd.Series(sorted({place for place in found.values() if place is not None}), dtype=int)
        lost = [key for key, place in found.items() if place is None]
        elsewhere = [key for key in lost if key not in evidence.references.index]
        behind[line["number"]] = line | {
            "rows": at.groupby((at.diff() != 1).cumsum()).agg(["min", "max"]).to_numpy().tolist(),
            "unread": [key for key in lost if key in evidence.references.index],
            "elsewhere": elsewhere[:NAMED],
            "more": len(elsewhere[NAMED:]),
        }
    return behind


def _find_lone_fields(evidence: Evidence) -> dict[str, int]:
    """For tables whose line is one field alone: its place in the record, after the key."""
    lone = {name: re.fullmatch(r"{(\w+)}", words) for name, words in WORDS.items()}
    return {
        name: evidence.tables[name].columns.get_loc(field[1])
        for name, field in lone.items()
        if field
    }


def name_columns(evidence: Evidence) -> dict[str, str]:
    """The heading of each column of `list_rows`, from the titles of the tables it comes from."""
    course, source = evidence.titles("treatments"), evidence.titles("sources")
    outcomes = [evidence.titles(table)[column] for table, column in OUTCOMES.items()]
    return {
        "id": course["id"],
        "table": "Table",
        "says": "What it says",
        "n": "n",
        "of": "of",
        "type": f"{course['form']}, {course['cause'].lower()}",
        "modality": evidence.titles("treatment_modalities")["modality"],
        "setting": course["setting"],
        "relation": course["relation"],
        "design": source["design"],
        "outcome": ", ".join([outcomes[0], *map(str.lower, outcomes[1:])]),
        "source": course["citekey"],
        "access": source["access"],
        "locator": course["locator"],
        "citekeys": "Key",
    }


def list_rows(evidence: Evidence) -> pd.DataFrame:
    """Every row of the tables in `WORDS`, with the columns of `name_columns`.

    `modality` and `setting` are lists, since a statement can speak of several; so are `source`
    (labels) and `citekeys`. Raises BadInput where an id names two rows.
    """
    filled = [name for name in WORDS if len(evidence.tables[name])]
    rows = pd.concat([_list_table(evidence, name) for name in filled], ignore_index=True)
    twice = rows[rows["id"].duplicated(keep=False)].groupby("id", sort=False)["name"]
    if findings := [
        Finding("data/", f"{id_} names a row of {' and of '.join(names)}", "Rename one of the two")
        for id_, names in twice
    ]:
        raise BadInput(findings)
    return rows[["name", *name_columns(evidence)]]


def _list_table(evidence: Evidence, name: str) -> pd.DataFrame:
    """One table in the columns of `list_rows`; what it does not have is missing."""
    frame = _join_details(evidence, name)
    sources = evidence.tables["sources"]
    cited = frame["citekeys"]
    first = cited.str[0].where(cited.str.len() == 1)
    counts = COUNTS.get(name, {})
    empty = pd.Series(pd.NA, frame.index)
    return pd.DataFrame(
        {
            "name": name,
            "id": name_rows(evidence, name),
            "table": find_resource(evidence.package, name)["title"],
            "says": _fill(WORDS[name], frame),
            "n": frame.get(counts.get("n"), empty),
            "of": frame.get(counts.get("of"), empty),
            "type": frame.get("type", empty),
            "modality": _split(frame.get("modality", empty)),
            "setting": _split(frame.get("setting", empty)),
            "relation": frame.get("relation", first.map(sources["relation"].astype("str"))),
            "design": first.map(sources["design"].astype("str")),
            "outcome": frame[OUTCOMES[name]] if name in OUTCOMES else empty,
            "access": first.map(sources["access"].astype("str")),
            "locator": frame.get("locator", empty),
            "source": cited.map(lambda keys: [evidence.references.at[k, "label"] for k in keys]),
            "citekeys": cited,
        }
    ).astype({"n": "Int64", "of": "Int64"})


def name_rows(evidence: Evidence, name: str) -> pd.Series:
    """The id of each row of a table; a mere number gets the table's name before it."""
    index = evidence.tables[name].index
    ids = index.to_series().astype("str")
    return ids if not pd.api.types.is_integer_dtype(index) else name + "-" + ids


def _join_details(evidence: Evidence, name: str) -> pd.DataFrame:
    """A table with what its line says beside its own fields; `citekeys` lists its publications."""
    frame = evidence.tables[name]
    if name == "treatments":
        frame = join_courses(evidence)
    if name in ("cases", "sources"):
        frame = frame.assign(type=word_type(frame))
    if name == "cases":
        sites = evidence.tables["case_sites"].astype({"site": "str"}).groupby("case_id")["site"]
        frame = frame.join(sites.agg(", ".join))
    if name in ("complications", "frequencies"):
        frame = frame.assign(range=word_range(frame))
    if name == "statements":
        positions = evidence.tables["statement_positions"].groupby("statement_id")
        frame = frame.join(positions[["modality", "setting"]].agg(join_keys))
    if name == "questions":
        frame = frame.join(evidence.tables["certainty"])
    if name == "sources":
        frame = frame.join(evidence.references[["title", "container", "year"]])
        return frame.assign(citekeys=[[key] for key in frame.index])
    if name == "claims":
        links = join_evidence(evidence).groupby("claim_id")["citekey"]
        cited = links.agg(lambda keys: sorted(set(keys))).reindex(frame.index)
        return frame.assign(citekeys=[c if isinstance(c, list) else [] for c in cited])
    if "citekey" not in frame:
        return frame.assign(citekeys=[[] for _ in frame.index])
    return frame.assign(
        citekeys=[[key] if isinstance(key, str) else [] for key in frame["citekey"]]
    )


def _split(joined: pd.Series) -> pd.Series:
    """Several values in one cell, as a list; missing stays missing."""
    text = joined.astype("str")
    return text.where(text != "").str.split(r" \+ |; ", regex=True)


def _fill(sentence: str, frame: pd.DataFrame) -> pd.Series:
    """A sentence of `WORDS` with the fields of each row filled in."""
    said = pd.Series("", frame.index, dtype="str")
    for part in sentence.split("|"):
        pieces = re.split(r"{(\w+)}", part)
        words = pd.Series(pieces[0], frame.index, dtype="str")
        for field, text in zip(pieces[1::2], pieces[2::2], strict=True):
            words = words + _word(frame[field]) + text
        said = said + words.fillna("")
    return said.str.strip(" ,;:–")


def _word(values: pd.Series) -> pd.Series:
    """A column as text: yes and no, days without the hour, 9 and not 9.0; missing stays missing."""
    if pd.api.types.is_bool_dtype(values):
        return values.map({True: "yes", False: "no"}).astype("str")
    if pd.api.types.is_datetime64_dtype(values):
        return values.dt.strftime("%Y-%m-%d").astype("str")
    if pd.api.types.is_numeric_dtype(values):
        return values.map("{:.12g}".format, na_action="ignore").astype("str")
    return values.astype("str")


def _plain(frame: pd.DataFrame) -> list[list]:
    """Rows as JSON takes them: missing is null."""
    return [
        [value if isinstance(value, list) else None if pd.isna(value) else value for value in line]
        for line in frame.astype("object").to_numpy().tolist()
    ]


def _describe_table(evidence: Evidence, name: str) -> dict:
    """A table's title and fields, its rows as text in their order, and what hangs on them."""
    table = evidence.tables[name]
    children = {
        child["name"]: _describe_child(evidence, child["name"])
        for child in find_children(evidence.package, name)
    }
    return {
        "title": find_resource(evidence.package, name)["title"],
        "counts": {
            count: evidence.titles(name)[column].lower()
            for count, column in COUNTS.get(name, {}).items()
        },
        "fields": _describe_fields(evidence, name)[1:],
        "rows": _plain(table.apply(_word)),
        "children": children,
    }


def _describe_child(evidence: Evidence, name: str) -> dict:
    """A table whose rows belong to rows of another: them as text, by the id of the parent."""
    table = evidence.tables[name].reset_index(drop=evidence.tables[name].index.name is None)
    parents = table.iloc[:, 0].astype("str")
    rows = pd.Series(_plain(table.iloc[:, 1:].apply(_word)))
    return {
        "title": find_resource(evidence.package, name)["title"],
        "fields": _describe_fields(evidence, name)[1:],
        "rows": rows.groupby(parents.to_numpy()).agg(list).to_dict(),
    }


def _describe_fields(evidence: Evidence, name: str) -> list[dict]:
    """Title, unit and meaning of each field, and whether it names a row of another table."""
    schema = find_resource(evidence.package, name)["schema"]
    keys = {key["fields"][0]: key["reference"]["resource"] for key in schema.get("foreignKeys", [])}
    return [
        {
            "title": field["title"],
            "about": field["description"],
            "unit": field.get("unit", ""),
            "row": field["name"] == "row" or keys.get(field["name"]) in WORDS,
        }
        for field in schema["fields"]
    ]


def find_children(package: dict, name: str) -> list[dict]:
    """Tables not shown themselves whose key begins with that of a row of this one."""
    found = [
        resource
        for resource in package["resources"]
        if resource["name"] not in WORDS
        for key in resource["schema"].get("foreignKeys", [])
        if key["reference"]["resource"] == name and key["fields"][0] == _first_key(resource)
    ]
    return found + [child for parent in found for child in find_children(package, parent["name"])]


def _first_key(resource: dict) -> str:
    key = resource["schema"]["primaryKey"]
    return key if isinstance(key, str) else key[0]


def _describe_papers(evidence: Evidence) -> dict[str, dict]:
    """By citekey: label, addresses, best first, what was read, and the entry as it stands."""
    references = evidence.references
    entries = read_entries(evidence.root / BIBLIOGRAPHY)
    verbatim = {entry.key: entry.raw.strip() for entry in entries}
    read = evidence.tables["sources"][READING].apply(_word).reindex(references.index)
    known = read.notna()
    links = list_links(references)
    return {
        key: {
            "label": references.at[key, "label"],
            "links": [[name, link] for name, link in links.loc[key].items() if pd.notna(link)],
            "read": {name: read.at[key, name] for name in read.columns[known.loc[key]]},
            "bib": verbatim[key],
        }
        for key in references.index
    }


def _escape_script(script: str) -> str:
    """No script ends early: in strings and patterns of JavaScript \\x3C is the same letter."""
    return re.sub(r"(?i)<(?=!--|/?script)", r"\\x3C", script)


def _hash(script: str) -> str:
    """As the page's policy names a script that may run."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
