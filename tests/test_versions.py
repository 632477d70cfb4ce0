"""Versions of a review: folders or git revisions, each with one clear message where it is none."""

import shutil
import subprocess
from pathlib import Path

import pytest

from evidence_review import __main__ as commands
from evidence_review import changes, synthesis, versions
from evidence_review import evidence as ev
from evidence_review.findings import BadInput

COURSES = "data/certainty_domains.csv"
BEFORE, AFTER = "q1,other feet,one step", "q1,other feet,two steps"
NAMED = "- Pared: fair → shaky"


def git(folder: Path, *arguments: str) -> None:
    names = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)


def change(folder: Path) -> None:
    path = folder / COURSES
    text = path.read_text("utf-8")
    assert BEFORE in text
    path.write_text(text.replace(BEFORE, AFTER), "utf-8")


@pytest.fixture
def folder(made: ev.Evidence, tmp_path: Path) -> Path:
    return shutil.copytree(made.root, tmp_path / "review")


@pytest.fixture(scope="module")
def committed(made: ev.Evidence, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up review, committed with the findings that it had; made once, to be copied."""
    folder = shutil.copytree(made.root, tmp_path_factory.mktemp("committed") / "review")
    record = folder / versions.RECORD
    record.parent.mkdir()
    record.write_text(changes.record_findings(changes.list_findings(made)), "utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "first")
    return folder


@pytest.fixture
def repository(committed: Path, tmp_path: Path) -> Path:
    return shutil.copytree(committed, tmp_path / "repository")


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.chdir(folder)
    return commands.main(list(arguments))


# --- python -m evidence_review diff OLD NEW


def test_two_folders_are_compared(folder, made, monkeypatch, capsys):
    change(folder)
    assert run(folder, monkeypatch, "diff", str(made.root), str(folder)) == 0
    assert NAMED in capsys.readouterr().out


def test_two_revisions_are_compared_and_the_folder_stays_as_it_is(repository, monkeypatch, capsys):
    change(repository)
    git(repository, "commit", "--quiet", "-am", "second")
    change_not_committed = repository / COURSES
    change_not_committed.write_text("broken", "utf-8")
    assert run(repository, monkeypatch, "diff", "HEAD~1", "HEAD") == 0
    out = capsys.readouterr().out
    assert out.startswith("# HEAD~1 → HEAD\n") and NAMED in out
    assert change_not_committed.read_text("utf-8") == "broken"


def test_a_revision_is_compared_with_a_folder_without_any_change(repository, monkeypatch, capsys):
    assert run(repository, monkeypatch, "diff", "HEAD", ".") == 0
    assert capsys.readouterr().out == "# HEAD → .\n\nNo finding changed.\n"


def test_a_review_in_a_subfolder_of_its_repository_is_found(folder, monkeypatch, capsys):
    git(folder.parent, "init", "--quiet")
    git(folder.parent, "add", ".")
    git(folder.parent, "commit", "--quiet", "-m", "first")
    change(folder)
    assert run(folder, monkeypatch, "diff", "HEAD", ".") == 0
    assert NAMED in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere", "nowhere: neither a folder nor a revision of a git repository here."),
        ("", '"": neither a folder nor a revision of a git repository here.'),
        ("HEAD~7", "HEAD~7: neither a folder nor a revision of a git repository here."),
        ("--output=x", "--output=x: neither a folder nor a revision of a git repository here."),
        ("HEAD; touch x", "HEAD; touch x: neither a folder nor a revision"),
        ("data", "data: no data/datapackage.json in this folder."),
    ],
)
def test_what_is_no_version_is_one_message(repository, monkeypatch, capsys, name, message):
    assert run(repository, monkeypatch, "diff", "--", name, "HEAD") == 1
    out = capsys.readouterr()
    assert out.out == "" and out.err.startswith(message) and out.err.count("\n") == 1
    assert not (repository / "x").exists()


def test_a_revision_without_a_review_is_one_message(repository, monkeypatch, capsys):
    git(repository, "rm", "-r", "--quiet", "--cached", "data")
    git(repository, "commit", "--quiet", "-m", "no data")
    assert run(repository, monkeypatch, "diff", "HEAD~1", "HEAD") == 1
    assert capsys.readouterr().err.startswith("HEAD: this revision holds no data/datapackage.json")


def test_where_git_is_not_installed_folders_can_be_compared(folder, made, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    assert run(folder, monkeypatch, "diff", str(made.root), str(folder)) == 0
    assert run(folder, monkeypatch, "diff", "HEAD", str(folder)) == 1
    assert capsys.readouterr().err.startswith("git: it is not installed here.")


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("data/frequencies.csv", ",30,200,", ",many,200,", "frequencies.csv, column n_affected"),
        ("data/sources.csv", "corns treated,drawn", "pixies,drawn", "sources.csv, column relation"),
        ("data/cases.csv", "c2,", "c1,", "cases.csv: two rows have the same id"),
        ("data/datapackage.json", "{", "(", "data/datapackage.json, row 1"),
    ],
)
def test_bad_data_are_named_with_the_version(
    folder, made, monkeypatch, capsys, file, old, new, message
):
    path = folder / file
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert run(folder, monkeypatch, "diff", str(made.root), ".") == 1
    out = capsys.readouterr()
    assert out.out == "" and out.err.startswith(".: data/") and message in out.err
    assert out.err.count("\n") == 1


def test_a_table_that_is_missing_is_named_with_the_version(folder, made, monkeypatch, capsys):
    (folder / "data/claims.csv").unlink()
    assert run(folder, monkeypatch, "diff", str(made.root), ".") == 1
    assert "data/claims.csv: the file is missing" in capsys.readouterr().err


# --- against the last commit


def test_what_the_folder_changes_is_told_with_the_rows(repository):
    change(repository)
    account = versions.compare_with_commit(repository)
    assert NAMED in account and f"## Rows of {COURSES}" in account


def test_a_library_that_computes_otherwise_is_told_though_no_row_changed(repository, monkeypatch):
    assert versions.compare_with_commit(repository).endswith("No finding changed.\n")
    estimate = synthesis._estimate_tau2
    monkeypatch.setattr(synthesis, "_estimate_tau2", lambda *counts: 1.1 * estimate(*counts))
    account = versions.compare_with_commit(repository)
    assert "- prevalence: Main: general surveys: tau²: " in account
    assert "## Rows" not in account


def test_without_a_record_the_commits_data_are_computed_today(repository):
    git(repository, "rm", "--quiet", versions.RECORD)
    git(repository, "commit", "--quiet", "-m", "no record")
    change(repository)
    assert NAMED in versions.compare_with_commit(repository)


def test_without_git_it_says_so_and_compares_nothing(folder):
    account = versions.compare_with_commit(folder)
    assert account.startswith("Nothing to compare with. HEAD: neither a folder nor a revision")
    assert account.count("\n") == 1


def test_update_reviews_writes_what_repeats_it_and_tells(repository, monkeypatch, capsys):
    done = []
    monkeypatch.setattr(commands.build, "review", lambda *folders: done.append("review") or 0)
    monkeypatch.setattr("evidence_review.readme.write", lambda root: done.append("readme") or [])
    change(repository)
    assert run(repository, monkeypatch, "update") == 0
    assert done == ["review", "readme"]
    assert NAMED in capsys.readouterr().out


def test_update_tells_nothing_after_a_review_that_failed(repository, monkeypatch, capsys):
    monkeypatch.setattr(commands.build, "review", lambda *folders: 1)
    assert run(repository, monkeypatch, "update") == 1
    assert capsys.readouterr().out == ""


def test_an_account_is_refused_where_the_data_here_are_bad(repository):
    (repository / COURSES).write_text("broken\n", "utf-8")
    with pytest.raises(BadInput, match="certainty_domains"):
        versions.compare_with_commit(repository)
