"""One machine's ``__import__``: asks ``decide``, then loads, shares, shows a facade, replaces or denies.

It stands in the ``__builtins__`` of the app's code, so it serves the app's own import statements alone:
a third-party package brings its own imports by the real one. Own modules live in ``own``, once per machine; facades
and shared modules come from ``stdlib/facades/``. Next: ``machine.py``.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable, Mapping
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any

from vaas.core.policy import Policy
from vaas.core.virtual import thread_binding
from vaas.core.virtual.app_modules import AppLoader, AppModule, module_of, with_exactly
from vaas.core.virtual.errors import ImportDenied, ModuleMissing
from vaas.core.virtual.import_decision import Verdict
from vaas.core.virtual.locate import Locator, importable
from vaas.core.virtual.source import Source, SourceLoader

Compile = Callable[[Source], CodeType]
Show = Callable[[str, ModuleType | None], ModuleType]
"""``(name, real module or None to import it)`` → what the app sees of it."""


BY_THE_INTERPRETER = frozenset({"_strptime", "_pylong"})
"""What functions in C (``datetime.strptime``) import by the ``__import__`` of whose code called them, with a list; what
they use they take from ``sys.modules``, so that the caller's code gets nothing."""


class Importer:
    def __init__(
        self,
        policy: Policy,
        source: SourceLoader,
        replaced: Mapping[str, Any],
        *,
        packages: str,
        compile: Compile,
        show: Show,
        resources: Callable[[str], Any],
        read: Callable[[str], bytes],
    ) -> None:
        self.own: dict[str, ModuleType] = {}
        self.builtins: dict[str, Any] = {}
        """What stands in ``__builtins__`` of every module; the machine fills it."""
        self._replaced = dict(replaced)
        self._locator = Locator(policy, source, packages, replaced)
        self.compile, self.resources, self.read = compile, resources, read
        self._show = show
        self._known: dict[str, ModuleType] = {}
        """What the app has imported already, by full name."""
        self._lock = threading.RLock()

    def import_(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: object = None,
        fromlist: tuple[str, ...] | list[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        """The app's ``__import__``, as the import statement calls it."""
        if type(name) is not str or any(type(it) is not str for it in fromlist or ()):
            raise TypeError("names in an import must be exactly str")  # a subclass could be another each time
        if name in BY_THE_INTERPRETER and type(fromlist) is list:
            importlib.import_module(name)
            return ModuleType(name)
        full = _absolute(name, globals or {}, level) if level else name
        module = self._known.get(full) or self.load(full)
        if not fromlist:
            return module if level else self._known.get(name.partition(".")[0]) or self.load(name.partition(".")[0])
        if "*" in fromlist:
            return self._starred(module, full)
        if not isinstance(module, AppModule) or hasattr(module, "__path__"):
            for item in fromlist:
                if item and not hasattr(module, item):
                    self._submodule(module, full, item)
        # Only the statement passes a tuple; __import__(name, fromlist=[...]) in the app's code wants the module.
        is_statement = type(fromlist) is tuple and all(fromlist)
        return with_exactly(module, full, fromlist) if is_statement else module

    def load(self, name: str) -> ModuleType:
        """The module of that name as the app gets it. Raises ImportDenied, ModuleMissing, or what the module raised."""
        if type(name) is not str:
            raise TypeError("a module's name must be exactly str")  # a subclass could be another name each time
        with self._lock:
            if name in self._known:
                return self._known[name]
            parent, _, last = name.rpartition(".")
            above = self.load(parent) if parent else None
            if name in self._known:  # the parent imported it
                return self._known[name]
            module = self._find(name)
            self._known[name] = module
            if isinstance(above, AppModule):
                setattr(above, last, module)
            return module

    def find_own(self, name: str) -> ModuleType | None:
        """The app's own module of that name, imported if need be; None if the app has none."""
        if type(name) is not str:
            raise TypeError("a module's name must be exactly str")
        if name in self.own:
            return self.own[name]
        verdict, _ = self._locator.decide(name)
        return self.load(name) if verdict.action == "load" else None

    def spec_of(self, name: str) -> ModuleSpec | None:
        """Of the app's own module of that name, which is not run for it; None if the app has none."""
        if name in self.own:
            return self.own[name].__dict__["__loader__"].spec  # type: ignore[no-any-return]  # an AppLoader
        _, source = self._locator.decide(name)
        return AppLoader(source, self, self._known).spec if source is not None else None

    def own_source(self, name: str) -> Source | None:
        """The code of the app's own module of that name, not imported; None if the app has none."""
        return self._locator.decide(name)[1]

    def run_main(self, source: Source, package: str) -> None:
        """Runs that code as ``__main__``; ``package`` is what relative imports in it are relative to."""
        code = self.compile(source)
        module = module_of(source, AppLoader(source, self, self._known), self.builtins)
        self.own["__main__"] = self._known["__main__"] = module
        vars(module).update(__package__=package or None, __spec__=None)  # as Python has it for a file
        thread_binding.real_modules()["__main__"] = module
        exec(code, module.__dict__)  # noqa: S102  # as in ``_run``

    def forget(self) -> None:
        self.own.clear()
        self._known.clear()

    def _find(self, name: str) -> ModuleType:
        verdict, source = self._locator.decide(name)
        if source is not None:
            return self._run(source)
        if verdict.action == "replace":
            return self._replacement(name)
        if verdict.action == "facade":
            return self._show(name, None)
        if verdict.action == "deny":
            raise self._denied(name, verdict)
        return self._shared(name)

    def _run(self, source: Source) -> ModuleType:
        name = source.name
        code = self.compile(source)
        module = module_of(source, AppLoader(source, self, self._known), self.builtins)
        self.own[name] = self._known[name] = module
        parent, _, last = name.rpartition(".")
        if parent:
            # Before it has run, unlike CPython, which falls back to sys.modules: `from . import x` in a circle.
            setattr(self.own[parent], last, module)
        try:
            exec(code, module.__dict__)  # noqa: S102  # the one place where an app's code is run
        except BaseException:
            self.own.pop(name, None)
            self._known.pop(name, None)
            raise
        return module

    def _shared(self, name: str) -> ModuleType:
        self._locator.search_for(name)
        try:
            real = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
                raise ModuleMissing(module=name, where=_caller()) from None
            raise
        return self._show(name, real)

    def _replacement(self, name: str) -> ModuleType:
        if name in self._replaced:
            return self._replaced[name]  # type: ignore[no-any-return]  # any object may stand in for a module
        above = self._known[name.rpartition(".")[0]]
        found = getattr(above, name.rpartition(".")[2], None)
        if found is None:
            raise ModuleMissing(module=name, where=_caller())
        return found  # type: ignore[no-any-return]

    def _denied(self, name: str, verdict: Verdict) -> ImportError:
        if name.partition(".")[0] not in self.own and (self._locator.bundled(name) or importable(name)):
            return ImportDenied(module=name, where=_caller(), why=verdict.why, remedy=verdict.remedy)
        return ModuleMissing(module=name, where=_caller())

    def _submodule(self, above: ModuleType, package: str, item: str) -> None:
        full = f"{package}.{item}"
        try:
            found = self.load(full)
        except ModuleNotFoundError as error:
            if error.name != full or isinstance(error, ImportDenied):
                raise
        else:
            if isinstance(above, AppModule) and not hasattr(above, item):
                setattr(above, item, found)  # the package failed once, and is run again

    def _starred(self, module: ModuleType, full: str) -> ModuleType:
        """A copy that holds just the public names: what ``import *`` binds is decided here, not by the module."""
        listed = module.__dict__.get("__all__")
        names = (
            [n for n in module.__dict__ if not n.startswith("_")]
            if listed is None
            else [str.__str__(n) for n in listed]
        )
        for name in names:
            if name not in module.__dict__:
                self._submodule(module, full, name)
        copy = ModuleType(full)
        # In restricted code a name such as _getattr_ is a guard; no module may bind it here by listing it.
        copy.__dict__.update({n: getattr(module, n) for n in names if not (n.startswith("_") and n.endswith("_"))})
        copy.__dict__["__all__"] = [n for n in names if n in copy.__dict__]
        return copy


def _absolute(name: str, globals: Mapping[str, Any], level: int) -> str:
    package = globals.get("__package__") or ""
    parts = package.split(".") if package else []
    if len(parts) < level:
        raise ImportError(f"{_caller()}: attempted relative import beyond the top of the app")
    base = ".".join(parts[: len(parts) - level + 1])
    return f"{base}.{name}" if name else base


def _caller() -> str:
    """``file:line`` of the innermost frame of app code."""
    frame = sys._getframe(1)
    while frame is not None:
        if isinstance(frame.f_globals.get("__loader__"), AppLoader):
            return f"{frame.f_code.co_filename.removeprefix('/app/')}:{frame.f_lineno}"
        if frame.f_back is None:
            break
        frame = frame.f_back
    return "<app>"
