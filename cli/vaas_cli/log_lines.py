"""One entry of an app's log as one line for people. Pure. Used by ``logs`` and ``following.py``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from vaas_cli.formatting import printable

COLOURS = {"debug": "bright_black", "warning": "yellow", "error": "red", "critical": "red"}


def line(entry: dict[str, Any], app: str = "") -> str:
    """``2026-11-21 12:00:01.250 v4 w2 1f3a info    text``, in this machine's time; further lines are set in.

    With ``app`` its name comes first, and the day is left out: what is followed is of today.
    """
    level = str(entry.get("level") or entry.get("stream") or "").lower()
    time = _time(entry.get("time"), "%H:%M:%S.%f" if app else "%Y-%m-%d %H:%M:%S.%f")
    parts = [app, time, entry.get("release"), _worker(entry.get("worker")), entry.get("request")]
    head = " ".join(str(part) for part in parts if part not in (None, ""))
    text = printable(str(entry.get("text", "")).rstrip("\n")).replace("\n", "\n    ")
    return f"{click.style(head, dim=True)} {click.style(f'{level:<7} {text}', fg=COLOURS.get(level))}"


def _time(value: Any, form: str) -> str:
    if not isinstance(value, (int, float)):
        return ""
    return datetime.fromtimestamp(value).strftime(form)[:-3]


def _worker(value: Any) -> str:
    return f"w{value}" if isinstance(value, int) else str(value or "")
