"""What the tests share: the repository, the loaded review, and a small made-up review."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import hypothesis
import matplotlib
import pytest
from made import BIBLIOGRAPHY, TABLES, VOCABULARIES

from evidence_review import evidence as ev

matplotlib.use("agg")  # no screen is needed to test a chart
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def evidence(root: Path) -> ev.Evidence:
    return ev.load(root)


@pytest.fixture(scope="session")
def made(root: Path, tmp_path_factory: pytest.TempPathFactory) -> ev.Evidence:
    """A review of another topic, in the review's columns: corns, a handful of rows a table.

    Terms that have a role in their vocabulary are worded as nowhere else.
    """
    folder = tmp_path_factory.mktemp("made")
    package = ev.read_package(root)
    package |= {"subject": "corns", "subject_words": r"\bcorns?\b"}
    given = TABLES | {ev.VOCABULARY + name: text for name, text in VOCABULARIES.items()}
    for resource in package["resources"]:
        path = folder / "data" / resource["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        fields = [field["name"] for field in resource["schema"]["fields"]]
        header, *lines = given.get(resource["name"], fields[0]).strip().splitlines()
        columns = [column.strip() for column in header.split("|")]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fields)
            writer.writeheader()
            for line in lines:
                cells = [cell.strip() for cell in line.split("|")]
                writer.writerow(dict(zip(columns, cells, strict=True)))
    (folder / "data" / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    (folder / "references.bib").write_text(BIBLIOGRAPHY, encoding="utf-8")
    return ev.load(folder)


@pytest.fixture(scope="session")
def without(made: ev.Evidence) -> Callable[..., ev.Evidence]:
    """The made-up review with these tables empty: `without("complications")`."""

    def empty(*names: str) -> ev.Evidence:
        emptied = {name: made.tables[name].head(0) for name in names}
        return replace(made, tables=made.tables | emptied)

    return empty
