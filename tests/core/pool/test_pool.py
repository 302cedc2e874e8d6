"""Pools with real zygotes and real hosts: what becomes of calls, whatever becomes of hosts."""

from __future__ import annotations

import asyncio
import os
import signal
from textwrap import dedent

import pytest
from msgspec import Raw

from tests.core.pool.benches import Bench, ask, readable
from tests.core.pool.busy import ask_until_answered
from vaas.core.pool.errors import BackingOff, DeadlineExceeded, HostBroken, HostGone, PoolClosed, QueueFull
from vaas.framework.http.wire_heads import RpcHead, encode

APP = dedent(
    """
    import asyncio
    import os
    import time
    import vaas

    print("imported")

    @vaas.app
    class Works:
        @vaas.rpc
        async def echo(self, value: str = "") -> str:
            return value

        @vaas.rpc
        async def pid(self) -> int:
            return os.getpid()

        @vaas.rpc
        async def wait(self, seconds: float) -> str:
            await asyncio.sleep(seconds)
            return "waited"

        @vaas.rpc
        def block(self, seconds: float) -> str:
            time.sleep(seconds)
            return "blocked"

        @vaas.rpc
        async def swallow(self) -> str:
            while True:
                try:
                    await asyncio.sleep(60)
                except asyncio.CancelledError:
                    pass

        @vaas.rpc
        async def die(self) -> None:
            os._exit(3)
    """
)


def test_a_cold_pool_starts_a_host_for_the_first_call_and_keeps_it_for_the_next(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP)
        assert pool.hosts == 0
        first = await ask(pool, "pid")
        assert await ask(pool, "pid") == first
        assert pool.hosts == 1

    run(play)


def test_many_first_calls_at_once_start_one_host(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, workers=1)
        pids = await asyncio.gather(*(ask(pool, "pid") for _ in range(50)))
        assert len(set(pids)) == 1
        assert [line.text for line in bench.lines].count("imported") == 1

    run(play)


def test_a_call_past_its_deadline_fails_in_time_and_the_pool_answers_on(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, timeout=0.3, workers=1)
        for method in ("wait", "block"):
            with pytest.raises(DeadlineExceeded):
                await ask(pool, method, seconds=60)
            assert await ask_until_answered(pool, "echo", value="on") == "on"
        with pytest.raises(DeadlineExceeded):
            await ask(pool, "swallow")
        assert await ask_until_answered(pool, "echo", value="on") == "on"

    run(play)


def test_a_deadline_of_the_app_s_names_its_limit_and_one_of_the_caller_s_does_not(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, timeout=0.6, workers=2)
        await pool.warm()
        with pytest.raises(DeadlineExceeded, match=r"^No answer within limits\.timeout = 600ms\.$"):
            await ask(pool, "wait", seconds=60)
        with pytest.raises(DeadlineExceeded, match=r"^No answer within the 250ms that the caller waits\.$"):
            await ask(pool, "wait", timeout=0.25, seconds=60)

    run(play)


def test_a_blocked_worker_is_not_given_further_calls_while_another_may_start(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, workers=2)
        await pool.warm()
        slow = asyncio.create_task(ask(pool, "block", seconds=1.0))
        await asyncio.sleep(0)
        await asyncio.gather(*(ask(pool, "echo", value="x") for _ in range(3)))
        await slow

    run(play)


def test_the_queue_is_bounded_and_says_so(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, queue=3)
        calls = [asyncio.create_task(ask(pool, "echo", value="x")) for _ in range(5)]
        done = await asyncio.gather(*calls, return_exceptions=True)
        refused = [it for it in done if isinstance(it, QueueFull)]
        assert len(refused) == 2
        assert "limits.queue = 3" in str(refused[0])
        assert done.count("x") == 3

    run(play)


def test_a_host_that_dies_fails_only_what_was_in_flight_and_the_next_call_is_served(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP)
        with pytest.raises(HostGone, match="status 3"):
            await ask(pool, "die")
        assert await ask(pool, "echo", value="again") == "again"

    run(play)


def test_a_killed_host_is_reported_with_its_signal(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP)
        pid = await ask(pool, "pid")
        waiting = asyncio.create_task(ask(pool, "wait", seconds=20))
        await ask(pool, "echo")
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(HostGone, match="SIGKILL"):
            await waiting

    run(play)


def test_an_app_that_cannot_start_says_where_and_is_not_tried_again_and_again(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool("x = 1\nraise RuntimeError('no luck')\n")
        with pytest.raises(HostBroken) as broken:
            await pool.warm()
        assert broken.value.where == "app.py:2"
        assert "no luck" in broken.value.traceback
        with pytest.raises(HostBroken):
            await pool.call("rpc", Raw(encode(RpcHead("echo"))), b"", 5.0)
        with pytest.raises(BackingOff, match="no luck"):
            await pool.call("rpc", Raw(encode(RpcHead("echo"))), b"", 5.0)

    run(play)


def test_a_start_that_hangs_is_given_up(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool("import time\ntime.sleep(60)\n", start=0.3)
        with pytest.raises(HostBroken, match="not ready within"):
            await pool.warm()

    run(play)


def test_an_idle_host_goes_and_the_next_call_wakes_another(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, idle=0.1)
        first = await ask(pool, "pid")
        gone = os.pidfd_open(first)
        try:
            await readable(gone)
        finally:
            os.close(gone)
        assert pool.hosts == 0
        assert await ask(pool, "pid") != first

    run(play)


def test_what_is_in_flight_keeps_a_host_from_being_idle(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, idle=0.05)
        assert await ask(pool, "wait", seconds=0.5) == "waited"

    run(play)


def test_a_pool_that_closes_finishes_what_is_in_flight_and_takes_no_more(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP)
        await pool.warm()
        slow = asyncio.create_task(ask(pool, "wait", seconds=0.3))
        await asyncio.sleep(0)
        closing = asyncio.create_task(pool.close(5.0))
        await asyncio.sleep(0)
        with pytest.raises(PoolClosed):
            await ask(pool, "echo")
        assert await slow == "waited"
        await closing
        assert pool.hosts == 0

    run(play)


def test_a_pool_closes_in_time_whatever_its_calls_do(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, workers=1)
        await pool.warm()
        stuck = asyncio.create_task(ask(pool, "wait", seconds=20))
        await asyncio.sleep(0)
        await pool.close(0.1)
        with pytest.raises(HostGone):
            await stuck

    run(play)


def test_a_further_host_starts_when_the_first_one_s_workers_are_taken(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, workers=1, hosts=2)
        await pool.warm()
        slow = [asyncio.create_task(ask(pool, "wait", seconds=0.6)) for _ in range(8)]
        await asyncio.sleep(0)
        more = [asyncio.create_task(ask(pool, "wait", seconds=0.6)) for _ in range(8)]
        await asyncio.gather(*slow, *more)
        assert pool.hosts == 2

    run(play)
