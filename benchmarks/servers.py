"""The peers' servers, each one process on a port of its own: uvicorn with uvloop and httptools, and Granian."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.client import get
from benchmarks.processes import started, until

ROOT = Path(__file__).parents[1]
STARLETTE = "benchmarks.peers:starlette_app"
BARE = "benchmarks.peers:bare_app"


def uvicorn(app: str, port: int) -> list[str]:
    words = ["uvicorn", app, "--host", "127.0.0.1", "--port", str(port), "--loop", "uvloop", "--http", "httptools"]
    return [sys.executable, "-m", *words, "--no-access-log", "--log-level", "warning", "--lifespan", "off"]


def granian(app: str, port: int) -> list[str]:
    """One worker, asgi, uvloop: the fastest of its loops and modes for this route on the machines we tried."""
    words = ["granian", app, "--host", "127.0.0.1", "--port", str(port), "--interface", "asginl", "--workers", "1"]
    return [sys.executable, "-m", *words, "--loop", "uvloop", "--http", "1", "--no-ws", "--no-log"]


def has_granian() -> bool:
    return importlib.util.find_spec("granian") is not None


class Serving(NamedTuple):
    url: str
    pid: int


@contextlib.contextmanager
def serving(command: list[str], port: int, path: str, home: Path) -> Iterator[Serving]:
    """Starts it, waits for its first answer, and gives its base URL and process id."""
    url = f"http://127.0.0.1:{port}"
    with started(command, dict(os.environ), home / "peer.err", ROOT) as process:
        until(lambda: process.poll() is not None or answers(url + path), f"an answer of {command[2]}")
        if process.poll() is not None:
            raise RuntimeError(f"{command[2]} did not start: {(home / 'peer.err').read_text()}")
        yield Serving(url, process.pid)


def answers(url: str) -> bool:
    try:
        return get(url).status == 200
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
