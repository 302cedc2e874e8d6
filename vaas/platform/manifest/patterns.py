"""Patterns of permissions: which covers which, for each kind. Pure. Used by ``grants.py`` and ``grant_policy.py``."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Parts = Callable[[str], Sequence[str]]
"""A pattern taken apart so that it covers all patterns whose parts begin with its own; no parts cover everything."""


def _whole(pattern: str) -> Sequence[str]:
    return () if pattern == "*" else (pattern,)


def _dotted(pattern: str) -> Sequence[str]:
    return () if pattern == "*" else pattern.split(".")


def _method(pattern: str) -> Sequence[str]:
    app, dot, method = pattern.partition(".")
    if pattern == "*":
        return ()
    return (app + dot,) if not dot or method == "*" else (app + dot, method)


def _path(pattern: str) -> Sequence[str]:
    # By whole names and after resolving "..": /srv/data covers neither /srv/database nor /srv/data/../etc.
    return [part for part in posixpath.normpath(pattern).split("/") if part]


PARTS: Mapping[str, Parts] = {
    "modules": _dotted,
    "packages": _whole,
    "net": _whole,
    "read": _path,
    "write": _path,
    "env": _whole,
    "rpc": _method,
}


def covers(kind: str, granted: str, asked: str) -> bool:
    """Whether a granted pattern allows all that an asked one stands for."""
    outer, inner = PARTS[kind](granted), PARTS[kind](asked)
    return tuple(inner[: len(outer)]) == tuple(outer)


class Tree:
    """Patterns of one kind, by their parts: whether any of them covers another takes as many steps as that has parts,
    however many there are."""

    def __init__(self, kind: str, patterns: Iterable[str]) -> None:
        self._parts = PARTS[kind]
        self._root: dict[str | None, Any] = {}
        for pattern in patterns:
            node = self._root
            for part in self._parts(pattern):
                node = node.setdefault(part, {})
            node[None] = True

    def covers(self, asked: str) -> bool:
        node = self._root
        for part in self._parts(asked):
            if None in node:
                return True
            if part not in node:
                return False
            node = node[part]
        return None in node
