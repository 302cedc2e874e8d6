"""Words to values and back: release names, spans of time, sizes, ages. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar

import click

T = TypeVar("T")

SPANS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
SIZES = ("B", "KB", "MB", "GB", "TB")


def release_number(text: str) -> int:
    """``v4`` or ``4`` → 4. Raises ``ValueError`` for anything else."""
    match = re.fullmatch(r"v?([1-9][0-9]{0,8})", text)
    if match is None:
        raise ValueError(f"`{text}` is not a release. Releases are v1, v2, …")
    return int(match[1])


def seconds_of(text: str) -> float:
    """``10m``, ``1h30m``, ``45s``, ``2d`` or plain seconds → seconds. Raises ``ValueError``."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    if not re.fullmatch(r"(\d+(\.\d+)?(ms|s|m|h|d))+", text):
        raise ValueError(f"`{text}` is not a span of time. Write it as 30s, 10m, 2h or 1d.")
    return sum(float(number) * SPANS[unit] for number, unit in re.findall(r"([\d.]+)(ms|s|m|h|d)", text))


def argument(parse: Callable[[str], T]) -> Callable[[str], T]:
    """One of the functions above as the type of a command's argument: its ``ValueError`` becomes a usage error."""

    def convert(text: str) -> T:
        try:
            return parse(text)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error

    return convert


def size(count: float) -> str:
    """1536 → ``1.5 KB``."""
    for unit in SIZES[:-1]:
        if count < 1024:
            return f"{count:.4g} {unit}"
        count /= 1024
    return f"{count:.4g} {SIZES[-1]}"


def moment(text: str) -> datetime:
    """A time as the API writes it. Raises ``ValueError``."""
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def age(text: str, now: datetime | None = None) -> str:
    """How long ago that was, in its largest whole unit: ``3m ago``."""
    seconds = ((now or datetime.now(UTC)) - moment(text)).total_seconds()
    for unit in ("d", "h", "m"):
        if seconds >= SPANS[unit]:
            return f"{int(seconds // SPANS[unit])}{unit} ago"
    return f"{max(0, int(seconds))}s ago"


def span(seconds: float) -> str:
    """A short time that something took: ``0.42 s``, ``12 ms``."""
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1000:.0f} ms"


def share(part: float) -> str:
    """0.905 → ``90.5 %``; nothing for none."""
    return f"{part * 100:.3g} %" if part else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """A question to put behind "there is no …", if something like it is known."""
    from difflib import get_close_matches  # only when something is wrong: not worth its import otherwise

    near = get_close_matches(word, list(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


def listed(names: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *most, last = list(names) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def printable(text: str) -> str:
    """What comes from an app, harmless for a terminal: control characters but tab and line feed are spelled out."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", lambda match: f"\\x{ord(match[0]):02x}", text)
