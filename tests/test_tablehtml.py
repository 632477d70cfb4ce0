"""Tables in a notebook: aligned, scrolling where long, with nothing that JupyterLab throws away."""

import re

import pandas as pd

from evidence_review.tablehtml import LONG, format_html


def make(lines: int) -> str:
    cells = pd.DataFrame({"Who": ["Egan"] * lines, "n": ["12"] * lines})
    return format_html("All & more", cells, ["n"], "../results/tables/01_x/all.csv")


def test_numbers_stand_right_and_words_left():
    made = make(1)
    assert re.search(r'<td style="[^"]*text-align:left">Egan</td>', made)
    assert re.search(r'<td style="[^"]*text-align:right">12</td>', made)
    assert re.search(r'<th [^>]*text-align:right">n</th>', made)


def test_the_header_stays_while_the_lines_scroll():
    assert "position:sticky" in make(1) and "overflow:auto" in make(1)


def test_a_long_table_is_cut_in_height_and_leads_to_the_whole_for_searching():
    assert "max-height:none" in make(LONG) and "<a " not in make(LONG)
    long = make(LONG + 1)
    assert 'href="../results/tables/01_x/all.csv"' in long and f"{LONG + 1} lines" in long
    assert "max-height:32em" in long and long.count("<tr>") == LONG + 2


def test_names_are_escaped_and_there_is_neither_script_nor_style_sheet():
    cells = pd.DataFrame({"<script>": ["x"]})
    made = format_html("<b>", cells, [], 'a"b')
    assert "<script" not in made and "<style" not in made and "&lt;b&gt;" in made


def test_no_line_says_that_none_was_found():
    assert "None found." in make(0) and "<table" not in make(0)
