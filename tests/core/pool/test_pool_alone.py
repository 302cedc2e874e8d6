"""A pool without hosts: what it asks of its manager, and what becomes of calls and of those who wait for a worker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, cast

import pytest
from msgspec import Raw

from tests.core.pool.clock import NOW, Clock, passes, turns
from tests.core.pool.test_picking import Asked, Scene, Worker
from vaas.core.pool.calls.tally import Counts
from vaas.core.pool.errors import BackingOff, CallTimedOut, HostBroken, PoolClosed
from vaas.core.wire.messages import LogLine

HEAD = Raw(b"\xc0")
BROKEN = HostBroken(error="no luck", where="app.py:2", traceback="Traceback")


class Hosts:
    def __init__(self, ready: list[Worker]) -> None:
        self.ready, self.used = ready, list(ready)
        self.there = len(ready)
        self.stalled = 3

    @property
    def in_flight(self) -> int:
        return sum(worker.in_flight for worker in self.ready)

    def __len__(self) -> int:
        return self.there


class Manager:
    """Starts nothing, and keeps what it is asked."""

    def __init__(self, hosts: Hosts) -> None:
        self.hosts = hosts
        self.pause = -1.0
        self.last_error = BROKEN
        self.may_grow = False
        self.grown: list[bool] = []
        """Whether each was to be at once."""
        self.ticks: list[float] = []
        self.dismissed: list[float] = []
        self.gone = asyncio.Event()

    def grow(self, *, at_once: bool = False) -> None:
        self.grown.append(at_once)

    def tick(self, now: float) -> None:
        self.ticks.append(now)

    def dismiss_all(self, grace: float) -> None:
        self.dismissed.append(grace)

    async def wait_gone(self) -> None:
        await self.gone.wait()


class Alone(Scene):
    """A pool with a manager that the test made up."""

    def __init__(self, *workers: Worker, **limits: Any) -> None:
        super().__init__(*workers, **limits)
        self.manager = Manager(Hosts(self.workers))
        self.pool._manager, self.pool._hosts = cast(Any, self.manager), cast(Any, self.manager.hosts)

    def frees(self) -> None:
        """All calls have ended."""
        for worker in self.workers:
            worker.in_flight = worker.blocked = worker.slow = 0
            self.pool.on_idle_capacity()


def on_a_clock(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    @wraps(test)
    def run() -> None:
        with asyncio.Runner(loop_factory=Clock) as runner:
            runner.run(test())

    return run


# --- growing


@on_a_clock
async def test_a_call_that_finds_room_starts_nothing_and_one_that_does_not_starts_a_worker():
    scene = Alone(Worker(7), concurrency=8)
    scene.ask()
    assert scene.manager.grown == []
    scene.ask()
    assert scene.manager.grown
    assert not any(scene.manager.grown)


@on_a_clock
async def test_while_a_worker_may_start_a_slow_plain_def_waits_for_it():
    scene = Alone(Worker(1))
    scene.manager.may_grow = True
    scene.ask("GET /slow")
    assert (scene.loads, scene.waiting) == ([1], 1)


@on_a_clock
async def test_calls_that_need_no_worker_of_their_own_do_not_wait_for_one_that_may_start():
    scene = Alone(Worker(1))
    scene.manager.may_grow = True
    scene.ask()
    scene.ask("GET /quick", quick=True)
    assert scene.loads == [3]


@on_a_clock
async def test_a_plain_def_goes_to_an_idle_worker_before_one_with_a_single_call():
    scene = Alone(Worker(1), Worker())
    scene.ask("GET /slow")
    assert scene.loads == [1, 1]


@on_a_clock
async def test_the_call_that_has_waited_longest_decides_whether_one_is_served():
    scene = Alone(Worker(1, blocked=1))
    scene.manager.may_grow = True
    first, _ = scene.ask("GET /slow"), scene.ask()
    scene.workers[0].blocked = 0
    scene.pool.on_idle_capacity()
    assert (scene.waiting, scene.workers[0].got) == (2, [])
    scene.frees()
    assert scene.workers[0].got == [first]


# --- calls that wait


@on_a_clock
async def test_callers_that_have_gone_are_passed_over_wherever_they_stand():
    scene = Alone(Worker(1, blocked=1))
    calls = [scene.ask() for _ in range(4)]
    calls[0].abandon("gone")
    calls[3].abandon("gone")
    scene.frees()
    assert (scene.workers[0].got, scene.waiting) == (calls[1:3], 0)


@on_a_clock
async def test_each_call_that_waits_fails_at_its_own_deadline():
    scene = Alone(timeout=30.0)
    first = scene.ask()
    scene.pool._loop.now += 1.0  # type: ignore[attr-defined]
    second = scene.ask()
    assert (first.deadline, second.deadline) == (NOW + 30.0, NOW + 31.0)
    scene.pool.tick(NOW + 30.0)
    assert (first.error is None, second.error is None, scene.waiting) == (False, True, 1)
    scene.pool.tick(NOW + 31.0)
    assert "limits.timeout = 30s" in str(second.error)
    assert scene.manager.ticks == [NOW + 30.0, NOW + 31.0]


@pytest.mark.parametrize(("pause", "refused"), [(-0.5, False), (0.0, False), (0.5, True)])
def test_a_call_is_refused_while_no_host_may_be_started_and_no_longer(pause: float, refused: bool):
    @on_a_clock
    async def play() -> None:
        scene = Alone()
        scene.manager.pause = pause
        error = scene.ask().error
        assert (type(error) is BackingOff) == refused
        assert scene.waiting == (not refused)

    play()


@on_a_clock
async def test_where_a_host_serves_a_call_waits_although_no_other_may_be_started():
    scene = Alone(Worker(1, blocked=1))
    scene.manager.pause = 5.0
    assert (scene.ask().error, scene.waiting) == (None, 1)


@on_a_clock
async def test_calls_that_wait_are_served_by_a_worker_that_is_ready_and_when_another_start_failed():
    for told in ("on_worker_ready", "on_start_failed"):
        scene = Alone(Worker(1, blocked=1))
        pending = scene.ask()
        scene.workers[0].in_flight = scene.workers[0].blocked = 0
        getattr(scene.pool, told)(BROKEN if "failed" in told else HEAD)
        assert scene.workers[0].got == [pending]


@on_a_clock
async def test_a_caller_that_waits_no_longer_is_told_by_its_own_limit_and_its_call_is_abandoned():
    scene = Alone(Worker())
    waiting = asyncio.ensure_future(scene.pool.call("rpc", HEAD, b"", 2.0))
    await turns()
    await passes(2.0)
    with pytest.raises(CallTimedOut, match="2s that the caller waits"):
        await waiting
    assert [pending.gone for pending in scene.workers[0].got] == [True]


# --- told by hosts


@on_a_clock
async def test_what_the_first_worker_tells_of_the_service_is_understood_once():
    scene, understood = Alone(), []
    scene.pool._understand = lambda info: understood.append(info) or "routes"
    assert scene.pool.info is None
    scene.pool.on_worker_ready(HEAD)
    scene.pool.on_worker_ready(Raw(b"\xc3"))
    assert (understood, scene.pool.info, scene.pool.blocking_routes) == ([HEAD], HEAD, "routes")


@on_a_clock
async def test_a_line_of_the_app_is_told_with_its_app_and_release():
    scene, told = Alone(), []
    scene.pool._on_line = lambda *facts: told.append(facts)
    scene.pool.on_line(line := LogLine(0, "", "stdout", "info", "x"))
    assert told == [("app", "v1", line)]


# --- warming


@on_a_clock
async def test_a_pool_with_a_worker_is_warm():
    scene = Alone(Worker())
    await scene.pool.warm()
    assert scene.manager.grown == []


@on_a_clock
async def test_a_cold_pool_is_warmed_at_once_and_all_who_wait_for_it_are_told():
    scene = Alone()
    waiting = [asyncio.ensure_future(scene.pool.warm()) for _ in range(3)]
    await turns()
    assert scene.manager.grown == [True] * 3
    waiting[0].cancel()
    await turns()
    scene.pool.on_worker_ready(HEAD)
    await turns()
    assert [each.cancelled() for each in waiting] == [True, False, False]
    assert [await each for each in waiting[1:]] == [None, None]


@on_a_clock
async def test_those_who_warm_a_pool_that_cannot_start_are_told_why():
    scene = Alone()
    waiting = asyncio.ensure_future(scene.pool.warm())
    await turns()
    scene.pool.on_start_failed(BROKEN)
    with pytest.raises(HostBroken, match="no luck"):
        await waiting
    scene.pool.on_worker_ready(HEAD)


# --- closing


@on_a_clock
async def test_an_idle_pool_closes_at_once_and_its_hosts_have_all_of_the_time_to_end():
    scene = Alone(Worker())
    scene.workers[0].in_flight = 0
    closing = asyncio.ensure_future(scene.pool.close(5.0))
    await turns()
    assert (scene.manager.dismissed, closing.done()) == ([5.0], False)
    scene.manager.gone.set()
    await turns()
    assert closing.done()


@on_a_clock
async def test_calls_in_flight_and_waiting_are_waited_for_and_what_is_left_of_the_time_is_the_hosts():
    scene = Alone(Worker(8, blocked=1))
    pending = scene.ask()
    closing = asyncio.ensure_future(scene.pool.close(5.0))
    await turns()
    await passes(2.0)
    scene.frees()
    assert (scene.workers[0].got, pending.error) == ([pending], None), "those that wait are served"
    await turns()
    assert scene.manager.dismissed == []
    scene.frees()
    scene.pool.on_idle_capacity()
    await turns()
    assert scene.manager.dismissed == [3.0]
    scene.manager.gone.set()
    await closing


@on_a_clock
async def test_when_the_time_is_over_what_waits_fails_and_hosts_have_none():
    scene = Alone(Worker(8, blocked=1))
    pending = scene.ask()
    closing = asyncio.ensure_future(scene.pool.close(5.0))
    await turns()
    await passes(4.9)
    assert pending.error is None
    await passes(0.1)
    assert (type(pending.error), scene.manager.dismissed) == (PoolClosed, [0.0])
    scene.manager.gone.set()
    await closing


@on_a_clock
async def test_a_pool_that_closes_at_once_does_not_wait_for_its_calls():
    scene = Alone(Worker(1))
    scene.manager.gone.set()
    await scene.pool.close(0.0)
    assert scene.manager.dismissed == [0.0]


@on_a_clock
async def test_those_who_warm_a_pool_that_closes_are_told_so():
    scene = Alone()
    waiting = asyncio.ensure_future(scene.pool.warm())
    await turns()
    scene.manager.gone.set()
    await scene.pool.close(0.0)
    with pytest.raises(HostBroken, match="the release went away") as broken:
        await waiting
    assert (broken.value.where, broken.value.traceback) == ("", "")


@on_a_clock
async def test_a_pool_is_gone_when_it_is_closed_and_no_host_is_left():
    scene = Alone(Worker())
    scene.manager.gone.set()
    assert not scene.pool.is_gone
    await scene.pool.close(0.0)
    assert not scene.pool.is_gone
    scene.manager.hosts.there = 0
    assert scene.pool.is_gone
    scene.pool.closed = False
    assert not scene.pool.is_gone


# --- figures


@on_a_clock
async def test_an_operator_is_told_what_is_there_and_what_has_been():
    scene = Alone(Worker(7), Worker(8, blocked=1), concurrency=8)
    scene.ask()
    waiting = scene.ask()
    assert scene.pool.hosts == 2
    scene.pool._fail_waiting(BROKEN)
    assert waiting.error is BROKEN
    scene.ask()
    assert scene.pool.stats() == {
        "hosts": 2, "workers": 2, "in_flight": 16, "stalled": 3, "waiting": 1,
    }  # fmt: skip
    assert scene.pool.counts == Counts(calls=3, errors=1)
    scene.pool.answered_badly(500)
    assert scene.pool.counts == Counts(calls=3, errors=2, codes={500: 1})


@on_a_clock
async def test_a_call_has_the_seconds_of_the_limit_from_when_it_is_made():
    scene, given = Alone(Worker(), timeout=30.0), []
    begin = scene.workers[0].begin
    scene.workers[0].begin = lambda pending, timeout: (given.append(timeout), begin(pending, timeout))  # type: ignore
    pending: Asked = scene.ask()
    assert (pending.patience, pending.deadline, given) == (30.0, NOW + 30.0, [30.0])
