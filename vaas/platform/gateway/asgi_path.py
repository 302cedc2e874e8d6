"""AsgiPath: the gateway's way for large and streamed bodies, websockets, and a release picked by header, as an ASGI
application under uvicorn. The ordinary way is ``protocol.py`` and ``fast_path.py``.

A request becomes a ``StreamedCall`` (``streams.py``), which ``resolve.py`` gives its pool."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

import msgspec

from vaas.core.errors import ProcessFailed, VaasError
from vaas.core.limits.words import limit_words
from vaas.core.pool.pool import Pool
from vaas.core.wire.messages import CHUNK, HUNG_UP, Data, Reply
from vaas.framework.http.headers import HOP_BY_HOP_OF_REQUESTS, BadHead
from vaas.framework.http.problems import Problem
from vaas.framework.http.websocket_heads import check_reply, cut, may_close
from vaas.framework.http.wire_heads import HttpHead, WsClose, WsReply, decode_ws_close, decode_ws_reply, encode
from vaas.platform.auth.credential import token_in, visible
from vaas.platform.gateway.forwarded import Told, told, with_host
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.gateway.resolve import SAFE, Target, assign, find, header, too_large
from vaas.platform.gateway.responses import OURS, refusal_of, refuse, render_asgi
from vaas.platform.gateway.streams import MessageCall, StreamedCall

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

RELEASE_HEADER = b"x-vaas-release"
NOT_FOR_APPS = HOP_BY_HOP_OF_REQUESTS | {RELEASE_HEADER}
RELEASE_REFUSED = "X-Vaas-Release needs a token of this app, in X-Vaas-Token or as Authorization: Bearer."
RESTARTING = 1012
"""The websocket close code for a server that goes away and may be asked again (IANA registry, RFC 6455)."""


LINGER = 2.0
"""Seconds for which the rest of a refused upload is read, as nginx's lingering_timeout is 5."""
TOO_LARGE = 1009
"""The websocket close code for a message that is larger than it may be (RFC 6455, 7.4.1)."""


FAILED = 1011
"""The websocket close code for an unexpected condition (RFC 6455, 7.4.1)."""


class InvalidAnswer(ProcessFailed):
    """The app sent an answer that is not valid: {problem}."""


class BodyTooLarge(Exception):
    """The client has sent more than the app's limit."""


class AsgiPath:
    def __init__(self, node: GatewayNode) -> None:
        self._node = node

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_websocket = scope["type"] == "websocket"
        trace = self._node.next_trace()
        call: StreamedCall = MessageCall("ws", trace) if is_websocket else StreamedCall("http", trace)
        await self._resolve(scope, call)
        if call.pool is None:
            assert call.refusal is not None
            await self._refuse(call.refusal, call.trace, is_websocket, receive, send)
        elif isinstance(call, MessageCall):
            await self._websocket(call, call.pool, receive, send)
        else:
            await self._http(call, call.pool, receive, send)

    async def _resolve(self, scope: Scope, call: StreamedCall) -> None:
        said = told(scope["headers"], self._node.trusted)
        if said.host is not None:
            scope["headers"] = with_host(scope["headers"], said.host)
        headers: Headers = scope["headers"]
        target = find(self._node.routing, header(headers, b"host"), scope["path"])
        if target is None:
            call.refusal = self._node.unknown(scope["path"], call.trace)
            return
        if not target.path and scope.get("method") in SAFE:
            call.refusal = self._node.with_slash(said.prefix + target.root_path, scope["query_string"], call.trace)
            return
        release = header(headers, RELEASE_HEADER)
        if release and not await self._may_pick(headers, target.route.name):
            call.refusal = refuse(403, "release-not-allowed", RELEASE_REFUSED, call.trace)
            return
        # The route of now, of the app that the token is for: its pools may have been closed during the await.
        route = self._node.routing.by_name.get(target.route.name) if release else target.route
        if route is None:
            call.refusal = self._node.unknown(scope["path"], call.trace)
            return
        assign(self._node, call, route, head_of(scope, target, said), length_of(headers), release)

    async def _may_pick(self, headers: Headers, app: str) -> bool:
        token = token_in(headers)
        return bool(token) and await self._node.may_use(token, app)

    async def _refuse(self, refusal: Problem, trace: str, is_websocket: bool, receive: Receive, send: Send) -> None:
        if is_websocket:
            await receive()  # websocket.connect
            await refuse_websocket(send, *refusal)
        elif refusal.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            await refuse_upload(send, receive, refusal, trace)
        else:
            await send_refusal(send, refusal, trace)

    # --- requests

    async def _http(self, call: StreamedCall, pool: Pool, receive: Receive, send: Send) -> None:
        pool.submit(call)
        limit = pool.spec.policy.limits.body
        upload = asyncio.create_task(self._upload(call, receive, limit))
        sent = Sent(send, call)
        try:
            await self._download(call, upload, sent)
        except BodyTooLarge:
            await sent.refuse(too_large(limit, call.trace), receive)
        except VaasError as error:
            await sent.refuse(refusal_of(error, call.trace, self._node.debug))
        finally:
            upload.cancel()
            call.abandon(HUNG_UP)

    async def _upload(self, call: StreamedCall, receive: Receive, limit: int) -> None:
        """The request's body to the worker, then waits for the client's going away. Raises ``BodyTooLarge``."""
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body, more = message.get("body", b""), message.get("more_body", False)
            size += len(body)
            if size > limit:
                raise BodyTooLarge
            await feed_chunks(call, body, end=not more)
        while (await receive())["type"] != "http.disconnect":
            pass

    async def _download(self, call: StreamedCall, upload: asyncio.Task[None], sent: Sent) -> None:
        """The answer to the client. Ends early, quietly, when the client has gone."""
        while not sent.complete:
            arriving = asyncio.ensure_future(call.next())
            await asyncio.wait([arriving, upload], return_when=asyncio.FIRST_COMPLETED)
            if not arriving.done():
                arriving.cancel()
                upload.result()  # raises BodyTooLarge; else the client has gone
                return
            part = arriving.result()
            await sent.pass_on(part)
            call.consumed(len(part.body if isinstance(part, Reply) else part.data))

    # --- websockets

    async def _websocket(self, call: MessageCall, pool: Pool, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        call.handler = ""  # only requests of HTTP occupy a worker
        call.limit = pool.spec.policy.limits.message
        pool.submit(call)
        try:
            await self._converse(call, receive, send)
        except VaasError as error:
            await refuse_websocket(send, *refusal_of(error, call.trace, self._node.debug))
        finally:
            call.abandon(HUNG_UP)

    async def _converse(self, call: MessageCall, receive: Receive, send: Send) -> None:
        first = await call.next()
        assert isinstance(first, Reply)
        reply = reply_of(first)
        if reply.status != 101:
            headers = [pair for pair in reply.headers if pair[0] not in OURS]
            headers.append((b"x-request-id", call.trace.encode()))
            await refuse_websocket(send, reply.status, headers, first.body)
            return
        headers = [pair for pair in reply.headers if pair[0] != b"date"]
        await send({"type": "websocket.accept", "subprotocol": reply.subprotocol or None, "headers": headers})
        upload = asyncio.create_task(self._listen(call, receive, send))
        try:
            await self._speak(call, upload, send)
        except VaasError:
            await close_websocket(send, WsClose(RESTARTING, "the app's process ended"))
        finally:
            upload.cancel()

    async def _listen(self, call: MessageCall, receive: Receive, send: Send) -> None:
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

    async def _speak(self, call: MessageCall, upload: asyncio.Task[None], send: Send) -> None:
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


class Sent:
    """What has been sent of one HTTP answer; what is said next depends on it."""

    def __init__(self, send: Send, call: StreamedCall) -> None:
        self.complete = False
        self._started = False
        self._send = send
        self._call = call

    async def pass_on(self, part: Reply | Data) -> None:
        if isinstance(part, Reply):
            await self._start(part)
            body, self.complete = part.body, not part.more
        else:
            body, self.complete = part.data, part.end
        await self._send({"type": "http.response.body", "body": body, "more_body": not self.complete})

    async def _start(self, reply: Reply) -> None:
        status, headers = render_asgi(reply)
        headers.append((b"x-request-id", self._call.trace.encode()))
        if self._call.set_cookie:
            headers.append((b"set-cookie", self._call.set_cookie))
        self._started = True
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def refuse(self, refusal: Problem, receive: Receive | None = None) -> None:
        """Says why there is no answer, or aborts the connection if half of one has been sent. ``receive``: of an upload
        that goes on, which is read for a moment."""
        if self._started:
            raise ConnectionAbortedError(refusal.body.decode())
        self.complete = True
        if receive is not None:
            await refuse_upload(self._send, receive, refusal, self._call.trace)
            return
        headers = [*refusal.headers, (b"connection", b"close")]
        await send_refusal(self._send, refusal._replace(headers=headers), self._call.trace)


def head_of(scope: Scope, target: Target, said: Told) -> HttpHead:
    """As the app sees it: without what is for the platform or about this connection."""
    seen = [(name, visible(name, value)) for name, value in scope["headers"] if name not in NOT_FOR_APPS]
    return HttpHead(
        scope.get("method", "GET"),
        target.path or "/",
        scope["query_string"],
        [(name, value) for name, value in seen if value is not None],
        said.prefix + target.root_path,
        scheme_of(scope, said),
        said.client or scope["client"],
        scope["server"],
        scope.get("raw_path") or b"",
    )


def scheme_of(scope: Scope, said: Told) -> str:
    if said.scheme is None:
        return str(scope["scheme"])
    return said.scheme.replace("http", "ws") if scope["type"] == "websocket" else said.scheme


async def feed_chunks(call: StreamedCall, data: bytes, *, end: bool) -> None:
    for start in range(0, len(data), CHUNK):
        await call.feed(data[start : start + CHUNK])
    if end:
        await call.feed(b"", end=True)


def length_of(headers: Headers) -> int:
    """What the client says of its body; 0 if nothing. The parser has seen to it that it is a number."""
    return int(header(headers, b"content-length") or 0)


async def refuse_upload(send: Send, receive: Receive, refusal: Problem, trace: str) -> None:
    """Refuses, and reads on for a moment before it closes: to close on what a client is still sending would reset the
    connection, and the client would see that instead of the reason."""
    headers = [*refusal.headers, (b"connection", b"close")]
    await send_refusal(send, refusal._replace(headers=headers), trace, more=True)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER):
            while (message := await receive())["type"] != "http.disconnect" and message.get("more_body", False):
                pass
    await send({"type": "http.response.body", "body": b""})


async def send_refusal(send: Send, refusal: Problem, trace: str, *, more: bool = False) -> None:
    """``more``: it is ended later."""
    length = (b"content-length", str(len(refusal.body)).encode())
    headers = [*refusal.headers, length, (b"x-request-id", trace.encode())]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": refusal.body, "more_body": more})


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
    except msgspec.MsgspecError:
        return WsClose(FAILED, "")
    return WsClose(close.code, cut(close.reason)) if may_close(close.code) else WsClose(FAILED, "")


def reply_of(first: Reply) -> WsReply:
    """What a host answers a websocket's request with. Raises ``InvalidAnswer``."""
    try:
        reply = decode_ws_reply(first.head)
        check_reply(reply)
    except (msgspec.MsgspecError, BadHead) as error:
        raise InvalidAnswer(problem=str(error)) from None
    return reply
