"""Progress of long steps: the status line of a terminal (``output.py``), nothing in a pipe.

Plain text, because rich takes 45 ms to import and a deploy is to be over in a second.
"""

from __future__ import annotations

import time
from types import TracebackType

from vaas_cli.output import status_line


class Progress:
    """Names the step that is going on, and keeps how long each took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._step = ""
        self._since = 0.0

    def step(self, name: str, words: str) -> None:
        """The step before ends, this one begins."""
        self._end_step()
        self._step, self._since = name, time.perf_counter()
        status_line.show(words)

    def detail(self, words: str) -> None:
        status_line.show(words)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.clear()

    def clear(self) -> None:
        """Ends the step and takes the line away, so that something else can be written."""
        self._end_step()
        status_line.show("")

    def _end_step(self) -> None:
        if self._step:
            taken = time.perf_counter() - self._since
            self.seconds[self._step] = self.seconds.get(self._step, 0.0) + taken
        self._step = ""
