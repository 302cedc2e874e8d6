"""How limits are spoken of: always with the figure and the key that sets it."""

from __future__ import annotations

_UNITS = (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024))


def bytes_words(size: int) -> str:
    """``268435456`` → ``256 MB``; units of 1024, as the manifest's."""
    for unit, factor in _UNITS:
        if size >= factor:
            return f"{size / factor:.3g} {unit}" if size < 1000 * factor else f"{size // factor} {unit}"
    return f"{size} bytes"


def taken(figure: object, key: str, limit: object) -> str:
    """``250 MB of limits.memory = 256 MB``."""
    return f"{figure} of limits.{key} = {limit}"
