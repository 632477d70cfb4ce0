"""The notebooks as articles: in order, complete as stored, and with no fact typed by hand."""

import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
FACT = re.compile(
    r"(?<![A-Za-z0-9.\-/_])\d+(\.\d+)?\s?(%|patients|cases|studies|publications|of \d)"
)


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


def test_its_results_go_under_its_own_name(notebook):
    name, cells = notebook
    assert f'open_notebook("{name}")' in source(code(cells)[0])


def test_it_was_run_from_top_to_bottom(notebook):
    _, cells = notebook
    assert [c["execution_count"] for c in code(cells)] == list(range(1, len(code(cells)) + 1))


def test_nothing_went_to_stderr(notebook):
    _, cells = notebook
    assert not [o for c in code(cells) for o in c["outputs"] if o.get("name") == "stderr"]


def test_no_fact_is_typed_into_its_prose(notebook):
    _, cells = notebook
    prose = "\n".join(source(c) for c in cells if c["cell_type"] == "markdown")
    assert not FACT.search(prose)


def test_a_cell_is_short_enough_to_be_read_aloud(notebook):
    _, cells = notebook
    assert max(len(source(c).splitlines()) for c in code(cells)) <= 20


def test_it_reads_neither_results_nor_files(notebook):
    _, cells = notebook
    text = "\n".join(map(source, code(cells)))
    assert not re.search(r"read_csv|read_text|open\(|results/|def |^for |^if ", text, re.M)


def test_every_table_and_figure_prints_its_fingerprint(notebook):
    _, cells = notebook
    for cell in code(cells):
        calls = len(re.findall(r"\.(?:show_)?(?:table|figure)\(", source(cell)))
        printed = "".join("".join(o.get("text", [])) for o in cell["outputs"])
        assert len(re.findall(r"^(?:table|figure) .* · [0-9a-f]{8}$", printed, re.M)) == calls


def test_pictures_are_svg_with_alternative_text(notebook):
    _, cells = notebook
    outputs = [o.get("data", {}) for c in code(cells) for o in c["outputs"]]
    assert not [o for o in outputs if "image/png" in o]
    for svg in ("".join(o["image/svg+xml"]) for o in outputs if "image/svg+xml" in o):
        assert re.search(r'<svg [^>]*aria-label="[^"]{40,}"', svg) and 'role="img"' in svg


def test_it_states_its_limits(notebook):
    _, cells = notebook
    assert "limits" in source([c for c in cells if c["cell_type"] == "markdown"][-1]).lower()
