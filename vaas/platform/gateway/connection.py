"""GatewayConnection: a connection of the gateway: how long its client may take, what is refused, and whose turn it is.

Flow control, the queue of pipelined requests and shutdown are uvicorn's; times, refusals and the turn of a
``FastRequest`` are here. What the parser finds is read by the subclass in ``protocol.py``; a request goes on in
``fast_path.py``. It lives from ``connection_made`` to ``connection_lost``, or until a websocket's protocol takes over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from uvicorn.config import Config
from uvicorn.server import ServerState

from vaas.core.wire.messages import HUNG_UP
from vaas.platform.gateway.abort import abort
from vaas.platform.gateway.connection_limit import client_of
from vaas.platform.gateway.fast_path import FastRequest
from vaas.platform.gateway.forwarded import Address
from vaas.platform.gateway.framing import Deaf, FramedConnection
from vaas.platform.gateway.refused_input import InputRefused
from vaas.platform.gateway.responses import refuse

if TYPE_CHECKING:
    from vaas.platform.gateway.node import GatewayNode

HEAD_TIMEOUT = 10.0
"""Seconds a client may take to send a whole head or an inline body; beyond: 408."""
CHECK = 1.0
"""Seconds between two looks at a connection's times."""


class GatewayConnection(FramedConnection):
    """In its pipeline, the app of a FastRequest is None."""

    is_http_11: bool  # what the head that is being read says
    _timer: asyncio.TimerHandle  # from ``connection_made`` on

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        node: GatewayNode,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.node = node
        self._behind_proxy = False
        """Whether the other end is a trusted proxy."""
        self.told: Address | None = None
        """Which client the proxy has told of the last request."""
        self.counted_as = ""
        """The client whose share of the connections it is of; empty: of none's."""
        self._current: FastRequest | None = None
        """The ordinary request that a worker has now."""
        self._size = 0
        """Bytes of the head so far, as the parser has it."""
        self._since = self.loop.time()
        """When the request that is coming in began, or the last one ended."""
        self._answering: Any = None
        """The newest request that has been begun, ours or uvicorn's."""
        self._advancing = False
        self._lingers = False
        """Whether the client may be sending what will not be read, and is to hear why."""
        self.on_gone: Callable[[], None] | None = None
        """Called when the connection is closed; set by the request that goes by way of ASGI now."""
        self._watched: tuple[int, Callable[[], None]] | None = None
        """Its descriptor and what is called, once it is watched for its client's leaving."""

    # --- its life

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self._behind_proxy = self.client is not None and self.client[0] in self.node.trusted
        self._timer = self.loop.call_later(CHECK, self._check_time)
        if self.client is not None and not self._behind_proxy:  # whose connections are those of many clients
            self.counted_as = client_of(self.client[0])
        refused = self.node.connection_limit.admit(self, self.connections, self.counted_as)
        if refused is not None:
            self._give_up(*refused, retry=1)

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        self.node.connection_limit.leave(self, self.counted_as)
        if self._watched is not None:
            self.node.hang_ups.forget(*self._watched)
        if self.on_gone is not None:
            self.on_gone()
            self.on_gone = None
        if self._current is not None:
            self._current.abandon(HUNG_UP)
        self.pipeline.clear()
        if type(self.cycle) is FastRequest:
            self.cycle = None
        super().connection_lost(exc)

    def watch(self, waits: Callable[[], bool]) -> None:
        """Closes the connection once its client has left, if what it has sent ``waits`` then to be read."""

        def on_hang_up() -> None:
            if waits():
                abort(self.transport)

        self._watched = (self.transport.get_extra_info("socket").fileno(), on_hang_up)
        self.node.hang_ups.watch(*self._watched)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._current is not None:
            self._current.on_writable()
        self._advance()

    def shutdown(self) -> None:
        """Called by the server when it stops: ends the connection after the answer that is under way."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
        else:
            self.cycle.keep_alive = False

    # --- its times

    @property
    def waiting_since(self) -> float | None:
        """Since when the client has owed us a request, the rest of one, or to take its answer; None while it is owed
        an answer, or streams a body."""
        return None if self._is_streaming or self._is_answering else self._since

    @property
    def _is_streaming(self) -> bool:
        """Whether a body comes that is passed on; not once its request has been answered."""
        is_streamed = self._receiving and not self._in_head and type(self.cycle) is not FastRequest
        return is_streamed and not self.cycle.response_complete

    @property
    def told_client(self) -> str:
        """The client behind a proxy that is being answered, as ``client_of`` says; empty if there is none."""
        return client_of(self.told[0]) if self.told and self._is_answering else ""

    def give_way(self, why: str = "") -> None:
        if self._receiving:
            self._give_up(408, "request-timeout", f"The request did not arrive in time. {why}")
        else:
            abort(self.transport)

    def _check_time(self) -> None:
        """One coarse timer a connection, instead of one a request."""
        self._timer = self.loop.call_later(CHECK, self._check_time)
        since = self.waiting_since
        if self.transport.is_closing():
            if self.loop.time() - self._since > self.timeout_keep_alive:
                abort(self.transport)  # what is left of the answer will never be taken
        elif since is None:
            return
        elif self._receiving and self.loop.time() - since > HEAD_TIMEOUT:
            self._give_up(408, "request-timeout", f"The request did not arrive within {HEAD_TIMEOUT:g} s.")
        elif not self._receiving and self.loop.time() - since > self.timeout_keep_alive:
            abort(self.transport)

    # --- what cannot be understood

    def _refuse_input(self, refused: InputRefused) -> None:
        if self._in_body and getattr(self.cycle, "response_started", False):
            abort(self.transport)  # there is no other answer to this request than the one that has begun
            return
        self._lingers = True
        self._give_up(refused.status, refused.code, refused.detail)

    def _give_up(self, status: int, code: str, detail: str, retry: int = 0) -> None:
        """Answers what cannot be understood, when the requests before it are answered, and closes: what follows on this
        connection cannot be either."""
        request = FastRequest(self, self.node.next_trace(), is_head=False)
        request.keep_alive = False
        request.refusal = refuse(status, code, detail, request.trace, retry)
        is_for_another = self._is_for_another(self.cycle)
        if self._in_body and type(self.cycle) is not FastRequest:
            self.cycle.disconnected = True  # for its task, which will not be asked any more
            self.cycle.message_event.set()
        self.parser, self.cycle = Deaf(), request
        self._receiving = self._in_head = False
        if is_for_another:
            self.pipeline.appendleft((request, None))
        else:
            self._begin(request)

    def _is_for_another(self, incoming: Any) -> bool:
        """Whether what goes out next is the answer to a request before the one that comes in."""
        if self._receiving and not self._in_head:  # of a body: that request's own answer
            if self.pipeline and self.pipeline[0][0] is incoming:
                self.pipeline.popleft()
            return bool(self.pipeline) or (self._is_answering and self._answering is not incoming)
        return bool(self.pipeline) or self._is_answering

    # --- whose turn it is

    def _begin(self, request: FastRequest) -> None:
        self._answering = request
        if request.refusal is not None:
            request.refuse(request.refusal)
            return
        assert request.pool is not None
        self._current = request
        request.pool.submit(request)

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        if type(cycle) is FastRequest:
            self._begin(cycle)
        else:
            self._answering = cycle
            super()._start_asgi_task(cycle, app)

    def on_request_complete(self, request: FastRequest) -> None:
        self._current = None
        if not request.keep_alive:
            self._linger() if self._lingers else self.transport.close()
        self.on_response_complete()

    def on_response_complete(self) -> None:
        """The next pipelined request may go."""
        self._since = self.loop.time()
        self._advance()

    @property
    def _is_answering(self) -> bool:
        return self._answering is not None and not self._answering.response_complete

    def _may_begin(self) -> bool:
        """Whether the last answer is complete, and the client has taken nearly all of it: one that reads nothing must
        not have us keep answer after answer."""
        return (self._answering is None or self._answering.response_complete) and not self.flow.write_paused

    def _advance(self) -> None:
        """A loop, not a recursion: thousands may be waiting."""
        if self._advancing or self.transport.is_closing():
            return
        self._advancing = True
        while self.pipeline and self._may_begin():
            self._start_asgi_task(*self.pipeline.pop())
        self._advancing = False
        if self._rest:
            self._parse_soon()
        elif not self.pipeline:
            self.flow.resume_reading()

    def date(self) -> bytes:
        return self.node.date_line(self.server_state.default_headers)
