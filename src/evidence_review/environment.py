"""The environment in which the review runs: .venv, made from the lock by uv or by pip.

Run as a file, by any Python 3: `python3 src/evidence_review/environment.py`. So it needs the
standard library alone, and no syntax newer than Python 3.6: an old Python must be able to say
that it is too old.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def read_supported_minors(root: Path) -> range:
    """Return the minor versions of Python 3 that `requires-python` in pyproject.toml allows."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    low, high = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', text).groups()
    return range(int(low), int(high))


def find_uv() -> str:
    """Return the path of a uv that works, or "": a version manager's shim may only pretend."""
    uv = shutil.which("uv")
    if uv is None or subprocess.run([uv, "--version"], capture_output=True).returncode != 0:
        return ""
    return uv


def locate_python(venv: Path) -> Path:
    """Return the Python of a virtual environment, on Windows too."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def fingerprint(root: Path) -> str:
    """Hash what .venv depends on: lock, pyproject.toml, the Python behind it, its own place."""
    state = hashlib.sha256(f"{sys.version} {sys.base_prefix} {root}".encode())
    for name in ("requirements.txt", "pyproject.toml"):
        state.update((root / name).read_bytes())
    return state.hexdigest()


def list_steps(venv: Path, uv: str) -> list:
    """Return the commands that make `venv`: empty, then the lock, then this project in place."""
    base = getattr(sys, "_base_executable", sys.executable)  # we may be in the .venv to replace
    python = str(locate_python(venv))
    lock = ["--require-hashes", "--requirement", "requirements.txt"]
    project = ["--no-deps", "--no-build-isolation", "--editable", "."]
    if uv:
        install = [uv, "pip", "install", "--python", python]
        return [
            [uv, "venv", "--quiet", "--clear", "--python", base, str(venv)],
            # Without bytecode every kernel would compile pandas and matplotlib for itself.
            [*install, "--compile-bytecode", *lock],
            [*install, "--quiet", *project],
        ]
    install = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    return [
        [base, "-m", "venv", "--clear", str(venv)],
        [*install, *lock],
        [*install, "--quiet", *project],
    ]


def make_environment(root: Path) -> None:
    """Make `root`/.venv unless it is up to date.

    Leaves by SystemExit with one line, cause and remedy, where Python is too old or too new,
    where neither uv nor ensurepip is there, and where an installation fails.
    """
    minors = read_supported_minors(root)
    if sys.version_info[0] != 3 or sys.version_info[1] not in minors:
        sys.exit(
            "This is Python {}.{}; the review needs 3.{} to 3.{}. Install one of them and say "
            "which, for example: make review PYTHON=python3.{}".format(
                *sys.version_info[:2], minors[0], minors[-1], minors[-2]
            )
        )
    venv = root / ".venv"
    stamp = venv / "made-from"
    wanted = fingerprint(root)
    if locate_python(venv).exists() and stamp.is_file() and stamp.read_text() == wanted:
        return
    uv = find_uv()
    if not uv and importlib.util.find_spec("ensurepip") is None:
        sys.exit(
            "This Python can't make a virtual environment: it has no ensurepip. On Debian or "
            "Ubuntu: sudo apt-get install python3-venv; elsewhere install uv. Then try again."
        )
    print("Making .venv from requirements.txt with", "uv" if uv else "pip, in a minute or two")
    sys.stdout.flush()
    stamp.unlink(missing_ok=True)  # and written last: an interrupted installation does not count
    for step in list_steps(venv, uv):
        if subprocess.run(step, cwd=str(root)).returncode != 0:
            sys.exit(
                "The environment .venv could not be made, for the reason above. Is the network "
                "reachable? Then run the same command again."
            )
    stamp.write_text(wanted)


if __name__ == "__main__":
    try:
        make_environment(ROOT)
    except KeyboardInterrupt:
        sys.exit("Interrupted: .venv is not complete. Run the same command again.")
