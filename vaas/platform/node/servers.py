"""The node's two listeners, on one event loop: the gateway, open to all, and the console with the API, by token.

Both are uvicorn, on sockets bound here, so that a port in use is our error; signals are left to the command line.
Started by ``bootstrap.py``. The gateway's path goes on in ``gateway/protocol.py``, the API's in
``platform/control/endpoints/api.py``."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import logging
import re
import socket
from collections.abc import Iterator
from typing import Any

import uvicorn

from vaas.core.errors import InvalidInput, Unavailable
from vaas.platform.control.sessions import StreamEnded
from vaas.platform.gateway.asgi_path import AsgiPath
from vaas.platform.gateway.connection_limit import ConnectionLimit
from vaas.platform.gateway.console import ConsoleProtocol
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.gateway.protocol import GatewayProtocol
from vaas.platform.gateway.request_lines import Tell, TellingPath, TellingProtocol

log = logging.getLogger(__name__)

_PORT = re.compile("[0-9]{1,5}")

EVERYWHERE = "0.0.0.0"
"""Every IPv4 address of this machine."""
BACKLOG = 2048
"""Connections the kernel holds until they are accepted: uvicorn's default."""
KEEP_ALIVE = 65
"""Seconds an idle connection stays open, and that a client may take to read what is left of a complete answer: more
than the minute that proxies in front usually allow themselves."""
GRACE = 3
"""Seconds that answers under way may take when the node ends."""
CONSOLE_CONNECTIONS = 256
"""That the console and the API hold at once."""
MAX_MESSAGE = 512 * 1024
"""Bytes of one websocket message, of the console's; an app's ``limits.message`` counts on the gateway."""


class AddressInvalid(InvalidInput):
    """{address!r} is not an address to listen on. Write HOST:PORT, such as 127.0.0.1:8080, or :8080 for all of this
    machine's addresses; port 0 is any free one."""


class AddressInUse(Unavailable):
    """Something else listens on {address} already. Stop it, or choose another port with {option}."""


class AddressUnusable(Unavailable):
    """The system does not let us listen on {address}: {reason}. Choose another with {option}."""


def bind(address: str, option: str) -> socket.socket:
    """A socket bound to ``HOST:PORT``; ``option`` is the one that chooses it, for the error. No host is all of them,
    as for gunicorn and Go."""
    host, colon, port = address.rpartition(":")
    if not colon or not _PORT.fullmatch(port) or int(port) > 65535:
        raise AddressInvalid(address=address)
    host = host or EVERYWHERE
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host.strip("[]"), int(port)))
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise AddressInUse(address=address, option=option) from None
        raise AddressUnusable(address=address, reason=error.strerror, option=option) from None
    return sock


def listening_host(address: str) -> list[str]:
    """What a valid ``HOST:PORT`` names; nothing if that is all of this machine's addresses."""
    host = address.rpartition(":")[0]
    return [] if host in ("", EVERYWHERE, "::", "[::]") else [host]


def url_of(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


_NO_ERRORS = ("timeout graceful shutdown exceeded", "returned without completing handshake", "Invalid UTF-8 sequence")


def is_ours_to_say(record: logging.LogRecord) -> bool:
    """A filter of uvicorn's log. That a node which ends cuts what goes on is no error, and is said once, by us; that a
    websocket is refused, or its client sends what is no text, is none either."""
    error = record.exc_info[1] if record.exc_info else None
    is_meant = isinstance(error, asyncio.CancelledError | StreamEnded)
    return not is_meant and not any(words in str(record.msg) for words in _NO_ERRORS)


logging.getLogger("uvicorn.error").addFilter(is_ours_to_say)


class Listener(uvicorn.Server):
    """A uvicorn server as a task of ours."""

    def __init__(self, config: uvicorn.Config, sock: socket.socket) -> None:
        super().__init__(config)
        self.url = url_of(sock)
        self._socket = sock
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def start(self) -> None:
        self._task = asyncio.create_task(self.serve(sockets=[self._socket]))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        if left := len(self.server_state.connections):
            log.warning("connections cut whose answers were not complete %g s after the end: %d", GRACE, left)

    async def stop(self) -> None:
        """No new connections; answers under way may take a few seconds more."""
        self.should_exit = True
        if self._task is not None:
            await self._task
        self._socket.close()


def gateway(node: GatewayNode, sock: socket.socket, tell: Tell | None = None) -> Listener:
    """``tell`` hears of every request when it has been answered."""
    path = AsgiPath(node)
    if tell is None:
        return Listener(_config(path, http=functools.partial(GatewayProtocol, node=node)), sock)
    protocol = functools.partial(TellingProtocol, node=node, tell=tell)
    return Listener(_config(TellingPath(path, tell), http=protocol), sock)


def console(api: Any, sock: socket.socket) -> Listener:
    protocol = functools.partial(ConsoleProtocol, connection_limit=ConnectionLimit(CONSOLE_CONNECTIONS))
    return Listener(_config(api, http=protocol, ws="none"), sock)


def _config(app: Any, http: Any, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=http,
        loop="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the gateway has a rule of its own, for every way; the console asks for no address
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
        ws_max_size=MAX_MESSAGE,
        ws_per_message_deflate=False,  # what is small on the wire must not be large in memory
        backlog=BACKLOG,
        **more,
    )
