"""Records of ``logging`` on their way to the app's log: levels are the app's, and no line comes twice.

What the app's own handlers write to its console is its line, with the record's level (``console.py`` asks which record
is being handled). A record that none of them writes there gets a line of ours, as if the root had one more handler.
Used for the real ``logging`` by ``core/host/child.py``, for that of restricted code by ``stdlib/facades/``.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from vaas.core.virtual.console import TRACE, ConsoleWriter, Sink, handling, level_of, real_sink
from vaas.core.virtual.tracebacks import format_app_traceback, whole_traceback

FORMAT = "%(name)s: %(message)s"
"""Without the level, which each line has beside it."""


class ConsoleFormatter(logging.Formatter):
    """As ``logging.Formatter``; a traceback leads from the app to the error."""

    def formatException(self, ei: Any) -> str:
        return format_app_traceback(ei[1]).rstrip("\n") if ei[1] is not None else ""


class ConsoleHandler(logging.Handler):
    """Hands each record of ``logging`` to the sink, line by line, with its level; then the frames left out of its
    traceback, for those who ask for all."""

    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self.sink = sink
        self.formatter: Any = ConsoleFormatter(FORMAT)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            level = level_of(record.levelname)
            for line in str.__str__(self.format(record)).split("\n"):
                self.sink("log", level, line)
            if record.exc_info and record.exc_info[1] is not None:
                report_whole(self.sink, "log", whole_traceback(record.exc_info[1]))
        except Exception:
            self.handleError(record)


def report_whole(sink: Sink, stream: str, traceback: str) -> None:
    """A traceback with the frames that were left out before, as one entry; nothing if none was."""
    if traceback:
        sink(stream, TRACE, traceback.rstrip("\n"))


class Walk(NamedTuple):
    """What became of a record among the app's own handlers."""

    handlers: int
    printed: bool
    """One has written to the console, or will, from a queue."""
    at_root: bool
    """Nothing has kept it from the root."""
    quiet: bool
    """One that writes to the console wants none of this level."""

    def is_ours(self, level: int) -> bool:
        if self.printed or self.quiet:
            return False
        return self.at_root or (self.handlers == 0 and level >= logging.WARNING)  # as ``logging.lastResort``


def walk(logger: Any, record: logging.LogRecord) -> Walk:
    """Gives the record to each handler of this logger and of those above it, as ``callHandlers`` does."""
    count, queued, quiet, current = 0, False, False, logger
    with handling(record) as seen:
        while current is not None:
            for handler in current.handlers:
                count += 1
                if record.levelno >= handler.level:
                    queued = queued or hasattr(handler, "enqueue")  # of a queue, whose listener prints it later
                    handler.handle(record)
                else:
                    quiet = quiet or isinstance(getattr(handler, "stream", None), ConsoleWriter)
            if not current.propagate:
                break
            current = current.parent
        return Walk(count, seen.printed or queued, current is None, quiet)


def calling(handler: logging.Handler) -> Callable[[Any, logging.LogRecord], None]:
    """A ``callHandlers`` that ends with this handler, where no other has printed the record."""

    def callHandlers(self: Any, record: logging.LogRecord) -> None:
        if walk(self, record).is_ours(record.levelno) and record.levelno >= handler.level:
            handler.handle(record)

    return callHandlers


def install(sink: Sink) -> None:
    """For the real ``logging`` of this process; its root stays without handlers, so that ``basicConfig`` works as
    elsewhere."""
    arm().sink = sink


@functools.cache
def arm() -> ConsoleHandler:
    """What ``install`` does, but for where the lines go. A zygote does it: a change of ``logging.Handler`` writes to
    each of its subclasses, one of the root's level to each logger."""
    ours = ConsoleHandler(real_sink)
    plain = logging.Handler.handle

    def handle(self: logging.Handler, record: logging.LogRecord) -> bool:
        with handling(record):  # also for a listener, which takes records from a queue
            return bool(plain(self, record))

    logging.Handler.handle = handle  # type: ignore[method-assign]
    logging.Logger.callHandlers = calling(ours)  # type: ignore[method-assign,assignment]
    logging.root.setLevel(logging.INFO)
    return ours
