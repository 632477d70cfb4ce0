"""The environment: made from the lock once, again when something changed, never half."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from evidence_review import environment

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = Path(environment.__file__).read_text(encoding="utf-8")
PINS = re.findall(
    r"^(\S+)==([^ ;\\]+)(?: ; [^\\]+)? \\\n((?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    (ROOT / "requirements.txt").read_text(encoding="utf-8"),
    re.MULTILINE,
)


@pytest.fixture
def repository(tmp_path):
    for name in ("pyproject.toml", "requirements.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return tmp_path


@pytest.fixture
def steps(repository, monkeypatch):
    """The commands that would have been run; `uv` is not there unless a test says so."""
    done = []

    def run(command, **_):
        done.append(command)
        python = environment.locate_python(repository / ".venv")
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(environment, "find_uv", lambda: "")
    monkeypatch.setattr(environment.subprocess, "run", run)
    return done


def test_pip_installs_the_lock_with_hashes_then_the_project_alone(repository, steps):
    environment.make_environment(repository)
    venv, lock, project = steps
    assert venv[1:3] == ["-m", "venv"]
    assert {"pip", "--require-hashes", "requirements.txt"} <= set(lock)
    assert {"pip", "--no-deps", "--no-build-isolation", "--editable", "."} <= set(project)


def test_uv_is_preferred(repository, steps, monkeypatch):
    monkeypatch.setattr(environment, "find_uv", lambda: "uv")
    environment.make_environment(repository)
    venv, lock, project = steps
    assert venv[:2] == ["uv", "venv"]
    assert {"uv", "--require-hashes", "requirements.txt"} <= set(lock)
    assert {"uv", "--no-deps", "--no-build-isolation", "--editable", "."} <= set(project)


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
@pytest.mark.parametrize("works", [True, False])
def test_a_uv_that_only_pretends_is_not_used(tmp_path, monkeypatch, works):
    shim = tmp_path / "uv"
    shim.write_text(f"#!/bin/sh\nexit {0 if works else 127}\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert environment.find_uv() == (str(shim) if works else "")


def test_an_environment_that_is_up_to_date_is_left_alone(repository, steps):
    environment.make_environment(repository)
    steps.clear()
    environment.make_environment(repository)
    assert steps == []


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_it_is_made_again_when_the_lock_or_the_project_changed(repository, steps, name):
    environment.make_environment(repository)
    steps.clear()
    with (repository / name).open("a") as file:
        file.write("# changed\n")
    environment.make_environment(repository)
    assert len(steps) == 3


def test_it_is_made_again_for_another_python(repository, steps, monkeypatch):
    environment.make_environment(repository)
    steps.clear()
    monkeypatch.setattr(sys, "version", "3.11.99")
    environment.make_environment(repository)
    assert len(steps) == 3


def test_it_is_made_again_when_the_python_behind_it_is_gone(repository, steps):
    environment.make_environment(repository)
    steps.clear()
    environment.locate_python(repository / ".venv").unlink()
    environment.make_environment(repository)
    assert len(steps) == 3


def test_it_is_made_again_where_the_folder_was_moved(repository, steps, tmp_path_factory):
    environment.make_environment(repository)
    steps.clear()
    moved = repository.rename(tmp_path_factory.mktemp("elsewhere") / "moved")
    environment.make_environment(moved)
    assert len(steps) == 3


@pytest.mark.parametrize("failing_step", [0, 1, 2])
def test_a_failed_installation_is_told_and_does_not_count(
    repository, steps, monkeypatch, failing_step
):
    works = environment.subprocess.run

    def run(command, **_):
        fails = len(steps) == failing_step
        works(command)
        return SimpleNamespace(returncode=int(fails))

    with monkeypatch.context() as patch:
        patch.setattr(environment.subprocess, "run", run)
        with pytest.raises(SystemExit, match=r"network.*run the same command again"):
            environment.make_environment(repository)
    assert len(steps) == failing_step + 1
    steps.clear()
    environment.make_environment(repository)
    assert len(steps) == 3


def test_an_interrupted_installation_spoils_the_one_before_it(repository, steps, monkeypatch):
    environment.make_environment(repository)
    lock = repository / "requirements.txt"
    before = lock.read_bytes()

    def interrupt(command, **_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(environment.subprocess, "run", interrupt)
        lock.write_text("another lock")
        with pytest.raises(KeyboardInterrupt):
            environment.make_environment(repository)
    lock.write_bytes(before)
    steps.clear()
    environment.make_environment(repository)
    assert len(steps) == 3


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 8, 18), (3, 10, 13), (3, 15, 0)])
def test_a_python_too_old_or_too_new_is_told_so(repository, steps, monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", version)
    found = rf"Python {version[0]}\.{version[1]}; .* 3\.11 to 3\.14.*PYTHON=python3\.13$"
    with pytest.raises(SystemExit, match=found):
        environment.make_environment(repository)
    assert steps == []


def test_without_ensurepip_the_message_says_what_to_install(repository, steps, monkeypatch):
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match="python3-venv"):
        environment.make_environment(repository)
    assert steps == []


def test_without_ensurepip_uv_is_enough(repository, steps, monkeypatch):
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(environment, "find_uv", lambda: "uv")
    environment.make_environment(repository)
    assert len(steps) == 3


def test_an_old_python_can_read_the_script_far_enough_to_say_that_it_is_too_old():
    tree = ast.parse(SCRIPT, feature_version=(3, 6))
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= sys.stdlib_module_names


def test_the_script_runs_as_a_file_beside_modules_named_like_the_standard_library(repository):
    folder = repository / "src" / "evidence_review"
    folder.mkdir(parents=True)
    (folder / "environment.py").write_text(SCRIPT, encoding="utf-8")
    (folder / "statistics.py").write_text("raise RuntimeError('this is ours')")
    stamp = repository / ".venv" / "made-from"
    python = environment.locate_python(repository / ".venv")
    python.parent.mkdir(parents=True)
    python.touch()
    stamp.write_text(environment.fingerprint(repository.resolve()))
    subprocess.run([sys.executable, folder / "environment.py"], check=True)


def test_the_lock_pins_everything_that_the_project_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = {name: version for name, version, _ in PINS}
    for line in project["dependencies"]:
        wanted = Requirement(line)
        assert versions[wanted.name.replace("_", "-")] in wanted.specifier


def test_the_readme_says_of_every_dependency_why():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    reasons = text.partition("## What it stands on")[2].partition("\n## ")[0]
    told = re.findall(r"[\w-]+", reasons)
    assert {Requirement(line).name for line in project["dependencies"]} <= set(told)


def test_whatever_is_imported_is_named_by_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {canonicalize_name(Requirement(line).name) for line in project["dependencies"]}
    files = [*ROOT.glob("src/evidence_review/*.py"), *ROOT.glob("tests/*.py")]
    own = {"evidence_review", *(path.stem for path in files)}
    imported = {
        name.partition(".")[0]
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _list_imports(node)
    }
    brought_by = packages_distributions()
    unnamed = {
        name
        for name in imported - own - sys.stdlib_module_names
        if named.isdisjoint(map(canonicalize_name, brought_by.get(name, [])))
    }
    assert unnamed == set()


def _list_imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module] if not node.level else []
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def test_the_lock_has_a_hash_for_every_pin_and_names_no_place():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert len(PINS) == len(re.findall(r"^\w", text, re.MULTILINE)) > 50
    assert not re.search(r"://|@ |^-|(^|\s)/|index", text, re.MULTILINE)


def test_conda_gets_the_same_python_and_the_same_lock():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert conda["dependencies"] == [
        f"python{project['requires-python']}",
        "pip",
        {"pip": ["-r requirements.txt"]},
    ]


def test_the_workflow_tries_every_python_that_the_project_allows():
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    tried = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert tried == [f"3.{minor}" for minor in environment.read_supported_minors(ROOT)]
