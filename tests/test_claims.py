"""How claims stand: every verdict from its parts, its evidence and its cautions, none lost."""

from dataclasses import replace

import pandas as pd
import pytest

from evidence_review import claims
from evidence_review.evidence import Evidence
from evidence_review.tables import split_keys


@pytest.fixture(scope="module")
def judged(made) -> pd.DataFrame:
    return claims.judge_claims(made)


def put(evidence: Evidence, claim: str, **cells: str) -> Evidence:
    """The same review with other cells in the row of one claim."""
    table = evidence.tables["claims"].copy()
    for column, value in cells.items():
        table.loc[claim, column] = value
    return replace(evidence, tables=evidence.tables | {"claims": table})


# --- a compound claim is judged by its parts


def test_parts_that_agree_give_a_compound_claim_their_verdict(judged):
    assert judged.loc["C3", "verdict"] == "too far"


def test_a_compound_claim_with_a_supported_part_is_supported_in_part(judged):
    assert judged.loc["C2", "verdict"] == "half right"


@pytest.mark.parametrize("some", ["stands", "half right", "too far"])
def test_each_kind_of_support_in_one_part_is_support_in_part(made, some):
    changed = claims.judge_claims(put(made, "C4a", verdict=some))
    assert changed.loc["C4", "verdict"] == "half right"


def test_a_compound_claim_without_a_supported_part_is_not_supported(judged):
    assert judged.loc["C4", "verdict"] == "bare"


def test_contradiction_and_an_open_part_are_no_support(made):
    changed = claims.judge_claims(put(made, "C4a", verdict="never looked at"))
    assert changed.loc["C4", "verdict"] == "bare"


def test_a_compound_claim_is_as_certain_as_its_least_certain_part(judged):
    assert judged.loc["C2", "certainty"] == "guess"


def test_a_part_that_is_not_graded_does_not_change_the_certainty(made, judged):
    assert judged.loc["C3", "certainty"] == "fair"
    swapped = put(made, "C3a", certainty="not a question")
    swapped = put(swapped, "C3b", certainty="settled")
    assert claims.judge_claims(swapped).loc["C3", "certainty"] == "settled"


def test_where_no_part_is_graded_neither_is_the_whole(judged):
    assert judged.loc["C4", "certainty"] == "not a question"


def test_parts_are_named_and_other_claims_have_none(judged):
    assert judged["parts"].to_dict() == dict.fromkeys(judged.index, "") | {
        "C2": "C2a; C2b",
        "C3": "C3a; C3b",
        "C4": "C4a; C4b",
    }


def test_judging_changes_no_verdict_that_was_given_and_no_order(made, judged):
    given = made.tables["claims"]
    assert list(judged.index) == list(given.index)
    same = given["verdict"].notna()
    for column in ("verdict", "certainty"):
        assert (judged.loc[same, column] == given.loc[same, column]).all()
        assert list(judged[column].cat.categories) == list(given[column].cat.categories)


# --- what a verdict rests on


@pytest.mark.parametrize(
    ("claim", "base"),
    [
        ("C1", "direct opinion"),  # two statements of a handbook
        ("C2a", "direct data"),  # a statement that says what was seen
        ("C2b", "indirect data only"),  # corns among others are not corns; direct data qualify
        ("C3a", "direct opinion and indirect data"),
        ("C3b", "direct data"),  # corns as the outcome are corns
        ("C4a", "indirect opinion only"),
        ("C5", "direct data"),  # direct data are named alone, whatever else there is
        ("C6", "direct data"),
        ("C7", "nothing that settles it"),  # what qualifies a claim does not settle it
    ],
)
def test_the_base_of_a_verdict_is_said_in_words(made, claim, base):
    assert claims.name_base(made)[claim] == base


def test_each_link_leads_to_the_publication_of_its_row(made):
    links = claims.join_evidence(made)
    assert len(links) == len(made.tables["claim_evidence"])
    found = links.set_index(["table", "row"])["citekey"]
    assert found["cases", "c3"] == "mixed"
    assert found["frequencies", "f1"] == "count"
    assert found["statements", "s1"].unique().tolist() == ["leaflet"]


# --- lists


def test_the_guide_s_claims_are_listed_in_order_and_those_of_others_are_not(made):
    listed = claims.list_claims(made)["Claim"].to_list()
    assert listed == [claim for claim in made.tables["claims"].index if claim != "C8"]


def test_a_compound_claim_stands_in_its_section_with_the_verdict_of_its_parts(made):
    causes = claims.list_claims(made).query("Section == 'Causes'").set_index("Claim")
    assert causes["Verdict"].to_dict() == {"C2": "half right", "C2a": "stands", "C2b": "bare"}
    assert causes["Certainty of verdict"].to_dict() == {
        "C2": "guess",
        "C2a": "shaky",
        "C2b": "guess",
    }


def test_a_compound_claim_refers_to_its_parts_instead_of_evidence(made):
    whole = claims.list_claims(made).set_index("Claim").loc["C2"]
    assert whole["Why"] == "judged by its parts: C2a; C2b"
    assert whole["Rests on"] == whole["citekeys"] == whole["rows"] == ""


def test_a_listed_claim_leads_to_publications_and_to_rows_of_their_tables(made):
    claim = claims.list_claims(made).set_index("Claim").loc["C3a"]
    assert claim["citekeys"] == "leaflet; warts"
    assert claim["rows"] == "complications h1; statements s1"
    assert claim["Why"] == "Half were clear."
    assert claim["Rests on"] == "direct opinion and indirect data"


def test_claims_of_other_pages_alone_are_listed_with_who_makes_them(made):
    (claim,) = claims.list_added(made).to_dict("records")
    assert (claim["Claim"], claim["Pages asserting"], claim["Pages denying"]) == ("C8", 3, 0)
    assert (claim["Verdict"], claim["Rests on"]) == ("denied by counts", "direct data")
    assert (claim["Certainty of verdict"], claim["citekeys"]) == ("fair", "count")


def test_a_clash_shows_both_claims_in_words(made):
    clash = claims.list_conflicts(made).set_index("Claim").loc["C5"]
    assert clash["One place"] == "Cutting a corn at home is safe."
    assert (clash["and"], clash["Another"]) == ("C4a", "A laser beats a blade.")
    assert clash["Together"] == "A blade is safe, and beaten by a laser."
    assert clash["rows"] == "C5; C4a"


def test_each_caution_is_explained_once_in_the_order_of_the_vocabulary(made):
    assert claims.list_cautions(made).to_dict("list") == {
        "Caution": ["blade", "acid"],
        "Sentence to add": ["Do not cut where you cannot see.", "Keep acid off whole skin."],
    }


# --- counts


def test_verdicts_are_counted_by_topic_compound_claims_by_their_parts(made):
    counted = claims.count_verdicts(made).set_index(["topic", "verdict"])
    assert counted.loc[("cutting", "too far"), ["n", "rows"]].to_list() == [2, "C3a; C3b"]
    assert counted.loc[("where from", "half right"), "n"] == 0  # the compound claim itself
    assert counted["n"].sum() == 10


def test_claims_of_other_pages_are_no_verdicts_on_the_guide(made):
    counted = claims.count_verdicts(made).set_index(["topic", "verdict"])
    assert counted.loc[("what it is", "denied by counts"), "rows"] == "C6"


def test_topics_and_verdicts_without_a_claim_are_counted_as_zero(made):
    counted = claims.count_verdicts(made)
    cells = [(t, v) for t in made.vocabulary("claim_topic").index for v in verdicts_of(made)]
    assert list(zip(counted["topic"], counted["verdict"], strict=True)) == cells
    none = counted[counted["topic"] == "sorrow"]
    assert (none["n"] == 0).all() and (none["rows"] == "").all()


def verdicts_of(evidence: Evidence) -> list[str]:
    return list(evidence.vocabulary("verdict").index)


@pytest.fixture(scope="module")
def spread(made) -> pd.DataFrame:
    return claims.count_spread(made).set_index("claim_id")


def test_a_page_may_assert_a_claim_and_deny_it(spread):
    assert spread.loc["C5", ["asserted", "denied"]].to_list() == [1, 2]


def test_the_guide_under_review_does_not_spread_its_own_claims(spread):
    assert spread.loc["C1", "asserted"] == 1
    assert spread.loc["C6", "asserted"] == 2


def test_claims_that_no_other_page_makes_are_spread_over_none(made, spread):
    assert spread.loc["C7", ["asserted", "denied"]].to_list() == [0, 0]
    assert list(spread.index) == list(made.tables["claims"].dropna(subset="verdict").index)


def test_spread_keeps_the_order_of_verdicts(made, spread):
    assert list(spread["verdict"].cat.categories) == verdicts_of(made)


# --- worst first


def test_the_worst_verdict_comes_first_and_within_it_the_most_widespread_claim(made):
    worst = claims.list_worst(made, 20)
    assert worst["Claim"].to_list() == ["C6", "C5", "C4b", "C2b", "C4a", "C3a", "C3b", "C1", "C2a"]


def test_no_more_than_the_worst_are_listed(made):
    assert claims.list_worst(made, 2)["Claim"].to_list() == ["C6", "C5"]


@pytest.mark.parametrize("claim", ["C2", "C7", "C8"])
def test_neither_compound_nor_open_nor_others_claims_are_among_the_worst(made, claim):
    assert claim not in set(claims.list_worst(made, 20)["Claim"])


def test_a_bad_claim_is_shown_with_a_better_wording_its_cautions_and_sources(made):
    listed = claims.list_worst(made, 20).set_index("Claim")
    bad = listed.loc["C5"]
    assert bad["The guide says"] == "Cutting a corn at home is safe."
    assert (bad["Better wording"], bad["Cautions"]) == ("A cut corn can bleed.", "blade")
    assert (listed.loc["C3a", "Cautions"], listed.loc["C1", "Cautions"]) == ("acid; blade", "")
    assert (bad["Why"], bad["citekeys"]) == ("One of three bled.", "patient; vague")


# --- the review's own claims


@pytest.fixture(scope="module")
def own(evidence) -> pd.DataFrame:
    return claims.judge_claims(evidence)


def test_all_claims_of_the_guide_are_there_and_none_of_them_twice(own):
    numbered = own[(own["origin"] == "guide") & own["part_of"].isna()]
    assert list(numbered.index) == [f"C{n:02}" for n in range(1, 82)]


def test_every_claim_is_judged_and_its_certainty_said(own):
    assert own[["verdict", "certainty"]].notna().all(axis=None)


def test_parts_belong_to_a_compound_claim_of_the_same_section(own):
    parts = own.dropna(subset="part_of")
    wholes = own.loc[parts["part_of"]]
    assert (parts["section"].to_numpy() == wholes["section"].to_numpy()).all()
    assert parts.index.str.slice(0, -1).to_list() == parts["part_of"].to_list()
    assert (wholes.groupby(level=0).size() > 1).all()  # a whole with one part is that part


def test_every_verdict_that_needs_evidence_has_it(evidence):
    given = evidence.tables["claims"]["verdict"].dropna()
    needing = given.index[~given.isin(evidence.terms("verdict", role="open"))]
    bases = claims.name_base(evidence)
    assert len(needing) > 100
    assert set(evidence.tables["claim_evidence"]["claim_id"]) >= set(needing)
    supported = given.isin(evidence.terms("verdict", role="full"))
    assert "nothing that settles it" not in set(bases[given.index[supported]])


def test_every_link_is_kept_with_its_publication(evidence):
    links = claims.join_evidence(evidence)
    assert len(links) == len(evidence.tables["claim_evidence"])
    assert set(links["citekey"]) <= set(evidence.references.index)
    assert links[["direct", "data"]].notna().all(axis=None)


def test_every_wording_has_its_day_and_every_judged_claim_a_wording(evidence):
    table = evidence.tables["claims"]
    assert (table["wording"].notna() == table["worded_on"].notna()).all()
    assert (table["wording"].notna() == table["verdict"].notna()).all()


def test_every_caution_stands_behind_a_wording(evidence):
    table = evidence.tables["claims"]
    cautioned = evidence.tables["claim_cautions"]["claim_id"].unique()
    assert table.loc[cautioned, "wording"].notna().all()


def test_every_claim_of_the_guide_is_listed_once_with_its_section_and_reasons(evidence, own):
    listed = claims.list_claims(evidence)
    assert listed["Claim"].to_list() == own.index[own["origin"] == "guide"].to_list()
    assert listed[["Section", "Why", "Rests on"]].notna().all(axis=None)


def test_every_judged_claim_of_the_guide_is_counted_once(evidence, own):
    counted = claims.count_verdicts(evidence)
    rows = [row for joined in counted["rows"] for row in split_keys(joined)]
    assert sorted(rows) == sorted(own.index[(own["origin"] == "guide") & (own["parts"] == "")])
    assert counted["n"].sum() == len(rows)


def test_no_sighting_of_a_claim_is_lost(evidence):
    made_by = evidence.tables["guide_claims"]["guide_id"]
    under_review = evidence.tables["guides"]["under_review"].astype(bool)
    spread = claims.count_spread(evidence)
    others = (~made_by.map(under_review)).sum()
    assert spread["asserted"].sum() + spread["denied"].sum() == others > 0


def test_the_guide_under_review_makes_each_of_its_claims(evidence, own):
    pages = evidence.tables["guides"]
    (guide,) = pages.index[pages["under_review"]]
    made = evidence.tables["guide_claims"]
    made = made[made["guide_id"] == guide]
    assert (made["polarity"] == "same").all()
    judged = own.index[(own["origin"] == "guide") & (own["parts"] == "")]
    assert sorted(made["claim_id"]) == sorted(judged)


def test_claims_of_other_pages_are_those_of_which_two_or_more_speak(evidence):
    added = claims.list_added(evidence)
    assert (added["Pages asserting"] > 0).all()
    assert (added["Pages asserting"] + added["Pages denying"] >= 2).all()


def test_the_guide_prints_five_references(evidence):
    assert list(evidence.tables["guide_references"].index) == [1, 2, 3, 4, 5]


def test_no_sentence_of_the_test_half_was_learnt_from(root, evidence):
    labels = pd.read_csv(root / "tests" / "labelled_sentences.csv")
    test = simplify(labels.loc[labels["split"] == "test", "sentence"])
    assert len(test) > 400
    assert not test & simplify(evidence.tables["claim_phrasings"]["phrasing"])


def simplify(sentences: pd.Series) -> set[str]:
    """Sentences without capitals and punctuation."""
    return set(sentences.str.casefold().str.findall(r"\w+").str.join(" "))
