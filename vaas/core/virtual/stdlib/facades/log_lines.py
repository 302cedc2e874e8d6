"""The ``Formatter`` and the ``StreamHandler`` of ``logging`` in restricted code.

The real formatter reads attributes by names in its text, and prints the frames of all code. Used by
``safe_logging.py``.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from vaas.core.restrict.formatting import GuardedFormatter
from vaas.core.restrict.guards import variables
from vaas.core.virtual.tracebacks import format_app_traceback


class Formatter:
    """As ``logging.Formatter``, with styles ``%`` and ``{``; exceptions look as the app's author should see them."""

    default_time_format = "%Y-%m-%d %H:%M:%S"
    default_msec_format = "%s,%03d"

    def __init__(
        self,
        fmt: str | None = None,
        datefmt: str | None = None,
        style: str = "%",
        validate: bool = True,
        *,
        defaults: dict[str, Any] | None = None,
    ) -> None:
        if style not in ("%", "{"):
            raise ValueError("restricted code formats logs with style '%' or '{'")
        self.datefmt, self._style, self._defaults = datefmt, style, dict(defaults or {})
        self._fmt = ("%(message)s" if style == "%" else "{message}") if fmt is None else str.__str__(fmt)

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        if self.usesTime():
            record.asctime = self.formatTime(record, self.datefmt)
        text = self.formatMessage(record)
        parts = [self.formatException(record.exc_info)] if record.exc_info else []
        parts += [self.formatStack(record.stack_info)] if record.stack_info else []
        return "\n".join([text, *filter(None, parts)])

    def formatMessage(self, record: logging.LogRecord) -> str:
        about = vars(record) if issubclass(type(record), logging.LogRecord) else variables(record)
        fields = {**self._defaults, **about}
        return self._fmt % fields if self._style == "%" else GuardedFormatter().vformat(self._fmt, (), fields)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        at = time.localtime(record.created)
        if datefmt:
            return time.strftime(datefmt, at)
        return self.default_msec_format % (time.strftime(self.default_time_format, at), record.msecs)

    def formatException(self, ei: Any) -> str:
        return format_app_traceback(ei[1]).rstrip("\n") if ei[1] is not None else ""

    def formatStack(self, stack_info: str) -> str:
        return stack_info

    def usesTime(self) -> bool:
        return "asctime" in self._fmt


class StreamHandler(logging.Handler):
    """Writes lines to a stream of the app's."""

    terminator = "\n"

    def __init__(self, stream: Any) -> None:
        super().__init__()
        self.stream = stream
        self.formatter: Any = Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self.stream.write(self.format(record) + self.terminator)
        except Exception:
            self.handleError(record)

    def setStream(self, stream: Any) -> Any:
        before, self.stream = self.stream, stream
        return before


class FileHandler(StreamHandler):
    """Writes lines to a file of the app's, each at once."""

    def __init__(self, stream: Any, filename: Any, mode: str) -> None:
        super().__init__(stream)
        self.baseFilename, self.mode = filename, mode

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(record)
        self.stream.flush()

    def close(self) -> None:
        self.stream.close()
        super().close()
