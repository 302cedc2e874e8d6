"""``asyncio`` for restricted code: of the event loop, only what concerns one's own work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any


class Loop:
    """What ``get_running_loop()`` gives an app."""

    def time(self) -> float:
        return asyncio.get_running_loop().time()

    def call_later(self, delay: float, callback: Callable[..., Any], *args: Any) -> Any:
        return asyncio.get_running_loop().call_later(delay, callback, *args)

    def call_soon(self, callback: Callable[..., Any], *args: Any) -> Any:
        return asyncio.get_running_loop().call_soon(callback, *args)

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.get_running_loop().create_future()

    def create_task(self, coro: Coroutine[Any, Any, Any], *, name: str | None = None) -> asyncio.Task[Any]:
        return asyncio.get_running_loop().create_task(coro, name=name)

    def run_in_executor(self, executor: Any, function: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        """Always in the machine's default threads, and in the caller's context."""
        return asyncio.get_running_loop().run_in_executor(None, copy_context().run, function, *args)


def get_running_loop() -> Loop:
    asyncio.get_running_loop()
    return Loop()


NAMES = {"get_running_loop": get_running_loop, "get_event_loop": get_running_loop}
