"""``warnings`` for restricted code: a warning is a line of the app's log; the process's filters are not its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.machine_view import MachineView


def warnings_(machine: MachineView) -> ModuleType:
    def warn(message: Any, category: Any = None, stacklevel: int = 1, source: Any = None) -> None:
        kind = type(message) if isinstance(message, Warning) else category or UserWarning
        machine.console("log", "warning", f"{kind.__name__}: {message}")

    def no_filter(*args: Any, **options: Any) -> None:
        """Filters are the process's; an app's warnings are always shown."""

    @contextmanager
    def catch_warnings(**options: Any) -> Iterator[list[Any]]:
        yield []

    names = {"warn": warn, "simplefilter": no_filter, "filterwarnings": no_filter, "resetwarnings": no_filter}
    return Facade("warnings", {**names, "catch_warnings": catch_warnings})
