"""How results look: JSON when asked for, tables made by rich on a terminal, aligned plain text in a pipe.

Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from vaas_cli.formatting import printable

F = TypeVar("F", bound=Callable[..., Any])

STATE_COLOURS = {"ready": "green", "starting": "yellow", "waiting": "yellow", "failed": "red"}

json_option: Callable[[F], F] = click.option("--json", "as_json", is_flag=True, help="Print JSON, as the API gives it.")


def is_terminal() -> bool:
    return sys.stdout.isatty()


def is_attended() -> bool:
    """Whether there is a person at a terminal to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def put(line: str = "") -> None:
    """One line of the result."""
    _write(line, err=False)


def note(line: str) -> None:
    """Something to know beside the result."""
    _write(line, err=True)


class StatusLine:
    """The last line of a terminal, which says what goes on and is written over. Whatever else is printed, by whatever
    thread, is a line of its own above it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._words = ""

    def show(self, words: str) -> None:
        """Instead of what is shown; empty: nothing. In a pipe nothing is ever shown."""
        with self._lock:
            if words or self._words:
                self._draw(words)
            self._words = words

    def write(self, line: str, err: bool) -> None:
        with self._lock:
            if self._words:
                self._draw("")
            click.echo(line, err=err)
            if self._words:
                self._draw(self._words)

    @staticmethod
    def _draw(words: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K" + (click.style(words, dim=True) if words else ""))
            sys.stderr.flush()


status_line = StatusLine()
_write = status_line.write


def put_json(value: Any) -> None:
    put(json.dumps(value, indent=2, ensure_ascii=False))


def put_table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, none: str) -> None:
    """Rows under headings; ``none`` says what to do when there is no row."""
    if not rows:
        note(none)
    elif is_terminal():
        _rich_table(headings, rows)
    else:
        _plain_table([headings, *rows])


def put_facts(facts: Sequence[tuple[str, str]]) -> None:
    """Names and values, one a line; those without a value are left out. A value's further lines are indented."""
    width = max(len(name) for name, _ in facts)
    for name, value in facts:
        first, *rest = value.split("\n")
        if value:
            put(f"{click.style(name.ljust(width), dim=True)}  {first}")
        for line in rest:
            put(f"{' ' * width}  {line}")


def state(word: str) -> str:
    return click.style(word, fg=STATE_COLOURS.get(word))


def foreign(text: str, indent: str = "") -> str:
    """Text that an app wrote, such as a traceback: harmless for a terminal, and set in."""
    return "\n".join(indent + line for line in printable(text.rstrip("\n")).split("\n"))


def _plain_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        put("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _rich_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Column, Table
    from rich.text import Text

    columns = [Column(heading, overflow="fold") for heading in headings]
    table = Table(*columns, box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(Text(cell, style=STATE_COLOURS.get(cell, "")) for cell in row))
    Console().print(table)
