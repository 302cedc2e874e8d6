"""ConsoleProtocol: uvicorn's protocol for the console and the API, with bounds on clients as the gateway has.

A stranger holds nothing here for long: a head has its time and size, a connection without a request its end, and where
connections are short all give way but those on which a caller with a token is owed an answer; of those each token has a
bounded share (``control/sessions.py``). It upgrades to nothing. What may be sent is what the gateway takes
(``framing.py``, ``refused_input.py``). Made by ``platform/node/servers.py``; a request goes on to
``control/own_names.py``."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.server import ServerState

from vaas.framework.http.problems import problem
from vaas.platform.auth.credential import KNOWN
from vaas.platform.gateway import connection
from vaas.platform.gateway.abort import abort
from vaas.platform.gateway.connection_limit import ConnectionLimit
from vaas.platform.gateway.framing import HEAD_END, Deaf, FramedConnection
from vaas.platform.gateway.refused_input import (
    MAX_HEAD,
    MAX_LINES,
    InputRefused,
    OtherUpgrade,
    bad_request,
    check_head,
    head_too_large,
    no_tunnel,
)
from vaas.platform.gateway.responses import status_line

SILENCE = 30.0
"""Seconds for which nothing of a body may come before there is an answer; beyond: 408."""
PIPELINED = 8
"""Requests that may wait on one connection while another is answered; no client of the API sends any ahead."""
UNREAD = 65.0
"""Seconds for which a client may take nothing of an answer, as on the gateway."""


class ConsoleProtocol(FramedConnection):
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
        """When something came or was answered last; of a head, when it began."""
        self._unread_since: float | None = None
        """Since when the client has taken too little of its answer for more to be written."""
        self._answering: Any = None
        """The cycle that has been begun last."""
        self._size = 0
        """Bytes of the head, or of the trailers."""

    # --- its life

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self._timer = self.loop.call_later(connection.CHECK, self._check_time)
        refused = self._connection_limit.admit(self, self.connections)
        if refused is not None:
            self._give_up(*refused)

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        super().connection_lost(exc)

    # --- what the parser finds

    def on_message_begin(self) -> None:
        self._unset_keepalive_if_required()
        super().on_message_begin()
        self._in_head = self._receiving = True
        self._arrived = self._size = self._framing = 0
        self._since = self.loop.time()

    def on_url(self, url: bytes) -> None:
        self._size += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._size += len(name) + len(value)
        if self._size > MAX_HEAD or len(self.headers) >= MAX_LINES:
            raise head_too_large()
        if self._in_head:  # else it is a trailer: no part of the request
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._check_head()
        if self.parser.should_upgrade():
            raise no_tunnel() if self.parser.get_method() == b"CONNECT" else OtherUpgrade
        self._in_head, self._size = False, 0
        super().on_headers_complete()

    def _check_head(self) -> None:
        hosts = [value for name, value in self.headers if name == b"host"]
        check_head(self.parser.get_http_version(), hosts[-1] if hosts else b"", len(hosts))
        if self._size > MAX_HEAD:
            raise head_too_large()
        if len(self.pipeline) >= PIPELINED:
            raise bad_request("Too many requests have come ahead of their turn.")

    def _keep(self, data: bytes, at: int) -> None:
        super()._keep(data, at)
        if not self._in_body and data.count(HEAD_END, at) > PIPELINED:
            abort(self.transport)

    def on_body(self, body: bytes) -> None:
        self._count_body(len(body))
        if not self.cycle.response_complete:
            self._since = self.loop.time()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._receiving = False
        super().on_message_complete()

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _refuse_input(self, refused: InputRefused) -> None:
        is_own = self._in_body and self._answering is self.cycle
        if self._is_answering and not (is_own and not self.cycle.response_started):
            abort(self.transport)  # what it says now would be read as the answer to another request, or as part of one
            return
        if is_own:
            self.cycle.disconnected = True  # for its task, which will not be asked any more
            self.cycle.message_event.set()
        self._give_up(refused.status, refused.code, refused.detail, lingers=True)

    def on_response_complete(self) -> None:
        self._since = self.loop.time()
        super().on_response_complete()

    def pause_writing(self) -> None:
        self._unread_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._unread_since = None
        super().resume_writing()

    # --- how long its client may take

    @property
    def waiting_since(self) -> float | None:
        """Since when the client has owed us a request, the rest of one, or to take its answer; None while it is owed
        an answer, which a client without a token never is for longer than there is room."""
        if self._unread_since is not None:
            return self._unread_since
        is_known = self._answering is not None and KNOWN in self._answering.scope
        return None if self._is_owed and is_known else self._since

    @property
    def _is_answering(self) -> bool:
        return self._answering is not None and not self._answering.response_complete

    @property
    def _is_owed(self) -> bool:
        return self._is_answering and (self._answering is not self.cycle or not self._waits_for_body)

    @property
    def _waits_for_body(self) -> bool:
        """Whether the request cannot be answered yet; once the answer has begun, a body may come as slowly as it likes
        (the input of a command)."""
        return self._receiving and not self._in_head and not self.cycle.response_started

    def give_way(self, why: str = "") -> None:
        self.transport.abort()

    def _check_time(self) -> None:
        self._timer = self.loop.call_later(connection.CHECK, self._check_time)
        now = self.loop.time()
        if self._unread_since is not None or self.transport.is_closing():
            if now - (self._unread_since or self._since) > UNREAD:
                abort(self.transport)
        elif not self._is_owed and now - self._since > self._patience:
            self._on_overdue()

    @property
    def _patience(self) -> float:
        if not self._receiving:
            return self.timeout_keep_alive
        is_upload = not self._in_head and not self.cycle.response_complete
        return SILENCE if is_upload else connection.HEAD_TIMEOUT

    def _on_overdue(self) -> None:
        if self._receiving and (self._in_head or not self.cycle.response_complete):
            self._give_up(408, "request-timeout", f"The request did not arrive within {self._patience:g} s.")
        else:
            abort(self.transport)

    def _give_up(self, status: int, code: str, detail: str, *, lingers: bool = False) -> None:
        """Answers what is no request for the API, and closes; ``lingers``: not yet."""
        answer = problem(status, detail, secrets.token_hex(8), [], {"code": code})
        lines = [status_line(status), *(b"%b: %b\r\n" % header for header in answer.headers)]
        lines.append(b"content-length: %d\r\nconnection: close\r\n\r\n" % len(answer.body))
        self.parser = Deaf()
        self._receiving = self._in_head = False
        self.transport.write(b"".join([*lines, answer.body]))
        self._linger() if lingers else self.transport.close()
