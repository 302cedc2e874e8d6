"""Long work in pieces: others have their turns between, and many at once take no longer turns than one."""

from __future__ import annotations

import asyncio
from time import thread_time

import pytest

from tests.slow_callbacks import BUDGET, allowed, watching
from vaas.core.pace import PIECE, Pace, aside, paced


def compute(seconds: float = 0.0001) -> None:
    until = thread_time() + seconds
    while thread_time() < until:
        pass


async def work(steps: int) -> list[int]:
    done = []
    async for step in paced(range(steps)):
        compute()
        done.append(step)
    return done


def test_all_is_done_in_order():
    assert asyncio.run(work(20)) == list(range(20))


@pytest.mark.parametrize("jobs", [1, 30])
def test_a_turn_is_no_longer_for_many_jobs(jobs: int):
    async def main() -> int:
        turns, loop = 0, asyncio.get_running_loop()
        working = asyncio.gather(*(work(100) for _ in range(jobs)))
        while not working.done():
            turns += 1
            await asyncio.sleep(0)
        assert loop.is_running()
        return turns

    with watching(5 * PIECE * allowed() / BUDGET) as watch:
        turns = asyncio.run(main())
    watch.check()
    assert turns >= jobs * 100 * 0.0001 / PIECE / 2


def test_short_work_does_not_wait():
    async def main() -> None:
        pace, other = Pace(), asyncio.ensure_future(asyncio.sleep(0))
        await pace.rest()
        assert not other.done()
        await other

    asyncio.run(main())


def test_work_that_is_given_up_lets_the_others_go_on():
    async def main() -> list[int]:
        given_up = [asyncio.ensure_future(work(1000)) for _ in range(5)]
        other = asyncio.ensure_future(work(20))
        await asyncio.sleep(0.01)
        for task in given_up:
            task.cancel()
        return await asyncio.wait_for(other, 10)

    assert asyncio.run(main()) == list(range(20))


def test_of_what_is_done_aside_one_thing_is_done_at_a_time_and_the_loop_goes_on():
    at_once, most = 0, 0

    def think(number: int, *, twice: int = 1) -> int:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        compute(0.01)
        at_once -= 1
        return number * twice

    async def main() -> list[int]:
        return await asyncio.gather(*(aside(think, number, twice=2) for number in range(5)))

    with watching() as watch:
        assert asyncio.run(main()) == [0, 2, 4, 6, 8]
    watch.check()
    assert most == 1
