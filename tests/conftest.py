"""What the tests share: the repository and the loaded review."""

from pathlib import Path

import matplotlib
import pytest

from evidence_review import evidence as ev

matplotlib.use("agg")  # no screen is needed to test a chart


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def evidence(root: Path) -> ev.Evidence:
    return ev.load(root)
