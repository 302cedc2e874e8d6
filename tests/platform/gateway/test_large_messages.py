"""Websocket messages in several frames: of one pool a few are half done at once, each way, and every one arrives."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, cast

from msgspec import Raw

from tests.platform.gateway.served import begin
from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.wire.messages import MESSAGE, WINDOW, Data, Reply
from vaas.framework.http.wire_heads import WsReply, encode
from vaas.platform.gateway.streams import AT_ONCE, Large, MessageCall

MANY = 2 * AT_ONCE
LARGE = bytes(3 * WINDOW)
"""A message in three frames."""


class Worker:
    """A worker's end of one websocket. It takes frames when the test says so."""

    def __init__(self) -> None:
        self.frames: list[Data] = []
        self.taken = self.given = 0

    def on_moved(self, call: MessageCall) -> None: ...
    def occupy(self, call: MessageCall) -> None: ...
    def give_credit(self, call_id: int, size: int) -> None:
        self.given += size

    def write(self, part: Data) -> None:
        self.frames.append(part)

    def take(self, call: MessageCall) -> None:
        """The app receives what has come."""
        for part in self.frames[self.taken :]:
            call.credited(len(part.data) + MESSAGE)
        self.taken = len(self.frames)


def websockets(count: int) -> list[tuple[MessageCall, Worker]]:
    """Of one pool."""
    large, made = Large(), []
    for _ in range(count):
        call, worker = MessageCall("ws", "t"), Worker()
        call.large = large
        begin(call, cast(LinkToWorker, worker))
        made.append((call, worker))
    return made


def run(scene: Coroutine[Any, Any, None]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(10):
            await scene

    asyncio.run(bounded())


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_to_a_host_a_few_large_messages_go_at_once_and_all_arrive():
    async def scene() -> None:
        pairs = websockets(MANY)
        feeding = [asyncio.create_task(call.feed_message(LARGE, text=False)) for call, _ in pairs]
        await turns()
        assert {len(worker.frames) for _, worker in pairs} == {1}  # a window each; no app has taken any
        for call, worker in pairs:
            worker.take(call)
        await turns()
        begun = [worker for _, worker in pairs if len(worker.frames) > 1]
        assert len(begun) == AT_ONCE
        while not all(task.done() for task in feeding):
            for call, worker in pairs:
                worker.take(call)
            await turns()
        assert all(b"".join(part.data for part in worker.frames) == LARGE for _, worker in pairs)

    run(scene())


def test_an_app_that_does_not_receive_takes_no_place_from_others():
    async def scene() -> None:
        idle, (call, worker) = websockets(MANY), websockets(1)[0]
        call.large = idle[0][0].large
        waiting = [asyncio.create_task(one.feed_message(LARGE, text=False)) for one, _ in idle]
        feeding = asyncio.create_task(call.feed_message(LARGE, text=False))
        while not feeding.done():
            await turns()
            worker.take(call)
        assert not any(task.done() for task in waiting)
        for task in waiting:
            task.cancel()

    run(scene())


def test_a_small_message_waits_for_no_large_one():
    async def scene() -> None:
        pairs = websockets(MANY)
        feeding = []
        for call, worker in pairs[:-1]:
            feeding.append(asyncio.create_task(call.feed_message(LARGE, text=False)))
            await turns()
            worker.take(call)
        await turns()
        await asyncio.wait_for(pairs[-1][0].feed_message(b"small", text=True), 1)
        for task in feeding:
            task.cancel()

    run(scene())


def test_from_a_host_a_few_large_messages_come_at_once_and_all_arrive():
    async def scene() -> None:
        pairs = websockets(MANY)
        reading = [asyncio.create_task(read(call)) for call, _ in pairs]
        for call, _ in pairs:
            call.on_reply(Reply(1, Raw(encode(WsReply(101))), b"", more=True))
            call.on_data(Data(1, bytes(WINDOW), more=True))
        await turns()
        assert sum(worker.given > 0 for _, worker in pairs) == AT_ONCE  # the others may not send on
        for call, _ in pairs:
            call.on_data(Data(1, b"end"))
        assert {len(message.data) for message in await asyncio.gather(*reading)} == {WINDOW + 3}

    async def read(call: MessageCall) -> Data:
        await call.next()
        return await call.next_message()

    run(scene())
