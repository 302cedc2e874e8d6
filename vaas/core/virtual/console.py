"""The app's own standard output: text in, complete lines out to a sink.

A machine gives its app two of these as ``sys.stdout`` and ``sys.stderr``; a host puts two more in place of the
real ones, so that what third-party packages print is caught too.
"""

from __future__ import annotations

import codecs
import io
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, TextIO, cast

from vaas.core.log_line import MAX_LINE

Sink = Callable[[str, str, str], None]
"""``(stream, level, text)``: stream is ``stdout``, ``stderr`` or ``log``; text is one line without its end."""

LEVELS = frozenset(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
"""Levels of ``logging`` by name; a line of any other is ``info``."""

TRACE = "trace"
"""The level of what is shown only to those who ask for all, such as the frames left out of a traceback."""


def level_of(name: object) -> str:
    return name.lower() if type(name) is str and name in LEVELS else "info"


class Handling(threading.local):
    """The record of ``logging`` that this thread is giving to handlers."""

    record: logging.LogRecord | None = None
    printed = False
    """One of them has written to the app's console."""


_now = Handling()


@contextmanager
def handling(record: logging.LogRecord) -> Iterator[Handling]:
    """While handlers get that record: what they write to the app's console has its level."""
    if _now.record is record:
        yield _now
        return
    before = _now.record, _now.printed
    _now.record, _now.printed = record, False
    try:
        yield _now
    finally:
        _now.record, _now.printed = before


def real_sink(stream: str, level: str, text: str) -> None:
    """Writes to the process's own stdout and stderr."""
    print(text, file=sys.stdout if stream == "stdout" else sys.stderr, flush=True)


class ConsoleWriter(io.TextIOBase):
    """A text stream that hands each complete line to ``sink``, and of one longer than ``MAX_LINE`` each piece of that
    size, so that memory stays bounded. Threads do not mix within a line."""

    encoding = "utf-8"
    errors = "backslashreplace"
    mode = "w"
    line_buffering = True

    def __init__(self, sink: Sink, stream: str, level: str = "") -> None:
        self._stream, self._sink = stream, sink
        self._level = level or ("info" if stream == "stdout" else "")
        self._begun = threading.local()
        self.name = f"<{stream}>"
        self.buffer = ConsoleBytes(self)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        # Exactly str from here on: a subclass would hand the sink whatever it says that its lines are.
        *lines, rest = (getattr(self._begun, "text", "") + str.__str__(text)).split("\n")
        while len(rest) > MAX_LINE:
            lines.append(rest[:MAX_LINE])
            rest = rest[MAX_LINE:]
        self._begun.text = rest
        level = self._told(text)
        for line in lines:
            self._emit(line, level)
        return len(text)

    def _told(self, text: str) -> str:
        """The level of what is written: that of the record that is being handled, if one is."""
        if _now.record is not None:
            _now.printed = True
            return level_of(_now.record.levelname)
        about = getattr(text, "record", None) if type(text) is not str else None  # a message of loguru
        return level_of(getattr(about.get("level"), "name", "")) if type(about) is dict else self._level

    def finish(self) -> None:
        """Hands over what this thread wrote without a line end."""
        rest = getattr(self._begun, "text", "")
        self._begun.text = ""
        if rest:
            self._emit(rest, self._level)

    def _emit(self, line: str, level: str) -> None:
        for start in range(0, len(line) or 1, MAX_LINE):
            self._sink(self._stream, level, line[start : start + MAX_LINE])

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        """Where the process itself, and programs that it starts, write: that arrives too, line by line."""
        return 2 if self._stream == "stderr" else 1

    def reconfigure(self, **options: Any) -> None:
        """Nothing to do: lines go at once, as UTF-8, and what cannot be encoded is spelled out."""

    def detach(self) -> BinaryIO:
        return cast(BinaryIO, self.buffer)

    def flush(self) -> None:
        """Nothing to do: complete lines have gone, and an incomplete one waits for its end."""

    def close(self) -> None:
        """Never: what comes after is still to be seen."""


class ConsoleBytes(io.BufferedIOBase):
    """What programs that deal in bytes find as ``sys.stdout.buffer``, and wrap in streams of their own."""

    def __init__(self, text: ConsoleWriter) -> None:
        self._text = text
        self._decoding = threading.local()
        self.name, self.mode = text.name, "wb"

    @property
    def raw(self) -> ConsoleBytes:
        return self

    def write(self, data: Any) -> int:
        """Bytes of a character may come apart."""
        decoder = vars(self._decoding).setdefault("utf8", _decoder())
        piece = bytes(memoryview(data))
        self._text.write(decoder.decode(piece))
        return len(piece)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self._text.fileno()

    def flush(self) -> None:
        """As the text's."""

    def close(self) -> None:
        """As the text's: a stream around this closes it when it goes."""


def _decoder() -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder("utf-8")("backslashreplace")


def app_print(stdout: Callable[[], TextIO]) -> Callable[..., None]:
    """``print`` for one app: as the built-in, to that app's own ``sys.stdout``, in one write per call."""

    def print(
        *values: object, sep: str | None = " ", end: str | None = "\n", file: TextIO | None = None, flush: bool = False
    ) -> None:
        out = stdout() if file is None else file
        text = (" " if sep is None else sep).join([str(value) for value in values])
        out.write(text + ("\n" if end is None else end))
        if flush:
            out.flush()

    return print
