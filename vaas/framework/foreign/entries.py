"""Entries that are no vaas app: an ASGI or WSGI callable, served as it is.

Which of the two it is, is seen from how it is called. Next: ``asgi_entry.py`` and ``wsgi_entry.py``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Literal

from vaas.core.service import Service
from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.foreign.asgi_entry import AsgiService
from vaas.framework.foreign.wsgi_entry import WsgiService


def open_callable(entry: Any, runtime: Runtime) -> Service | None:
    """The service of an ASGI or WSGI callable; None if it is neither."""
    kind = kind_of(entry)
    if kind == "asgi":
        return AsgiService(entry, runtime)
    if kind == "wsgi":
        return WsgiService(entry, runtime)
    return None


def kind_of(entry: Any) -> Literal["asgi", "wsgi", ""]:
    """``asgi`` if calling it makes a coroutine or takes three arguments, ``wsgi`` if it takes two."""
    if not callable(entry) or isinstance(entry, type):
        return ""
    if inspect.iscoroutinefunction(entry) or inspect.iscoroutinefunction(type(entry).__call__):
        return "asgi"
    if _takes(entry, 3):
        return "asgi"
    return "wsgi" if _takes(entry, 2) else ""


def _takes(entry: Callable[..., Any], count: int) -> bool:
    try:
        inspect.signature(entry).bind(*range(count))
    except (TypeError, ValueError):
        return False
    return True
