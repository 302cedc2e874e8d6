"""Request lines: a connection and an application that tell of every request how it was answered. For ``vaas dev``.

Beside the ordinary classes and not in them, so that a node that tells nobody pays nothing. Chosen by
``platform/node/servers.py``; ordinary requests in ``protocol.py``, all others in ``asgi_path.py``."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, NamedTuple

from vaas.platform.gateway.asgi_path import AsgiPath
from vaas.platform.gateway.asgi_types import Message, Receive, Scope, Send
from vaas.platform.gateway.fast_path import FastRequest
from vaas.platform.gateway.protocol import GatewayProtocol

SWITCHING = 101
"""The status of a websocket that was accepted."""


class RequestLine(NamedTuple):
    method: str
    """``WS`` for a websocket; empty for what could not be understood."""
    target: str
    """As it was sent, less what a token of the platform said."""
    status: int
    """0: the client has left before there was an answer."""
    seconds: float
    """From its head to the end of its answer."""
    request: str
    """Its id, as in the app's log."""


Tell = Callable[[RequestLine], None]


class TellingProtocol(GatewayProtocol):
    def __init__(self, *args: Any, tell: Tell, **named: Any) -> None:
        super().__init__(*args, **named)
        self._tell = tell
        self._asked: dict[FastRequest, tuple[str, str, float]] = {}
        """Method, target and time of each ordinary request that is not answered yet."""

    def _read_head(self) -> FastRequest:
        request = super()._read_head()
        method, target = self.parser.get_method().decode("ascii"), self.url.decode("latin-1")
        self._asked[request] = method, target, monotonic()
        return request

    def on_request_complete(self, request: FastRequest) -> None:
        self._end(request, request.status)
        super().on_request_complete(request)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        for request in list(self._asked):
            self._end(request, 0)

    def _end(self, request: FastRequest, status: int) -> None:
        method, target, began = self._asked.pop(request, ("", "", monotonic()))
        self._tell(RequestLine(method, target, status, monotonic() - began, request.trace))


class TellingPath:
    """The application around ``AsgiPath``. A websocket is told of when it is accepted, or refused."""

    def __init__(self, path: AsgiPath, tell: Tell) -> None:
        self._path = path
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = Answer()

        async def look(message: Message) -> None:
            answer.look(message)
            if answer.status == SWITCHING and message["type"] == "websocket.accept":
                self._tell(answer.line(scope))
            await send(message)

        try:
            await self._path(scope, receive, look)
        finally:
            if answer.status != SWITCHING:
                self._tell(answer.line(scope))


class Answer:
    """What has been seen of one."""

    def __init__(self) -> None:
        self.status = 0
        self._request = ""
        self._began = monotonic()

    def look(self, message: Message) -> None:
        if message["type"] == "websocket.accept":
            self.status = SWITCHING
        elif message["type"].endswith("response.start"):
            self.status = message["status"]
            self._request = dict(message["headers"]).get(b"x-request-id", b"").decode()

    def line(self, scope: Scope) -> RequestLine:
        target = scope.get("raw_path") or scope["path"].encode()
        query = scope["query_string"]
        text = (target + b"?" + query if query else target).decode("latin-1")
        return RequestLine(scope.get("method", "WS"), text, self.status, monotonic() - self._began, self._request)
