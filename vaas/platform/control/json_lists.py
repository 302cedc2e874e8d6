"""Lists as JSON, encoded item by item and sent in parts: a list of thousands in one step would keep the event loop
from all else. Used by the endpoints that answer with one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any, TypeVar, cast

from msgspec import Raw
from msgspec.json import Encoder

import vaas
from vaas.core.pace import paced

T = TypeVar("T")

PART = 64 * 1024
"""Bytes that are sent at once: as much as a connection's buffer takes before it is full."""

_encode = Encoder().encode


async def as_json(items: Iterable[T]) -> list[T]:
    """What an endpoint returns for that list: to its type the list, in truth its JSON, which is sent as it is."""
    parts = await _encoded(items)
    whole: Any = Raw(b"".join(parts)) if len(parts) == 1 else vaas.Response(_each(parts), media_type="application/json")
    return cast("list[T]", whole)


async def within_json(items: Iterable[T]) -> list[T]:
    """The same for a list that is a part of the answer."""
    return cast("list[T]", Raw(b"".join(await _encoded(items))))


async def _encoded(items: Iterable[object]) -> list[bytes]:
    parts, waiting = list[bytes](), bytearray(b"[")
    async for item in paced(items):
        if len(waiting) > 1 or parts:
            waiting += b","
        waiting += _encode(item)
        if len(waiting) >= PART:
            parts.append(bytes(waiting))
            waiting.clear()
    return [*parts, bytes(waiting + b"]")]


async def _each(parts: list[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
