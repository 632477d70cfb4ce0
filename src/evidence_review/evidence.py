"""The loaded review: typed tables by name, as `data/datapackage.json` declares them."""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from evidence_review.files import BIBLIOGRAPHY, PACKAGE, find_root, read_text
from evidence_review.findings import BadInput, Finding
from evidence_review.references import label_sources, link_sources, read_references

VOCABULARY = "vocabulary-"
_TYPES = {"string": "str", "integer": "Int64", "number": "Float64", "boolean": "boolean"}
_FIND_ROW = "Run `python -m evidence_review validate` for the row"
_UNREADABLE = (FileNotFoundError, UnicodeDecodeError)  # what `files.read_text` words


@dataclass(frozen=True)
class Evidence:
    """What was read: `tables` by name, the bibliography, and the package that declares both.

    A table whose primary key is one column is indexed by it. Columns with a vocabulary are
    categoricals in the vocabulary's order; whole numbers are Int64, so that missing stays missing.
    """

    root: Path
    package: dict
    tables: dict[str, pd.DataFrame]
    references: pd.DataFrame  # as read_references, with `label` and `link`

    @property
    def subject(self) -> str:
        """The condition under review, as the package names it."""
        return self.package["subject"]

    def titles(self, table: str) -> dict[str, str]:
        """The readable title of each column of a table."""
        fields = find_resource(self.package, table)["schema"]["fields"]
        return {field["name"]: field["title"] for field in fields}

    def vocabulary(self, name: str) -> pd.DataFrame:
        """A vocabulary, indexed by term, in display order: definition and what else it has."""
        return self.tables[VOCABULARY + name]

    def terms(self, vocabulary: str, **columns: str) -> list[str]:
        """The terms with these values in other columns: `terms("relation", role="outcome")`.

        Raises BadInput where no term has them: a search for nothing must not look like absence.
        """
        table = self.vocabulary(vocabulary)
        wanted = (table[list(columns)] == list(columns.values())).all(axis=1)
        terms = list(table.index[wanted.fillna(False)])
        if not terms:
            raise BadInput(
                Finding(
                    f"data/vocabularies/{vocabulary}.csv",
                    "no term has " + ", ".join(f"{k} {v!r}" for k, v in columns.items()),
                    "Give it to the terms that are meant",
                )
            )
        return terms

    @property
    def direct(self) -> list[str]:
        """The relations in which the condition itself is reported, treated or as an outcome."""
        return [
            *self.terms("relation", role="condition"),
            *self.terms("relation", role="outcome"),
        ]

    def with_sources(self, table: str, *columns: str) -> pd.DataFrame:
        """A table with its publications' short label and, of `sources`, these columns."""
        return self.tables[table].join(
            self.tables["sources"][list(columns)].join(self.references["label"]), on="citekey"
        )


def read_package(root: Path) -> dict:
    """`data/datapackage.json` as a dictionary. Raises BadInput where it is none."""
    try:
        package = json.loads((root / PACKAGE).read_text(encoding="utf-8"))
    except _UNREADABLE as error:
        raise BadInput(_explain(root, PACKAGE, error)) from error
    except json.JSONDecodeError as error:
        raise BadInput(
            Finding(
                PACKAGE,
                f"not valid JSON ({error.msg})",
                "Mend the comma, quotation mark or bracket there",
                error.lineno,
            )
        ) from error
    if not isinstance(package, dict):
        problem = f"it holds a {type(package).__name__}, not an object"
        raise BadInput(Finding(PACKAGE, problem, "Put everything between { and }", 1))
    return package


def _explain(root: Path, file: str, error: Exception) -> Finding:
    """Why a file could not be read."""
    text, findings = read_text(root, file)
    if text is None:
        return findings[-1]
    problem = f"it can't be read ({str(error).strip()})"
    return Finding(file, problem, _FIND_ROW)


def find_resource(package: dict, name: str) -> dict:
    """The declaration of one table."""
    return next(r for r in package["resources"] if r["name"] == name)


def find_vocabularies(resource: dict) -> dict[str, str]:
    """For each column of a table that has one: the vocabulary's resource name."""
    return {
        key["fields"][0]: key["reference"]["resource"]
        for key in resource["schema"].get("foreignKeys", [])
        if key["reference"]["resource"].startswith(VOCABULARY)
    }


def read_table(root: Path, resource: dict) -> pd.DataFrame:
    """One CSV with the types that the package declares; an empty cell is the only missing value.

    Raises BadInput where the file can't be read, or its columns or types are not the declared ones.
    """
    file = f"data/{resource['path']}"
    fields = {f["name"]: f["type"] for f in resource["schema"]["fields"]}
    try:
        frame = pd.read_csv(root / file, dtype="str", keep_default_na=False, na_values=[""])
    except (*_UNREADABLE, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise BadInput(_explain(root, file, error)) from error
    if not isinstance(frame.index, pd.RangeIndex):  # what pandas makes of one cell too many
        raise BadInput(Finding(file, "a row has more cells than the header", _FIND_ROW))
    if list(frame.columns) != list(fields):
        raise BadInput(
            Finding(
                file,
                f"the header is not {', '.join(fields)}",
                "Run `python -m evidence_review validate` for the column",
                1,
            )
        )
    for column, kind in fields.items():
        try:
            frame[column] = _convert(frame[column], kind)
        except (TypeError, ValueError) as error:
            raise BadInput(
                Finding(
                    file,
                    f"not all values are of type {kind} ({error})",
                    _FIND_ROW,
                    column=column,
                )
            ) from error
    key = resource["schema"]["primaryKey"]
    return frame.set_index(key) if len(key) == 1 else frame


def _convert(text: pd.Series, kind: str) -> pd.Series:
    if kind == "date":
        return pd.to_datetime(text, format="%Y-%m-%d")
    if kind == "boolean":
        if not text.dropna().isin(["true", "false"]).all():
            raise ValueError("neither true nor false")
        return text.map({"true": True, "false": False}, na_action="ignore").astype("boolean")
    if kind in ("integer", "number"):
        return pd.to_numeric(text).astype(_TYPES[kind])
    return text.astype(_TYPES[kind])


def load(root: Path | None = None) -> Evidence:
    """Read the whole review below `root` (default: the repository that holds this package).

    Raises BadInput for a file that can't be read; `validation.validate` says more about it.
    """
    root = root or find_root()
    package = read_package(root)
    tables = {r["name"]: read_table(root, r) for r in package["resources"]}
    for resource in package["resources"]:
        for column, vocabulary in find_vocabularies(resource).items():
            table, terms = tables[resource["name"]], tables[vocabulary].index
            unknown = table[column].dropna()[lambda known, terms=terms: ~known.isin(terms)]
            if len(unknown):
                raise BadInput(
                    Finding(
                        f"data/{resource['path']}",
                        f"{unknown.iloc[0]!r} is not in {vocabulary}",
                        _FIND_ROW,
                        column=column,
                    )
                )
            table[column] = pd.Categorical(table[column], terms)
    references = read_references(root / BIBLIOGRAPHY)
    references = references.assign(label=label_sources(references), link=link_sources(references))
    return Evidence(root, package, tables, references)
