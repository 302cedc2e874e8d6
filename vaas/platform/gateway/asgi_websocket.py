"""A websocket by way of ASGI, between the server and its ``MessageCall``: accepted or refused, then messages both ways.

``asgi_path.py`` calls ``converse`` once the call has its pool, and ``refuse_websocket`` if it has none. Two tasks: the
server's own sends what the app says; it starts a second one to receive from the client, and ends it when it ends
itself. How messages become frames: ``streams.py``."""

from __future__ import annotations

import asyncio
import contextlib
from weakref import WeakKeyDictionary

from vaas.core.errors import ProcessFailed, VaasError
from vaas.core.limits.words import limit_words
from vaas.core.pool.pool import Pool
from vaas.core.undecodable import UNDECODABLE
from vaas.core.wire.messages import HUNG_UP, Data, Reply
from vaas.framework.http.headers import BadHead
from vaas.framework.http.websocket_heads import check_reply, cut, may_close
from vaas.framework.http.wire_heads import WsClose, WsReply, decode_ws_close, decode_ws_reply, encode
from vaas.platform.gateway.asgi_types import Headers, Message, Receive, Send
from vaas.platform.gateway.cookie_paths import headers_within, root_of
from vaas.platform.gateway.responses import OURS, refusal_of
from vaas.platform.gateway.streams import Large, MessageCall

TOO_LARGE = 1009
"""The websocket close code for a message that is larger than it may be (RFC 6455, 7.4.1)."""
FAILED = 1011
"""The websocket close code for an unexpected condition (RFC 6455, 7.4.1)."""
RESTARTING = 1012
"""The websocket close code for a server that goes away and may be asked again (IANA registry, RFC 6455)."""


_large: WeakKeyDictionary[Pool, Large] = WeakKeyDictionary()


class InvalidAnswer(ProcessFailed):
    """The app sent an answer that is not valid: {problem}."""


async def converse(call: MessageCall, pool: Pool, receive: Receive, send: Send, *, debug: bool) -> None:
    """Returns when either side has closed or gone; the listening does not outlive it."""
    await receive()  # websocket.connect
    call.handler = ""  # only requests of HTTP occupy a worker
    call.limit = pool.spec.policy.limits.message
    call.large = _large.setdefault(pool, call.large)
    pool.submit(call)
    try:
        await _converse(call, receive, send)
    except VaasError as error:
        refusal = refusal_of(error, call.trace, debug)
        count = call.answered_badly if isinstance(error, InvalidAnswer) else call.told  # the pool has counted others
        count(refusal.status)
        await refuse_websocket(send, *refusal)
    finally:
        call.abandon(HUNG_UP)


async def _converse(call: MessageCall, receive: Receive, send: Send) -> None:
    first = await call.next()
    assert isinstance(first, Reply)
    reply = reply_of(first)
    sent = headers_within(root_of(call.pool, call.head), reply.headers)
    if reply.status != 101:
        headers = [pair for pair in sent if pair[0] not in OURS]
        headers.append((b"x-request-id", call.trace.encode()))
        if reply.status >= 500:
            call.answered_badly(reply.status)
        await refuse_websocket(send, reply.status, headers, first.body)
        return
    headers = [pair for pair in sent if pair[0] != b"date"]
    await send({"type": "websocket.accept", "subprotocol": reply.subprotocol or None, "headers": headers})
    upload = asyncio.create_task(_listen(call, receive, send))
    try:
        await _speak(call, upload, send)
    except VaasError:
        await close_websocket(send, WsClose(RESTARTING, "the app's process ended"))
    finally:
        upload.cancel()


async def _listen(call: MessageCall, receive: Receive, send: Send) -> None:
    """The client's messages to the worker, and its farewell."""
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            close = WsClose(message.get("code", 1005), message.get("reason") or "")
            call.send(encode(close), end=True)
            return
        text = message.get("text")
        data = message["bytes"] if text is None else text.encode()
        if len(data) > call.limit:
            close = WsClose(TOO_LARGE, f"larger than {limit_words('message', call.limit)}")
            call.send(encode(close), end=True)
            await close_websocket(send, close)
            return
        await call.feed_message(data, text=text is not None)


async def _speak(call: MessageCall, upload: asyncio.Task[None], send: Send) -> None:
    while True:
        message = await call.next_message()
        if message.end:
            if not upload.done():
                await close_websocket(send, close_of(message.data))
            return
        if not upload.done():
            with contextlib.suppress(OSError):  # the client has just gone: ``_listen`` hears of it, too
                await send(sent_as(message))
        call.passed_on()


async def refuse_websocket(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})


async def close_websocket(send: Send, close: WsClose) -> None:
    with contextlib.suppress(RuntimeError, OSError):  # the client has closed at the same moment
        await send({"type": "websocket.close", "code": close.code, "reason": close.reason})


def sent_as(message: Data) -> Message:
    """For the server. Text that is none comes only from a host that has been taken over; it does no harm here."""
    if message.text:
        return {"type": "websocket.send", "text": message.data.decode(errors="replace")}
    return {"type": "websocket.send", "bytes": message.data}


def close_of(data: bytes) -> WsClose:
    """What a host says at the end, if that may be sent on."""
    try:
        close = decode_ws_close(data) if data else WsClose()
    except UNDECODABLE:
        return WsClose(FAILED, "")
    return WsClose(close.code, cut(close.reason)) if may_close(close.code) else WsClose(FAILED, "")


def reply_of(first: Reply) -> WsReply:
    """What a host answers a websocket's request with. Raises ``InvalidAnswer``."""
    try:
        reply = decode_ws_reply(first.head)
        check_reply(reply)
    except (*UNDECODABLE, BadHead) as error:
        raise InvalidAnswer(problem=str(error)) from None
    return reply
