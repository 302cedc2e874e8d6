"""The facade of a granted module that is not of the safe standard library: its public names, its own submodules.

What such a package does with what it is given is its own affair; the kernel layer holds it. Of a granted module of
Python's own library tables are copied; a package may mean its tables to be written to.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from vaas.core.virtual.stdlib.facades.base import Facade, own_tables, showable
from vaas.core.virtual.stdlib.machine_view import MachineView


def granted_facade(machine: MachineView, real: ModuleType) -> ModuleType:
    name = real.__name__

    def submodule(last: str) -> Any:
        found = getattr(real, last, None)
        if isinstance(found, ModuleType):
            full = f"{name}.{last}"
            return machine.load(full) if sys.modules.get(full) is found else None
        return found if showable(last, found) else None

    shown = {n: v for n, v in vars(real).items() if showable(n, v)}
    is_python_s = name.partition(".")[0] in sys.stdlib_module_names
    return Facade(name, own_tables(shown) if is_python_s else shown, missing=submodule)
