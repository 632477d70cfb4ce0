"""What the tests share: the repository, the loaded review, and a small made-up review."""

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import hypothesis
import matplotlib
import pytest
from chromium import MISSING, OPTIONS, find_chromium
from made import BIBLIOGRAPHY, TABLES, VOCABULARIES
from playwright.sync_api import Browser, Page, expect, sync_playwright
from reports import NAME, Made

from evidence_review import build, report
from evidence_review import evidence as ev

collect_ignore = ["second_review"]  # not a folder of tests; its notebook needs its own data

PATIENCE = 60_000  # milliseconds, for a machine that does a lot besides

expect.set_options(timeout=PATIENCE)
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


@pytest.fixture(scope="session")
def made_report(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Run on a copy: outside a repository the data are those where the package is installed."""
    folder = tmp_path_factory.mktemp("report")
    notebook, results = folder / "notebooks" / f"{NAME}.ipynb", folder / "results"
    notebook.parent.mkdir()
    shutil.copy(root / "notebooks" / notebook.name, notebook)
    [run] = build.run_notebooks([notebook], results)
    assert not run.error
    out = results / "report"
    report.render_report(out / "report.md", root / "references.bib", out, results)
    report.render_sheet(out / "one-page.md", out, results)
    return Made(results)


@pytest.fixture(scope="module")  # while it is open, no other test can start an event loop
def chromium() -> Iterator[Browser]:
    if not (path := find_chromium()):
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page from disk: `open_page(path, width=1440, dark=False, at="#row=x")`.

    The test fails where the page reports an error to the console or asks for anything but files.
    """
    troubles, contexts = [], []

    def watch_request(address: str) -> None:
        if not address.startswith(("file:", "data:", "blob:")):
            troubles.append(f"the page asked for {address}")

    def open_one(path: Path, width: int = 1440, dark: bool = False, at: str = "") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda said: said.type == "error" and troubles.append(said.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: watch_request(request.url))
        page.goto(path.resolve().as_uri() + at)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not troubles
