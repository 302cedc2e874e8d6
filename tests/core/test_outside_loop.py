"""Code that blocks finds no event loop, and leaves the one that it was called in as it was."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from vaas.core.outside_loop import WorkerLoops, blocking, outside_loop


@pytest.mark.parametrize("call", [outside_loop, lambda function: blocking(function)()])
def test_blocking_code_runs_a_loop_of_its_own_and_the_outer_one_goes_on(call: Callable[..., Any]):
    async def main() -> tuple[object, object]:
        inner = call(lambda: asyncio.run(asyncio.sleep(0, "ran")))
        return inner, await asyncio.sleep(0, "goes on")

    assert asyncio.run(main()) == ("ran", "goes on")


@pytest.mark.parametrize("call", [outside_loop, lambda function: blocking(function)()])
def test_the_loop_is_back_after_an_exception(call: Callable[..., Any]):
    async def main() -> bool:
        loop = asyncio.get_running_loop()
        with pytest.raises(ZeroDivisionError):
            call(lambda: 1 / 0)
        return asyncio.get_running_loop() is loop

    assert asyncio.run(main())


def test_outside_of_every_loop_nothing_changes():
    assert outside_loop(lambda: 1) == 1
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()


def in_a_thread(function: Callable[[], Any]) -> Any:
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(function()))
    thread.start()
    thread.join()
    return found[0]


def test_a_worker_s_blocking_code_gets_one_loop_until_it_closes_it():
    policy = WorkerLoops()

    def main() -> tuple[object, bool, bool]:
        policy.admit(asyncio.new_event_loop)
        loop = policy.get_event_loop()
        result = loop.run_until_complete(asyncio.sleep(0, "ran"))
        same = policy.get_event_loop() is loop
        loop.close()
        new = policy.get_event_loop()
        new.close()
        return result, same, new is loop

    assert in_a_thread(main) == ("ran", True, False)


def test_any_other_thread_has_none_as_ever():
    def main() -> str:
        try:
            WorkerLoops().get_event_loop()
        except RuntimeError as error:
            return str(error)
        return ""

    assert "no current event loop" in in_a_thread(main)


@pytest.mark.parametrize("blocks", [True, False])
def test_a_loop_that_is_remembered_at_import_serves_or_is_left_to_blocking_code(blocks: bool):
    policy = WorkerLoops()

    def main() -> tuple[bool, bool]:
        policy.admit(asyncio.new_event_loop)
        remembered = policy.get_event_loop()
        serving = policy.serving(blocks=blocks)
        own = policy.get_event_loop()
        for loop in {remembered, serving, own}:
            loop.close()
        return serving is remembered, own is remembered

    assert in_a_thread(main) == (not blocks, blocks)


@pytest.mark.parametrize("closed", [True, False])
def test_an_app_that_remembers_none_is_served_by_a_new_loop(closed: bool):
    policy = WorkerLoops()

    def main() -> bool:
        policy.admit(asyncio.new_event_loop)
        if closed:
            policy.get_event_loop().close()
        serving = policy.serving(blocks=False)
        is_new = not serving.is_closed()
        serving.close()
        return is_new

    assert in_a_thread(main)
