"""What becomes of hosts and of those to come when their zygote dies."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from tests.core.pool.benches import Bench, ask, bench, readable
from tests.core.pool.fresh_bench import run
from vaas.core.pool.errors import HostGone

__all__ = ["run"]

APP = """
import os
import vaas

@vaas.app
class Works:
    @vaas.rpc
    async def pid(self) -> int:
        return os.getpid()
"""


async def kill_zygote(bench: Bench) -> int:
    """Returns the pid of the dead one, once it is dead."""
    pid = bench.pools._zygote.pid
    gone = os.pidfd_open(pid)
    try:
        os.kill(pid, signal.SIGKILL)
        await readable(gone)
    finally:
        os.close(gone)
    return pid


def test_a_host_outlives_its_zygote_and_the_next_host_has_another(run):
    async def play(bench: Bench) -> None:
        first = bench.pool(APP)
        pid = await ask(first, "pid")
        dead = await kill_zygote(bench)
        assert await ask(first, "pid") == pid
        assert await ask(bench.pool(APP), "pid") != pid
        assert bench.pools._zygote.pid not in (0, dead)

    run(play)


def test_the_end_of_a_host_is_noticed_although_its_zygote_cannot_tell(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP)
        pid = await ask(pool, "pid")
        await kill_zygote(bench)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(HostGone, match="the process ended"):
            await ask(pool, "pid")
        assert await ask(pool, "pid") != pid

    run(play)


def test_a_host_whose_zygote_has_died_ends_with_its_node(tmp_path):
    async def scene() -> None:
        async with bench(tmp_path) as made:
            pid = await ask(made.pool(APP), "pid")
            await kill_zygote(made)
            gone = os.pidfd_open(pid)
        async with asyncio.timeout(10):
            await readable(gone)
        os.close(gone)

    asyncio.run(scene())
