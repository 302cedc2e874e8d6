"""The watch sees what is slow, and nothing else."""

from __future__ import annotations

import asyncio
import gc
import threading
import time

import pytest

from tests.slow_callbacks import BUDGET, Handle, Loop, watching


def compute(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def test_a_task_that_computes_for_long_is_caught_with_its_name() -> None:
    async def deliberately_slow() -> None:
        await asyncio.sleep(0)
        compute(0.02)

    with watching(BUDGET) as watch:
        asyncio.run(deliberately_slow())
    assert len(watch.slow) == 1
    assert "deliberately_slow" in watch.slow[0].what
    with pytest.raises(AssertionError, match="deliberately_slow"):
        watch.check()


def test_a_slow_callback_and_a_slow_timer_are_caught() -> None:
    async def main() -> None:
        loop, done = asyncio.get_running_loop(), asyncio.Event()
        loop.call_soon(compute, 0.02)
        loop.call_later(0.001, compute, 0.03)
        loop.call_later(0.002, done.set)
        await done.wait()

    with watching(BUDGET) as watch:
        asyncio.run(main())
    assert len(watch.slow) == 2


def test_many_short_callbacks_that_are_due_at_once_are_a_long_turn() -> None:
    async def main() -> None:
        for _ in range(20):
            asyncio.get_running_loop().call_soon(compute, 0.001)
        await asyncio.sleep(0.05)

    with watching(BUDGET) as watch:
        asyncio.run(main())
    assert len(watch.slow) == 1


def test_a_loop_in_another_thread_is_watched_too() -> None:
    async def main() -> None:
        compute(0.02)

    with watching(BUDGET) as watch:
        thread = threading.Thread(target=asyncio.run, args=(main(),))
        thread.start()
        thread.join()
    assert len(watch.slow) == 1


def test_waiting_and_pieces_and_other_threads_are_not_slow() -> None:
    async def main() -> None:
        await asyncio.to_thread(compute, 0.05)
        for _ in range(10):
            compute(0.003)
            await asyncio.sleep(0)
        await asyncio.sleep(0.02)

    with watching(BUDGET) as watch:
        asyncio.run(main())
    watch.check()


def test_what_the_collector_takes_is_not_counted() -> None:
    garbage = [[number] for number in range(500_000)]

    async def main() -> None:
        gc.collect()

    with watching(BUDGET) as watch:
        asyncio.run(main())
    assert garbage
    watch.check()


def test_afterwards_nothing_is_watched() -> None:
    before = (Loop._run_once, Handle._run)
    with watching(BUDGET):
        assert Loop._run_once is not before[0]
    assert before == (Loop._run_once, Handle._run)
