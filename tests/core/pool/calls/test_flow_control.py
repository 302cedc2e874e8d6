"""A host that does not keep to the rules of streams: what it sends must not pile up in the node."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import pytest
from msgspec import Raw

from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.calls.pending_call import AWAITED, HELD, AwaitedCall, PendingCall
from vaas.core.pool.errors import AnswerTooLarge
from vaas.core.wire.codec import WireGarbage, frame_bytes
from vaas.core.wire.messages import CHUNK, WINDOW, Credit, Data, Frame, Reply

HEAD = Raw(b"\xc0")


def on_a_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    @wraps(test)
    def run(**fixtures: Any) -> None:
        asyncio.run(test(**fixtures))  # type: ignore[arg-type]  # a coroutine, as every test here

    return run


class Owner:
    """Hears what a link has to say of its host."""

    def __init__(self) -> None:
        self.garbage: list[str] = []

    def on_garbage(self, error: WireGarbage) -> None:
        self.garbage.append(str(error))

    def on_idle_capacity(self) -> None: ...
    def on_worker_lost(self) -> None: ...


class Wire(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.sent = b""

    def write(self, data: Any) -> None:
        self.sent += data


class Slow(PendingCall):
    """A call whose client takes nothing until it is told to."""

    __slots__ = ("kept",)

    def __init__(self) -> None:
        super().__init__("http", HEAD, b"", "t", more=True)
        self.kept = 0

    def on_reply(self, reply: Reply) -> None:
        self.kept += len(reply.body)

    def on_data(self, part: Data) -> None:
        self.kept += len(part.data)


class Scene:
    """A link to a host whose part the test plays, with one call under way."""

    def __init__(self, pending: PendingCall) -> None:
        self.owner = Owner()
        self.link = LinkToWorker(asyncio.get_running_loop(), self.owner, 0, self.owner.on_idle_capacity)
        self.link.connection_made(Wire())
        self.link.begin(pending, 30.0)
        self.pending = pending

    def says(self, *frames: Frame) -> None:
        for frame in frames:
            self.link.data_received(frame_bytes(frame))

    def begins(self) -> None:
        self.says(Reply(self.pending.call_id, HEAD, b"", more=True))

    def part(self, size: int) -> Data:
        return Data(self.pending.call_id, b"x" * size)


@on_a_loop
async def test_a_host_that_does_not_wait_to_be_asked_is_ended_before_the_node_holds_much():
    scene = Scene(pending := Slow())
    scene.begins()
    while not scene.owner.garbage:
        scene.says(scene.part(CHUNK))
    assert pending.kept <= HELD
    assert "the caller has not taken" in scene.owner.garbage[0]


@on_a_loop
async def test_what_comes_along_with_the_head_counts_like_the_parts_that_follow():
    scene = Scene(pending := Slow())
    scene.says(Reply(pending.call_id, HEAD, b"x" * CHUNK, more=True))
    for _ in range(HELD // CHUNK - 1):
        scene.says(scene.part(CHUNK))
    assert scene.owner.garbage == []
    scene.says(scene.part(1))
    assert len(scene.owner.garbage) == 1


@on_a_loop
async def test_a_stream_without_end_goes_on_where_its_parts_are_taken():
    scene = Scene(pending := Slow())
    scene.begins()
    for _ in range(10 * HELD // CHUNK):
        scene.says(scene.part(CHUNK))
        pending.consumed(CHUNK)
    assert scene.owner.garbage == []


@on_a_loop
async def test_one_part_as_large_as_a_frame_may_be_is_none_too_much():
    scene = Scene(pending := Slow())
    scene.begins()
    scene.says(scene.part(WINDOW - 1), scene.part(1024 * 1024 - 64))
    assert scene.owner.garbage == []
    assert pending.kept > 1024 * 1024


@pytest.mark.parametrize("size", [1, WINDOW, 2**62, -1])
@on_a_loop
async def test_a_host_may_not_take_what_it_was_not_sent(size: int):
    scene = Scene(Slow())
    scene.says(Credit(scene.pending.call_id, size))
    assert len(scene.owner.garbage) == 1


@on_a_loop
async def test_a_host_may_take_all_that_it_was_sent():
    scene = Scene(pending := Slow())
    pending.send(b"x" * WINDOW)
    scene.says(Credit(pending.call_id, WINDOW))
    assert scene.owner.garbage == []
    assert pending.credit == WINDOW


@on_a_loop
async def test_an_answer_that_is_awaited_whole_is_given_up_when_it_is_too_large():
    scene = Scene(pending := AwaitedCall("rpc", HEAD, b"", "t"))
    scene.begins()
    for _ in range(AWAITED // CHUNK + 1):
        scene.says(scene.part(CHUNK))
    with pytest.raises(AnswerTooLarge, match="16 MB"):
        pending.answer.result()
    assert list(scene.link.late) == [pending.call_id]
