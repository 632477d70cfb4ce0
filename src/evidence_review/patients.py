"""Who the individually described patients are: one row per patient, summed up in several ways."""

import pandas as pd

from evidence_review.evidence import Evidence
from evidence_review.tables import NOT_REPORTED, join_keys, trace

# What must agree before two patients of one publication count as not tellable apart.
_DESCRIPTION = [
    "citekey",
    "form",
    "cause",
    "age_years",
    "sex",
    "trigger",
    "laterality",
    "duration_months",
    "biopsy",
    "sites",
]


def join_patients(evidence: Evidence) -> pd.DataFrame:
    """Table `cases` with label and country of its source, and what its sites show.

    Adds `sites` (joined by "; ", missing where none is reported) and `periocular` (boolean: any
    site at the eye; missing where no site is reported).
    """
    sites = _join_sites(evidence).groupby("case_id")
    found = sites.agg(sites=("site", join_keys), periocular=("periocular", "any"))
    return evidence.with_sources("cases", "country").join(found.astype({"periocular": "boolean"}))


def split_patients(evidence: Evidence) -> dict[str, pd.DataFrame]:
    """The patients of `join_patients`, by what may be said of them.

    `described`: patients with the condition itself; everything is counted in these. `apart`: the
    others (mixed, not visible). `alike`: those of `described` whose row differs in nothing from
    that of another patient of the same publication.
    """
    patients = join_patients(evidence)
    own = patients["relation"].isin(evidence.terms("relation", role="condition"))
    described = patients[own]
    alike = described.duplicated(_DESCRIPTION, keep=False)
    return {"described": described, "apart": patients[~own], "alike": described[alike]}


def cross_form_cause(patients: pd.DataFrame) -> pd.DataFrame:
    """Patients by form (rows) and cause (columns), each with a line for “not reported”."""
    named = patients.assign(
        Form=name_values(patients["form"]), cause=name_values(patients["cause"])
    )
    counts = pd.crosstab(named["Form"], named["cause"], dropna=False)
    return (
        counts.rename_axis(columns=None)
        .rename(columns=str)
        .assign(All=counts.sum(axis=1))
        .join(_group(named, "Form").agg(**trace("id")))
        .reset_index()
    )


def count_values(patients: pd.DataFrame, column: str, title: str) -> pd.DataFrame:
    """Patients per value of a column, the last line those for whom it is not reported."""
    named = patients.assign(**{title: name_values(patients[column])})
    return _group(named, title).agg(Patients=("citekey", "size"), **trace("id")).reset_index()


def count_features(patients: pd.DataFrame, titles: dict[str, str]) -> pd.DataFrame:
    """`count_values` of several columns below one another; `titles` names column and feature."""
    return pd.concat(
        count_values(patients, column, "Value").assign(Feature=title)
        for column, title in titles.items()
    )[["Feature", "Value", "Patients", "citekeys", "rows"]]


def count_regions(evidence: Evidence, patients: pd.DataFrame) -> pd.DataFrame:
    """Patients per region of the body, each once a region, in the order of the vocabulary `site`.

    Columns: Region, What it holds (definitions of its sites), Patients, citekeys, rows. The last
    line holds the patients without a reported site.
    """
    regions = evidence.vocabulary("site").groupby("region", sort=False)["definition"].agg("; ".join)
    own = _join_sites(evidence).join(patients[["citekey"]], on="case_id", how="inner")
    found = (
        own.drop_duplicates(["case_id", "region"])
        .groupby("region")
        .agg(Patients=("case_id", "size"), **trace("case_id"))
        .reindex(regions.index)
        .fillna({"Patients": 0, "citekeys": "", "rows": ""})
        .astype({"Patients": int})
    )
    silent = count_values(patients[patients["sites"].isna()], "sites", "Region")
    return pd.concat(
        [
            found.rename_axis("Region").reset_index().assign(**{"What it holds": regions.array}),
            silent.assign(**{"What it holds": "no site of the body"}),
        ],
        ignore_index=True,
    )[["Region", "What it holds", "Patients", "citekeys", "rows"]]


def summarise_groups(patients: pd.DataFrame, column: str, title: str) -> pd.DataFrame:
    """Patients, sex, age (years) and duration (months) for each value of `column`."""
    named = patients.assign(**{title: name_values(patients[column])})
    sexes = pd.crosstab(named[title], name_values(named["sex"]), dropna=False)
    return (
        _group(named, title)
        .agg(
            Patients=("citekey", "size"),
            Age=("age_years", _word_spread),
            Duration=("duration_months", _word_spread),
            **trace("id"),
        )
        .assign(Sex=[_word_counts(line) for _, line in sexes.iterrows()])
        .reset_index()
        .rename(columns={"Age": "Age, years", "Duration": "Duration, months"})
    )[[title, "Patients", "Sex", "Age, years", "Duration, months", "citekeys", "rows"]]


def list_triggers(patients: pd.DataFrame) -> pd.DataFrame:
    """What came before, one line per cause and trigger, for the patients in whom one is named."""
    known = patients.dropna(subset="trigger")
    named = known.assign(Cause=name_values(known["cause"]), Trigger=known["trigger"])
    return (
        named.rename_axis("id")
        .reset_index()
        .groupby(["Cause", "Trigger"], observed=True)
        .agg(Patients=("citekey", "size"), **trace("id"))
        .reset_index()
    )


def list_patients(patients: pd.DataFrame) -> pd.DataFrame:
    """One line per patient, with what is known of each."""
    titles = {
        "relation": "Relation",
        "form": "Form",
        "cause": "Cause",
        "age_years": "Age, years",
        "sex": "Sex",
        "trigger": "Trigger",
        "note": "Note",
    }
    return (
        patients[[*titles, "citekey"]]
        .rename(columns={**titles, "citekey": "citekeys"})
        .assign(rows=patients.index)
        .reset_index(drop=True)
    )


def name_values(values: pd.Series) -> pd.Series:
    """A column in words, as an ordered categorical that ends with “not reported”.

    A vocabulary keeps its order and its unused terms; anything else stands by falling frequency.
    """
    if values.dtype == "boolean":
        values = values.map({True: "yes", False: "no"}).astype(pd.CategoricalDtype(["yes", "no"]))
    if not isinstance(values.dtype, pd.CategoricalDtype):
        by_frequency = (
            values.value_counts().sort_index().sort_values(ascending=False, kind="stable")
        )
        values = values.astype(pd.CategoricalDtype(by_frequency.index))
    order = [*values.cat.categories, NOT_REPORTED]
    return values.cat.set_categories(order, ordered=True).fillna(NOT_REPORTED)


def _join_sites(evidence: Evidence) -> pd.DataFrame:
    places = evidence.vocabulary("site")[["region", "periocular"]]
    sites = evidence.tables["case_sites"]
    return sites.astype({"site": "str"}).join(places, on="site")


def _group(named: pd.DataFrame, title: str) -> pd.api.typing.DataFrameGroupBy:
    return named.rename_axis("id").reset_index().groupby(title, observed=False)


def _word_spread(values: pd.Series) -> object:
    known = values.dropna()
    if known.empty:
        return pd.NA
    spread = f"{known.median():.3g} ({known.min():g} to {known.max():g})"
    return f"median {spread}; reported for {len(known)} of {len(values)}"


def _word_counts(counts: pd.Series) -> object:
    return "; ".join(f"{name} {n}" for name, n in counts.items() if n) or pd.NA
