"""Whether what a start is to serve can be there: the entry of the manifest, or the one app class in ``app.py``.

Called by the command line before a deploy. What an entry must be once it is imported: ``framework/serving``.
"""

from __future__ import annotations

import ast

from vaas.core.virtual.checks.imports import may_bind
from vaas.core.virtual.checks.planned import Planned
from vaas.core.virtual.source import Source

DEFAULT = "app"
"""The module of an app whose manifest names no entry."""


def module_of(entry: str) -> str:
    return entry.partition(":")[0] or DEFAULT


def problem_of(entry: str, locator: Planned) -> tuple[str, str]:
    """Why, and what to do; two empty texts if nothing is known to be wrong. ``entry``: ``module:name``, or empty."""
    module, name = module_of(entry), entry.partition(":")[2]
    source = locator.own(module)
    if source is None or source.namespace:
        if locator.bundled(module):
            return "", ""  # a package's own
        return f"the app has no module {module!r} ({module.replace('.', '/')}.py)", _remedy(entry)
    if not entry:
        return _one_class(source, locator)
    first = name.partition("(")[0].partition(".")[0] or "app"
    if may_bind(source, first) or locator.own(f"{module}.{first}") is not None:
        return "", ""
    return f"{source.file.removeprefix('/app/')} defines no {first!r}", _remedy(entry)


def _one_class(source: Source, locator: Planned) -> tuple[str, str]:
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError):
        return "", ""  # told where it stands
    said = {getattr(it, "attr", getattr(it, "id", "")) for it in ast.walk(tree)}
    taken = [it for it in ast.walk(tree) if isinstance(it, ast.ImportFrom)]
    if "app" in said or any(it.level or locator.own(it.module or "") is not None for it in taken):
        return "", ""
    return "app.py has no class with @vaas.app", 'decorate one, or name what is to be served: entry = "app:app"'


def _remedy(entry: str) -> str:
    return "correct the entry" if entry else 'write app.py, or say where it is: entry = "main:app"'
