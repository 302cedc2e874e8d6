"""StreamedCall: parts out in the order in which they came, and in as fast as the worker takes them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, cast

import pytest
from msgspec import Raw

from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.errors import HostGone
from vaas.core.wire.messages import WINDOW, Data, Reply
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
    call.link = cast(LinkToWorker, link)
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
        assert link.sent == [Data(0, b"abc", False, True), Data(0, b"", True, False)]

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
        await call.feed(b"x")
        assert link.sent == []

    run(scene())
