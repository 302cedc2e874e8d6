"""``importlib.resources`` of the app's own packages: files of the bundle, read-only."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
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
        below = getattr(module, "__path__", None)
        return path_of(below[0]) if below else path_of(module.__file__).parent

    def read_text(anchor: str | ModuleType, *names: str, encoding: str = "utf-8") -> str:
        return str(files(anchor).joinpath(*names).read_text(encoding))

    def read_binary(anchor: str | ModuleType, *names: str) -> bytes:
        return bytes(files(anchor).joinpath(*names).read_bytes())

    def open_text(anchor: str | ModuleType, *names: str, encoding: str = "utf-8") -> Any:
        return files(anchor).joinpath(*names).open("r", encoding=encoding)

    def open_binary(anchor: str | ModuleType, *names: str) -> Any:
        return files(anchor).joinpath(*names).open("rb")

    def is_resource(anchor: str | ModuleType, *names: str) -> bool:
        return bool(files(anchor).joinpath(*names).is_file())

    def contents(anchor: str | ModuleType) -> list[str]:
        return sorted(it.name for it in files(anchor).iterdir())

    def as_file(path: Any) -> AbstractContextManager[Any]:
        """It is one already."""
        return nullcontext(path)

    functions = (files, read_text, read_binary, open_text, open_binary, is_resource, contents, as_file)
    return Facade("importlib.resources", {it.__name__: it for it in functions})
