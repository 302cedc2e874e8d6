"""Names that Python has in a module and restricted code does not see: why, and what to do.

The same words when the app is checked (``core/virtual/checks/shown.py``) and when it runs (``facades/base.py``). The
reasons and remedies stand in the registry.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import NamedTuple

from vaas.core.virtual.stdlib.tables import SAFE

TRUSTED = 'ask for code = "trusted" in vaas.toml'


class Absent(NamedTuple):
    why: str
    remedy: str
    is_module: bool = False
    """It is a module that the other one happens to show: whether it may be imported is decided for itself."""

    def __str__(self) -> str:
        return f"{self.why}: {self.remedy}"


def absent(module: str, name: str) -> Absent | None:
    """Of a module of Python's own, a name that restricted code does not find there; None if Python has none either."""
    found = getattr(importlib.import_module(module), name, _MISSING)
    if found is _MISSING:
        return None
    if name.startswith("_"):
        return Absent(f"{module}.{name} is private to {module}", f"use its public names, or {TRUSTED}")
    if isinstance(found, ModuleType):
        return Absent(
            f"{module}.{name} is a module of its own", f"import it by its own name, {found.__name__}", is_module=True
        )
    rule = SAFE.get(module)
    reason = f"of {module} the rest is shown: {rule.reason}" if rule is not None else "it makes or changes classes"
    instead = rule.instead.get(name) if rule is not None else None
    return Absent(f"restricted code has no {module}.{name} ({reason})", f"{instead or 'do without it'}, or {TRUSTED}")


_MISSING = object()
