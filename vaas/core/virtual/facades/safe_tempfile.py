"""``tempfile`` for restricted code: everything in the machine's ``/tmp``."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import IO, TYPE_CHECKING, Any

from vaas.core.virtual.facades.base import Facade

if TYPE_CHECKING:
    from vaas.core.virtual.machine import Machine


def tempfile_(machine: Machine) -> ModuleType:
    own_os: Any = machine.load("os")
    shutil: Any = machine.load("shutil")

    def fresh(suffix: str | None, prefix: str | None, dir: Any) -> str:
        return f"{dir or '/tmp'}/{prefix or 'tmp'}{secrets.token_hex(8)}{suffix or ''}"

    def mkdtemp(suffix: str | None = None, prefix: str | None = None, dir: Any = None) -> str:
        path = fresh(suffix, prefix, dir)
        own_os.mkdir(path, 0o700)
        return path

    @contextmanager
    def temporary_directory(suffix: str | None = None, prefix: str | None = None, dir: Any = None) -> Iterator[str]:
        path = mkdtemp(suffix, prefix, dir)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def temporary_file(
        mode: str = "w+b", *, suffix: str | None = None, prefix: str | None = None, dir: Any = None, **options: Any
    ) -> Iterator[IO[Any]]:
        """Has the virtual path in ``name``; gone at the end of the ``with``, unless ``delete=False``."""
        path, delete = fresh(suffix, prefix, dir), options.pop("delete", True)
        with machine.open(path, mode.replace("w", "x"), **options) as file:
            yield _Named(file, path)  # type: ignore[misc]  # all but its name is the file's
        if delete and own_os.path.exists(path):
            own_os.unlink(path)

    names = {
        "mkdtemp": mkdtemp,
        "gettempdir": lambda: "/tmp",
        "TemporaryDirectory": temporary_directory,
        "NamedTemporaryFile": temporary_file,
        "TemporaryFile": temporary_file,
    }
    return Facade("tempfile", names)


class _Named:
    """A file that tells its virtual name."""

    def __init__(self, file: IO[Any], name: str) -> None:
        self._file, self.name = file, name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._file, attribute)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)
