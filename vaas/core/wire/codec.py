"""Frames to bytes and back: four bytes of length, big-endian, then msgpack.

``FrameReader`` is fed what a socket gives, in whatever pieces; ``frame_bytes`` is its inverse. Used by both ends of
every socket: ``core/pool/calls/link_to_worker.py`` in the node, ``core/host/link_to_node.py`` in a host.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from functools import cache
from typing import Any, Generic, TypeVar

from msgspec.msgpack import Decoder, Encoder

from vaas.core.errors import VaasError
from vaas.core.undecodable import UNDECODABLE
from vaas.core.wire.messages import MAX_FRAME, Frame

_length = struct.Struct(">I")
_pack_length = _length.pack
_unpack_length = _length.unpack_from
encode = Encoder().encode

F = TypeVar("F")


class WireGarbage(VaasError):
    """What came over the wire is not ours: {problem}"""


def frame_bytes(frame: Frame) -> bytes:
    payload = encode(frame)
    return _pack_length(len(payload)) + payload


@cache
def decoder(frames: Any) -> Callable[[bytes], Any]:
    """The decoder of these types of frames. Making one takes a while, so ends of the wire share them."""
    decode: Callable[[bytes], Any] = Decoder(frames).decode
    return decode


def read_frame(stream: int, frames: Any) -> Any | None:
    """Waits for one frame of these types and reads nothing beyond it; None when the other end has hung up. Raises
    ``WireGarbage``."""
    try:
        (size,) = _length.unpack(_exactly(stream, _length.size))
        if size > MAX_FRAME:
            raise WireGarbage(problem=f"a frame of {size} bytes")
        return decoder(frames)(_exactly(stream, size))
    except EOFError:
        return None
    except UNDECODABLE as error:
        raise WireGarbage(problem=str(error)) from error


def _exactly(stream: int, size: int) -> bytes:
    """Raises EOFError."""
    data = b""
    while len(data) < size:
        part = os.read(stream, size - len(data))
        if not part:
            raise EOFError
        data += part
    return data


class FrameReader(Generic[F]):
    """Turns a stream of bytes into frames of the expected types; anything else raises ``WireGarbage``."""

    __slots__ = ("_decode", "_rest")

    def __init__(self, frames: Any) -> None:
        self._decode = decoder(frames)
        self._rest = b""

    def feed(self, data: bytes) -> list[F]:
        if self._rest:
            data = self._rest + data
        frames: list[F] = []
        start, end = 0, len(data)
        while end - start >= 4:
            size: int = _unpack_length(data, start)[0]
            if size > MAX_FRAME:
                raise WireGarbage(problem=f"a frame of {size} bytes")
            stop = start + 4 + size
            if stop > end:
                break
            try:
                frames.append(self._decode(data[start + 4 : stop]))
            except UNDECODABLE as error:
                raise WireGarbage(problem=str(error)) from error
            start = stop
        self._rest = data[start:] if start else data
        return frames
