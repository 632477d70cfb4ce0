"""The second reading beside the first: agreement per field, over rows that both readings saw."""

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
