"""A worker's end of its socket: frames in, calls to the service, frames out."""

from __future__ import annotations

import asyncio
import gc
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.host.node import HEAD, INDEX, Node
from tests.core.host.test_exchange import FOR_EVER, played, streaming
from vaas.core.host.exchange import HostExchange
from vaas.core.interrupt import Interrupted
from vaas.core.service import current
from vaas.core.wire.codec import WireGarbage, frame_bytes
from vaas.core.wire.messages import Cancel, Credit, Data, Fail, Ping, Pong, Reply

GARBAGE = b"\x00\x00\x00\x02hi"
"""A frame of two bytes that are no frame."""


def answer(text: bytes) -> Any:
    return lambda exchange: exchange.reply(HEAD, text)


def raising(error: BaseException) -> Any:
    def handle(exchange: HostExchange) -> None:
        raise error

    return handle


def raising_later(error: BaseException, *, head: bool = False) -> Any:
    async def handle(exchange: HostExchange) -> None:
        if head:
            exchange.reply(HEAD, more=True)
        await asyncio.sleep(0)
        raise error

    return handle


async def for_ever(exchange: HostExchange) -> None:
    await asyncio.sleep(FOR_EVER)


# --- calls


def test_each_call_reaches_the_service_with_its_own_exchange(node):
    node.service.handler = lambda exchange: exchange.reply(HEAD, exchange.call.body)
    calls = [node.next_call(body) for body in (b"a", b"b", b"c")]
    node.send(*calls)
    assert [(frame.id, frame.body) for frame in node.frames()] == [(call.id, call.body) for call in calls]


def test_the_running_exchange_is_known_to_the_code_that_answers_it(node):
    seen = []

    async def later(exchange: HostExchange) -> None:
        await asyncio.sleep(0)
        seen.append(current.get() is exchange)

    def handle(exchange: HostExchange) -> Any:
        seen.append(current.get() is exchange)
        return later(exchange)

    node.service.handler = handle
    node.send(node.next_call(), node.next_call())
    assert seen == [True] * 4


def test_the_service_fails_and_the_caller_hears_of_it(node, caplog):
    node.call(raising(ValueError("of the app")))
    assert node.told() == [("fail", "error")]
    assert "of the app" in caplog.text


def test_an_app_that_ends_the_program_ends_its_call(node, caplog):
    node.call(raising(SystemExit(1)))
    node.call(answer(b"next"))
    assert node.told() == [("fail", "error"), ("reply", b"next", False)]


def test_a_call_that_was_interrupted_is_past_its_deadline_and_no_failure(node, caplog):
    node.call(raising(Interrupted()))
    assert node.told() == [("fail", "deadline")]
    assert caplog.records == []


def test_the_same_for_what_is_awaited(node, caplog):
    node.call(raising_later(ValueError("of the app")))
    assert node.told() == [("fail", "error")]
    assert "of the app" in caplog.text


def test_an_interrupt_of_what_is_awaited_is_a_deadline_and_no_failure(node, caplog):
    node.call(raising_later(Interrupted()))
    assert node.told() == [("fail", "deadline")]
    assert caplog.records == []


def test_a_failure_after_the_head_cuts_the_answer(node, caplog):
    node.call(raising_later(ValueError("halfway"), head=True))
    assert node.told() == [("reply", b"", True), ("fail", "error")]


def test_a_failure_after_the_answer_is_the_services_own_matter(node, caplog):
    async def handle(exchange: HostExchange) -> None:
        exchange.reply(HEAD, b"done")
        raise ValueError("afterwards")

    node.call(handle)
    assert node.told() == [("reply", b"done", False)]
    assert caplog.records == []


def test_a_handler_that_ends_itself_is_cancelled(node, caplog):
    async def handle(exchange: HostExchange) -> None:
        raise asyncio.CancelledError

    node.call(handle)
    assert node.told() == [("fail", "cancelled")]
    assert caplog.records == []


def test_a_call_is_answered_while_others_wait(node):
    node.call(for_ever)
    node.call(answer(b"quick"))
    assert node.told() == [("reply", b"quick", False)]


# --- frames of calls


def test_frames_reach_the_call_that_they_name(node):
    got: dict[int, bytes] = {}

    async def handle(exchange: HostExchange) -> None:
        part = await exchange.receive()
        assert part is not None
        got[exchange.call.id] = part[0]

    first, second = node.call(handle, more=True), node.call(handle, more=True)
    node.send(Data(second.call.id, b"2"), Data(first.call.id, b"1"))
    assert got == {first.call.id: b"1", second.call.id: b"2"}


def test_the_parts_of_a_body_may_come_in_one_piece_with_their_call(node):
    got = []

    async def handle(exchange: HostExchange) -> None:
        got.append(await exchange.receive())

    node.service.handler = handle
    call = node.next_call(more=True)
    node.send(call, Data(call.id, b"x", end=True))
    assert got == [(b"x", False)]


def test_frames_for_an_answered_call_are_late_and_change_nothing(node):
    exchange = node.call(answer(b""), more=True)
    node.frames()
    node.send(Data(exchange.call.id, b"x"), Credit(exchange.call.id, 1), Cancel(exchange.call.id, "gone"))
    assert node.told() == []
    assert exchange.last == b""
    assert not exchange.ended


@given(st.lists(st.sampled_from([Data(99, b"x", True), Credit(99, 5), Cancel(99, "gone")])))
def test_frames_for_a_call_that_is_not_there_change_nothing(late):
    with played() as node:
        node.send(*late, node.next_call())
        assert node.told() == []
        assert len(node.service.exchanges) == 1


def test_a_stream_under_way_can_be_cancelled_without_a_task_of_its_own(node):
    exchange = node.call(lambda exchange: exchange.reply(HEAD, b"head", more=True))
    node.send(Cancel(exchange.call.id, "gone"))
    assert node.told() == [("reply", b"head", True), ("fail", "cancelled")]


def test_nothing_of_a_call_is_kept_when_it_is_over(node, caplog):
    caplog.set_level(logging.CRITICAL)  # records hold what they tell of
    cancelled = node.call(for_ever, more=True).call.id
    for handler in (answer(b"x"), streaming(b"x"), raising(ValueError()), raising_later(ValueError()), for_ever):
        node.call(handler, more=True)
    node.send(Cancel(cancelled, "gone"), Cancel(node.service.exchanges[-1].call.id, "gone"))
    node.loop.advance(FOR_EVER)
    node.service.exchanges.clear()
    node.service.handler = answer(b"")
    gc.collect()
    assert [one for one in gc.get_objects() if type(one) is HostExchange and one._link is node.link] == []


# --- one write a loop turn


def test_what_a_read_brings_is_answered_in_one_write(node):
    node.service.handler = answer(b"x")
    node.receive_bytes(b"".join(frame_bytes(node.next_call()) for _ in range(5)))
    assert len(node.transport.writes) == 1
    assert len(node.frames()) == 5


def test_what_tasks_say_in_one_turn_of_the_loop_is_one_write(node):
    gate = node.loop.create_future()

    async def handle(exchange: HostExchange) -> None:
        await gate
        exchange.reply(HEAD, b"x")

    for _ in range(5):
        node.call(handle)
    gate.set_result(None)
    node.loop.settle()
    assert len(node.transport.writes) == 1
    assert len(node.frames()) == 5


def asked(node: Node, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the loop is asked to call soon, from now on."""
    found: list[Any] = []
    call_soon = node.loop.call_soon
    monkeypatch.setattr(
        node.loop, "call_soon", lambda *args, **kwargs: (found.append(args[0]), call_soon(*args, **kwargs))[1]
    )
    return found


def test_an_answer_given_at_once_costs_no_turn_of_the_loop(node, monkeypatch):
    node.service.handler = answer(b"x")
    found = asked(node, monkeypatch)
    node.receive_bytes(frame_bytes(node.next_call()))
    assert found == []


def test_the_loop_is_asked_once_however_much_is_said(node, monkeypatch):
    found = asked(node, monkeypatch)
    for _ in range(3):
        node.link.write(Pong(INDEX))
    assert len(found) == 1


def test_every_turn_of_the_loop_has_its_write(node):
    async def handle(exchange: HostExchange) -> None:
        exchange.reply(HEAD, more=True)
        for part in (b"1", b"2"):
            await asyncio.sleep(1)
            await exchange.send(part)

    node.call(handle)
    node.loop.advance(1)
    node.loop.advance(1)
    assert len(node.transport.writes) == 3
    assert node.told() == [("reply", b"", True), ("data", b"1"), ("data", b"2")]


def test_where_there_is_nothing_to_say_nothing_is_written(node):
    node.call(for_ever)
    node.receive_bytes(b"")
    assert node.transport.writes == []


def test_a_link_may_speak_before_it_is_spoken_to(node):
    node.link.write(Pong(INDEX))
    assert node.transport.writes == []
    node.loop.settle()
    assert node.told() == [("pong",)]


def test_nothing_is_said_twice(node):
    node.call(answer(b"1"))
    node.call(answer(b"2"))
    assert node.told() == [("reply", b"1", False), ("reply", b"2", False)]


def test_what_is_said_before_there_is_a_socket_harms_nothing(node):
    node.link._transport = None
    node.call(answer(b"x"))
    assert node.transport.writes == []


# --- garbage, and the end


def test_garbage_ends_the_connection_after_what_came_before_it_is_answered(node):
    """asyncio closes a connection whose protocol raises; then the worker ends."""
    node.service.handler = answer(b"x")
    with pytest.raises(WireGarbage):
        node.receive_bytes(GARBAGE)
    node.receive_bytes(frame_bytes(node.next_call()))
    assert node.told() == [("reply", b"x", False)]


def test_a_frame_that_only_a_worker_sends_is_garbage_to_it(node):
    with pytest.raises(WireGarbage):
        node.send(Pong(0))


def test_answers_to_calls_that_this_worker_never_made_are_ignored(node):
    exchange = node.call(for_ever)
    node.send(Reply(exchange.call.id, HEAD, b""), Fail(exchange.call.id, "error"))
    assert node.told() == []
    assert not exchange.finished


def test_what_was_written_by_tasks_is_sent_though_garbage_comes_in_the_same_turn(node):
    exchange = node.call(lambda exchange: None, more=True)
    exchange.reply(HEAD, b"answer")
    with pytest.raises(WireGarbage):
        node.receive_bytes(GARBAGE)
    assert node.told() == [("reply", b"answer", False)]


def test_the_worker_ends_when_the_node_hangs_up(node):
    node.loop.call_soon(node.link.connection_lost, None)
    node.loop.run_forever()  # returns
    assert not node.loop.is_running()


# --- whether it is there


def test_a_ping_is_answered_with_the_workers_number(node):
    node.send(Ping())
    (pong,) = node.frames()
    assert (type(pong), pong.worker, pong.tasks) == (Pong, INDEX, 0)


def tasks_told(node: Node) -> int:
    node.frames()
    node.send(Ping())
    (pong,) = node.frames()
    return pong.tasks


def test_a_drain_waits_for_tasks_that_calls_have_left_behind(node):
    async def handle(exchange: HostExchange) -> None:
        node.tasks = [asyncio.ensure_future(asyncio.sleep(5)), asyncio.ensure_future(asyncio.sleep(9))]
        exchange.reply(HEAD)

    node.call(handle)
    assert node.link.left_behind() == set(node.tasks)
    assert tasks_told(node) == 2
    node.loop.advance(6)
    assert tasks_told(node) == 1
    node.loop.advance(6)
    assert tasks_told(node) == 0


def test_calls_in_flight_are_no_tasks_left_behind(node):
    node.call(for_ever)
    node.call(streaming(b"x" * 2**20))
    assert tasks_told(node) == 0


def test_a_call_that_goes_on_after_its_answer_is_left_behind(node):
    async def handle(exchange: HostExchange) -> None:
        exchange.reply(HEAD, b"answer")
        await asyncio.sleep(5)

    node.call(handle)
    assert tasks_told(node) == 1
    node.loop.advance(6)
    assert tasks_told(node) == 0


def test_what_the_apps_start_has_set_going_is_not_waited_for():
    node = Node(before=lambda loop: loop.create_task(asyncio.sleep(FOR_EVER)))
    assert tasks_told(node) == 0
    node.close()


# --- what is running, for another thread


def test_a_plain_handler_is_running_while_it_is_on_the_stack(node):
    seen = []

    def handle(exchange: HostExchange) -> None:
        seen.extend([node.link.is_running(exchange.call.id), node.link.is_running(0), node.link.running])
        seen.append(node.link.is_running(exchange.call.id + 2))

    exchange = node.call(handle)
    assert seen == [True, True, exchange.call.id, False]
    assert node.link.running == 0


def test_nothing_is_running_before_the_first_call(node):
    assert not node.link.is_running(0)
    assert not node.link.is_running(1)


@pytest.mark.parametrize("handler", [answer(b""), raising(ValueError()), raising(Interrupted())])
def test_nothing_is_running_between_calls(node, caplog, handler):
    exchange = node.call(handler)
    assert not node.link.is_running(exchange.call.id)
    assert not node.link.is_running(0)


def test_a_task_is_running_while_it_has_the_loop(node):
    seen = []

    async def handle(exchange: HostExchange) -> None:
        seen.extend([node.link.is_running(exchange.call.id), node.link.is_running(0)])
        seen.extend([node.link.running, node.link.is_running(waiting.call.id)])
        await asyncio.sleep(FOR_EVER)

    waiting = node.call(for_ever)
    exchange = node.call(handle)
    assert seen == [True, True, 0, False]
    assert not node.link.is_running(exchange.call.id)


# --- an app that blocks throughout


@pytest.fixture
def blocking_node():
    node = Node(blocks=True)
    yield node
    node.close()


def test_the_calls_of_an_app_that_blocks_find_no_loop(blocking_node):
    found: list[object] = []

    def handle(exchange: HostExchange) -> None:
        found.append(asyncio._get_running_loop())
        exchange.reply(HEAD, b"done")

    blocking_node.service.handler = handle
    blocking_node.send_in_the_loop(b"".join(frame_bytes(blocking_node.next_call()) for _ in range(2)))
    assert found == [None, None]
    assert blocking_node.told() == [("reply", b"done", False)] * 2


@pytest.mark.parametrize("error", [Interrupted(), ValueError("x")])
def test_the_loop_is_there_again_after_such_calls(blocking_node, error):
    found: list[object] = []
    blocking_node.service.handler = raising(error)

    def receive() -> None:
        blocking_node.link.data_received(frame_bytes(blocking_node.next_call()))
        with pytest.raises(WireGarbage):
            blocking_node.link.data_received(GARBAGE)
        found.append(asyncio._get_running_loop())

    blocking_node.loop.call_soon(receive)
    blocking_node.loop.settle()
    assert found == [blocking_node.loop]


def test_what_such_a_call_leaves_to_the_loop_runs_in_it(blocking_node):
    found: list[object] = []

    async def rest(exchange: HostExchange) -> None:
        found.append(asyncio.get_running_loop())
        await asyncio.sleep(0)
        exchange.reply(HEAD, b"later")

    blocking_node.service.handler = rest
    blocking_node.send_in_the_loop(frame_bytes(blocking_node.next_call()))
    assert found == [blocking_node.loop]
    assert blocking_node.told() == [("reply", b"later", False)]


def test_the_calls_of_any_other_app_are_in_the_loop(node):
    found: list[object] = []
    node.service.handler = lambda exchange: found.append(asyncio._get_running_loop())
    node.send_in_the_loop(frame_bytes(node.next_call()))
    assert found == [node.loop]
