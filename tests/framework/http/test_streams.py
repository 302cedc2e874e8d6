"""What a generator yields is sent as it is produced, no faster than it is taken, and the generator is always closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

import vaas
from vaas.core.service import CallerGone
from vaas.framework.http.sse import encode_event
from vaas.framework.http.wire_heads import HttpHead, decode_http_reply
from vaas.framework.serving.dispatch import Dispatch
from vaas.framework.testing.calls import MemoryExchange
from vaas.testing import Client


@vaas.app
class App:
    def __init__(self) -> None:
        self.closed: list[str] = []
        self.produced = 0

    @vaas.get("/ticks")
    async def ticks(self) -> AsyncIterator[str]:
        for n in range(3):
            yield f"{n}\n"

    @vaas.get("/plain")
    def plain(self) -> Iterator[bytes]:
        yield b"a"
        yield b"b"

    @vaas.get("/lines")
    def lines(self) -> Iterator[dict[str, int]]:
        yield {"n": 1}
        yield {"n": 2}

    @vaas.get("/empty")
    def empty(self) -> Iterator[str]:
        yield from ()

    @vaas.get("/endless")
    async def endless(self) -> AsyncIterator[bytes]:
        try:
            while True:
                self.produced += 1
                yield b"x"
        finally:
            self.closed.append("async")

    @vaas.get("/endless-plain")
    def endless_plain(self) -> Iterator[bytes]:
        try:
            while True:
                self.produced += 1
                yield b"x"
        finally:
            self.closed.append("plain")

    @vaas.get("/fails-at-once")
    async def fails_at_once(self) -> AsyncIterator[str]:
        raise vaas.HTTPError(403, "not you")
        yield ""

    @vaas.get("/fails-later")
    async def fails_later(self) -> AsyncIterator[str]:
        yield "first"
        raise ValueError("too late")

    @vaas.get("/decided")
    def decided(self) -> vaas.Response:
        return vaas.Response(iter(["a,b\n", "c,d\n"]), 203, media_type="text/csv")

    @vaas.get("/events")
    def events(self) -> vaas.Response:
        async def items() -> AsyncIterator[Any]:
            try:
                yield "two\nlines"
                yield {"a": 1}
                yield {"event": "done", "id": 7, "data": [1]}
            finally:
                self.closed.append("events")

        return vaas.sse(items())

    @vaas.post("/upload")
    async def upload(self, req: vaas.Request) -> list[int]:
        return [len(part) async for part in req.stream()]

    @vaas.post("/echo")
    async def echo(self, req: vaas.Request) -> AsyncIterator[bytes]:
        async for part in req.stream():
            yield part.upper()


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/ticks", "text/plain; charset=utf-8", b"0\n1\n2\n"),
        ("/plain", "application/octet-stream", b"ab"),
        ("/lines", "application/x-ndjson", b'{"n":1}\n{"n":2}\n'),
        ("/empty", "text/plain; charset=utf-8", b""),
        ("/decided", "text/csv", b"a,b\nc,d\n"),
    ],
)
def test_the_first_item_decides_the_media_type_unless_it_is_given(path: str, kind: str, body: bytes) -> None:
    with Client(App) as client:
        answer = client.get(path)
    assert (answer.headers["content-type"], answer.content) == (kind, body)


def test_server_sent_events_are_written_as_the_standard_has_them() -> None:
    with Client(App) as client:
        answer = client.get("/events")
        assert client.app.closed == ["events"]
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text == 'data: two\ndata: lines\n\ndata: {"a":1}\n\nevent: done\nid: 7\ndata: [1]\n\n'


def test_no_event_can_smuggle_another_one_into_its_fields() -> None:
    with pytest.raises(ValueError, match="one line only"):
        encode_event({"event": "a\ndata: b", "data": ""})
    assert encode_event("a\rdata: b") == b"data: a\ndata: data: b\n\n"


def test_an_error_before_the_first_item_has_a_status() -> None:
    with Client(App) as client:
        assert client.get("/fails-at-once").status_code == 403


def test_an_error_after_the_first_item_cuts_the_stream_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with Client(App) as client, pytest.raises(httpx.RemoteProtocolError):
        client.get("/fails-later")
    assert "ValueError: too late" in caplog.text
    assert len(caplog.records) == 1


class SlowReceiver(MemoryExchange):
    """Takes so many parts, and then no more until told."""

    def __init__(self, path: str, room: int) -> None:
        super().__init__("http", HttpHead("GET", path, b"", []))
        self.room = asyncio.Semaphore(room)
        self.full = asyncio.Event()

    async def send(self, data: bytes, *, text: bool = False) -> None:
        if self.room.locked():
            self.full.set()
        await self.room.acquire()
        if self.gone:
            raise CallerGone
        await super().send(data, text=text)


@pytest.mark.parametrize(("path", "closed"), [("/endless", "async"), ("/endless-plain", "plain")])
def test_a_slow_caller_holds_the_generator_back(path: str, closed: str) -> None:
    async def main() -> None:
        app = App()
        exchange = SlowReceiver(path, room=5)
        work = Dispatch(app).handle(exchange)
        assert work is not None
        task = asyncio.create_task(work)
        await exchange.full.wait()
        assert app.produced == 6
        task.cancel()
        await asyncio.wait([task])
        assert app.closed == [closed]

    asyncio.run(main())


@pytest.mark.parametrize(("path", "closed"), [("/endless", "async"), ("/endless-plain", "plain")])
def test_a_caller_that_goes_away_ends_the_generator(path: str, closed: str) -> None:
    async def main() -> None:
        app = App()
        exchange = SlowReceiver(path, room=3)
        work = Dispatch(app).handle(exchange)
        assert work is not None
        task = asyncio.create_task(work)
        await exchange.full.wait()
        exchange.gone = True
        exchange.room.release()
        await task
        assert app.closed == [closed]

    asyncio.run(main())


def test_an_endless_plain_generator_leaves_the_loop_to_others() -> None:
    async def main() -> None:
        exchange = MemoryExchange("http", HttpHead("GET", "/endless-plain", b"", []))
        work = Dispatch(App()).handle(exchange)
        assert work is not None
        task = asyncio.create_task(work)
        for _ in range(20):
            await asyncio.sleep(0)
        assert exchange.outbox.qsize() > 3
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(main())


def test_head_of_a_stream_runs_nothing_to_its_end() -> None:
    with Client(App) as client:
        answer = client.head("/endless")
        assert (answer.status_code, answer.content, client.app.closed) == (200, b"", ["async"])


def test_a_body_is_read_part_by_part_as_it_arrives() -> None:
    async def main() -> None:
        exchange = MemoryExchange("http", HttpHead("POST", "/upload", b"", []), b"12", more=True)
        work = Dispatch(App()).handle(exchange)
        assert work is not None
        for part in (b"345", b"6789"):
            exchange.inbox.put_nowait((part, False))
        exchange.inbox.put_nowait(None)
        await work
        assert exchange.body == b"[2,3,4]"

    asyncio.run(main())


def test_both_directions_stream_at_once() -> None:
    async def main() -> None:
        exchange = MemoryExchange("http", HttpHead("POST", "/echo", b"", []), b"a", more=True)
        work = Dispatch(App()).handle(exchange)
        assert work is not None
        task = asyncio.create_task(work)
        assert (await exchange.outbox.get()) == (b"A", False)
        exchange.inbox.put_nowait((b"b", False))
        assert (await exchange.outbox.get()) == (b"B", False)
        exchange.inbox.put_nowait(None)
        await task
        assert exchange.head is not None
        assert decode_http_reply(exchange.head).status == 200

    asyncio.run(main())
