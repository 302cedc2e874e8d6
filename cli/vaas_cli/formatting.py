"""Words to values and back: release names, ages, shares, names in a sentence. Pure.

Times and sizes are spelled by ``vaas/core/units.py``, limits by ``vaas/core/limits/words.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar

import click

from vaas.core.errors import InvalidInput
from vaas.core.units import SECONDS

T = TypeVar("T")


def release_number(text: str) -> int:
    """``v4`` or ``4`` → 4. Raises ``ValueError`` for anything else."""
    match = re.fullmatch(r"v?([1-9][0-9]{0,8})", text)
    if match is None:
        raise ValueError(f"`{text}` is not a release. Releases are v1, v2, …")
    return int(match[1])


def argument(parse: Callable[[str], T]) -> Callable[[str], T]:
    """A function that reads a text as the type of a command's argument: what it raises becomes a usage error."""

    def convert(text: str) -> T:
        try:
            return parse(text)
        except (ValueError, InvalidInput) as error:
            raise click.BadParameter(str(error)) from error

    return convert


def moment(text: str) -> datetime:
    """A time as the API writes it. Raises ``ValueError``."""
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def age(text: str, now: datetime | None = None) -> str:
    """How long ago that was, in its largest whole unit: ``3m ago``."""
    seconds = ((now or datetime.now(UTC)) - moment(text)).total_seconds()
    for unit in ("d", "h", "m"):
        if seconds >= SECONDS[unit]:
            return f"{int(seconds // SECONDS[unit])}{unit} ago"
    return f"{max(0, int(seconds))}s ago"


def limit(name: str, value: float) -> str:
    """A limit as `vaas settings set` takes it: ``timeout`` 5.0 → ``5s``."""
    from vaas.core.limits.words import limit_text  # only where a limit is set: its import takes 10 ms

    return limit_text(name, value)


def share(part: float) -> str:
    """0.905 → ``90.5 %``; nothing for none."""
    return f"{part * 100:.3g} %" if part else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """A question to put behind "there is no …", if something like it is known."""
    from vaas.core import nearest as names  # only when something is wrong: not worth its import otherwise

    near = names.nearest(word, known)
    return f" (did you mean `{near}`?)" if near else ""


def listed(names: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *most, last = list(names) or [""]
    return f"{', '.join(most)} and {last}" if most else last
