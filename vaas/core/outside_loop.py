"""Code that blocks runs outside the event loop: while it is called, its thread has no loop that asyncio would find.

A plain ``def`` is called in its worker's own thread, in the middle of that thread's event loop; but it must be able to
do what it does under any server of threads: ``asyncio.run``, Django's ORM, Flask's ``async`` views. All who call such
code do it by ``outside_loop`` or ``blocking``: ``framework/endpoints/handler.py``, ``framework/http/stream.py``,
``framework/serving/dispatch.py`` and ``framework/foreign/wsgi_entry.py``. ``core/host/worker.py`` sets the policy.

asyncio asks the system for the process's id each time a loop is set, or found: in a host half a microsecond. So where
all of an app blocks, ``core/host/link_to_node.py`` leaves the loop once for all calls that arrive together, and those
who call it find none to leave.
"""

from __future__ import annotations

import asyncio
import threading
from asyncio import _get_running_loop, _set_running_loop
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


def outside_loop(call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Calls it where no event loop is running, and puts the loop back whatever it raises.

    An ``Interrupted`` (``core/interrupt.py``) comes at the end of a call: within the ``try``, or after the last one.
    """
    loop = _get_running_loop()
    if loop is None:
        return call(*args, **named)
    try:
        _set_running_loop(None)
        return call(*args, **named)
    finally:
        _set_running_loop(loop)


def blocking(function: Callable[P, T]) -> Callable[P, T]:
    """The function, always called outside the loop: for what is called often, one call less than ``outside_loop``."""

    @wraps(function)
    def outside(*args: P.args, **named: P.kwargs) -> T:
        loop = _get_running_loop()
        if loop is None:
            return function(*args, **named)
        try:
            _set_running_loop(None)
            return function(*args, **named)
        finally:
            _set_running_loop(loop)

    return outside


class WorkerLoops(asyncio.DefaultEventLoopPolicy):
    """``asyncio.get_event_loop()`` in blocking code, and at import, gives a loop that can be run, as it does in the
    main thread of a server of processes; asyncio itself refuses it in every other thread. One a worker, made when it is
    first asked for. What an app remembers at import stays what it is: of an app that blocks throughout, the loop of its
    blocking code; of any other, the loop that serves."""

    def __init__(self) -> None:
        super().__init__()
        self._worker = threading.local()

    def admit(self, make: Callable[[], asyncio.AbstractEventLoop]) -> None:
        """This thread is a worker's; ``make``: its loops."""
        self._worker.loop, self._worker.make = None, make

    def serving(self, *, blocks: bool) -> asyncio.AbstractEventLoop:
        """The loop to serve with, once the app is imported. ``blocks``: the loop runs none of the app's code."""
        remembered: asyncio.AbstractEventLoop | None = self._worker.loop
        if blocks or remembered is None or remembered.is_closed():
            return cast(asyncio.AbstractEventLoop, self._worker.make())
        self._worker.loop = None
        return remembered

    def get_event_loop(self) -> asyncio.AbstractEventLoop:
        try:
            return super().get_event_loop()
        except RuntimeError:
            if not hasattr(self._worker, "loop"):
                raise
            if self._worker.loop is None or self._worker.loop.is_closed():
                self._worker.loop = self._worker.make()
            return cast(asyncio.AbstractEventLoop, self._worker.loop)


def install_worker_loops() -> WorkerLoops:
    """This process's policy from now on."""
    policy = asyncio.get_event_loop_policy()
    if not isinstance(policy, WorkerLoops):
        policy = WorkerLoops()
        asyncio.set_event_loop_policy(policy)
    return policy
