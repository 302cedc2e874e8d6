"""vaas: many small Python apps on one server, without containers.

What apps import. The heavier names are imported when they are first used; in a host each app gets a ``vaas`` of its
own (``framework/public.py``) with these same names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from os import environ as env

    from vaas.framework.asgi import asgi
    from vaas.framework.calls import call
    from vaas.framework.context import context, log
    from vaas.framework.decorators import (
        app,
        delete,
        get,
        head,
        http,
        on_start,
        on_stop,
        options,
        patch,
        post,
        put,
        rpc,
        websocket,
    )
    from vaas.framework.problems import HTTPError
    from vaas.framework.request import Request
    from vaas.framework.response import Response, file, html, redirect, sse
    from vaas.framework.websocket import WebSocket

__all__ = [
    "HTTPError",
    "Request",
    "Response",
    "WebSocket",
    "app",
    "asgi",
    "call",
    "context",
    "delete",
    "env",
    "file",
    "get",
    "head",
    "html",
    "http",
    "log",
    "on_start",
    "on_stop",
    "options",
    "patch",
    "post",
    "put",
    "redirect",
    "rpc",
    "sse",
    "websocket",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'vaas' has no attribute {name!r}; it has {', '.join(__all__)}")
    from vaas.framework.public import NAMES, find

    assert NAMES.keys() == set(__all__)
    globals()[name] = value = find(name)
    return value


def __dir__() -> list[str]:
    return [*__all__, "testing"]
