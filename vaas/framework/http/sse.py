"""Server-sent events (SSE): items to the text/event-stream format of the HTML standard (9.2)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from typing import Any

from vaas.framework.http.json_out import to_json
from vaas.framework.http.stream import each

MEDIA_TYPE = "text/event-stream"
FIELDS = ("event", "id", "retry", "comment")


async def encode_events(items: AsyncIterable[Any] | Iterable[Any]) -> AsyncGenerator[bytes, None]:
    """Text is an event's data; a dict with ``data`` and nothing but fields of an event is that event; everything else
    is data as JSON."""
    async for item in each(items):
        yield encode_event(item)


def encode_event(item: Any) -> bytes:
    """One event; raises ``ValueError`` for a line break in a field, which would begin another one."""
    if isinstance(item, dict) and "data" in item and item.keys() <= {"data", *FIELDS}:
        lines = [_field(name, item[name]) for name in FIELDS if item.get(name) is not None]
        return "".join([*lines, _data(item["data"])]).encode()
    return _data(item).encode()


def _field(name: str, value: object) -> str:
    text = str(value)
    if "\n" in text or "\r" in text or "\0" in text:
        raise ValueError(f"the field {name!r} of an event may have one line only")
    return f": {text}\n" if name == "comment" else f"{name}: {text}\n"


def _data(value: Any) -> str:
    text = value if isinstance(value, str) else to_json(value).decode()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "".join(f"data: {line}\n" for line in lines) + "\n"
