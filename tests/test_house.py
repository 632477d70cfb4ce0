"""CONTRIBUTING.md's map of the modules: each stands there once, below all that it imports."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "evidence_review"
ROWS = re.findall(
    r"^\| (`\w+`(?:, `\w+`)*) \|", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.M
)
MAP = [name for row in ROWS for name in re.findall(r"\w+", row)]


def list_imports(module: str) -> set[str]:
    """The modules of this package that a module imports, within functions, too."""
    found = set()
    for node in ast.walk(ast.parse((SOURCE / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "evidence_review":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module.startswith("evidence_review."):
            found.add(node.module.partition(".")[2])
    return found


def test_every_module_stands_in_the_map_once():
    assert sorted(MAP) == sorted(
        path.stem for path in SOURCE.glob("*.py") if path.stem != "__init__"
    )


@pytest.mark.parametrize("module", MAP)
def test_a_module_imports_only_from_those_above_it(module):
    assert list_imports(module) <= set(MAP[: MAP.index(module)])
