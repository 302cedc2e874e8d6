"""Which names of Python's library the app will find: its facades themselves are asked, in a machine that runs nothing.

Only Python's own modules are imported for that. Asked by ``imports.py`` and ``attributes.py``.
"""

from __future__ import annotations

import sys
from functools import cache, cached_property

from vaas.core.policy import Policy
from vaas.core.virtual.checks.planned import Planned
from vaas.core.virtual.locate import importable
from vaas.core.virtual.machine import Machine
from vaas.core.virtual.stdlib.absent import TRUSTED, Absent, absent
from vaas.core.virtual.stdlib.tables import SAFE


def _submodule(module: str, name: str) -> Absent | None:
    """One that nothing has imported yet is no attribute."""
    return Absent("", "", is_module=True) if importable(f"{module}.{name}") else None


class Shown:
    def __init__(self, folder: str, policy: Policy, locator: Planned) -> None:
        self._folder, self._policy, self._locator = folder, policy, locator
        self.absent = cache(self._absent)
        """Why restricted code does not find that name of that module; None if it does, or if it is not known."""

    def is_module(self, name: str) -> bool:
        """Whether that is a module of Python's which the app may import."""
        return name in SAFE or (name.partition(".")[0] in sys.stdlib_module_names and self._may_import(name))

    def _absent(self, module: str, name: str) -> Absent | None:
        if self._policy.code == "trusted" or not self._may_import(module) or f"{module}.{name}" in SAFE:
            return None
        if module.partition(".")[0] not in sys.stdlib_module_names:
            private = name.startswith("_") and self._locator.bundled(module)
            return (
                Absent(f"{module}.{name} is private to its package", f"use a public name, or {TRUSTED}")
                if private
                else None
            )
        try:
            shown = self._machine.load(module)
        except ImportError:  # not in this version of Python
            return None
        return None if hasattr(shown, name) else absent(module, name) or _submodule(module, name)

    @cached_property
    def _machine(self) -> Machine:
        return Machine(self._folder, policy=self._policy)

    def _may_import(self, name: str) -> bool:
        return self._locator.decide(name)[0].action in ("facade", "share")
