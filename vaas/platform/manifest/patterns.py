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
    if "//" in pattern or "/." in pattern or pattern.endswith("/") or not pattern.startswith("/"):
        return [part for part in posixpath.normpath(pattern).split("/") if part]
    return pattern[1:].split("/")


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
        self._patterns = frozenset(patterns)
        self._root: dict[str | None, Any] | None = None

    def covers(self, asked: str) -> bool:
        if asked in self._patterns:
            return True
        if self._root is None:  # nearly always all that is asked for is there word for word
            self._root = self._grown()
        node = self._root
        for part in self._parts(asked):
            if None in node:
                return True
            if part not in node:
                return False
            node = node[part]
        return None in node

    def _grown(self) -> dict[str | None, Any]:
        root: dict[str | None, Any] = {}
        for pattern in self._patterns:
            node = root
            for part in self._parts(pattern):
                if part not in node:
                    node[part] = {}
                node = node[part]
            node[None] = True
        return root
