"""Output: what one host prints, taken in at the rate that its limits allow: its log lines, and what native code writes
to the error stream. Belongs to ``host_process.py``."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Callable

from msgspec.msgpack import Decoder

from vaas.core.pool.hosts.rate_limiter import RateLimiter
from vaas.core.undecodable import UNDECODABLE
from vaas.core.wire.codec import WireGarbage
from vaas.core.wire.messages import LogLine

LAST_WORDS = 4096
"""Characters of native output kept for the report of a crash."""

_decode_line = Decoder(LogLine).decode


class Output:
    def __init__(
        self,
        log: socket.socket,
        errors: int,
        rate: int,
        on_line: Callable[[LogLine], None],
        on_garbage: Callable[[WireGarbage], None],
    ) -> None:
        """Owns ``log``, of packets, and the pipe ``errors``, of bytes; takes ``rate`` lines a second."""
        self._rate = rate
        self.last_words = ""
        self._log = log
        self._errors = errors
        self._on_line = on_line
        self._on_garbage = on_garbage
        log.setblocking(False)
        os.set_blocking(errors, False)
        self._log_limiter = RateLimiter(log.fileno(), rate, self._take_lines)
        self._errors_limiter = RateLimiter(errors, rate, self._take_errors)

    def _take_lines(self) -> None:
        try:
            for _ in range(64):  # then let others have their turn
                if not self._log_limiter.spend(1):
                    return
                packet = self._log.recv(131072)
                if not packet:
                    self._log_limiter.close()
                    return
                self._log_limiter.charge(len(packet))
                self._on_line(_decode_line(packet))
        except (BlockingIOError, ConnectionResetError):
            return
        except UNDECODABLE as error:
            self._on_garbage(WireGarbage(problem=str(error)))

    def _take_errors(self) -> None:
        try:
            data = os.read(self._errors, 65536)
        except BlockingIOError:
            return
        if not data:
            self._errors_limiter.close()
            return
        text = data.decode("utf-8", "replace")
        self.last_words = (self.last_words + text)[-LAST_WORDS:]
        lines = [line for line in text.splitlines() if line]
        self._errors_limiter.charge(len(data))
        if not self._errors_limiter.spend(len(lines)):
            lines = [f"{len(lines)} lines were dropped: more than limits.lines = {self._rate} a second"]
        for line in lines:
            self._on_line(LogLine(0, "", "stderr", "", line))

    def take_last_words(self) -> None:
        """What a process that has ended had still to say."""
        with contextlib.suppress(OSError):
            self._take_errors()

    def close(self) -> None:
        self._log_limiter.close()
        self._errors_limiter.close()
        self._log.close()
        os.close(self._errors)
