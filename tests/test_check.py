"""A guide checked: every sentence kept, every reference named, a page that nothing can act in."""

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evidence_review import __main__ as commands
from evidence_review import check, guides
from evidence_review import evidence as ev
from evidence_review.findings import BadInput
from evidence_review.guides import Guide

COLUMNS = ["sentence_no", "sentence", "claim_id", "polarity", "confidence", "also", "verdict"]
HOSTILE = '<img src=x onerror=alert(1)> & "<script>alert(2)</script>" {body} {0} %s. It ends'
FAKE = pd.DataFrame(
    [
        ("C5", "same", 0.9, "C6; C1"),
        ("C5", "opposite", 0.9, ""),
        (None, None, 0.0, "C3"),
        ("C3", "same", 0.5, ""),
        (None, None, 0.0, ""),
    ],
    columns=["claim_id", "polarity", "confidence", "also"],
)
TEXTS = (
    "It is safe to cut a corn yourself at home.",
    "It is unsafe to cut a corn yourself at home.",
    "Feet are fine",
    "A blade clears all of them for good.",
    "And so on.",
)


def make_guide(*sentences: str, name: str = "guide.txt") -> Guide:
    return Guide(name, sentences, guides.find_references(list(sentences)))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what was learnt from the made-up phrasings stays for this file."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def matched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A matcher that finds what FAKE says, whatever the sentences are."""

    class Fake:
        def match(self, sentences):
            return FAKE.iloc[[n % len(FAKE) for n in range(len(sentences))]].reset_index(drop=True)

    monkeypatch.setattr(check, "load_matcher", lambda evidence, folder: Fake())


@pytest.fixture
def page(made: ev.Evidence, matched: None, tmp_path: Path) -> Callable[..., str]:
    """The page on a guide of these sentences."""

    def render(*sentences: str, name: str = "guide.txt") -> str:
        guide = make_guide(*sentences, name=name)
        found = check.match_sentences(made, guide, tmp_path)
        return check.render_page(made, guide, found, check.identify_references(made, guide))

    return render


class Reader(HTMLParser):
    """What a browser makes of a page: tags with attributes, and the text."""

    def __init__(self, page: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


# Sentences


def test_every_sentence_has_its_row_in_order_whether_matched_or_not(made, matched, tmp_path):
    found = check.match_sentences(made, make_guide(*TEXTS), tmp_path)
    assert list(found.columns) == COLUMNS
    assert list(found["sentence_no"]) == [1, 2, 3, 4, 5]
    assert tuple(found["sentence"]) == TEXTS
    assert found["claim_id"].isna().to_list() == [False, False, True, False, True]
    assert found[["polarity", "verdict"]].isna().all(axis=1).equals(found["claim_id"].isna())


def test_a_sentence_has_the_verdict_of_the_claim_that_it_makes(made, matched, tmp_path):
    found = check.match_sentences(made, make_guide(*TEXTS), tmp_path)
    assert found.at[0, "verdict"] == made.tables["claims"].at["C5", "verdict"]


def test_a_compound_claim_has_the_verdict_of_its_parts(made, matched, tmp_path):
    found = check.match_sentences(made, make_guide(*TEXTS), tmp_path)
    assert pd.isna(made.tables["claims"].at["C3", "verdict"])
    assert found.at[3, "verdict"] == made.tables["claims"].at["C3a", "verdict"]


def test_a_sentence_that_denies_a_claim_does_not_get_its_verdict(made, matched, tmp_path):
    found = check.match_sentences(made, make_guide(*TEXTS), tmp_path)
    assert found.at[1, "claim_id"] == found.at[0, "claim_id"]
    assert found.at[1, "verdict"] == f"denies a claim that is: {found.at[0, 'verdict']}"


def test_the_learnt_matcher_finds_claims_and_denials_in_a_guide(made, models):
    said = made.tables["claim_phrasings"].dropna(subset="claim_id")
    found = check.match_sentences(made, make_guide("Zq.", *said["phrasing"]), models)
    assert len(found) == len(said) + 1 and pd.isna(found.at[0, "claim_id"])
    assert found["confidence"].between(0, 1).all()
    right = (found["claim_id"] == ["", *said["claim_id"]]) & (
        found["polarity"] == ["", *said["polarity"].astype("str")]
    )
    assert right[1:].mean() > 0.8


# References


@pytest.fixture
def identify(made: ev.Evidence) -> Callable[[str], dict]:
    """The one reference of a text."""

    def identify_one(text: str) -> dict:
        (row,) = check.identify_references(made, make_guide(text)).to_dict("records")
        return row

    return identify_one


def test_a_known_reference_is_named_with_what_it_is(identify):
    assert identify("Ames, Paring or plaster. https://doi.org/10.1000/T.") == {
        "identifier_type": "DOI",
        "identifier": "10.1000/T",
        "citekey": "trial",
        "title": "Paring or plaster",
        "year": 2003,
        "container": "Feet",
        "evidence": "corns treated",
        "title_agrees": True,
        "finding": "about the condition",
    }


@pytest.mark.parametrize(
    ("column", "printed"),
    [
        ("doi", "doi:10.1000/T"),
        ("pmid", "PMID: 1234567"),
        ("pmcid", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1234567/"),
        ("url", "https://example.org/corns/"),
        ("url", "HTTPS://Example.org/corns."),
    ],
)
def test_each_kind_of_identifier_leads_to_its_publication(made, column, printed):
    values = {"doi": "10.1000/t", "pmid": "1234567", "pmcid": "PMC1234567"}
    values["url"] = "https://example.org/corns"
    references = made.references.assign(**{column: None})
    references[column] = references[column].astype("object")
    references.loc["warts", column] = values[column]
    known = replace(made, references=references)
    (row,) = check.identify_references(known, make_guide(printed)).to_dict("records")
    assert (row["citekey"], row["title"]) == ("warts", "Lasers for warts")


def test_an_address_is_known_by_the_identifier_that_it_carries(made):
    references = made.references.copy()
    references.loc["leaflet", "url"] = "https://example.org/chapter/10.1000/zzz"
    known = replace(made, references=references)
    guide = make_guide("https://example.org/chapter/10.1000/zzz")
    (row,) = check.identify_references(known, guide).to_dict("records")
    assert row["citekey"] == "leaflet"


def test_what_the_guide_under_review_prints_is_known_by_what_was_found_of_it(made):
    printed = made.tables["guide_references"].copy()
    printed.loc[2, ["identifier", "citekey"]] = ["7654321", "count"]
    known = replace(made, tables=made.tables | {"guide_references": printed})
    (row,) = check.identify_references(known, make_guide("PMID 7654321")).to_dict("records")
    assert row["citekey"] == "count"


def test_a_reference_without_identifier_is_known_by_its_title_if_one_alone_fits(made):
    titles = made.references["title"].copy()
    titles["warts"] = "Lasers compared with paring for painful warts"
    known = replace(made, references=made.references.assign(title=titles))
    printed = "Doe J. Lasers compared with paring for painful warts. Skin 2001;3:4-9."
    (row,) = check.identify_references(known, make_guide(printed)).to_dict("records")
    assert (row["identifier_type"], row["citekey"]) == ("as printed", "warts")
    titles["trial"] = titles["warts"]
    twice = replace(made, references=made.references.assign(title=titles))
    (row,) = check.identify_references(twice, make_guide(printed)).to_dict("records")
    assert pd.isna(row["citekey"]) and row["finding"] == check.UNKNOWN


def test_a_short_title_is_too_common_to_tell(made):
    guide = make_guide("Doe J. Lasers for warts. Skin 2001;3:4-9.")
    (row,) = check.identify_references(made, guide).to_dict("records")
    assert pd.isna(row["citekey"])


@pytest.mark.parametrize(
    "text", ["doi:10.1000/t2", "PMID: 9999999", "PMC9999999", "https://example.org/warts"]
)
def test_an_unknown_reference_is_said_to_be_unknown_and_never_guessed(identify, text):
    row = identify("Paring or plaster. Feet, 2003. " + text)
    assert row["finding"] == check.UNKNOWN == "not in this library: check by hand"
    rest = ["citekey", "title", "year", "container", "evidence", "title_agrees"]
    assert all(pd.isna(row[column]) for column in rest)


def test_a_real_identifier_under_another_title_is_told(identify):
    row = identify("Egan, E. Lasers for corns. Skin, 2018. doi:10.1000/w")
    assert row["title"] == "Lasers for warts" and row["title_agrees"] is False
    assert row["finding"] == "not about corns; the text around it prints another title, or none"


def test_the_title_may_stand_in_a_link_s_words(made, tmp_path):
    path = tmp_path / "guide.md"
    path.write_text("We cite\n[Paring, or plaster?](https://doi.org/10.1000/t)\n")
    (row,) = check.identify_references(made, guides.read_guide(path)).to_dict("records")
    assert row["title_agrees"] is True


def test_only_what_is_about_something_else_is_said_to_be(made):
    keys = ["mixed", "vague", "after", "warts", "stray"]
    stray = made.references.loc[["trial"]].rename({"trial": "stray"})
    references = pd.concat([made.references, stray])
    references["doi"] = [f"10.1000/{key}" for key in references.index]
    known = replace(made, references=references)
    guide = make_guide(" ".join(f"10.1000/{key}" for key in keys))
    found = check.identify_references(known, guide)
    assert [finding.partition(";")[0] for finding in found["finding"]] == [
        "corns among others",
        "cannot be told",
        "about the condition",
        "not about corns",
        "known, but not read",
    ]


def test_a_title_that_no_page_shows_cannot_differ(made):
    references = made.references.copy()
    references.loc["trial", "title"] = "[Title not seen: paring beside plaster]"
    known = replace(made, references=references)
    (row,) = check.identify_references(known, make_guide("10.1000/t")).to_dict("records")
    assert row["title_agrees"] is None and row["finding"] == "about the condition"


def test_a_guide_without_references_has_an_empty_table_of_the_same_columns(made, identify):
    none = check.identify_references(made, make_guide("Nothing."))
    assert none.empty and list(none.columns) == list(identify("10.1000/t"))


def test_the_reviewed_guide_s_reference_is_shown_to_be_another_paper(evidence):
    printed = evidence.tables["guide_references"]
    line = printed[printed["identifier"] == "PMC7869810"].iloc[0]
    guide = make_guide(f"{line['authors_as_printed']} {line['title_as_printed']}. PMC7869810")
    (row,) = check.identify_references(evidence, guide).to_dict("records")
    assert row["title"].endswith("adverse effects of microneedling")
    assert row["title_agrees"] is False
    own = make_guide(row["title"] + " PMC7869810")
    assert check.identify_references(evidence, own)["title_agrees"].item() is True


# Titles

WORDS = st.lists(st.text("abcdeäß粟", min_size=1, max_size=9), min_size=1, max_size=12)
LONG = st.lists(st.text("abcde", min_size=4, max_size=9), min_size=1, max_size=9, unique=True)


@given(WORDS, st.sampled_from([" ", ", ", " – ", ": "]), st.text(max_size=40))
def test_a_title_is_found_in_any_text_that_holds_it(words, between, around):
    title = " ".join(words)
    assert check.prints_title(title, f"{around} {between.join(words).upper()} {around}")


@given(LONG, st.data())
def test_a_title_with_another_word_is_another_title(words, data):
    place = data.draw(st.integers(0, len(words) - 1))
    printed = " ".join([*words[:place], "xyzxyz", *words[place + 1 :]])
    others = words[:place] + words[place + 1 :]
    assume(not check.prints_title(words[place], " ".join(others)))
    assert not check.prints_title(" ".join(words), printed)


@given(WORDS)
def test_no_title_is_found_where_there_is_no_text(words):
    assert not check.prints_title(" ".join(words), " – ")


@pytest.mark.parametrize(
    ("title", "printed", "same"),
    [
        ("Tumours of the skin", "Tumors on the skin", True),
        ("Corns as plaques", "A case of corns in plaque", True),
        ("Paring or plaster", "Paring", False),
        ("Feet", "Foot of a man", False),
        ("A to Z", "B to Y", False),  # short words count where there are no others
        ("", "Anything", False),
        ("Lasers for warts", "Lasers for warts on the face: a second title", True),
    ],
)
def test_misprints_are_allowed_and_other_words_are_not(title, printed, same):
    assert check.prints_title(title, printed) is same


# The page


def test_all_that_comes_from_the_guide_is_escaped(page):
    shown = Reader(page(*[HOSTILE] * 5, "https://example.org/<b>", name="<u>a</u>.txt"))
    assert {tag for tag, _ in shown.tags}.isdisjoint({"img", "script", "u"})
    assert shown.text.count(HOSTILE) == 5
    assert "<u>a</u>.txt, checked" in shown.text


def test_a_hostile_text_file_becomes_a_harmless_page(made, matched, tmp_path):
    path = tmp_path / "guide.txt"
    path.write_text(HOSTILE + "\nhttps://example.org/'onmouseover='alert(3)\n", encoding="utf-8")
    check.check_guide(made, path, tmp_path / "out", tmp_path)
    shown = Reader((tmp_path / "out" / "index.html").read_text(encoding="utf-8"))
    assert "<img src=x onerror=alert(1)>" in shown.text
    assert not [name for _, attrs in shown.tags for name in attrs if name.startswith("on")]
    assert {tag for tag, _ in shown.tags}.isdisjoint({"img", "script"})


def test_the_page_stands_alone_and_forbids_what_could_act(page):
    whole = page(*TEXTS, "doi:10.1000/t and https://example.org/x")
    tags = Reader(whole).tags
    assert not [tag for tag, attrs in tags if "src" in attrs or tag in ("link", "script")]
    assert "@import" not in whole and "url(" not in whole
    policy = next(a["content"] for _, a in tags if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'")
    leads = [a["href"] for tag, a in tags if tag == "a" and "href" in a]
    places = {f"#{attrs['id']}" for _, attrs in tags if "id" in attrs}
    assert places & set(leads)  # the cautions of a wording
    assert all(href.startswith("https://") or href in places for href in leads)


def test_an_address_of_the_guide_is_shown_and_leads_nowhere(page):
    shown = Reader(page("See https://example.org/x?a&lt;b"))
    table = shown.text[: shown.text.index("Sentence by sentence")]
    assert "https://example.org/x?a&lt;b" in table
    assert all("example.org/x" not in str(attrs) for _, attrs in shown.tags)


def test_every_sentence_is_shown_with_what_is_said_of_it(page, made):
    shown = Reader(page(*TEXTS)).text
    places = [shown.index(text) for text in TEXTS]
    assert places == sorted(places)
    first, second, third, fourth, fifth = (
        shown[start:end] for start, end in zip(places, [*places[1:], None], strict=True)
    )
    claim = made.tables["claims"].loc["C5"]
    assert "Makes claim C5" in first and "(confidence 0.90)" in first
    assert f"The claim is: {claim['verdict']} (certainty of this verdict: settled)" in first
    assert claim["rationale"] in first
    assert f"Better: {claim['wording']} Add: blade." in first
    assert "bladeDo not cut where you cannot see." in shown
    assert "Berg 2005" in first  # who reported it
    assert "C6: Corns never come back." in first and "C1: " in first
    assert "Denies claim C5" in second
    assert f"The claim that it denies is: {claim['verdict']}" in second
    assert (
        "No claim matched: not judged." in third
        and "C3: Paring clears every corn for good." in third
    )
    assert "(confidence 0.50, read it yourself)" in fourth
    assert "No claim matched: not judged." in fifth and "Other candidates" not in fifth


def test_the_page_counts_what_it_matched_and_with_what_confidence(page):
    shown = " ".join(Reader(page(*TEXTS)).text.split())
    assert "compared 5 sentences" in shown
    assert "3 were taken to make or deny a claim, 2 of them with high confidence (0.8" in shown
    assert "1 × denied by counts" in shown and "1 × denies a claim that is: denied" in shown


def test_references_are_shown_or_their_absence_is(page):
    shown = Reader(page("Paring or plaster doi:10.1000/t PMC9999999")).text
    assert "Paring or plaster2003about the condition" in shown and check.UNKNOWN in shown
    assert "prints no identifier" in Reader(page("None.")).text


# The command


@pytest.fixture
def command(made, matched, monkeypatch) -> Callable[..., int]:
    """Run `check` in the made-up review."""
    monkeypatch.chdir(made.root)
    return lambda *arguments: commands.main(["check", *map(str, arguments)])


def test_the_command_writes_a_page_and_two_tables(command, tmp_path, capsys):
    path, out = tmp_path / "guide.md", tmp_path / "new" / "out"
    path.write_text(
        "# Feet\n\n" + " ".join(TEXTS) + "\n\n1. Paring or plaster doi:10.1000/t PMC9999999\n",
        encoding="utf-8",
    )
    assert command(path, "--out", out) == 0
    files = sorted(file.name for file in out.iterdir())
    assert files == ["index.html", "references.csv", "sentences.csv"]
    told = capsys.readouterr()
    assert all(str(out / file) in told.out for file in files) and not told.err
    raw = (out / "sentences.csv").read_bytes()
    assert raw.startswith(",".join(COLUMNS).encode() + b"\n") and b"\r" not in raw
    rows = pd.read_csv(out / "sentences.csv", keep_default_na=False)
    expected = ["Feet", *TEXTS[:2], " ".join(TEXTS[2:4]), TEXTS[4]]
    expected += ["Paring or plaster doi:10.1000/t PMC9999999"]
    assert rows["sentence"].to_list() == expected
    assert rows["claim_id"].to_list() == ["C5", "C5", "", "C3", "", "C5"]
    assert list(rows["sentence_no"]) == [1, 2, 3, 4, 5, 6]
    references = pd.read_csv(out / "references.csv", dtype="str")
    assert references["finding"].to_list() == ["about the condition", check.UNKNOWN]
    assert references.loc[0, ["title", "year"]].to_list() == ["Paring or plaster", "2003"]


def test_a_sentence_with_commas_quotes_and_other_letters_survives_the_table(command, tmp_path):
    text = 'A "corn", they say – 鶏眼, “hurts”; =1+1 or <b>so</b>'
    (tmp_path / "guide.txt").write_text(text, encoding="utf-8")
    assert command(tmp_path / "guide.txt", "--out", tmp_path / "out") == 0
    table = pd.read_csv(tmp_path / "out" / "sentences.csv")
    assert table["sentence"].to_list() == [text]


def test_without_a_folder_the_command_writes_below_results(command, made, tmp_path):
    (tmp_path / "feet.txt").write_text("Corns hurt.")
    assert command(tmp_path / "feet.txt") == 0
    assert (made.root / "results" / "check" / "feet-txt" / "index.html").is_file()


def test_the_same_guide_yields_the_same_files(command, tmp_path):
    (tmp_path / "a.txt").write_text(" ".join(TEXTS) + " doi:10.1000/t")
    written = []
    for out in (tmp_path / "one", tmp_path / "two"):
        assert command(tmp_path / "a.txt", "--out", out) == 0
        written.append({file.name: file.read_bytes() for file in out.iterdir()})
    assert written[0] == written[1]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("none.txt", None, "there is no such file"),
        ("a.docx", b"no archive", "not a readable DOCX"),
        ("a.pdf", b"no PDF", "not a readable PDF"),
        ("a.txt", b"\x00\x01\x02", "it is not text"),
        ("a.odt", b"text", "not a kind of file that is read here"),
    ],
)
def test_bad_input_is_one_message_and_leaves_the_output_as_it_was(
    command, tmp_path, capsys, name, content, problem
):
    out = tmp_path / "out"
    out.mkdir()
    (out / "index.html").write_text("of yesterday")
    if content:
        (tmp_path / name).write_bytes(content)
    assert command(tmp_path / name, "--out", out) == 1
    told = capsys.readouterr()
    assert not told.out
    assert re.fullmatch(rf"{re.escape(name)}: {problem}[^\n]*\. [^\n]+\n", told.err)
    assert [file.name for file in out.iterdir()] == ["index.html"]
    assert (out / "index.html").read_text() == "of yesterday"


def test_bad_input_makes_no_folder(command, tmp_path):
    assert command(tmp_path / "none.txt", "--out", tmp_path / "out") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_file_cannot_be_the_folder(command, tmp_path, capsys):
    (tmp_path / "a.txt").write_text("Corns hurt.")
    (tmp_path / "report.html").write_text("mine")
    assert command(tmp_path / "a.txt", "--out", tmp_path / "report.html") == 1
    assert "it is a file, not a folder. Give --out a folder" in capsys.readouterr().err
    assert (tmp_path / "report.html").read_text() == "mine"


def test_a_check_that_cannot_finish_leaves_the_output_as_it_was(made, tmp_path, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    (out / "sentences.csv").write_text("of yesterday")
    (tmp_path / "a.txt").write_text("Corns hurt.")

    def fail(*_):
        raise BadInput([])

    monkeypatch.setattr(check, "load_matcher", fail)
    with pytest.raises(BadInput):
        check.check_guide(made, tmp_path / "a.txt", out, tmp_path)
    assert [file.read_text() for file in out.iterdir()] == ["of yesterday"]


def test_what_needs_a_caution_gets_it_whether_or_not_a_claim_was_matched(page):
    text = page("Cut the corn out with a kitchen knife.", "Nothing to see here at all.")
    assert text.count("Who writes this must add:") == 1
    assert 'must add: <a href="#caution-blade">' in text


def test_an_unsure_match_does_not_say_whether_the_sentence_denies_the_claim(page):
    shown = page(*["They say something about corns."] * len(FAKE))
    unsure = (FAKE["claim_id"].notna() & (FAKE["confidence"] < check.HIGH)).sum()
    assert unsure and shown.count("May make or deny claim") == unsure


def test_the_list_of_references_is_not_judged_sentence_by_sentence(made, matched, tmp_path):
    text = ("Corns hurt a lot.", "They go away.", "References", "Doe J. Corns hurt. Feet 2001;3:4.")
    found = check.match_sentences(made, make_guide(*text), tmp_path)
    assert found["claim_id"].tail(2).isna().all() and (found["confidence"].tail(2) == 0).all()
    assert list(found["sentence"]) == list(text)


def test_a_heading_that_says_sources_at_the_beginning_ends_nothing(made, matched, tmp_path):
    text = ("Sources", "Corns hurt a lot.", "They go away.", "They come back.")
    assert check.match_sentences(made, make_guide(*text), tmp_path)["claim_id"].notna().any()
