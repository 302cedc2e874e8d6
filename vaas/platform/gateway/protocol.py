"""GatewayProtocol: uvicorn's httptools protocol with a fast path for ordinary requests.

uvicorn keeps its parser, flow control, pipelining, shutdown and websocket upgrade. An ordinary request becomes a
``FastRequest`` here: parser callback → one frame to a worker → its answer → one write. Next: ``resolve.py`` for its
pool, ``fast_path.py`` for its answer. Everything else (large or chunked bodies, upgrades, ``expect``, a release asked
for by header) takes uvicorn's way into ``asgi_path.py``. A credential of the platform (``auth/credential.py``) and what
is about this connection alone are taken out of the head here, and put back for ``asgi_path.py`` alone."""

from __future__ import annotations

import asyncio
from copy import copy
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from vaas.core.wire.messages import HUNG_UP
from vaas.framework.http.headers import HOP_BY_HOP_OF_REQUESTS, one_cookie_line
from vaas.framework.http.wire_heads import HttpHead
from vaas.platform.auth.credential import MARK, NAMES, SHORTEST, redacted, visible, without_tokens
from vaas.platform.gateway import forwarded
from vaas.platform.gateway.abort import abort
from vaas.platform.gateway.asked_host import CLEAR, authority_of, is_clear
from vaas.platform.gateway.fast_path import FastRequest
from vaas.platform.gateway.resolve import SAFE, assign, find
from vaas.platform.gateway.responses import refuse

if TYPE_CHECKING:
    from vaas.platform.gateway.node import GatewayNode

Headers = list[tuple[bytes, bytes]]

INLINE_BODY = 64 * 1024
"""Bytes of a request body that is collected here and travels in one frame; larger ones are streamed."""
MAX_HEAD = 64 * 1024
"""Bytes of URL and headers together; beyond: 431. nginx allows 32 KiB, Apache 8 KiB a line."""
HEAD_TOO_LARGE = f"URL and headers are larger than {MAX_HEAD} bytes together."
HEAD_TIMEOUT = 10.0
"""Seconds a client may take to send a whole head or an inline body; beyond: 408."""
CHECK = 1.0
"""Seconds between two looks at a connection's times."""
_ASGI_ONLY = {b"transfer-encoding", b"upgrade", b"expect", b"x-vaas-release"}
"""Headers that send a request by way of ``asgi_path.py``."""
_SPECIAL = _ASGI_ONLY | NAMES | HOP_BY_HOP_OF_REQUESTS | forwarded.NAMES | {b"cookie"}
"""Headers to look at; all others are passed on, unless one is long enough for a token to be in it."""
_METHODS = {name.encode(): name for name in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")}
NOT_HTTP = "It does not keep to HTTP/1.1."
HOST_UNCLEAR = "It needs one Host, and one that can be a host."


class HostUnclear(Exception):
    """The head is complete, and does not say which host is asked."""


class HeadTooLarge(Exception):
    """The head is complete, and larger than ``MAX_HEAD``."""


class GatewayProtocol(HttpToolsProtocol):
    cycle: Any  # uvicorn's RequestResponseCycle, or our FastRequest: the newest on this connection
    pipeline: Any  # of (cycle, app), newest first; app is None for our FastRequest
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
        self._current: FastRequest | None = None
        """The ordinary request that a worker has now."""
        self._receiving = False
        self._in_head = False
        self._size = 0
        """Bytes of the head so far, as the parser has it."""
        self._since = self.loop.time()
        """When the request that is coming in began, or the last one ended."""
        self._problem = NOT_HTTP
        self._answering: Any = None
        """The newest request that has been begun, ours or uvicorn's."""
        self._advancing = False

    # --- the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self._behind_proxy = self.client is not None and self.client[0] in self.node.trusted
        self._timer = self.loop.call_later(CHECK, self._check_time)
        if not self.node.connection_limit.admit(self, self.connections, len(self.connections)):
            self._give_up(503, "too-many-connections", self.node.connection_limit.detail, retry=1)

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        if self._current is not None:
            self._current.abandon(HUNG_UP)
        self.pipeline.clear()
        if type(self.cycle) is FastRequest:
            self.cycle = None
        super().connection_lost(exc)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._current is not None:
            self._current.on_writable()
        self._advance()

    def handle_websocket_upgrade(self) -> None:
        """From now on the connection is another protocol's; it may be silent for as long as it likes."""
        self._timer.cancel()
        self.config = copy(self.config)
        self.config.ws_max_size = self._message_limit()
        super().handle_websocket_upgrade()

    def _message_limit(self) -> int:
        """Bytes of one message that the parser takes: the most that a release of the app does."""
        path = unquote(self.url.partition(b"?")[0].decode("latin-1"))
        target = find(self.node.routing, self._host.decode("latin-1"), path)
        pools = target.route.pools.values() if target is not None else ()
        return max((pool.spec.policy.limits.message for pool in pools), default=0)

    def shutdown(self) -> None:
        """Called by the server when it stops: ends the connection after the answer that is under way."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
        else:
            self.cycle.keep_alive = False

    @property
    def waiting_since(self) -> float | None:
        """Since when the client has owed us a request, or the rest of one; None while it is owed an answer."""
        if self._receiving:
            return self._since if self._in_head or type(self.cycle) is FastRequest else None
        return self._since if self.cycle is None or self.cycle.response_complete else None

    def give_way(self) -> None:
        if self._receiving:
            detail = f"The request did not arrive in time. {self.node.connection_limit.detail}"
            self._give_up(408, "request-timeout", detail)
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

    def send_400_response(self, msg: str) -> None:
        if self._size > MAX_HEAD:
            self._give_up(431, "head-too-large", HEAD_TOO_LARGE)
        else:
            self._give_up(400, "bad-request", f"{msg} {self._problem}")

    def _give_up(self, status: int, code: str, detail: str, retry: int = 0) -> None:
        """Answers what cannot be understood, and closes: what follows on this connection cannot be either."""
        request = FastRequest(self, self.node.next_trace(), is_head=False)
        request.keep_alive = False
        request.refuse(refuse(status, code, detail, request.trace, retry))

    # --- the parser

    def data_received(self, data: bytes) -> None:
        """Bounds a head that has no end, which the parser would collect: what has come is more than one may be."""
        if self._in_head:
            if self._arrived > MAX_HEAD:
                self._give_up(431, "head-too-large", HEAD_TOO_LARGE)
                return
            self._arrived += len(data)
        super().data_received(data)

    def on_message_begin(self) -> None:
        self._in_head = True
        self._arrived = 0
        """Bytes of the head that is not complete yet, but for those that came with its first byte."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._receiving = True
        self._since = self.loop.time()
        self._host = b""
        self._hosts = self._cookies = 0
        self._length = 0
        self._size = 0
        self._problem = NOT_HTTP
        self._asgi_only = False
        self._is_forwarded = False
        self._aside: Headers = []
        """Headers that no app gets to see, as they came."""

    def on_url(self, url: bytes) -> None:
        self.url += url
        self._size += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        size = len(value)
        self._size += len(name) + size
        if self._size > MAX_HEAD:
            return  # refused when the head is complete; nothing of it is kept
        if name == b"host":
            self._host = value
            self._hosts += 1
        elif name == b"content-length":
            self._length = int(value)
        elif name in _SPECIAL:
            if name == b"cookie":
                self._cookies += 1
            elif name == b"connection":
                self._aside.append((name, value))
                return
            else:
                self._on_special_header(name, value)
                return
        if size >= SHORTEST and value.find(MARK) >= 0:
            value = redacted(value)
        self.headers.append((name, value))

    def _on_special_header(self, name: bytes, value: bytes) -> None:
        if name in forwarded.NAMES:
            self._is_forwarded = True
            if not self._behind_proxy:
                return  # said by anyone: for no app, and for no framework in it
        self._asgi_only |= name in _ASGI_ONLY
        self.expect_100_continue |= name == b"expect" and value.lower() == b"100-continue"
        hidden = name in HOP_BY_HOP_OF_REQUESTS or (name in NAMES and visible(name, value) is None)
        (self._aside if hidden else self.headers).append((name, value))

    def on_headers_complete(self) -> None:
        self._in_head = False
        if len(self.url) >= SHORTEST:
            self.url = without_tokens(self.url)
        if self.url[:1] != b"/":
            self._take_authority()
        if self._hosts != 1 or self._host not in CLEAR:
            self._check_host()
        if self._cookies > 1:
            self.headers = one_cookie_line(self.headers)
        if self._asgi_only or self._length > INLINE_BODY or self.url[:1] != b"/":
            self._take_asgi_path()
            return
        self.cycle = self._read_head()

    def _take_authority(self) -> None:
        """It comes before ``Host`` (RFC 9112, 3.2.2)."""
        found = authority_of(self.url)
        if found is None:
            return
        authority, self.url = found
        if self._hosts:
            self._host = authority
            self.headers = forwarded.with_host(self.headers, authority)

    def _check_host(self) -> None:
        if not is_clear(self._host, self._hosts, self.parser.get_http_version()):
            self._problem = HOST_UNCLEAR
            raise HostUnclear  # to ``send_400_response``, by way of the parser

    def _take_asgi_path(self) -> None:
        if self._size > MAX_HEAD:
            raise HeadTooLarge  # to ``send_400_response``, by way of the parser
        url, headers, expect = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expect
        self.headers = self.scope["headers"] = headers + self._aside
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if type(self.cycle) is FastRequest:
            self.cycle.body += body
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._receiving = False
        self._since = self.loop.time()
        if type(self.cycle) is not FastRequest:
            super().on_message_complete()
        elif self._may_begin() and not self.pipeline:
            self._begin(self.cycle)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, None))

    # --- an ordinary request

    def _read_head(self) -> FastRequest:
        method = _METHODS.get(raw := self.parser.get_method()) or raw.decode("ascii")
        request = FastRequest(self, self.node.next_trace(), method == "HEAD")
        self.is_http_11 = self.parser.get_http_version() == "1.1"
        request.keep_alive = self.is_http_11 and self.parser.should_keep_alive()
        raw_path, _, query = self.url.partition(b"?")
        scheme, client, prefix = "http", self.client, ""
        if self._is_forwarded and self._behind_proxy:
            said = forwarded.told(self.headers, self.node.trusted)
            scheme, client, prefix = said.scheme or scheme, said.client or client, said.prefix
            if said.host is not None:
                self._host, self.headers = said.host, forwarded.with_host(self.headers, said.host)
        path = raw_path.decode("latin-1")
        if "%" in path:
            path = unquote(path)
        if self._size > MAX_HEAD:
            request.refusal = refuse(431, "head-too-large", HEAD_TOO_LARGE, request.trace)
            return request
        target = find(self.node.routing, self._host.decode("latin-1"), path)
        if target is None:
            request.refusal = self.node.unknown(path, request.trace)
        elif not target.path and method in SAFE:
            request.refusal = self.node.with_slash(prefix + target.root_path, query, request.trace)
        else:
            root_path = prefix + target.root_path
            head = HttpHead(
                method, target.path or "/", query, self.headers, root_path, scheme, client, self.server, raw_path
            )
            assign(self.node, request, target.route, head, self._length)
        return request

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
            self.transport.close()
        self.on_response_complete()

    def on_response_complete(self) -> None:
        """The next pipelined request may go."""
        self._since = self.loop.time()
        self._advance()

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
        if not self.pipeline:
            self.flow.resume_reading()

    def date(self) -> bytes:
        return self.node.date_line(self.server_state.default_headers)
