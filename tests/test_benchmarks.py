"""The benchmarks still run: no part of `make test`, they would else fall behind the code."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["benchmark_data.py", "--n", "3", "--drift", "1", "--confirm", "0"], "knowable"),
        (["benchmark_scale.py", "--times", "1", "2", "--steps", "load"], "of linear"),
        (["benchmark_kill.py", "--help"], "--kills"),  # its imports; kills take too long
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_benchmark_runs(root: Path, arguments: list[str], said: str):
    command = [sys.executable, str(root / "tests" / arguments[0]), *arguments[1:]]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0 and said in done.stdout, done.stderr
