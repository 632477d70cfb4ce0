"""Another review's folder: this one's tables without their rows, under another subject.

Columns, rules and the vocabularies of method (`of_method` in `data/datapackage.json`) hold in every
review. The other vocabularies are the subject's own: of them only the header is copied, and rules
that ask for their terms stay behind.
"""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

from evidence_review.evidence import find_vocabularies, read_package
from evidence_review.files import write_together
from evidence_review.findings import BadInput, Finding
from evidence_review.validation import find_words, list_conditions

EXAMPLES = ("example", "counter_example")  # of a term; those here are about the first subject


def start_review(root: Path, folder: Path, subject: str) -> list[Path]:
    """Write `data/` of a review of `subject` to a new `folder`; return what was written.

    Raises BadInput where there is something in `folder`, or no letter in `subject`.
    """
    if not re.search(r"[a-z]", subject, re.IGNORECASE):
        problem = f"{subject!r} names no subject"
        raise BadInput(Finding("subject", problem, "Name it in words, as in a sentence"))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(Finding(str(folder), "something is there already", "Name a new folder"))
    first = read_package(root)

    def reword(text: str) -> str:
        return _replace(text, first["subject_words"], subject)

    package = make_package(first, subject)
    contents = {"datapackage.json": json.dumps(package, ensure_ascii=False, indent=2) + "\n"}
    for resource in package["resources"]:
        rows = [[field["name"] for field in resource["schema"]["fields"]]]
        if resource["name"] not in package["may_be_empty"]:
            text = (root / "data" / resource["path"]).read_text(encoding="utf-8")
            for row in csv.DictReader(io.StringIO(text)):
                rows.append([reword(row[n]) if n not in EXAMPLES else "" for n in rows[0]])
        made = io.StringIO()
        csv.writer(made, lineterminator="\n").writerows(rows)
        contents[resource["path"]] = made.getvalue()
    paths = {folder / "data" / name: text.encode() for name, text in contents.items()}
    write_together(paths)
    return list(paths)


def make_package(first: dict, subject: str) -> dict:
    """The declaration of a review of `subject`, made from another's."""
    package = _walk(first, lambda text: _replace(text, first["subject_words"], subject))
    package |= {
        "name": re.sub(r"[^a-z0-9]+", "-", subject.lower()).strip("-") + "-evidence-review",
        "title": f"{subject[0].upper()}{subject[1:]}: the extracted evidence",
        "description": f"What was read about {subject} in publications, one table per kind of fact",
        "subject": subject,
        "subject_words": rf"\b{re.escape(subject)}\b",
        "may_be_empty": [r["name"] for r in first["resources"] if not r.get("of_method")],
    }
    package["searched"] = {"in": "sources still to be named", "not_in": []}
    package.pop("living_search", None)
    for resource in package["resources"]:
        for field in resource["schema"]["fields"]:
            if field["name"] in EXAMPLES:
                field.pop("constraints", None)  # until somebody has written them
    columns = {r["name"]: find_vocabularies(r) for r in package["resources"]}
    topical = {
        rule["name"]
        for rule, table, condition in list_conditions(package)
        for column, _ in find_words(condition)
        if columns[table].get(column) in package["may_be_empty"]
    }
    package["rules"] = [rule for rule in package["rules"] if rule["name"] not in topical]
    return package


def _walk(node: Any, change) -> Any:
    """A copy of a JSON value with every text in it changed; names of properties stay."""
    if isinstance(node, dict):
        return {key: _walk(value, change) for key, value in node.items()}
    if isinstance(node, list):
        return [_walk(value, change) for value in node]
    return change(node) if isinstance(node, str) else node


def _replace(text: str, words: str, subject: str) -> str:
    """The other subject where a text names the first, with a capital where that has one."""
    capital = subject[0].upper() + subject[1:]
    return re.sub(words, lambda hit: capital if hit[0][0].isupper() else subject, text, flags=re.I)
