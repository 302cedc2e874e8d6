"""The registry: each row says of its module what is so on this Python, and leads to what it names."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from vaas.core.virtual.stdlib import facades, patches, tables
from vaas.core.virtual.stdlib.facades import builder_of
from vaas.core.virtual.stdlib.registry import REGISTRY, RULES, rule

FREE = [it for it in RULES if it.access == "free"]
LATER = {
    ("asyncio", "QueueShutDown"): (3, 13),
}
"""Names that a newer Python brings, or an older one lacks, and since when it is there."""
GONE = {"imp": (3, 12), "cgitb": (3, 13), "nis": (3, 13), "spwd": (3, 13), "telnetlib": (3, 13)}
"""Modules that were taken out of Python, and when."""
ELSEWHERE = {"cffi"}
"""Modules of the registry that are no part of Python's library."""


def names_a_real_class(dotted: str) -> bool:
    module, _, name = dotted.rpartition(".")
    try:
        return isinstance(getattr(importlib.import_module(module), name, None), type)
    except ImportError:
        return False


def test_no_module_stands_in_two_rows() -> None:
    assert len(REGISTRY) == len(RULES)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_row_is_of_a_module_of_python(name: str) -> None:
    gone = sys.version_info >= GONE.get(name, (4,))
    assert (name.partition(".")[0] in sys.stdlib_module_names) is not (gone or name in ELSEWHERE)


@pytest.mark.parametrize("row", RULES, ids=lambda it: it.name)
def test_every_row_has_a_reason_of_its_own_words(row: rule.ModuleRule) -> None:
    assert len(row.reason.split()) >= 3
    assert row.reason[0].islower() or row.reason.split()[0] in ("ABCMeta", "Formatter")
    assert not row.reason.endswith(".")


@pytest.mark.parametrize("row", FREE, ids=lambda it: it.name)
def test_every_name_that_a_row_shows_or_drops_is_there_on_this_python(row: rule.ModuleRule) -> None:
    real = importlib.import_module(row.name)
    for name in (*(row.shown or ()), *row.also, *row.dropped):
        if sys.version_info >= LATER.get((row.name, name), (3,)):
            assert hasattr(real, name), name


@pytest.mark.parametrize("row", RULES, ids=lambda it: it.name)
def test_only_what_is_free_says_how_it_is_shown(row: rule.ModuleRule) -> None:
    """A module on grant is shown by ``granted.py``, and one that is refused is not shown."""
    shows = row.builder or row.trusted_builder or row.added or row.also or row.dropped or row.shown is not None
    assert row.access == "free" or not shows
    assert not (row.shown is not None and row.dropped)
    assert not row.trusted_builder or row.builder
    assert row.needs in ("", "net", "subprocess")
    assert not row.needs or row.access == "grant"


@pytest.mark.parametrize("place", sorted({b for it in RULES for b in (it.builder, it.trusted_builder) if b}))
def test_every_builder_is_reached(place: str) -> None:
    assert callable(builder_of(place))


def test_every_file_of_facades_is_reached_from_a_row_or_from_one_that_is() -> None:
    named = {it.partition(":")[0] for row in RULES for it in (row.builder, row.trusted_builder, row.added) if it}
    files = {path.stem: path.read_text() for path in Path(facades.__file__).parent.glob("*.py")}
    machinery = {"__init__", "base", "selection", "granted"}
    for name in files.keys() - named - machinery:
        assert any(f"facades.{name} import" in text or f"import {name}" in text for text in files.values()), name
    assert named <= files.keys()


@pytest.mark.parametrize("name", [it.added for it in FREE if it.added])
def test_every_file_that_adds_has_names(name: str) -> None:
    assert importlib.import_module(f"{facades.__name__}.{name}").NAMES


@pytest.mark.parametrize("patch", sorted({it for row in RULES for it in (*row.patches, *row.process_patches)}))
def test_every_patch_is_a_function_without_arguments(patch: str) -> None:
    file, _, function = patch.partition(":")
    found: Any = getattr(importlib.import_module(f"{patches.__name__}.{file}"), function)
    assert found.__code__.co_argcount == 0


def test_every_patch_that_can_be_armed_is_armed_by_a_row() -> None:
    named = {it for row in RULES for it in (*row.patches, *row.process_patches)}
    for path in Path(patches.__file__).parent.glob("*.py"):
        module = importlib.import_module(f"{patches.__name__}.{path.stem}")
        armable = {name for name in vars(module) if name == "arm" or name.startswith("arm_")}
        assert {f"{path.stem}:{name}" for name in armable} <= named


LATER_CLASSES = {"pathlib._abc.PurePathBase": (3, 13), "pathlib._local.PurePath": (3, 13)}


@pytest.mark.parametrize("dotted", sorted({it for row in RULES for it in (*row.settable, *row.instance_only)}))
def test_every_class_that_a_row_names_is_there(dotted: str) -> None:
    if sys.version_info >= LATER_CLASSES.get(dotted, (3,)):
        assert names_a_real_class(dotted)


@pytest.mark.parametrize("row", [it for it in RULES if it.instance_only], ids=lambda it: it.name)
def test_every_method_that_asks_first_is_one_in_some_python(row: rule.ModuleRule) -> None:
    later = {"shutdown", "with_segments"}  # of queues from 3.13 on, of paths from 3.12 on
    for dotted, methods in row.instance_only.items():
        module, _, name = dotted.rpartition(".")
        if sys.version_info >= LATER_CLASSES.get(dotted, (3,)):
            cls = getattr(importlib.import_module(module), name)
            assert all(hasattr(cls, it) for it in methods if it not in later)


def test_a_module_s_rules_are_its_own_and_those_of_its_packages() -> None:
    assert [it.name for it in tables.at_and_above("email.mime.text")] == ["email.mime.text", "email.mime", "email"]
    assert list(tables.at_and_above("nothing.of.it")) == []


@pytest.mark.parametrize(
    ("facts", "how"),
    [
        ({}, "as it is"),
        ({"shown": "x"}, "facade"),
        ({"shown": ""}, "facade"),
        ({"dropped": "x"}, "facade"),
        ({"also": "x"}, "facade"),
        ({"added": "safe_x"}, "facade"),
        ({"shown": "x", "builder": "x:y"}, "own"),
    ],
)
def test_a_free_module_is_shown_as_its_row_says(facts: dict[str, Any], how: str) -> None:
    assert rule.free("x", "it is a test", **facts).how == how


def test_a_module_that_is_not_free_is_on_grant_needs_more_or_never_comes() -> None:
    hows = [*rule.on_grant("x", "it is a test"), *rule.on_grant("x", "it is", needs="net"), *rule.never("x", "it is")]
    assert [it.how for it in hows] == ["on grant", "needs net", "never"]
