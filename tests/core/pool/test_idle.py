"""When a host may go to sleep, and that nothing of it stays when it has."""

from __future__ import annotations

import asyncio
import os
from textwrap import dedent

from tests.core.pool.benches import Bench, ask, readable
from vaas.core.limits.usage import children

APP = dedent(
    """
    import asyncio
    import os
    import vaas

    @vaas.app
    class Sleepy:
        @vaas.on_start
        async def start(self):
            self.clock = asyncio.create_task(asyncio.sleep(3600))

        @vaas.rpc
        async def pid(self) -> int:
            return os.getpid()

        @vaas.rpc
        async def later(self, seconds: float) -> int:
            self.task = asyncio.create_task(self.write(seconds))
            return os.getpid()

        async def write(self, seconds: float):
            await asyncio.sleep(seconds)
            with open("/data/done", "w") as file:
                file.write("done")
    """
)


async def end_of(pid: int) -> None:
    try:
        gone = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        await readable(gone)
    finally:
        os.close(gone)


def test_what_a_call_has_left_behind_keeps_its_host_awake_until_it_is_done(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, idle=0.1)
        await end_of(await ask(pool, "later", seconds=0.4))
        assert (bench.folder / "data" / "done").read_text() == "done"

    run(play)


def test_what_the_app_s_own_start_has_set_going_does_not(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, idle=0.1)
        await end_of(await ask(pool, "pid"))
        assert pool.hosts == 0

    run(play)


def test_a_release_that_goes_away_lets_what_its_calls_left_behind_finish_within_its_drain_time(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP)
        await ask(pool, "later", seconds=0.5)
        await pool.close(5.0)
        assert (bench.folder / "data" / "done").read_text() == "done"

    run(play)


def test_a_release_that_goes_away_does_not_wait_beyond_it(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP)
        await ask(pool, "later", seconds=60)
        await pool.close(0.1)
        assert not (bench.folder / "data" / "done").exists()

    run(play)


def test_a_dozen_times_awake_and_asleep_lose_no_call_and_leave_nothing(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, idle=0.001)
        await end_of(await ask(pool, "pid"))
        before = descriptors(), tasks()
        pids = set()
        for _ in range(12):
            pids.add(pid := await ask(pool, "pid"))
            await end_of(pid)
        assert len(pids) == 12
        await pool.close(0.0)
        assert (descriptors(), tasks()) <= before
        assert pids.isdisjoint(children(os.getpid()))

    run(play)


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def tasks() -> int:
    return len(asyncio.all_tasks())
