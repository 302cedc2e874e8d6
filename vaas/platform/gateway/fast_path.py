"""FastRequest: an ordinary HTTP request on its way, parser to frame to answer, without a task or an ASGI scope.

Made by ``protocol.py`` when the headers are in, submitted to the pool (``core/pool/pool.py``) when the body is; answers
straight into the connection's transport. What is large, streamed in or upgraded goes through ``asgi_path.py`` instead.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from vaas.core.errors import VaasError
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.pool.errors import HandlerFailed
from vaas.core.wire.codec import WireGarbage
from vaas.core.wire.messages import Data, Reply
from vaas.framework.http.problem_pages import as_asked, headers_of
from vaas.framework.http.problems import Problem
from vaas.platform.gateway.abort import abort
from vaas.platform.gateway.cookie_paths import block_within, root_of
from vaas.platform.gateway.responses import RenderedHead, refusal_of, refuse, render, status_line

if TYPE_CHECKING:
    from vaas.core.pool.pool import Pool
    from vaas.platform.gateway.connection import GatewayConnection

log = logging.getLogger(__name__)


class FastRequest(PendingCall):
    __slots__ = (
        "_chunked",
        "_connection",
        "_left",
        "_owed",
        "_silent",
        "_started",
        "is_head",
        "keep_alive",
        "pool",
        "refusal",
        "response_complete",
        "set_cookie",
        "status",
    )

    def __init__(self, connection: GatewayConnection, trace: str, is_head: bool) -> None:
        super().__init__("http", b"", b"", trace)
        self.pool: Pool | None = None
        self.refusal: Problem | None = None
        """The gateway's own answer, if no pool is to be asked."""
        self.is_head = is_head
        self.keep_alive = True
        self.set_cookie = b""
        """A ``set-cookie`` value to add to the answer, or empty."""
        self.response_complete = False
        self.status = 0
        """Of the answer; 0 until there is one."""
        self._connection = connection
        self._started = False
        self._chunked = False
        self._silent = is_head
        """Whether no body belongs to the answer."""
        self._left: int | None = None
        """Bytes of the stream that are still to come, where the app has said how long it is."""
        self._owed = 0
        """Bytes of the stream the client has not taken yet: credited to the worker when it has."""

    # --- the answer

    def on_reply(self, reply: Reply) -> None:
        try:
            head = render(reply.head)
        except WireGarbage:
            self.refuse(refuse(502, "invalid-answer", "The app sent an answer that is not valid HTTP.", self.trace))
            if self.tally is not None:
                self.tally.errors += 1
            raise
        self._started = True
        self.status = head.status
        if head.sets_cookies:
            head = head._replace(block=block_within(root_of(self.pool, self.head), head.block))
        if head.status >= 500:
            self.answered_badly(head.status)
        if reply.more:
            self._begin_stream(head, reply.body)
        else:
            self._answer_whole(head, reply.body)

    def _answer_whole(self, head: RenderedHead, body: bytes) -> None:
        if head.bodiless:
            self._write([head.block, *self._common(), b"\r\n"])
        elif self.is_head:
            length = len(body) if head.length is None else head.length
            self._write([head.block, *self._common(), b"content-length: %d\r\n\r\n" % length])
        else:
            self._write([head.block, *self._common(), b"content-length: %d\r\n\r\n" % len(body), body])
        self._complete()

    def _begin_stream(self, head: RenderedHead, body: bytes) -> None:
        lines = [head.block, *self._common()]
        if head.bodiless:
            self._silent = True
        elif head.length is not None:
            self._left = None if self.is_head else head.length
            lines.append(b"content-length: %d\r\n" % head.length)
        elif self._connection.is_http_11:
            self._chunked = True
            lines.append(b"transfer-encoding: chunked\r\n")
        else:  # the newest head may be of HTTP/1.0, and this request not
            self.keep_alive = False
        self._write([*lines, b"\r\n"])
        self._pass_on(body)

    def on_data(self, part: Data) -> None:
        self._pass_on(part.data)
        if self.response_complete or not part.end:
            return
        if self._left:
            self._break_off("shorter")
            return
        if self._chunked and not self._silent:
            self._write([b"0\r\n\r\n"])
        self._complete()

    def _pass_on(self, data: bytes) -> None:
        if data and not self._silent:
            if self._left is not None:
                self._left -= len(data)
                if self._left < 0:
                    self._break_off("longer")
                    return
            self._write([b"%x\r\n" % len(data), data, b"\r\n"] if self._chunked else [data])
        self._owed += len(data)
        if not self._connection.flow.write_paused:
            self.on_writable()

    def _break_off(self, than: str) -> None:
        """What is too much would be read as the next answer on this connection, which may be another app's; the next
        answer as what is missing of this one."""
        log.warning("request %s: its stream is %s than the content-length that the app gave", self.trace, than)
        self.abandon("its length is not what it said")
        self.fail(HandlerFailed(reason="error"))

    def on_writable(self) -> None:
        """The client has taken what was sent: the worker may send that much more."""
        owed, self._owed = self._owed, 0
        self.consumed(owed)

    def on_fail(self, error: VaasError) -> None:
        if self._started:
            abort(self._connection.transport)  # the only way to say that a stream is not complete
            self._complete()
            return
        refusal = refusal_of(error, self.trace, self._connection.node.debug)
        self.refuse(as_asked(refusal, headers_of(self.head)))

    def refuse(self, refusal: Problem) -> None:
        status, headers, body = refusal
        self.status = status
        if status >= 500:
            self.told(status)
        lines = [status_line(status)]
        for name, value in headers:
            lines += (name, b": ", value, b"\r\n")
        lines += (*self._common(), b"content-length: %d\r\n\r\n" % len(body))
        if not self.is_head:
            lines.append(body)
        self._write(lines)
        self._complete()

    # --- the connection

    def _common(self) -> tuple[bytes, ...]:
        closing = b"" if self.keep_alive else b"connection: close\r\n"
        cookie = b"set-cookie: %b\r\n" % self.set_cookie if self.set_cookie else b""
        return (b"x-request-id: ", self.trace.encode(), b"\r\n", self._connection.date(), cookie, closing)

    def _write(self, parts: list[bytes]) -> None:
        transport = self._connection.transport
        if not transport.is_closing():  # a client that has gone while its call waited
            transport.write(b"".join(parts))

    def _complete(self) -> None:
        self.response_complete = True
        self._connection.on_request_complete(self)
