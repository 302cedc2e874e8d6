"""How results look: JSON when asked for, tables made by rich on a terminal, aligned plain text in a pipe.

Results go to standard output, everything else to standard error. Nothing else writes to a terminal, but for ``run``,
which passes on what a program writes; and what is written here does nothing but be seen (``vaas/core/printable.py``).
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TextIO, TypeVar

import click

from vaas.core.printable import json_line
from vaas_cli.styled import Styled, joined, styled

F = TypeVar("F", bound=Callable[..., Any])

STATE_COLOURS = {"ready": "green", "starting": "yellow", "waiting": "yellow", "failed": "red"}

json_option: Callable[[F], F] = click.option("--json", "as_json", is_flag=True, help="Print JSON, as the API gives it.")


def is_terminal() -> bool:
    return sys.stdout.isatty()


def is_attended() -> bool:
    """Whether there is a person at a terminal to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def put(*parts: str) -> None:
    """One line of the result."""
    put_lines([joined(*parts)])


def put_lines(lines: Iterable[str]) -> None:
    """Several, with no other between them."""
    _write([joined(line) for line in lines], err=False)


def note(*parts: str) -> None:
    """Something to know beside the result."""
    note_lines([joined(*parts)])


def note_lines(lines: Iterable[str]) -> None:
    _write([joined(line) for line in lines], err=True)


def ask(question: str) -> bool:
    """Whether a person at the terminal says yes."""
    return click.confirm(joined(question), err=True)


def ask_secret(name: str) -> str:
    return str(click.prompt(joined(name), hide_input=True, err=True))


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

    def write(self, lines: list[Styled], err: bool) -> None:
        with self._lock:
            if self._words:
                self._draw("")
            click.echo(_encodable("\n".join(lines), sys.stderr if err else sys.stdout), err=err)
            if self._words:
                self._draw(self._words)

    @staticmethod
    def _draw(words: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K" + (styled(words, dim=True) if words else ""))
            sys.stderr.flush()


def _encodable(text: str, stream: TextIO) -> str:
    """What this stream cannot write, such as letters where all is ASCII, is spelled out."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


status_line = StatusLine()
_write = status_line.write


def put_json(value: Any, indent: int | None = 2) -> None:
    """The very value: what JSON leaves as it is and a terminal does not is escaped."""
    document = json.dumps(value, indent=indent, ensure_ascii=False)
    put_lines(Styled(json_line(line)) for line in document.split("\n"))


def put_table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, none: str) -> None:
    """Rows under headings; ``none`` says what to do when there is no row."""
    if not rows:
        note(none)
    else:
        shown = [[joined(cell) for cell in row] for row in rows]
        _rich_table(headings, shown) if is_terminal() else _plain_table([headings, *shown])


def put_facts(facts: Sequence[tuple[str, str | Sequence[str]]]) -> None:
    """Names and values, one a line; those without a value are left out. Of a value of several lines the further ones
    are set in."""
    width = max(len(name) for name, _ in facts)
    for name, value in facts:
        for number, line in enumerate([value] if isinstance(value, str) else value):
            if line:
                put(" " * width if number else styled(name.ljust(width), dim=True), "  ", line)


def state(word: str) -> Styled:
    return styled(word, fg=STATE_COLOURS.get(word))


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
