"""What is said: publishers are counted, not pages, and every number leads back to its rows."""

import pandas as pd
import pytest

from evidence_review import statements
from evidence_review.results import split_keys


@pytest.fixture(scope="module")
def said(evidence):
    return statements.join_statements(evidence)


@pytest.fixture(scope="module")
def named(evidence):
    return statements.join_conditions(evidence)


def rows_of(summary: pd.DataFrame) -> list[str]:
    return [row for rows in summary["rows"] for row in split_keys(rows)]


def test_pages_of_one_publisher_are_one_voice(said):
    pages = said[said["citekey"].isin(["medscape1058063milia", "nguyen2016medscapepediatric"])]
    assert pages["citekey"].nunique() == 2
    assert statements.word_publishers(pages) == "1 publisher"


def test_articles_without_a_publisher_speak_for_themselves(evidence, said):
    silent = evidence.tables["sources"].query("publisher.isna()").index
    rows = said[said["citekey"].isin(silent)]
    assert statements.count_publishers(rows) == rows["citekey"].nunique()


def test_what_a_publisher_repeats_stands_in_one_line(said):
    listed = statements.list_statements(said.loc[["berk2008milia-s10", "berk2008milia-s12"]])
    assert listed["rows"].item() == "berk2008milia-s10; berk2008milia-s12"
    assert "is sebaceous hyperplasia (newborns). Main look-alike" in listed["Statements"].item()


def test_a_listed_statement_without_population_ends_in_one_stop(said):
    listed = statements.list_statements(said.loc[["medlineplus2009milia-s3"]])
    assert listed["Statements"].item() == "No way of preventing milia is known."


def test_a_list_keeps_each_statement_once_under_its_basis(said):
    listed = statements.list_statements(said)
    assert sorted(rows_of(listed)) == sorted(said.index)
    by_row = listed.assign(row=listed["rows"].map(split_keys)).explode("row").set_index("row")
    assert (by_row["Basis"].astype("str") == said.loc[by_row.index, "basis"].astype("str")).all()


def test_positions_are_those_on_the_condition_alone(evidence):
    positions = statements.join_positions(evidence)
    own = positions["relation"].isin(evidence.terms("relation", role="condition"))
    shown = set(rows_of(statements.summarise_positions(evidence)))
    assert shown == set(positions.index[own]) and set(positions.index) > shown


def test_stances_count_publishers_in_the_vocabulary_s_order(evidence):
    table = statements.summarise_positions(evidence)
    assert list(table.columns[1:-3]) == list(evidence.vocabulary("stance").index)
    squeezing = table.set_index("Treatment").loc["squeezing or picking"]
    assert squeezing["advises against"] == 2 and squeezing["recommends"] == 0


def test_a_publisher_with_two_stances_counts_once_in_all(evidence):
    table = statements.summarise_positions(evidence).set_index("Treatment")
    stances = table.loc["observation", list(evidence.vocabulary("stance").index)]
    assert stances.max() <= table.loc["observation", "Publishers"] < stances.sum()


def test_every_condition_named_is_summarised_with_its_statements(named):
    table = statements.summarise_conditions(named)
    assert set(table["Condition"]) == set(named["condition"])
    assert sorted(rows_of(table)) == sorted(named.index)


def test_repeats_of_a_publisher_do_not_raise_a_condition_s_count(named):
    table = statements.summarise_conditions(named[named["condition"] == "closed comedones"])
    assert len(split_keys(table["citekeys"].item())) == 3
    assert table["Publishers"].item() == 2


def test_who_asks_to_rule_a_condition_out_is_counted(named):
    table = statements.summarise_conditions(named).set_index("Condition")
    assert table.loc["basal cell carcinoma", "Ask to rule it out"] == 1
    assert table.loc["syringoma", "Ask to rule it out"] == 0


def test_look_alikes_have_no_cause(named):
    look_alikes = statements.summarise_conditions(named[named["kind"] == "look-alike"])
    assert "Cause" not in look_alikes
    assert look_alikes["Publishers"].is_monotonic_decreasing


def test_conditions_named_equally_often_keep_the_vocabulary_s_order(evidence, named):
    table = statements.summarise_conditions(named[named["kind"] == "look-alike"])
    once = table.loc[table["Publishers"] == 1, "Condition"]
    order = evidence.vocabulary("condition").index.get_indexer(once)
    assert len(once) > 2 and (order[1:] > order[:-1]).all()


def test_causes_hold_every_patient_with_the_condition_once(evidence):
    table = statements.summarise_causes(evidence)
    cases = evidence.tables["cases"]
    own = cases[cases["relation"].isin(evidence.terms("relation", role="condition"))]
    assert table["Patients"].sum() == len(own) < len(cases)
    assert set(own.index) <= set(rows_of(table))
    assert table.loc[table["Cause"].isna(), "Patients"].item() == own["cause"].isna().sum()
