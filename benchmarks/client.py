"""The smallest HTTP client that can be timed: one connection, GETs, answers with a content-length."""

from __future__ import annotations

import socket
import time
from typing import NamedTuple
from urllib.parse import urlsplit

PATIENCE = 20.0
"""Seconds that an answer may take."""


class Answer(NamedTuple):
    status: int
    body: bytes
    seconds: float
    """From the request to the answer's first byte; on a new connection, from connecting."""


class Connection:
    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._request = f"GET {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
        self._began = time.perf_counter()
        self._socket = socket.create_connection((parts.hostname, parts.port), PATIENCE)

    def get(self) -> Answer:
        """Raises ``OSError`` for a connection that breaks, ``TimeoutError`` for no answer."""
        self._began = time.perf_counter()
        return self.first()

    def first(self) -> Answer:
        """The same, timed from when the connection was asked for."""
        self._socket.sendall(self._request)
        data = self._more()
        seconds = time.perf_counter() - self._began
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        length = length_of(head)
        while len(body) < length:
            body += self._more()
        return Answer(int(head[9:12]), body, seconds)

    def _more(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionResetError("the connection ended within an answer")
        return data

    def close(self) -> None:
        self._socket.close()


def length_of(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def get(url: str) -> Answer:
    """One GET on a connection of its own, timed with it."""
    connection = Connection(url)
    try:
        return connection.first()
    finally:
        connection.close()
