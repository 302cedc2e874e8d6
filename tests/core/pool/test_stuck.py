"""Handlers that overstay, each in its own way: the caller hears in time, the worker answers again, others go on."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from textwrap import dedent
from time import perf_counter
from typing import Any

import pytest

from tests.core.pool.benches import Bench, ask, fetch
from tests.core.pool.busy import ask_until_answered, busy
from vaas.core.pool.errors import DeadlineExceeded, HostGone, StreamStalled
from vaas.core.pool.hosts import escalation
from vaas.core.pool.pool import Pool
from vaas.core.pool.pools import TICK

TIMEOUT = 0.3
"""Seconds; whatever depends on it waits for it, and for nothing longer."""
APP = dedent(
    """
    import asyncio
    import os
    import re
    import time
    import vaas

    @vaas.app
    class Stuck:
        @vaas.rpc
        async def pid(self) -> int:
            return os.getpid()

        @vaas.rpc
        async def tasks(self) -> int:
            return len(asyncio.all_tasks())

        @vaas.get("/wait")
        async def wait(self, seconds: float = 1.2):
            await asyncio.sleep(seconds)
            return "waited"

        @vaas.get("/spin")
        def spin(self):
            while True:
                pass

        @vaas.get("/spin-async")
        async def spin_async(self):
            await asyncio.sleep(0)
            while True:
                pass

        @vaas.get("/stubborn-spin")
        def stubborn_spin(self):
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass

        @vaas.get("/sleep")
        def sleep(self):
            time.sleep(999)

        @vaas.get("/regex")
        def regex(self):
            re.match("(a+)+b", "a" * 64)

        @vaas.get("/pow")
        def pow(self):
            return str(9 ** (9 ** 9)).count("0")

        @vaas.get("/swallow")
        async def swallow(self):
            while True:
                try:
                    await asyncio.sleep(999)
                except asyncio.CancelledError:
                    pass

        @vaas.get("/swallow-all")
        async def swallow_all(self):
            while True:
                try:
                    await asyncio.sleep(999)
                except BaseException:
                    pass

        @vaas.get("/never-begins")
        def never_begins(self):
            while True:
                pass
            yield "never"

        @vaas.get("/never-begins-async")
        async def never_begins_async(self):
            await asyncio.sleep(999)
            yield "never"

        @vaas.get("/stops-in-mid-stream")
        def stops(self):
            yield "first"
            while True:
                pass

        @vaas.get("/sleeps-in-mid-stream")
        def sleeps(self):
            yield "first"
            time.sleep(999)

        @vaas.get("/waits-in-mid-stream")
        async def waits(self):
            yield "first"
            await asyncio.sleep(999)

        @vaas.get("/goes-on")
        async def goes_on(self, items: int = 30):
            for item in range(items):
                yield f"{item}\\n"
                await asyncio.sleep(0.02)
    """
)
EARLY = (
    *("/spin", "/spin-async", "/stubborn-spin", "/sleep", "/regex", "/pow", "/swallow", "/swallow-all"),
    *("/never-begins", "/never-begins-async"),
)
MID_STREAM = ("/stops-in-mid-stream", "/sleeps-in-mid-stream", "/waits-in-mid-stream")


async def timed(call: Awaitable[Any]) -> float:
    began = perf_counter()
    await call
    return perf_counter() - began


async def refused(pool: Pool, path: str, error: type[DeadlineExceeded]) -> None:
    with pytest.raises(error, match=r"limits\.timeout = 300ms"):
        await fetch(pool, path)


@pytest.mark.parametrize("path", EARLY)
def test_the_caller_hears_within_the_timeout_and_the_only_worker_answers_within_a_second(run, path):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, timeout=TIMEOUT, workers=1)
        await pool.warm()
        assert await timed(refused(pool, path, DeadlineExceeded)) < TIMEOUT + 0.2 * busy()
        assert await timed(ask_until_answered(pool, "pid")) < 1.0 * busy()

    run(play)


@pytest.mark.parametrize("path", MID_STREAM)
def test_a_stream_that_stops_moving_is_cut_and_the_only_worker_answers_within_a_second(run, path):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, timeout=TIMEOUT, workers=1)
        await pool.warm()
        assert await timed(refused(pool, path, StreamStalled)) < TIMEOUT + 0.2 * busy()
        assert await timed(ask_until_answered(pool, "pid")) < 1.0 * busy()
        [told] = [line for line in bench.lines if "The stream was cut" in line.text]
        assert told.trace == "trace-1"

    run(play)


def test_a_stream_that_moves_may_take_longer_than_a_request(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, timeout=0.5)
        await pool.warm()
        reply = await fetch(pool, "/goes-on")
        assert reply.body.split() == [b"%d" % item for item in range(30)]

    run(play)


@pytest.mark.parametrize("path", ["/spin", "/never-begins", "/stops-in-mid-stream", "/swallow"])
def test_what_python_can_interrupt_costs_the_other_workers_nothing_and_the_host_lives(run, path, monkeypatch):
    monkeypatch.setattr(escalation, "REPLACE_AFTER", escalation.REPLACE_AFTER * 2 * busy())

    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, timeout=TIMEOUT, workers=1)
        await pool.warm()
        pid = await ask_until_answered(pool, "pid")
        await refused(pool, path, DeadlineExceeded)
        assert await ask_until_answered(pool, "pid") == pid

    run(play)


def test_what_the_interpreter_cannot_stop_costs_other_calls_of_that_host_nothing_while_it_lets_them_run(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, timeout=2.0, workers=2)
        await pool.warm()
        pid = await ask(pool, "pid")
        stuck = asyncio.create_task(fetch(pool, "/sleep"))
        await until_stalled(pool)
        others = [asyncio.create_task(fetch(pool, "/wait")) for _ in range(3)]
        with pytest.raises(DeadlineExceeded):
            await stuck
        assert [(await other).body for other in others] == [b"waited"] * 3
        await until(lambda: not pool.stats()["stalled"])  # until it is replaced a worker of the same host may answer
        assert await ask(pool, "pid") != pid

    run(play)


def test_calls_go_elsewhere_long_before_the_deadline_when_a_host_s_interpreter_hangs(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, timeout=60.0, workers=2)
        await pool.warm()
        pid = await ask(pool, "pid")
        hung = asyncio.create_task(fetch(pool, "/regex"))
        began = perf_counter()
        await until_stalled(pool)
        assert await ask(pool, "pid") != pid
        assert perf_counter() - began < 3.0 * busy()
        assert pool.hosts == 2
        assert not hung.done()
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(HostGone):
            await hung

    run(play)


def test_a_handler_that_swallows_everything_leaves_no_task_behind(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, timeout=0.2, workers=1)
        await pool.warm()
        before = await ask(pool, "tasks")
        for path in ("/swallow", "/swallow-all"):
            with pytest.raises(DeadlineExceeded):
                await fetch(pool, path)
        for _ in range(100):  # each look is one turn of the worker's loop; the tasks are ended a second later
            if await ask(pool, "tasks") == before:
                return
            await tick()
        raise AssertionError("a handler's task is left behind")

    run(play)


def test_stuck_hosts_do_not_pile_up(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, timeout=TIMEOUT, workers=1, drain=10.0)
        pids = set()
        for _ in range(3):
            pids.add(await ask_until_answered(pool, "pid"))
            await refused(pool, "/sleep", DeadlineExceeded)
        assert pool.hosts == 1
        assert len(pids) == 3

    run(play)


async def until_stalled(pool: Pool) -> None:
    """Returns when the pool has noticed that its only worker in use does not answer."""
    await until(lambda: bool(pool.stats()["stalled"]))


async def until(true: Callable[[], bool]) -> None:
    """Returns at the first tick of the pools' clock at which it is."""
    while not true():
        await tick()


async def tick() -> None:
    loop = asyncio.get_running_loop()
    ticked = loop.create_future()
    loop.call_later(TICK, ticked.set_result, None)
    await ticked
