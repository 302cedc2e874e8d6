"""A request's body: whole and bounded, or part by part. Used by ``framework/endpoints/http_handler.py`` and
``framework/authoring/request.py``."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from vaas.core.limits.words import limit_words
from vaas.core.service import Exchange
from vaas.framework.http.problems import HTTPError


def too_large(limit: int) -> HTTPError:
    detail = f"The request body is larger than {limit_words('body', limit)}."
    return HTTPError(413, detail, members={"code": "body-too-large", "limit": limit})


async def parts_of(exchange: Exchange) -> AsyncGenerator[bytes, None]:
    """What has come with the call, then what follows, as it arrives. Raises ``CallerGone``."""
    if exchange.call.body:
        yield exchange.call.body
    if exchange.call.more:
        while (part := await exchange.receive()) is not None:
            yield part[0]


async def read_whole(exchange: Exchange, limit: int) -> bytes:
    """Raises ``CallerGone``, or ``HTTPError`` 413 for more than ``limit`` bytes."""
    parts = []
    size = 0
    async for part in parts_of(exchange):
        size += len(part)
        if size > limit:
            raise too_large(limit)
        parts.append(part)
    return b"".join(parts)
