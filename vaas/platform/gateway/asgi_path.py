"""The gateway's general way, as an ASGI application under uvicorn: large and streamed bodies, websockets, and a
release picked by header. The ordinary way is ``protocol.py`` and ``fast_path.py``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple, cast

import msgspec

from vaas.core.errors import VaasError
from vaas.core.pool.pool import Pool
from vaas.core.wire.messages import CHUNK, Data, Reply
from vaas.framework.http.wire_heads import HttpHead, WsClose, decode_ws_close, decode_ws_reply, encode
from vaas.platform.gateway.find import Target, find
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.gateway.pick import pick
from vaas.platform.gateway.resolve import handler_of, too_large
from vaas.platform.gateway.responses import Refusal, refusal_of, refuse, render_general
from vaas.platform.gateway.streams import MessageCall, StreamedCall

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

RELEASE_HEADER = b"x-vaas-release"
TOKEN_HEADER = b"x-vaas-token"
RESTARTING = 1012
"""The websocket close code for a server that goes away and may be asked again (IANA registry, RFC 6455)."""


class Aim(NamedTuple):
    pool: Pool
    head: HttpHead
    trace: str
    extra: Headers
    """The gateway's own headers for the answer."""


class BodyTooLarge(Exception):
    """The client has sent more than the app's limit."""


class General:
    def __init__(self, node: GatewayNode) -> None:
        self._node = node

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        trace = self._node.next_trace()
        aim = await self._aim(scope, trace)
        if scope["type"] == "websocket":
            await self._websocket(aim, receive, send)
        elif isinstance(aim, Refusal):
            await send_refusal(send, aim, trace)
        else:
            await self._http(aim, receive, send)

    # --- which pool

    async def _aim(self, scope: Scope, trace: str) -> Aim | Refusal:
        headers: Headers = scope["headers"]
        host = next((value for name, value in headers if name == b"host"), b"")
        target = find(self._node.routing, host.decode("latin-1"), scope["path"])
        if target is None:
            return self._node.unknown(scope["path"], trace)
        pool, extra = await self._pool(target, headers)
        if isinstance(pool, str):
            return refuse(403, "release-not-allowed", pool, trace)
        if pool is None:
            return self._node.without_release(target.route, trace)
        head = HttpHead(
            scope.get("method", "GET"),
            target.path,
            scope["query_string"],
            [header for header in headers if not is_ours(*header)],
            target.root_path,
            scope["scheme"],
            scope["client"],
            scope["server"],
        )
        return Aim(pool, head, trace, [(b"x-request-id", trace.encode()), *extra])

    async def _pool(self, target: Target, headers: Headers) -> tuple[Pool | str | None, Headers]:
        """The pool to ask, or why not, and headers for the answer."""
        wanted = next((value.decode("latin-1") for name, value in headers if name == RELEASE_HEADER), "")
        if wanted:
            return await self._picked_release(target, wanted, headers), []
        chosen = pick(target.route, headers)
        extra = [(b"set-cookie", chosen.set_cookie)] if chosen.set_cookie else []
        return cast("Pool | None", chosen.pool), extra

    async def _picked_release(self, target: Target, wanted: str, headers: Headers) -> Pool | str | None:
        token = token_in(headers)
        if not token or not await self._node.may_use(token, target.route.name):
            return "X-Vaas-Release needs a token of this app, in X-Vaas-Token or as Authorization: Bearer."
        number = wanted.removeprefix("v")
        return cast("Pool | None", target.route.pools.get(int(number)) if number.isdigit() else None)

    # --- requests

    async def _http(self, aim: Aim, receive: Receive, send: Send) -> None:
        pending = StreamedCall("http", encode(aim.head), aim.trace)
        pending.handler = handler_of(aim.pool, aim.head)
        aim.pool.submit(pending)
        upload = asyncio.create_task(self._upload(pending, receive, aim.pool.spec.policy.limits.body))
        sent = Sent(send, aim)
        try:
            await self._download(pending, upload, sent)
        except BodyTooLarge:
            await sent.refuse(too_large(aim.pool.spec.policy.limits.body, aim.trace))
        except VaasError as error:
            await sent.refuse(refusal_of(error, aim.trace, self._node.debug))
        finally:
            upload.cancel()
            pending.abandon("client gone")

    async def _upload(self, pending: StreamedCall, receive: Receive, limit: int) -> None:
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
            await feed_chunks(pending, body, end=not more)
        while (await receive())["type"] != "http.disconnect":
            pass

    async def _download(self, pending: StreamedCall, upload: asyncio.Task[None], sent: Sent) -> None:
        """The answer to the client. Ends early, quietly, when the client has gone."""
        while not sent.complete:
            arriving = asyncio.ensure_future(pending.next())
            await asyncio.wait([arriving, upload], return_when=asyncio.FIRST_COMPLETED)
            if not arriving.done():
                arriving.cancel()
                upload.result()  # raises BodyTooLarge; else the client has gone
                return
            part = arriving.result()
            await sent.pass_on(part)
            pending.consumed(len(part.body if isinstance(part, Reply) else part.data))

    # --- websockets

    async def _websocket(self, aim: Aim | Refusal, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        if isinstance(aim, Refusal):
            await refuse_websocket(send, aim.status, aim.headers, aim.body)
            return
        pending = MessageCall("ws", encode(aim.head), aim.trace)
        aim.pool.submit(pending)
        try:
            await self._converse(pending, receive, send)
        except VaasError as error:
            refusal = refusal_of(error, aim.trace, self._node.debug)
            await refuse_websocket(send, *refusal)
        finally:
            pending.abandon("client gone")

    async def _converse(self, pending: StreamedCall, receive: Receive, send: Send) -> None:
        first = await pending.next()
        assert isinstance(first, Reply)
        reply = decode_ws_reply(first.head)
        if reply.status != 101:
            await refuse_websocket(send, reply.status, reply.headers, first.body)
            return
        await send({"type": "websocket.accept", "subprotocol": reply.subprotocol or None, "headers": reply.headers})
        upload = asyncio.create_task(self._listen(pending, receive))
        try:
            await self._speak(pending, upload, send)
        except VaasError:
            await close_websocket(send, WsClose(RESTARTING, "the app's process ended"))
        finally:
            upload.cancel()

    async def _listen(self, pending: StreamedCall, receive: Receive) -> None:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                close = WsClose(message.get("code", 1005), message.get("reason") or "")
                pending.send(encode(close), end=True)
                return
            text = message.get("text")
            data = message["bytes"] if text is None else text.encode()
            await pending.feed(data, text=text is not None)

    async def _speak(self, pending: StreamedCall, upload: asyncio.Task[None], send: Send) -> None:
        while True:
            part = await pending.next()
            assert isinstance(part, Data)
            if part.end:
                if not upload.done():
                    await close_websocket(send, close_of(part.data))
                return
            if not upload.done():
                field = {"text": part.data.decode()} if part.text else {"bytes": part.data}
                await send({"type": "websocket.send", **field})
            pending.consumed(len(part.data))


class Sent:
    """What has been sent of one HTTP answer; what is said next depends on it."""

    def __init__(self, send: Send, aim: Aim) -> None:
        self.complete = False
        self._started = False
        self._send = send
        self._aim = aim

    async def pass_on(self, part: Reply | Data) -> None:
        if isinstance(part, Reply):
            await self._start(part)
            body, self.complete = part.body, not part.more
        else:
            body, self.complete = part.data, part.end
        await self._send({"type": "http.response.body", "body": body, "more_body": not self.complete})

    async def _start(self, reply: Reply) -> None:
        status, headers = render_general(reply)
        self._started = True
        await self._send({"type": "http.response.start", "status": status, "headers": headers + self._aim.extra})

    async def refuse(self, refusal: Refusal) -> None:
        """Says why there is no answer, or cuts the connection if half of one has been sent."""
        if self._started:
            raise ConnectionAbortedError(refusal.body.decode())
        self.complete = True
        headers = [*refusal.headers, (b"connection", b"close")]
        await send_refusal(self._send, Refusal(refusal.status, headers, refusal.body), self._aim.trace)


async def feed_chunks(pending: StreamedCall, data: bytes, *, end: bool) -> None:
    for start in range(0, len(data), CHUNK):
        await pending.feed(data[start : start + CHUNK])
    if end:
        await pending.feed(b"", end=True)


async def send_refusal(send: Send, refusal: Refusal, trace: str) -> None:
    length = (b"content-length", str(len(refusal.body)).encode())
    headers = [*refusal.headers, length, (b"x-request-id", trace.encode())]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": refusal.body})


async def refuse_websocket(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})


async def close_websocket(send: Send, close: WsClose) -> None:
    with contextlib.suppress(RuntimeError):  # the client has closed at the same moment
        await send({"type": "websocket.close", "code": close.code, "reason": close.reason})


def close_of(data: bytes) -> WsClose:
    try:
        return decode_ws_close(data) if data else WsClose()
    except msgspec.MsgspecError:
        return WsClose(1011, "")


def token_in(headers: Headers) -> str:
    for name, value in headers:
        if name == TOKEN_HEADER:
            return value.decode("latin-1")
    bearer = next((value for name, value in headers if name == b"authorization"), b"")
    return bearer.removeprefix(b"Bearer ").decode("latin-1") if bearer.startswith(b"Bearer vaas_") else ""


def is_ours(name: bytes, value: bytes) -> bool:
    """Headers for the platform, which no app gets to see."""
    return name in (RELEASE_HEADER, TOKEN_HEADER) or (name == b"authorization" and value.startswith(b"Bearer vaas_"))
