"""The node's end of a worker's socket: what it counts, what it sends, and what it makes of what comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from vaas.core.errors import VaasError
from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.pool.calls.tally import Tally
from vaas.core.pool.errors import DeadlineExceeded, HandlerFailed, HostGone, StreamStalled
from vaas.core.wire.codec import FrameReader, WireGarbage, frame_bytes
from vaas.core.wire.messages import (
    HUNG_UP,
    RUNS_ON,
    WINDOW,
    Call,
    Cancel,
    Credit,
    Data,
    Fail,
    Frame,
    Ping,
    Pong,
    Reply,
    ToWorker,
)

HEAD = Raw(b"\xc0")
DEAD = HostGone(reason="dead")


class Loop:
    """A clock that the test sets, and the turn of a loop that it takes."""

    def __init__(self) -> None:
        self.now = 100.0
        self._soon: list[Callable[[], None]] = []

    def time(self) -> float:
        return self.now

    def call_soon(self, callback: Callable[[], None]) -> None:
        self._soon.append(callback)

    def turn(self) -> None:
        soon, self._soon = self._soon, []
        for callback in soon:
            callback()


class Wire(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.aborted = False

    def write(self, data: Any) -> None:
        self.writes.append(data)

    def abort(self) -> None:
        self.aborted = True


class Asked(PendingCall):
    """A call that keeps what becomes of it."""

    __slots__ = ("error", "got")

    def __init__(self, handler: str = "", *, slow: bool = False, more: bool = False, kind: str = "http") -> None:
        super().__init__(kind, HEAD, b"", "t", more=more)
        self.handler, self.slow = handler, slow
        self.patience, self.deadline = 30.0, 130.0
        self.tally = Tally()
        self.got: list[Frame] = []
        self.error: VaasError | None = None

    def on_reply(self, reply: Reply) -> None:
        self.got.append(reply)

    def on_data(self, part: Data) -> None:
        self.got.append(part)

    def on_fail(self, error: VaasError) -> None:
        assert self.error is None, "a call fails once"
        self.error = error


class Scene:
    """A link, and a worker whose part the test plays."""

    def __init__(self) -> None:
        self.loop, self.wire = Loop(), Wire()
        self.freed = self.lost = 0
        self.garbage: list[WireGarbage] = []
        self.link = LinkToWorker(cast(asyncio.AbstractEventLoop, self.loop), self, 0, self._on_idle_capacity)
        self.link.connection_made(self.wire)

    def _on_idle_capacity(self) -> None:
        self.freed += 1

    def on_garbage(self, error: WireGarbage) -> None:
        self.garbage.append(error)

    def on_worker_lost(self) -> None:
        self.lost += 1

    def begin(self, handler: str = "", **facts: Any) -> Asked:
        self.link.begin(pending := Asked(handler, **facts), 30.0)
        return pending

    def says(self, *frames: Frame) -> None:
        for frame in frames:
            self.link.data_received(frame_bytes(frame))

    def answers(self, pending: PendingCall) -> None:
        self.says(Reply(pending.call_id, HEAD, b"", more=False))

    def streams(self, pending: PendingCall) -> None:
        self.says(Reply(pending.call_id, HEAD, b"", more=True))

    def ends(self, pending: PendingCall) -> None:
        self.says(Data(pending.call_id, b"", end=True))

    @property
    def sent(self) -> list[Frame]:
        """What the worker was told, decoded; ends the turn of the loop."""
        self.loop.turn()
        return list(FrameReader(ToWorker).feed(b"".join(self.wire.writes)))

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.link.in_flight, self.link.blocked, self.link.slow


@pytest.fixture
def scene() -> Scene:
    return Scene()


# --- calls out


def test_calls_of_one_turn_of_the_loop_leave_in_one_write_and_in_their_order(scene: Scene):
    calls = [scene.begin() for _ in range(3)]
    assert (
        [frame.id for frame in scene.sent if isinstance(frame, Call)] == [call.call_id for call in calls] == [1, 3, 5]
    )
    assert len(scene.wire.writes) == 1
    assert scene.link.calls == 3


def test_nothing_is_written_to_a_worker_that_is_gone(scene: Scene):
    scene.begin()
    scene.link.connection_lost(None)
    assert scene.sent == []
    assert scene.lost == 1


def test_a_call_has_the_seconds_that_are_left_and_its_trace(scene: Scene):
    scene.begin()
    [call] = scene.sent
    assert isinstance(call, Call)
    assert (call.left, call.trace, call.more) == (30.0, "t", False)


def test_a_head_that_is_encoded_already_travels_as_it_is(scene: Scene):
    pending = Asked()
    pending.head = bytes(HEAD)
    scene.link.begin(pending, 30.0)
    scene.begin()
    assert [frame.head for frame in scene.sent if isinstance(frame, Call)] == [HEAD, HEAD]


def test_the_first_part_of_a_body_costs_its_credit(scene: Scene):
    pending = Asked()
    pending.body = b"xyz"
    scene.link.begin(pending, 30.0)
    assert pending.credit == WINDOW - 3


# --- answers in


def test_an_answer_ends_a_call_and_offers_its_place(scene: Scene):
    pending = scene.begin()
    scene.answers(pending)
    assert len(pending.got) == 1
    assert (scene.counts, scene.freed, pending.link) == ((0, 0, 0), 1, None)


def test_a_stream_ends_with_its_last_part(scene: Scene):
    pending = scene.begin()
    scene.streams(pending)
    scene.says(Data(pending.call_id, b"x"))
    assert (scene.link.in_flight, scene.freed) == (1, 0)
    assert scene.link.streams == [pending]
    scene.ends(pending)
    assert (scene.link.in_flight, scene.freed, scene.link.streams) == (0, 1, [])
    assert len(pending.got) == 3


@pytest.mark.parametrize("streaming", [False, True])
def test_the_app_s_failure_is_told_with_its_reason_and_a_deadline_with_the_limit(scene: Scene, streaming: bool):
    failed, late = scene.begin(), scene.begin()
    if streaming:
        scene.streams(failed)
        scene.streams(late)
    scene.says(Fail(failed.call_id, "it broke"), Fail(late.call_id, "deadline"))
    assert type(failed.error) is HandlerFailed
    assert "it broke" in str(failed.error)
    assert type(late.error) is DeadlineExceeded
    assert "limits.timeout = 30s" in str(late.error)
    assert (scene.counts, scene.freed) == ((0, 0, 0), 2)
    assert failed.tally is not None
    assert failed.tally.errors == 1


def garbage() -> list[Any]:
    return [
        pytest.param(lambda call: Reply(0, HEAD, b"", more=False), id="no call has that id"),
        pytest.param(lambda call: Reply(-1, HEAD, b"", more=False), id="nor that"),
        pytest.param(lambda call: Reply(call.call_id + 2, HEAD, b"", more=False), id="a call that was never made"),
        pytest.param(lambda call: Data(call.call_id, b"x"), id="data before the head"),
        pytest.param(lambda call: Fail(call.call_id + 2, "x"), id="a failure of no call"),
        pytest.param(lambda call: Credit(call.call_id + 2, 1), id="credit for no call"),
        pytest.param(lambda call: Pong(0), id="an answer to no ping"),
        pytest.param(lambda call: Ping(), id="a node's word"),
        pytest.param(lambda call: Cancel(call.call_id, "x"), id="another of a node's words"),
    ]


@pytest.mark.parametrize("frame", garbage())
def test_what_makes_no_sense_is_the_end_of_the_host(scene: Scene, frame: Callable[[PendingCall], Frame]):
    scene.says(frame(scene.begin()))
    assert len(scene.garbage) == 1


def test_no_word_but_a_pong_answers_a_ping(scene: Scene):
    scene.link.ask(1000.0)
    scene.says(Cancel(1, "x"))
    assert "Cancel" in str(scene.garbage[0])


def test_an_answer_to_a_call_that_was_answered_is_ignored_and_frees_nothing(scene: Scene):
    pending = scene.begin()
    scene.answers(pending)
    scene.answers(pending)
    scene.says(Credit(pending.call_id, 1), Data(pending.call_id, b"", end=True))
    assert (scene.counts, scene.freed, scene.garbage) == ((0, 0, 0), 1, [])


# --- what occupies a worker


def test_a_plain_def_occupies_its_worker_until_it_has_answered(scene: Scene):
    pending = scene.begin("GET /", slow=True)
    assert scene.counts == (1, 1, 1)
    scene.answers(pending)
    assert scene.counts == (0, 0, 0)


def test_a_plain_def_whose_body_is_not_all_there_occupies_nothing(scene: Scene):
    pending = scene.begin("POST /", slow=True, more=True)
    assert scene.counts == (1, 0, 0)
    pending.send(b"x", end=True)
    assert scene.counts == (1, 1, 1)
    scene.link.occupy(pending)
    assert scene.counts == (1, 1, 1)


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize("end", ["answers", "fails", "cancelled", "cancelled in mid-stream"])
def test_a_slow_call_is_counted_off_exactly_as_it_was_counted(scene: Scene, end: str, complete: bool):
    pending = scene.begin("POST /", slow=True, more=True)
    if complete:
        pending.send(b"", end=True)
    if end == "answers":
        scene.answers(pending)
    elif end == "fails":
        scene.says(Fail(pending.call_id, "x"))
    else:
        if "stream" in end:
            scene.streams(pending)
        pending.abandon("gone")
        assert scene.counts == (1, complete, complete), "its place is taken until the worker acknowledges"
        scene.says(Fail(pending.call_id, "cancelled"))
    assert scene.counts == (0, 0, 0)


def test_an_async_def_is_never_slow(scene: Scene):
    pending = scene.begin(slow=True)
    assert scene.counts == (1, 0, 0)
    scene.answers(pending)
    assert scene.counts == (0, 0, 0)


def test_what_is_measured_is_the_time_since_the_call_before_it_ended(scene: Scene):
    first, second = scene.begin("GET /a"), scene.begin("GET /b")
    scene.loop.now += 0.5
    scene.answers(first)
    scene.loop.now += 0.25
    scene.answers(second)
    assert (first.tally, second.tally) != (None, None)
    assert first.tally._slowness == {"GET /a": 0.5}  # type: ignore[union-attr]
    assert second.tally._slowness == {"GET /b": 0.25}  # type: ignore[union-attr]


def test_a_call_that_begins_when_its_worker_is_idle_is_measured_from_then_on(scene: Scene):
    scene.answers(scene.begin("GET /a"))
    scene.loop.now += 10.0
    second = scene.begin("GET /b")
    scene.loop.now += 0.25
    scene.answers(second)
    assert second.tally._slowness == {"GET /b": 0.25}  # type: ignore[union-attr]


def test_a_plain_def_that_no_pool_has_counted_is_measured_by_none_and_frees_its_worker(scene: Scene):
    pending = scene.begin("GET /")
    pending.tally = None
    scene.answers(pending)
    assert (scene.counts, scene.garbage) == ((0, 0, 0), [])


# --- cancelling


def test_a_caller_that_goes_away_keeps_its_place_until_the_worker_acknowledges(scene: Scene):
    pending = scene.begin()
    pending.abandon("gone")
    assert (scene.link.in_flight, scene.freed, scene.link.awaited) == (1, 0, False)
    assert scene.sent[1:] == [Cancel(pending.call_id, "gone")]
    scene.says(Fail(pending.call_id, "cancelled"))
    assert (scene.link.in_flight, scene.freed, scene.link.late) == (0, 1, {})
    assert pending.error is None


def test_a_handler_that_goes_on_without_its_client_keeps_its_place_and_is_not_late(scene: Scene):
    pending = scene.begin()
    pending.abandon(HUNG_UP)
    scene.says(Fail(pending.call_id, RUNS_ON))
    assert (scene.link.in_flight, scene.freed, scene.link.late, scene.link.awaited) == (1, 0, {}, False)
    scene.says(Fail(pending.call_id, "cancelled"))
    assert (scene.link.in_flight, scene.freed) == (0, 1)
    scene.says(Fail(pending.call_id, "cancelled"))
    assert (scene.link.in_flight, scene.freed) == (0, 1)


def test_a_call_is_cancelled_once(scene: Scene):
    pending = scene.begin()
    pending.abandon("gone")
    scene.link.cancel(pending, "again")
    assert len(scene.sent) == 2


@pytest.mark.parametrize("more", [False, True])
def test_an_answer_that_crosses_a_cancellation_acknowledges_it_when_it_is_whole(scene: Scene, more: bool):
    pending = scene.begin()
    pending.abandon("gone")
    scene.says(Reply(pending.call_id, HEAD, b"", more=more))
    if more:
        scene.says(Data(pending.call_id, b"x"), Credit(pending.call_id, 1))
        assert (scene.link.in_flight, list(scene.link.late)) == (1, [pending.call_id])
        scene.ends(pending)
    assert (scene.link.in_flight, scene.link.late, pending.got) == (0, {}, [])


# --- deadlines


def test_calls_are_overdue_from_their_deadline_on_the_oldest_first(scene: Scene):
    first, second, third = (scene.begin() for _ in range(3))
    first.deadline, second.deadline, third.deadline = 110.0, 120.0, 130.0
    found = []
    for pending in scene.link.overdue(120.0):
        found.append(pending)
        scene.link.expire(pending, 30.0)
    assert found == [first, second]
    assert list(scene.link.overdue(129.9)) == []


def test_a_call_past_its_deadline_fails_and_its_worker_is_told(scene: Scene):
    pending = scene.begin()
    failure = scene.link.expire(pending, 30.0)
    assert type(failure) is DeadlineExceeded
    assert pending.error is failure
    assert scene.sent[1:] == [Cancel(pending.call_id, "deadline")]


def test_a_stream_that_stands_still_is_cut_as_a_stream(scene: Scene):
    pending = scene.begin()
    scene.loop.now = 110.0
    scene.streams(pending)
    assert scene.link.stalled_streams(139.9) == []
    assert scene.link.stalled_streams(140.0) == [pending]
    assert type(scene.link.expire(pending, 30.0)) is StreamStalled
    assert scene.link.stalled_streams(1000.0) == []


@pytest.mark.parametrize(
    "move",
    [
        lambda scene, call: scene.says(Data(call.call_id, b"x")),
        lambda scene, call: call.send(b"x"),
        lambda scene, call: call.consumed(1),
    ],
    ids=["a part comes", "a part is sent", "a part is taken"],
)
def test_a_stream_that_moves_has_another_deadline(scene: Scene, move: Callable[[Scene, PendingCall], None]):
    pending = scene.begin(more=True)
    scene.streams(pending)
    scene.loop.now = 120.0
    move(scene, pending)
    assert pending.deadline == 150.0


def test_a_body_that_trickles_does_not_move_the_deadline_of_an_answer_that_has_not_begun(scene: Scene):
    pending = scene.begin(more=True)
    scene.loop.now = 120.0
    pending.send(b"x")
    scene.link.give_credit(pending.call_id, 1)
    assert pending.deadline == 130.0


def test_a_caller_s_bug_does_not_reach_the_other_calls_of_its_link(scene: Scene, caplog: pytest.LogCaptureFixture):
    class Broken(Asked):
        __slots__ = ()

        def on_reply(self, reply: Reply) -> None:
            raise RuntimeError("a bug")

    scene.link.begin(broken := Broken(), 30.0)
    other = scene.begin()
    scene.answers(broken)
    scene.answers(other)
    assert (scene.garbage, scene.link.in_flight, len(other.got)) == ([], 0, 1)
    assert "a caller's end failed" in caplog.text


def test_garbage_that_a_caller_finds_in_an_answer_is_the_end_of_the_host(scene: Scene):
    class Strict(Asked):
        __slots__ = ()

        def on_reply(self, reply: Reply) -> None:
            raise WireGarbage(problem="no head of ours")

    scene.link.begin(pending := Strict(), 30.0)
    scene.answers(pending)
    assert len(scene.garbage) == 1


# --- the heartbeat


def test_a_worker_is_pinged_four_times_a_second_while_it_answers(scene: Scene):
    for step in range(40):
        scene.link.ask(1000.0 + step * 0.05)
        if scene.sent and scene.link.heartbeat.silence(1e9):
            scene.says(Pong(0))
    assert len(scene.sent) == 8


def test_a_worker_that_owes_an_answer_is_not_asked_again(scene: Scene):
    scene.link.ask(1000.0)
    scene.link.ask(1010.0)
    assert scene.sent == [Ping()]


def test_a_worker_that_owes_an_answer_for_a_fifth_of_a_second_is_stalled_until_it_answers(scene: Scene):
    scene.link.check(1000.0)
    scene.link.check(1000.19)
    assert not scene.link.stalled
    scene.link.check(1000.21)
    assert scene.link.stalled
    assert scene.freed == 0
    scene.says(Pong(0, 3))
    assert (scene.link.stalled, scene.freed, scene.link.tasks) == (False, 1, 3)


def test_a_worker_may_owe_an_answer_for_all_of_a_fifth_of_a_second(scene: Scene):
    asked = 2.0**-60  # so that the difference is exact
    scene.link.heartbeat.answered = -1.0
    scene.link.check(asked)
    scene.link.check(asked + 0.2)
    assert not scene.link.stalled


def test_a_worker_that_answers_in_time_offers_nothing_new(scene: Scene):
    scene.link.check(1000.0)
    scene.says(Pong(0))
    assert scene.freed == 0


# --- the end


def test_when_the_host_ends_every_call_fails_with_the_reason_and_nothing_is_counted_any_more(scene: Scene):
    waiting, streaming, gone = scene.begin("GET /", slow=True), scene.begin(), scene.begin()
    scene.streams(streaming)
    gone.abandon("gone")
    scene.link.fail_all(DEAD)
    assert (waiting.error, streaming.error, gone.error) == (DEAD, DEAD, None)
    assert (waiting.link, streaming.link) == (None, None)
    assert (scene.counts, scene.link.late, scene.link.awaited) == ((0, 0, 0), {}, False)
    assert scene.wire.aborted


def test_calls_fail_also_where_the_worker_has_hung_up_before(scene: Scene):
    pending = scene.begin()
    scene.link.connection_lost(None)
    scene.link.fail_all(DEAD)
    assert (pending.error, scene.wire.aborted) == (DEAD, False)


@pytest.mark.parametrize("streaming", [False, True])
def test_a_worker_is_awaited_while_a_caller_waits_for_an_answer_or_its_rest(scene: Scene, streaming: bool):
    assert not scene.link.awaited
    pending = scene.begin()
    if streaming:
        scene.streams(pending)
    assert scene.link.awaited


# --- whatever happens

WHAT = ["begin", "body", "reply", "stream", "end", "fail", "cancel", "on", "ack"]
steps = st.lists(st.tuples(st.sampled_from(WHAT), st.integers(0, 7)), max_size=40)


@given(steps, st.booleans(), st.booleans())
def test_whatever_happens_a_link_counts_what_is_there_and_nothing_below_zero(
    steps: list[tuple[str, int]], handler: bool, slow: bool
):
    scene = Scene()
    calls: list[Asked] = []
    for what, which in steps:
        if what == "begin":
            calls.append(scene.begin("GET /" if handler else "", slow=slow, more=bool(which % 2)))
        elif calls:
            step(scene, what, calls[which % len(calls)])
        open_calls = [call for call in calls if call.link is not None]
        late = [*scene.link.late.values(), *scene.link._running_on.values()]
        assert scene.garbage == []
        assert scene.link.in_flight == len(open_calls) + len(late)
        assert scene.link.blocked == sum(call.occupies for call in open_calls) + sum(each.blocked for each in late)
        assert scene.link.slow == scene.link.blocked * slow
        assert scene.link.awaited == bool(open_calls)


def step(scene: Scene, what: str, call: Asked) -> None:
    is_open, streaming = call.link is not None, call in scene.link.streams
    if what == "body" and is_open:
        call.send(b"", end=True)
    elif what == "reply" and is_open and not streaming:
        scene.answers(call)
    elif what == "stream" and is_open and not streaming:
        scene.streams(call)
    elif what == "end" and streaming:
        scene.ends(call)
    elif what == "fail":
        scene.says(Fail(call.call_id, "x"))
    elif what == "cancel" and is_open:
        call.abandon("gone")
    elif what == "on" and not is_open:
        scene.says(Fail(call.call_id, RUNS_ON))
    elif what == "ack" and not is_open:
        scene.says(Fail(call.call_id, "cancelled"))
