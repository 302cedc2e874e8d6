"""A coroutine that never waits is run to its end on the spot; which ones those are is seen from the code."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from vaas.framework.endpoints.eager_coroutines import never_waits, run_through


async def returns() -> int:
    return 5


async def long_without_await() -> Any:
    total = 0
    for n in range(300):
        total += n if n % 2 else -n
    with open("/dev/null") as file:  # noqa: ASYNC230  # it is never run
        file.read()
    return [n * 2 for n in range(total)], {str(n): n for n in range(3)}, f"{total:>{total}}"


async def defines_another() -> Any:
    async def inner() -> None:
        await asyncio.sleep(0)

    return inner


async def raises() -> None:
    raise KeyError("inside")


async def awaits() -> None:
    await asyncio.sleep(0)


async def loops(items: Any) -> None:
    async for _ in items:
        pass


async def enters(thing: Any) -> None:
    async with thing:
        pass


async def comprehends(items: Any) -> Any:
    return [item async for item in items]


async def awaits_in_a_branch(flag: bool = False) -> None:
    if flag:
        await asyncio.sleep(0)


def plain() -> None: ...


async def generates() -> Any:
    yield 1


@pytest.mark.parametrize("function", [returns, long_without_await, defines_another, raises])
def test_a_coroutine_without_await_never_waits(function: Any) -> None:
    assert never_waits(function)


@pytest.mark.parametrize("function", [awaits, loops, enters, comprehends, awaits_in_a_branch, plain, generates, len, 5])
def test_everything_else_may_wait(function: Any) -> None:
    assert not never_waits(function)


def test_its_value_and_its_exception_come_at_once() -> None:
    assert run_through(returns()) == 5
    with pytest.raises(KeyError, match="inside"):
        run_through(raises())


def test_one_that_waits_after_all_is_closed_and_told() -> None:
    with pytest.raises(RuntimeError, match="nothing to wait for"):
        run_through(awaits())
