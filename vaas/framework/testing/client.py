"""``vaas.testing``: an app under test, without a server and without a socket.

>>> from vaas.testing import Client                                 # doctest: +SKIP
>>> Client(Hello).get("/hello").json()                              # doctest: +SKIP
{'hello': 'world'}

``Client`` is an ``httpx.Client`` and ``AsyncClient`` an ``httpx.AsyncClient``, with ``rpc`` and ``websocket`` besides.
As context managers they run ``on_start`` and ``on_stop``. The app gets its requests by the same dispatch as in a host.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.http.json_out import to_json
from vaas.framework.serving.dispatch import Dispatch
from vaas.framework.testing.calls import Socket, answer_http, call_method, open_socket

T = TypeVar("T")

BASE_URL = "http://testserver"


class Loop:
    """An event loop in a thread of its own, for as long as a client needs it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="vaas.testing", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        if not self._loop.is_closed():
            self.run(self._loop.shutdown_asyncgens())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()


class Client(httpx.Client):
    """``app``: a class with ``@vaas.app``, or an instance of one. Tracebacks of failed handlers are in the answers."""

    def __init__(self, app: Any, *, base_url: str = BASE_URL, debug: bool = True, **options: Any) -> None:
        self._dispatch = Dispatch(app, Runtime(debug=debug))
        self._worker = Loop()
        super().__init__(base_url=base_url, transport=_Transport(self._dispatch, self._worker), **options)

    @property
    def app(self) -> Any:
        """The instance under test."""
        return self._dispatch.instance

    def rpc(self, method: str, /, **arguments: Any) -> Any:
        """Calls an ``@vaas.rpc`` method by name; an error of the call is raised as ``RpcError``."""
        return self._worker.run(call_method(self._dispatch, method, arguments))

    def websocket(self, url: str, *, headers: dict[str, str] | None = None) -> SyncSocket:
        """A websocket of the app; raises ``Refused`` if it says no. To be used in a ``with``."""
        merged = httpx.Headers({**self.headers, **(headers or {})})
        target = urlsplit(str(self._merge_url(url)))
        socket = self._worker.run(open_socket(self._dispatch, target.path, target.query, merged.raw))
        return SyncSocket(socket, self._worker)

    def __enter__(self) -> Self:
        super().__enter__()
        self._worker.run(self._dispatch.start())
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        try:
            self._worker.run(self._dispatch.stop())
        finally:
            super().__exit__(exc_type, exc_value, traceback)

    def close(self) -> None:
        super().close()
        self._worker.close()


class _Transport(httpx.BaseTransport):
    def __init__(self, dispatch: Dispatch, loop: Loop) -> None:
        self._dispatch, self._loop = dispatch, loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        return self._loop.run(answer_http(self._dispatch, request, body))

    def close(self) -> None:
        self._loop.close()


class SyncSocket:
    """A websocket in a plain test."""

    def __init__(self, socket: Socket, loop: Loop) -> None:
        self._socket, self._loop = socket, loop

    @property
    def subprotocol(self) -> str:
        return self._socket.subprotocol

    def send(self, message: str | bytes) -> None:
        self._loop.run(self._socket.send(message))

    def receive(self) -> str | bytes:
        """The next message; raises ``vaas.WebSocket.Closed`` when the app has closed."""
        return self._loop.run(self._socket.receive())

    def send_json(self, value: Any) -> None:
        self.send(to_json(value).decode())

    def receive_json(self) -> Any:
        return msgspec.json.decode(self.receive())

    def close(self, code: int = 1000, reason: str = "") -> None:
        self._loop.run(self._socket.close(code, reason))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class AsyncClient(httpx.AsyncClient):
    """The same for tests that have an event loop of their own; the app runs on it."""

    def __init__(self, app: Any, *, base_url: str = BASE_URL, debug: bool = True, **options: Any) -> None:
        self._dispatch = Dispatch(app, Runtime(debug=debug))
        super().__init__(base_url=base_url, transport=_AsyncTransport(self._dispatch), **options)

    @property
    def app(self) -> Any:
        return self._dispatch.instance

    async def rpc(self, method: str, /, **arguments: Any) -> Any:
        return await call_method(self._dispatch, method, arguments)

    async def websocket(self, url: str, *, headers: dict[str, str] | None = None) -> Socket:
        """To be used in an ``async with``."""
        merged = httpx.Headers({**self.headers, **(headers or {})})
        target = urlsplit(str(self._merge_url(url)))
        return await open_socket(self._dispatch, target.path, target.query, merged.raw)

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        await self._dispatch.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        try:
            await self._dispatch.stop()
        finally:
            await super().__aexit__(exc_type, exc_value, traceback)


class _AsyncTransport(httpx.AsyncBaseTransport):
    def __init__(self, dispatch: Dispatch) -> None:
        self._dispatch = dispatch

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await answer_http(self._dispatch, request, await request.aread())
