"""``tempfile`` for restricted code: everything in the machine's ``/tmp``."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import IO, Any

from vaas.core.restrict.guards import read
from vaas.core.virtual.files import exact_path
from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.machine_view import MachineView


def tempfile_(machine: MachineView) -> ModuleType:
    made = TempFunctions(machine)
    names = {
        "mkdtemp": made.mkdtemp,
        "gettempdir": lambda: "/tmp",
        "TemporaryDirectory": made.directory,
        "NamedTemporaryFile": made.file,
        "TemporaryFile": made.file,
    }
    return Facade("tempfile", names)


class TempFunctions:
    """The functions of ``tempfile``, in one machine."""

    def __init__(self, machine: MachineView) -> None:
        self._open = machine.open
        self._os: Any = machine.load("os")
        self._shutil: Any = machine.load("shutil")

    def mkdtemp(self, suffix: str | None = None, prefix: str | None = None, dir: Any = None) -> str:
        path = _fresh(suffix, prefix, dir)
        self._os.mkdir(path, 0o700)
        return path

    def directory(
        self, suffix: str | None = None, prefix: str | None = None, dir: Any = None, **ignored: Any
    ) -> TemporaryDirectory:
        return TemporaryDirectory(self.mkdtemp(suffix, prefix, dir), self._shutil.rmtree)

    def file(
        self,
        mode: str = "w+b",
        buffering: int = -1,
        encoding: str | None = None,
        newline: str | None = None,
        suffix: str | None = None,
        prefix: str | None = None,
        dir: Any = None,
        delete: bool = True,
        *,
        errors: str | None = None,
        **ignored: Any,
    ) -> TemporaryFile:
        if type(mode) is not str:
            raise TypeError("the mode must be exactly str")
        path = _fresh(suffix, prefix, dir)
        file = self._open(path, mode.replace("w", "x"), buffering, encoding, errors, newline)
        return TemporaryFile(file, path, self._os.unlink if delete else None)


def _fresh(suffix: str | None, prefix: str | None, dir: Any) -> str:
    return f"{exact_path(dir or '/tmp')}/{prefix or 'tmp'}{secrets.token_hex(8)}{suffix or ''}"


class TemporaryFile:
    """A file that goes when it is closed. All but that is the file's."""

    def __init__(self, file: IO[Any], name: str, unlink: Callable[[str], None] | None) -> None:
        self.file, self.name, self._unlink = file, name, unlink

    def close(self) -> None:
        self.file.close()
        unlink, self._unlink = self._unlink, None
        if unlink is not None:
            try:
                unlink(self.name)
            except FileNotFoundError:
                return  # the app has removed it

    def __getattr__(self, attribute: str) -> Any:
        return read(self.file, attribute)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.file)

    def __enter__(self) -> TemporaryFile:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class TemporaryDirectory:
    """A folder that goes at the end of its ``with``, or by ``cleanup``."""

    def __init__(self, name: str, remove: Callable[..., None]) -> None:
        self.name, self._remove = name, remove

    def cleanup(self) -> None:
        self._remove(self.name, ignore_errors=True)

    def __enter__(self) -> str:
        return self.name

    def __exit__(self, *error: object) -> None:
        self.cleanup()
