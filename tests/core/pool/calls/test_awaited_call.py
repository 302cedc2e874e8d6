"""A call whose whole answer is awaited, and what every call makes of what its link tells it."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar, cast

import pytest
from msgspec import Raw

from tests.core.pool.calls.test_flow_control import on_a_loop
from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.calls.pending_call import AWAITED, HELD, AwaitedCall, PendingCall
from vaas.core.pool.errors import AnswerTooLarge, HostGone
from vaas.core.wire.codec import WireGarbage
from vaas.core.wire.messages import Data, Frame, Reply

HEAD = Raw(b"\xc0")
DEAD = HostGone(reason="dead")


class Link:
    """Keeps what a call asks of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def give_credit(self, call_id: int, size: int) -> None:
        self.asked.append(("credit", call_id, size))

    def cancel(self, pending: PendingCall, reason: str) -> None:
        self.asked.append(("cancel", reason))
        pending.link = None

    def on_moved(self, pending: PendingCall) -> None:
        self.asked.append(("moved",))

    def write(self, frame: Frame) -> None:
        self.asked.append(("write", frame))

    def occupy(self, pending: PendingCall) -> None:
        self.asked.append(("occupy",))


def begun() -> tuple[AwaitedCall, Link]:
    pending, link = AwaitedCall("rpc", HEAD, b"", "t"), Link()
    pending.call_id, pending.link = 7, cast(LinkToWorker, link)
    return pending, link


@on_a_loop
async def test_an_answer_in_parts_is_put_together_when_the_last_one_has_come():
    pending, link = begun()
    pending.on_reply(Reply(7, HEAD, b"a", more=True))
    pending.on_data(Data(7, b"b"))
    assert not pending.answer.done()
    pending.on_data(Data(7, b"c", end=True))
    answer = pending.answer.result()
    assert (answer.body, answer.head, answer.more) == (b"abc", HEAD, False)
    assert link.asked == [("credit", 7, 1)] * 3


@on_a_loop
async def test_an_answer_in_one_piece_is_the_answer():
    pending, _ = begun()
    pending.on_reply(reply := Reply(7, HEAD, b"a"))
    assert pending.answer.result() is reply


@on_a_loop
async def test_an_answer_may_have_all_of_its_sixteen_megabytes():
    pending, _ = begun()
    pending.on_reply(Reply(7, HEAD, b"", more=True))
    pending.on_data(Data(7, bytes(AWAITED), end=True))
    assert len(pending.answer.result().body) == 16 * 1024 * 1024


@on_a_loop
async def test_what_is_too_large_by_one_byte_is_given_up_and_not_held(caplog: pytest.LogCaptureFixture):
    pending, link = begun()
    pending.on_reply(Reply(7, HEAD, b"x", more=True))
    pending.on_data(Data(7, bytes(AWAITED), end=True))
    with pytest.raises(AnswerTooLarge, match="larger than 16 MB"):
        pending.answer.result()
    assert link.asked == [("credit", 7, 1), ("cancel", "its answer is too large")]
    assert pending._parts == []
    assert caplog.records == [], "a caller's end failed"


@on_a_loop
async def test_a_caller_that_waits_no_more_is_not_told_of_an_answer_or_a_failure(caplog: pytest.LogCaptureFixture):
    pending, _ = begun()
    pending.answer.cancel()
    pending.fail(DEAD)
    pending.on_reply(Reply(7, HEAD, b""))
    assert pending.answer.cancelled()
    assert caplog.records == [], "a caller's end failed"


@on_a_loop
async def test_a_failure_is_raised_where_the_answer_is_awaited():
    pending, _ = begun()
    pending.fail(DEAD)
    with pytest.raises(HostGone, match="dead"):
        await asyncio.wait_for(pending.answer, 5.0)


# --- every call


class Asked(PendingCall):
    __slots__ = ("credited_times", "errors")

    def __init__(self) -> None:
        super().__init__("http", HEAD, b"", "t")
        self.credited_times = 0
        self.errors: list[Exception] = []

    def on_credit(self) -> None:
        self.credited_times += 1

    def on_fail(self, error: Exception) -> None:
        self.errors.append(error)


def asked() -> tuple[Asked, Link]:
    pending, link = Asked(), Link()
    pending.call_id, pending.link = 7, cast(LinkToWorker, link)
    return pending, link


def test_a_host_may_send_what_a_caller_holds_and_not_one_byte_more():
    pending, _ = asked()
    pending.arrived(HELD)
    pending.consumed(1)
    pending.arrived(1)
    with pytest.raises(WireGarbage, match=str(HELD + 1)):
        pending.arrived(1)


def test_credit_for_what_was_sent_is_told_to_the_owner_and_none_is_no_garbage():
    pending, _ = asked()
    pending.send(b"xyz")
    before = pending.credit
    pending.credited(3)
    pending.credited(0)
    assert (pending.credit - before, pending.credited_times) == (3, 2)


def test_a_part_of_a_body_is_sent_as_it_is_and_occupies_only_with_the_end():
    pending, link = asked()
    before = pending.credit
    pending.send(b"xy")
    assert (link.asked, before - pending.credit) == ([("moved",), ("write", Data(7, b"xy"))], 2)
    pending.send(b"", end=True)
    assert link.asked[2:] == [("moved",), ("write", Data(7, b"", end=True)), ("occupy",)]


def test_nothing_that_was_taken_gives_no_credit():
    pending, link = asked()
    pending.consumed(0)
    assert link.asked == []


def test_a_call_that_is_over_asks_nothing_of_its_link_any_more():
    pending, link = asked()
    pending.link = None
    pending.send(b"x", end=True)
    pending.consumed(1)
    pending.abandon("gone")
    assert link.asked == []
    assert pending.gone


def test_a_call_that_no_pool_has_counted_fails_like_others():
    pending, _ = asked()
    pending.fail(DEAD)
    assert pending.errors == [DEAD]


def test_a_new_call_waits_for_its_whole_answer_and_holds_nothing_up():
    pending, _ = asked()
    assert (pending.more, pending.slow, pending.occupies, pending.gone, pending.messages) == (False,) * 5


def test_a_stream_of_messages_may_be_silent_until_its_caller_has_left_and_another_for_its_patience():
    class Messages(Asked):
        __slots__ = ()
        messages: ClassVar[bool] = True

    stream, messages = Asked(), Messages()
    for pending in (stream, messages):
        pending.patience = 30.0
        pending.more = True
        pending.moved(100.0)
    assert (stream.deadline, messages.deadline) == (130.0, float("inf"))
    messages.more = False
    messages.moved(200.0)
    assert messages.deadline == 230.0
