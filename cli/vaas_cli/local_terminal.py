"""LocalTerminal: the terminal that a command line is typed at, for a command of ``vaas run`` that is to have it."""

from __future__ import annotations

import contextlib
import os
import signal
import termios
import tty
from collections.abc import Callable, Iterator
from typing import Any, TextIO

UNKNOWN = "dumb"
"""The name of a terminal of which only lines are asked."""


def local_terminal(stdin: TextIO | None, stdout: TextIO) -> LocalTerminal | None:
    """None unless both are one."""
    if stdin is None or not (stdin.isatty() and stdout.isatty()):
        return None
    return LocalTerminal(stdin.fileno())


class LocalTerminal:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def size(self) -> dict[str, Any]:
        """``rows`` and ``columns``; 24 and 80 of one that has none."""
        columns, rows = os.get_terminal_size(self._descriptor)
        return {"rows": rows or 24, "columns": columns or 80}

    def query(self) -> dict[str, Any]:
        """What the platform is to know of it."""
        return {"terminal": os.environ.get("TERM") or UNKNOWN, **self.size()}

    @contextlib.contextmanager
    def taken_over(self, resized: Callable[[], None]) -> Iterator[None]:
        """Every key is input, Ctrl-C too, and nothing is echoed here; ``resized`` is called for each new size."""
        before = termios.tcgetattr(self._descriptor)
        handler = signal.signal(signal.SIGWINCH, lambda *_: resized())
        try:
            tty.setraw(self._descriptor)
            yield
        finally:
            signal.signal(signal.SIGWINCH, handler)
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, before)
