"""A WSGI application behind an exchange (PEP 3333): called in the worker's own thread, which it occupies meanwhile.

An answer of known, moderate length leaves in one frame; any other is streamed step by step. Opened by ``entries.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Iterable
from io import BytesIO
from typing import Any

from msgspec import Raw

from vaas.core.service import CallerGone, Exchange
from vaas.core.wire.messages import WINDOW
from vaas.framework.endpoints.http_handler import refuse
from vaas.framework.endpoints.rpc_handler import refuse_rpc
from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.endpoints.websocket_handler import refuse_websocket
from vaas.framework.foreign.asgi_entry import fail
from vaas.framework.http.body import read_whole
from vaas.framework.http.headers import BadHead, Headers, head
from vaas.framework.http.problems import HTTPError
from vaas.framework.http.stream import each
from vaas.framework.http.wire_heads import AppInfo, HttpHead, decode_http_head, encode

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Work = Coroutine[Any, Any, None]


class WsgiService:
    """A ``Service`` (``core/service.py``)."""

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
        answer = Answer()
        environ = environ_of(decode_http_head(exchange.call.head), body)
        try:
            parts = self._app(environ, answer.start_response)
            length = answer.length()
            if length is None or length > WINDOW:
                return self._stream(exchange, answer, parts)
            exchange.reply(answer.head(keep_length=environ["REQUEST_METHOD"] == "HEAD"), answer.join(parts))
        except Exception as error:
            fail(exchange, error, self._runtime, started=False)
        return None

    async def _stream(self, exchange: Exchange, answer: Answer, parts: Iterable[bytes]) -> None:
        started = False
        steps = each(parts)
        try:
            async for part in steps:
                if not started:
                    exchange.reply(answer.head(keep_length=True), more=True)
                    started = True
                await exchange.send(bytes(part))
            if started:
                exchange.finish()
            else:
                exchange.reply(answer.head(keep_length=False))
        except CallerGone:
            return
        except Exception as error:
            fail(exchange, error, self._runtime, started=started)
        finally:
            await steps.aclose()


class Answer:
    """The arguments of ``start_response``, and what is written before the body."""

    def __init__(self) -> None:
        self._status = 0
        self._headers: Headers = []
        self._written: list[bytes] = []

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        self._status = int(status.split(" ", 1)[0])
        self._headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return self._written.append

    def length(self) -> int | None:
        for name, value in self._headers:
            if name.lower() == b"content-length" and value.isdigit():
                return int(value)
        return None

    def join(self, parts: Iterable[bytes]) -> bytes:
        try:
            return b"".join([*self._written, *parts])
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()

    def head(self, *, keep_length: bool) -> Raw:
        if not self._status:
            raise RuntimeError("the application sent a body before it called start_response")
        kept = [pair for pair in self._headers if keep_length or pair[0].lower() != b"content-length"]
        try:
            return head(self._status, kept)
        except BadHead as error:
            raise RuntimeError(f"the application answers with {error}") from None


def environ_of(request: HttpHead, body: bytes) -> dict[str, Any]:
    host, port = request.server or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": _as_wsgi(request.root_path),
        "PATH_INFO": _as_wsgi(request.path),
        "QUERY_STRING": request.query.decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.client[0] if request.client else "",
        "CONTENT_LENGTH": str(len(body)),
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
        if "_" in name.decode("latin-1") or key == "CONTENT_LENGTH":
            continue  # `x_user` must not pass for `x-user`
        key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    return environ


def _as_wsgi(path: str) -> str:
    """Bytes as latin-1, as PEP 3333 wants text."""
    return path.encode().decode("latin-1")
