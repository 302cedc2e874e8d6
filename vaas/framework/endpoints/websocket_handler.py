"""WebsocketHandler: one websocket endpoint: bind, run, close. What its handler sees is
``framework/authoring/websocket.py``.

Before the websocket is accepted a problem is an HTTP answer; after that only a close code is possible.
"""

from __future__ import annotations

from typing import Any

from msgspec import Raw

from vaas.core.service import CallerGone, Exchange
from vaas.framework.authoring.websocket import WebSocket, WebSocketClosed, is_accepted, is_over
from vaas.framework.endpoints.binding import Plan
from vaas.framework.endpoints.handler import Handler
from vaas.framework.endpoints.inputs import Inputs, LeanHead
from vaas.framework.endpoints.parameters import Signature
from vaas.framework.http.problems import HTTPError, render
from vaas.framework.http.stream import awaited
from vaas.framework.http.wire_heads import WsClose, WsReply, encode

FAILED = 1011
"""The close code for an unexpected condition (RFC 6455, 7.4.1)."""


class WebsocketHandler(Handler):
    __slots__ = ("_plan",)

    def _prepare(self, signature: Signature) -> None:
        self._plan = Plan(signature, self._runtime.body_limit)

    async def run(self, exchange: Exchange, lean: LeanHead, path: dict[str, Any]) -> None:
        inputs = Inputs(exchange, lean, path)
        ws = inputs.ws = WebSocket(exchange, path, self._runtime.message_limit)
        try:
            await awaited(self._plan.call(self._method, inputs))
        except Exception as error:
            if not (is_over(ws) and isinstance(error, WebSocketClosed | CallerGone)):  # else it is another websocket's
                self._refuse(exchange, ws, error)
        await ws.close()

    def _refuse(self, exchange: Exchange, ws: WebSocket, error: Exception) -> None:
        answer = self._problem(error)
        if is_over(ws):
            return
        if is_accepted(ws):
            exchange.finish(encode(WsClose(FAILED, "")))
        else:
            refuse_websocket(exchange, answer)


def refuse_websocket(exchange: Exchange, error: HTTPError) -> None:
    """Answers the request for a websocket with a problem."""
    problem = render(error, exchange.call.trace)
    exchange.reply(Raw(encode(WsReply(problem.status, headers=problem.headers))), problem.body)
