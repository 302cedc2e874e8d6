"""Which turns of an event loop are long, by the processor time that each takes of the loop's thread.

``with watching() as watch`` looks at every turn of asyncio's own loops meanwhile, in any thread: all callbacks that
were due. ``watch.slow`` are those beyond the budget. Processor time, so that a busy machine makes none slow; without
what the collector of cyclic garbage takes, as that goes with the heap of the tests. uvloop's turns are not seen: a node
that is watched runs on asyncio's loop, with the same code.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import thread_time
from typing import Any, NamedTuple

BUDGET = 0.010
"""Seconds between two turns of the node's loop: what a neighbour's request waits for at most, beside its own work."""
MARGIN = 2.0
"""How many times that a turn may take here: other guests of the machine, whose caches are ours, count as our time."""
TRACED = 5.0
"""And how many times more where each line is traced."""
REFERENCE = 0.0023
"""Seconds that ``_work`` takes on the machine for which the budget was set."""


Handle: Any = asyncio.Handle
Loop: Any = asyncio.BaseEventLoop


class Slow(NamedTuple):
    seconds: float
    what: str

    def __str__(self) -> str:
        return f"{self.seconds * 1000:.1f} ms: {self.what}"


class Watch:
    def __init__(self, budget: float) -> None:
        self.budget = budget
        self.slow: list[Slow] = []
        """Turns that were longer, each with its longest callbacks."""
        self.longest = Slow(0.0, "")
        self._of_thread = threading.local()

    def turn(self, loop: Any, plainly: Any) -> None:
        mine = self._of_thread
        mine.callbacks, mine.collected, began = [], 0.0, thread_time()
        plainly(loop)
        seconds = thread_time() - began - mine.collected
        if seconds > min(self.budget, self.longest.seconds):
            longest = sorted(mine.callbacks, reverse=True)[:3]
            taken = Slow(seconds, f"{len(mine.callbacks)} callbacks, of which " + " | ".join(map(str, longest)))
            self.longest = max(self.longest, taken)
            if seconds > self.budget:
                self.slow.append(taken)

    def callback(self, handle: Any, plainly: Any) -> None:
        what, began = _described(handle), thread_time()
        plainly(handle)
        if hasattr(self._of_thread, "callbacks"):
            self._of_thread.callbacks.append(Slow(thread_time() - began, what))

    def on_collection(self, phase: str, _: Any) -> None:
        sign = -1 if phase == "start" else 1
        self._of_thread.collected = getattr(self._of_thread, "collected", 0.0) + sign * thread_time()

    def check(self) -> None:
        """Fails with the turns that were slow."""
        assert not self.slow, f"turns of the event loop longer than {self.budget * 1000:.0f} ms:\n" + "\n".join(
            map(str, self.slow)
        )


def allowed() -> float:
    """The budget, on a machine as fast as this one is now."""
    traced = TRACED if sys.gettrace() is not None else 1.0
    return BUDGET * MARGIN * traced * max(1.0, min(_work() for _ in range(5)) / REFERENCE)


def _work() -> float:
    began, total = thread_time(), 0
    for number in range(50_000):
        total += number * number % 7
    return thread_time() - began


@contextmanager
def watching(budget: float = 0.0) -> Iterator[Watch]:
    """``budget``: seconds; 0 is what is ``allowed`` here."""
    watch = Watch(budget or allowed())
    turn, callback = Loop._run_once, Handle._run
    Loop._run_once = lambda loop: watch.turn(loop, turn)
    Handle._run = lambda handle: watch.callback(handle, callback)
    gc.callbacks.append(watch.on_collection)
    try:
        yield watch
    finally:
        gc.callbacks.remove(watch.on_collection)
        Loop._run_once, Handle._run = turn, callback


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
