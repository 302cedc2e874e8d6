"""What one import of a file asks for, in absolute names. Next: ``imports.py``, which judges it."""

from __future__ import annotations

import ast
from typing import NamedTuple

from vaas.core.restrict.imports import Import, called_import


class Asked(NamedTuple):
    module: str
    """Absolute; every package above it is imported too."""
    names: tuple[str, ...] = ()
    """What is taken from it by ``from``: modules below it, or what it defines."""


class File(NamedTuple):
    """A file of the app, as its imports see it."""

    path: str
    """Relative to the app's folder."""

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def package(self) -> str:
        """What relative imports start from."""
        return self.module if self.path.endswith("__init__.py") else self.module.rpartition(".")[0]


def asked(node: Import, file: File) -> list[Asked]:
    """Nothing for a call with a relative name: what it is relative to is known when it runs.

    Raises ValueError for a relative import from above the app's folder."""
    if isinstance(node, ast.Import):
        return [Asked(alias.name) for alias in node.names]
    if isinstance(node, ast.Call):
        name = called_import(node)
        return [] if name.startswith(".") else [Asked(name)]
    return [Asked(absolute(node, file), tuple(alias.name for alias in node.names if alias.name != "*"))]


def absolute(node: ast.ImportFrom, file: File) -> str:
    """The module that a ``from`` names. Raises ValueError if that is above the app's folder."""
    if not node.level:
        return node.module or ""
    parts = file.package.split(".") if file.package else []
    if len(parts) < node.level:
        raise ValueError("attempted relative import beyond the top of the app")
    return ".".join([*parts[: len(parts) - node.level + 1], *((node.module,) if node.module else ())])
