"""A bounded HTTP load on loopback: wrk where it is installed, else the small closed-loop loader in this file.

``measure(url, connections, seconds) -> Load``. Every run stops by itself.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import time
from typing import NamedTuple
from urllib.parse import urlsplit

THREADS = 1


class Load(NamedTuple):
    rate: float
    """Answers a second."""
    p50: float
    """Milliseconds."""
    p99: float
    """Milliseconds."""
    failed: int
    """Answers that were not 2xx, and broken connections."""
    by: str


def measure(url: str, connections: int, seconds: float, host: str = "") -> Load:
    if shutil.which("wrk"):
        return _wrk(url, connections, seconds)
    command = [sys.executable, __file__, url, str(connections), str(seconds)]
    rate, p50, p99, failed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return Load(float(rate), float(p50), float(p99), int(failed), "bundled loader")


def _wrk(url: str, connections: int, seconds: float) -> Load:
    command = ["wrk", "-t", str(THREADS), "-c", str(connections), "-d", f"{seconds:g}s", "--latency", url]
    text = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 30).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    errors = [int(n) for n in re.findall(r"(?:Non-2xx or 3xx responses: |connect |read |write |timeout )(\d+)", text)]
    assert rate, text
    return Load(float(rate[1]), _latency(text, "50%"), _latency(text, "99%"), sum(errors), "wrk")


def _latency(text: str, percentile: str) -> float:
    found = re.search(rf"{percentile}\s+([\d.]+)(us|ms|s)", text)
    assert found, text
    return float(found[1]) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[found[2]]


# --- the bundled loader


async def _connection(url: str, until: float, took: list[float]) -> int:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    request = f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
    failed = 0
    while time.perf_counter() < until:
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        await reader.readexactly(int(length[1]) if length else 0)
        took.append(time.perf_counter() - begun)
        failed += not head.startswith(b"HTTP/1.1 2")
    writer.close()
    return failed


async def _load(url: str, connections: int, seconds: float) -> None:
    took: list[float] = []
    until = time.perf_counter() + seconds
    failed = sum(await asyncio.gather(*(_connection(url, until, took) for _ in range(connections))))
    took.sort()
    p50, p99 = (took[int(len(took) * part)] * 1e3 for part in (0.5, 0.99))
    print(len(took) / seconds, p50, p99, failed)


if __name__ == "__main__":
    import uvloop

    uvloop.run(_load(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
