"""An exchange over an ASGI server's ``receive`` and ``send``: what becomes of it when its caller goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

import vaas
from vaas.core.service import CallerGone
from vaas.framework.http.headers import head
from vaas.framework.serving.asgi_exchange import HttpExchange

SCOPE = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}


class Server:
    """The server's side of one request: what it says, one after the other, and what it was sent."""

    def __init__(self, *says: dict[str, Any], breaks_at: int = 100) -> None:
        """``breaks_at``: the message that it cannot send any more."""
        self.sent: list[dict[str, Any]] = []
        self.leaves = asyncio.Event()
        self._says = list(says)
        self._breaks_at = breaks_at

    async def receive(self) -> dict[str, Any]:
        if self._says:
            return self._says.pop(0)
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if len(self.sent) >= self._breaks_at:
            raise OSError("the client has gone")
        self.sent.append(message)

    async def opened(self) -> HttpExchange:
        return await HttpExchange.of(SCOPE, self.receive, self.send)


def part(body: bytes, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_the_caller_s_going_ends_the_wait_for_it_and_is_known_from_then_on() -> None:
    async def play() -> None:
        server = Server(part(b"a", more=False))
        exchange = await server.opened()
        waiting = asyncio.create_task(exchange.over())
        await asyncio.sleep(0)
        assert (exchange.is_over, waiting.done()) == (False, False)
        server.leaves.set()
        await waiting
        assert exchange.is_over
        await exchange.complete()

    asyncio.run(play())


def test_a_body_that_breaks_off_is_no_whole_one() -> None:
    async def play() -> None:
        server = Server(part(b"a"), part(b"b"))
        exchange = await server.opened()
        assert await exchange.receive() == (b"b", False)
        server.leaves.set()
        with pytest.raises(CallerGone):
            await exchange.receive()
        await exchange.complete()

    asyncio.run(play())


def test_nothing_is_sent_to_a_caller_that_has_gone() -> None:
    async def play() -> None:
        server = Server(part(b"", more=False), breaks_at=2)
        exchange = await server.opened()
        exchange.reply(head(200, []), b"first", more=True)
        for _ in range(2):
            with pytest.raises(CallerGone):
                await exchange.send(b"second")
        await exchange.complete()
        assert [message.get("body") for message in server.sent] == [None, b"first"]

    asyncio.run(play())


def test_what_has_begun_no_answer_sends_no_part_of_one() -> None:
    async def play() -> None:
        exchange = await Server(part(b"", more=False)).opened()
        with pytest.raises(CallerGone):
            await exchange.send(b"x")

    asyncio.run(play())


@vaas.app
class Talks:
    def __init__(self) -> None:
        self.heard: list[str] = []

    @vaas.websocket("/talks")
    async def talks(self, ws: vaas.WebSocket) -> None:
        await ws.send("first")
        assert await ws.receive() == "go"
        try:
            while True:
                await ws.send("more")
                await asyncio.sleep(0)
        except vaas.WebSocket.Closed as closed:
            self.heard.append(f"closed {closed.code}")

    @vaas.websocket("/no")
    async def no(self, ws: vaas.WebSocket) -> None:
        raise vaas.HTTPError(403, "members only")


def socket(app: Any, path: str, says: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    async def play() -> list[dict[str, Any]]:
        server = Server({"type": "websocket.connect"}, *says())
        scope = {"type": "websocket", "path": path, "query_string": b"", "headers": [], "subprotocols": []}
        await vaas.asgi(app)(scope, server.receive, server.send)
        return server.sent

    return asyncio.run(play())


def test_a_websocket_that_only_sends_learns_that_its_client_has_left() -> None:
    app = Talks()
    sent = socket(
        app,
        "/talks",
        lambda: [{"type": "websocket.receive", "text": "go"}, {"type": "websocket.disconnect", "code": 1001}],
    )
    assert app.heard == ["closed 1001"]
    assert [it["type"] for it in sent][:2] == ["websocket.accept", "websocket.send"]
    assert sent[-1]["type"] == "websocket.send"


def test_a_websocket_is_refused_by_a_close_where_the_server_can_send_no_answer() -> None:
    sent = socket(Talks, "/no", list)
    assert sent == [{"type": "websocket.close", "code": 1000, "reason": ""}]
