"""The notebooks as articles: in order, complete as stored, and with no fact typed by hand."""

import ast
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
# A number with its unit; a confidence level is a convention and no fact.
FACT = re.compile(
    r"(?<![A-Za-z0-9.\-/_])\d+([.,–]\d+)*\s?"
    r"(%(?! (confidence )?interval)|of \d|people|person|stud(y|ies)"
    r"|(case|count|course|harm|look-up|patient|publication|publisher|record|report|row|statement"
    r"|survey|trial|treatment)s?\b)"
)
# What makes nbval run a cell and compare nothing.
EXEMPT = re.compile(r"NBVAL_|PYTEST_VALIDATE_|nbval-|raises-exception")
SAYING = {"say", "write", "title", "show_table", "table", "show_figure", "figure"}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request) -> tuple[str, list[dict]]:
    return request.param.stem, json.loads(request.param.read_text(encoding="utf-8"))["cells"]


def code(cells: list[dict]) -> list[dict]:
    return [cell for cell in cells if cell["cell_type"] == "code"]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def test_it_begins_with_title_and_question(notebook):
    _, cells = notebook
    assert re.match(r"# .+\n\n\*\*Question\.\*\* ", source(cells[0]))


def test_its_headings_make_a_table_of_contents(notebook):
    _, cells = notebook
    prose = "\n".join(source(c) for c in cells if c["cell_type"] == "markdown")
    levels = [len(marks) for marks in re.findall(r"^(#+) ", prose, re.M)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


def test_its_links_to_other_notebooks_and_headings_lead_somewhere(notebook):
    _, cells = notebook
    prose = "\n".join(source(c) for c in cells if c["cell_type"] == "markdown")
    headings = {h.replace(" ", "-") for h in re.findall(r"^#+ (.+)$", prose, re.M)}
    for target in re.findall(r"\]\(([^):]+)\)", prose):
        file, _, heading = target.partition("#")
        assert not file or (NOTEBOOKS[0].parent / file).is_file(), target
        assert not heading or heading in headings, target


def test_its_outputs_hold_no_script(notebook):
    _, cells = notebook
    shown = [o.get("data", {}).get("text/html", "") for c in code(cells) for o in c["outputs"]]
    assert not [text for text in shown if re.search(r"<script|<style|\son\w+=", "".join(text))]


def test_the_first_notebook_leads_to_every_other():
    first = NOTEBOOKS[0].read_text(encoding="utf-8")
    assert not [path.name for path in NOTEBOOKS[1:] if f"]({path.name})" not in first]


def test_its_results_go_under_its_own_name(notebook):
    name, cells = notebook
    assert f'open_notebook("{name}")' in source(code(cells)[0])


def find_faults(cells: list[dict]) -> Iterator[str]:
    """What nbval does not see in code cells as they are stored, each fault with its cell."""
    for number, cell in enumerate(code(cells), 1):
        place, outputs = f"cell [{number}]", cell["outputs"]
        if cell["execution_count"] != number:
            yield f"{place} was run as number {cell['execution_count']}"
        if any(output.get("name") == "stderr" for output in outputs):
            yield f"{place} wrote to stderr"
        if any("image/png" in output.get("data", {}) for output in outputs):
            yield f"{place} holds a picture that nothing compares"
        if EXEMPT.search(source(cell) + " ".join(cell["metadata"].get("tags", []))):
            yield f"{place} asks not to be compared"
        calls = len(re.findall(r"\.(?:show_)?(?:table|figure)\(", source(cell)))
        printed = "".join("".join(output.get("text", [])) for output in outputs)
        prints = re.findall(r"^(?:table|figure) .* · [0-9a-f]{8}$", printed, re.M)
        if len(prints) != calls:
            yield f"{place} shows {calls} tables and figures and prints {len(prints)} fingerprints"


def test_it_is_stored_as_it_was_run_with_nothing_exempt_from_comparison(notebook):
    _, cells = notebook
    assert list(find_faults(cells)) == []


TAMPERING = {
    "all outputs and counts stripped": lambda c: c.update(outputs=[], execution_count=None),
    "another count": lambda c: c.update(execution_count=7),
    "a fingerprint removed": lambda c: c["outputs"].pop(),
    "a picture added": lambda c: c["outputs"][0]["data"].update({"image/png": "iVBORw0KGgo="}),
    "a warning": lambda c: c["outputs"].append({"name": "stderr", "text": ["careful"]}),
    "a comment for nbval": lambda c: c["source"].insert(0, "# NBVAL_IGNORE_OUTPUT\n"),
    "a tag for nbval": lambda c: c["metadata"].update(tags=["nbval-ignore-output"]),
    "an error allowed": lambda c: c["metadata"].update(tags=["raises-exception"]),
}


@pytest.mark.parametrize("tamper", TAMPERING.values(), ids=TAMPERING)
def test_tampering_that_nbval_does_not_see_is_named_with_its_cell(tamper):
    shown = [
        {"data": {"text/html": ["<table></table>"]}},
        {"name": "stdout", "text": ["table one · 2 rows · 0123abcd\n"]},
    ]
    second = {"source": ['book.show_table("one", "One", frame)'], "outputs": shown}
    first = {"source": ["frame = 1"], "outputs": []}
    cells = [
        {"cell_type": "code", "metadata": {}, "execution_count": number} | cell
        for number, cell in enumerate((first, second), 1)
    ]
    assert list(find_faults(cells)) == []
    tamper(cells[1])
    faults = list(find_faults(cells))
    assert faults
    assert all(fault.startswith("cell [2] ") for fault in faults)


@pytest.mark.parametrize(
    "text", ["12 patients", "40–50%", "1 case", "1,200 rows", "3 of 7", "2.5 %", "(4 people)"]
)
def test_a_typed_fact_is_recognised(text):
    assert FACT.search(text)


@pytest.mark.parametrize(
    "text", ["95% interval", "COVID-19 patients", "{n} patients", "{n} of {m}"]
)
def test_what_only_looks_like_a_fact_is_not(text):
    assert not FACT.search(text)


def typed_facts(texts: list[str]) -> list[str]:
    """What was typed, with the place of its cell among them."""
    return [
        f"cell {number}: {text[max(0, m.start() - 30) : m.end()]}"
        for number, text in enumerate(texts, 1)
        for m in FACT.finditer(text)
    ]


def spoken(node: ast.AST) -> list[str]:
    """The strings that a call says or draws, and those kept in a variable to be said later."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        heard = name in SAYING or name.startswith("draw_")
    else:
        heard = isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.Dict)
    strings = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return [text for text in strings if isinstance(text, str)] if heard else []


def test_no_fact_is_typed_into_its_prose(notebook):
    _, cells = notebook
    prose = [source(c) if c["cell_type"] == "markdown" else "" for c in cells]
    assert typed_facts(prose) == []


def test_no_fact_is_typed_into_what_its_code_says_or_draws(notebook):
    _, cells = notebook
    trees = [ast.parse(source(cell)) for cell in code(cells)]
    said = ["\n".join(t for node in ast.walk(tree) for t in spoken(node)) for tree in trees]
    assert any(said)
    assert typed_facts(said) == []


def test_a_cell_is_short_enough_to_be_read_aloud(notebook):
    _, cells = notebook
    assert max(len(source(c).splitlines()) for c in code(cells)) <= 20


def test_it_reads_neither_results_nor_files(notebook):
    _, cells = notebook
    text = "\n".join(map(source, code(cells)))
    assert not re.search(r"read_csv|read_text|open\(|results/|def |^for |^if ", text, re.M)


def test_pictures_have_alternative_text(notebook):
    _, cells = notebook
    outputs = [o.get("data", {}) for c in code(cells) for o in c["outputs"]]
    for svg in ("".join(o["image/svg+xml"]) for o in outputs if "image/svg+xml" in o):
        assert re.search(r'<svg [^>]*aria-label="[^"]{40,}"', svg) and 'role="img"' in svg


def test_it_states_its_limits(notebook):
    _, cells = notebook
    assert "limits" in source([c for c in cells if c["cell_type"] == "markdown"][-1]).lower()
