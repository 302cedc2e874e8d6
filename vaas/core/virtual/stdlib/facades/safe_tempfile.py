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
    own_os: Any = machine.load("os")
    shutil: Any = machine.load("shutil")

    def fresh(suffix: str | None, prefix: str | None, dir: Any) -> str:
        return f"{exact_path(dir or '/tmp')}/{prefix or 'tmp'}{secrets.token_hex(8)}{suffix or ''}"

    def mkdtemp(suffix: str | None = None, prefix: str | None = None, dir: Any = None) -> str:
        path = fresh(suffix, prefix, dir)
        own_os.mkdir(path, 0o700)
        return path

    def temporary_directory(
        suffix: str | None = None, prefix: str | None = None, dir: Any = None, **ignored: Any
    ) -> TemporaryDirectory:
        return TemporaryDirectory(mkdtemp(suffix, prefix, dir), shutil.rmtree)

    def temporary_file(
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
        path = fresh(suffix, prefix, dir)
        file = machine.open(path, mode.replace("w", "x"), buffering, encoding, errors, newline)
        return TemporaryFile(file, path, own_os.unlink if delete else None)

    names = {
        "mkdtemp": mkdtemp,
        "gettempdir": lambda: "/tmp",
        "TemporaryDirectory": temporary_directory,
        "NamedTemporaryFile": temporary_file,
        "TemporaryFile": temporary_file,
    }
    return Facade("tempfile", names)


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
