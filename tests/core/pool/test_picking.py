"""Which worker a call gets, and what becomes of a call that gets none: with workers that the test makes up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, cast

import pytest
from msgspec import Raw, convert

from vaas.core.errors import VaasError
from vaas.core.policy import Limits, Policy
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.pool.errors import BackingOff, DeadlineExceeded, HostBroken, PoolClosed, QueueFull
from vaas.core.pool.pool import Pool
from vaas.core.pool.zygote.client import ZygoteClient
from vaas.core.spec import HostSpec


@dataclass(eq=False)
class Worker:
    """A link that answers nothing."""

    in_flight: int = 0
    blocked: int = 0
    slow: int = 0
    late: dict[int, object] = field(default_factory=dict)
    stalled: bool = False
    got: list[PendingCall] = field(default_factory=list)

    def begin(self, pending: PendingCall, timeout: float) -> None:
        self.got.append(pending)
        self.in_flight += 1
        self.blocked += bool(pending.handler)
        self.slow += pending.slow


class Asked(PendingCall):
    __slots__ = ("error",)

    def __init__(self, handler: str = "") -> None:
        super().__init__("http", Raw(b"\xc0"), b"", "")
        self.handler = handler
        self.error: VaasError | None = None

    def on_fail(self, error: VaasError) -> None:
        self.error = error


class Scene:
    """A pool whose workers are these, and that may have no others."""

    def __init__(self, *workers: Worker, **limits: Any) -> None:
        policy = Policy(limits=convert(limits, Limits))
        spec = HostSpec("app", "v1", "/nowhere", "/nowhere", "", policy=policy)
        self.woken: list[Pool] = []
        zygote = cast(ZygoteClient, None)
        self.pool = Pool(spec, zygote, lambda info: info, lambda *line: None, "/nowhere", self.woken.append)
        self.workers = list(workers)
        self.pool._hosts.ready = cast(Any, self.workers)
        self.pool._hosts.is_complete = True

    def ask(self, handler: str = "", *, quick: bool = False) -> Asked:
        if quick:
            self.pool.tally.measured(handler, 0.0)
        self.pool.submit(pending := Asked(handler))
        return pending

    @property
    def loads(self) -> list[int]:
        return [worker.in_flight for worker in self.workers]

    @property
    def waiting(self) -> float:
        return self.pool.stats()["waiting"]


def on_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    @wraps(test)
    def run(**facts: Any) -> None:
        asyncio.run(test(**facts))

    return run


@on_a_loop
async def test_a_worker_takes_eight_calls_before_the_next_one_is_used():
    scene = Scene(Worker(), Worker())
    for _ in range(10):
        scene.ask()
    assert scene.loads == [8, 2]


@on_a_loop
async def test_when_all_have_eight_the_least_loaded_takes_the_next_up_to_its_limit():
    scene = Scene(Worker(8), Worker(9), concurrency=10)
    for _ in range(4):
        scene.ask()
    assert (scene.loads, scene.waiting) == ([10, 10], 1)


@on_a_loop
async def test_a_worker_takes_no_more_than_its_limit_where_that_is_below_eight():
    scene = Scene(Worker(), concurrency=3)
    for _ in range(4):
        scene.ask()
    assert (scene.loads, scene.waiting) == ([3], 1)


UNFIT: list[dict[str, Any]] = [{"blocked": 1, "slow": 1}, {"late": {1: None}}, {"stalled": True}]


@pytest.mark.parametrize("unfit", UNFIT)
@pytest.mark.parametrize("handler", ["", "GET /slow"])
@on_a_loop
async def test_a_worker_that_is_blocked_late_or_stalled_gets_nothing_while_another_is_free(
    unfit: dict[str, Any], handler: str
):
    scene = Scene(Worker(1, **unfit), Worker())
    assert scene.ask(handler).error is None
    assert scene.workers[1].in_flight == 1


@pytest.mark.parametrize("unfit", UNFIT)
@on_a_loop
async def test_where_no_other_is_free_a_call_waits_for_it(unfit: dict[str, Any]):
    scene = Scene(worker := Worker(1, **unfit))
    scene.ask()
    scene.ask("GET /quick", quick=True)
    assert (worker.got, scene.waiting) == ([], 2)


@on_a_loop
async def test_a_plain_def_gets_a_worker_that_is_idle():
    scene = Scene(Worker(3), Worker())
    scene.ask("GET /slow")
    assert scene.loads == [3, 1]


@on_a_loop
async def test_a_plain_def_that_is_slow_waits_where_all_are_blocked_and_goes_beside_calls_that_only_wait():
    scene = Scene(Worker(1, blocked=1), Worker(5))
    scene.ask("GET /slow")
    assert scene.loads == [1, 6]
    scene.ask("GET /slow")
    assert (scene.loads, scene.waiting) == ([1, 6], 1)


@on_a_loop
async def test_up_to_four_quick_ones_wait_at_a_worker_and_the_next_one_in_the_queue():
    scene = Scene(Worker(1, blocked=1))
    for _ in range(5):
        scene.ask("GET /quick", quick=True)
    assert (scene.loads, scene.waiting) == ([4], 2)


@on_a_loop
async def test_quick_ones_wait_at_the_worker_with_the_fewest():
    scene = Scene(Worker(3, blocked=3), Worker(1, blocked=1))
    scene.ask("GET /quick", quick=True)
    assert scene.loads == [3, 2]


@on_a_loop
async def test_nothing_waits_at_a_worker_behind_a_slow_one():
    scene = Scene(Worker(1, blocked=1, slow=1), Worker(2, blocked=2))
    scene.ask("GET /quick", quick=True)
    assert scene.loads == [1, 3]


@on_a_loop
async def test_calls_that_wait_are_served_in_their_order_when_a_place_is_free():
    scene = Scene(Worker(1, blocked=1), concurrency=1)
    first, second = scene.ask(), scene.ask()
    worker = scene.workers[0]
    worker.in_flight = worker.blocked = 0
    scene.pool.on_idle_capacity()
    assert (worker.got, scene.waiting) == ([first], 1)
    worker.in_flight = 0
    scene.pool.on_idle_capacity()
    assert worker.got == [first, second]


@on_a_loop
async def test_a_new_call_does_not_overtake_those_that_wait():
    scene = Scene(Worker(1, blocked=1))
    first = scene.ask()
    scene.workers[0].in_flight = scene.workers[0].blocked = 0
    second = scene.ask()
    assert (scene.workers[0].got, scene.waiting) == ([], 2)
    scene.pool.on_idle_capacity()
    assert scene.workers[0].got == [first, second]


@on_a_loop
async def test_a_caller_that_has_gone_is_not_served_and_takes_no_place_in_the_queue():
    scene = Scene(queue=2)
    gone, second = scene.ask(), scene.ask()
    gone.abandon("gone")
    third = scene.ask()
    assert third.error is None
    assert type(scene.ask().error) is QueueFull
    scene.workers.append(Worker())
    scene.pool.on_idle_capacity()
    assert scene.workers[0].got == [second, third]


@on_a_loop
async def test_a_call_that_waits_fails_at_its_deadline_and_not_before():
    scene = Scene(timeout=30.0)
    pending = scene.ask()
    scene.pool.tick(pending.deadline - 0.01)
    assert pending.error is None
    scene.pool.tick(pending.deadline)
    assert type(pending.error) is DeadlineExceeded
    assert scene.waiting == 0


@on_a_loop
async def test_a_pool_that_is_closed_takes_no_call():
    scene = Scene(Worker())
    await scene.pool.close(0.0)
    assert type(scene.ask().error) is PoolClosed
    assert scene.loads == [0]


@on_a_loop
async def test_calls_that_wait_fail_with_the_reason_when_no_host_can_be_started():
    scene = Scene()
    pending = scene.ask()
    scene.pool.on_start_failed(error := HostBroken(error="no luck", where="", traceback=""))
    assert pending.error is error


@on_a_loop
async def test_calls_that_wait_go_on_waiting_for_a_worker_that_is_ready_when_another_host_fails():
    scene = Scene(Worker(1, blocked=1, slow=1))
    pending = scene.ask()
    scene.pool.on_start_failed(HostBroken(error="no luck", where="", traceback=""))
    assert (pending.error, scene.waiting) == (None, 1)


@on_a_loop
async def test_an_app_that_keeps_failing_refuses_calls_at_once_and_says_why_and_until_when():
    scene = Scene()
    supervisor = scene.pool._manager._supervisor
    for _ in range(5):
        supervisor.on_start_failed(
            HostBroken(error="no luck", where="", traceback=""), asyncio.get_running_loop().time()
        )
    refused = scene.ask().error
    assert type(refused) is BackingOff
    assert "8 s" in str(refused)
    assert "no luck" in str(refused)
