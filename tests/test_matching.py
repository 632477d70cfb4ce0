"""Which claim a sentence asserts or denies, if any; learnt once, and anew where it must be."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_review import matching
from evidence_review.evidence import Evidence
from evidence_review.findings import BadInput
from evidence_review.matching import calibrate, embed, split_stems


@pytest.fixture(scope="module")
def phrasings(made) -> pd.DataFrame:
    return made.tables["claim_phrasings"]


@pytest.fixture(scope="module")
def matcher(phrasings) -> matching.Matcher:
    return matching.learn(phrasings)


# --- what a sentence is matched with

SENTENCES = {
    "Narrow, tight shoes are what causes corns.": ("C2a", "same"),
    "Narrow shoes do not cause a corn.": ("C2a", "opposite"),
    "You may safely cut corns at home with a blade.": ("C5", "same"),
    "Never cut corns at home: it is dangerous and not safe.": ("C5", "opposite"),
    "Corns will not return, they never come back.": ("C6", "same"),
    "Corns can come back again.": ("C6", "opposite"),
    "A corn has a hard core in thick skin.": ("C1", "same"),
}
UNRELATED = [
    "Sign up for our newsletter.",
    "The train to Lima leaves at noon.",
    "Photos by our team.",
    "",
]
NOTHING_ASSERTED = [
    "Is it safe to cut a corn at home?",
    "“Is it safe to cut a corn at home?”",
    "(Do corns ever come back?)",
    "Myth: It is safe to cut a corn at home.",
    "Myth 2: Tight shoes do not cause corns.",
    "Cutting Corns at Home",
    "Tight shoes.",
    "Ames A. Tight shoes do cause corns. Feet 2003; 12: 3-4.",
    "Ames A. Tight shoes do cause corns. doi:10.1000/t",
]


@pytest.fixture(scope="module")
def found(matcher) -> pd.DataFrame:
    """One row per sentence of all three kinds."""
    sentences = [*SENTENCES, *UNRELATED, *NOTHING_ASSERTED]
    return matcher.match(sentences).set_axis(sentences)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_asserts_or_denies_its_claim(found, sentence):
    assert tuple(found.loc[sentence, ["claim_id", "polarity"]]) == SENTENCES[sentence]
    assert 0 < found.loc[sentence, "confidence"] < 1


@pytest.mark.parametrize("sentence", UNRELATED + NOTHING_ASSERTED)
def test_a_sentence_without_a_claim_gets_none(found, sentence):
    assert found.loc[sentence, ["claim_id", "polarity"]].isna().all()
    assert found.loc[sentence, "confidence"] == 0


@pytest.mark.parametrize("sentence", NOTHING_ASSERTED)
def test_what_asserts_nothing_has_no_candidates(found, sentence):
    assert matching.asserts_nothing(sentence)
    assert found.loc[sentence, "also"] == ""


@pytest.mark.parametrize(
    "sentence",
    [
        *SENTENCES,
        "Is it? Cutting corns is safe.",
        "It is a myth that corns come back: they do not.",
        "Ann Ames Cuts Corns.",
        "NEVER Cut A Corn!",
        "Ann Ames of Foot House Pares Corns for a Living",
        "Corns come back",
        "In 2003, corns came back in 30 of 200.",
    ],
)
def test_what_is_no_question_myth_heading_or_scrap_may_assert_something(sentence):
    assert not matching.asserts_nothing(sentence)


def test_a_sentence_becomes_a_question_by_its_mark(matcher):
    asked = [sentence.replace(".", "?") for sentence in SENTENCES]
    assert matcher.match(asked)["claim_id"].isna().all()


def test_a_question_mark_within_a_sentence_is_no_question(matcher):
    said = "Is it safe to cut a corn at home? Cutting corns at home is harmless."
    assert matcher.match([said])["claim_id"].item() == "C5"


def test_what_else_a_sentence_may_say_is_listed_without_the_match_itself(matcher):
    both = "A corn has a hard core and thick skin, and tight shoes cause it."
    match = matcher.match([both]).loc[0]
    assert {match["claim_id"], match["also"]} == {"C1", "C2a"}


def test_what_is_too_weak_to_be_named_is_still_a_candidate(matcher, monkeypatch):
    said = "Narrow, tight shoes are what causes corns."
    monkeypatch.setattr(matching, "LEAST", 1.1)
    match = matcher.match([said]).loc[0]
    assert pd.isna(match["claim_id"])
    assert match["also"].split("; ")[0] == "C2a"


def test_no_more_than_the_best_candidates_are_listed(matcher, monkeypatch):
    monkeypatch.setattr(matching, "WORTH_NAMING", 0)
    sentences = [*SENTENCES, *UNRELATED]
    listed = matcher.match(sentences)
    numbers = listed["also"].str.split("; ").map(len) + listed["claim_id"].notna()
    assert set(numbers) == {matching.CANDIDATES}
    assert all(
        claim not in also.split("; ")
        for claim, also in zip(listed["claim_id"], listed["also"], strict=True)
    )


def test_a_sentence_that_leans_both_ways_is_less_sure(matcher):
    plain, torn = matcher.match(
        ["Corns never come back.", "Some say that corns never come back, others that they return."]
    )["confidence"]
    assert torn < plain


def test_what_speaks_against_the_polarity_counts_against_the_match(matcher, monkeypatch):
    def share(self, sentences):
        shares = np.zeros((2, len(self.classes)))
        shares[:, self.classes.index(("C5", "same"))] = [0.5, 0.6]
        shares[0, self.classes.index(("C5", "opposite"))] = 0.1
        return shares

    monkeypatch.setattr(matching.Matcher, "share_evidence", share)
    opposed, plain = matcher.match(["One is opposed.", "The other is not."])["confidence"]
    assert opposed < plain
    assert plain == pytest.approx(calibrate(0.6, 0), abs=0.001)


def test_a_claim_is_named_though_its_polarity_is_unsure(matcher, monkeypatch):
    def share(self, sentences):
        shares = np.zeros((1, len(self.classes)))
        shares[:, self.classes.index(("C5", "same"))] = 0.4
        shares[:, self.classes.index(("C5", "opposite"))] = 0.35
        return shares

    monkeypatch.setattr(matching.Matcher, "share_evidence", share)
    match = matcher.match(["It leans both ways."]).loc[0]
    assert (match["claim_id"], match["polarity"]) == ("C5", "same")
    assert match["confidence"] < matching.HIGH


def test_the_order_of_sentences_does_not_matter(matcher, found):
    backwards = list(found.index[::-1])
    again = matcher.match(backwards).set_axis(backwards).loc[found.index]
    pd.testing.assert_frame_equal(again, found, atol=0.0015)


def test_a_sentence_is_matched_as_if_it_stood_alone(matcher, found):
    for sentence in SENTENCES:
        alone = matcher.match([sentence]).loc[0]
        assert alone["claim_id"] == found.loc[sentence, "claim_id"]
        assert alone["confidence"] == pytest.approx(found.loc[sentence, "confidence"], abs=0.0015)


def test_no_sentences_have_no_matches_in_the_same_columns(matcher, found):
    nothing = matcher.match([])
    assert nothing.empty
    assert list(nothing.columns) == list(found.columns)


def test_evidence_is_shared_out_among_the_claims(matcher):
    shares = matcher.share_evidence(list(SENTENCES))
    assert (shares >= 0).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-5)


def test_what_is_like_no_phrasing_is_left_to_the_regression(matcher):
    assert matcher.share_evidence([""]).sum() == pytest.approx(2 / 3)


# --- learning


def test_the_same_phrasings_are_learnt_alike(phrasings, monkeypatch):
    monkeypatch.setattr(matching, "_DIMENSIONS", 4)  # so few that the axes are drawn at random
    one, other = (matching.learn(phrasings) for _ in range(2))
    assert one.axes.shape[1] == 4
    np.testing.assert_allclose(one.axes, other.axes, atol=1e-5)


def test_claims_and_polarities_learnt_are_those_of_the_phrasings(matcher):
    claims = ("C1", "C2a", "C5", "C6")
    known = {(claim, polarity) for claim in claims for polarity in ("same", "opposite")}
    assert set(matcher.classes) == known | {("", "")}


def test_phrasings_that_all_make_a_claim_can_be_learnt(phrasings):
    matcher = matching.learn(phrasings.dropna(subset="claim_id"))
    assert matcher.match(["Corns never come back."])["claim_id"].item() == "C6"


def test_few_phrasings_can_be_learnt(phrasings):
    few = phrasings[phrasings["claim_id"].isin(["C5", "C6"]) | phrasings["claim_id"].isna()]
    assert len(few) < 30
    matcher = matching.learn(few)
    assert matcher.match(["Corns never come back."])["claim_id"].item() == "C6"


# --- confidence


@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(-2, 2))
def test_more_evidence_and_less_against_it_never_mean_less_confidence(one, other, third):
    low, high = sorted([one, other])
    assert 0 < calibrate(low, third) <= calibrate(high, third) < 1
    assert 0 < calibrate(third, high) <= calibrate(third, low) < 1


def test_only_a_large_share_with_little_against_it_is_of_high_confidence():
    assert calibrate(0.3, 0) < matching.HIGH < calibrate(0.9, 0)
    assert calibrate(0.9, 0.4) < matching.HIGH


def test_a_word_of_denial_decides_where_the_shares_do_not(matcher, monkeypatch):
    def share(self, sentences):
        shares = np.zeros((len(sentences), len(self.classes)))
        for polarity in ("same", "opposite"):
            shares[:, self.classes.index(("C6", polarity))] = 0.4
        return shares

    monkeypatch.setattr(matching.Matcher, "share_evidence", share)
    found = matcher.weigh(["They come back.", "They never come back."])["polarity"]
    assert found.nunique() == 2


# --- words and vectors


@pytest.mark.parametrize(
    ("text", "stems"),
    [
        ("Cutting corns, cut corn!", ["cut", "corn", "cut", "corn"]),
        ("Don't; don’t", ["don't", "don't"]),
        ("CO2 laser, 10-20 mm", ["co2", "laser", "10", "20", "mm"]),
        ("Hühneraugen über Café", ["hühneraugen", "über", "café"]),
        ("鸡眼 и мозоли", ["鸡眼", "и", "мозоли"]),
        ("… – !", []),
        ("", []),
    ],
)
def test_words_are_split_and_lose_their_endings(text, stems):
    assert split_stems(text) == stems


@given(st.lists(st.text(alphabet="abc xyz’é鸡\n.?", max_size=40), min_size=1, max_size=4))
def test_vectors_are_of_length_one_or_of_nothing(texts):
    lengths = np.linalg.norm(embed(texts), axis=1)
    assert len(lengths) == len(texts)
    assert all(
        length == pytest.approx(1, abs=1e-4) or (length == 0 and not text)
        for text, length in zip(texts, lengths, strict=True)
    )


def test_an_empty_text_has_an_empty_vector():
    empty, full = embed(["", "corn"])
    assert (empty == 0).all() and full.any()


def test_a_text_s_vector_does_not_depend_on_the_others():
    corn = "A corn."
    beside = embed([corn, "Something else, and at much greater length than this."])
    np.testing.assert_allclose(embed([corn])[0], beside[0], atol=1e-6)


def test_texts_of_like_meaning_lie_nearer_than_others():
    shoe, boot, newsletter = embed(["tight shoes", "narrow boots", "subscribe to our newsletter"])
    assert shoe @ boot > shoe @ newsletter + 0.2


# --- the stored model


def rephrase(made: Evidence, **columns: object) -> Evidence:
    """The made-up review with the first phrasing changed."""
    table = made.tables["claim_phrasings"].copy()
    for column, value in columns.items():
        table.loc[table.index[0], column] = value
    return replace(made, tables=made.tables | {"claim_phrasings": table})


@pytest.fixture
def lessons(matcher, monkeypatch) -> list[pd.DataFrame]:
    """The phrasings to be learnt, each time; what comes out is always `matcher`, to save time."""
    seen = []

    def watch(phrasings: pd.DataFrame) -> matching.Matcher:
        seen.append(phrasings)
        return matcher

    monkeypatch.setattr(matching, "learn", watch)
    return seen


def test_a_model_is_learnt_once_and_kept(made, tmp_path, lessons):
    first = matching.load_matcher(made, tmp_path / "models").match(list(SENTENCES))
    second = matching.load_matcher(made, tmp_path / "models").match(list(SENTENCES))
    assert len(lessons) == 1
    assert len(list((tmp_path / "models").iterdir())) == 1
    pd.testing.assert_frame_equal(first, second)


def test_claims_are_phrasings_of_themselves_but_compound_ones_are_not(made, tmp_path, lessons):
    matching.load_matcher(made, tmp_path)
    (learnt,) = lessons
    own = learnt[learnt["phrasing"].isin(made.tables["claims"]["claim"])]
    assert set(own["polarity"]) == {"same"}
    assert set(own["claim_id"]) == set(made.tables["claims"].index) - {"C2", "C3", "C4"}
    assert len(learnt) == len(made.tables["claim_phrasings"]) + len(own)


def test_without_claims_there_is_nothing_to_learn(without, tmp_path):
    empty = without("claims", "claim_phrasings")
    with pytest.raises(BadInput, match=r"data/claims\.csv: fewer than two claims"):
        matching.load_matcher(empty, tmp_path)
    assert matching.prepare_matcher(empty, tmp_path) == []


def test_a_claim_without_phrasings_is_found_by_its_own_wording(made, tmp_path):
    matcher = matching.load_matcher(made, tmp_path)
    assert matcher.match(["A laser beats a blade."])["claim_id"].item() == "C4a"


@pytest.mark.parametrize(
    "change",
    [{"phrasing": "A corn is a thorn."}, {"polarity": "opposite"}, {"claim_id": "C6"}],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_phrasing_is_learnt_anew_and_the_old_model_goes(made, tmp_path, lessons, change):
    matching.load_matcher(made, tmp_path)
    old = list(tmp_path.iterdir())
    matching.load_matcher(rephrase(made, **change), tmp_path)
    assert len(lessons) == 2
    assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) != old


def test_a_changed_claim_is_learnt_anew(made, tmp_path, lessons):
    matching.load_matcher(made, tmp_path)
    claims = made.tables["claims"].copy()
    claims.loc["C7", "claim"] = "Corns are a pretty sight."
    changed = replace(made, tables=made.tables | {"claims": claims})
    matching.load_matcher(changed, tmp_path)
    assert len(lessons) == 2


def test_another_version_of_the_library_learns_anew(made, tmp_path, lessons, monkeypatch):
    matching.load_matcher(made, tmp_path)
    monkeypatch.setattr(matching.importlib.metadata, "version", lambda name: "0.0")
    matching.load_matcher(made, tmp_path)
    assert len(lessons) == 2


@pytest.mark.parametrize("broken", [b"", b"not a model", pickle.dumps("half")[:-3]])
def test_a_broken_file_is_learnt_anew_and_mended(made, tmp_path, lessons, broken):
    matching.load_matcher(made, tmp_path)
    (path,) = tmp_path.iterdir()
    path.write_bytes(broken)
    matcher = matching.load_matcher(made, tmp_path)
    assert len(lessons) == 2
    assert matcher.match(["Corns never come back."])["claim_id"].item() == "C6"
    matching.load_matcher(made, tmp_path)
    assert len(lessons) == 2


def test_files_of_others_in_the_folder_are_left_alone(made, tmp_path, lessons):
    (tmp_path / "notes.txt").write_text("mine")
    matching.load_matcher(made, tmp_path)
    matching.load_matcher(rephrase(made, phrasing="A corn is a thorn."), tmp_path)
    assert len(lessons) == 2
    assert (tmp_path / "notes.txt").read_text() == "mine"
