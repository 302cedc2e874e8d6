"""GatewayProtocol: what the parser finds on a connection of the gateway, with a fast path for ordinary requests.

An ordinary request becomes a ``FastRequest`` here: parser callback → one frame to a worker → its answer → one write.
Next: ``resolve.py`` for its pool, ``fast_path.py`` for its answer; times, refusals and the turns of pipelined requests
are in the base, ``connection.py``. Everything else (large or chunked bodies, upgrades, ``expect``, a release asked for
by header) takes uvicorn's way into ``asgi_path.py``. A credential of the platform (``auth/credential.py``) and what is
about this connection alone are taken out of the head here, and put back for ``asgi_path.py`` alone."""

from __future__ import annotations

from copy import copy
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from vaas.framework.http.headers import HOP_BY_HOP_OF_REQUESTS, named_hops, one_cookie_line
from vaas.framework.http.problem_pages import as_asked
from vaas.framework.http.wire_heads import HttpHead
from vaas.platform.auth.credential import MARK, NAMES, SHORTEST, redacted, visible, without_tokens
from vaas.platform.gateway import forwarded
from vaas.platform.gateway.asgi_types import CLIENT
from vaas.platform.gateway.asked_host import CLEAR, authority_of
from vaas.platform.gateway.connection import GatewayConnection
from vaas.platform.gateway.connection_limit import client_of
from vaas.platform.gateway.fast_path import FastRequest
from vaas.platform.gateway.refused_input import MAX_HEAD, MAX_LINES, OtherUpgrade, check_head, head_too_large, no_tunnel
from vaas.platform.gateway.resolve import SAFE, Target, assign, find
from vaas.platform.gateway.websocket_protocol import GatewayWebSocket

Headers = list[tuple[bytes, bytes]]

INLINE_BODY = 64 * 1024
"""Bytes of a request body that is collected here and travels in one frame; larger ones are streamed."""
_ASGI_ONLY = {b"transfer-encoding", b"upgrade", b"expect", b"x-vaas-release"}
"""Headers that send a request by way of ``asgi_path.py``."""
_SPECIAL = _ASGI_ONLY | NAMES | HOP_BY_HOP_OF_REQUESTS | forwarded.NAMES | {b"cookie"}
"""Headers to look at; all others are passed on, unless one is long enough for a token to be in it."""
_METHODS = {name.encode(): name for name in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")}
NO_HOPS: frozenset[bytes] = frozenset()
END_TO_END = forwarded.NAMES | {b"host", b"content-length"}
"""Never about one connection, whatever ``Connection`` says: a client must not take from a request who has sent it."""


class GatewayProtocol(GatewayConnection):
    def on_message_begin(self) -> None:
        self._in_head = True
        self._arrived = 0
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._receiving = True
        self._since = self.loop.time()
        self._host = b""
        self._hosts = self._cookies = 0
        self._length = 0
        self._size = 0
        self._asgi_only = False
        self._is_forwarded = False
        self._aside: Headers = []
        """Headers that no app gets to see, as they came."""
        self._hops = NO_HOPS
        """Names of further ones, which are dropped."""

    def on_url(self, url: bytes) -> None:
        self.url += url
        self._size += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        size = len(value)
        self._size += len(name) + size
        if self._size > MAX_HEAD:
            raise head_too_large()
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
                self._hops |= named_hops(value)
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
        if self._size > MAX_HEAD or len(self.headers) + len(self._aside) > MAX_LINES:
            raise head_too_large()
        if len(self.url) >= SHORTEST:
            self.url = without_tokens(self.url)
        if self.url[:1] != b"/":
            self._take_authority()
        version = self.parser.get_http_version()
        self.is_http_11 = version == "1.1"
        if self._hosts != 1 or self._host not in CLEAR or not self.is_http_11:
            check_head(version, self._host, self._hosts)
        if self._hops:
            dropped = self._hops - END_TO_END
            self.headers = [pair for pair in self.headers if pair[0] not in dropped]
        if self._cookies > 1:
            self.headers = one_cookie_line(self.headers)
        if self._asgi_only or self._length > INLINE_BODY or self.url[:1] != b"/":
            self._take_asgi_path()
        else:
            request = self._read_head()
            if request.refusal is not None and request.refusal.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                self._take_asgi_path()  # which says so at once, and lingers
            else:
                self.cycle = request
        self._in_head = False  # now that nothing in it can be refused

    def _take_authority(self) -> None:
        """It comes before ``Host`` (RFC 9112, 3.2.2)."""
        found = authority_of(self.url)
        if found is None:
            return
        authority, self.url = found
        if self._hosts:
            self._host = authority
            self.headers = forwarded.with_host(self.headers, authority)

    def _take_asgi_path(self) -> None:
        url, headers, expect = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expect
        self.headers = self.scope["headers"] = headers + self._aside
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]  # uvicorn's type has no place for ours
        scope[CLIENT] = self
        if self.parser.should_upgrade():
            self._take_upgrade()
            super().on_headers_complete()
            return
        super().on_headers_complete()
        self._size = self._framing = 0
        self.headers = []  # of trailers, which are dropped

    def on_body(self, body: bytes) -> None:
        if type(self.cycle) is FastRequest:
            self.cycle.body += body
            self._framing = 0
        else:
            self._count_body(len(body))
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
        if method == "CONNECT":
            raise no_tunnel()
        request = FastRequest(self, self.node.next_trace(), method == "HEAD")
        request.keep_alive = self.is_http_11 and self.parser.should_keep_alive()
        raw_path, _, query = self.url.partition(b"?")
        scheme, client, prefix = "http", self.client, ""
        if self._is_forwarded and self._behind_proxy:
            said = forwarded.told(self.headers, self.node.trusted)
            self.told = said.client
            scheme, client, prefix = said.scheme or scheme, said.client or client, said.prefix
            if said.host is not None:
                self._host, self.headers = said.host, forwarded.with_host(self.headers, said.host)
        path = raw_path.decode("latin-1")
        if "%" in path:
            path = unquote(path)
        target = find(self.node.routing, self._host.decode("latin-1"), path)
        if target is None:
            request.refusal = as_asked(self.node.unknown(path, request.trace), self.headers)
        elif not target.path and method in SAFE:
            refusal = self.node.with_slash(prefix + target.root_path, query, request.trace)
            request.refusal = as_asked(refusal, self.headers)
        else:
            root_path = prefix + target.root_path
            head = HttpHead(
                method, target.path or "/", query, self.headers, root_path, scheme, client, self.server, raw_path
            )
            assign(self.node, request, target.route, head, self._length)
        return request

    # --- a websocket

    def _take_upgrade(self) -> None:
        if self.parser.get_method() == b"CONNECT":
            raise no_tunnel()
        if not self._should_upgrade():
            raise OtherUpgrade
        self.cycle = None  # no longer the request before it

    def _should_upgrade(self) -> bool:
        """To a websocket, whose handshake is a GET of HTTP/1.1 without a body (RFC 6455, 4.1), and to nothing else."""
        asked = [value.lower() for name, value in self.headers if name == b"upgrade"]
        return asked == [b"websocket"] and self.parser.get_method() == b"GET" and self._is_bodiless_1_1

    @property
    def _is_bodiless_1_1(self) -> bool:
        is_chunked = any(name == b"transfer-encoding" for name, _ in self.headers)
        return not self._length and not is_chunked and self.is_http_11

    def handle_websocket_upgrade(self) -> None:
        """From now on the connection is another protocol's, which is given the head as it was read here."""
        if self.pipeline or self._is_answering:
            self._give_up(400, "bad-request", "A websocket cannot begin before the request in front of it is answered.")
            return
        limit, client = self.node.connection_limit, self._websocket_client()
        websocket = self._websocket(client)
        limit.leave(self, self.counted_as)
        refused = limit.share(websocket, client)
        if refused is not None:
            self._give_up(*refused, retry=1)
            return
        self._timer.cancel()
        self.connections.discard(self)
        websocket.connection_made(self.transport)
        self.transport.set_protocol(websocket)
        websocket.begin(self.url, self.headers)

    def _websocket(self, client: str) -> GatewayWebSocket:
        path = unquote(self.url.partition(b"?")[0].decode("latin-1"))
        target = find(self.node.routing, self._host.decode("latin-1"), path)
        message, idle = websocket_limits(target)
        config = copy(self.config)
        config.ws_max_size = message
        partly = self.node.partly_received(target.route.name if target is not None else "", message)
        limit = self.node.connection_limit
        return GatewayWebSocket(
            config, self.server_state, self.app_state, partly=partly, idle=idle, limit=limit, client=client
        )

    def _websocket_client(self) -> str:
        """Whose share it is of. A connection of a proxy is one client's alone once it is a websocket."""
        if not self._behind_proxy:
            return self.counted_as
        client = forwarded.told(self.headers, self.node.trusted).client
        return client_of(client[0]) if client else ""


def websocket_limits(target: Target | None) -> tuple[int, float]:
    """Bytes of one message, and seconds without any: the most that a release of the app allows."""
    pools = target.route.pools.values() if target is not None else ()
    limits = [pool.spec.policy.limits for pool in pools]
    return max((each.message for each in limits), default=0), max((each.idle for each in limits), default=0.0)
