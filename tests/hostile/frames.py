"""Frames of a websocket's client as bytes (RFC 6455, 5.2); pure."""

from __future__ import annotations

from random import Random

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def frame(random: Random, kind: int, data: bytes = b"", *, final: bool = True, masked: bool = True) -> bytes:
    first = bytes([kind | (0x80 if final else 0)])
    size = len(data)
    if size < 126:
        length = bytes([size | 0x80 * masked])
    elif size < 65536:
        length = bytes([126 | 0x80 * masked]) + size.to_bytes(2, "big")
    else:
        length = bytes([127 | 0x80 * masked]) + size.to_bytes(8, "big")
    if not masked:
        return first + length + data
    key = random.randbytes(4)
    return first + length + key + _masked(data, key)


def _masked(data: bytes, key: bytes) -> bytes:
    size = len(data)
    keys = (key * (size // 4 + 1))[:size]
    return (int.from_bytes(data, "big") ^ int.from_bytes(keys, "big")).to_bytes(size, "big")
