"""Which callbacks keep an event loop from its next turn, by the processor time that each takes of the loop's thread.

``with watching() as watch`` looks at every callback that asyncio's own loops run meanwhile, in any thread;
``watch.slow`` are those beyond the budget. Processor time, so that a busy machine makes none slow; without what the
collector of cyclic garbage takes, as that goes with the heap of the tests. uvloop's callbacks are not seen: a node
that is watched runs on asyncio's loop, with the same code.
"""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import thread_time
from typing import Any, NamedTuple

BUDGET = 0.010
"""Seconds between two turns of the node's loop: what a neighbour's request waits for at most, beside its own work."""


Handle: Any = asyncio.Handle


class Slow(NamedTuple):
    seconds: float
    what: str

    def __str__(self) -> str:
        return f"{self.seconds * 1000:.1f} ms: {self.what}"


class Watch:
    def __init__(self, budget: float) -> None:
        self.budget = budget
        self.slow: list[Slow] = []
        self.longest = Slow(0.0, "")
        self._collected = threading.local()

    def run(self, handle: Any, plainly: Any) -> None:
        what = _described(handle)
        self._collected.seconds, began = 0.0, thread_time()
        plainly(handle)
        taken = Slow(thread_time() - began - self._collected.seconds, what)
        self.longest = max(self.longest, taken)
        if taken.seconds > self.budget:
            self.slow.append(taken)

    def on_collection(self, phase: str, _: Any) -> None:
        sign = -1 if phase == "start" else 1
        self._collected.seconds = getattr(self._collected, "seconds", 0.0) + sign * thread_time()

    def check(self) -> None:
        """Fails with the callbacks that were slow."""
        assert not self.slow, "longer than 10 ms on the event loop:\n" + "\n".join(map(str, self.slow))


@contextmanager
def watching(budget: float = BUDGET) -> Iterator[Watch]:
    watch = Watch(budget)
    plainly = Handle._run
    Handle._run = lambda handle: watch.run(handle, plainly)
    gc.callbacks.append(watch.on_collection)
    try:
        yield watch
    finally:
        gc.callbacks.remove(watch.on_collection)
        Handle._run = plainly


def _described(handle: Any) -> str:
    """Of a task's step: which coroutine, and where it waited."""
    task = getattr(handle._callback, "__self__", None)
    if not isinstance(task, asyncio.Task):
        return repr(handle._callback)
    waits: list[str] = []
    coroutine: Any = task.get_coro()
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "ag_frame", None)
        name = getattr(coroutine, "__qualname__", repr(coroutine))
        waits.append(f"{name}:{frame.f_lineno}" if frame else name)
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "ag_await", None)
    return " > ".join(waits)
