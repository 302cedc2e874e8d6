"""``pathlib`` for restricted code: ``Path`` is a pure path whose questions and changes go through the machine."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath
from types import ModuleType
from typing import IO, Any, Self

from vaas.core.virtual.files import PathMap
from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.machine_view import MachineView


@dataclass(frozen=True, slots=True)
class PathServices:
    """What a path needs of its machine."""

    open: Callable[..., IO[Any]]
    os: Any
    """The app's own ``os``."""
    paths: PathMap


def pathlib_(machine: MachineView) -> ModuleType:
    home = PathServices(machine.open, machine.load("os"), machine.paths)
    about = {"__module__": __name__, "__doc__": MachinePath.__doc__, "_services_": home}
    path = type("Path", (MachinePath,), about)
    names = {"Path": path, "PosixPath": path, "PurePath": PurePath, "PurePosixPath": PurePosixPath}
    return Facade("pathlib", names)


class MachinePath(PurePosixPath):
    """A path as the app sees it: /app, /data, /tmp."""

    _services_: PathServices
    """Of the machine's own class below this one. Such a name is the machine's: no app reads, sets or defines it."""

    @classmethod
    def cwd(cls) -> Self:
        return cls(cls._services_.paths.cwd)

    def absolute(self) -> Self:
        return type(self)(self._services_.os.path.abspath(self))

    def resolve(self, strict: bool = False) -> Self:
        if strict and not self.exists():
            raise FileNotFoundError(2, "No such file or directory", str(self))
        return type(self)(self._services_.os.path.realpath(self))

    def open(self, mode: str = "r", *args: Any, **options: Any) -> IO[Any]:
        return self._services_.open(self, mode, *args, **options)

    def read_text(self, encoding: str | None = "utf-8", errors: str | None = None) -> str:
        with self.open(encoding=encoding, errors=errors) as file:
            return str(file.read())

    def read_bytes(self) -> bytes:
        with self.open("rb") as file:
            return bytes(file.read())

    def write_text(self, data: str, encoding: str | None = "utf-8", errors: str | None = None) -> int:
        with self.open("w", encoding=encoding, errors=errors) as file:
            return file.write(data)

    def write_bytes(self, data: bytes) -> int:
        with self.open("wb") as file:
            return file.write(data)

    def exists(self) -> bool:
        return bool(self._services_.os.path.exists(self))

    def is_file(self) -> bool:
        return bool(self._services_.os.path.isfile(self))

    def is_dir(self) -> bool:
        return bool(self._services_.os.path.isdir(self))

    def is_symlink(self) -> bool:
        return bool(self._services_.os.path.islink(self))

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        return self._services_.os.stat(self, follow_symlinks=follow_symlinks)  # type: ignore[no-any-return]

    def lstat(self) -> os.stat_result:
        return self._services_.os.lstat(self)  # type: ignore[no-any-return]

    def expanduser(self) -> Self:
        return type(self)(self._services_.os.path.expanduser(self))

    def iterdir(self) -> Iterator[Self]:
        return iter([self / name for name in self._services_.os.listdir(self)])

    def glob(self, pattern: str) -> Iterator[Self]:
        """Of this folder and, where the pattern begins with ``**/``, of all below."""
        if pattern.startswith("**/"):
            return self.rglob(pattern[3:])
        return iter([it for it in self.iterdir() if fnmatch.fnmatchcase(it.name, pattern)])

    def rglob(self, pattern: str) -> Iterator[Self]:
        for top, folders, files in self._services_.os.walk(self):
            for name in (*folders, *files):
                if fnmatch.fnmatchcase(name, pattern):
                    yield type(self)(top, name)

    def mkdir(self, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        if parents:
            self._services_.os.makedirs(self, mode, exist_ok)
        elif not (exist_ok and self.is_dir()):
            self._services_.os.mkdir(self, mode)

    def touch(self, exist_ok: bool = True) -> None:
        self.open("a" if exist_ok else "x").close()

    def unlink(self, missing_ok: bool = False) -> None:
        if not missing_ok or self.exists():
            self._services_.os.unlink(self)

    def rmdir(self) -> None:
        self._services_.os.rmdir(self)

    def rename(self, target: Any) -> Self:
        self._services_.os.rename(self, target)
        return type(self)(target)

    def replace(self, target: Any) -> Self:
        return self.rename(target)
