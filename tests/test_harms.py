"""What went wrong: an interval only over people at risk, every harm once, home is not clinic."""

from dataclasses import replace

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from evidence_review import figures, harms, synthesis
from evidence_review.tables import NOT_REPORTED, split_keys


@pytest.fixture(scope="module")
def joined(made) -> pd.DataFrame:
    return harms.join_complications(made)


@pytest.fixture(scope="module")
def parts(made) -> dict[str, pd.DataFrame]:
    return harms.split_harms(made)


@pytest.fixture(scope="module")
def caused(made) -> pd.DataFrame:
    return harms.list_caused(made)


def rows_of(summary: pd.DataFrame) -> list[str]:
    return sorted(row for rows in summary["rows"] for row in split_keys(rows))


def test_a_count_among_people_at_risk_has_an_interval(joined):
    row = joined.loc["h1"]
    assert row["risk"] == 6 and row["low"] == pytest.approx(2.1, abs=0.05)
    assert row["high"] == pytest.approx(16.2, abs=0.05)


def test_none_seen_is_not_none_possible(joined):
    assert joined.loc["h2", "risk"] == joined.loc["h2", "low"] == 0 < joined.loc["h2", "high"]


@pytest.mark.parametrize(
    ("row", "denominator"),
    [("h4", "feet"), ("h5", "came with harm"), ("h6", "written up"), ("h7", "notified")],
)
def test_where_nobody_was_at_risk_there_is_no_interval(joined, row, denominator):
    found = joined.loc[row]
    assert found["denominator"] == denominator and not found["at_risk"]
    assert found[["n_affected", "n_exposed"]].notna().all()
    assert found[["risk", "low", "high"]].isna().all()


def test_without_a_denominator_or_in_a_handful_there_is_no_interval(joined):
    assert joined.loc[["h3", "h11"], ["risk", "low", "high"]].isna().all(axis=None)


def test_in_the_review_an_interval_means_people_at_risk(evidence):
    rows = harms.join_complications(evidence)
    shown = rows[rows[["risk", "low", "high"]].notna().any(axis=1)]
    assert len(shown) and shown["at_risk"].all()
    assert set(shown["denominator"]) <= set(evidence.terms("denominator", role="at risk"))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("h1", "3/50"),
        ("h4", "9/80 sides"),
        ("h6", "1 case"),
        ("h8", "12.5% of 96 lesions"),
    ],
)
def test_a_count_is_worded_with_what_was_counted(joined, row, words):
    assert joined.loc[row, "counted"] == words


def test_without_a_number_no_count_is_worded(joined):
    assert pd.isna(joined.loc["h11", "counted"])


def test_several_published_cases_are_in_the_plural(made):
    several = made.tables["complications"].assign(n_affected=2, denominator="written up")
    rows = harms.join_complications(replace(made, tables=made.tables | {"complications": several}))
    assert set(rows["counted"]) == {"2 cases"}


def test_a_procedure_is_named_with_its_kind_unless_that_says_nothing(joined):
    assert joined.loc["h1", "procedure"] == "laser: pulsed"
    assert joined.loc["h5", "procedure"] == "bathroom acid"


def test_recurrence_is_an_outcome_not_a_harm(parts):
    assert parts["outcomes"].index.tolist() == ["h10"]
    assert all("h10" not in part.index for name, part in parts.items() if name != "outcomes")


def test_every_row_of_the_review_is_a_harm_or_an_outcome(evidence):
    parts = harms.split_harms(evidence)
    both = [*parts["all"].index, *parts["outcomes"].index]
    assert sorted(both) == sorted(evidence.tables["complications"].index)


def test_harms_stand_by_what_they_are_about(parts):
    assert parts["treated"].index.tolist() == ["h3"]
    assert parts["as harm"].index.tolist() == ["h9"]
    assert parts["mixed"].index.tolist() == ["h8"]
    assert parts["elsewhere"].index.tolist() == ["h1", "h2", "h4", "h5", "h6", "h7"]


def test_what_cannot_be_told_is_among_all_harms_alone(parts):
    assert [name for name, part in parts.items() if "h11" in part.index] == ["all"]


def test_home_is_neither_a_clinic_nor_a_salon(parts):
    assert parts["home"].index.tolist() == ["h5", "h6"]
    assert parts["lay"].index.tolist() == ["h7"]
    assert parts["clinic"].index.tolist() == ["h1", "h2", "h3", "h4", "h9"]


def test_what_was_prescribed_is_in_none_of_the_three_settings(parts):
    assert not any("h8" in parts[name].index for name in ("home", "lay", "clinic"))


def test_the_condition_as_a_consequence_comes_from_both_tables(caused):
    assert caused.index.tolist() == ["h9", "f4"]
    assert caused["counted"].tolist() == ["8/45", "6/60"]
    assert caused["procedure"].tolist() == ["stitches", "new shoes"]
    assert caused["risk"].tolist() == pytest.approx([100 * 8 / 45, 10])


def test_consequences_can_be_drawn(caused):
    with plt.style.context(figures.STYLE):
        assert len(figures.draw_risks(caused, "Corns after").data) == 2
    plt.close("all")


def test_in_the_review_no_count_of_a_consequence_is_lost(evidence):
    outcome = evidence.terms("relation", role="outcome")
    both = [evidence.tables[name] for name in ("complications", "frequencies")]
    rows = [row for table in both for row in table.index[table["relation"].isin(outcome)]]
    assert sorted(harms.list_caused(evidence).index) == sorted(rows)


def test_settings_hold_every_harm_once_and_name_the_unknown(parts):
    table = harms.summarise_settings(parts["all"])
    assert rows_of(table) == sorted(parts["all"].index)
    unknown = table[table["Where and by whom"] == NOT_REPORTED]
    assert unknown["rows"].tolist() == ["h11"]


def test_serious_is_serious(parts):
    table = harms.summarise_settings(parts["all"])
    table = table.set_index(["Where and by whom", "Evidence on"])
    home, clinic = (table.loc[(place, "warts instead")] for place in ("bathroom", "surgery"))
    assert home["serious, of those graded"] == "1 of 2"
    assert clinic["serious, of those graded"] == "0 of 1"
    assert home["Harm entries"] == 2 and clinic["Harm entries"] == 3
    assert home["Publications"] == 1 and home["with people at risk counted"] == 0


def test_a_harm_that_was_not_graded_is_not_one_that_is_not_serious(parts):
    unknown = harms.summarise_settings(parts["all"].loc[["h7"]])
    assert unknown["serious, of those graded"].item() == "0 of 0"


def test_settings_of_the_review_lose_no_harm(evidence):
    everything = harms.split_harms(evidence)["all"]
    table = harms.summarise_settings(everything)
    assert rows_of(table) == sorted(everything.index)
    serious = table["serious, of those graded"].str.split(" of ", expand=True).astype(int).sum()
    graded = everything["severity"].dropna()
    assert serious.tolist() == [(graded == "serious").sum(), len(graded)]


def test_procedures_hold_every_harm_once_and_name_its_kinds(parts):
    table = harms.summarise_by(parts["all"], "modality", "Procedure")
    assert rows_of(table) == sorted(parts["all"].index)
    laser = table.set_index("Procedure").loc["laser"]
    assert laser["Harms named"] == "scar; bleeding"
    assert laser["Harm entries"] == 3 and laser["with people at risk counted"] == 2


def test_a_stratum_that_is_not_reported_has_a_line_of_its_own(parts):
    rows = parts["all"].assign(
        periocular=pd.array([True, False] + [pd.NA] * (len(parts["all"]) - 2), "boolean")
    )
    table = harms.summarise_by(rows, "periocular", "By the eye").set_index("By the eye")
    assert set(table.index) == {"yes", "no", "not reported"}
    assert table["Harm entries"].sum() == len(rows)


def test_a_publication_is_one_line_with_its_harms_side_by_side(parts):
    table = harms.summarise_publications(parts["home"])
    line = table.iloc[0]
    assert len(table) == 1 and line["citekeys"] == "vague" and line["rows"] == "h5; h6"
    assert line["Harms (not added up)"] == "scar 17/102; infection 1 case"
    assert line["Who is counted"] == "came with harm; written up"


def test_a_harm_without_a_count_is_named_alone(joined):
    line = harms.summarise_publications(joined.loc[["h11"]])
    assert line["Harms (not added up)"].item() == "bleeding"
    assert pd.isna(line["Who is counted"].item())


def test_a_listed_harm_shows_its_interval_where_it_has_one(joined):
    listed = harms.list_harms(joined).set_index("rows")
    assert listed.loc["h1", "95% interval"] == "2.1 to 16.2%"
    assert listed["95% interval"].notna().sum() == joined["low"].notna().sum()
    assert listed["Count"].isna().sum() == 1


def test_a_short_list_puts_the_interval_beside_the_count(joined):
    short = harms.shorten_harms(harms.list_harms(joined)).set_index("rows")
    assert short.loc["h1", "Count (95% interval)"] == "3/50 (2.1 to 16.2%)"
    assert short.loc["h5", "Count (95% interval)"] == "17/102"
    assert pd.isna(short.loc["h11", "Count (95% interval)"])


@pytest.mark.parametrize(
    "summarise",
    [
        harms.summarise_settings,
        pytest.param(
            lambda rows: harms.summarise_by(rows, "modality", "Procedure"), id="by procedure"
        ),
        harms.summarise_publications,
        harms.list_harms,
        lambda rows: harms.shorten_harms(harms.list_harms(rows)),
    ],
)
def test_without_harms_a_table_is_empty(without, parts, summarise):
    for none in (parts["all"].head(0), harms.split_harms(without("complications"))["all"]):
        table = summarise(none)
        assert table.empty and {"citekeys", "rows"} <= set(table.columns)


def test_without_harms_the_consequences_counted_elsewhere_remain(without):
    assert harms.list_caused(without("complications")).index.tolist() == ["f4"]
    assert harms.list_caused(without("complications", "frequencies")).empty


def test_a_chart_of_no_harm_is_an_empty_chart(parts):
    with plt.style.context(figures.STYLE):
        chart = figures.draw_risks(parts["treated"].head(0), "Nothing")
    plt.close("all")
    assert chart.data.empty and chart.caption.startswith("Nothing: ")


# --- the same harm in several studies

POOLED = "Next study (95% prediction); mean"
NOT_POOLED = "fewer than three studies, or several counts of one: not pooled"


def repeat(joined: pd.DataFrame, *studies: dict) -> pd.DataFrame:
    """One row of a counted harm for each of these studies, as `h1` but for what is given."""
    rows = joined.loc[["h1"] * len(studies)].reset_index(drop=True)
    given = pd.DataFrame([{"citekey": f"study{n}", **s} for n, s in enumerate(studies)])
    rows = rows.assign(**{c: given[c].fillna(rows[c]).astype(rows[c].dtype) for c in given})
    rows["risk"] = (100 * rows["n_affected"] / rows["n_exposed"]).astype(float)
    return rows.set_axis([f"x{n}" for n in rows.index]).rename_axis("id")


def test_two_studies_of_the_same_harm_are_shown_as_a_range(joined):
    (line,) = harms.pool_alike(repeat(joined, {"n_affected": 3}, {"n_affected": 10})).to_dict(
        "records"
    )
    assert line == {
        **{"Procedure": "laser", "Condition": "warts", "Harm": "scar", "Studies": 2},
        **{"n/N": "3/50; 10/50", "Range": "6.0–20.0%"},
        POOLED: NOT_POOLED,
        **{"citekeys": "study0; study1", "rows": "x0; x1"},
    }


def test_three_studies_are_pooled_the_prediction_before_the_mean(joined):
    rows = repeat(joined, {"n_affected": 3}, {"n_affected": 10}, {"n_affected": 5})
    (line,) = harms.pool_alike(rows).to_dict("records")
    pooled = synthesis.pool_proportions(rows.rename(columns={"n_exposed": "n_total"}))
    assert line["Studies"] == 3 and line["rows"] == "x0; x1; x2"
    words = line[POOLED]
    ends = f"{100 * pooled.prediction_low:.1f}–{100 * pooled.prediction_high:.1f}%; mean "
    assert words.startswith(ends + f"{100 * pooled.estimate:.1f}% ({100 * pooled.low:.1f}–")
    assert words.endswith(f"I² {pooled.i2:.0f}%")


def test_several_counts_of_one_study_are_not_pooled_and_do_not_make_it_more_studies(joined):
    once, twice, third = {"citekey": "a"}, {"citekey": "b"}, {"citekey": "c"}
    for given, studies in (([once, twice, twice], 2), ([once, twice, twice, third], 3)):
        (line,) = harms.pool_alike(repeat(joined, *given)).to_dict("records")
        assert line["Studies"] == studies and line[POOLED] == NOT_POOLED
        assert line["n/N"] == "; ".join(["3/50"] * len(given))
    assert harms.pool_alike(repeat(joined, once, once, once)).empty


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"modality": "paring"}, id="another procedure"),
        pytest.param({"target": "moles"}, id="another condition"),
        pytest.param({"complication": "bleeding"}, id="another harm"),
        pytest.param({"at_risk": False}, id="nobody at risk"),
    ],
)
def test_what_is_not_alike_is_not_laid_together(joined, other):
    assert harms.pool_alike(repeat(joined, {"n_affected": 3}, {"n_affected": 3} | other)).empty


def test_a_count_that_is_not_printed_is_not_laid_together(joined):
    rows = repeat(joined, {}, {})
    rows.loc["x1", "n_affected"] = pd.NA
    assert harms.pool_alike(rows).empty


def test_capitals_do_not_make_another_condition(joined):
    assert harms.pool_alike(repeat(joined, {"target": "Warts"}, {})).loc[0, "Condition"] == "warts"


def test_the_made_review_has_no_harm_counted_twice(parts):
    assert harms.pool_alike(parts["all"]).empty


def test_in_the_review_three_studies_with_one_count_each_are_pooled_and_no_others(evidence):
    alike = harms.pool_alike(harms.split_harms(evidence)["all"])
    pooled = alike[POOLED] != NOT_POOLED
    counts = alike["rows"].map(split_keys).map(len)
    assert pooled.any()
    assert pooled.equals((alike["Studies"] > 2) & (counts == alike["Studies"]))
    assert alike["citekeys"].map(split_keys).map(len).equals(alike["Studies"])
