"""vaas.asgi: an app as an ordinary ASGI application, under real uvicorn and under a harness that can be watched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Thread
from typing import Any

import httpx
import pytest
import uvicorn
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

import vaas


@vaas.app
class App:
    def __init__(self) -> None:
        self.life: list[str] = []

    @vaas.on_start
    async def begin(self) -> None:
        self.life.append("start")

    @vaas.on_stop
    def end(self) -> None:
        self.life.append("stop")

    @vaas.get("/hello")
    async def hello(self, name: str = "world") -> dict[str, str]:
        return {"hello": name}

    @vaas.post("/echo")
    async def echo(self, req: vaas.Request) -> AsyncIterator[bytes]:
        async for part in req.stream():
            yield part.upper()

    @vaas.post("/unread")
    async def unread(self, req: vaas.Request) -> str:
        return "no need"

    @vaas.post("/size")
    def size(self, body: bytes) -> int:
        return len(body)

    @vaas.get("/endless")
    async def endless(self) -> AsyncIterator[bytes]:
        try:
            yield b"first"
            await asyncio.Event().wait()
        finally:
            self.life.append("closed")

    @vaas.get("/events")
    async def events(self) -> vaas.Response:
        return vaas.sse(self.endless())

    @vaas.get("/cut")
    async def cut(self) -> AsyncIterator[str]:
        yield "first"
        raise ValueError("inside")

    @vaas.get("/where")
    async def where(self, req: vaas.Request) -> list[str]:
        return [req.root_path, req.path, str(req.url)]

    @vaas.websocket("/chat")
    async def chat(self, ws: vaas.WebSocket) -> None:
        async for message in ws:
            await ws.send(message)
        self.life.append("left")

    @vaas.websocket("/short")
    async def short(self, ws: vaas.WebSocket) -> None:
        await ws.send("bye")
        await ws.close(4001, "done")

    @vaas.websocket("/no")
    async def no(self, ws: vaas.WebSocket) -> None:
        raise vaas.HTTPError(403, "members only")


@contextmanager
def served(app: Any) -> Iterator[str]:
    config = uvicorn.Config(vaas.asgi(app), port=0, log_level="critical", lifespan="on", ws="websockets-sansio")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
        host, port = server.servers[0].sockets[0].getsockname()
        yield f"{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def app() -> App:
    return App()


@pytest.fixture(scope="module")
def address(app: App) -> Iterator[str]:
    with served(app) as address:
        yield address
    assert app.life[0] == "start"
    assert app.life[-1] == "stop"


def test_a_request_is_answered_by_a_real_server(address: str) -> None:
    answer = httpx.get(f"http://{address}/hello?name=ada")
    assert (answer.json(), answer.headers["content-length"]) == ({"hello": "ada"}, "15")


def test_a_large_body_is_read_whole_or_in_parts(address: str) -> None:
    body = b"abc" * 300_000
    assert httpx.post(f"http://{address}/size", content=body).json() == len(body)
    assert httpx.post(f"http://{address}/echo", content=body).content == body.upper()


def test_a_handler_need_not_wait_for_a_body_that_is_long_in_coming(address: str) -> None:
    connection = HTTPConnection(address, timeout=20)
    connection.putrequest("POST", "/unread")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    assert connection.getresponse().read() == b"no need"
    connection.close()


def test_head_has_no_body_but_its_length(address: str) -> None:
    answer = httpx.head(f"http://{address}/hello")
    assert (answer.content, answer.headers["content-length"]) == (b"", "17")


def test_an_error_in_a_stream_is_seen_as_a_cut(address: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"http://{address}/cut")


@pytest.mark.parametrize("path", ["/endless", "/events"])
def test_a_caller_that_goes_away_ends_the_stream(address: str, app: App, path: str) -> None:
    before = app.life.count("closed")
    with httpx.stream("GET", f"http://{address}{path}") as answer:
        assert next(answer.iter_raw())
    for _ in range(500):  # the server learns of it when it reads the socket: no event to wait for from here
        if app.life.count("closed") > before:
            break
        httpx.get(f"http://{address}/hello")
    assert app.life.count("closed") == before + 1


def test_websockets_talk_close_and_refuse(address: str, app: App) -> None:
    with connect(f"ws://{address}/chat") as socket:
        socket.send("hello")
        socket.send(b"\x00")
        assert (socket.recv(), socket.recv()) == ("hello", b"\x00")
    with connect(f"ws://{address}/short") as socket:
        assert socket.recv() == "bye"
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv()
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4001, "done")
    with pytest.raises(InvalidStatus) as refused, connect(f"ws://{address}/no"):
        pass
    assert refused.value.response.status_code == 403
    assert b"members only" in (refused.value.response.body or b"")


# --- under a harness


async def request(
    app: Any, path: str = "/hello", started: asyncio.Event | None = None, **scope: Any
) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []
    messages = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        return messages.pop() if messages else await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)
        if started is not None and message.get("body"):
            started.set()

    base = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
    await vaas.asgi(app)({**base, **scope}, receive, send)
    return sent


def test_the_prefix_of_an_app_is_no_part_of_its_paths() -> None:
    for path in ("/mounted/where", "/where"):
        sent = asyncio.run(request(App, path, root_path="/mounted", scheme="https", headers=[(b"host", b"x.org")]))
        assert sent[1]["body"] == b'["/mounted","/where","https://x.org/mounted/where"]'


def test_a_server_that_ends_a_request_ends_its_handler() -> None:
    async def main() -> list[str]:
        app = App()
        started = asyncio.Event()
        task = asyncio.create_task(request(app, "/endless", started))
        await started.wait()
        task.cancel()
        await asyncio.wait([task])
        return app.life

    assert asyncio.run(main()) == ["closed"]


async def lifespan(app: Any) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    await vaas.asgi(app)({"type": "lifespan"}, receive, send)
    return sent


def test_an_app_that_cannot_start_says_why(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        @vaas.on_start
        def begin(self) -> None:
            raise ValueError("no database")

    sent = asyncio.run(lifespan(Broken))
    assert sent == [{"type": "lifespan.startup.failed", "message": "ValueError: no database"}]
    assert "no database" in caplog.text


def test_start_and_stop_run_with_the_lifespan() -> None:
    app = App()
    sent = asyncio.run(lifespan(app))
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert app.life == ["start", "stop"]


def test_an_exception_can_be_translated_for_the_whole_app() -> None:
    class Refusing:
        @vaas.get("/hello")
        def hello(self) -> None:
            raise LookupError("nobody")

    def translate(error: Exception) -> vaas.HTTPError | None:
        return vaas.HTTPError(404, str(error)) if isinstance(error, LookupError) else None

    sent: list[Any] = []

    async def main() -> None:
        async def receive() -> Any:
            return {"type": "http.request"}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": "/hello", "query_string": b"", "headers": []}
        await vaas.asgi(Refusing, translate=translate)(scope, receive, send)

    asyncio.run(main())
    assert sent[0]["status"] == 404
