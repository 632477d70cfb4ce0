"""The evidence for other programs: a workbook, reference managers, R's metafor.

- `evidence.xlsx`: every table with its types, the bibliography, the vocabularies on one sheet; the
  first sheets say what each sheet and column is.
- `references.ris`, `references.bib`: the publications that were included. What only awaits a
  reader is left out: nobody has judged yet whether it belongs.
- `frequencies_metafor.csv`: the counted surveys of the condition, as `metafor::escalc` takes them.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from bibtexparser.model import Entry

from evidence_review import frequencies
from evidence_review.evidence import Evidence
from evidence_review.files import BIBLIOGRAPHY, write_atomically
from evidence_review.records import RisWriter
from evidence_review.references import read_entries, split_name, unescape
from evidence_review.workbook import make_workbook

FILES = ("evidence.xlsx", "references.ris", BIBLIOGRAPHY, "frequencies_metafor.csv")
RIS_TYPES = {
    "article": "JOUR",
    "book": "BOOK",
    "inbook": "CHAP",
    "incollection": "CHAP",
    "inproceedings": "CPAPER",
    "mastersthesis": "THES",
    "misc": "GEN",
    "online": "ELEC",
    "phdthesis": "THES",
    "report": "RPRT",
    "thesis": "THES",
}
RIS_FIELDS = {  # of the bibliography → of rispy
    "title": "title",
    "journal": "secondary_title",
    "booktitle": "secondary_title",
    "organization": "publisher",
    "institution": "publisher",
    "publisher": "publisher",
    "howpublished": "publisher",
    "year": "year",
    "volume": "volume",
    "number": "number",
    "edition": "edition",
    "type": "type_of_work",
    "langid": "language",
    "doi": "doi",
    "pmid": "accession_number",  # both as PubMed's own export has them
    "pmcid": "custom2",
    "urldate": "access_date",
}


def write(evidence: Evidence, results: Path) -> list[Path]:
    """Write the `FILES` to `results`; return their paths. The same data give the same bytes.

    Raises BadInput for a text that no cell of a workbook can hold.
    """
    entries = [
        entry
        for entry in read_entries(evidence.root / BIBLIOGRAPHY)
        if entry.key in evidence.tables["sources"].index
    ]
    contents = (
        make_workbook(evidence),
        make_ris(evidence, entries).encode(),
        ("\n\n".join(entry.raw.strip() for entry in entries) + "\n").encode(),
        list_for_metafor(evidence).to_csv(index=False, lineterminator="\n").encode(),
    )
    paths = [results / name for name in FILES]
    for path, content in zip(paths, contents, strict=True):
        write_atomically(path, content)
    return paths


def make_ris(evidence: Evidence, entries: list[Entry]) -> str:
    """The entries in RIS, with relation and design as keywords: Zotero's tags."""
    sources, links = evidence.tables["sources"], evidence.references["link"]
    return RisWriter().formats(
        [
            dict(_describe_for_ris(entry))
            | {
                "keywords": list(sources.loc[entry.key, ["relation", "design"]].dropna()),
                "urls": links[[entry.key]].dropna().tolist(),
            }
            for entry in entries
        ]
    )


def _describe_for_ris(entry: Entry) -> Iterator[tuple[str, str | list[str]]]:
    """The fields of an entry under rispy's names."""
    yield "type_of_reference", RIS_TYPES[entry.entry_type]
    for field in entry.fields:
        if field.key == "author":
            names = [split_name(name) for name in field.value if name != "others"]
            yield "authors", [", ".join(filter(None, name)) for name in names]
        elif field.key == "pages":
            first, _, last = field.value.partition("--")
            yield "start_page", first
            if last:
                yield "end_page", last
        elif field.key in RIS_FIELDS:
            yield RIS_FIELDS[field.key], unescape(field.value)


def list_for_metafor(evidence: Evidence) -> pd.DataFrame:
    """The counted surveys of the condition itself, one line each, in `list_surveys`' order.

    Columns: `xi` affected of `ni` people, `slab` the study's label, `rebuilt` (TRUE: xi is the
    nearest whole number behind a printed percentage), the moderators measure, cohort, denominator,
    country, year, age_max_days; `citekey` and `row` lead back. In R: escalc("PLO", xi = xi,
    ni = ni, slab = slab, data = read.csv(…)). An empty cell is R's NA.
    """
    surveys = frequencies.list_surveys(evidence)
    counted = frequencies.with_counts(surveys[surveys["own"]])
    rebuilt = surveys.loc[counted.index, "n_affected"].isna()
    # metafor wants each study's label once
    again = counted["label"].duplicated(keep=False)
    row = counted.index.to_series()
    slab = counted["label"].where(~again, counted["label"] + " (" + row + ")")
    moderators = ["measure", "cohort", "denominator", "country", "year", "age_max_days"]
    return counted.assign(
        xi=counted["n_affected"],
        ni=counted["n_total"],
        slab=slab,
        rebuilt=rebuilt.map({True: "TRUE", False: "FALSE"}),
        row=row,
    )[["slab", "xi", "ni", "rebuilt", *moderators, "citekey", "row"]]
