"""The described patients: each counted once, missing never dropped, nobody counted who is apart."""

import pandas as pd
import pytest

from evidence_review import patients
from evidence_review.tables import NOT_REPORTED, split_keys


@pytest.fixture(scope="module")
def parts(evidence):
    return patients.split_patients(evidence)


@pytest.fixture(scope="module")
def described(parts):
    return parts["described"]


def rows_of(summary: pd.DataFrame) -> list[str]:
    return [row for rows in summary["rows"] for row in split_keys(rows)]


def test_every_patient_is_described_or_apart(parts, evidence):
    together = [*parts["described"].index, *parts["apart"].index]
    assert sorted(together) == sorted(evidence.tables["cases"].index)


def test_mixed_and_unclear_patients_are_apart(parts, evidence):
    roles = evidence.vocabulary("relation")["role"]
    assert set(parts["apart"]["relation"].astype(str).map(roles)) <= {"mixed", "unknown"}
    assert set(parts["described"]["relation"].astype(str).map(roles)) == {"condition"}


def test_patients_without_individual_data_are_alike(parts):
    assert {f"waller2012nasalmilia-c{n}" for n in (1, 2)} <= set(parts["alike"].index)
    assert "noto2016plaque-c1" not in parts["alike"].index


def test_a_patient_at_the_eye_is_told_from_one_without_a_site(evidence):
    eye = patients.join_patients(evidence)["periocular"]
    assert eye["boggioperiorbital-c1"]
    assert not eye["dai2023auricles-c1"]
    assert pd.isna(eye["uchida2014bp-c1"])


def test_form_by_cause_holds_each_patient_once(described):
    crossed = patients.cross_form_cause(described)
    cells = crossed.drop(columns=["Form", "All", "citekeys", "rows"])
    assert cells.to_numpy().sum() == crossed["All"].sum() == len(described)
    assert sorted(rows_of(crossed)) == sorted(described.index)


def test_a_form_without_patients_is_shown_as_nought(described, evidence):
    crossed = patients.cross_form_cause(described)
    assert list(crossed["Form"]) == [*evidence.vocabulary("form").index, NOT_REPORTED]
    assert (crossed["All"] == 0).any()


def test_missing_values_end_the_list_and_are_counted():
    values = pd.Series(["Spain", "India", None, "India"])
    named = patients.name_values(values)
    assert list(named.cat.categories) == ["India", "Spain", NOT_REPORTED]
    assert list(named) == ["Spain", "India", NOT_REPORTED, "India"]


def test_yes_and_no_are_words():
    named = patients.name_values(pd.Series([True, None, False], dtype="boolean"))
    assert list(named) == ["yes", NOT_REPORTED, "no"]


def test_a_column_without_any_value_is_not_reported_in_all(described):
    counts = patients.count_values(described.assign(nothing=pd.NA), "nothing", "Nothing")
    assert counts[["Nothing", "Patients"]].to_numpy().tolist() == [[NOT_REPORTED, len(described)]]


def test_each_feature_adds_up_to_all_patients(described):
    features = patients.count_features(described, {"sex": "Sex", "biopsy": "Tissue"})
    assert features.groupby("Feature")["Patients"].sum().to_dict() == {
        "Sex": len(described),
        "Tissue": len(described),
    }


def test_a_patient_counts_once_a_region(evidence, described):
    """One patient has an eyelid and the skin around the eye: one region, one patient."""
    counts = patients.count_regions(evidence, described).set_index("Region")
    assert split_keys(counts.loc["eyes", "rows"]).count("altalhab2019isotretinoin-c1") == 1
    assert [len(split_keys(rows)) for rows in counts["rows"]] == counts["Patients"].tolist()


def test_every_region_has_a_line_and_so_have_the_patients_without_a_site(evidence, described):
    counts = patients.count_regions(evidence, described)
    regions = evidence.vocabulary("site")["region"].unique()
    assert list(counts["Region"]) == [*regions, NOT_REPORTED]
    assert set(rows_of(counts)) == set(described.index)
    last = counts.iloc[-1]
    assert last["Patients"] == described["sites"].isna().sum()


def test_patients_apart_are_in_no_region(evidence, described):
    one = described.loc[["noto2016plaque-c1"]]
    assert set(rows_of(patients.count_regions(evidence, one))) == {"noto2016plaque-c1"}


def test_a_spread_says_for_how_many_it_is_reported():
    rows = pd.DataFrame(
        {
            "citekey": ["a", "b", "c"],
            "form": pd.Categorical(["x", "x", "y"], ["x", "y"]),
            "sex": pd.Categorical(["female", None, "male"], ["female", "male"]),
            "age_years": pd.array([2, 8, None], dtype="Float64"),
            "duration_months": pd.array([3, None, None], dtype="Float64"),
        },
        index=pd.Index(["a-c1", "b-c1", "c-c1"], name="id"),
    )
    groups = patients.summarise_groups(rows, "form", "Form").set_index("Form")
    assert groups.loc["x", "Age, years"] == "median 5 (2 to 8); reported for 2 of 2"
    assert groups.loc["x", "Duration, months"] == "median 3 (3 to 3); reported for 1 of 2"
    assert groups.loc["x", "Sex"] == "female 1; not reported 1"
    assert pd.isna(groups.loc["y", "Age, years"])
    assert groups.loc[NOT_REPORTED, "Patients"] == 0


def test_each_named_trigger_is_listed_with_its_patients(described):
    triggers = patients.list_triggers(described)
    assert sorted(rows_of(triggers)) == sorted(described.index[described["trigger"].notna()])
    assert not triggers.duplicated(["Cause", "Trigger"]).any()
    assert [len(split_keys(rows)) for rows in triggers["rows"]] == triggers["Patients"].tolist()


def test_a_patient_shown_apart_keeps_source_and_note(parts):
    shown = patients.list_patients(parts["apart"])
    assert list(shown["rows"]) == list(parts["apart"].index)
    assert shown["citekeys"].notna().all() and shown["Note"].notna().all()
