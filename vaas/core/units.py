"""Times and sizes as people write them: ``"30s"``, ``"500ms"``, ``"2m"``, ``"256MB"``; and back again. Pure.

Sizes count in 1024, as the kernel's limits do: ``KB`` and ``KiB`` mean the same. Values that were set are written by
``exact_seconds`` and ``exact_size``, which the parsers read back as the same; measured figures, rounded for people, by
``format_seconds`` and ``format_size``.
"""

from __future__ import annotations

import re

from vaas.core.errors import InvalidInput

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
"""Seconds in each unit of time."""

BYTES = {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
"""Bytes in each unit of size, the smallest first."""

SPELLINGS = BYTES | {f"{unit[0]}IB": size for unit, size in BYTES.items() if size > 1}

MICROSECONDS = 6
"""Digits of a second that count: the finest that a time is written in, below any clock that a limit goes by."""

QUANTITY = re.compile(r"(\d{1,15}(?:\.\d{1,9})?) ?([A-Za-z]+)", re.ASCII)


class UnitInvalid(InvalidInput):
    """{text} is not {what}. Write {example}."""


def parse_seconds(text: str) -> float:
    """``"2m"`` → 120.0, to the microsecond. Raises ``UnitInvalid``."""
    found = QUANTITY.fullmatch(text)
    if found is None or found[2] not in SECONDS:
        raise UnitInvalid(text=repr(text), what="a time", example='a number and its unit: "500ms", "30s", "2m", "1h"')
    number, unit = float(found[1]), found[2]
    return round(number / 1000 if unit == "ms" else number * SECONDS[unit], MICROSECONDS)


def parse_size(text: str) -> int:
    """``"1.5KB"`` → 1536; ``KiB`` and ``kb`` too. Raises ``UnitInvalid``."""
    found = QUANTITY.fullmatch(text)
    unit = found[2].upper() if found else ""
    if found is None or unit not in SPELLINGS:
        raise UnitInvalid(text=repr(text), what="a size", example='a number and its unit: "10KB", "256MB", "1GB"')
    return round(float(found[1]) * SPELLINGS[unit]) if "." in found[1] else int(found[1]) * SPELLINGS[unit]


def exact_seconds(seconds: float) -> str:
    """As ``parse_seconds`` reads it back: ``1.5`` → ``1.5s``, ``0.25`` → ``250ms``, ``5400`` → ``90m``."""
    for unit in ("d", "h", "m"):
        if seconds and seconds % SECONDS[unit] == 0:
            return f"{seconds / SECONDS[unit]:.0f}{unit}"
    if 0 < seconds < 1:
        return f"{_trimmed(f'{seconds * 1000:.3f}')}ms"
    return f"{_trimmed(f'{seconds:.{MICROSECONDS}f}')}s"


def exact_size(size: int) -> str:
    """The shortest that ``parse_size`` reads back: ``2147483648`` → ``2GB``, ``1536`` → ``1.5KB``."""
    units = [unit for unit in reversed(BYTES) if unit == "B" or size >= BYTES[unit]]
    texts = (f"{_trimmed(f'{size / BYTES[unit]:.3f}')}{unit}" for unit in units)
    return min((text for text in texts if parse_size(text) == size), key=len)


def format_seconds(seconds: float) -> str:
    """Short, for people, three digits at least: ``0.0123`` → ``12.3ms``, ``90`` → ``90s``, ``120`` → ``2m``."""
    for unit in ("d", "h", "m"):
        if seconds and seconds % SECONDS[unit] == 0:
            return f"{seconds / SECONDS[unit]:.0f}{unit}"
    if seconds < 0.9995:
        return f"{_digits(seconds * 1000)}ms" if seconds else "0s"
    return f"{_digits(seconds)}s"


def format_size(size: int) -> str:
    """Short, for people: ``268435456`` → ``256MB``, ``1500`` → ``1.5KB``."""
    fits = (unit for unit, factor in BYTES.items() if round(size / factor, 1) < 1024)
    unit = next(fits, "TB")
    number, rest = divmod(size, BYTES[unit])
    return f"{size / BYTES[unit]:.1f}{unit}" if rest else f"{number}{unit}"


def _digits(number: float) -> str:
    """Three significant digits, all of them before the point, and no zeros at the end behind it."""
    text = f"{number:.2f}" if number < 10 else f"{number:.1f}" if number < 100 else f"{number:.0f}"
    return _trimmed(text) if "." in text else text


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".")
