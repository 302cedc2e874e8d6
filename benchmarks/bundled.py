"""The bundled loader: as many connections as asked, each with one request under way, for so many seconds.

``python -m benchmarks.bundled URL CONNECTIONS SECONDS`` prints a ``Load`` as JSON; started by ``loader.py`` where wrk
is absent. It takes more of the processor than wrk does, so compare only figures of one loader.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from functools import partial
from typing import cast
from urllib.parse import urlsplit

import uvloop

from benchmarks.client import length_of
from benchmarks.figures import percentile


class Caller(asyncio.Protocol):
    """One connection: asks, takes the whole answer, asks again."""

    def __init__(self, request: bytes, took: list[float]) -> None:
        self.failed = 0
        self._request = request
        self._took = took
        self._data = b""
        self._began = 0.0
        self._over = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def _ask(self) -> None:
        assert self._transport is not None
        self._began = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._data += data
        end = self._data.find(b"\r\n\r\n")
        if end < 0 or len(self._data) < end + 4 + length_of(self._data[:end]):
            return
        self._took.append(time.perf_counter() - self._began)
        self.failed += self._data[9:10] != b"2"
        self._data = b""
        if not self._over:
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self.failed += not self._over

    def stop(self) -> None:
        self._over = True
        if self._transport is not None:
            self._transport.abort()


async def load(url: str, connections: int, seconds: float) -> dict[str, float]:
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    request = f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
    took: list[float] = []
    callers = [Caller(request, took) for _ in range(connections)]
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    for caller in callers:
        await loop.create_connection(partial(_same, caller), host, port)
    await asyncio.sleep(seconds)
    lasted = time.perf_counter() - began
    for caller in callers:
        caller.stop()
    p50, p99 = (percentile(took, part) * 1e3 if took else float("inf") for part in (0.5, 0.99))
    failed = sum(caller.failed for caller in callers)
    return {"rate": max(0, len(took) - failed) / lasted, "p50": p50, "p99": p99, "failed": failed, "answers": len(took)}


def _same(caller: Caller) -> Caller:
    return caller


if __name__ == "__main__":
    print(json.dumps(uvloop.run(load(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))))
