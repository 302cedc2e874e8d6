"""ErrorOutput: what the zygote, and a process that it forks before that is a host, write to standard error: tracebacks
of ours. It goes to the node's log, so that it is dated, spelled out and limited there. Belongs to ``client.py``."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from typing import IO

log = logging.getLogger(__name__)

PIECE = 65536
"""Bytes that are read at once: all that a pipe holds."""


class ErrorOutput:
    def __init__(self, stream: IO[bytes]) -> None:
        """Owns the stream, of bytes."""
        self._stream = stream
        self._loop = asyncio.get_running_loop()
        os.set_blocking(stream.fileno(), False)
        self._loop.add_reader(stream.fileno(), self._take)

    def close(self) -> None:
        """Takes what is still there, and nothing more."""
        if not self._stream.closed:
            self._take()
        if not self._stream.closed:
            self._loop.remove_reader(self._stream.fileno())
            self._stream.close()

    def _take(self) -> None:
        with contextlib.suppress(BlockingIOError):
            data = os.read(self._stream.fileno(), PIECE)
            for line in data.decode("utf-8", "backslashreplace").splitlines():
                log.error("a process that starts hosts: %s", line)
            if not data:
                self._loop.remove_reader(self._stream.fileno())
                self._stream.close()
