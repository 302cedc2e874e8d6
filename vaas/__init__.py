"""vaas: many small Python apps on one server, without containers.

What apps import. The heavier names are imported when they are first used; in a host each app gets a ``vaas`` of its
own (``framework/serving/public.py``) with these same names. Where each comes from stands there too.

Floors, the highest first: ``vaas_cli`` (``cli/vaas_cli/main.py``), ``vaas.platform``, ``vaas.framework``,
``vaas.core``; each imports only those below it. ``docs/how-it-works.md`` walks through them file by file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from os import environ as env

    from vaas.framework.authoring.calls import call
    from vaas.framework.authoring.context import context, log
    from vaas.framework.authoring.decorators import (
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
    from vaas.framework.authoring.request import Request
    from vaas.framework.authoring.response import Response, file, html, redirect, sse
    from vaas.framework.authoring.websocket import WebSocket
    from vaas.framework.http.problems import HTTPError
    from vaas.framework.serving.asgi import asgi

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
    from vaas.framework.serving.public import NAMES, find

    assert NAMES.keys() == set(__all__)
    globals()[name] = value = find(name)
    return value


def __dir__() -> list[str]:
    return [*__all__, "testing"]
