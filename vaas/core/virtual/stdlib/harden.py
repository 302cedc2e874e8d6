"""Arms the patches of the process. Each is armed once, and for ever: no function takes one away.

The registry says which patches a module has. Three moments: before any code of an app runs (``harden_process``), when a
module is first shown to restricted code (``harden_module``, ``harden_tables``), and when a facade shows a class
(``harden_shown``). The zygote's warm-up shows every module, so that in hosts all patches are armed before the fork.
Called by ``core/virtual/machine.py`` and by ``facades/``; the patches stand in ``patches/``.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any

from vaas.core.restrict import library_facts
from vaas.core.restrict.safe_type import show
from vaas.core.virtual import thread_binding
from vaas.core.virtual.stdlib import tables
from vaas.core.virtual.stdlib.patches.freezing import freeze, freeze_module
from vaas.core.virtual.stdlib.patches.instance_methods import bind

_FOLDER = "vaas.core.virtual.stdlib.patches"
_armed: set[str] = set()
"""Patches and modules that have been dealt with in this process."""


def harden_process(*, restricted: bool) -> None:
    """What code of an app needs before it runs; for restricted code also what libraries do with the app's objects."""
    thread_binding.install()
    if restricted and "process" not in _armed:
        _armed.add("process")
        library_facts.declare(tables.library_facts())
        for patch in tables.PROCESS_PATCHES:
            _arm(patch)


def harden_module(name: str) -> None:
    """The patches of a module that is about to be shown, and of the packages that it is in."""
    if name in _armed:
        return
    for rule in tables.at_and_above(name):
        for patch in rule.patches:
            _arm(patch)
        for module in rule.frozen:
            freeze_module(module)
    _armed.add(name)


def harden_tables(name: str, shown: Iterable[Any]) -> None:
    """Freezes the tables that hang on classes and instances which the module shows."""
    freeze(name, shown)


def harden_shown(values: Iterable[Any]) -> None:
    """Lets apps have the classes among these: ``type`` may tell them, and their methods ask for instances first."""
    for value in values:
        show(value)
        bind(value)


def _arm(patch: str) -> None:
    if patch not in _armed:
        _armed.add(patch)
        file, _, function = patch.partition(":")
        getattr(importlib.import_module(f"{_FOLDER}.{file}"), function)()
