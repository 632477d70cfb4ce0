"""A stored notebook as a page, so that a number of the report leads to the cell behind it."""

from pathlib import Path

from evidence_review.files import ASSETS, write_atomically
from evidence_review.report import MARKDOWN, run_pandoc_for_page


def render_notebook(notebook: Path, out: Path) -> Path:
    """Make `out`/NAME.html of a stored notebook, and return its path.

    The page needs no other file and no network, runs no script, and shows code and outputs as they
    are stored; code cell N is its element `cell-N`. An older page is replaced only by a whole one.
    Raises BadInput for whatever pandoc warns about.
    """
    page = run_pandoc_for_page(
        notebook.name,
        notebook.parent,
        notebook.read_bytes(),
        "--from=ipynb-raw_html-raw_tex-tex_math_dollars-citations",
        "--ipynb-output=all",
        f"--metadata=markdown:{MARKDOWN}-citations",
        f"--metadata=title:{notebook.stem}",
        f"--lua-filter={ASSETS / 'notebook.lua'}",
        "--variable=back:../report/index.html",
        "--syntax-highlighting=none",
    )
    path = out / f"{notebook.stem}.html"
    write_atomically(path, page)
    return path
