"""A table as a notebook shows it: aligned, with a header that stays, scrolling where it is long.

Styles stand in the cells and there is no script: JupyterLab drops `<style>` and `<script>` from the
outputs of a notebook that was not run on this machine, so that a table library would lose its looks
and its search there.
"""

import html

import pandas as pd

LONG = 20  # lines that are read without scrolling
_CELL = "padding:4px 8px;vertical-align:top;text-align:"
_HEAD = "position:sticky;top:0;background:#eeeeee;color:#222222;" + _CELL
_SCROLL = "overflow:auto;max-height:"


def format_html(title: str, cells: pd.DataFrame, numeric: list[str], whole: str) -> str:
    """The table's HTML. `cells` are safe HTML, names and `title` are text.

    `numeric` names the columns to be aligned right; `whole` is the address of the CSV, to which a
    long table leads for searching.
    """
    heading = f"<p><b>{html.escape(title)}</b></p>\n"
    if cells.empty:
        return f"{heading}<p>None found.</p>"
    sides = {name: "right" if name in numeric else "left" for name in cells}
    head = "".join(
        f'<th scope="col" style="{_HEAD}{side}">{html.escape(name)}</th>'
        for name, side in sides.items()
    )
    styled = pd.DataFrame(
        {
            name: f'<td style="{_CELL}{side}">' + cells[name] + "</td>"
            for name, side in sides.items()
        }
    )
    rows = "\n".join(f"<tr>{''.join(row)}</tr>" for row in styled.to_numpy())
    long = len(cells) > LONG
    note = (
        f'<p>{len(cells):,} lines: scroll, or <a href="{html.escape(whole)}">open the whole table '
        "to search it</a>.</p>\n"
        if long
        else ""
    )
    return (
        f'{heading}{note}<div style="{_SCROLL}{"32em" if long else "none"}">\n'
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
    )
