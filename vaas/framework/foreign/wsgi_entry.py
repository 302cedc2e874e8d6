"""A WSGI application behind an exchange (PEP 3333): called in the worker's own thread, which it occupies meanwhile, and
outside that thread's event loop.

An answer of known, moderate length leaves in one frame; any other is streamed step by step. Opened by ``entries.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Iterable
from io import BytesIO
from typing import Any, cast
from urllib.parse import quote, unquote_to_bytes

from msgspec import Raw

from vaas.core.outside_loop import outside_loop
from vaas.core.policy import USUAL_WORKERS
from vaas.core.service import CallerGone, Exchange
from vaas.core.wire.messages import WINDOW
from vaas.framework.authoring.request import IN_PATH
from vaas.framework.endpoints.http_handler import refuse
from vaas.framework.endpoints.rpc_handler import refuse_rpc
from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.endpoints.websocket_handler import refuse_websocket
from vaas.framework.foreign.asgi_entry import fail
from vaas.framework.http.body import read_whole
from vaas.framework.http.headers import LENGTH, BadHead, Headers, head
from vaas.framework.http.problems import HTTPError
from vaas.framework.http.stream import each
from vaas.framework.http.wire_heads import AppInfo, HttpHead, decode_http_head, encode

UNREADABLE = "\ufffd"
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Work = Coroutine[Any, Any, None]


class WsgiService:
    """A ``Service`` (``core/service.py``)."""

    blocks = True
    usual_workers = USUAL_WORKERS

    def __init__(self, app: WsgiApp, runtime: Runtime) -> None:
        self._app = app
        self._runtime = runtime

    @property
    def info(self) -> Raw:
        return Raw(encode(AppInfo(kind="wsgi", blocking_else=True)))

    async def start(self) -> None:
        """WSGI knows no start."""

    async def stop(self) -> None:
        """Nor a stop."""

    def handle(self, exchange: Exchange) -> Work | None:
        kind = exchange.call.kind
        if kind == "ws":
            refuse_websocket(exchange, HTTPError(404, "A WSGI application has no websockets."))
            return None
        if kind == "rpc":
            refuse_rpc(exchange, HTTPError(404, "A WSGI application has no RPC methods."))
            return None
        return self._with_body(exchange) if exchange.call.more else self._run(exchange, exchange.call.body)

    async def _with_body(self, exchange: Exchange) -> None:
        try:
            body = await read_whole(exchange, self._runtime.body_limit)
        except CallerGone:
            return
        except HTTPError as error:
            refuse(exchange, error)
            return
        work = self._run(exchange, body)
        if work is not None:
            await work

    def _run(self, exchange: Exchange, body: bytes) -> Work | None:
        environ = environ_of(decode_http_head(exchange.call.head), body)
        answer = Answer(is_head=environ["REQUEST_METHOD"] == "HEAD")
        try:
            parts = outside_loop(self._app, environ, answer.start_response)
            if not answer.is_short(parts):
                return self._stream(exchange, answer, parts)
            whole = outside_loop(answer.join, parts)
            exchange.reply(answer.head(keep_length=answer.is_head), whole)
        except Exception as error:
            fail(exchange, error, self._runtime, started=False)
        return None

    async def _stream(self, exchange: Exchange, answer: Answer, parts: Iterable[bytes]) -> None:
        """The head leaves before the first part that is not empty, so that an error before it can still be answered."""
        started = False
        steps = each(parts)
        try:
            async for part in steps:
                data = answer.take(part)
                if data and not started:
                    exchange.reply(answer.head(keep_length=True), more=True)
                    started = True
                if data:
                    await exchange.send(data)
            if not started:
                self._answer_empty(exchange, answer)
                return
            if left := answer.take():
                await exchange.send(left)
            exchange.finish()
        except CallerGone:
            return
        except Exception as error:
            fail(exchange, error, self._runtime, started=started)
        finally:
            await steps.aclose()

    @staticmethod
    def _answer_empty(exchange: Exchange, answer: Answer) -> None:
        """No part came: what ``write`` took is all. An answer to HEAD says the length that GET would, or none."""
        body = answer.take()
        if answer.is_head and answer.length() is None and not body:
            exchange.reply(answer.head(keep_length=False), more=True)
            exchange.finish()
        else:
            exchange.reply(answer.head(keep_length=answer.is_head), body)


class Answer:
    """The arguments of ``start_response``, and what has been written but not sent."""

    def __init__(self, *, is_head: bool) -> None:
        self.is_head = is_head
        self._status = 0
        self._headers: Headers = []
        self._written: list[bytes] = []
        self._begun = False
        """A part that is not empty has come: PEP 3333 takes the head as sent."""

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        """Raises what ``exc_info`` holds once the head is sent, ``AssertionError`` for a second call without it."""
        try:
            if exc_info and self._begun:
                raise exc_info[1].with_traceback(exc_info[2])
            if self._status and not exc_info:
                raise AssertionError("start_response was called a second time, without exc_info")
        finally:
            exc_info = None  # it would keep its own frames
        self._status = int(status.split(" ", 1)[0])
        self._headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return self.write

    def write(self, data: bytes) -> None:
        self._begun = self._begun or bool(data)
        self._written.append(bytes(data))

    def take(self, part: bytes = b"") -> bytes:
        """What is to be sent now: what was written, then the part."""
        self._begun = self._begun or bool(part)
        if self._begun and not self._status:
            raise NotStarted
        if not self._written:
            return bytes(part)
        data = b"".join([*self._written, part])
        self._written.clear()
        return data

    def length(self) -> int | None:
        for name, value in self._headers:
            if name.lower() == b"content-length" and LENGTH.fullmatch(value):
                return int(value)
        return None

    def is_short(self, parts: Iterable[bytes]) -> bool:
        """Whether the answer is known to fit in one frame: by its length, or because all its parts are here."""
        length = self.length()
        if length is not None and not self.is_head:
            return length <= WINDOW
        if type(parts) not in (list, tuple):
            return False
        size = sum(map(len, cast("list[bytes]", parts)))
        return size <= WINDOW and (size > 0 or not self.is_head)

    def join(self, parts: Iterable[bytes]) -> bytes:
        try:
            return b"".join([self.take(part) for part in parts] + [self.take()])
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()

    def head(self, *, keep_length: bool) -> Raw:
        if not self._status:
            raise NotStarted
        kept = [pair for pair in self._headers if keep_length or pair[0].lower() != b"content-length"]
        try:
            return head(self._status, kept)
        except BadHead as error:
            raise RuntimeError(f"the application answers with {error}") from None


class NotStarted(RuntimeError):
    """The application sent a body before it called start_response."""

    def __str__(self) -> str:
        return "the application sent a body before it called start_response"


def environ_of(request: HttpHead, body: bytes) -> dict[str, Any]:
    host, port = request.server or ("localhost", 80)
    target = target_of(request)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": _as_wsgi(request.root_path),
        "PATH_INFO": _path_info(request),
        "REQUEST_URI": target,
        "RAW_URI": target,
        "QUERY_STRING": request.query.decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.client[0] if request.client else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        key = name.decode("latin-1").upper().replace("-", "_")
        if b"_" in name:
            continue  # `x_user` must not pass for `x-user`
        if key == "CONTENT_LENGTH":
            environ[key] = str(len(body))
            continue
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        text = value.decode("latin-1")
        between = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{between}{text}" if key in environ else text
    if body and "CONTENT_LENGTH" not in environ:  # it came in chunks, and all of it is here
        environ.update({"CONTENT_LENGTH": str(len(body)), "wsgi.input_terminated": True})
    return environ


def target_of(request: HttpHead) -> str:
    """Path and query as they were sent; no framework agrees with another on the name, so it has two."""
    path = request.raw_path or quote(request.root_path + request.path, safe=IN_PATH).encode()
    return (path + b"?" + request.query if request.query else path).decode("latin-1")


def _path_info(request: HttpHead) -> str:
    """The bytes that were sent, also those that are no UTF-8: there ``path`` has only U+FFFD."""
    if UNREADABLE not in request.path or not request.raw_path:
        return _as_wsgi(request.path)
    sent = unquote_to_bytes(request.raw_path)
    before = len(sent.decode(errors="replace")) - len(request.path)  # the app's name: a byte a character
    return sent[before:].decode("latin-1")


def _as_wsgi(path: str) -> str:
    """Bytes as latin-1, as PEP 3333 wants text."""
    return path.encode().decode("latin-1")
