"""The whole review: notebooks run side by side, their results kept, the report made from them.

Content hashes say what is fresh (a checkout resets file times), and they are compared before
anything heavy is imported: a second run with nothing changed takes a moment.
"""

import asyncio
import hashlib
import importlib
import json
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from evidence_review.files import (
    BIBLIOGRAPHY,
    UNFINISHED,
    Unwritable,
    hold,
    sweep,
    write_atomically,
    writing,
)
from evidence_review.findings import Finding

REPORT = "report"  # a step, and its folder among the results
PAGES = "notebooks"  # a step, and its folder: the notebooks to read in a browser
MODELS = "models"  # a step, and its folder: what the guide checker has learnt
EXCHANGE = "exchange"  # a step: the evidence for other programs
BROWSER = "browser"  # a step, and its folder: every row of the evidence in one page
LIBRARY = Path(__file__).parent
CELL_SECONDS = 300  # a cell that takes longer hangs
KERNEL_TRIES, KERNEL_SECONDS = 3, 60  # to start one


@dataclass
class Run:
    """What came of running one notebook."""

    notebook: Path
    files: list[str] = field(default_factory=list)  # what it made, relative to the results folder
    changed: list[int] = field(default_factory=list)  # code cells whose stored outputs differ now
    error: str = ""  # the cell and the error's last line; then nothing of it was stored


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, or "" where there is no such file."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def hash_files(paths: Iterable[Path], base: Path) -> str:
    """Return one SHA-256 of files' names relative to `base` and their contents."""
    lines = sorted(f"{path.relative_to(base).as_posix()} {hash_file(path)}" for path in paths)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def hash_inputs(root: Path) -> str:
    """Return one SHA-256 of what every notebook depends on: data, library, lock and Python."""
    paths = [root / BIBLIOGRAPHY, root / "requirements.txt"]
    paths += [*_list_files(root / "data"), *_list_files(root / "src")]
    inputs = f"{platform.python_version()} {hash_files(paths, root)}"
    if LIBRARY.is_relative_to(root):
        return inputs
    return f"{inputs} {hash_files(_list_files(LIBRARY), LIBRARY)}"  # a review that borrows it


def _list_files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not path.name.startswith(".")
    ]


def kernel_environment(results: Path) -> dict[str, str]:
    """Return the environment variables under which notebooks give the same bytes every time.

    Whatever they save goes to `results`. Fills matplotlib's font cache first: a kernel that had
    to do it would say so in its output.
    """
    importlib.import_module("matplotlib.font_manager")
    environment = os.environ | {
        "EVIDENCE_REVIEW_RESULTS": str(results),
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    environment.pop("MPLBACKEND", None)  # the kernel's own choice shows figures in the notebook
    return environment


class _Loop(asyncio.SelectorEventLoop):
    """Windows' usual loop can't watch sockets; nbclient's signal handlers would swallow Ctrl-C."""

    def add_signal_handler(self, *_):
        raise NotImplementedError  # as on Windows: nbclient goes on without


def run_notebooks(
    notebooks: Sequence[Path],
    results: Path,
    check: Callable[[], None] = lambda: None,
    keep: Callable[[Run], None] = lambda run: None,
    beside: Callable[[], object] = lambda: None,
) -> list[Run]:
    """Run notebooks side by side, printing a line as each ends; return a Run for each.

    A notebook that ends well is stored with its new outputs, its files are moved into `results`
    and `keep` is told. One that fails leaves the stored notebook and its old files as they were,
    and does not stop the others. `check` runs beside the first notebooks; nothing is printed or
    stored before it has ended, and what it raises ends the run. `beside` runs after it, beside the
    other notebooks: work that needs none of them. Raises Unwritable where a notebook or this
    function can't write.
    """
    at_once = min(4, (os.cpu_count() or 1) + 1)  # a kernel that starts or stops mostly waits
    longest_first = sorted(notebooks, key=lambda path: -path.stat().st_size)
    done = 0

    async def run_one(notebook: Path, turn: asyncio.Semaphore, workshop: Path, checked) -> Run:
        nonlocal done
        async with turn:
            start = time.perf_counter()
            run = await _run_notebook(notebook, workshop / notebook.stem, results, checked)
        if not run.error:
            keep(run)
        done += 1
        line = f"[{done}/{len(notebooks)}] {notebook.stem}  {time.perf_counter() - start:.1f} s"
        if run.error:
            line += f"  failed: {run.error}"
        elif run.changed:
            line += f"  stored outputs changed in cells {', '.join(map(str, run.changed))}"
        print(line, flush=True)
        return run

    async def run_all(workshop: Path) -> list[Run]:
        turn = asyncio.Semaphore(at_once)
        async with asyncio.TaskGroup() as group:
            checked = group.create_task(_run_beside(check))
            group.create_task(_run_beside(beside, checked))
            runs = [
                group.create_task(run_one(path, turn, workshop, checked)) for path in longest_first
            ]
        return [run.result() for run in runs]

    with writing(results):
        results.mkdir(parents=True, exist_ok=True)
        # Inside `results`, so that moving out of it is a rename on one file system.
        workshop = tempfile.TemporaryDirectory(
            prefix=UNFINISHED, dir=results, ignore_cleanup_errors=True
        )
    try:
        with workshop, asyncio.Runner(loop_factory=_Loop) as runner:
            return runner.run(run_all(Path(workshop.name)))
    except ExceptionGroup as group:  # where several notebooks can't write, one says it
        raise group.exceptions[0] from None


async def _run_beside(
    call: Callable[[], object], after: "asyncio.Task[None] | None" = None
) -> None:
    """Run `call` in a thread for which, unlike asyncio's own, nothing waits after Ctrl-C."""
    if after:
        await asyncio.shield(after)
    outcome: Future[object] = Future()
    outcome.set_running_or_notify_cancel()

    def run() -> None:
        try:
            outcome.set_result(call())
        except BaseException as error:  # whatever it is, it is raised where this is awaited
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    await asyncio.wrap_future(outcome)


async def _run_notebook(
    path: Path, workshop: Path, results: Path, checked: "asyncio.Task[None]"
) -> Run:
    """Run one notebook with `workshop` as its results folder; keep what it made if it ends well."""
    import nbformat  # slow to import, like the other two
    from nbclient import NotebookClient

    run = Run(path)
    cells = []
    try:
        stored = path.read_bytes()
        notebook = nbformat.reads(stored.decode("utf-8"), as_version=4)
        cells = [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]
        before = [cell.outputs for cell in cells]
        for cell in cells:
            cell.outputs = []
        async with _open_kernel(path.parent, kernel_environment(workshop)) as (manager, channels):
            client = NotebookClient(
                notebook,
                km=manager,
                timeout=CELL_SECONDS,
                record_timing=False,
                coalesce_streams=True,
            )
            client.kc = channels
            await client.async_execute()
        if path.read_bytes() != stored:
            raise RuntimeError("it was edited while it ran; run again")
    except Exception as error:  # whatever it is, the other notebooks go on
        if asyncio.current_task().cancelling():  # nbclient takes that for a dead kernel
            raise asyncio.CancelledError from None
        run.error = _explain(error, cells)
    await asyncio.shield(checked)
    if run.error:
        _say_unwritable(cells, workshop, results)
        return run
    # What differs between machines and runs though nothing has changed.
    notebook.metadata.language_info.pop("version", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    content = f"{nbformat.writes(notebook)}\n".encode()
    if content != stored:
        write_atomically(path, content)
    run.changed = [n for n, cell in enumerate(cells, 1) if cell.outputs != before[n - 1]]
    for made in sorted(file for file in workshop.rglob("*") if file.is_file()):
        name = made.relative_to(workshop)
        with writing(results / name):
            (results / name).parent.mkdir(parents=True, exist_ok=True)
            made.replace(results / name)
        run.files.append(name.as_posix())
    return run


@asynccontextmanager
async def _open_kernel(folder: Path, environment: dict[str, str]) -> AsyncIterator[tuple]:
    """A kernel that works in `folder`: its manager and the channels to it.

    Ours and not nbclient's, which leaves a traceback where a kernel fails to start.
    """
    from jupyter_client.manager import AsyncKernelManager

    for tries_left in reversed(range(KERNEL_TRIES)):
        kernel, channels = AsyncKernelManager(kernel_name="python3"), None
        try:
            await kernel.start_kernel(
                extra_arguments=["--log-level=ERROR", "--HistoryManager.hist_file=:memory:"],
                cwd=str(folder),
                env=environment,
            )
            channels = kernel.client()
            channels.start_channels()
            try:
                await channels.wait_for_ready(timeout=KERNEL_SECONDS)
            except RuntimeError:  # another program took one of its ports before it could
                if tries_left:
                    continue
                raise
            channels.allow_stdin = False
            yield kernel, channels
            return
        finally:
            # All outputs are in; a kernel in which warnings are errors fails to end gracefully.
            await kernel.shutdown_kernel(now=True)
            if channels:
                channels.stop_channels()


def _explain(error: Exception, cells: Sequence) -> str:
    """Return the cell that failed, as JupyterLab numbers it, and the error's last line."""
    place, name, text = "", type(error).__name__, str(error)
    for number, cell in enumerate(cells, 1):
        for output in cell.outputs:
            if output.output_type == "error":
                place, name, text = f"cell [{number}]: ", output.ename, output.evalue
    return place + ": ".join([name, *text.strip().splitlines()[-1:]])


def _say_unwritable(cells: Sequence, workshop: Path, results: Path) -> None:
    """Raise a notebook's Unwritable, if that is why it failed, again here."""
    for output in (output for cell in cells for output in cell.outputs):
        if output.output_type == "error" and output.ename == Unwritable.__name__:
            file, _, rest = output.evalue.partition(": ")
            problem, _, remedy = rest.rpartition(". ")
            raise Unwritable(Finding(file.replace(str(workshop), str(results)), problem, remedy))


class Ledger:
    """What is in the results folder: which step made which files, and from what."""

    def __init__(self, results: Path):
        self.results = results
        self.path = results / ".build.json"
        try:
            self.steps = json.loads(self.path.read_bytes())
        except (OSError, ValueError):  # nothing made yet, or the ledger is damaged
            self.steps = {}

    def is_fresh(self, step: str, source: str) -> bool:
        """Say whether `step` was made from `source` and its files are there, unedited."""
        entry = self.steps.get(step, {"files": {}})
        return entry == self._describe(source, entry["files"])

    def enter(self, step: str, source: str, files: Iterable[str]) -> None:
        """Note what `step` made; delete what it made before and no longer makes."""
        entry = self._describe(source, files)
        self._delete(self.steps.get(step, {"files": {}})["files"].keys() - entry["files"].keys())
        self.steps[step] = entry
        write_atomically(self.path, json.dumps(self.steps, indent=1).encode())

    def drop_all_but(self, steps: Iterable[str]) -> None:
        """Forget every other step and delete what it made."""
        for step in self.steps.keys() - set(steps):
            self._delete(self.steps.pop(step)["files"])

    def digest(self, steps: Iterable[str]) -> str:
        """Return one SHA-256 of what these steps made."""
        made = json.dumps([self.steps.get(step) for step in steps], sort_keys=True)
        return hashlib.sha256(made.encode()).hexdigest()

    def _describe(self, source: str, files: Iterable[str]) -> dict:
        return {"from": source, "files": {name: hash_file(self.results / name) for name in files}}

    def _delete(self, files: Iterable[str]) -> None:
        for name in files:
            (self.results / name).unlink(missing_ok=True)


@dataclass(frozen=True)
class Step:
    """Something made of notebooks or data; kept as long as `source` returns the same."""

    name: str
    source: Callable[[], str]
    make: Callable[[], list[Path]]  # the files, in the order in which to open them
    named: int | None = None  # how many of them are named at the end, if not all
    apart: bool = False  # it needs no notebook: it can be made while they run


Made = dict[Step, tuple[list[Path], float]]  # what a step made, and in how many seconds


def review(root: Path, results: Path) -> int:
    """Bring `results` up to date with the repository at `root`; return the exit code.

    The data are checked, notebooks run where something changed, then every step of `_list_steps`.
    Prints progress and which files to open. A failed notebook means 1: its old results and the
    old report stay, what the others made is new. Raises BadInput for findings, where nothing can
    be written, and where another review is at work.
    """
    inputs = hash_inputs(root)
    notebooks = sorted((root / "notebooks").glob("*.ipynb"))
    names = [path.name for path in notebooks]
    ledger = Ledger(results)

    def source(notebook: Path) -> str:
        return f"{inputs} {hash_file(notebook)}"

    def keep(run: Run) -> None:
        ledger.enter(run.notebook.name, source(run.notebook), run.files)

    steps = _list_steps(root, results, notebooks, inputs, lambda: ledger.digest(names))
    stale = [path for path in notebooks if not ledger.is_fresh(path.name, source(path))]
    if not stale and all(ledger.is_fresh(step.name, step.source()) for step in steps):
        print("Nothing has changed since the last review.")
    else:
        with hold(results):
            for folder in (results, root / "notebooks"):
                sweep(folder)
            apart = [s for s in steps if s.apart and not ledger.is_fresh(s.name, s.source())]
            made: Made = {}

            def make_apart() -> None:
                made.update((step, _time(step.make)) for step in apart)

            runs = []
            if stale:
                runs = run_notebooks(stale, results, lambda: _check_data(root), keep, make_apart)
            if failed := [run.notebook.name for run in runs if run.error]:
                print(
                    f"No new report: {', '.join(failed)} failed. The old one is still there.",
                    file=sys.stderr,
                )
                return 1
            ledger.drop_all_but([*names, *(step.name for step in steps)])
            _make(steps, ledger, made)
    print("Open:")
    for step in steps:
        for name in list(ledger.steps[step.name]["files"])[: step.named]:
            print(f"  {results.name}/{name}")
    return 0


def _list_steps(
    root: Path, results: Path, notebooks: Sequence[Path], inputs: str, shown: Callable[[], str]
) -> list[Step]:
    """What is made beside the notebooks; `shown` returns one SHA-256 of what they made."""

    @lru_cache(maxsize=1)
    def load():
        from evidence_review import evidence

        return evidence.load(root)

    def make_report() -> list[Path]:
        from evidence_review import report

        out = results / REPORT
        return [
            *report.render_report(out / "report.md", root / BIBLIOGRAPHY, out, results),
            report.render_sheet(out / "one-page.md", out, results),
        ]

    def make_pages() -> list[Path]:
        from evidence_review.pages import render_notebook

        with ThreadPoolExecutor() as pool:  # pandoc works outside Python
            return list(pool.map(lambda path: render_notebook(path, results / PAGES), notebooks))

    def make_exchange() -> list[Path]:
        from evidence_review import exchange

        return exchange.write(load(), results)

    numbers = results / REPORT / "numbers.csv"

    def make_browser() -> list[Path]:
        from evidence_review import browser

        return browser.make_browser(load(), numbers, results / BROWSER)

    def make_models() -> list[Path]:
        from evidence_review import matching

        return matching.prepare_matcher(load(), results / MODELS)

    cited = f"{inputs} {hash_file(root / 'CITATION.cff')}"
    tables = [root / "data" / f"{name}.csv" for name in ("claims", "claim_phrasings")]
    learnt = hash_files([*tables, root / "requirements.txt"], root)
    learnt += hash_file(LIBRARY / "matching.py")
    return [
        Step(MODELS, lambda: learnt, make_models, named=0, apart=True),
        Step(REPORT, shown, make_report),
        Step(BROWSER, lambda: f"{inputs} {hash_file(numbers)}", make_browser),
        Step(PAGES, shown, make_pages, named=1),
        Step(EXCHANGE, lambda: cited, make_exchange, apart=True),
    ]


def _make(steps: Sequence[Step], ledger: Ledger, made: Made) -> None:
    """Make what is neither fresh nor `made`, two steps at a time: most of it waits.

    None needs another. Enter all of it into the ledger.
    """
    sources = {step: step.source() for step in steps}
    stale = [step for step in steps if not ledger.is_fresh(step.name, sources[step])]
    with ThreadPoolExecutor(max_workers=2) as pool:
        begun = {step: pool.submit(_time, step.make) for step in stale if step not in made}
        for step in stale:
            paths, seconds = made.get(step) or begun[step].result()
            print(f"{step.name}  {seconds:.1f} s")
            files = [path.relative_to(ledger.results).as_posix() for path in paths]
            ledger.enter(step.name, sources[step], files)


def _time(make: Callable[[], list[Path]]) -> tuple[list[Path], float]:
    start = time.perf_counter()
    return make(), time.perf_counter() - start


def _check_data(root: Path) -> None:
    """Raise what validation finds."""
    from evidence_review import validation

    validation.demand_valid(root)
