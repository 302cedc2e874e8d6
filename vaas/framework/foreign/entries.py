"""Entries that are no vaas app: an ASGI or WSGI callable, served as it is.

Which of the two it is, the manifest says, or is seen from how it is called. Next: ``asgi_entry.py``, ``wsgi_entry.py``.
"""

from __future__ import annotations

import asyncio
import inspect
from typing import Any, Literal

from vaas.core.policy import Interface
from vaas.core.service import Service
from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.foreign.asgi_entry import AsgiService
from vaas.framework.foreign.wsgi_entry import WsgiService

Kind = Literal["asgi", "wsgi", ""]

ASGI, WSGI = ("scope", "receive", "send"), ("environ", "start_response")
"""What each is called with, in the words of the specifications."""


def open_callable(entry: Any, runtime: Runtime, interface: Interface = "auto") -> Service | None:
    """The service of an ASGI or WSGI callable; None if it is neither, or not what ``interface`` says."""
    if not callable(entry):
        return None
    kind = kind_of(entry) if interface == "auto" else interface
    if kind == "asgi":
        return AsgiService(entry, runtime)
    if kind == "wsgi":
        return WsgiService(entry, runtime)
    return None


def kind_of(entry: Any) -> Kind:
    """``asgi`` if calling it makes a coroutine or takes three arguments, ``wsgi`` if it takes two.

    What takes both (``*args``, a default) is WSGI unless its parameters have the names of ASGI: a plain function round
    an ASGI callable is rare, and ``interface`` in the manifest is for it.
    """
    if not callable(entry):
        return ""
    if is_async(entry):
        return "asgi"
    try:
        signature = inspect.signature(entry)
    except (TypeError, ValueError):
        return ""
    kind = _kind_by(signature)
    if isinstance(entry, type):  # an instance a request: it is the answer, to be iterated or awaited
        answers = {"wsgi": "__iter__", "asgi": "__await__", "": ""}[kind]
        return kind if hasattr(entry, answers) else ""
    return kind


def is_async(entry: Any) -> bool:
    """Whether it is, or its call is, an ``async def``; also one that is set on the instance."""
    if isinstance(entry, type):
        return False
    return asyncio.iscoroutinefunction(entry) or asyncio.iscoroutinefunction(entry.__call__)


def _kind_by(signature: inspect.Signature) -> Kind:
    three, two = _takes(signature, len(ASGI)), _takes(signature, len(WSGI))
    if three and two:
        return "asgi" if next(iter(signature.parameters)) == ASGI[0] else "wsgi"
    return "asgi" if three else "wsgi" if two else ""


def _takes(signature: inspect.Signature, count: int) -> bool:
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True
