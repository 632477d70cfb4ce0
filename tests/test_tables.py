"""What all summaries share: fingerprints, the way back, words in which missing stays missing."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence_review import tables

KEYS = st.lists(st.text("abc-19", min_size=1))


def test_a_fingerprint_changes_with_any_cell():
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
    changed = frame.assign(a=[1, 3])
    blanked = frame.assign(b=[None, None])
    assert len({tables.fingerprint(f) for f in (frame, changed, blanked)}) == 3


def test_a_fingerprint_changes_with_the_ids_of_the_rows():
    frame = pd.DataFrame({"a": [1, 2]}, index=["r1", "r2"])
    assert tables.fingerprint(frame) != tables.fingerprint(frame.set_axis(["r1", "r3"]))


def test_a_fingerprint_ignores_the_seventh_digit():
    assert tables.fingerprint(pd.DataFrame({"a": [0.12345671]})) == tables.fingerprint(
        pd.DataFrame({"a": [0.12345672]})
    )


def test_a_fingerprint_begins_with_the_number_of_rows():
    assert tables.fingerprint(pd.DataFrame({"a": range(1234)})).startswith("1,234 rows · ")


@given(KEYS)
def test_joined_keys_come_apart_again_each_once_and_sorted(keys):
    assert tables.split_keys(tables.join_keys(keys)) == sorted(set(keys))


def test_a_missing_key_is_no_key():
    assert tables.join_keys(["b", None, pd.NA, "a"]) == "a; b"
    assert tables.split_keys(tables.join_keys([None])) == []


def test_grouped_rows_keep_their_ids_and_publications():
    rows = pd.DataFrame({"id": ["r2", "r1"], "citekey": ["k", "k"], "what": ["x", "x"]})
    traced = rows.groupby("what").agg(**tables.trace("id"))
    assert traced.loc["x"].to_dict() == {"citekeys": "k", "rows": "r1; r2"}


def test_values_are_listed_once_in_order_of_the_rows():
    assert tables.list_values(pd.Series(["red", None, "blue", "red"])) == "red; blue"
    assert tables.list_values(pd.Series([4.0, 0.5, 4.0])) == "4; 0.5"
    assert tables.list_values(pd.Series([None, None])) is pd.NA


@pytest.mark.parametrize(
    ("n", "words"), [(0, "0 feet"), (1, "1 foot"), (2, "2 feet"), (1200, "1,200 feet")]
)
def test_a_number_agrees_with_its_noun(n, words):
    assert tables.word_number(n, "foot", "feet") == words


def test_a_plural_is_made_where_none_is_given():
    assert tables.word_number(2, "course") == "2 courses"


def test_a_sum_of_nothing_known_is_missing_and_zero_is_zero():
    assert pd.isna(tables.add_known(pd.Series([None, None], dtype="Int64")))
    assert tables.add_known(pd.Series([0, None], dtype="Int64")) == 0


def test_a_type_is_form_and_cause_as_far_as_shown():
    rows = pd.DataFrame(
        {"form": ["soft", "soft", None, None], "cause": ["shoes", None, "shoes", None]}
    ).astype("category")
    words = tables.word_type(rows)
    assert words.head(3).tolist() == ["soft, shoes", "soft", "shoes"] and words.isna()[3]


def test_a_percentage_is_worded_as_printed():
    rows = pd.DataFrame(
        {
            "percent": [7.5, None, None, None, None, None],
            "percent_low": [None, 40, None, 10, 20, None],
            "percent_high": [None, 50, 50, None, 20, None],
        },
        dtype="Float64",
    )
    words = tables.word_range(rows)
    assert words.head(5).tolist() == ["7.5%", "40–50%", "up to 50%", "more than 10%", "20%"]
    assert words.isna()[5]
    assert tables.word_range(rows.drop(columns="percent")).isna()[0]
