"""What was searched, found and read: nothing lost, nothing claimed that was not looked for."""

from dataclasses import replace

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from evidence_review import figures, publications
from evidence_review.evidence import Evidence
from evidence_review.tables import split_keys


@pytest.fixture(scope="module")
def flow(made) -> pd.Series:
    return publications.count_flow(made).set_index("box")["n"]


def keep(evidence: Evidence, *citekeys: str) -> Evidence:
    """The review with these publications alone."""
    sources = evidence.tables["sources"].loc[list(citekeys)]
    references = evidence.references.loc[list(citekeys)]
    return replace(evidence, tables=evidence.tables | {"sources": sources}, references=references)


def test_every_table_and_the_bibliography_are_fingerprinted(made):
    listed = publications.summarise_data(made).set_index("Table")
    assert len(listed) == len(made.tables) + 1
    assert listed.loc["sources", "Rows"] == "9 rows"
    assert listed.loc["vocabulary: form", "Rows"] == "2 rows"
    assert listed.loc["references.bib", "Rows"] == "9 rows"


def test_no_two_tables_of_the_review_have_the_same_fingerprint(evidence):
    assert publications.summarise_data(evidence)["Fingerprint"].is_unique


def test_direct_is_the_condition_itself_or_as_an_outcome(made):
    parts = publications.split_sources(made)
    assert set(parts["direct"].index) == {"trial", "patient", "after", "leaflet", "poster", "count"}
    assert list(parts["mixed"].index) == ["mixed"]
    assert len(parts["all"]) == 9


def test_a_trial_is_one_whatever_it_is_about(made):
    parts = publications.split_sources(made)
    assert set(parts["trials"].index) == {"trial", "mixed", "warts"}
    assert set(parts["trials"].index.intersection(parts["direct"].index)) == {"trial"}


def test_a_publication_is_unread_unless_part_of_its_text_was_seen(made):
    parts = publications.split_sources(made)
    assert set(parts["all"].index) - set(parts["unread"].index) == {"trial", "warts"}


def test_the_flow_begins_with_the_look_ups_and_ends_at_the_publications(flow):
    assert flow[["searched", "identified", "relevant"]].tolist() == [5, 30, 4]
    assert flow[["included", "direct", "other"]].tolist() == [9, 6, 3]


def test_the_flow_gives_every_excluded_page_its_reason(flow):
    excluded = flow.filter(like="excluded: ")
    assert excluded.to_dict() == {"excluded: not about corns": 2, "excluded: no data": 1}


def test_what_was_not_recorded_is_missing_in_the_flow_not_zero(flow):
    assert flow[["repeats", "sought"]].isna().all()


def test_the_flow_of_the_review_adds_up(evidence):
    n = publications.count_flow(evidence).set_index("box")["n"]
    assert n["included"] == len(evidence.tables["sources"]) == n["direct"] + n["other"]
    assert n.filter(like="excluded: ").sum() == len(evidence.tables["screening"])


def test_the_map_holds_each_publication_of_a_known_design_once(made):
    grid = publications.map_evidence(made)
    known = made.tables["sources"]["design"].dropna().index
    assert grid["n"].sum() == len(known) == 8
    assert sorted(k for keys in grid["citekeys"] for k in split_keys(keys)) == sorted(known)


def test_the_map_shows_where_there_is_nothing(made):
    grid = publications.map_evidence(made).set_index(["evidence", "design", "question"])
    assert len(grid) == 2 * 6 * 3
    assert grid.loc[("direct", "drawn by lot", "treatment"), "rows"] == "trial"
    assert grid.loc[("direct", "drawn by lot", "complication"), "n"] == 0
    assert grid.loc[("other", "drawn by lot", "complication"), "n"] == 1


def test_without_direct_publications_the_map_shows_an_empty_half(made):
    grid = publications.map_evidence(keep(made, "warts", "vague"))
    assert grid.groupby("evidence")["n"].sum().to_dict() == {"direct": 0, "other": 2}
    figures.draw_evidence_map(grid, made.subject)
    plt.close("all")


def test_years_without_publications_are_shown(made):
    years = publications.count_years(made).set_index("years")
    assert years.index.tolist() == [2000, 2005, 2010, 2015]
    assert years["direct"].tolist() == [2, 1, 0, 1] and years["other"].tolist() == [0, 0, 0, 3]


def test_years_are_counted_in_the_width_asked_for(made):
    years = publications.count_years(made, width=10).set_index("years")
    assert years.sum(axis=1).to_dict() == {2000: 3, 2010: 4}


def test_years_without_direct_publications_keep_both_columns(made):
    years = publications.count_years(keep(made, "warts", "mixed"))
    assert years[["direct", "other"]].values.tolist() == [[0, 2]]


def test_every_dated_publication_of_the_review_is_in_the_years(evidence):
    years = publications.count_years(evidence)
    included = evidence.references.loc[evidence.tables["sources"].index]
    dated = included["year"].notna().sum()
    assert years[["direct", "other"]].to_numpy().sum() == dated


def test_what_was_read_is_counted_by_evidence(made):
    access = publications.summarise_access(made).set_index("Evidence")
    own = access.loc["corns treated"]
    assert own["excerpt of full text"] == 1 and own["abstract"] == 4 and own["Publications"] == 5
    assert access["Publications"].sum() == 9


def test_listed_publications_keep_their_key_and_what_was_read(made):
    listed = publications.list_sources(made, made.tables["sources"].loc[["poster", "trial"]])
    assert listed["rows"].tolist() == listed["citekeys"].tolist() == ["poster", "trial"]
    assert listed["Title"].tolist() == ["Your feet", "Paring or plaster"]
    assert listed["Year"].isna().tolist() == [True, False]
    assert listed["What was read"].tolist() == ["abstract", "excerpt of full text"]


def test_names_stand_as_in_the_bibliography(made):
    listed = publications.list_names(made.references.loc[["trial"]])
    assert listed["Authors"].item() == "Ames Ann" and listed["rows"].item() == "trial"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["k1", "k2", "k5"]),
        ({"words": "laser"}, ["k2"]),
        ({"words": "PARING"}, ["k1"]),
        ({"topic": "home"}, ["k5"]),
        ({"words": "laser", "topic": "home"}, []),
    ],
)
def test_look_ups_count_only_when_they_name_the_condition(made, asked, found):
    assert publications.find_lookups(made, **asked).index.tolist() == found


def test_without_look_ups_none_is_found(without):
    assert publications.find_lookups(without("searches"), "laser").empty
