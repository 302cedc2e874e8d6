"""An ASGI application behind an exchange: scope, receive and send of the ASGI specification 3, over the wire.

A whole answer leaves in one frame. Opened by ``entries.py``; the other way round is ``framework/serving/asgi.py``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any
from urllib.parse import quote

from msgspec import Raw

from vaas.core.service import CallerGone, Exchange
from vaas.framework.authoring.request import IN_PATH
from vaas.framework.endpoints.http_handler import refuse
from vaas.framework.endpoints.rpc_handler import refuse_rpc
from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.foreign.asgi_sockets import serve_websocket
from vaas.framework.foreign.hang_up import stems_from_a_hang_up
from vaas.framework.foreign.lifespan import Lifespan
from vaas.framework.http.headers import BadHead, Headers, head
from vaas.framework.http.problems import HTTPError
from vaas.framework.http.wire_heads import AppInfo, HttpHead, decode_http_head, encode

Message = MutableMapping[str, Any]
AsgiApp = Callable[[Any, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]

VERSIONS = {"version": "3.0", "spec_version": "2.4"}


class AsgiService:
    """A ``Service`` (``core/service.py``)."""

    blocks = False
    usual_workers = 1
    """What such an app keeps in memory (a chat room, a cache) is there for all its requests, as under uvicorn."""

    def __init__(self, app: AsgiApp, runtime: Runtime) -> None:
        self._app = app
        self._runtime = runtime
        self._lifespan = Lifespan(app, runtime)

    @property
    def info(self) -> Raw:
        return Raw(encode(AppInfo(kind="asgi")))

    async def start(self) -> None:
        await self._lifespan.start()

    async def stop(self) -> None:
        await self._lifespan.stop()

    def handle(self, exchange: Exchange) -> Coroutine[Any, Any, None] | None:
        kind = exchange.call.kind
        if kind == "http":
            return self._serve(exchange)
        if kind == "ws":
            request = decode_http_head(exchange.call.head)
            scope = {**scope_of(request, self._lifespan.state), "type": "websocket"}
            return serve_websocket(self._app, scope, exchange, self._runtime)
        refuse_rpc(exchange, HTTPError(404, "An ASGI application has no RPC methods."))
        return None

    async def _serve(self, exchange: Exchange) -> None:
        conversation = Conversation(exchange)
        scope = scope_of(decode_http_head(exchange.call.head), self._lifespan.state)
        try:
            await self._app(scope, conversation.receive, conversation.send)
            if not conversation.complete:
                raise RuntimeError("the application returned without a complete answer")
        except Exception as error:
            if conversation.gone and stems_from_a_hang_up(error):
                return
            if conversation.complete:
                self._runtime.report(self._runtime.traceback(error))
            else:
                fail(exchange, error, self._runtime, started=conversation.started)


def fail(exchange: Exchange, error: Exception, runtime: Runtime, *, started: bool) -> None:
    """What a foreign application's exception is to its caller."""
    text = runtime.traceback(error)
    runtime.report(text)
    if started:
        exchange.fail("error")
        return
    members: dict[str, Any] = {"code": "handler-failed"}
    if runtime.debug:
        members["traceback"] = text
    refuse(exchange, HTTPError(500, "The app failed; its log has the request id.", members=members))


def scope_of(request: HttpHead, state: dict[str, Any]) -> dict[str, Any]:
    path = request.root_path + request.path
    return {
        "type": "http",
        "asgi": VERSIONS,
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": path,
        "raw_path": request.raw_path or quote(path, safe=IN_PATH).encode(),
        "root_path": request.root_path,
        "query_string": request.query,
        "headers": request.headers,
        "client": request.client,
        "server": request.server,
        "state": dict(state),
    }


class Conversation:
    """``receive`` and ``send`` of one request."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._asked = False
        self._body_done = False
        self._start: tuple[int, Headers] | None = None
        self.gone = False
        """The app has been told that its caller has gone."""
        self.started = False
        """Something has been sent."""
        self.complete = False

    async def receive(self) -> Message:
        if self._body_done:
            await self._exchange.over()
            self.gone = not self.complete
            return {"type": "http.disconnect"}
        if not self._asked:
            self._asked = True
            self._body_done = not self._exchange.call.more
            if self._body_done and not self._exchange.call.body and self._exchange.is_over:
                return await self.receive()  # who asks only whether the client is there, is told that it is not
            return {"type": "http.request", "body": self._exchange.call.body, "more_body": self._exchange.call.more}
        try:
            part = await self._exchange.receive()
        except CallerGone:
            self.gone = True
            return {"type": "http.disconnect"}
        self._body_done = part is None
        return {"type": "http.request", "body": part[0] if part else b"", "more_body": part is not None}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = (message["status"], [(bytes(n), bytes(v)) for n, v in message.get("headers", [])])
        elif message["type"] == "http.response.body" and not self.complete:
            await self._body(message.get("body", b""), message.get("more_body", False))

    async def _body(self, body: bytes, more: bool) -> None:
        if self._start is None:
            raise RuntimeError("http.response.body came before http.response.start")
        if self.started:
            await self._stream(body)
        elif more:
            self.started = True
            self._exchange.reply(self._head(*self._start, keep_length=True), more=True)
            self._exchange.runs_on = True
            await self._stream(body)
        else:
            keep = not body  # the answer to HEAD names the length of what GET would send
            self._exchange.reply(self._head(*self._start, keep_length=keep), bytes(body))
        if not more:
            if self.started:
                self._exchange.finish()
            self.started = self.complete = True

    async def _stream(self, body: bytes) -> None:
        try:
            await self._exchange.send(bytes(body))
        except CallerGone:
            self.gone = True
            raise

    @staticmethod
    def _head(status: int, headers: Headers, *, keep_length: bool) -> Raw:
        """The gateway knows the length of a whole body itself; without it, heads of many answers are the same."""
        kept = [pair for pair in headers if keep_length or pair[0].lower() != b"content-length"]
        try:
            return head(status, kept)
        except BadHead as error:
            raise RuntimeError(f"the application answers with {error}") from None
