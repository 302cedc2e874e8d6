"""ASGI's types: what uvicorn hands to ``asgi_path.py``, and that to ``asgi_request.py`` and ``asgi_websocket.py``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

CLIENT = "vaas.client"
"""Where a scope of HTTP has its ``Client``."""


class Client(Protocol):
    """The client of a request, as ``connection.py`` knows it."""

    on_gone: Callable[[], None] | None
    """Called when its connection is closed."""
    told: tuple[str, int] | None
    """Who it is, if that is told by a proxy."""

    def watch(self, waits: Callable[[], bool]) -> None:
        """Closes the connection once the client has left, if what it has sent ``waits`` then to be read."""
        ...
