"""Which machine a thread works for, and how the standard library finds that machine's modules.

dataclasses, typing, enum, pickle and inspect look classes up in ``sys.modules`` by ``cls.__module__``. Apps' modules
are not there: two machines may both have a ``models``. So the *attribute* ``sys.modules`` becomes a view over the
interpreter's own dict that also answers for the modules of the machine the asking thread is bound to. Third-party
packages that import the app's modules by name (Django's settings, say) reach them by a finder on ``sys.meta_path``,
and C code (pickle) by ``interpreter_table.py``.

Only look-ups hang on the thread. What the app may do hangs on its machine: losing the binding loses the app its
own names, and gains it nothing. Next: ``importer.py``.

Tried and left: unique real names such as ``app1:models`` break ``__name__`` and pickle; swapping entries of the
real dict per thread is a race; a frame walk on each look-up misses library threads and costs microseconds.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Protocol

from vaas.core.virtual import interpreter_table

_bound = threading.local()
_start = threading.Thread.start


class ModuleOwner(Protocol):
    """What this page needs of a machine."""

    own: dict[str, ModuleType]

    def spec_of(self, name: str) -> ModuleSpec | None:
        """Of the app's module of that name, which is not run for it; None if the app has none."""
        ...

    def entries(self, folder: str) -> Iterable[tuple[str, bool]]:
        """The modules in that folder of the app, and whether each is a package."""
        ...


def bound() -> ModuleOwner | None:
    """The machine this thread works for."""
    return getattr(_bound, "machine", None)


def bind(machine: ModuleOwner | None) -> None:
    """From here on this thread, and threads it starts, work for ``machine``."""
    _bound.machine = machine


@contextmanager
def binding(machine: ModuleOwner | None) -> Iterator[None]:
    before = bound()
    _bound.machine = machine
    try:
        yield
    finally:
        _bound.machine = before


class ModuleView(dict[str, ModuleType]):
    """``sys.modules`` as a thread sees it: the real modules and those of its machine. Writes go to the real dict, and
    to this one's own storage: code in C sees that alone (msgspec looks for ``ClassVar`` by ``PyDict_GetItem``)."""

    def __init__(self, real: dict[str, ModuleType]) -> None:
        super().__init__(real)
        self.real = real

    def get(self, name: str, default: Any = None) -> Any:
        machine: ModuleOwner | None = getattr(_bound, "machine", None)
        if machine is not None:
            own = machine.own.get(name)
            # The import system itself gets the real module where both exist: an app's `email` is not the library's.
            if own is not None and (name not in self.real or not _asked_by_import_system()):
                return own
        return self.real.get(name, default)

    def __getitem__(self, name: str) -> ModuleType:
        found = self.get(name, _MISSING)
        if found is _MISSING:
            raise KeyError(name)
        return found  # type: ignore[no-any-return]  # what stands in sys.modules may be any object

    def __contains__(self, name: object) -> bool:
        return self.get(name, _MISSING) is not _MISSING  # type: ignore[arg-type]  # any key may be asked for

    def __setitem__(self, name: str, module: ModuleType) -> None:
        machine = bound()
        if machine is None or machine.own.get(name) is not module:
            self.real[name] = module
            super().__setitem__(name, module)

    def __delitem__(self, name: str) -> None:
        del self.real[name]
        super().pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self.copy())

    def __len__(self) -> int:
        return len(self.copy())

    def __repr__(self) -> str:
        return f"ModuleView({self.copy()!r})"

    def copy(self) -> dict[str, ModuleType]:
        machine = bound()
        return {**self.real, **(machine.own if machine is not None else {})}

    def keys(self) -> Any:
        return self.copy().keys()

    def values(self) -> Any:
        return self.copy().values()

    def items(self) -> Any:
        return self.copy().items()

    def pop(self, name: str, *default: Any) -> Any:
        machine = bound()
        if name not in self.real and machine is not None and name in machine.own:
            return machine.own[name]  # the import system takes a new module out and puts it in again
        super().pop(name, None)
        return self.real.pop(name, *default)

    def popitem(self) -> tuple[str, ModuleType]:
        name, module = self.real.popitem()
        super().pop(name, None)
        return name, module

    def setdefault(self, name: str, module: Any = None) -> Any:
        if name not in self:
            self[name] = module
        return self[name]

    def update(self, *args: Any, **more: Any) -> None:
        self.real.update(*args, **more)
        super().update(*args, **more)

    def clear(self) -> None:
        self.real.clear()
        super().clear()


class AppFinder(MetaPathFinder):
    """Lets the real import system reach the modules of the thread's machine, after everything real."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return find_own_spec(fullname)


def find_own_spec(name: str) -> ModuleSpec | None:
    """Of a module of the thread's machine; None if it has none of that name."""
    machine = bound()
    if machine is None or name.partition(".")[0] in sys.stdlib_module_names:
        return None  # an app's module encodings.rot is no codec of the process
    return machine.spec_of(name)


def real_modules() -> dict[str, ModuleType]:
    """The interpreter's own table."""
    return sys.modules.real if isinstance(sys.modules, ModuleView) else sys.modules


def install() -> None:
    """Puts the view, the finder and the inheritance by threads in place, for ever; safe to repeat."""
    if not isinstance(sys.modules, ModuleView):
        interpreter_table.make_aware(sys.modules, _own_module)
        sys.modules = ModuleView(sys.modules)
        sys.meta_path.append(_finder)
        threading.Thread.start = _start_bound  # type: ignore[method-assign, assignment]  # so that threads inherit the binding


def _own_module(name: str) -> ModuleType | None:
    machine = bound()
    return None if machine is None else machine.own.get(name)


def _start_bound(thread: threading.Thread) -> None:
    machine = bound()
    if machine is not None:
        run = thread.run

        def run_bound() -> None:
            bind(machine)
            run()

        thread.run = run_bound  # type: ignore[method-assign]
    _start(thread)


def _asked_by_import_system() -> bool:
    return bool(sys._getframe(2).f_globals.get("__name__") == "importlib._bootstrap")


_MISSING = object()
_finder = AppFinder()
