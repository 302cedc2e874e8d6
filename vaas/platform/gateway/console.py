"""ConsoleProtocol: uvicorn's protocol for the console and the API, with a bound on how many connections there are.

Made by ``platform/node/servers.py`` for each connection; a request goes on to ``control/auth_middleware.py``."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from vaas.platform.gateway.connection_limit import ConnectionLimit


class ConsoleProtocol(HttpToolsProtocol):
    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        connection_limit: ConnectionLimit,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._connection_limit = connection_limit
        self._since = self.loop.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        if self._connection_limit.admit(self, self.connections) is not None:
            self.transport.abort()

    def on_response_complete(self) -> None:
        self._since = self.loop.time()
        super().on_response_complete()

    @property
    def waiting_since(self) -> float | None:
        """Since when no request has come, or has come in part; None while one is being answered."""
        return self._since if self.cycle is None or self.cycle.response_complete else None

    def give_way(self, why: str = "") -> None:
        self.transport.abort()
