"""Europe PMC asked for the search that the review declares; its records written as RIS.

It runs when somebody asks for it, and only then. The search stands in `data/datapackage.json` as
`living_search`, in the service's own query language.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from evidence_review.files import PACKAGE, write_atomically
from evidence_review.findings import BadInput, Finding
from evidence_review.records import RisWriter

SERVICE = "Europe PMC"
ADDRESS = "https://www.ebi.ac.uk/europepmc/webservices/rest/search"
SEARCH = f"living_search in {PACKAGE}"
PAGE = 100  # records in one answer
MOST = 5_000  # so many nobody would read: the search is too wide
PATIENCE = (10, 60)  # seconds until connected, until an answer
AGAIN = Retry(
    total=4, backoff_factor=1, status_forcelist=(429, 500, 502, 503, 504), allowed_methods=("GET",)
)


def fetch(query: str, file: Path, address: str = ADDRESS) -> int:
    """Write all records that answer `query` to `file` as RIS; return how many there are.

    Raises BadInput, and writes nothing, where the service does not answer, answers with something
    else than it documents, or finds nothing or more than `MOST`.
    """
    try:
        records = [_describe(result) for result in _ask(query, address)]
    except requests.RequestException as error:
        problem = f"no usable answer ({type(error).__name__})"
        remedy = "Try again later; nothing was written"
        raise BadInput(Finding(SERVICE, problem, remedy)) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        problem = f"an answer of another form than it documents ({type(error).__name__}: {error})"
        remedy = "Compare europepmc.py with the service's documentation; nothing was written"
        raise BadInput(Finding(SERVICE, problem, remedy)) from error
    if not records:
        raise BadInput(Finding(SERVICE, "no record answers the search", f"Widen {SEARCH}"))
    write_atomically(file, RisWriter().formats(records).encode())
    return len(records)


def _ask(query: str, address: str) -> Iterator[dict]:
    """The results of all pages. Each answer has the mark that asks for the next one."""
    asked = {"query": query, "format": "json", "resultType": "core", "pageSize": PAGE}
    mark, seen = "*", 0
    with requests.Session() as session:
        session.mount(address, HTTPAdapter(max_retries=AGAIN))
        while True:
            answer = session.get(address, params=asked | {"cursorMark": mark}, timeout=PATIENCE)
            answer.raise_for_status()
            page = answer.json()
            results, hits = page["resultList"]["result"], page["hitCount"]
            seen += len(results)
            if max(hits, seen) > MOST:
                problem = f"{max(hits, seen):,} records answer the search"
                raise BadInput(Finding(SERVICE, problem, f"Narrow {SEARCH}"))
            yield from results
            following = page.get("nextCursorMark", mark)
            if following == mark or not results:
                if seen < hits:
                    raise ValueError(f"{seen} records of {hits}")
                return
            mark = following


def _describe(result: dict) -> dict:
    """A result under rispy's names, on one line each; what it does not have is left out."""
    info = result.get("journalInfo", {})
    first, _, last = result.get("pageInfo", "").partition("-")
    authors = result.get("authorList", {}).get("author", [])
    known = {
        "type_of_reference": "JOUR",
        "title": result.get("title"),
        "alternate_title3": info.get("journal", {}).get("title"),
        "year": result.get("pubYear"),
        "volume": info.get("volume"),
        "number": info.get("issue"),
        "start_page": first,
        "end_page": last,
        "language": result.get("language"),
        "doi": result.get("doi"),
        "accession_number": result.get("pmid"),
        "name_of_database": "PubMed" if result.get("pmid") else SERVICE,
        "custom2": result.get("pmcid"),
    }
    fields = {name: _flatten(value) for name, value in known.items() if value}
    return fields | {"authors": [name for name in map(_name, authors) if name]}


def _name(author: dict) -> str:
    if "lastName" not in author:
        return _flatten(author.get("collectiveName", author.get("fullName", "")))
    given = author.get("firstName", author.get("initials", ""))
    return _flatten(f"{author['lastName']}, {given}".strip(" ,"))


def _flatten(value: str | int) -> str:
    return re.sub(r"\s+", " ", str(value)).strip()
