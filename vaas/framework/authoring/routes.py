"""Routes: which of an app's endpoints answers a method and a path. Pure.

A static path is one dict look-up and comes before every pattern; patterns (Starlette's) are tried in the order they
were declared. HEAD falls back to GET. Filled by ``collect.py``, asked by ``framework/serving/dispatch.py``.
"""

from __future__ import annotations

import re
from typing import Any, Generic, NamedTuple, TypeVar

from starlette.convertors import CONVERTOR_TYPES, Convertor
from starlette.routing import compile_path

from vaas.framework.authoring.decorators import METHODS, WEBSOCKET

T = TypeVar("T")

_PARAMETER = re.compile(r"{([^{}]*)}")
_NAMED = re.compile(r"{([a-zA-Z_][a-zA-Z0-9_]*)(?::([a-zA-Z_][a-zA-Z0-9_]*))?}")  # as Starlette's compile_path
_TEXT = [CONVERTOR_TYPES[name].regex for name in ("str", "path")]  # these change nothing
_NAME_IN_PATTERN = re.compile(r"\?P<\w+>")


class PathError(ValueError):
    """Why a path cannot be used."""


class PathPattern:
    """A path as it was declared, with what it matches."""

    __slots__ = ("_conversions", "_regex", "key", "parameters", "path", "static")

    def __init__(self, path: str) -> None:
        """Raises ``PathError``."""
        _check(path)
        self.path = path
        self.static = "{" not in path
        self._regex: re.Pattern[str] | None = None
        self.key = path
        """Equal for two paths that match the same, whatever their parameters are called."""
        convertors: dict[str, Convertor[Any]] = {}
        if not self.static:  # most are, and a regular expression costs a start a quarter of a millisecond
            self._regex, _, convertors = compile_path(path)
            self.key = _NAME_IN_PATTERN.sub("", self._regex.pattern)
        self.parameters = tuple(convertors)
        self._conversions = [(name, one.convert) for name, one in convertors.items() if one.regex not in _TEXT]

    def match(self, path: str) -> dict[str, Any] | None:
        """The parameters, converted, or None."""
        if self._regex is None:
            return {} if path == self.path else None
        found = self._regex.fullmatch(path)
        if found is None:
            return None
        values: dict[str, Any] = found.groupdict()
        try:
            for name, convert in self._conversions:
                values[name] = convert(values[name])
        except ValueError:  # a number of thousands of digits
            return None
        return values


def _check(path: str) -> None:
    if not path.startswith("/"):
        raise PathError('it does not begin with "/".')
    if any(ord(character) < 33 or character in '?#"' or ord(character) == 127 for character in path):
        raise PathError("a path has no spaces, control characters, quotes, `?` or `#`.")
    names: set[str] = set()
    for inner in _PARAMETER.findall(path):
        parts = _NAMED.fullmatch(f"{{{inner}}}")
        if parts is None:
            raise PathError(f"{{{inner}}} is not of the form {{name}} or {{name:convertor}}.")
        name, convertor = parts.groups()
        if convertor is not None and convertor not in CONVERTOR_TYPES:
            raise PathError(f"there is no convertor {convertor!r}; use one of {', '.join(CONVERTOR_TYPES)}.")
        if name in names:
            raise PathError(f"{{{name}}} stands in it twice.")
        names.add(name)
    if set("{}") & set(_NAMED.sub("", path)):
        raise PathError("its braces do not match.")


class Found(NamedTuple, Generic[T]):
    endpoint: T
    parameters: dict[str, Any]


class Nothing(NamedTuple):
    """No endpoint; ``allow`` names the methods that this path has, if it exists."""

    allow: tuple[str, ...]


class Routes(Generic[T]):
    def __init__(self) -> None:
        self.static: dict[tuple[str, str], T] = {}
        """By method and path: asked first, by the hot path directly."""
        self._patterns: list[tuple[PathPattern, dict[str, T]]] = []

    def add(self, method: str, pattern: PathPattern, endpoint: T) -> T | None:
        """Adds an endpoint; returns the one that answers just that already, and then changes nothing."""
        if pattern.static:
            return self._add(self.static, (method, pattern.path), endpoint)
        for known, methods in self._patterns:
            if known.path == pattern.path:
                return self._add(methods, method, endpoint)
            if known.key == pattern.key and method in methods:
                return methods[method]
        self._patterns.append((pattern, {method: endpoint}))
        return None

    @staticmethod
    def _add(table: dict[Any, T], key: object, endpoint: T) -> T | None:
        if key in table:
            return table[key]
        table[key] = endpoint
        return None

    def find(self, method: str, path: str) -> Found[T] | Nothing:
        found = self._look_up(method, path)
        if found is None and method == "HEAD":
            found = self._look_up("GET", path)
        return found if found is not None else Nothing(self._allowed(path))

    def _look_up(self, method: str, path: str) -> Found[T] | None:
        endpoint = self.static.get((method, path))
        if endpoint is not None:
            return Found(endpoint, {})
        for pattern, methods in self._patterns:
            if method in methods:
                parameters = pattern.match(path)
                if parameters is not None:
                    return Found(methods[method], parameters)
        return None

    def _allowed(self, path: str) -> tuple[str, ...]:
        have = {method for method in METHODS if (method, path) in self.static}
        for pattern, methods in self._patterns:
            if pattern.match(path) is not None:
                have |= methods.keys()
        have.discard(WEBSOCKET)
        if not have:
            return ()
        extra = {"OPTIONS", "HEAD"} if "GET" in have else {"OPTIONS"}
        return tuple(sorted(have | extra))
