"""What stands in ``__builtins__`` of an app's modules: Python's own, with the app's import, print and open."""

from __future__ import annotations

import builtins
from typing import Any, TextIO, cast

from vaas.core.virtual.console import app_print
from vaas.core.virtual.stdlib.facades.base import without_self
from vaas.core.virtual.stdlib.machine_view import MachineView


def builtins_for(machine: MachineView) -> dict[str, Any]:
    own = {
        "__import__": without_self(machine.import_),
        "print": app_print(lambda: _stdout(machine)),
        "open": builtins.open if machine.paths.kernel_s else without_self(machine.open),
    }
    if not machine.restricted:
        return {**vars(builtins), **own}
    from vaas.core.restrict.builtins import GUARDED_BUILTINS

    return {**GUARDED_BUILTINS, **own}


def _stdout(machine: MachineView) -> TextIO:
    """``sys.stdout`` as the app sees it: it may have put another stream there."""
    shown = machine.shown.get("sys")
    return cast(TextIO, machine.stdout if shown is None else shown.stdout)
