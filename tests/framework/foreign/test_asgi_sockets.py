"""One websocket of an ASGI application: what it is told and what becomes of what it says, in whichever order."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from vaas.core.service import CallerGone
from vaas.framework.foreign.asgi_sockets import Socket
from vaas.framework.http.wire_heads import HttpHead, WsClose, decode_ws_close, decode_ws_reply, encode
from vaas.framework.testing.calls import MemoryExchange

LIMIT = 10
ACCEPT = {"type": "websocket.accept"}


def opened() -> tuple[Socket, MemoryExchange]:
    exchange = MemoryExchange("ws", HttpHead("GET", "/", b"", []))
    return Socket(exchange, LIMIT), exchange


def say(socket: Socket, *messages: dict[str, Any]) -> None:
    async def run() -> None:
        for message in messages:
            await socket.send(message)

    asyncio.run(run())


def hear(socket: Socket, times: int = 1) -> list[Any]:
    async def run() -> list[Any]:
        return [await socket.receive() for _ in range(times)]

    return asyncio.run(run())


def status(exchange: MemoryExchange) -> int:
    assert exchange.head is not None
    return decode_ws_reply(exchange.head).status


def test_it_hears_of_the_connection_first_and_then_each_message_as_what_it_is() -> None:
    socket, exchange = opened()
    exchange.inbox.put_nowait(("é".encode(), True))
    exchange.inbox.put_nowait((b"\xff", False))
    assert hear(socket, 3) == [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": "é"},
        {"type": "websocket.receive", "bytes": b"\xff"},
    ]
    assert not socket.gone


def test_the_client_s_farewell_is_heard_with_its_code() -> None:
    socket, exchange = opened()
    exchange.last = encode(WsClose(4001, "bye"))
    exchange.inbox.put_nowait(None)
    assert hear(socket, 2)[1] == {"type": "websocket.disconnect", "code": 4001, "reason": "bye"}
    assert socket.gone


def test_a_client_that_is_gone_is_heard_of_as_one_that_has_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def gone(*_: object, **__: object) -> Any:
        raise CallerGone

    socket, exchange = opened()
    monkeypatch.setattr(exchange, "receive", gone)
    assert hear(socket, 2)[1]["type"] == "websocket.disconnect"
    assert socket.gone


def test_after_its_own_close_it_hears_nothing_more_of_the_client() -> None:
    socket, exchange = opened()
    exchange.inbox.put_nowait((b"late", False))
    hear(socket)
    say(socket, ACCEPT, {"type": "websocket.close", "code": 4000, "reason": "enough"})
    assert decode_ws_close(exchange.last) == WsClose(4000, "enough")
    assert hear(socket)[0]["type"] == "websocket.disconnect"


def test_a_close_before_it_accepts_is_a_refusal_and_what_follows_changes_nothing() -> None:
    socket, exchange = opened()
    start = {"type": "websocket.http.response.start", "status": 401, "headers": []}
    body = {"type": "websocket.http.response.body", "body": b"late"}
    say(socket, {"type": "websocket.close"}, {"type": "websocket.close"}, start, body)
    socket.give_up(1000)
    assert (status(exchange), exchange.body) == (403, b"")


def test_a_refusal_of_its_own_is_sent_when_it_has_its_body() -> None:
    socket, exchange = opened()
    say(socket, {"type": "websocket.http.response.start", "status": 401, "headers": [(b"x-why", b"no")]})
    assert exchange.head is None
    say(socket, {"type": "websocket.http.response.body", "body": b"no"})
    assert (status(exchange), exchange.body) == (401, b"no")


def test_it_is_accepted_once() -> None:
    socket, exchange = opened()
    say(socket, {**ACCEPT, "subprotocol": "v1"}, {**ACCEPT, "subprotocol": "v2"})
    assert exchange.head is not None
    assert decode_ws_reply(exchange.head).subprotocol == "v1"


def test_what_it_sends_is_text_or_bytes_and_no_larger_than_the_limit() -> None:
    socket, exchange = opened()
    say(socket, ACCEPT, {"type": "websocket.send", "text": "é"}, {"type": "websocket.send", "bytes": bytes(LIMIT)})
    assert [exchange.outbox.get_nowait() for _ in range(2)] == [("é".encode(), True), (bytes(LIMIT), False)]
    with pytest.raises(Exception, match="10"):
        say(socket, {"type": "websocket.send", "bytes": bytes(LIMIT + 1)})
    assert decode_ws_close(exchange.last).code == 1009


def test_what_it_sends_to_one_who_has_gone_tells_it_so() -> None:
    socket, exchange = opened()
    say(socket, ACCEPT)
    exchange.gone = True
    with pytest.raises(CallerGone):
        say(socket, {"type": "websocket.send", "text": "x"})
    assert socket.gone


@pytest.mark.parametrize(("code", "answered"), [(1000, 403), (1011, 500)])
def test_an_application_that_ends_before_it_accepts_has_refused_or_failed(code: int, answered: int) -> None:
    socket, exchange = opened()
    socket.give_up(code)
    assert status(exchange) == answered


def test_an_application_that_ends_after_it_accepted_closes_with_its_code() -> None:
    socket, exchange = opened()
    say(socket, ACCEPT)
    socket.give_up(1011)
    socket.give_up(1000)
    assert decode_ws_close(exchange.last).code == 1011
