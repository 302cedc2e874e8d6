"""``contextlib`` for restricted code: redirects the app's own streams, not the process's."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any

from vaas.core.virtual.stdlib.facades.base import Facade, public_names
from vaas.core.virtual.stdlib.machine_view import MachineView


def contextlib_(machine: MachineView) -> ModuleType:
    names = public_names(contextlib)
    names.pop("chdir", None)
    return Facade(
        "contextlib",
        {**names, "redirect_stdout": _redirect(machine, "stdout"), "redirect_stderr": _redirect(machine, "stderr")},
    )


def _redirect(machine: MachineView, stream: str) -> Callable[[Any], AbstractContextManager[Any]]:
    @contextlib.contextmanager
    def redirect(target: Any) -> Iterator[Any]:
        own_sys = machine.load("sys")
        before = getattr(own_sys, stream)
        setattr(own_sys, stream, target)
        try:
            yield target
        finally:
            setattr(own_sys, stream, before)

    return redirect
