"""Websockets: accepted by the first message, closed with a code that says why. RPC: a method called by name."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

import vaas
from vaas.core.policy import Limits
from vaas.core.service import CallerGone
from vaas.framework.http.wire_heads import RpcHead, decode_rpc_reply
from vaas.framework.serving.dispatch import Dispatch
from vaas.framework.testing.calls import MemoryExchange
from vaas.testing import Client, Refused, RpcError


@dataclass
class Pair:
    a: int
    b: int = 2


@vaas.app
class App:
    def __init__(self) -> None:
        self.goodbyes: list[tuple[int, str]] = []

    @vaas.websocket("/echo")
    async def echo(self, ws: vaas.WebSocket) -> None:
        async for message in ws:
            await ws.send(message)

    @vaas.websocket("/room/{id}")
    async def room(self, ws: vaas.WebSocket, id: int, name: str = "nobody") -> None:
        await ws.send_json({"room": id, "name": name, "agent": ws.headers["user-agent"]})
        got = await ws.receive_json()
        await ws.close(4000, f"enough of {got['n']}")

    @vaas.websocket("/until")
    async def until(self, ws: vaas.WebSocket) -> None:
        try:
            while True:
                await ws.receive()
        except vaas.WebSocket.Closed as closed:
            self.goodbyes.append((closed.code, closed.reason))

    @vaas.websocket("/careless")
    async def careless(self, ws: vaas.WebSocket) -> None:
        while True:
            await ws.receive()

    @vaas.websocket("/chosen")
    async def chosen(self, ws: vaas.WebSocket) -> None:
        await ws.accept(ws.subprotocols[-1])

    @vaas.websocket("/silent")
    async def silent(self, ws: vaas.WebSocket) -> None:
        return

    @vaas.websocket("/forbidden")
    async def forbidden(self, ws: vaas.WebSocket) -> None:
        raise vaas.HTTPError(403, "members only")

    @vaas.websocket("/boom")
    async def boom(self, ws: vaas.WebSocket) -> None:
        raise ValueError("before")

    @vaas.websocket("/boom-later")
    async def boom_later(self, ws: vaas.WebSocket) -> None:
        await ws.send("hi")
        raise ValueError("after")

    @vaas.websocket("/large")
    async def large(self, ws: vaas.WebSocket) -> None:
        await ws.send("x" * (Limits().message + 1))

    @vaas.rpc
    async def add(self, a: int, b: int = 10) -> int:
        return a + b

    @vaas.rpc
    def total(self, pairs: list[Pair]) -> Pair:
        return Pair(sum(pair.a for pair in pairs), sum(pair.b for pair in pairs))

    @vaas.rpc
    async def nothing(self) -> None:
        await asyncio.sleep(0)

    @vaas.rpc
    def fails(self) -> None:
        raise ValueError("inside")

    @vaas.rpc
    def denied(self) -> None:
        raise vaas.HTTPError(403, "not you")

    @vaas.rpc
    def unsendable(self) -> Any:
        return object()


@pytest.fixture(scope="module")
def client() -> Any:
    with Client(App) as client:
        yield client


def closing(socket: Any) -> tuple[int, str]:
    with pytest.raises(vaas.WebSocket.Closed) as caught:
        socket.receive()
    return caught.value.code, caught.value.reason


def test_text_and_bytes_come_back_as_they_went(client: Client) -> None:
    with client.websocket("/echo") as socket:
        for message in ("héllo", b"\x00\xff", "", b""):
            socket.send(message)
            assert socket.receive() == message


def test_path_query_and_headers_are_bound_as_in_a_request(client: Client) -> None:
    with client.websocket("/room/7?name=ada", headers={"user-agent": "me"}) as socket:
        assert socket.receive_json() == {"room": 7, "name": "ada", "agent": "me"}
        socket.send_json({"n": 3})
        assert closing(socket) == (4000, "enough of 3")


def test_values_that_do_not_fit_refuse_the_websocket(client: Client) -> None:
    with pytest.raises(Refused) as caught:
        client.websocket("/room/seven")
    assert caught.value.status == 422
    assert b'"name":"id"' in caught.value.body


def test_an_unknown_path_refuses_the_websocket(client: Client) -> None:
    with pytest.raises(Refused) as caught:
        client.websocket("/nowhere")
    assert caught.value.status == 404


def test_the_callers_goodbye_reaches_the_handler(client: Client) -> None:
    with client.websocket("/until") as socket:
        socket.send("x")
        socket.close(4001, "tired")
    assert client.app.goodbyes == [(4001, "tired")]


def test_a_handler_that_does_not_care_how_it_ends_ends_quietly(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with client.websocket("/careless") as socket:
        socket.send("x")
    assert caplog.records == []


def test_a_handler_that_returns_closes_with_1000(client: Client) -> None:
    with client.websocket("/chosen", headers={"sec-websocket-protocol": "v1, v2"}) as socket:
        assert socket.subprotocol == "v2"
        assert closing(socket) == (1000, "")


def test_a_handler_that_returns_before_it_accepts_has_refused(client: Client) -> None:
    with pytest.raises(Refused) as caught:
        client.websocket("/silent")
    assert caught.value.status == 403


def test_an_error_before_accepting_is_an_http_answer(client: Client) -> None:
    for path, status in (("/forbidden", 403), ("/boom", 500)):
        with pytest.raises(Refused) as caught:
            client.websocket(path)
        assert caught.value.status == status
        assert caught.value.headers["content-type"] == "application/problem+json"


def test_an_error_after_accepting_closes_with_1011_and_is_logged(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with client.websocket("/boom-later") as socket:
        assert socket.receive() == "hi"
        assert closing(socket) == (1011, "")
    assert "ValueError: after" in caplog.text


def test_a_message_over_the_limit_closes_its_websocket_with_1009_and_names_the_limit(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with client.websocket("/large") as socket:
        assert closing(socket) == (1009, "limits.message = 16MB")
    assert "at most limits.message = 16MB" in caplog.text


# --- RPC


def test_a_method_is_called_with_arguments_by_name(client: Client) -> None:
    assert client.rpc("add", a=1, b=2) == 3
    assert client.rpc("add", a=1) == 11
    assert client.rpc("total", pairs=[{"a": 1}, {"a": 2, "b": 5}]) == {"a": 3, "b": 7}
    assert client.rpc("nothing") is None


def test_arguments_are_converted_like_query_parameters(client: Client) -> None:
    assert client.rpc("add", a="1", b="2") == 3


def test_every_argument_that_does_not_fit_is_named(client: Client) -> None:
    with pytest.raises(RpcError) as caught:
        client.rpc("add", b="x", c=1)
    assert caught.value.status == 422
    assert {one["name"] for one in caught.value.problem["errors"]} == {"a", "b", "c"}
    with pytest.raises(RpcError) as caught:
        client.rpc("total", pairs=[{"a": "x"}])
    assert [one["name"] for one in caught.value.problem["errors"]] == ["pairs[0].a"]


@pytest.mark.parametrize(
    ("method", "status"), [("subtract", 404), ("fails", 500), ("denied", 403), ("unsendable", 500)]
)
def test_what_goes_wrong_has_the_status_of_a_request(client: Client, method: str, status: int) -> None:
    with pytest.raises(RpcError) as caught:
        client.rpc(method)
    assert (caught.value.status, caught.value.problem["status"]) == (status, status)


def test_an_unknown_method_names_the_known_ones(client: Client) -> None:
    with pytest.raises(RpcError, match="It has add, total, nothing"):
        client.rpc("subtract")


def test_arguments_that_are_no_object_are_400() -> None:
    for body in (b"[1]", b"{", b"5"):
        exchange = MemoryExchange("rpc", RpcHead("add"), body)
        Dispatch(App).handle(exchange)
        assert exchange.head is not None
        assert decode_rpc_reply(exchange.head).status == 400


@pytest.mark.parametrize(
    ("method", "parts", "status", "body"),
    [
        ("add", [b'{"a": 1,', b' "b": 2}'], 200, b"3"),
        ("total", [b'{"pairs": ', b'[{"a": 1}]}'], 200, b'{"a":1,"b":2}'),
        ("add", [b'{"a": ', b'"x"}'], 422, None),
        ("add", [b"{", b"{"], 400, None),
        ("fails", [b"{", b"}"], 500, None),
    ],
)
def test_arguments_that_come_in_parts_are_read_to_their_end(
    method: str, parts: list[bytes], status: int, body: bytes | None
) -> None:
    exchange = MemoryExchange("rpc", RpcHead(method), more=True)
    for part in parts:
        exchange.inbox.put_nowait((part, False))
    exchange.inbox.put_nowait(None)

    async def run() -> None:
        work = Dispatch(App).handle(exchange)
        assert work is not None
        await work

    asyncio.run(run())
    assert exchange.head is not None
    assert decode_rpc_reply(exchange.head).status == status
    assert body in (None, exchange.body)


def test_a_caller_that_goes_before_its_arguments_have_come_is_answered_nothing() -> None:
    async def gone() -> None:
        raise CallerGone

    exchange = MemoryExchange("rpc", RpcHead("add"), more=True)
    exchange.receive = gone  # type: ignore[method-assign, assignment]

    async def run() -> None:
        work = Dispatch(App).handle(exchange)
        assert work is not None
        await work

    asyncio.run(run())
    assert exchange.head is None


def test_an_rpc_method_has_no_request() -> None:
    class Wrong:
        @vaas.rpc
        def method(self, req: vaas.Request) -> None: ...

    from vaas.framework.authoring.errors import Unbindable

    with pytest.raises(Unbindable, match="takes values only"):
        Client(Wrong)


def test_calls_between_apps_say_honestly_that_they_are_not_there_yet() -> None:
    import asyncio

    from vaas.framework.authoring.errors import CallUnavailable

    with pytest.raises(CallUnavailable, match=r"hello\.add.*not in this version"):
        asyncio.run(vaas.call("hello.add", a=1))
