"""The way from a call to its handler: which one is found, what is answered where there is none, and the info."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

import vaas
from vaas.framework.authoring.errors import DuplicateRoute
from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.http.wire_heads import HttpHead, RpcHead, decode_http_reply, decode_info, decode_rpc_reply, encode
from vaas.framework.serving.dispatch import Dispatch
from vaas.framework.testing.calls import MemoryExchange
from vaas.testing import Client, Refused


@vaas.app
class App:
    def __init__(self) -> None:
        self.hooks: list[str] = []

    @vaas.get("/items")
    async def items(self) -> list[str]:
        return ["all"]

    @vaas.get("/items/{n}")
    async def item(self, n: int) -> list[int]:
        return [n]

    @vaas.get("/folder/")
    async def folder(self) -> str:
        return "folder"

    @vaas.put("/items")
    def change(self) -> str:
        return "changed"

    @vaas.get("/parts/{n}")
    async def parts(self, n: int) -> AsyncIterator[str]:
        for part in range(n):
            yield str(part)

    @vaas.websocket("/ws")
    async def ws(self, ws: vaas.WebSocket) -> None:
        await ws.send("hello")

    @vaas.on_start
    def first(self) -> None:
        self.hooks.append("started")

    @vaas.on_start
    async def second(self) -> None:
        self.hooks.append("awaited")

    @vaas.on_stop
    async def last(self) -> None:
        self.hooks.append("stopped")


class Bare:
    @vaas.get("/")
    def root(self) -> str:
        return "root"


@pytest.fixture
def client() -> Any:
    with Client(App) as client:
        yield client


def problem(answer: httpx.Response, status: int) -> str:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    return str(answer.json()["detail"])


# --- requests


def test_a_static_path_is_found_without_a_look_at_the_patterns(monkeypatch: pytest.MonkeyPatch) -> None:
    dispatch = Dispatch(Bare)
    monkeypatch.setattr(dispatch, "_http", None)
    exchange = MemoryExchange("http", HttpHead("GET", "/", b"", []))
    assert dispatch.handle(exchange) is None
    assert exchange.head is not None
    assert decode_http_reply(exchange.head).status == 200
    assert exchange.body == b"root"


def test_paths_are_told_apart_by_method_and_pattern(client: Client) -> None:
    assert client.get("/items").json() == ["all"]
    assert client.get("/items/7").json() == [7]
    assert client.put("/items").text == "changed"


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/nowhere", "There is no /nowhere."),
        ("/items/", "There is no /items/, but there is /items."),
        ("/folder", "There is no /folder, but there is /folder/."),
        ("/", "There is no /."),
        ("/items/7/", "There is no /items/7/, but there is /items/7."),
    ],
)
def test_a_path_that_is_not_there_is_404_and_names_its_neighbour_by_the_slash(
    client: Client, path: str, detail: str
) -> None:
    assert problem(client.get(path), 404) == detail
    assert problem(client.options(path), 404) == detail


def test_another_method_is_405_and_names_those_that_are_answered(client: Client) -> None:
    answer = client.delete("/items")
    assert problem(answer, 405) == "/items does not answer DELETE, but GET, HEAD, OPTIONS, PUT."
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS, PUT"


def test_options_are_answered_with_the_methods_and_no_body(client: Client) -> None:
    answer = client.options("/items")
    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, "GET, HEAD, OPTIONS, PUT", b"")


@pytest.mark.parametrize(("method", "parts"), [("GET", [b"0", b"1", b"2", None]), ("HEAD", [None])])
def test_head_of_a_stream_is_its_head_alone(method: str, parts: list[bytes | None]) -> None:
    exchange = MemoryExchange("http", HttpHead(method, "/parts/3", b"", []))
    work = Dispatch(App).handle(exchange)
    assert work is not None
    asyncio.run(work)
    assert exchange.head is not None
    assert decode_http_reply(exchange.head).status == 200
    sent = [exchange.outbox.get_nowait() for _ in range(exchange.outbox.qsize())]
    assert [part and part[0] for part in sent] == parts


# --- websockets and RPC


def test_a_websocket_is_found_by_its_path_and_is_no_path_of_requests(client: Client) -> None:
    with client.websocket("/ws") as ws:
        assert ws.receive() == "hello"
    assert problem(client.get("/ws"), 404) == "There is no /ws."


def test_a_websocket_that_is_not_there_is_404(client: Client) -> None:
    with pytest.raises(Refused, match="There is no websocket at /items") as caught:
        client.websocket("/items")
    assert caught.value.status == 404


def test_an_app_without_rpc_methods_says_so() -> None:
    exchange = MemoryExchange("rpc", RpcHead("add"), b"{}")
    assert Dispatch(Bare).handle(exchange) is None
    assert exchange.head is not None
    reply = decode_rpc_reply(exchange.head)
    assert reply.status == 404
    assert b"The app has no RPC method 'add'. It has none." in exchange.body


# --- the app


def test_a_class_is_made_and_an_instance_is_taken_as_it_is() -> None:
    app = Bare()
    assert Dispatch(app).instance is app
    assert isinstance(Dispatch(Bare).instance, Bare)


def test_two_methods_of_one_path_are_refused_also_in_a_class_without_the_decorator() -> None:
    class Twice:
        @vaas.get("/a")
        def one(self) -> None: ...

        @vaas.get("/a")
        def two(self) -> None: ...

    with pytest.raises(DuplicateRoute, match="GET /a"):
        Dispatch(Twice)


def test_the_runtime_is_the_one_that_was_given() -> None:
    runtime = Runtime()
    assert Dispatch(Bare, runtime).runtime is runtime
    assert isinstance(Dispatch(Bare).runtime, Runtime)


def test_hooks_run_in_their_order_plain_or_awaited() -> None:
    with Client(App) as client:
        app = client.app
        assert app.hooks == ["started", "awaited"]
    assert app.hooks == ["started", "awaited", "stopped"]


# --- what the node is told


def info_of(app: Any) -> Any:
    return decode_info(encode(Dispatch(app).info()))


def test_what_blocks_is_told_by_method_and_path_and_head_with_its_get() -> None:
    class Blocking:
        @vaas.get("/a")
        def a(self) -> str:
            return "a"

        @vaas.post("/b")
        def b(self) -> str:
            return "b"

        @vaas.rpc
        def add(self, a: int) -> int:
            return a

        @vaas.get("/quick")
        async def quick(self) -> str:
            return "quick"

    info = info_of(Blocking)
    assert info.blocking == ["GET /a", "POST /b", "HEAD /a"]
    assert not info.blocking_else
    assert info.rpc == ["add"]
    assert info.kind == "vaas"


def test_a_head_of_its_own_is_told_once_and_only_if_it_blocks() -> None:
    class Heads:
        @vaas.get("/a")
        def a(self) -> str:
            return "a"

        @vaas.http(["HEAD"], "/a")
        async def head_a(self) -> None: ...

        @vaas.get("/b")
        def b(self) -> str:
            return "b"

        @vaas.http(["HEAD"], "/b")
        def head_b(self) -> None: ...

    assert info_of(Heads).blocking == ["GET /a", "GET /b", "HEAD /b"]


def test_patterns_and_what_yields_block_elsewhere_or_not_at_all() -> None:
    class Pattern:
        @vaas.get("/x/{n}")
        def x(self, n: int) -> int:
            return n

    class Quick:
        @vaas.get("/x/{n}")
        async def x(self, n: int) -> int:
            return n

        @vaas.get("/y")
        async def y(self) -> AsyncIterator[str]:
            yield ""

    assert (info_of(Pattern).blocking, info_of(Pattern).blocking_else) == ([], True)
    assert (info_of(Quick).blocking, info_of(Quick).blocking_else) == ([], False)
    assert info_of(Quick).routes == [("GET", "/x/{n}"), ("GET", "/y")]
