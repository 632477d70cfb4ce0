"""The second reading beside the first: agreement per field, over rows that both readings saw."""

from dataclasses import replace

import pandas as pd
import pytest

from evidence_review import readings


@pytest.fixture(scope="module")
def agreement(made) -> pd.DataFrame:
    return readings.measure_agreement(made, made.tables["second_readings"]).set_index("field")


def test_publications_with_patient_data_are_counted_by_whether_they_were_read_again(made):
    counted = readings.count_rereading(made).set_index("Evidence")
    assert counted.loc["corns treated"].to_dict() == {
        "re-read": 3,
        "not re-read": 0,
        "Publications": 3,
    }
    assert counted.loc["corns among others", "not re-read"] == 1
    assert counted["Publications"].sum() == 7  # two handbook pages have no patients


def test_rows_of_one_reading_alone_are_kept_added_or_left_out(made):
    (line,) = readings.match_rows(made.tables["second_readings"]).to_dict("records")
    assert line == {
        "Table": "complications",
        "Seen in both": 3,
        "First only": 1,
        "of these kept": 1,
        "Second only": 2,
        "of these added": 1,
    }


def test_cells_are_compared_on_rows_that_both_readings_saw(agreement):
    assert list(agreement.index) == ["n_affected", "setting", "severity"]
    assert set(agreement["n"]) == {3}


def test_a_cell_that_both_leave_empty_agrees_and_is_counted_apart(agreement):
    assert agreement.loc["severity", ["n_empty", "n_agree"]].to_list() == [2, 2]
    assert agreement.loc["setting", "n_empty"] == 0


def test_what_one_reading_leaves_empty_does_not_agree(agreement):
    assert agreement.loc["n_affected", "n_agree"] == 2


def test_agreement_has_an_interval_that_holds_it(agreement):
    assert (agreement["low"] < agreement["agreement"]).all()
    assert (agreement["high"] > agreement["agreement"]).all()


def test_numbers_have_no_chance_corrected_coefficient(agreement):
    assert agreement.loc["n_affected", "kind"] == "number"
    assert pd.isna(agreement.loc["n_affected", "ac1"])


def test_not_reported_is_a_category(agreement):
    # setting: surgery/bathroom, surgery/surgery, bathroom/bathroom: po 2/3, pe 1/3·… by hand
    assert agreement.loc["setting", "kappa"] == pytest.approx((2 / 3 - 4 / 9) / (5 / 9))
    # severity: the first reads nothing thrice, so that chance alone gives what was seen
    assert agreement.loc["severity", "kappa"] == pytest.approx(0)


def test_ac1_counts_all_categories_that_the_readers_could_choose(made, agreement):
    categories = len(made.vocabulary("setting")) + 1  # and “not reported”
    by_chance = (0.5 * 0.5 + 0.5 * 0.5) / (categories - 1)
    assert agreement.loc["setting", "ac1"] == pytest.approx((2 / 3 - by_chance) / (1 - by_chance))


def test_every_difference_is_listed_and_counted_by_what_settled_it(made):
    assert len(readings.list_differences(made)) == 7
    counted = readings.count_resolutions(made).set_index("Reason")["All"]
    assert counted.sum() == 7
    assert counted["second saw more: the other page shows more"] == 3


def test_every_publication_with_patient_data_was_read_again_or_is_marked(evidence):
    tables = ("cases", "treatments", "complications", "frequencies")
    with_data = {key for table in tables for key in evidence.tables[table]["citekey"]}
    marked = evidence.tables["sources"]["second_reading"].dropna()
    assert with_data <= set(marked.index)  # a row may have been dropped on second reading
    read = set(evidence.tables["second_readings"]["citekey"])
    assert set(marked.index[marked == "re-read"]) == read


# --- for reading


@pytest.fixture(scope="module")
def tabulated(made) -> pd.DataFrame:
    table = readings.tabulate_agreement(made, made.tables["second_readings"])
    return table.set_index("Column")


def test_agreement_is_tabulated_under_the_titles_of_the_columns(tabulated):
    assert list(tabulated.index) == ["Affected", "Setting", "Severity"]
    assert set(tabulated["Table"]) == {"complications"}
    assert tabulated["Empty in both"].to_list() == [0, 0, 2]


def test_agreement_is_a_fraction_with_its_interval(tabulated):
    assert tabulated.loc["Affected", ["Rows in both", "Agree"]].to_list() == [
        3,
        "2/3 = 67% (21–94)",
    ]


def test_a_coefficient_has_its_limits_and_a_number_has_none(tabulated):
    chance_corrected = ["Cohen’s kappa", "Gwet’s AC1"]
    assert tabulated.loc["Affected", chance_corrected].to_list() == ["a number"] * 2
    assert tabulated.loc["Setting", "Cohen’s kappa"] == "0.40 (-1.00 to 1.00)"
    assert tabulated.loc["Setting", "Gwet’s AC1"].startswith("0.62 (")


def test_where_both_readers_use_one_word_alone_kappa_is_not_defined(made):
    lines = made.tables["second_readings"]
    same = lines.assign(
        first=lines["first"].mask(lines["field"] == "setting", "surgery"),
        second=lines["second"].mask(lines["field"] == "setting", "surgery"),
    )
    setting = readings.tabulate_agreement(made, same).set_index("Column").loc["Setting"]
    assert setting["Agree"].startswith("3/3 = 100%")
    assert setting["Cohen’s kappa"] == "not defined"
    assert setting["Gwet’s AC1"] == "1.00 (1.00 to 1.00)"


def change(made, *lines: dict) -> pd.DataFrame:
    """`list_changes` of these lines, each a cell of h3 in a publication on the condition."""
    cell = {"table": "complications", "row": "h3", "reading": 2, "field": "setting"}
    cell |= {"citekey": "patient", "reason": "slip"}
    read = pd.DataFrame([cell | line for line in lines])
    tables = made.tables | {"second_readings": read}
    return readings.list_changes(replace(made, tables=tables))


BETTER = {"first": "bathroom", "second": "surgery", "consensus": "surgery"}


def test_a_cell_is_changed_where_what_stands_is_not_what_was_first(made):
    (line,) = change(made, BETTER).to_dict("records")
    assert line == {
        **{"Table": "complications", "Row": "h3", "Column": "setting"},
        **{"First": "bathroom", "Now": "surgery", "Why": "slip", "citekeys": "patient"},
    }


def test_what_was_added_or_emptied_is_changed_too(made):
    added, emptied = BETTER | {"first": None}, BETTER | {"second": None, "consensus": None}
    assert len(change(made, added)) == len(change(made, emptied)) == 1


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(BETTER | {"consensus": "bathroom"}, id="the first stands"),
        pytest.param(BETTER | {"field": "row"}, id="a whole row"),
        pytest.param(BETTER | {"citekey": "warts"}, id="another condition"),
        pytest.param(BETTER | {"citekey": "mixed"}, id="mixed lesions"),
    ],
)
def test_what_is_no_changed_cell_on_the_condition_is_not_listed(made, line):
    assert change(made, line).empty


def test_a_cell_that_two_readings_show_is_listed_once(made):
    assert len(change(made, BETTER, BETTER | {"reading": 3})) == 1
    assert len(change(made, BETTER, BETTER | {"field": "severity"})) == 2


def test_a_consequence_of_a_procedure_is_on_the_condition(made):
    assert readings.list_changes(made)[["Row", "Column"]].to_numpy().tolist() == [["h9", "setting"]]


def test_what_awaits_a_reader_stands_in_order_with_what_it_would_answer(made):
    awaiting = readings.list_awaiting(made)
    assert awaiting["Rank"].to_list() == [1, 2]
    assert awaiting["citekeys"].to_list() == ["warts", "vague"]
    assert awaiting.iloc[0].to_list() == [
        *[1, "Lasers for warts", 2018, "Lasers of corns", "it counts feet", "a library", "warts"]
    ]
    assert pd.isna(awaiting.loc[1, "Where it is held"])


def test_without_second_reading_or_what_awaits_one_the_lists_are_empty(without):
    none = without("second_readings", "awaiting")
    assert readings.list_changes(none).empty and readings.list_awaiting(none).empty
