"""The data dictionary: every table, column and term, as `data/datapackage.json` declares them."""

from collections import Counter
from pathlib import Path

from evidence_review.evidence import VOCABULARY, find_vocabularies, read_package, read_table

_HEAD = """# Data dictionary

Made from `data/datapackage.json` and `data/vocabularies/` by `python -m evidence_review readme`:
change those, not this page. {description}

An empty cell is the only missing value; in the columns below, *needed* means that no cell is empty.
"""


def describe_data(root: Path) -> str:
    """The data dictionary as Markdown: tables with their columns, terms with their use, rules.

    How often a term is used is counted over all columns that take it. Raises BadInput where a table
    can't be read.
    """
    package = read_package(root)
    tables = {r["name"]: read_table(root, r) for r in package["resources"]}
    is_vocabulary = [r["name"].startswith(VOCABULARY) for r in package["resources"]]
    facts, vocabularies = (
        [r for r, v in zip(package["resources"], is_vocabulary, strict=True) if v == wanted]
        for wanted in (False, True)
    )
    uses: dict[str, Counter] = {r["name"]: Counter() for r in vocabularies}
    users: dict[str, list[str]] = {r["name"]: [] for r in vocabularies}
    for resource in facts:
        for column, vocabulary in find_vocabularies(resource).items():
            uses[vocabulary].update(tables[resource["name"]][column].dropna())
            users[vocabulary].append(f"{resource['name']}.{column}")
    parts = [_HEAD.format(description=package["description"])]
    parts += [_describe_table(resource, len(tables[resource["name"]])) for resource in facts]
    parts += ["## Vocabularies\n\nTerms stand in the order in which they are shown.\n"]
    for resource in vocabularies:
        name = resource["name"]
        rows = [
            (f"`{term}`", definition, uses[name][term])
            for term, definition in tables[name]["definition"].items()
        ]
        parts.append(
            f"### Vocabulary {name.removeprefix(VOCABULARY)}\n\n{resource['title']}: "
            f"`data/{resource['path']}`, for {', '.join(f'`{user}`' for user in users[name])}.\n\n"
            + _write_table(("term", "definition", "used"), rows)
        )
    rules = [(r["name"], r["table"], r["remedy"]) for r in package.get("rules", [])]
    parts.append(
        f"## Rules\n\n{package['rules_about']}\n\n"
        + _write_table(("rule", "table", "where a row breaks it"), rules)
    )
    return "\n".join(parts)


def _describe_table(resource: dict, n_rows: int) -> str:
    schema, targets = resource["schema"], {}
    for key in schema.get("foreignKeys", []):
        name, field = key["reference"]["resource"], key["reference"]["fields"][0]
        short = name.removeprefix(VOCABULARY)
        targets[key["fields"][0]] = (
            f"[{short}](#vocabulary-{short})" if name != short else f"[{name}](#{name}).{field}"
        )
    rows = [
        (
            f"`{field['name']}`",
            field["title"],
            _describe_values(field, targets),
            "yes" if field.get("constraints", {}).get("required") else "",
            field["description"],
        )
        for field in schema["fields"]
    ]
    key = ", ".join(f"`{name}`" for name in schema["primaryKey"])
    return (
        f"## {resource['name']}\n\n{resource['title']}: `data/{resource['path']}`, {n_rows} rows. "
        f"{resource['description']}. Key: {key}.\n\n"
        + _write_table(("column", "title", "values", "needed", "description"), rows)
    )


def _describe_values(field: dict, targets: dict[str, str]) -> str:
    """Type, unit, range, and where the values come from."""
    limits = field.get("constraints", {})
    words = [
        field["type"],
        field.get("unit"),
        f"≥ {limits['minimum']}" if "minimum" in limits else None,
        f"≤ {limits['maximum']}" if "maximum" in limits else None,
        f"from {targets[field['name']]}" if field["name"] in targets else None,
    ]
    return ", ".join(word for word in words if word)


def _write_table(head: tuple[str, ...], rows: list[tuple]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )
