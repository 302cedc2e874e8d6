"""One entry of an app's log, or one request, as a line for people. Pure.

Used by ``logs``, ``following.py`` and ``dev``."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from vaas.core.printable import one_line, set_in
from vaas.core.units import format_seconds
from vaas_cli.styled import Styled, joined, styled

if TYPE_CHECKING:
    from vaas.platform.gateway.request_lines import RequestLine

SHORT = {"warning": "warn", "error": "err", "critical": "crit|fatal"}
"""How forms of lines shorten the names of levels."""

HEAD = 80
"""Characters in which a line tells its level, after its time and its logger's name, if it does."""

COLOURS = {"debug": "bright_black", "warning": "yellow", "error": "red", "critical": "red"}


def lines(entry: dict[str, Any], app: str = "") -> list[Styled]:
    """``2026-11-21 12:00:01.250 v4 w2 1f3a info    text``, in this machine's time; further lines are set in, so that
    none of them passes for another entry.

    With ``app`` its name comes first, and the day is left out: what is followed is of today.
    """
    level = one_line(str(entry.get("level") or entry.get("stream") or "").lower())
    first, *rest = set_in(str(entry.get("text", "")), "")
    time = _time(entry.get("time"), "%H:%M:%S.%f" if app else "%Y-%m-%d %H:%M:%S.%f")
    parts = [app, time, entry.get("release"), _worker(entry.get("worker")), entry.get("request")]
    head = " ".join(str(part) for part in parts if part not in (None, ""))
    shown = "" if entry.get("stream") != "log" and _says("\n".join([first, *rest]), level) else level
    colour = COLOURS.get(level)
    begin = joined(styled(head, dim=True), " ", styled(f"{shown:<7} {first}", fg=colour))
    return [begin, *(styled(f"    {line}", fg=colour) for line in rest)]


def _says(text: str, level: str) -> bool:
    """Whether a line, which the app has put in its own form, tells its level itself: ``WARNING``, ``[warning]``,
    ``warning: ``, ``level=warning``; a warning that only speaks of one does not."""
    names = re.escape(level) if level not in SHORT else f"{re.escape(level)}|{SHORT[level]}"
    upper, begun, marked = names.upper(), rf"\A(?:{names})\s*[\]:|>-]", rf"[\[(<|=\"']\s*(?:{names})(?![a-z])"
    head = text[:HEAD]
    return bool(
        re.search(rf"(?<![A-Za-z])(?:{upper})(?![A-Za-z])", head) or re.search(f"{begun}|{marked}", head, re.IGNORECASE)
    )


def request_line(told: RequestLine, now: float) -> Styled:
    """``12:00:01.250 1f3a GET /shop/ 200 in 3.1ms``; ``now`` as ``time.time`` has it."""
    head = f"{_time(now, '%H:%M:%S.%f')} {told.request}".strip()
    asked = f"{told.method} {told.target}".strip() or "what is no request"
    if told.status == 0:
        text = f"{asked} without an answer: the client left after {format_seconds(told.seconds)}"
    else:
        text = f"{asked} {told.status} in {format_seconds(told.seconds)}"
    colour = {4: "yellow", 5: "red", 0: "yellow"}.get(told.status // 100)
    return joined(styled(head, dim=True), " ", styled(text, fg=colour))


def _time(value: Any, form: str) -> str:
    if not isinstance(value, (int, float)):
        return ""
    try:
        return datetime.fromtimestamp(value).strftime(form)[:-3]
    except (ValueError, OverflowError, OSError):  # no time that there can be
        return ""


def _worker(value: Any) -> str:
    return f"w{value}" if isinstance(value, int) else str(value or "")
