"""The imports of one file that will fail: denied, missing, or of a name that is not there.

A module is judged with all packages above it, as the machine imports them. What a name taken by ``from`` may be, the
facades say (``shown.py``) and the app's own files. Called by ``folder.py``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from vaas.core.restrict.compiler import bound_names
from vaas.core.restrict.imports import Import, run_imports
from vaas.core.restrict.violations import Violation
from vaas.core.virtual.checks.asked import Asked, File, asked
from vaas.core.virtual.checks.planned import Planned
from vaas.core.virtual.checks.shown import Shown
from vaas.core.virtual.source import Source

OPEN = frozenset({"__getattr__", "globals", "vars", "setattr", "exec", "eval"})
"""Names in a module that may give it further ones while it runs."""


class ImportCheck:
    def __init__(self, locator: Planned, shown: Shown) -> None:
        self._locator, self._shown = locator, shown

    def violations(self, tree: ast.Module, file: File) -> list[Violation]:
        """Of that file, in no order."""

        def wrong(node: Import) -> list[Violation]:
            return list(self._wrong(node, file))

        return [it for node in run_imports(tree, lambda node: bool(wrong(node))) for it in wrong(node)]

    def _wrong(self, node: Import, file: File) -> Iterator[Violation]:
        def refuse(rule: str, why: str, remedy: str) -> Violation:
            return Violation(file.path, node.lineno, rule, why, remedy)

        try:
            wanted = asked(node, file)
        except ValueError as error:
            yield refuse("relative-import", str(error), "leave the dots out: the app's folder is searched first")
            return
        for each in wanted:
            problem = self._module(each.module, refuse)
            if problem is not None:
                yield problem
            else:
                yield from filter(None, (self._name(each, name, refuse) for name in each.names))

    def _module(self, name: str, refuse: Callable[[str, str, str], Violation]) -> Violation | None:
        """What is wrong with importing it, or the first package above it with which something is."""
        for above in _from_the_top(name):
            verdict, _ = self._locator.decide(above)
            if self._locator.own(above.partition(".")[0]) is not None and self._locator.is_missing(above):
                return refuse("missing-module", f"the app has no module {above!r}", "check the spelling")
            if verdict.action == "deny":
                return refuse("denied-import", f"{above}: {verdict.why}", verdict.remedy.rstrip("."))
            if verdict.action == "share" and self._locator.is_missing(above):
                why = f"{above} is neither in the bundle nor in Python's library"
                return refuse("missing-module", why, "list its package in requirements.txt")
        return None

    def _name(self, wanted: Asked, name: str, refuse: Callable[[str, str, str], Violation]) -> Violation | None:
        full = f"{wanted.module}.{name}"
        source = self._locator.own(wanted.module)
        if source is not None:
            if self._locator.own(full) is not None or may_bind(source, name):
                return None
            return refuse("missing-name", f"{wanted.module!r} defines no {name!r}", "check the spelling")
        absent = self._shown.absent(wanted.module, name)
        if absent is None:
            return None
        verdict, _ = self._locator.decide(full)
        if absent.is_module and verdict.action == "deny":
            return refuse("denied-import", f"{full}: {verdict.why}", verdict.remedy.rstrip("."))
        return None if absent.is_module else refuse("absent-name", absent.why, absent.remedy)


def _from_the_top(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[: n + 1]) for n in range(len(parts)))


def may_bind(source: Source, name: str) -> bool:
    """Whether the app's module may have that name once it has run."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError):
        return True  # told where it stands
    starred = any(isinstance(it, ast.ImportFrom) and it.names[0].name == "*" for it in ast.walk(tree))
    used = {it.id for it in ast.walk(tree) if isinstance(it, ast.Name)}
    bound = bound_names(tree) | {"__name__", "__file__", "__doc__", "__path__"}
    return starred or name in bound or not OPEN.isdisjoint(used | bound)
