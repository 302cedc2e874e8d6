"""Which pools are ticked: those that have something to do, and no others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from textwrap import dedent

import pytest

from tests.core.pool.benches import Bench, ask
from vaas.core.pool.errors import DeadlineExceeded
from vaas.core.pool.pools import TICK

APP = dedent(
    """
    import asyncio
    import vaas

    @vaas.app
    class Works:
        @vaas.rpc
        async def one(self) -> int:
            return 1

        @vaas.rpc
        async def sleep(self, seconds: float):
            await asyncio.sleep(seconds)
    """
)


async def until(true: Callable[[], bool]) -> None:
    """Returns at the first tick at which it is."""
    while not true():  # noqa: ASYNC110 (what is waited for is that nothing happens any more)
        await asyncio.sleep(TICK)


async def until_at_rest(bench: Bench) -> None:
    await until(lambda: not bench.pools._awake)


def test_a_pool_without_hosts_is_not_ticked_and_without_others_there_is_no_timer(run):
    async def play(bench: Bench) -> None:
        await until_at_rest(bench)
        bench.pool(APP)
        assert (bench.pools._awake, bench.pools._resting, bench.pools._timer) == (set(), {}, None)

    run(play)


def test_a_pool_rests_beside_its_idle_host_and_is_awake_while_a_call_is_in_flight(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP)
        assert await ask(pool, "one") == 1
        await until_at_rest(bench)
        assert pool in bench.pools._resting
        assert bench.pools._timer is None
        sleeping = asyncio.create_task(ask(pool, "sleep", seconds=3600.0))
        await until(lambda: pool in bench.pools._awake)
        await asyncio.sleep(3 * TICK)
        assert pool in bench.pools._awake, "its deadline is to be looked at"
        sleeping.cancel()

    run(play)


def test_a_deadline_is_kept_by_a_pool_that_was_at_rest(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, timeout=1.0)
        await pool.warm()
        await until_at_rest(bench)
        with pytest.raises(DeadlineExceeded):
            await ask(pool, "sleep", seconds=3600.0)

    run(play)


def test_a_pool_that_was_closed_is_forgotten_and_its_counts_are_not(run):
    async def play(bench: Bench) -> None:
        warm, cold = bench.pool(APP), bench.pool(APP)
        before = bench.pools.counts("works").calls
        await ask(warm, "one")
        await asyncio.gather(warm.close(0.0), cold.close(0.0))
        await until(lambda: not {warm, cold} & bench.pools._pools)
        assert bench.pools.counts("works").calls == before + 1
        assert not {warm, cold} & {*bench.pools._awake, *bench.pools._resting}

    run(play)


def test_what_a_removed_app_has_counted_is_told_of_no_later_one_of_its_name(run):
    async def play(bench: Bench) -> None:
        old = bench.pool(APP)
        await ask(old, "one")
        await old.close(0.0)
        await bench.pools.forget("works")
        assert bench.pools.counts("works").calls == 0
        new = bench.pool(APP)
        await ask(new, "one")
        await until(lambda: old not in bench.pools._pools)
        assert bench.pools.counts("works").calls == 1

    run(play)
