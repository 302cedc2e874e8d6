"""One entry of an app's log as one line for people. Pure. Used by ``logs`` and ``dev``."""

from __future__ import annotations

from typing import Any

import click

from cli.words import moment, printable

COLOURS = {"debug": "bright_black", "warning": "yellow", "error": "red", "critical": "red"}


def line(entry: dict[str, Any], app: str = "") -> str:
    """``12:00:01.250 v4 w2 1f3a info  text``, in this machine's time; the text's further lines are set in."""
    level = str(entry.get("level") or entry.get("stream") or "").lower()
    parts = [app, _time(entry.get("time")), entry.get("release"), _worker(entry.get("worker")), entry.get("request")]
    head = " ".join(str(part) for part in parts if part not in (None, ""))
    text = printable(str(entry.get("text", "")).rstrip("\n")).replace("\n", "\n    ")
    return f"{click.style(head, dim=True)} {click.style(f'{level:<7} {text}', fg=COLOURS.get(level))}"


def _time(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    return moment(value).astimezone().strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def _worker(value: Any) -> str:
    return f"w{value}" if isinstance(value, int) else str(value or "")
