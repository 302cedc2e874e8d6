"""Plain ``def`` code of an app finds no running event loop, wherever it is called."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import vaas
from vaas.testing import Client


def running() -> str:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(asyncio.sleep(0, "none"))
    return "running"


@vaas.app
class Plain:
    started = stopped = ""

    @vaas.on_start
    def start(self) -> None:
        self.started = running()

    @vaas.on_stop
    def stop(self) -> None:
        type(self).stopped = running()

    @vaas.get("/plain")
    def plain(self) -> str:
        return running()

    @vaas.get("/bound/{name}")
    def bound(self, name: str) -> str:
        return running()

    @vaas.post("/body")
    def body(self, body: bytes) -> str:
        return running()

    @vaas.get("/stream")
    def stream(self) -> Iterator[str]:
        try:
            yield running()
            yield running()
        finally:
            type(self).stopped = running()

    @vaas.get("/events")
    def events(self) -> vaas.Response:
        return vaas.sse(running() for _ in range(2))

    @vaas.get("/async")
    async def asynchronous(self) -> str:
        return running()

    @vaas.rpc
    def call(self) -> str:
        return running()


def test_no_plain_handler_runs_in_a_loop():
    with Client(Plain) as client:
        for path in ("/plain", "/bound/x"):
            assert client.get(path).text == "none", path
        assert client.post("/body", content=b"x").text == "none"
        assert client.rpc("call") == "none"


def test_no_step_of_a_plain_generator_runs_in_a_loop():
    with Client(Plain) as client:
        assert client.get("/stream").text == "nonenone"
        assert Plain.stopped == "none"
        assert client.get("/events").text == "data: none\n\n" * 2


def test_no_plain_hook_runs_in_a_loop():
    with Client(Plain) as client:
        app = client.app
    assert (app.started, Plain.stopped) == ("none", "none")


def test_an_async_handler_does():
    with Client(Plain) as client:
        assert client.get("/async").text == "running"
