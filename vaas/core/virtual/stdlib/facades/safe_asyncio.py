"""``asyncio`` for restricted code: of the event loop, only what concerns one's own work.

Only asyncio makes futures and names their loop. Each future hands the context that it was given, the host's own
too, to its loop; so ``loop=`` and ``loop_factory=`` are not for apps, nor are objects that only look like futures.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextvars import copy_context
from types import GenericAlias
from typing import Any

from vaas.core.restrict.safe_type import stand_for


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


class _Stand(type):
    """Stands for a class of futures: tells them, makes one for the running loop, and is no base."""

    _real: type
    _make: Callable[..., Any]

    def __instancecheck__(cls, obj: object) -> bool:
        return issubclass(type(obj), cls._real)

    def __call__(cls, *args: Any, **options: Any) -> Any:
        return cls._make(*args, **options)


class Future(metaclass=_Stand):
    """``asyncio.Future``."""

    def __init_subclass__(cls) -> None:
        raise TypeError("restricted code derives no class from asyncio's: it holds the event loop")

    def __class_getitem__(cls, item: Any) -> Any:
        return GenericAlias(cls, item)


class Task(metaclass=_Stand):
    """``asyncio.Task``."""

    __init_subclass__ = Future.__init_subclass__

    def __class_getitem__(cls, item: Any) -> Any:
        return GenericAlias(cls, item)


def create_task(coro: Coroutine[Any, Any, Any], *, name: str | None = None) -> asyncio.Task[Any]:
    return asyncio.create_task(coro, name=name)


Task._real, Task._make = asyncio.Task, create_task
Future._real, Future._make = asyncio.Future, lambda: asyncio.get_running_loop().create_future()
stand_for(asyncio.Task, Task)  # the narrower one first
stand_for(asyncio.Future, Future)


def ensure_future(it: Any) -> asyncio.Future[Any]:
    return asyncio.ensure_future(_checked(it))


def gather(*awaitables: Any, return_exceptions: bool = False) -> asyncio.Future[list[Any]]:
    return asyncio.gather(*map(_checked, awaitables), return_exceptions=return_exceptions)


def shield(it: Any) -> asyncio.Future[Any]:
    return asyncio.shield(_checked(it))


def wait_for(it: Any, timeout: float | None) -> Coroutine[Any, Any, Any]:
    return asyncio.wait_for(_checked(it), timeout)


def wait(
    futures: Iterable[Any], *, timeout: float | None = None, return_when: str = asyncio.ALL_COMPLETED
) -> Coroutine[Any, Any, Any]:
    return asyncio.wait([_checked(it) for it in futures], timeout=timeout, return_when=return_when)


def as_completed(awaitables: Iterable[Any], *, timeout: float | None = None) -> Any:
    return asyncio.as_completed([_checked(it) for it in awaitables], timeout=timeout)


def run(main: Coroutine[Any, Any, Any], *, debug: bool | None = None) -> Any:
    return asyncio.run(main, debug=debug)


def current_task() -> asyncio.Task[Any] | None:
    """Of the running loop alone: another one would be compared with it."""
    return asyncio.current_task()


def _checked(it: Awaitable[Any]) -> Awaitable[Any]:
    """Gives it back unless it pretends to be a future: asyncio would ask it for its loop."""
    if asyncio.isfuture(it) and not issubclass(type(it), asyncio.Future):
        raise TypeError("restricted code waits for futures that asyncio made")
    return it


NAMES: dict[str, Any] = {
    "get_running_loop": get_running_loop,
    "get_event_loop": get_running_loop,
    **{
        it.__name__: it
        for it in (
            Future,
            Task,
            create_task,
            current_task,
            ensure_future,
            gather,
            shield,
            wait_for,
            wait,
            as_completed,
            run,
        )
    },
}
