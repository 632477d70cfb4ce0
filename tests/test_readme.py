"""README.md and docs/ repeat the review's findings, and are in step with them."""

import shutil

import pytest

from evidence_review import readme
from evidence_review.findings import BadInput


def test_everything_repeated_is_in_step(root):
    stale = [p.name for p, text in readme.compose(root).items() if p.read_text("utf-8") != text]
    assert not stale, "run `make readme`"


@pytest.fixture
def copy(root, tmp_path):
    for name in ("data", "docs", "notebooks"):
        shutil.copytree(root / name, tmp_path / name)
    for name in ("README.md", "references.bib"):
        shutil.copy(root / name, tmp_path)
    return tmp_path


def test_the_key_messages_and_the_chart_are_repeated_without_citations(root):
    text = readme.compose(root)[root / "README.md"]
    found = text[text.index(readme.FIRST) : text.index(readme.LAST)]
    assert found.count("\n1. ") == 1 and "\n5. " in found
    assert "[@" not in found and "](docs/patients.svg)" in found


def test_only_what_is_stale_is_written(copy):
    (copy / "docs/patients.svg").write_text("old")
    assert [path.name for path in readme.write(copy)] == ["patients.svg"]
    assert readme.write(copy) == []


def test_a_readme_without_markers_is_refused_and_kept(copy):
    (copy / "README.md").write_text("mine")
    with pytest.raises(BadInput, match=r"README\.md: the place of the findings is not marked"):
        readme.write(copy)
    assert (copy / "README.md").read_text() == "mine"


def test_a_review_without_a_readme_is_told_so(copy):
    (copy / "README.md").unlink()
    with pytest.raises(BadInput, match=r"README\.md: the file is missing"):
        readme.write(copy)


def test_a_notebook_that_is_none_is_named(copy):
    path = copy / "notebooks" / "01_sources.ipynb"
    path.write_text("{\n")
    with pytest.raises(BadInput, match=r"01_sources\.ipynb: it is no notebook"):
        readme.write(copy)


def test_a_review_without_key_messages_is_told_so(copy):
    for path in (copy / "notebooks").glob("*.ipynb"):
        path.write_text(path.read_text("utf-8").replace(readme.SECTION, "## Other"))
    with pytest.raises(BadInput, match=r"notebooks/: no stored output is “## Key messages”"):
        readme.write(copy)
