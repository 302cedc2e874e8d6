"""Streams: what a generator yields, sent as it is produced, and no faster than the caller takes it.

A plain generator runs in the worker's thread, outside its event loop, one step at a time; between two steps others
have their turn. Whatever ends the stream, the generator is closed. Used by ``framework/endpoints/answers.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable
from contextlib import aclosing
from typing import Any

from msgspec import Raw

from vaas.core.outside_loop import outside_loop
from vaas.core.service import CallerGone, Exchange
from vaas.framework.http.json_out import to_json

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
LINES = "application/x-ndjson"
_END: Any = object()


class Cut(Exception):
    """A stream broke after its head was sent; the cause says why."""


def is_stream(value: object) -> bool:
    """Whether it is an iterator, async or not, and no value of its own."""
    return hasattr(value, "__anext__") or hasattr(value, "__next__") or hasattr(value, "__aiter__")


def is_awaitable(kind: type) -> bool:
    """Whether values of this type are to be awaited: coroutines, tasks, futures, and what a library makes like them."""
    return hasattr(kind, "__await__")


async def awaited(value: Any) -> Any:
    """The value, or what comes of awaiting it."""
    while is_awaitable(type(value)):
        value = await value
    return value


async def each(items: AsyncIterable[Any] | Iterable[Any]) -> AsyncGenerator[Any, None]:
    """The items of either kind of iterator, awaited if they can be; closes it in the end."""
    try:
        if isinstance(items, AsyncIterable):
            async for item in items:
                yield await awaited(item) if is_awaitable(type(item)) else item
        else:
            steps = outside_loop(iter, items)
            while (item := outside_loop(next, steps, _END)) is not _END:
                yield await awaited(item) if is_awaitable(type(item)) else item
                await asyncio.sleep(0)
    finally:
        await _close(items)


async def _close(items: Any) -> None:
    if hasattr(items, "aclose"):
        await items.aclose()
    elif hasattr(items, "close"):
        outside_loop(items.close)


async def send_stream(exchange: Exchange, items: Any, head_for: Callable[[str], Raw], media_type: str | None) -> None:
    """Sends the head and then each item: bytes, text, or a value as a line of JSON.

    ``head_for`` makes the head for a media type. Without one the first item decides, so that an exception before it
    is still an error with a status. Raises ``CallerGone``, ``Cut``, or (before the head) what the generator raises.
    """
    async with aclosing(each(items)) as parts:
        if media_type is None:
            try:
                first = await anext(parts)
            except StopAsyncIteration:
                exchange.reply(head_for(TEXT), b"")
                return
            exchange.reply(head_for(_media_type_of(first)), more=True)
            await _send_rest(exchange, parts, first)
        else:
            exchange.reply(head_for(media_type), more=True)
            await _send_rest(exchange, parts)


async def _send_rest(exchange: Exchange, parts: AsyncGenerator[Any, None], *first: Any) -> None:
    try:
        for item in first:
            await exchange.send(_part(item))
        async for item in parts:
            await exchange.send(_part(item))
    except CallerGone:
        raise
    except Exception as error:
        raise Cut from error
    exchange.finish()


def _media_type_of(item: object) -> str:
    if isinstance(item, str):
        return TEXT
    return BYTES if isinstance(item, bytes | bytearray | memoryview) else LINES


def _part(item: Any) -> bytes:
    if isinstance(item, str):
        return item.encode()
    if isinstance(item, bytes | bytearray | memoryview):
        return bytes(item)
    return to_json(item) + b"\n"
