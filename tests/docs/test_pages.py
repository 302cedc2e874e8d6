"""What the documentation names is there: files and links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, links, paths

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@each_page
def test_relative_links_lead_somewhere(page: Path):
    for link in links(page):
        if not re.match(r"https?:", link):
            assert (page.parent / link.partition("#")[0]).exists(), link


@each_page
def test_files_that_are_named_are_there(page: Path):
    for path in paths(page):
        assert (ROOT / path).exists(), path


def test_the_walk_through_names_files():
    assert len(paths(ROOT / "docs/how-it-works.md")) > 40


def test_the_readme_leads_to_every_page():
    assert {f"docs/{page.name}" for page in PAGES if page.parent.name == "docs"} <= set(links(ROOT / "README.md"))
