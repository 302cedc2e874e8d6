"""Whose is a module: the app's own, in its ``_vendor``, or replaced? The facts that ``decide`` decides on.

Asked by ``importer.py`` while the app runs and by ``checks/planned.py`` before.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import io
import os
import sys
from collections.abc import Iterable
from functools import cache, cached_property
from importlib.machinery import PathFinder

from vaas.core.policy import Policy
from vaas.core.virtual import thread_binding
from vaas.core.virtual.distributions import INFO, covered, distributions
from vaas.core.virtual.import_decision import Verdict, decide
from vaas.core.virtual.search_path import folders_named
from vaas.core.virtual.source import Source, SourceLoader
from vaas.core.virtual.stdlib.tables import SAFE

_INSTALLED = ("site-packages", "dist-packages")


class Locator:
    def __init__(self, policy: Policy, source: SourceLoader, packages: str, replaced: Iterable[str]) -> None:
        """``packages``: the real folder of what the app sees as its ``_vendor``."""
        self._policy, self._source, self._replaced = policy, source, frozenset(replaced)
        self.vendor = packages

    def decide(self, name: str) -> tuple[Verdict, Source | None]:
        """What becomes of ``import name``, and the code if it is the app's own."""
        replaced = not self._replaced.isdisjoint((name, name.partition(".")[0]))
        source = None if replaced else self.own(name)
        bundled = source is None and self.bundled(name)
        listed = bundled and self._policy.code == "restricted" and self._is_listed(name)
        own = source is not None
        return decide(name, self._policy, own=own, bundled=bundled, replaced=replaced, listed=listed), source

    def own(self, name: str) -> Source | None:
        """The app's own code for that module, unless it is one of last resort: that hides no real module."""
        source = self._source.find(name)
        if source is None or not source.late:
            return source
        top = name.partition(".")[0]
        if top in SAFE or (importable(top) and not _is_namespace(top)):
            return None
        return self._beside_bundled(source) if self.bundled(top) else source

    def _beside_bundled(self, source: Source) -> Source | None:
        """A namespace package that is in the bundle's ``_vendor`` too has its modules in both, as Python has it. Not in
        restricted code: what a library imports below it would become a name of the app's own module."""
        spec = PathFinder.find_spec(source.name.partition(".")[0], [self.vendor])
        if self._policy.code == "restricted" or spec is None or spec.loader is not None:
            return None
        if not source.namespace:
            return source
        return dataclasses.replace(
            source, folders=(*source.folders, os.path.join(self.vendor, *source.name.split(".")))
        )

    def search_for(self, name: str) -> None:
        """Puts ``_vendor`` on ``sys.path`` if that module is there: after the standard library, which it never stands
        in for, and before what is installed. In restricted code no grant of anything else opens it.
        """
        wanted = self.bundled(name) or (self._policy.code == "trusted" and os.path.isdir(self.vendor))
        if wanted and self.vendor not in sys.path:
            installed = (n for n, entry in enumerate(sys.path) if os.path.basename(entry) in _INSTALLED)
            at = next(installed, len(sys.path))
            sys.path[at:at] = self._packages

    def bundled(self, name: str) -> bool:
        """Whether it is of a package in the bundle's ``_vendor``. The safe standard library comes first."""
        return name not in SAFE and PathFinder.find_spec(name.partition(".")[0], self._packages) is not None

    @cached_property
    def _packages(self) -> list[str]:
        """``_vendor``, and what its ``.pth`` files name below it."""
        return [self.vendor, *folders_named(self.vendor)]

    def _is_listed(self, name: str) -> bool:
        """Whether a package that has this module was granted, or one that requires it."""
        asked = self._policy.permissions.packages
        return bool(asked) and name.partition(".")[0] in opened(self.vendor, asked)


@cache
def opened(vendor: str, asked: tuple[str, ...]) -> frozenset[str]:
    """The modules in that folder that a grant of these packages opens. Such a folder never changes."""
    known = distributions(_files(vendor), lambda name: _text(os.path.join(vendor, name)))
    return frozenset[str]().union(*(known[name].modules for name in covered(asked, known)))


def _files(vendor: str) -> list[str]:
    """What ``distributions`` must know, without a look into each folder: each may be a module."""
    found: list[str] = []
    with os.scandir(vendor) as entries:
        for entry in entries:
            if entry.name.endswith(INFO):
                found += [f"{entry.name}/{name}" for name in os.listdir(entry.path)]
            else:
                found.append(f"{entry.name}/__init__.py" if entry.is_dir() else entry.name)
    return found


def _text(path: str) -> str:
    with io.FileIO(path) as file:
        return file.readall().decode(errors="replace")


def _is_namespace(name: str) -> bool:
    with thread_binding.binding(None):
        spec = importlib.util.find_spec(name)
    return spec is not None and spec.origin is None and spec.submodule_search_locations is not None


def importable(name: str) -> bool:
    """Whether a module of that name exists on this system at all. For the paths where an import fails."""
    if name in sys.stdlib_module_names:
        return True
    try:
        with thread_binding.binding(None):  # or the finder there would ask the machine that is asking here
            return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False
