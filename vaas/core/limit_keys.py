"""LimitKey: all that is known of one limit. Vocabulary; the rows stand in ``policy.py``, one for each limit.

Read from there by the manifest (``platform/manifest/values.py``), the settings, the command line, the messages with
figures (``core/limits/words.py``) and the table in docs/manifest.md (``scripts/limits_table.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from vaas.core.units import exact_seconds, exact_size, format_seconds, format_size, parse_seconds, parse_size


class Kind(NamedTuple):
    """What the values of a limit are, and how they are written."""

    what: str
    type: type[int] | type[float]
    example: str
    parse: Callable[[str], float]
    """A text to a value. Raises ``UnitInvalid``, or ``ValueError`` for a count."""
    exact: Callable[[Any], str]
    """A value as ``vaas settings set`` and the manifest take it: ``parse`` returns the same value."""
    short: Callable[[Any], str]
    """A measured figure, rounded for people."""


COUNT = Kind("a whole number", int, "4", int, str, str)
TIME = Kind("a time", float, "30s", parse_seconds, exact_seconds, format_seconds)
SIZE = Kind("a size", int, "10MB", parse_size, exact_size, format_size)


class Row(NamedTuple):
    """What the annotation of a limit's field adds to its name, type and default."""

    kind: Kind
    least: float
    most: float
    doc: str
    usual: str = ""
    """The default in words, where it depends on the app; the field's own then stands for that, outside the bounds."""


def count(least: int, most: int, doc: str, usual: str = "") -> Row:
    return Row(COUNT, least, most, doc, usual)


def time(least: str, most: str, doc: str) -> Row:
    return Row(TIME, parse_seconds(least), parse_seconds(most), doc)


def size(least: str, most: str, doc: str) -> Row:
    return Row(SIZE, parse_size(least), parse_size(most), doc)


class LimitKey(NamedTuple):
    """One limit: ``limits.NAME`` in the settings, ``NAME`` under ``[limits]`` in a manifest. Seconds, bytes, counts."""

    name: str
    kind: Kind
    default: float
    least: float
    most: float
    doc: str
    """What it limits, for docs/manifest.md."""
    usual: str = ""
    """The default in words, where it depends on the app."""

    def text(self, value: float) -> str:
        """``5.0`` → ``5s``: as ``vaas settings set`` takes it, and the manifest, in quotes."""
        return self.kind.exact(self.kind.type(value))


def limit_keys(limits: type[msgspec.Struct]) -> dict[str, LimitKey]:
    """The table, from the fields of a struct whose annotations hold a ``Row`` each."""
    fields = [(field.name, field.default, field.type.__metadata__[0]) for field in msgspec.structs.fields(limits)]
    return {name: LimitKey(name, row.kind, default, *row[1:]) for name, default, row in fields}
