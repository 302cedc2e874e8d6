"""Plain values: the same as an exact ``str``, ``bytes`` or ``int``, which says of itself what it is.

A library finds again what it keeps by keys, and a subclass of ``str`` may say that it equals any other. Used by
``guarded_attributes.py`` and by what patches the library, ``core/virtual/stdlib/patches/caches.py``.
"""

from __future__ import annotations

from typing import Any

PLAIN = frozenset([str, bytes, int, bool, float, type(None), type])


def plain(value: Any) -> Any:
    """The same as an exact ``str``, ``bytes`` or ``int``, where it is a subclass of one; tuples of them too."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if issubclass(kind, str):
        return str.__str__(value)
    if issubclass(kind, bytes):
        return bytes.__getitem__(value, slice(None))
    if issubclass(kind, int):
        return int.__index__(value)
    return tuple([plain(it) for it in tuple.__iter__(value)]) if issubclass(kind, tuple) else value
