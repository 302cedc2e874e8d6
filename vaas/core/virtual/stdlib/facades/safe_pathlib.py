"""``pathlib`` for restricted code: ``Path`` is a pure path whose questions and changes go through the machine."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator
from pathlib import PurePath, PurePosixPath
from types import ModuleType
from typing import IO, Any

from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.machine_view import MachineView


def pathlib_(machine: MachineView) -> ModuleType:
    own_os: Any = machine.load("os")

    class Path(PurePosixPath):
        """A path as the app sees it: /app, /data, /tmp."""

        @classmethod
        def cwd(cls) -> Path:
            return cls(machine.paths.cwd)

        def absolute(self) -> Path:
            return type(self)(own_os.path.abspath(self))

        def resolve(self, strict: bool = False) -> Path:
            if strict and not self.exists():
                raise FileNotFoundError(2, "No such file or directory", str(self))
            return type(self)(own_os.path.realpath(self))

        def open(self, mode: str = "r", *args: Any, **options: Any) -> IO[Any]:
            return machine.open(self, mode, *args, **options)

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
            return bool(own_os.path.exists(self))

        def is_file(self) -> bool:
            return bool(own_os.path.isfile(self))

        def is_dir(self) -> bool:
            return bool(own_os.path.isdir(self))

        def is_symlink(self) -> bool:
            return bool(own_os.path.islink(self))

        def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
            return own_os.stat(self, follow_symlinks=follow_symlinks)  # type: ignore[no-any-return]

        def lstat(self) -> os.stat_result:
            return own_os.lstat(self)  # type: ignore[no-any-return]

        def expanduser(self) -> Path:
            return type(self)(own_os.path.expanduser(self))

        def iterdir(self) -> Iterator[Path]:
            return iter([self / name for name in own_os.listdir(self)])

        def glob(self, pattern: str) -> Iterator[Path]:
            """Of this folder and, where the pattern begins with ``**/``, of all below."""
            if pattern.startswith("**/"):
                return self.rglob(pattern[3:])
            return iter([it for it in self.iterdir() if fnmatch.fnmatchcase(it.name, pattern)])

        def rglob(self, pattern: str) -> Iterator[Path]:
            for top, folders, files in own_os.walk(self):
                for name in (*folders, *files):
                    if fnmatch.fnmatchcase(name, pattern):
                        yield type(self)(top, name)

        def mkdir(self, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
            if parents:
                own_os.makedirs(self, mode, exist_ok)
            elif not (exist_ok and self.is_dir()):
                own_os.mkdir(self, mode)

        def touch(self, exist_ok: bool = True) -> None:
            self.open("a" if exist_ok else "x").close()

        def unlink(self, missing_ok: bool = False) -> None:
            if not missing_ok or self.exists():
                own_os.unlink(self)

        def rmdir(self) -> None:
            own_os.rmdir(self)

        def rename(self, target: Any) -> Path:
            own_os.rename(self, target)
            return type(self)(target)

        def replace(self, target: Any) -> Path:
            return self.rename(target)

    names = {"Path": Path, "PosixPath": Path, "PurePath": PurePath, "PurePosixPath": PurePosixPath}
    return Facade("pathlib", names)
