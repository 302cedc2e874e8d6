"""Handlers behind wrappers of an app's own: what comes back and is awaitable is awaited, wherever the app is called."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

import vaas
from vaas.framework.authoring.collect import is_async
from vaas.testing import AsyncClient, Client


def timed(function: Any) -> Any:
    """As most decorators for timing, retries or rights are written."""

    @functools.wraps(function)
    def wrapper(*args: Any, **named: Any) -> Any:
        return function(*args, **named)

    return wrapper


def scheduled(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, **named: Any) -> asyncio.Task[Any]:
        return asyncio.create_task(function(*args, **named))

    return wrapper


def forgetful(function: Any) -> Any:
    @functools.wraps(function)
    async def wrapper(*args: Any, **named: Any) -> Any:
        return function(*args, **named)

    return wrapper


class Later:
    """An awaitable of a library's own."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __await__(self) -> Any:
        yield from asyncio.sleep(0).__await__()
        return self.value


@vaas.app
class App:
    def __init__(self) -> None:
        self.said: list[str] = []

    async def helper(self) -> Any:
        await asyncio.sleep(0)
        return "helped"

    async def futures(self) -> Any:
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        future.set_result("helped")
        return future

    @vaas.get("/below")
    @timed
    async def below(self, n: int = 1) -> Any:
        await asyncio.sleep(0)
        return {"n": n}

    @timed
    @vaas.get("/above")
    async def above(self) -> Any:
        return "above"

    @vaas.get("/twice")
    @timed
    @forgetful
    @timed
    async def twice(self, res: vaas.Response) -> Any:
        res.status = 202
        return "twice"

    @vaas.get("/scheduled")
    @scheduled
    async def on_schedule(self) -> Any:
        return "scheduled"

    @vaas.get("/handed")
    def handed(self) -> Any:
        return self.helper()

    @vaas.get("/task")
    async def task(self) -> Any:
        return asyncio.create_task(self.helper())

    @vaas.get("/future")
    async def future(self) -> Any:
        return await self.futures()

    @vaas.get("/later")
    def later(self) -> Any:
        return Later(Later({"x": 1}))

    @vaas.post("/body")
    @timed
    async def body(self, body: bytes) -> Any:
        await asyncio.sleep(0)
        return len(body)

    @vaas.get("/fails")
    @timed
    async def fails(self) -> Any:
        await asyncio.sleep(0)
        raise vaas.HTTPError(409, "no")

    @vaas.get("/items")
    @timed
    async def items(self) -> AsyncIterator[str]:
        yield "a"
        yield "b"

    @vaas.get("/plain-items")
    @timed
    def plain_items(self) -> Iterator[str]:
        yield "a"
        yield "b"

    @vaas.get("/awaitable-items")
    def awaitable_items(self) -> Iterator[Any]:
        yield self.helper()
        yield Later("!")

    @vaas.get("/made-items")
    @timed
    async def made_items(self) -> Any:
        return (n for n in "ab")

    @vaas.get("/events")
    def events(self) -> Any:
        return vaas.sse(self.helper() for _ in range(2))

    @vaas.rpc
    @timed
    async def add(self, a: int, b: int) -> Any:
        await asyncio.sleep(0)
        return a + b

    @vaas.rpc
    async def nested(self) -> Any:
        return self.helper()

    @vaas.rpc
    def plain(self) -> Any:
        return self.helper()

    @vaas.websocket("/echo")
    @timed
    async def echo(self, ws: vaas.WebSocket) -> None:
        async for message in ws:
            await ws.send(message)

    @vaas.websocket("/refused")
    @scheduled
    async def refused(self, ws: vaas.WebSocket) -> None:
        raise vaas.HTTPError(403, "members only")

    @vaas.on_start
    @timed
    async def start(self) -> None:
        await asyncio.sleep(0)
        self.said.append("started")

    @vaas.on_start
    def also(self) -> Any:
        return Later(self.helper())

    @timed
    @vaas.on_stop
    async def stop(self) -> None:
        self.said.append("stopped")


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/below?n=3", 200, '{"n":3}'),
        ("/above", 200, "above"),
        ("/twice", 202, "twice"),
        ("/scheduled", 200, "scheduled"),
        ("/handed", 200, "helped"),
        ("/task", 200, "helped"),
        ("/future", 200, "helped"),
        ("/later", 200, '{"x":1}'),
        ("/items", 200, "ab"),
        ("/plain-items", 200, "ab"),
        ("/awaitable-items", 200, "helped!"),
        ("/made-items", 200, "ab"),
        ("/events", 200, "data: helped\n\n" * 2),
    ],
)
def test_a_request_is_answered_with_what_comes_of_awaiting(path: str, status: int, body: str) -> None:
    with Client(App) as client:
        got = client.get(path)
        assert (got.status_code, got.text) == (status, body)


def test_a_body_that_comes_in_parts_reaches_a_wrapped_handler() -> None:
    async def scene() -> None:
        async def parts() -> AsyncIterator[bytes]:
            yield b"ab"
            yield b"c"

        async with AsyncClient(App) as client:
            assert (await client.post("/body", content=parts())).json() == 3

    asyncio.run(scene())


def test_an_error_raised_while_awaiting_is_the_answer() -> None:
    with Client(App) as client:
        assert client.get("/fails").status_code == 409


def test_a_value_that_awaiting_shows_to_be_unsendable_is_the_handler_s_fault() -> None:
    @vaas.app
    class Bad:
        @vaas.get("/")
        def bad(self) -> Any:
            return Later(object())

    with Client(Bad) as client:
        assert client.get("/").json()["code"] == "bad-answer"


def test_rpc_awaits() -> None:
    with Client(App) as client:
        assert [client.rpc("add", a=1, b=2), client.rpc("nested"), client.rpc("plain")] == [3, "helped", "helped"]


def test_a_wrapped_websocket_is_served() -> None:
    with Client(App) as client:
        with client.websocket("/echo") as ws:
            ws.send("hi")
            assert ws.receive() == "hi"
        with pytest.raises(Exception, match="403"):
            client.websocket("/refused")


def test_wrapped_hooks_are_awaited() -> None:
    with Client(App) as client:
        app = client.app
        assert app.said == ["started"]
    assert app.said == ["started", "stopped"]


@pytest.mark.parametrize("wrap", [timed, scheduled, forgetful])
def test_a_wrapper_of_an_async_handler_does_not_count_as_blocking(wrap: Callable[[Any], Any]) -> None:
    async def handler() -> None: ...

    def plain() -> Awaitable[None]:
        return handler()

    assert is_async(wrap(handler))
    assert not is_async(plain)
    assert not is_async(timed(plain))
