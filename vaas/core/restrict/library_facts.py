"""What the guards know of Python's library: facts about its classes, given by the floor above before any code runs.

The facts stand in the registry of ``core/virtual/stdlib``, one row for each module; ``core/virtual/stdlib/harden.py``
declares them. The framework declares its own modules by ``declare_open``. Asked by ``ownership.py``, ``settable.py``
and ``classes.py``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LibraryFacts:
    free: frozenset[str]
    """Top-level names of the modules that every app may import."""
    needing: frozenset[str]
    """Modules that a permission gives: what they make is the app's affair."""
    settable: frozenset[str]
    """Dotted classes, derived ones included, on whose instances public attributes may be set."""
    open_modules: frozenset[str]
    """Modules whose classes keep nothing under ``_names`` that an app could misuse in a subclass."""
    value_modules: frozenset[str]
    """Of these, the modules whose instances hold nothing of a library's at all."""
    final: Mapping[str, str]
    """Top-level modules and dotted classes that no app derives a class from, and why."""


_declared: LibraryFacts | None = None
_open: set[str] = set()


def declare(facts: LibraryFacts) -> None:
    """The facts that all guards of this process go by."""
    global _declared
    _declared = facts
    declare_open(*facts.open_modules)


def declare_open(*modules: str) -> None:
    """Further open modules: those of vaas whose classes apps derive from."""
    _open.update(modules)


def facts() -> LibraryFacts:
    """Raises RuntimeError before ``declare``: without facts no guard could say yes or no."""
    if _declared is None:
        raise RuntimeError("the library's facts are declared before restricted code runs: make a Machine")
    return _declared


def is_open_module(name: str) -> bool:
    """Whether that is one of the modules declared as open; before ``declare`` none is."""
    return name in _open
