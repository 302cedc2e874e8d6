"""Coroutines that never wait: an ``async def`` without an ``await`` can be run to its end on the spot.

It is what most small handlers are, and sparing them a task is half of their cost. Decided once, by the compiled code;
used by ``http_handler.py`` and ``rpc_handler.py``.
"""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Coroutine
from types import FunctionType
from typing import Any

_SEND = dis.opmap["SEND"]


def never_waits(function: Callable[..., Any]) -> bool:
    """Whether it is an ``async def`` whose code has no ``await``, ``async for`` or ``async with``.

    Each of those compiles to SEND (CPython 3.11 to 3.13), also where an asynchronous comprehension is awaited. Every
    second byte of ``co_code`` is an opcode, or zero.
    """
    if not isinstance(function, FunctionType) or not inspect.iscoroutinefunction(function):
        return False
    return _SEND not in function.__code__.co_code[::2]


def run_through(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The value of a coroutine that never waits; raises what it raises."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    raise RuntimeError(f"{coroutine!r} waited, although its code has nothing to wait for")
