"""What facades need of the machine that they are made for. The machine itself: ``core/virtual/machine.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager
from types import ModuleType
from typing import IO, Any, Protocol

from vaas.core.virtual.console import ConsoleWriter, Sink
from vaas.core.virtual.files import PathMap


class MachineView(Protocol):
    argv: list[str]
    environ: MutableMapping[str, str]
    """The app's own, or the process's where that serves this app alone."""
    path: list[str]
    """``sys.path`` as the app finds it."""
    paths: PathMap
    console: Sink
    stdout: ConsoleWriter
    stderr: ConsoleWriter
    shown: dict[str, ModuleType]
    """What stands in for real modules, once it has been imported."""

    @property
    def restricted(self) -> bool: ...

    @property
    def import_(self) -> Callable[..., ModuleType]:
        """The app's ``__import__``."""
        ...

    @property
    def builtins(self) -> dict[str, Any]:
        """What stands in ``__builtins__`` of the app's modules."""
        ...

    def load(self, name: str) -> ModuleType:
        """The module of that dotted name, imported as the app would."""
        ...

    def find_own(self, name: str) -> ModuleType | None:
        """The app's own module of that name, imported if need be; None if the app has none."""
        ...

    def entries(self, folder: str) -> Iterator[tuple[str, bool]]:
        """The modules of the app in that folder, as the app names it, and whether each is a package."""
        ...

    def is_own(self, module: object) -> bool:
        """Whether this is a module of this app."""
        ...

    def open(self, file: Any, mode: Any = "r", *args: Any, **options: Any) -> IO[Any]:
        """``open``, for the app."""
        ...

    def bound(self) -> AbstractContextManager[Any]:
        """For a while, this thread's look-ups by name find the machine's modules."""
        ...
