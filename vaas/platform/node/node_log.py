"""The node's own log, on standard error: one dated line each, whoever caused it and whatever it quotes.

What is foreign in a line is spelled out (``vaas/core/printable.py``), a traceback is set in beneath it, and what comes
in a flood is counted (``log_limits.py``). Installed by ``cli/vaas_cli/commands/platform.py`` and ``dev``."""

from __future__ import annotations

import logging
import sys
import threading
from time import localtime, monotonic, strftime
from types import TracebackType
from typing import TextIO

from vaas.core.log_line import shorten
from vaas.core.printable import one_line, set_in
from vaas.platform.node.log_limits import Kind, LogLimits

FRAMES = 60
"""Lines of a traceback that are kept, from its end."""

INDENT = "    "


class NodeLog(logging.Handler):
    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._limits = LogLimits()
        self._timer: threading.Timer | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Under the handler's lock, as ``logging`` calls it."""
        try:
            now = monotonic()
            self._say_due(now)
            line = one_line(shorten(record.getMessage()))
            if self._limits.admits(_kind(record), line, now):
                self._write([f"{_time(record.created)} {line}", *_traceback(record)])
            self._wake_later(now)
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """Says what is still to be said."""
        with self.lock:  # type: ignore[union-attr]  # made by the base
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            self._say_due(float("inf"))
        super().close()

    def _say_due(self, now: float) -> None:
        at = _time()
        self._write([f"{at} {line}" for line in self._limits.due(now)])

    def _wake_later(self, now: float) -> None:
        """A flood that has ended is told of, too, when no other line comes."""
        due = self._limits.next_due()
        if due is not None and self._timer is None:
            self._timer = threading.Timer(max(0.0, due - now), self._wake)
            self._timer.daemon = True
            self._timer.start()

    def _wake(self) -> None:
        with self.lock:  # type: ignore[union-attr]
            self._timer = None
            self._say_due(monotonic())
            self._wake_later(monotonic())

    def _write(self, lines: list[str]) -> None:
        if lines:
            self._stream.write("".join(f"{line}\n" for line in lines))
            self._stream.flush()


def install(level: int) -> None:
    """From now on; for all that logs in this process, also what would go to standard error past ``logging``."""
    logging.basicConfig(level=level, handlers=[NodeLog(sys.stderr)], force=True)
    logging.captureWarnings(True)
    threading.excepthook = _thread_failed
    sys.unraisablehook = _unraisable


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_type is not SystemExit and failed.exc_value is not None:
        name = failed.thread.name if failed.thread is not None else "?"
        _log_error("a thread ended by an error: %s", name, failed.exc_value, failed.exc_traceback)


def _unraisable(failed: sys.UnraisableHookArgs) -> None:
    if failed.exc_value is not None:
        said = failed.err_msg or "an error that nothing could catch, in"
        _log_error("%s", f"{said} {failed.object!r}", failed.exc_value, failed.exc_traceback)


def _log_error(words: str, about: str, error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger(__name__).error(words, about, exc_info=(type(error), error, trace))


def _kind(record: logging.LogRecord) -> Kind:
    error = record.exc_info[0] if record.exc_info else None
    return record.pathname, record.lineno, error.__name__ if error is not None else ""


def _traceback(record: logging.LogRecord) -> list[str]:
    """That of its error, if it has one, in lines."""
    if not record.exc_info or record.exc_info[1] is None:
        return []
    lines = logging.Formatter().formatException(record.exc_info).split("\n")
    return set_in("\n".join(map(shorten, lines[-FRAMES:])), INDENT)


def _time(at: float | None = None) -> str:
    return strftime("%Y-%m-%d %H:%M:%S", localtime(at))
