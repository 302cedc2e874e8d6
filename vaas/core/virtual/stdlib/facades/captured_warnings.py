"""``logging.captureWarnings``, in one machine: warnings become records of the logger ``py.warnings``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vaas.core.virtual.stdlib.facades.loggers import Manager
from vaas.core.virtual.stdlib.machine_view import MachineView


def capturing(machine: MachineView, manager: Manager) -> Callable[[bool], None]:
    before: list[Any] = []

    def show(message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None) -> None:
        if file is not None:
            before[-1](message, category, filename, lineno, file, line)
            return
        text = machine.load("warnings").formatwarning(message, category, filename, lineno, line)
        manager.getLogger("py.warnings").warning("%s", text)

    def capture(capture: bool) -> None:
        warnings: Any = machine.load("warnings")
        if capture and not before:
            before.append(warnings.showwarning)
            warnings.showwarning = show
        elif not capture and before:
            warnings.showwarning = before.pop()

    return capture
