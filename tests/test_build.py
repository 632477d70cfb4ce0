"""The build and the commands: what runs, what is kept, what is left alone."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client.asynchronous import AsyncKernelClient
from nbformat.v4 import new_code_cell, new_notebook

from evidence_review import __main__ as commands
from evidence_review import build, files
from evidence_review.findings import BadInput, Finding

SAVE = """
import os
from pathlib import Path
results = Path(os.environ["EVIDENCE_REVIEW_RESULTS"])
table = results / "tables" / "{stem}" / "one.csv"
table.parent.mkdir(parents=True, exist_ok=True)
_ = table.write_text("new")
Path.cwd().name
"""


def write_notebook(path, *sources):
    timed = {"execution": {"iopub.execute_input": "2026-01-01T00:00:00.000000Z"}}
    cells = [
        new_code_cell(source, id=f"cell-{n}", metadata=timed) for n, source in enumerate(sources)
    ]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    path.parent.mkdir(exist_ok=True)
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


@pytest.fixture
def root(tmp_path):
    """A small repository with two notebooks."""
    for name in ("references.bib", "requirements.txt", "data/datapackage.json", "src/module.py"):
        path = tmp_path / "review" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    for stem in ("01_first", "02_second"):
        write_notebook(tmp_path / "review" / "notebooks" / f"{stem}.ipynb", "1 + 1")
    return tmp_path / "review"


# Notebooks, with real kernels: run once for all the tests that look at what came of it.


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "notebooks"
    results = folder.parent / "results"
    save = {stem: SAVE.format(stem=stem) for stem in ("good", "failing")}
    failing = [save["failing"], "\n", "print('so far')\nraise ValueError('first line\\nlast line')"]
    paths = [
        write_notebook(folder / "failing.ipynb", *failing),
        write_notebook(folder / "good.ipynb", save["good"], "print(1, flush=True)\nprint(2)"),
        write_notebook(folder / "edited.ipynb", "open('edited.ipynb', 'w').write('by hand')"),
        write_notebook(folder / "terse.ipynb", "assert False"),
        folder / "merged.ipynb",
    ]
    paths[-1].write_text("<<<<<<< HEAD\n{}\n", encoding="utf-8")
    old = results / "tables" / "failing" / "one.csv"
    old.parent.mkdir(parents=True)
    old.write_text("old")
    stored = {path.stem: path.read_bytes() for path in paths}
    runs = {run.notebook.stem: run for run in build.run_notebooks(paths, results)}
    return folder, results, stored, runs


def test_a_notebook_is_stored_with_its_outputs_and_nothing_that_differs_between_runs(ran):
    folder, *_ = ran
    notebook = nbformat.read(folder / "good.ipynb", as_version=4)
    assert [cell.execution_count for cell in notebook.cells] == [1, 2]
    assert [cell.id for cell in notebook.cells] == ["cell-0", "cell-1"]
    assert [cell.metadata for cell in notebook.cells] == [{}, {}]
    assert [output.text for output in notebook.cells[1].outputs] == ["1\n2\n"]
    assert notebook.metadata.language_info.name == "python"
    assert "version" not in notebook.metadata.language_info


def test_a_notebook_runs_in_its_own_folder(ran):
    folder, *_ = ran
    notebook = nbformat.read(folder / "good.ipynb", as_version=4)
    assert notebook.cells[0].outputs[0].data["text/plain"] == "'notebooks'"


def test_what_a_notebook_saves_goes_to_the_results(ran):
    _, results, _, runs = ran
    assert runs["good"].files == ["tables/good/one.csv"]
    assert (results / "tables/good/one.csv").read_text() == "new"


def test_a_failed_notebook_is_explained_by_its_cell_and_the_last_line_of_the_error(ran):
    assert ran[3]["failing"].error == "cell [2]: ValueError: last line"
    assert ran[3]["terse"].error == "cell [1]: AssertionError"


def test_a_failed_notebook_leaves_the_stored_one_and_its_old_results_as_they_were(ran):
    folder, results, stored, runs = ran
    assert (folder / "failing.ipynb").read_bytes() == stored["failing"]
    assert (results / "tables/failing/one.csv").read_text() == "old"
    assert runs["failing"].files == []


def test_a_file_that_is_no_notebook_is_told_and_left_alone(ran):
    folder, _, stored, runs = ran
    assert "JSON" in runs["merged"].error
    assert (folder / "merged.ipynb").read_bytes() == stored["merged"]


def test_a_notebook_edited_while_it_runs_keeps_the_edit(ran):
    folder, _, _, runs = ran
    assert "edited while it ran" in runs["edited"].error
    assert (folder / "edited.ipynb").read_text() == "by hand"


def test_nothing_unfinished_is_left_among_the_results(ran):
    _, results, *_ = ran
    found = {path.relative_to(results).as_posix() for path in results.rglob("*") if path.is_file()}
    assert found == {"tables/failing/one.csv", "tables/good/one.csv"}


def test_a_second_run_changes_no_byte_and_a_tampered_output_is_named(ran, capsys):
    folder, results, *_ = ran
    path = folder / "good.ipynb"
    right = path.read_bytes()
    tampered = folder / "tampered.ipynb"
    tampered.write_bytes(right.replace(b'"2\\n"', b'"3\\n"'))
    assert tampered.read_bytes() != right
    capsys.readouterr()
    again, mended = build.run_notebooks([path, tampered], results)
    assert path.read_bytes() == right == tampered.read_bytes()
    assert (again.changed, mended.changed) == ([], [2])
    lines = sorted(line.partition("] ")[2] for line in capsys.readouterr().out.splitlines())
    assert lines[0].startswith("good") and lines[0].endswith(" s")
    assert lines[1].startswith("tampered") and lines[1].endswith("outputs changed in cells 2")


def test_what_the_check_finds_ends_the_run_and_nothing_is_stored(tmp_path):
    path = write_notebook(tmp_path / "notebooks" / "one.ipynb", SAVE.format(stem="one"))
    stored, kept = path.read_bytes(), []

    def check():
        raise BadInput(Finding("data/a.csv", "wrong", "Right it"))

    with pytest.raises(BadInput, match=r"data/a\.csv: wrong\. Right it"):
        build.run_notebooks([path], tmp_path / "results", check, kept.append)
    assert (path.read_bytes(), kept) == (stored, [])
    assert list((tmp_path / "results").iterdir()) == []


def test_what_needs_no_notebook_is_done_beside_them_once_the_check_has_ended(tmp_path):
    path = write_notebook(tmp_path / "notebooks" / "one.ipynb", SAVE.format(stem="one"))
    order = []

    def say(name):
        return lambda *_: order.append(name)

    build.run_notebooks([path], tmp_path / "results", say("check"), say("kept"), say("beside"))
    assert sorted(order[1:]) == ["beside", "kept"] and order[0] == "check"


@pytest.mark.parametrize(("failures", "error"), [(2, ""), (3, "RuntimeError: port taken")])
def test_a_kernel_that_does_not_start_is_tried_again(tmp_path, monkeypatch, failures, error):
    path = write_notebook(tmp_path / "notebooks" / "one.ipynb", "1 + 1")
    wait, tried = AsyncKernelClient.wait_for_ready, []

    async def fail_first(client, **options):
        tried.append(options)
        if len(tried) <= failures:
            raise RuntimeError("port taken")
        return await wait(client, **options)

    monkeypatch.setattr(AsyncKernelClient, "wait_for_ready", fail_first)
    [run] = build.run_notebooks([path], tmp_path / "results")
    assert (run.error, len(tried)) == (error, 3)


def test_nothing_is_done_beside_notebooks_whose_data_are_wrong(tmp_path):
    path = write_notebook(tmp_path / "notebooks" / "one.ipynb", SAVE.format(stem="one"))
    done = []

    def check():
        raise BadInput(Finding("data/a.csv", "wrong", "Right it"))

    with pytest.raises(BadInput):
        build.run_notebooks([path], tmp_path / "results", check, beside=lambda: done.append(1))
    assert done == []


def test_a_notebook_that_cannot_write_its_results_ends_the_run_with_one_message(tmp_path):
    pytest.importorskip("resource", reason="Windows limits no file's size")
    save = """
import os
import resource
from pathlib import Path
from evidence_review.files import write_atomically
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
write_atomically(Path(os.environ["EVIDENCE_REVIEW_RESULTS"]) / "table.csv", b"a" * 100)
"""
    path = write_notebook(tmp_path / "notebooks" / "one.ipynb", save)
    results = tmp_path / "results"
    with pytest.raises(files.Unwritable) as raised:
        build.run_notebooks([path], results)
    (finding,) = raised.value.findings
    assert finding.file == str(results / "table.csv")
    assert "File too large" in finding.problem
    assert finding.remedy == "Free some space there, then run again"


def test_an_interrupted_review_says_only_that(root):
    write_notebook(root / "notebooks" / "01_first.ipynb", "import time\ntime.sleep(60)")
    script = (
        "import sys; from evidence_review import __main__, evidence, exchange, matching\n"
        "from evidence_review import validation\n"
        "validation.validate = evidence.load = lambda root: []\n"
        "matching.prepare_matcher = exchange.write = lambda evidence, folder: []\n"
        "sys.exit(__main__.main(['review']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline().startswith("[1/2] 02_second")
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)
    assert (said, process.returncode) == (("", "Interrupted.\n"), 130)
    assert not list((root / "results").glob(f"{files.UNFINISHED}*"))


# The review: notebooks, validation and report are played by stand-ins that note what was asked.


@pytest.fixture
def played(root, monkeypatch):
    """What was run, in order; `failing` notebooks fail, `findings` are found."""

    class Played(list):
        failing: tuple = ()
        findings: tuple = ()
        tables = ("one.csv",)

        def again(self):
            self.clear()
            return build.review(root, root / "results")

    played = Played()

    def run_notebooks(notebooks, results, check, keep, beside):
        check()
        beside()
        runs = []
        for notebook in notebooks:
            played.append(notebook.stem)
            run = build.Run(notebook)
            if notebook.stem in played.failing:
                run.error = "cell [1]: ValueError: no"
            else:
                run.files = [f"tables/{notebook.stem}/{table}" for table in played.tables]
                for name in run.files:
                    files.write_atomically(results / name, b"made")
                keep(run)
            runs.append(run)
        return runs

    def render_report(markdown, references, out, resources):
        played.append("report")
        assert (references, resources) == (root / "references.bib", root / "results")
        files.write_atomically(out / "index.html", b"report")
        return [out / "index.html"]

    def write(evidence, results):
        played.append("exchange")
        assert (evidence, results) == (f"loaded from {root}", root / "results")
        files.write_atomically(results / "evidence.xlsx", b"workbook")
        return [results / "evidence.xlsx"]

    def render_sheet(markdown, out, resources):
        assert (markdown, resources) == (out / "one-page.md", root / "results")
        files.write_atomically(out / "one-page.pdf", b"sheet")
        return out / "one-page.pdf"

    def render_notebook(notebook, out):
        if notebook.stem == "01_first":  # the others are made at the same time
            played.append("pages")
        files.write_atomically(out / f"{notebook.stem}.html", b"page")
        return out / f"{notebook.stem}.html"

    def prepare(evidence, folder):
        played.append("models")
        assert (evidence, folder) == (f"loaded from {root}", root / "results" / "models")
        files.write_atomically(folder / "learnt", b"model")
        return [folder / "learnt"]

    def make_browser(evidence, numbers, out):
        played.append("browser")
        assert evidence == f"loaded from {root}"
        assert numbers == root / "results" / "report" / "numbers.csv"
        files.write_atomically(out / "index.html", b"browser")
        return [out / "index.html"]

    monkeypatch.setattr("evidence_review.validation.validate", lambda root: played.findings)
    monkeypatch.setattr("evidence_review.evidence.load", lambda root: f"loaded from {root}")
    monkeypatch.setattr("evidence_review.exchange.write", write)
    monkeypatch.setattr("evidence_review.matching.prepare_matcher", prepare)
    monkeypatch.setattr("evidence_review.report.render_report", render_report)
    monkeypatch.setattr("evidence_review.browser.make_browser", make_browser)
    monkeypatch.setattr("evidence_review.report.render_sheet", render_sheet)
    monkeypatch.setattr("evidence_review.pages.render_notebook", render_notebook)
    monkeypatch.setattr(build, "run_notebooks", run_notebooks)
    assert played.again() == 0
    return played


EVERYTHING = ["01_first", "02_second", "report", "browser", "pages", "exchange"]
LEARNING = "models"  # made again only where the claims, or how they are learnt, have changed


def test_the_first_review_runs_everything_and_says_what_to_open(played, capsys):
    assert sorted(played) == sorted([*EVERYTHING, LEARNING])
    played.again()
    opened = capsys.readouterr().out.partition("Open:")[2].split()
    assert opened == [
        "results/report/index.html",
        "results/report/one-page.pdf",
        "results/browser/index.html",
        "results/notebooks/01_first.html",
        "results/evidence.xlsx",
    ]


def test_a_second_review_runs_nothing_and_writes_nothing(played, root):
    def look():
        return {path: path.stat().st_mtime_ns for path in root.rglob("*")}

    before = look()
    assert played.again() == 0
    assert played == []
    assert look() == before


def run_python(script):
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)


def test_freshness_is_known_before_anything_heavy_is_imported(played, root):
    script = (
        "import sys; from pathlib import Path; from evidence_review import build\n"
        f"root = Path({str(root)!r}); build.review(root, root / 'results')\n"
        "sys.exit(bool({'pandas', 'nbclient', 'frictionless', 'matplotlib'} & sys.modules.keys()))"
    )
    done = run_python(script)
    assert done.returncode == 0, done.stderr
    assert "Nothing has changed" in done.stdout


@pytest.mark.parametrize(
    "name", ["references.bib", "requirements.txt", "data/more.csv", "src/module.py"]
)
def test_a_change_in_what_all_depend_on_runs_everything(played, root, name):
    with (root / name).open("a") as file:
        file.write("changed")
    assert played.again() == 0
    assert sorted(set(played) - {LEARNING}) == sorted(EVERYTHING)


def test_another_library_runs_everything_in_a_review_that_borrows_it(played, tmp_path, monkeypatch):
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "courses.py").write_text("changed")
    monkeypatch.setattr(build, "LIBRARY", tmp_path / "library")
    assert played.again() == 0
    assert sorted(set(played) - {LEARNING}) == sorted(EVERYTHING)


def test_another_python_runs_everything(played, monkeypatch):
    monkeypatch.setattr(build.platform, "python_version", lambda: "3.99.0")
    played.again()
    assert sorted(played) == sorted(EVERYTHING)


def test_bytecode_and_hidden_files_do_not_count(played, root):
    for name in ("src/__pycache__/module.pyc", "data/.DS_Store"):
        files.write_atomically(root / name, b"x")
    played.again()
    assert played == []


def test_an_edited_notebook_runs_alone(played, root):
    write_notebook(root / "notebooks" / "02_second.ipynb", "2 + 2")
    played.again()
    assert played[0] == "02_second"
    assert "01_first" not in played


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_text("edited")])
def test_a_result_that_is_missing_or_edited_is_made_again(played, root, damage):
    table = root / "results" / "tables" / "01_first" / "one.csv"
    damage(table)
    assert played.again() == 0
    assert played == ["01_first"]
    assert table.read_text() == "made"


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_text("edited")])
@pytest.mark.parametrize(
    "step, name",
    [
        ("report", "report/index.html"),
        ("pages", "notebooks/02_second.html"),
        ("exchange", "evidence.xlsx"),
    ],
)
def test_what_is_missing_or_edited_is_made_again(played, root, step, name, damage):
    damage(root / "results" / name)
    assert played.again() == 0
    assert played == [step]


def test_another_way_to_cite_changes_the_workbook_alone(played, root):
    (root / "CITATION.cff").write_text("title: changed")
    assert played.again() == 0
    assert played == ["exchange"]


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_text("edited")])
def test_a_browser_that_is_missing_or_edited_is_made_again(played, root, damage):
    damage(root / "results" / "browser" / "index.html")
    assert played.again() == 0
    assert played == ["browser"]


def test_new_numbers_of_the_report_make_the_browser_again(played, root):
    files.write_atomically(root / "results" / "report" / "numbers.csv", b"number\n")
    assert played.again() == 0
    assert played == ["browser"]


def test_a_damaged_record_only_costs_time(played, root):
    (root / "results" / ".build.json").write_text("{")
    assert played.again() == 0
    assert sorted(played) == sorted([*EVERYTHING, LEARNING])


def test_what_a_notebook_no_longer_makes_is_deleted(played, root):
    write_notebook(root / "notebooks" / "01_first.ipynb", "3 + 3")
    played.tables = ("two.csv",)
    played.again()
    assert [path.name for path in (root / "results/tables/01_first").iterdir()] == ["two.csv"]


def test_what_a_removed_notebook_made_is_deleted(played, root):
    (root / "notebooks" / "02_second.ipynb").unlink()
    assert played.again() == 0
    assert sorted(played) == ["pages", "report"]
    assert not (root / "results/notebooks/02_second.html").exists()
    assert not (root / "results/tables/02_second/one.csv").exists()
    assert "02_second.ipynb" not in json.loads((root / "results/.build.json").read_text())


def test_findings_stop_the_review(played, root):
    (root / "data" / "more.csv").write_text("changed")
    played.findings = [Finding("data/more.csv", "no such column", "Name it", row=1)]
    with pytest.raises(BadInput, match=r"more\.csv, row 1: no such column\. Name it"):
        played.again()
    assert played == []


def test_a_failed_notebook_keeps_the_old_report_and_is_tried_again(played, root, capsys):
    (root / "references.bib").write_text("changed")
    played.failing = ("01_first",)
    assert played.again() == 1
    assert sorted(played) == ["01_first", "02_second", "exchange"]
    assert "01_first.ipynb" in capsys.readouterr().err
    assert (root / "results/tables/01_first/one.csv").read_text() == "made"
    assert (root / "results/report/index.html").read_text() == "report"
    played.failing = ()
    assert played.again() == 0
    assert "02_second" not in played
    assert sorted(played) == sorted(set(EVERYTHING) - {"02_second"})


def test_what_a_killed_review_left_unfinished_is_swept_away_by_the_next(played, root):
    left = [
        root / "results" / ".making-abc" / "01_first" / "table.csv",
        root / "results" / "report" / ".index.html.1.tmp",
        root / "notebooks" / ".01_first.ipynb.1.tmp",
    ]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half")
    (root / "references.bib").write_text("changed")
    assert played.again() == 0
    assert not any(path.exists() for path in left)
    assert not (root / "results" / ".making-abc").exists()


def test_two_reviews_at_once_do_not_spoil_each_other(played, root):
    (root / "references.bib").write_text("changed")
    with (
        files.hold(root / "results"),
        pytest.raises(BadInput, match=r"results: another run is writing there\. Wait"),
    ):
        played.again()
    assert played == []
    assert played.again() == 0


def test_notebooks_that_ended_before_the_review_was_stopped_are_not_run_again(
    played, root, monkeypatch
):
    (root / "references.bib").write_text("changed")

    def stop(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped, pytest.raises(KeyboardInterrupt):
        stopped.setattr("evidence_review.report.render_report", stop)
        played.again()
    assert {"01_first", "02_second"} <= set(played)
    assert played.again() == 0
    assert sorted(played) == sorted(EVERYTHING[2:])


# The commands.


@pytest.fixture
def here(root, monkeypatch):
    monkeypatch.chdir(root / "data")
    return root


def test_the_root_is_found_from_a_folder_below(here):
    assert files.find_root() == here


def test_outside_a_repository_the_root_is_where_the_package_is_installed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert files.find_root() == Path(files.__file__).resolve().parents[2]


def test_where_there_is_no_repository_a_message_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(files, "__file__", str(tmp_path / "a" / "b" / "files.py"))
    assert commands.main(["review"]) == 1
    assert "data/datapackage.json: not found" in capsys.readouterr().err


def test_findings_are_lines_without_a_traceback(here, monkeypatch, capsys):
    findings = [Finding("a.csv", "wrong", "Right it"), Finding("b.csv", "wrong", "Right it")]
    monkeypatch.setattr("evidence_review.validation.validate", lambda root: findings)
    assert commands.main(["validate"]) == 1
    assert capsys.readouterr().err == "a.csv: wrong. Right it\nb.csv: wrong. Right it\n"


def test_without_findings_validation_succeeds(here, monkeypatch):
    monkeypatch.setattr("evidence_review.validation.validate", lambda root: [])
    assert commands.main(["validate"]) == 0


def test_every_check_is_made_though_one_fails_and_the_last_line_counts_them(
    here, monkeypatch, capfd
):
    checks = {
        "first": ["-c", "raise SystemExit(3)"],
        "second": ["-c", "import os; print('to', os.environ['EVIDENCE_REVIEW_RESULTS'])"],
    }
    monkeypatch.setattr(commands, "CHECKS", checks)
    assert commands.main(["test"]) == 1
    lines = capfd.readouterr().out.splitlines()
    assert lines[-1] == "checks: 1 passed, 1 failed"
    (results,) = [Path(line[3:]) for line in lines if line.startswith("to ")]
    assert here not in results.parents and not results.exists()


@pytest.mark.parametrize(
    "check",
    [
        "ruff check",
        "ruff format --check",
        "evidence_review validate",
        "pytest .* tests notebooks",
        "--nbval ",  # with -lax it would compare nothing
    ],
)
def test_style_data_behaviour_and_stored_outputs_are_all_checked(check):
    calls = [" ".join(arguments) for arguments in commands.CHECKS.values()]
    assert [call for call in calls if re.search(check, call)]


def test_no_check_mends_what_it_finds():
    arguments = [argument for check in commands.CHECKS.values() for argument in check]
    assert not {"--fix", "--exit-zero", "--nbval-lax"} & set(arguments)
    assert arguments.count("format") == arguments.count("--check")


def test_when_every_check_passes_the_command_succeeds(here, monkeypatch, capfd):
    monkeypatch.setattr(commands, "CHECKS", {"only": ["-c", "pass"]})
    assert commands.main(["test"]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "checks: 1 passed, 0 failed"


REASONS = {
    errno.ENOSPC: "Free some space there",
    errno.EROFS: "Make it a place that you may write to",
    errno.EACCES: "Make it a place that you may write to",
}


@pytest.fixture(params=REASONS)
def unwritable(request, monkeypatch):
    """What is said of a path, now that nothing can be renamed to its place."""

    def fail(*_):
        raise OSError(request.param, os.strerror(request.param))

    monkeypatch.setattr(Path, "replace", fail)
    reason = f"it can't be written ({os.strerror(request.param)})"
    return lambda path: f"{path}: {reason}. {REASONS[request.param]}, then run again"


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path, unwritable):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(files.Unwritable) as raised:
        files.write_atomically(path, b"new")
    assert str(raised.value) == unwritable(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_where_a_folder_should_be_is_told(tmp_path):
    (tmp_path / "results").write_text("")
    with pytest.raises(files.Unwritable, match="results/a: it can't be written"):
        files.write_atomically(tmp_path / "results" / "a", b"new")


def test_a_review_that_cannot_write_its_results_says_so_once(here, monkeypatch, capsys):
    (here / "results").write_text("a file")
    assert commands.main(["review"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith(f"{here / 'results'}: it can't be written")


def test_a_command_that_cannot_write_says_so_in_one_line(here, monkeypatch, capsys, unwritable):
    path = here / "README.md"
    monkeypatch.setattr("evidence_review.readme.compose", lambda root: {path: "new"})
    assert commands.main(["readme"]) == 1
    assert capsys.readouterr().err == f"{unwritable(path)}\n"
