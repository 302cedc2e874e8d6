"""The code-level virtual machine: one app's modules, environment, streams and files, in a thread of any process.

>>> machine = Machine("apps/hello", env={"GREETING": "hi"})        # doctest: +SKIP
>>> machine.resolve("app:Hello")                                    # doctest: +SKIP

A worker has one each; several live side by side in a process and see nothing of each other. What the app may import
is ``import_decision.py``; how, ``importer.py``; what stands in for the real modules, ``stdlib/``; what restricted code
may say at all, ``vaas/core/restrict``. ``examples/machine.py`` is this class in ten lines."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import IO, Any

from vaas.core.policy import Policy
from vaas.core.restrict.code_cache import CodeCache
from vaas.core.virtual import app_folders, thread_binding
from vaas.core.virtual.app_modules import AppLoader, AppModule
from vaas.core.virtual.builtins import builtins_for
from vaas.core.virtual.console import ConsoleWriter, Sink, real_sink
from vaas.core.virtual.environ import Environ
from vaas.core.virtual.errors import BadEntry, MachineClosed, NameMissing
from vaas.core.virtual.files import PathMap
from vaas.core.virtual.importer import Importer
from vaas.core.virtual.search_path import APP, VENDOR, SearchPath, process_path
from vaas.core.virtual.source import Entry, FolderSource, Source, SourceLoader
from vaas.core.virtual.stdlib.facades import build
from vaas.core.virtual.stdlib.harden import harden_process


class Machine:
    """Runs the code of one folder. ``data`` and ``tmp`` are real folders; without one the app has no /data or /tmp.
    ``packages`` is the real folder of its ``/app/_vendor``, by default the one of that name in ``folder``.

    ``modules`` stand in for modules by name; ``source`` replaces reading the folder; ``console`` takes the app's
    output line by line; ``cache`` is a folder for compiled code that only the platform may write to. ``sole``: this
    process serves that app alone, so that trusted code has the process's own environment and import path, as its
    packages and the C library do; ``env`` is not read then.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        packages: str | os.PathLike[str] | None = None,
        policy: Policy = Policy(),  # noqa: B008  # frozen
        env: Mapping[str, str] | None = None,
        argv: Iterable[str] = (),
        modules: Mapping[str, Any] | None = None,
        source: SourceLoader | None = None,
        console: Sink | None = None,
        data: str | os.PathLike[str] | None = None,
        tmp: str | os.PathLike[str] | None = None,
        cache: str | os.PathLike[str] | None = None,
        name: str = "app",
        sole: bool = False,
    ) -> None:
        folder = os.path.abspath(folder)
        self.name, self.policy = name, policy
        self.packages = _text(packages) or os.path.join(folder, VENDOR)
        shared = sole and policy.code == "trusted"
        self.environ: MutableMapping[str, str] = os.environ if shared else Environ(env or {})
        self.path: list[str] = process_path(folder) if shared else [APP]
        """``sys.path`` as the app finds it."""
        self.argv = [name, *argv]
        self.console: Sink = real_sink if console is None else console
        self.stdout = ConsoleWriter(self.console, "stdout")
        self.stderr = ConsoleWriter(self.console, "stderr")
        self.paths = PathMap.make(folder, _text(data), _text(tmp), policy, _text(packages))
        self.shown: dict[str, ModuleType] = {}
        """What stands in for real modules, once it has been imported."""
        self._cache = CodeCache(policy.code, _text(cache))
        self._folders = FolderSource(folder, SearchPath(folder, self._listed, self._loaded, packages=shared))
        self._importer = Importer(
            policy,
            source or self._folders,
            modules or {},
            packages=self.packages,
            compile=self._compile,
            show=self._show,
            resources=self._resources,
            read=self._read,
        )
        self.own = self._importer.own
        self._closed = False
        self._importer.builtins.update(builtins_for(self))
        harden_process(restricted=self.restricted)
        app_folders.install()

    @property
    def restricted(self) -> bool:
        return self.policy.code == "restricted"

    @property
    def import_(self) -> Callable[..., ModuleType]:
        """The app's ``__import__``."""
        return self._importer.import_

    @property
    def builtins(self) -> dict[str, Any]:
        """What stands in ``__builtins__`` of the app's modules."""
        return self._importer.builtins

    def load(self, name: str) -> ModuleType:
        """The module of that dotted name, imported as the app would. Raises ImportDenied, ModuleMissing,
        RestrictedSyntax, or whatever its code raises."""
        if self._closed:
            raise MachineClosed(name=self.name)
        with thread_binding.binding(self):
            return self._importer.load(name)

    def resolve(self, entry: str) -> Any:
        """The object that ``module:name`` names; the name may be dotted. Raises BadEntry, NameMissing, as ``load``."""
        module_name, colon, name = entry.partition(":")
        if not (colon and module_name and name):
            raise BadEntry(entry=entry)
        found: Any = self.load(module_name)
        for part in name.split("."):
            if not hasattr(found, part):
                raise _missing(self.own.get(module_name), module_name, name)
            found = getattr(found, part)
        return found

    def find_own(self, name: str) -> ModuleType | None:
        """The app's own module of that name, imported if need be; None if the app has none."""
        return self._importer.find_own(name)

    def spec_of(self, name: str) -> ModuleSpec | None:
        """Of the app's own module of that name, which is not run for it; None if the app has none."""
        return self._importer.spec_of(name)

    def entries(self, folder: str) -> Iterator[Entry]:
        """The modules and packages of the bundle in that folder, as the app names it."""
        return self._folders.entries(folder)

    def own_source(self, name: str) -> Source | None:
        """The code of the app's own module of that name, not imported; None if the app has none."""
        return self._importer.own_source(name)

    def run_main(self, source: Source, package: str = "") -> None:
        """Runs that code as the main program; ``package`` is what relative imports in it are relative to. Raises what
        it raises. For a process that runs one program."""
        with thread_binding.binding(self):
            self._importer.run_main(source, package)

    def is_own(self, module: object) -> bool:
        """Whether this is a module of this app."""
        return isinstance(module, AppModule) and self.own.get(module.__name__) is module

    def open(self, file: Any, mode: Any = "r", *args: Any, **options: Any) -> IO[Any]:
        """``open``, for the app."""
        return self.paths.open(file, mode, *args, **options)

    def bind(self) -> None:
        """This thread, and those it starts, work for this machine from now on: look-ups by name find its modules."""
        thread_binding.bind(self)

    @contextmanager
    def bound(self) -> Iterator[Machine]:
        """As ``bind``, for a while."""
        with thread_binding.binding(self):
            yield self

    def close(self) -> None:
        """Lets the app's modules go. Safe to repeat."""
        self._closed = True
        self.stdout.finish()
        self.stderr.finish()
        self._importer.forget()
        self.shown.clear()
        if thread_binding.bound() is self:
            thread_binding.bind(None)

    def _listed(self) -> object:
        """The ``sys.path`` of the app, which may have put another list there."""
        shown = self.shown.get("sys")
        return self.path if shown is None else shown.path

    def _loaded(self, package: str) -> object:
        return getattr(self.own.get(package), "__path__", None)

    def _read(self, path: str) -> bytes:
        with self.open(path, "rb") as file:
            return bytes(file.read())

    def _compile(self, source: Source) -> CodeType:
        return self._cache.compile(source.text, source.file)

    def _show(self, name: str, real: ModuleType | None) -> ModuleType:
        if name not in self.shown:
            self.shown[name] = build(self, name, real)
        return self.shown[name]

    def _resources(self, folder: str) -> Any:
        from vaas.core.virtual.stdlib.facades.resources import Resources  # rarely needed

        return Resources(self, folder)

    def __repr__(self) -> str:
        return f"<Machine {self.name!r} {self.policy.code} {'closed' if self._closed else sorted(self.own)}>"


def _text(path: str | os.PathLike[str] | None) -> str | None:
    return os.fspath(path) if path else None


def _missing(module: ModuleType | None, module_name: str, name: str) -> NameMissing:
    loader = getattr(module, "__loader__", None)
    file = getattr(module, "__file__", "") if isinstance(loader, AppLoader) else module_name
    public = list(vars(module)) if module else []
    classes = [it for it in public if isinstance(getattr(module, it), type) and not it.startswith("_")]
    hint = f"It defines {', '.join(classes)}." if classes else "Name something that it defines at the top level."
    return NameMissing(file=file.removeprefix("/app/") or module_name, name=name, hint=hint)
