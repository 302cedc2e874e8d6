"""What stands in for real modules, in restricted and in trusted code: one builder for each module that needs one.

``build`` is called once per machine and module, by ``core/virtual/machine.py``. It goes on in the file that the
module's row in the registry names (``builder``, ``trusted_builder``), in ``selection.py`` if it names none, or in
``granted.py`` for a module that the app was granted. A facade shows no other module and no metaclass, and what it shows
of a library is shared only if it cannot be changed (``base.py``).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import cast

from vaas.core.virtual.stdlib.harden import harden_module
from vaas.core.virtual.stdlib.machine_view import MachineView
from vaas.core.virtual.stdlib.tables import SAFE

Builder = Callable[[MachineView], ModuleType]


def build(machine: MachineView, name: str, real: ModuleType | None) -> ModuleType:
    """What the app of ``machine`` sees under ``name``. ``real``: a shared module; None for one that we import."""
    if not machine.restricted:
        return real if real is not None else builder_of(SAFE[name].trusted_builder)(machine)
    if real is not None:
        from vaas.core.virtual.stdlib.facades.granted import granted_facade

        return granted_facade(machine, real)
    harden_module(name)
    if SAFE[name].builder:
        return builder_of(SAFE[name].builder)(machine)
    from vaas.core.virtual.stdlib.facades.selection import selection

    return selection(machine, name)


def builder_of(place: str) -> Builder:
    """The callable that ``file:name`` in this folder means."""
    file, _, name = place.partition(":")
    return cast(Builder, getattr(importlib.import_module(f"{__name__}.{file}"), name))
