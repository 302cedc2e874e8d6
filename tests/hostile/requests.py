"""Requests as bytes: well-formed unless an attacker leaves something out or puts something odd in.

Used by the attackers; pure. Frames of websockets: ``frames.py``; bundles: ``bundle.py``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

Headers = Sequence[tuple[str, str]]

API = "/api/v1"
UPGRADE = (
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Version", "13"),
)


def head(method: str, path: str, headers: Headers = (), *, host: str = "localhost", version: str = "1.1") -> bytes:
    lines = [f"{method} {path} HTTP/{version}", *([f"Host: {host}"] if host else [])]
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join([*lines, "", ""]).encode("utf-8")


def request(method: str, path: str, headers: Headers = (), body: bytes = b"", **more: str) -> bytes:
    length = [("Content-Length", str(len(body)))] if body or method in ("POST", "PUT", "PATCH") else []
    return head(method, path, [*headers, *length], **more) + body


def call(token: str, method: str, path: str, value: Any = None, headers: Headers = ()) -> bytes:
    """A request of the API, whose ``path`` is below ``/api/v1``; ``value`` is sent as JSON."""
    said = [("Authorization", f"Bearer {token}"), *headers]
    if value is None:
        return request(method, API + path, said)
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return request(method, API + path, [*said, ("Content-Type", "application/json")], body)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


LAST_CHUNK = b"0\r\n\r\n"


def handshake(path: str, headers: Headers = ()) -> bytes:
    return head("GET", path, [*UPGRADE, *headers])
