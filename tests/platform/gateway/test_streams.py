"""StreamedCall: parts out in the order in which they came, and in as fast as the worker takes them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from tests.platform.gateway.served import begin
from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.errors import HostGone
from vaas.core.wire.messages import CHUNK, WINDOW, Data, Reply
from vaas.platform.gateway.asgi_request import feed_chunks
from vaas.platform.gateway.streams import StreamedCall


class Link:
    """A worker's end that notes what it is sent."""

    def __init__(self) -> None:
        self.sent: list[Data] = []

    def on_moved(self, call: StreamedCall) -> None: ...
    def occupy(self, call: StreamedCall) -> None: ...
    def write(self, part: Data) -> None:
        self.sent.append(part)


def linked() -> tuple[StreamedCall, Link]:
    call, link = StreamedCall("http", "t"), Link()
    begin(call, cast(LinkToWorker, link))
    return call, link


def run(scene: Coroutine[Any, Any, None]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(10):
            await scene

    asyncio.run(bounded())


async def settled(task: asyncio.Task[Any]) -> bool:
    """Whether a task is done once the event loop has had its turns."""
    for _ in range(5):
        await asyncio.sleep(0)
    return task.done()


def test_what_has_come_is_read_in_its_order():
    async def scene() -> None:
        call, _ = linked()
        parts = [Reply(1, Raw(b"\xc0"), b"", more=True), Data(1, b"a"), Data(1, b"b", end=True)]
        call.on_reply(parts[0])
        for part in parts[1:]:
            call.on_data(part)
        assert [await call.next() for _ in parts] == parts

    run(scene())


def test_a_reader_waits_for_what_has_not_come():
    async def scene() -> None:
        call, _ = linked()
        for n in range(2):
            reading = asyncio.create_task(call.next())
            assert not await settled(reading)
            call.on_data(Data(1, bytes([n])))
            assert await reading == Data(1, bytes([n]))

    run(scene())


def test_a_failure_is_raised_after_what_came_before_it():
    async def scene() -> None:
        call, _ = linked()
        call.on_data(Data(1, b"a"))
        call.on_fail(HostGone(reason="x"))
        assert await call.next() == Data(1, b"a")
        with pytest.raises(HostGone):
            await call.next()

    run(scene())


def test_a_part_is_sent_as_it_is_while_there_is_credit():
    async def scene() -> None:
        call, link = linked()
        await call.feed(b"abc", text=True)
        await call.feed(b"", end=True)
        assert link.sent == [Data(1, b"abc", False, True), Data(1, b"", True, False)]

    run(scene())


def test_without_credit_a_part_waits_for_some():
    async def scene() -> None:
        call, link = linked()
        await call.feed(b"x" * WINDOW)
        feeding = asyncio.create_task(call.feed(b"y"))
        assert not await settled(feeding)
        call.on_credit()  # of nothing
        assert not await settled(feeding)
        call.credited(1)
        await feeding
        assert [part.data[:1] for part in link.sent] == [b"x", b"y"]

    run(scene())


def test_a_part_that_waits_goes_on_when_the_call_has_failed():
    async def scene() -> None:
        call, _ = linked()
        await call.feed(b"x" * WINDOW)
        feeding = asyncio.create_task(call.feed(b"y"))
        assert not await settled(feeding)
        call.link = None
        call.on_fail(HostGone(reason="x"))
        await feeding

    run(scene())


def test_a_call_that_is_over_takes_parts_and_sends_none():
    async def scene() -> None:
        call, link = linked()
        call.link, call.credit = None, 0
        call.on_fail(HostGone(reason="x"))
        await call.feed(b"x")
        assert link.sent == []

    run(scene())


# --- before the call has a worker


def waiting() -> tuple[StreamedCall, Link]:
    return StreamedCall("http", "t"), Link()


def test_what_comes_before_there_is_a_worker_travels_with_the_call():
    async def scene() -> None:
        call, link = waiting()
        for part in (b"a", b"b"):
            await call.feed(part)
        assert (call.body, call.more) == (b"ab", True)
        begin(call, cast(LinkToWorker, link))
        await call.feed(b"c", end=True)
        assert link.sent == [Data(1, b"c", True)]

    run(scene())


def test_a_body_that_is_complete_before_there_is_a_worker_is_all_in_the_call():
    async def scene() -> None:
        call, _ = waiting()
        await call.feed(b"a")
        await call.feed(b"", end=True)
        assert (call.body, call.more) == (b"a", False)

    run(scene())


def test_a_large_body_is_held_back_until_there_is_a_worker():
    async def scene() -> None:
        call, link = waiting()
        await call.feed(b"a" * CHUNK)
        feeding = asyncio.create_task(call.feed(b"b"))
        assert not await settled(feeding)
        begin(call, cast(LinkToWorker, link))
        await feeding
        assert (len(call.body), link.sent) == (CHUNK, [Data(1, b"b")])

    run(scene())


def test_an_upload_held_back_goes_on_when_its_call_fails_in_the_queue():
    async def scene() -> None:
        call, _ = waiting()
        await call.feed(b"a" * CHUNK)
        feeding = asyncio.create_task(call.feed(b"b"))
        assert not await settled(feeding)
        call.on_fail(HostGone(reason="x"))
        await feeding

    run(scene())


def test_the_beginning_of_an_answer_does_not_let_an_upload_past_its_credit():
    async def scene() -> None:
        call, _ = linked()
        await call.feed(b"x" * WINDOW)
        call.on_reply(Reply(1, Raw(b"\xc0"), b"", more=True))
        feeding = asyncio.create_task(call.feed(b"y"))
        assert not await settled(feeding)
        call.credited(1)
        await feeding

    run(scene())


@given(parts=st.lists(st.integers(0, 3 * CHUNK), max_size=8), begun_after=st.integers(0, 8))
def test_no_byte_is_lost_whenever_the_worker_comes(parts: list[int], begun_after: int):
    async def scene() -> None:
        call, link = waiting()
        body = [bytes([n]) * size for n, size in enumerate(parts)]

        async def upload() -> None:
            for part in body:
                await feed_chunks(call, part, end=False)
            await feed_chunks(call, b"", end=True)

        feeding = asyncio.create_task(upload())
        for _ in range(begun_after):
            await asyncio.sleep(0)
        begin(call, cast(LinkToWorker, link))
        while not await settled(feeding):
            call.credited(WINDOW - call.credit)
        assert call.body + b"".join(part.data for part in link.sent) == b"".join(body)
        assert not call.more or link.sent[-1].end

    run(scene())
