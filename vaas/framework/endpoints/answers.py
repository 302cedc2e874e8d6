"""Answers: what a handler returned, onto the exchange. The plain cases need no object and no await.

What is awaitable is awaited first, whatever the handler looks like: it may be a plain wrapper of an async one.
Streams go on in ``framework/http/stream.py``, files in ``framework/http/files.py``. Used by ``http_handler.py``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from msgspec import Raw

from vaas.core.service import Exchange
from vaas.framework.authoring.response import Response, is_untouched, raw_headers
from vaas.framework.http.files import FileBody, send_file
from vaas.framework.http.headers import BadHead, Headers, common_head, head
from vaas.framework.http.json_out import to_json
from vaas.framework.http.stream import BYTES, TEXT, is_awaitable, is_stream, send_stream

JSON = "application/json"
_BODILESS = (204, 304)
_JSON_OK = common_head(200, JSON)

Work = Coroutine[Any, Any, None]


class Unanswerable(Exception):
    """What a handler returned cannot be sent; the text completes the sentence "the handler …"."""


def answer(exchange: Exchange, value: Any, res: Response | None, open_file: Callable[..., Any]) -> Work | None:
    """Replies now, or returns what will. Raises ``Unanswerable``; nothing has been sent then."""
    kind = type(value)
    if (kind is dict or kind is list) and (res is None or is_untouched(res)):
        exchange.reply(_JSON_OK, json_of(value))
        return None
    if is_awaitable(kind):
        return _answer_awaited(exchange, value, res, open_file)
    if isinstance(value, Response):
        return _respond(exchange, value.body, value, open_file)
    if value is None and res is not None:
        value = res.body
    return _respond(exchange, value, res or Response(), open_file)


async def _answer_awaited(
    exchange: Exchange, value: Awaitable[Any], res: Response | None, open_file: Callable[..., Any]
) -> None:
    work = answer(exchange, await value, res, open_file)
    if work is not None:
        await work


def _respond(exchange: Exchange, body: Any, response: Response, open_file: Callable[..., Any]) -> Work | None:
    if isinstance(body, FileBody):
        return send_file(exchange, body, partial(_head, response), open_file)
    if is_stream(body):
        return send_stream(exchange, body, partial(_head, response, 200), response.media_type)
    data, media_type = rendered(body)
    status = response.status or (204 if body is None else 200)
    if status in _BODILESS:
        data, media_type = b"", ""
    exchange.reply(_head(response, status, response.media_type or media_type), data)
    return None


def rendered(body: Any) -> tuple[bytes, str]:
    """Bytes and their media type."""
    if body is None:
        return b"", ""
    if isinstance(body, str):
        return text_of(body), TEXT
    if isinstance(body, bytes | bytearray | memoryview):
        return bytes(body), BYTES
    return json_of(body), JSON


def json_of(value: Any) -> bytes:
    try:
        return to_json(value)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        kind = type(value).__qualname__
        raise Unanswerable(f"returned a value of type {kind} that cannot become JSON: {error}") from error


def text_of(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise Unanswerable(f"returned text that is not Unicode: {error}") from error


def _head(response: Response, status: int, media_type: str, *more: tuple[bytes, bytes]) -> Raw:
    """``response``'s own headers come first, and its status before 200 (not before a file's 206, or a 304)."""
    own = raw_headers(response)
    status = response.status if response.status and status == 200 else status
    try:
        if not own and not more:
            return common_head(status, media_type)
        return head(status, _with_type([*own, *more], media_type))
    except (BadHead, UnicodeEncodeError, TypeError) as error:
        raise Unanswerable(f"answers with {error}") from error


def _with_type(headers: Headers, media_type: str) -> Headers:
    if not media_type or any(name == b"content-type" for name, _ in headers):
        return headers
    return [(b"content-type", media_type.encode("latin-1")), *headers]
