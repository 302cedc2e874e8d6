"""Docstrings and comments hold: what they name is there, and what is "used by" a file is imported in it."""

from __future__ import annotations

import re
from functools import cache

from tests.docs.docstrings import Tree, classes_in, files_in, members_in, users_in
from tests.docs.pages import PAGES, ROOT, prose

OF_APPS = {"app.py", "main.py", "manage.py", "greeting.py", "tests/test_app.py"}
"""Files that are an app's, not ours."""

FOREIGN = {"Authorization", "Base", "KiB", "RequestResponseCycle", "RestrictedPython", "UserDict"}
"""What looks like a class of ours, and is a unit's, a library's or an example's name."""


@cache
def tree() -> Tree:
    return Tree(ROOT)


def told(stale: list[str]) -> str:
    return "\n".join(["", *stale])


def test_every_file_that_is_named_is_there():
    stale = [
        f"{tree().place(source, named)}: names the file {named.name}, which is not there"
        for source, said in tree().each()
        for named in files_in(said)
        if tree().file(source, named.name) is None
        and (named.name not in OF_APPS or source.module.startswith("vaas.platform"))
    ]
    assert not stale, told(stale)


def test_every_class_that_is_named_is_there():
    stale = [
        f"{tree().place(source, named)}: names the class {named.name}, which no code has"
        for source, said in tree().each()
        for named in classes_in(said)
        if named.name not in tree().identifiers | FOREIGN
    ]
    assert not stale, told(stale)


def test_every_member_of_a_class_that_is_named_is_there():
    stale = [
        f"{tree().place(source, named)}: names {named.name}.{named.member}, which {named.name} does not have"
        for source, said in tree().each()
        for named in classes_in(said)
        if named.member and (members := tree().members(named.name)) is not None and named.member not in members
    ]
    assert not stale, told(stale)


def test_every_name_of_a_module_that_is_named_is_there():
    stale = [
        f"{tree().place(source, named)}: names {named.name}.{named.member}, which {module.module} does not have"
        for source, said in tree().each()
        for named in members_in(said)
        if (module := tree().module(source, named.name)) is not None
        and named.member not in module.top | {"py", "md", "toml"}
        and f"{module.module}.{named.member}" not in tree().by_module
    ]
    assert not stale, told(stale)


def test_what_is_used_by_a_file_is_imported_there():
    stale = [
        f"{tree().place(source, named)}: is used by {named.name}, which does not import it"
        for source, said in tree().each()
        for named in users_in(source, said)
        if (user := tree().user(source, named.name)) is None or source.module not in user.imported
    ]
    assert not stale, told(stale)


def test_every_member_of_a_class_of_ours_that_a_page_names_is_there():
    stale = [
        f"{page.relative_to(ROOT)}: names {name}.{member}, which {name} does not have"
        for page in PAGES
        for name, member in re.findall(r"`([A-Z]\w+)\.(\w+)`", prose(page))
        if (members := tree().members(name)) is not None and member not in members
    ]
    assert not stale, told(stale)
