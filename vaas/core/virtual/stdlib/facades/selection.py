"""Facades by the registry alone: the names that a row shows, each app's copies of tables, and our own versions.

Next: the file that the row's ``added`` names.
"""

from __future__ import annotations

import importlib
import sys
from functools import cache
from types import ModuleType
from typing import Any

from vaas.core.virtual.stdlib.facades.base import Facade, is_shareable, own_names, public_names, showable
from vaas.core.virtual.stdlib.harden import harden_shown, harden_tables
from vaas.core.virtual.stdlib.machine_view import MachineView
from vaas.core.virtual.stdlib.registry.rule import ModuleRule
from vaas.core.virtual.stdlib.tables import SAFE


@cache
def names_of(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is shown of a safe module, by its row: what machines share, and what each has a copy of."""
    rule = SAFE[name]
    shown = _selected(importlib.import_module(name), rule)
    harden_tables(name, shown.values())
    if rule.added:
        shown |= importlib.import_module(f"vaas.core.virtual.stdlib.facades.{rule.added}").NAMES
    shared = {name: it for name, it in shown.items() if is_shareable(it)}
    harden_shown(shared.values())
    return shared, {name: it for name, it in shown.items() if name not in shared}


def selection(machine: MachineView, name: str, **own: Any) -> ModuleType:
    """One machine's facade of a safe module, by its row. ``own``: names that hold something of the app."""

    def submodule(last: str) -> Any:
        """``collections.abc`` after ``import collections``, as Python has it when something imported it."""
        full = f"{name}.{last}"
        return machine.load(full) if full in SAFE and full in sys.modules else None

    shared, copied = names_of(name)
    return Facade(name, {**own_names(copied), **own}, missing=submodule, shared=shared)


def _selected(real: ModuleType, rule: ModuleRule) -> dict[str, Any]:
    if rule.shown is not None:
        there = {name: getattr(real, name) for name in rule.shown if hasattr(real, name)}
        return {name: it for name, it in there.items() if showable(name, it)}
    shown = {name: it for name, it in public_names(real).items() if name not in rule.dropped}
    return shown | {name: getattr(real, name) for name in rule.also if hasattr(real, name)}
