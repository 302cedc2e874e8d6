"""``importlib.resources`` of the app's own packages: files of the bundle, read-only."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.machine_view import MachineView


class Resources:
    """The reader that Python's ``importlib.resources`` asks an app module's loader for."""

    def __init__(self, machine: MachineView, folder: str) -> None:
        self._machine, self._folder = machine, folder

    def files(self) -> Any:
        return Path(self._machine.paths.real(self._folder))


def resources_(machine: MachineView) -> ModuleType:
    """``importlib.resources`` for restricted code: its own packages alone, as virtual paths."""
    path_of = machine.load("pathlib").Path

    def files(anchor: str | ModuleType) -> Any:
        module = machine.find_own(anchor) if isinstance(anchor, str) else anchor
        if module is None or not machine.is_own(module):
            raise ModuleNotFoundError(f"{anchor!r} is not a package of this app")
        return path_of(module.__file__).parent

    def read_text(anchor: str | ModuleType, *names: str, encoding: str = "utf-8") -> str:
        return str(files(anchor).joinpath(*names).read_text(encoding))

    def read_binary(anchor: str | ModuleType, *names: str) -> bytes:
        return bytes(files(anchor).joinpath(*names).read_bytes())

    return Facade("importlib.resources", {"files": files, "read_text": read_text, "read_binary": read_binary})
