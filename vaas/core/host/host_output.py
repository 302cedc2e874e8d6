"""HostOutput: what a host sends its node outside of calls: frames on the control socket, lines on the log socket.

Shared by the host's threads. A log line is one message of a SOCK_SEQPACKET socket and never waits: if the node does not
keep up, lines are dropped, counted, and the count is logged. The node reads in ``core/pool/hosts/output.py``.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

from vaas.core.log_line import shorten
from vaas.core.service import current
from vaas.core.wire.codec import encode, frame_bytes
from vaas.core.wire.messages import FromHost, LogLine


class HostOutput:
    def __init__(self, control: socket.socket, log: socket.socket, lines: int) -> None:
        """``lines``: how many a second the node takes for long."""
        self._control = control
        self._log = log
        self._lines = lines
        self._lock = threading.Lock()
        self._dropped = 0

    def control(self, frame: FromHost) -> None:
        with self._lock:
            self._control.sendall(frame_bytes(frame))

    def console(self, worker: int) -> Callable[[str, str, str], None]:
        """Where the app's lines of one worker go: ``(stream, level, text)``."""

        def write(stream: str, level: str, text: str) -> None:
            exchange = current.get()
            trace = exchange.call.trace if exchange is not None else ""
            self._line(LogLine(worker, trace, stream, level, shorten(_encodable(text))))

        return write

    def _line(self, line: LogLine) -> None:
        with self._lock:
            if self._dropped and self._sent(self._notice(line)):
                self._dropped = 0
            if not self._sent(line):
                self._dropped += 1

    def _notice(self, line: LogLine) -> LogLine:
        text = f"{self._dropped} log lines were dropped: more than limits.lines = {self._lines} a second"
        return LogLine(line.worker, "", "log", "warning", text)

    def _sent(self, line: LogLine) -> bool:
        try:
            self._log.send(encode(line), socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        return True


def _encodable(text: str) -> str:
    """Lone surrogates, as names of files have them, are spelled out."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
