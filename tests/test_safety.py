"""What the code never does, read from the code itself; and what the workflow may do."""

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "src").rglob("*.py"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# A name that runs text as code or as a shell command, or that builds objects out of a file.
FORBIDDEN = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "pickle.load",
    "pickle.loads",
    "marshal.loads",
    "shelve.open",
    "yaml.load",
    "pandas.read_pickle",
    "pd.read_pickle",
}
# The matcher's own memory below results/models, until it is stored as plain arrays.
KNOWN = {("matching.py", "pickle.loads")}


def find_dangers(source: str) -> set[str]:
    """Forbidden calls in a module's source, and shells."""
    found = set()
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        if name in FORBIDDEN:
            found.add(name)
        if any(k.arg == "shell" and ast.unparse(k.value) != "False" for k in call.keywords):
            found.add("shell")
        if any(k.arg == "allow_pickle" for k in call.keywords):
            found.add("allow_pickle")
    return found


@pytest.mark.parametrize(
    ("source", "danger"),
    [
        ("subprocess.run('a b', shell=True)", "shell"),
        ("import os\nos.system('a')", "os.system"),
        ("x = eval(text)", "eval"),
        ("np.load(path, allow_pickle=True)", "allow_pickle"),
        ("def f():\n    return pickle.loads(data)", "pickle.loads"),
    ],
)
def test_the_search_finds_what_it_looks_for(source, danger):
    assert find_dangers(source) == {danger}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_shell_is_called_and_no_text_or_file_is_run_as_code(path):
    dangers = find_dangers(path.read_text(encoding="utf-8"))
    assert {danger for danger in dangers if (path.name, danger) not in KNOWN} == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_program_is_called_with_a_list_of_arguments(path):
    """A list is never read by a shell, whatever data stand in it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = [
        ast.unparse(call)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and re.fullmatch(r"subprocess\.\w+", ast.unparse(call.func))
        and isinstance(call.args[0], ast.Constant | ast.JoinedStr)
    ]
    assert texts == []


def read_workflow(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_read_and_a_job_that_may_more_says_so_itself(path):
    assert read_workflow(path)["permissions"] in ({}, {"contents": "read"})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_job_runs_for_hours(path):
    assert all(job["timeout-minutes"] <= 30 for job in read_workflow(path)["jobs"].values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_to_a_commit_and_named_by_their_version(path):
    used = re.findall(r"uses: (.+)", path.read_text(encoding="utf-8"))
    assert used
    assert [line for line in used if not re.fullmatch(r"\S+@[0-9a-f]{40} # v[\d.]+", line)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_checkout_keeps_no_credentials(path):
    steps = [step for job in read_workflow(path)["jobs"].values() for step in job["steps"]]
    checkouts = [step for step in steps if "actions/checkout@" in step.get("uses", "")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
