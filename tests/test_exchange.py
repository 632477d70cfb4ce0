"""The evidence for other programs: reference managers and R's metafor."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import rispy

from evidence_review import exchange, frequencies, synthesis
from evidence_review.references import ENTRY_TYPES, read_entries, read_references


@pytest.fixture(scope="module")
def written(evidence, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("exchange")
    assert exchange.write(evidence, folder) == [folder / name for name in exchange.FILES]
    return folder


@pytest.fixture(scope="module")
def records(written) -> pd.DataFrame:
    return pd.DataFrame(rispy.load(written / "references.ris", encoding="utf-8"))


def make_records(made, text, tmp_path):
    """What rispy reads of these entries, made into RIS."""
    path = tmp_path / "references.bib"
    path.write_text(text, encoding="utf-8")
    return rispy.loads(exchange.make_ris(made, read_entries(path)))


def test_the_same_data_give_the_same_bytes(made, tmp_path):
    first, again = (exchange.write(made, tmp_path / name) for name in ("first", "again"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in again]


def test_both_bibliographies_hold_the_publications_that_were_included(evidence, written, records):
    included = evidence.tables["sources"].index
    bibliography = read_references(written / "references.bib")
    assert set(bibliography.index) == set(included)
    assert records["title"].to_list() == bibliography["title"].to_list()
    assert len(evidence.references) > len(included)  # the others await a reader


def test_an_entry_is_copied_unchanged(evidence, written):
    assert all(
        entry.raw in (written / "references.bib").read_text(encoding="utf-8")
        for entry in read_entries(evidence.root / "references.bib")
        if entry.key in evidence.tables["sources"].index
    )


def test_identifiers_and_years_reach_the_reference_manager(evidence, written, records):
    known = evidence.references.loc[read_references(written / "references.bib").index]
    for ris, ours in (("doi", "doi"), ("accession_number", "pmid"), ("custom2", "pmcid")):
        assert records[ris].dropna().to_list() == known[ours].dropna().to_list()
    assert records["year"].dropna().to_list() == known["year"].dropna().astype("str").to_list()


def test_every_type_of_entry_has_its_own_in_ris():
    assert set(ENTRY_TYPES) == exchange.RIS_TYPES.keys()
    assert set(exchange.RIS_TYPES.values()) <= rispy.TYPE_OF_REFERENCE_MAPPING.keys()


def test_a_record_reads_as_the_entry_was_written(made, tmp_path):
    (record,) = make_records(
        made,
        """@article{trial,
  author = {de la Cruz, Zoë and {World Foot Organization} and 山田, 太郎},
  title = {A 5\\% peel of {Göteborg}},
  journal = {Feet \\& Skin},
  year = {2003},
  pages = {11--19},
}
""",
        tmp_path,
    )
    assert record["authors"] == ["de la Cruz, Zoë", "World Foot Organization", "山田, 太郎"]
    assert record["title"] == "A 5% peel of Göteborg"
    assert record["secondary_title"] == "Feet & Skin"
    assert (record["start_page"], record["end_page"]) == ("11", "19")
    assert record["type_of_reference"] == "JOUR"
    assert record["urls"] == ["https://doi.org/10.1000/t"]
    assert record["keywords"] == list(made.tables["sources"].loc["trial", ["relation", "design"]])


def test_a_list_of_authors_that_goes_on_has_no_author_called_others(made, tmp_path):
    text = "@article{trial,\n  author = {Ames, Ann and others},\n  title = {Feet},\n}\n"
    (record,) = make_records(made, text, tmp_path)
    assert record["authors"] == ["Ames, Ann"]


def test_a_publication_without_an_address_has_none(made, tmp_path):
    entry = f"@misc{{{made.references.index[0]},\n  title = {{A talk}},\n}}\n"
    bare = replace(made, references=made.references.assign(link=pd.NA))
    path = tmp_path / "references.bib"
    path.write_text(entry, encoding="utf-8")
    assert "UR" not in exchange.make_ris(bare, read_entries(path))
    assert made.references["link"].iloc[0] in exchange.make_ris(made, read_entries(path))


def test_nothing_stands_between_records(written):
    text = (written / "references.ris").read_text(encoding="utf-8")
    assert all(re.match(r"[A-Z][A-Z0-9]  - |$", line) for line in text.split("\n"))


def test_metafor_gets_the_counted_surveys_of_the_condition_and_no_others(evidence):
    listed = exchange.list_for_metafor(evidence)
    own = frequencies.list_surveys(evidence).query("own")
    countable = own["n_total"].notna() & (own["n_affected"].notna() | own["percent"].notna())
    assert listed["row"].to_list() == own.index[countable].to_list()
    assert (listed["xi"] <= listed["ni"]).all()
    assert listed["slab"].is_unique


def test_a_count_that_no_page_prints_is_marked_as_rebuilt(evidence):
    listed = exchange.list_for_metafor(evidence).set_index("row")
    printed = evidence.tables["frequencies"].loc[listed.index, "n_affected"]
    assert (listed["rebuilt"] == "TRUE").to_list() == printed.isna().to_list()
    assert listed.loc[printed.notna(), "xi"].to_list() == printed.dropna().to_list()


def has_metafor() -> bool:
    script = shutil.which("Rscript")
    asked = [script, "-e", 'quit(status = !requireNamespace("metafor", quietly = TRUE))']
    return script is not None and subprocess.run(asked, capture_output=True).returncode == 0


@pytest.mark.skipif(not has_metafor(), reason="R with metafor is not installed: nothing compared")
def test_metafor_pools_the_file_as_this_review_pools_its_data(evidence, written, root):
    measure, cohort = "prevalence", "general"
    surveys = frequencies.list_surveys(evidence).query("own")
    chosen = surveys[(surveys["measure"] == measure) & (surveys["cohort"] == cohort)]
    ours = synthesis.pool_proportions(frequencies.with_counts(chosen))
    script, file = root / "tests/metafor_frequencies.R", written / "frequencies_metafor.csv"
    done = subprocess.run(
        ["Rscript", str(script), str(file), measure, cohort], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    theirs = [float(line) for line in done.stdout.split()]
    limits = [ours.estimate, ours.low, ours.high, ours.prediction_low, ours.prediction_high]
    assert theirs == pytest.approx(limits, abs=1e-4)
