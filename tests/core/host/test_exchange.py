"""One call inside a worker: what it sends, what it waits for, and how it ends."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.host.node import HEAD, Handler, Node
from vaas.core.host import exchange as exchange_module
from vaas.core.host.exchange import INSIST_AFTER, HostExchange
from vaas.core.service import CallerGone
from vaas.core.wire.messages import CHUNK, HUNG_UP, MESSAGE, RUNS_ON, WINDOW, Cancel, Credit, Data, Reply

FOR_EVER = 10**9


@contextmanager
def played() -> Iterator[Node]:
    """For tests by hypothesis, which share one fixture between all examples."""
    node = Node()
    try:
        yield node
    finally:
        node.close()


def sizes_of(told: list[tuple]) -> int:
    return sum(len(one[1]) for one in told if one[0] in ("reply", "data"))


def streaming(*parts: bytes, text: bool = False, then: bytes = b"") -> Handler:
    async def handle(exchange: HostExchange) -> None:
        exchange.reply(HEAD, more=True)
        for part in parts:
            await exchange.send(part, text=text)
        exchange.finish(then)

    return handle


def reading(into: list) -> Handler:
    """Reads the caller's stream to its end, which is None there, or the exception's class."""

    async def handle(exchange: HostExchange) -> None:
        try:
            while (part := await exchange.receive()) is not None:
                into.append(part)
            into.append(None)
        except CallerGone:
            into.append(CallerGone)

    return handle


# --- the answer


def test_a_whole_answer_is_one_frame(node):
    exchange = node.call(lambda exchange: exchange.reply(HEAD, b"hello"))
    (reply,) = node.frames()
    assert (type(reply), reply.id, bytes(reply.head), reply.body, reply.more) == (
        *(Reply, exchange.call.id, bytes(HEAD), b"hello", False),
    )
    assert exchange.finished


def test_a_call_is_answered_once(node):
    def handle(exchange: HostExchange) -> None:
        exchange.reply(HEAD, b"first")
        exchange.reply(HEAD, b"second")
        exchange.finish(b"third")
        exchange.fail("fourth")

    node.call(handle)
    assert node.told() == [("reply", b"first", False)]


def test_a_stream_is_a_head_its_parts_and_an_end(node):
    exchange = node.call(streaming(b"one", b"two", then=b"last"))
    assert node.told() == [
        ("reply", b"", True),
        ("data", b"one"),
        ("data", b"two"),
        ("data", b"last", "end"),
    ]
    assert exchange.finished


def test_what_is_sent_after_the_end_is_refused(node):
    refused = []

    async def handle(exchange: HostExchange) -> None:
        exchange.reply(HEAD, more=True)
        exchange.finish()
        try:
            await exchange.send(b"late")
        except CallerGone:
            refused.append(True)

    node.call(handle)
    assert refused
    assert node.told() == [("reply", b"", True), ("data", b"", "end")]


@pytest.mark.parametrize("text", [True, False])
def test_a_part_says_whether_it_is_text(node, text):
    node.call(streaming(b"x", text=text), more=True, messages=True)
    assert node.told()[1] == ("data", b"x", *(["text"] if text else []))


def test_a_part_is_bytes_unless_it_says_otherwise(node):
    async def handle(exchange: HostExchange) -> None:
        exchange.reply(HEAD, more=True)
        await exchange.send(b"x")

    node.call(handle, more=True, messages=True)
    assert node.told()[1] == ("data", b"x")


def test_a_large_part_travels_in_chunks(node):
    data = bytes(range(256)) * (CHUNK // 256) + b"rest"
    node.call(streaming(data))
    assert node.told()[1:3] == [("data", data[:CHUNK]), ("data", b"rest")]


def test_a_large_message_travels_in_frames_that_say_that_it_goes_on(node):
    message = b"m" * (2 * WINDOW + 1)
    exchange = node.call(streaming(message), more=True, messages=True)
    node.send(Credit(exchange.call.id, 2 * WINDOW))
    frames = [frame for frame in node.frames() if type(frame) is Data]
    assert b"".join(frame.data for frame in frames) == message
    assert [frame.more for frame in frames] == [True, True, False, False]


def test_no_message_comes_between_the_frames_of_another(node):
    exchange = node.call(lambda exchange: exchange.reply(HEAD, more=True), more=True, messages=True)
    for message in (b"L" * 3 * WINDOW, b"s"):
        node.loop.create_task(exchange.send(message))
    node.loop.settle()
    node.send(Credit(exchange.call.id, 4 * WINDOW))
    assert b"".join(part[1] for part in node.told() if part[0] == "data") == b"L" * 3 * WINDOW + b"s"


def test_a_large_message_is_sent_to_its_end_though_its_sender_is_cancelled(node):
    exchange = node.call(lambda exchange: exchange.reply(HEAD, more=True), more=True, messages=True)
    sending = node.loop.create_task(exchange.send(b"x" * 2 * WINDOW))
    node.loop.settle()
    sending.cancel()
    node.send(Credit(exchange.call.id, 2 * WINDOW))
    assert sizes_of(node.told()) == 2 * WINDOW


def test_the_rest_of_a_message_whose_sender_was_cancelled_fails_without_a_word(node, caplog):
    exchange = node.call(lambda exchange: exchange.reply(HEAD, more=True), more=True, messages=True)
    sending = node.loop.create_task(exchange.send(b"x" * 2 * WINDOW))
    node.loop.settle()
    sending.cancel()
    node.send(Data(exchange.call.id, b"bye", True))
    node.loop.settle()
    del sending
    gc.collect()
    assert caplog.records == []


def test_a_message_in_frames_is_received_as_one(node):
    got: list = []
    exchange = node.call(reading(got), more=True, messages=True)
    for data, more in ((b"a", True), (b"b", True), (b"c", False), (b"d", False)):
        node.send(Data(exchange.call.id, data, text=True, more=more))
    node.send(Data(exchange.call.id, b"", True))
    assert got == [(b"abc", True), (b"d", True), None]


def test_a_receiver_that_is_cancelled_in_the_middle_of_a_message_loses_nothing(node):
    got: list = []
    exchange = node.call(lambda exchange: exchange.reply(HEAD, more=True), more=True, messages=True)
    first = node.loop.create_task(exchange.receive())
    node.send(Data(exchange.call.id, b"a", more=True))
    first.cancel()
    node.loop.settle()
    node.loop.create_task(reading(got)(exchange))
    node.send(Data(exchange.call.id, b"b"))
    assert got == [(b"ab", False)]


@pytest.mark.parametrize("text", [True, False])
def test_an_empty_message_is_received(node, text):
    got: list = []
    exchange = node.call(reading(got), more=True, messages=True)
    node.send(Data(exchange.call.id, b"", text=text))
    assert got == [(b"", text)]


def test_an_empty_message_costs_credit_as_any_does(node):
    exchange = node.call(lambda exchange: exchange.reply(HEAD, more=True), more=True, messages=True)

    async def flood() -> None:
        while True:
            await exchange.send(b"")

    flooding = node.loop.create_task(flood())
    node.loop.settle()
    assert not flooding.done()
    assert len(node.told()) == 1 + WINDOW // MESSAGE


@pytest.mark.parametrize("large", [False, True])
def test_a_message_to_a_caller_who_has_said_farewell_raises_an_oserror(node, large):
    errors: list = []

    async def handle(exchange: HostExchange) -> None:
        exchange.reply(HEAD, more=True)
        try:
            while True:
                await exchange.send(b"x" * (2 * WINDOW if large else 1))
                await asyncio.sleep(0)
        except OSError as error:
            errors.append(type(error))

    exchange = node.call(handle, more=True, messages=True)
    node.send(Data(exchange.call.id, b"bye", True))
    assert errors == [CallerGone]


def test_a_message_that_fits_into_a_window_travels_whole(node):
    node.call(streaming(b"m" * (CHUNK + 1)), more=True, messages=True)
    assert node.told() == [("reply", b"", True), ("data", b"m" * (CHUNK + 1)), ("data", b"", "end")]


def test_an_empty_message_is_a_message(node):
    node.call(streaming(b""), more=True, messages=True)
    assert node.told()[1] == ("data", b"")


def test_a_failure_after_the_head_cuts_the_stream(node):
    def handle(exchange: HostExchange) -> None:
        exchange.reply(HEAD, b"half", more=True)
        exchange.fail("error")
        exchange.finish()

    node.call(handle)
    assert node.told() == [("reply", b"half", True), ("fail", "error")]


def test_the_deadline_is_what_is_left_of_the_callers_patience(node, monkeypatch):
    monkeypatch.setattr(exchange_module, "monotonic", lambda: 100.0)
    assert node.call(lambda exchange: None, left=2.5).deadline == 102.5


def test_a_call_without_a_deadline_has_all_the_time_there_is(node):
    assert node.call(lambda exchange: None).deadline == float("inf")


# --- credit for the answer


def test_an_answer_of_one_window_is_one_frame(node):
    node.call(lambda exchange: exchange.reply(HEAD, b"x" * WINDOW))
    assert node.told() == [("reply", b"x" * WINDOW, False)]


def test_of_a_larger_answer_one_window_is_sent_and_the_rest_when_it_is_taken(node):
    body = b"a" * WINDOW + b"b" * CHUNK + b"c"
    exchange = node.call(lambda exchange: exchange.reply(HEAD, body))
    assert node.told() == [("reply", body[:WINDOW], True)]
    assert not exchange.finished
    node.send(Credit(exchange.call.id, WINDOW))
    assert node.told() == [("data", b"b" * CHUNK), ("data", b"c"), ("data", b"", "end")]
    assert exchange.finished


def test_the_rest_of_a_larger_answer_needs_one_byte_of_credit_for_its_next_part(node):
    exchange = node.call(lambda exchange: exchange.reply(HEAD, b"a" * WINDOW + b"b"))
    node.frames()
    node.send(Credit(exchange.call.id, 1))
    assert node.told() == [("data", b"b"), ("data", b"", "end")]


def test_the_first_part_of_a_stream_fits_a_window(node):
    def handle(exchange: HostExchange) -> None:
        with pytest.raises(ValueError, match=str(WINDOW)):
            exchange.reply(HEAD, b"x" * (WINDOW + 1), more=True)

    node.call(handle)
    assert node.told() == []


def test_the_first_part_costs_credit_too(node):
    async def handle(exchange: HostExchange) -> None:
        exchange.reply(HEAD, b"x" * WINDOW, more=True)
        await exchange.send(b"y")

    exchange = node.call(handle)
    assert node.told() == [("reply", b"x" * WINDOW, True)]
    node.send(Credit(exchange.call.id, 1))
    assert node.told() == [("data", b"y")]


def test_a_window_may_be_used_to_its_last_byte_and_no_further(node):
    exchange = node.call(streaming(*[b"x" * CHUNK] * (WINDOW // CHUNK), b"y", b"z"))
    assert sizes_of(node.told()) == WINDOW
    node.send(Credit(exchange.call.id, 1))
    assert node.told() == [("data", b"y")]
    node.send(Credit(exchange.call.id, 1))
    assert node.told() == [("data", b"z"), ("data", b"", "end")]


@given(parts=st.lists(st.integers(0, 3 * CHUNK), max_size=8), grants=st.lists(st.integers(1, WINDOW), max_size=8))
def test_never_is_more_under_way_than_a_window_and_one_part(parts, grants):
    with played() as node:
        exchange = node.call(streaming(*(b"x" * size for size in parts)))
        sent = sizes_of(node.told())
        granted = 0
        for size in grants:
            assert sent - granted < WINDOW + CHUNK
            assert sent == sum(parts) or sent - granted >= WINDOW
            node.send(Credit(exchange.call.id, size))
            granted += size
            sent += sizes_of(node.told())
        assert sent - granted < WINDOW + CHUNK


def test_one_who_waits_for_credit_learns_that_the_caller_has_gone(node):
    told = []

    async def send(exchange: HostExchange) -> None:
        try:
            await exchange.send(b"y")
        except CallerGone:
            told.append("gone")

    async def handle(exchange: HostExchange) -> None:
        exchange.reply(HEAD, b"x" * WINDOW, more=True)
        other = asyncio.ensure_future(send(exchange))
        await asyncio.sleep(0)
        try:
            await asyncio.sleep(FOR_EVER)
        finally:
            await other

    exchange = node.call(handle)
    node.send(Cancel(exchange.call.id, "client gone"))
    assert told == ["gone"]
    assert node.told() == [("reply", b"x" * WINDOW, True), ("fail", "cancelled")]


# --- the caller's stream


def test_parts_are_received_in_order_and_then_none(node):
    got: list = []
    exchange = node.call(reading(got), more=True)
    node.send(Data(exchange.call.id, b"one"), Data(exchange.call.id, b"two", text=True))
    node.send(Data(exchange.call.id, b"", end=True))
    assert got == [(b"one", False), (b"two", True), None]


def test_the_end_of_a_stream_may_be_asked_for_again(node):
    got = []

    async def handle(exchange: HostExchange) -> None:
        got.extend([await exchange.receive(), await exchange.receive()])

    exchange = node.call(handle, more=True)
    node.send(Data(exchange.call.id, b"", end=True))
    assert got == [None, None]


def test_a_call_that_is_all_there_has_no_further_parts(node):
    got: list = []
    node.call(reading(got), b"all of it")
    assert got == [None]
    assert node.told() == []


def test_the_last_part_may_come_with_the_end(node):
    got: list = []
    exchange = node.call(reading(got), more=True)
    node.send(Data(exchange.call.id, b"last", end=True))
    assert got == [(b"last", False), None]


def test_the_end_of_a_stream_of_messages_is_a_farewell_and_no_message(node):
    got: list = []
    exchange = node.call(reading(got), more=True, messages=True)
    node.send(Data(exchange.call.id, b"message"), Data(exchange.call.id, b"bye", end=True))
    assert got == [(b"message", False), None]
    assert exchange.last == b"bye"


def test_there_is_no_farewell_before_the_end(node):
    exchange = node.call(reading([]), more=True, messages=True)
    node.send(Data(exchange.call.id, b"message"))
    assert exchange.last == b""


def test_a_part_without_data_is_none(node):
    got: list = []
    exchange = node.call(reading(got), more=True)
    node.send(Data(exchange.call.id, b""), Data(exchange.call.id, b"x"))
    assert got == [(b"x", False)]


def test_the_first_part_is_credited_when_the_rest_is_asked_for(node):
    exchange = node.call(lambda exchange: None, b"12345", more=True)
    assert node.told() == []
    node.loop.create_task(exchange.receive())
    node.loop.settle()
    assert node.told() == [("credit", 5)]


def test_that_a_body_is_asked_for_is_told_once_and_of_messages_never(node):
    exchange = node.call(reading([]), more=True)
    assert node.told() == [("credit", 0)]
    node.send(Data(exchange.call.id, b"1"))
    assert node.told() == [("credit", 1)]
    node.call(reading([]), more=True, messages=True)
    assert node.told() == []
    node.call(lambda exchange: None, more=True)
    assert node.told() == []


def test_the_first_part_is_credited_once_though_the_rest_comes_before_it_is_asked_for(node):
    got: list = []
    exchange = node.call(lambda exchange: None, b"12345", more=True)
    node.send(Data(exchange.call.id, b"67"))
    assert node.told() == [("credit", 5)]
    node.loop.create_task(reading(got)(exchange))
    node.loop.settle()
    assert got == [(b"67", False)]
    assert node.told() == [("credit", 2)]


def test_a_part_is_credited_when_it_is_taken_and_not_when_it_comes(node):
    exchange = node.call(lambda exchange: None, more=True)
    node.send(Data(exchange.call.id, b"123"))
    assert node.told() == []
    node.loop.create_task(exchange.receive())
    node.loop.settle()
    assert node.told() == [("credit", 3)]


def test_no_credit_is_returned_to_one_who_will_send_no_more(node):
    exchange = node.call(lambda exchange: None, b"first", more=True)
    node.send(Data(exchange.call.id, b"123"), Data(exchange.call.id, b"4", end=True))
    node.frames()
    node.loop.create_task(reading([])(exchange))
    node.loop.settle()
    assert node.told() == []


def test_no_credit_is_returned_once_the_call_is_answered(node):
    exchange = node.call(lambda exchange: None, more=True)
    node.send(Data(exchange.call.id, b"123"))
    exchange.reply(HEAD)
    node.loop.create_task(exchange.receive())
    node.loop.settle()
    assert node.told() == [("reply", b"", False)]


@given(st.binary(max_size=9), st.lists(st.binary(min_size=1, max_size=9)))
def test_all_that_is_read_comes_back_as_credit(first, parts):
    with played() as node:
        got: list = []
        exchange = node.call(reading(got), first, more=True)
        for part in parts:
            node.send(Data(exchange.call.id, part))
        assert [data for data, _ in got] == parts
        assert sum(size for _, size in node.told()) == len(first) + sum(map(len, parts))


def test_all_that_wait_are_woken(node):
    got: list = []
    exchange = node.call(lambda exchange: None, more=True)
    for _ in range(2):
        node.loop.create_task(reading(got)(exchange))
    node.loop.settle()
    node.send(Data(exchange.call.id, b"", end=True))
    assert got == [None, None]


# --- the caller goes


def test_a_cancel_is_acknowledged_at_once(node):
    exchange = node.call(lambda exchange: None, more=True)
    node.receive_bytes(b"")
    node.send(Cancel(exchange.call.id, "client gone"))
    assert node.told() == [("fail", "cancelled")]
    assert exchange.finished


def test_a_cancel_ends_the_handler_where_it_waits(node):
    ended = []

    async def handle(exchange: HostExchange) -> None:
        try:
            await asyncio.sleep(FOR_EVER)
        except asyncio.CancelledError:
            ended.append(True)
            raise

    exchange = node.call(handle)
    node.send(Cancel(exchange.call.id, "deadline"))
    assert ended
    assert node.told() == [("fail", "cancelled")]


def test_a_stream_that_its_caller_has_left_has_no_end(node):
    """Another task may read it, which is not cancelled: half an upload must not look like a whole one."""
    got: list = []
    exchange = node.call(lambda exchange: None, more=True)
    reader = node.loop.create_task(reading(got)(exchange))
    node.send(Data(exchange.call.id, b"half"))
    node.send(Cancel(exchange.call.id, "client gone"))
    assert got == [(b"half", False), CallerGone]
    assert reader.done()


def test_a_stream_that_was_complete_before_its_caller_left_has_an_end(node):
    got: list = []
    exchange = node.call(lambda exchange: None, more=True)
    node.send(Data(exchange.call.id, b"all", end=True), Cancel(exchange.call.id, "client gone"))
    node.loop.create_task(reading(got)(exchange))
    node.loop.settle()
    assert got == [(b"all", False), None]


def test_what_a_cancelled_handler_says_is_not_sent(node):
    async def handle(exchange: HostExchange) -> None:
        exchange.reply(HEAD, more=True)
        try:
            await asyncio.sleep(FOR_EVER)
        finally:
            exchange.finish(b"too late")

    exchange = node.call(handle)
    node.send(Cancel(exchange.call.id, "client gone"))
    assert node.told() == [("reply", b"", True), ("fail", "cancelled")]


def swallowing(seen: list[str]) -> Handler:
    async def handle(exchange: HostExchange) -> None:
        try:
            while True:
                try:
                    await asyncio.sleep(FOR_EVER)
                except asyncio.CancelledError:
                    seen.append("cancelled")
        finally:
            seen.append("closed")

    return handle


def test_a_handler_that_swallows_its_cancellation_is_closed_after_a_while(node):
    seen: list[str] = []
    exchange = node.call(swallowing(seen))
    node.send(Cancel(exchange.call.id, "client gone"))
    node.loop.advance(INSIST_AFTER * 0.9)
    assert seen == ["cancelled"]
    node.loop.advance(INSIST_AFTER * 0.2)
    assert seen == ["cancelled", "closed"]
    assert exchange.task is not None
    assert exchange.task.done()


def test_a_handler_that_cleans_up_in_time_is_let_alone(node):
    ended = []

    async def handle(exchange: HostExchange) -> None:
        try:
            await asyncio.sleep(FOR_EVER)
        finally:
            await asyncio.sleep(INSIST_AFTER * 0.5)
            ended.append(True)

    exchange = node.call(handle)
    node.send(Cancel(exchange.call.id, "client gone"))
    node.loop.advance(INSIST_AFTER * 0.6)
    node.loop.advance(INSIST_AFTER)
    assert ended == [True]
    assert exchange.task is not None
    assert exchange.task.cancelled()


def test_code_that_ignores_that_it_is_closed_holds_up_no_other_call(node):
    async def handle(exchange: HostExchange) -> None:
        while True:
            try:
                await asyncio.sleep(FOR_EVER)
            except BaseException:
                if node.loop.now > 10 * INSIST_AFTER:
                    raise

    exchange = node.call(handle)
    node.send(Cancel(exchange.call.id, "client gone"))
    node.loop.advance(INSIST_AFTER)
    node.call(lambda exchange: exchange.reply(HEAD, b"next"))
    assert node.told() == [("fail", "cancelled"), ("reply", b"next", False)]
    node.loop.now += 10 * INSIST_AFTER


# --- a client that hangs up


def goes_on(steps: list, streams: bool = False) -> Handler:
    async def handle(exchange: HostExchange) -> None:
        if streams:
            exchange.reply(HEAD, more=True)
        try:
            await asyncio.sleep(5)
            steps.append("done")
        except asyncio.CancelledError:
            steps.append("cancelled")
            raise

    return handle


def test_a_handler_whose_client_hangs_up_goes_on_to_its_end(node):
    steps: list = []
    exchange = node.call(goes_on(steps), left=30.0)
    node.send(Cancel(exchange.call.id, HUNG_UP))
    assert node.told() == [("fail", RUNS_ON)]
    node.loop.advance(6)
    assert steps == ["done"]
    assert node.told() == [("fail", "cancelled")]


def test_it_goes_on_for_no_longer_than_a_call_may_take(node):
    steps: list = []
    exchange = node.call(goes_on(steps), left=3.0)
    node.send(Cancel(exchange.call.id, HUNG_UP))
    assert node.told() == [("fail", RUNS_ON)]
    node.loop.advance(4)
    assert steps == ["cancelled"]
    assert node.told() == [("fail", "cancelled")]


def test_a_stream_whose_client_hangs_up_is_ended(node):
    steps: list = []
    exchange = node.call(goes_on(steps, streams=True), left=30.0)
    node.send(Cancel(exchange.call.id, HUNG_UP))
    assert steps == ["cancelled"]


def test_a_stream_that_its_service_lets_run_on_keeps_its_place_until_it_ends(node):
    async def handle(exchange: HostExchange) -> None:
        exchange.reply(HEAD, more=True)
        exchange.runs_on = True
        await asyncio.sleep(5)

    exchange = node.call(handle, left=30.0)
    node.told()
    node.send(Cancel(exchange.call.id, HUNG_UP))
    assert node.told() == [("fail", RUNS_ON)]
    node.loop.advance(6)
    assert node.told() == [("fail", "cancelled")]


def test_a_handler_that_has_answered_and_goes_on_has_no_place_to_keep(node):
    async def handle(exchange: HostExchange) -> None:
        exchange.reply(HEAD)
        await asyncio.sleep(5)

    exchange = node.call(handle, left=30.0)
    node.told()
    exchange.on_cancel(HUNG_UP)
    node.loop.advance(6)
    assert node.told() == []


def test_a_deadline_ends_a_handler_as_ever(node):
    steps: list = []
    exchange = node.call(goes_on(steps), left=30.0)
    node.send(Cancel(exchange.call.id, "deadline"))
    assert steps == ["cancelled"]


@pytest.mark.parametrize("answers", [True, False])
def test_a_service_can_wait_for_the_end_of_an_exchange(node, answers):
    told: list = []

    async def handle(exchange: HostExchange) -> None:
        await exchange.over()
        told.append(exchange.finished)

    exchange = node.call(handle, left=30.0)
    assert (told, exchange.is_over) == ([], False)
    if answers:
        exchange.reply(HEAD)
        node.loop.settle()
    else:
        node.send(Cancel(exchange.call.id, HUNG_UP))
    assert (told, exchange.is_over) == ([True], True)
