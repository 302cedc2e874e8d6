"""An entry that is an ASGI or WSGI callable is served as it is."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any
from wsgiref.validate import validator

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from tests.framework.foreign.served import Served
from vaas.core.policy import USUAL_WORKERS
from vaas.core.service import CallerGone
from vaas.core.wire.messages import WINDOW
from vaas.framework.authoring.errors import CannotStart
from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.foreign.entries import kind_of, open_callable
from vaas.framework.http.wire_heads import HttpHead, RpcHead, decode_info, decode_rpc_reply
from vaas.framework.testing.calls import MemoryExchange, Refused, Socket, open_socket

# --- which of the two


class Callable3:
    def __call__(self, scope: Any, receive: Any, send: Any) -> Any: ...


class Callable2:
    def __call__(self, environ: Any, start_response: Any) -> Any: ...


class OnInstance:
    """As Sentry's middleware: the call is an attribute of the instance."""

    __slots__ = ("__call__",)

    def __init__(self) -> None:
        self.__call__ = plain_asgi


class AnAnswer:
    """As PEP 3333 allows: the class is the application."""

    def __init__(self, environ: Any, start_response: Any) -> None: ...

    def __iter__(self) -> Any: ...


class AwaitedAnswer:
    """As Starlette's HTTPEndpoint."""

    def __init__(self, scope: Any, receive: Any, send: Any) -> None: ...

    def __await__(self) -> Any: ...


class AsyncCallable:
    async def __call__(self, *anything: Any) -> None: ...


async def plain_asgi(scope: Any, receive: Any, send: Any) -> None: ...


def plain_wsgi(environ: Any, start_response: Any, extra: int = 0) -> Any: ...


def wrapper(*args: Any, **named: Any) -> Any: ...


@functools.wraps(plain_asgi)
def asgi_wrapper(*args: Any) -> Any: ...


def three_or_two(scope: Any, receive: Any, send: Any = None) -> Any: ...


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        (plain_asgi, "asgi"),
        (Callable3(), "asgi"),
        (AsyncCallable(), "asgi"),
        (Starlette(), "asgi"),
        (Callable2(), "wsgi"),
        (plain_wsgi, "wsgi"),
        (wrapper, "wsgi"),
        (validator(plain_wsgi), "wsgi"),
        (asgi_wrapper, "asgi"),
        (three_or_two, "asgi"),
        (OnInstance(), "asgi"),
        (functools.partial(plain_asgi, None), "asgi"),
        (functools.partial(plain_wsgi, extra=1), "wsgi"),
        (AnAnswer, "wsgi"),
        (AwaitedAnswer, "asgi"),
        (Callable2, ""),
        (5, ""),
        (lambda: None, ""),
    ],
)
def test_what_an_entry_is_is_seen_from_how_it_is_called(entry: Any, kind: str) -> None:
    assert kind_of(entry) == kind


def test_the_manifest_s_interface_comes_before_what_is_seen():
    def plain(*args: Any) -> Any:
        return plain_answer(*args)

    async def plain_answer(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    assert asyncio.run(Served(plain, interface="asgi").send("GET", "/"))[0] == 204


def test_what_cannot_be_called_is_no_entry_whatever_the_manifest_says():
    assert open_callable(5, Runtime(), "wsgi") is None


# --- ASGI

life: list[str] = []


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[dict[str, int]]:
    life.append("start")
    yield {"answer": 42}
    life.append("stop")


async def show(request: Request) -> JSONResponse:
    return JSONResponse(
        {
            "url": str(request.url),
            "params": request.path_params,
            "state": request.state.answer,
            "body": (await request.body()).decode(),
            "client": request.client and request.client.host,
        },
        status_code=201,
        headers={"x-a": "b"},
        background=BackgroundTask(life.append, "background"),
    )


async def stream(request: Request) -> StreamingResponse:
    async def items() -> AsyncIterator[str]:
        yield "a"
        yield "b"

    return StreamingResponse(items(), media_type="text/plain")


async def boom(request: Request) -> PlainTextResponse:
    raise ValueError("inside")


async def chat(websocket: WebSocket) -> None:
    await websocket.accept("v2")
    async for text in websocket.iter_text():
        await websocket.send_text(text.upper())
    life.append("left")


async def refusing(websocket: WebSocket) -> None:
    await websocket.close()


async def denying(websocket: WebSocket) -> None:
    await websocket.send_denial_response(PlainTextResponse("members only", 401))


async def failing(websocket: WebSocket) -> None:
    await websocket.accept()
    raise ValueError("inside")


starlette = Starlette(
    routes=[
        Route("/show/{name}", show, methods=["GET", "POST"]),
        Route("/stream", stream),
        Route("/boom", boom),
        WebSocketRoute("/chat", chat),
        WebSocketRoute("/refusing", refusing),
        WebSocketRoute("/denying", denying),
        WebSocketRoute("/failing", failing),
    ],
    lifespan=lifespan,
)


def with_starlette(work: Callable[[Served], Any]) -> Any:
    async def main() -> Any:
        served = Served(starlette)
        await served.service.start()
        try:
            return await work(served)
        finally:
            await served.service.stop()

    life.clear()
    result = asyncio.run(main())
    assert life[0] == "start"
    assert life[-1] == "stop"
    return result


def test_an_asgi_app_sees_its_request_prefix_state_and_body() -> None:
    async def work(served: Served) -> Any:
        return await served.send("POST", "/show/x", b"ab", b"cd", query=b"q=1", headers=[(b"host", b"h.org")])

    status, headers, body = with_starlette(work)
    assert (status, headers["x-a"], headers["content-type"]) == (201, "b", "application/json")
    assert "content-length" not in headers
    assert msgspec.json.decode(body) == {
        "url": "https://h.org/legacy/show/x?q=1",
        "params": {"name": "x"},
        "state": 42,
        "body": "abcd",
        "client": "1.2.3.4",
    }
    assert life == ["start", "background", "stop"]


def test_an_asgi_apps_stream_is_a_stream() -> None:
    async def work(served: Served) -> Any:
        return await served.send("GET", "/stream")

    assert with_starlette(work)[2] == b"ab"


def test_head_keeps_the_length_of_what_get_would_send() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
        await send({"type": "http.response.body"})

    assert asyncio.run(Served(app).send("HEAD", "/")) == (200, {"content-length": "5"}, b"")


def test_an_asgi_apps_failure_is_500_and_reported() -> None:
    async def main() -> None:
        async def failing(scope: Any, receive: Any, send: Any) -> None:
            raise ValueError("inside")

        async def silent(scope: Any, receive: Any, send: Any) -> None: ...

        async def garbage(scope: Any, receive: Any, send: Any) -> None:
            headers = [(b"x-a", b"1\r\nset-cookie: evil=1")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b""})

        for app, said in ((failing, "inside"), (silent, "without a complete answer"), (garbage, "control characters")):
            served = Served(app)
            status, headers, body = await served.send("GET", "/")
            assert (status, headers) == (500, {"content-type": "application/problem+json"})
            assert b"inside" not in body
            assert said in served.reports[0]
        assert "traceback" in msgspec.json.decode((await Served(failing, debug=True).send("GET", "/"))[2])

    asyncio.run(main())


def test_an_asgi_app_that_breaks_in_its_stream_is_cut() -> None:
    async def breaking(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        raise ValueError("inside")

    async def main() -> str:
        exchange = MemoryExchange("http", HttpHead("GET", "/", b"", []))
        await Served(breaking).run(exchange)
        return exchange.failed

    assert asyncio.run(main()) == "error"


def test_a_caller_that_goes_away_is_no_failure_of_the_app() -> None:
    class Gone(MemoryExchange):
        async def send(self, data: bytes, *, text: bool = False) -> None:
            raise CallerGone

    async def main() -> None:
        served = Served(starlette)
        await served.service.start()
        await served.run(Gone("http", HttpHead("GET", "/stream", b"", [])))
        await served.service.stop()
        assert served.reports == []

    asyncio.run(main())


def test_websockets_of_an_asgi_app_talk_refuse_deny_and_fail() -> None:
    async def connect(served: Served, path: str) -> Socket:
        return await open_socket(served, path, "", [(b"sec-websocket-protocol", b"v1, v2")])  # type: ignore[arg-type]  # it only needs handle

    async def work(served: Served) -> None:
        async with await connect(served, "/chat") as socket:
            assert socket.subprotocol == "v2"
            await socket.send("hello")
            assert await socket.receive() == "HELLO"
        for path, status, body in (("/refusing", 403, b""), ("/denying", 401, b"members only")):
            with pytest.raises(Refused) as caught:
                await connect(served, path)
            assert (caught.value.status, caught.value.body) == (status, body)
        async with await connect(served, "/failing") as socket:
            from vaas import WebSocket as Ours

            with pytest.raises(Ours.Closed) as closed:
                await socket.receive()
            assert closed.value.code == 1011

    with_starlette(work)
    assert "left" in life


def test_an_app_without_lifespan_starts_and_one_that_fails_does_not() -> None:
    async def without(scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"

    async def failing(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    async def main() -> None:
        served = Served(without)
        await served.service.start()
        await served.service.stop()
        with pytest.raises(CannotStart, match="no database"):
            await Served(failing).service.start()

    asyncio.run(main())


def test_an_asgi_app_has_one_worker_unless_it_asks_for_more_and_a_wsgi_app_several() -> None:
    assert Served(plain_asgi).service.usual_workers == 1
    assert Served(plain_wsgi).service.usual_workers == USUAL_WORKERS


def test_a_foreign_app_has_no_rpc() -> None:
    async def main() -> None:
        for app in (plain_asgi, wsgi):
            exchange = MemoryExchange("rpc", RpcHead("add"), b"{}")
            await Served(app).run(exchange)
            assert exchange.head is not None
            assert decode_rpc_reply(exchange.head).status == 404

    asyncio.run(main())


# --- WSGI


def wsgi(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/show":
        keys = ("REQUEST_METHOD", "SCRIPT_NAME", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_X_A")
        shown = {key: environ.get(key, "") for key in keys}
        body = msgspec.json.encode(
            {**shown, "body": environ["wsgi.input"].read().decode(), "spoof": "HTTP_X_B" in environ}
        )
        start_response("201 Created", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]
    if path == "/large":
        start_response("200 OK", [("Content-Length", str(2 * WINDOW))])
        return [b"x" * WINDOW, b"y" * WINDOW]
    if path == "/stream":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return Parts()
    if path == "/written":
        write = start_response("200 OK", [("Content-Length", "4")])
        write(b"ab")
        return [b"cd"]
    if path == "/empty":
        start_response("204 No Content", [])
        return []
    if path == "/breaks":
        start_response("200 OK", [])
        return breaking()
    if path.encode("latin-1").decode() == "/é":  # PEP 3333: bytes as latin-1
        start_response("200 OK", [("Content-Length", "0")])
        return []
    raise ValueError("inside")


closed: list[str] = []


class Parts:
    def __iter__(self) -> Any:
        yield b"a"
        yield b"b"

    def close(self) -> None:
        closed.append("parts")


def breaking() -> Iterable[bytes]:
    yield b"a"
    raise ValueError("inside")


def test_a_wsgi_app_sees_its_request() -> None:
    headers = [(b"content-type", b"text/x"), (b"x-a", b"1"), (b"x-a", b"2"), (b"x_b", b"3")]
    for parts in ((b"abcd",), (b"ab", b"cd")):
        status, answered, body = asyncio.run(Served(wsgi).send("POST", "/show", *parts, query=b"q=1", headers=headers))
        assert (status, answered) == (201, {"content-type": "application/json"})
        assert msgspec.json.decode(body) == {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "/legacy",
            "QUERY_STRING": "q=1",
            "CONTENT_TYPE": "text/x",
            "CONTENT_LENGTH": "4",
            "HTTP_X_A": "1,2",
            "body": "abcd",
            "spoof": False,
        }


def test_a_wsgi_answer_of_any_size_and_shape_arrives() -> None:
    async def main() -> None:
        served = Served(wsgi)
        assert (await served.send("GET", "/large"))[2] == b"x" * WINDOW + b"y" * WINDOW
        assert (await served.send("GET", "/stream"))[2] == b"ab"
        assert closed == ["parts"]
        assert (await served.send("GET", "/written"))[2] == b"abcd"
        assert (await served.send("GET", "/empty"))[::2] == (204, b"")
        assert (await served.send("GET", "/é"))[0] == 200

    closed.clear()
    asyncio.run(main())


def test_a_wsgi_apps_failure_is_500_or_a_cut() -> None:
    async def main() -> None:
        served = Served(wsgi)
        assert (await served.send("GET", "/boom"))[0] == 500
        exchange = MemoryExchange("http", HttpHead("GET", "/breaks", b"", []))
        await served.run(exchange)
        assert exchange.failed == "error"
        assert len(served.reports) == 2

    asyncio.run(main())


def test_a_wsgi_app_occupies_its_worker_and_has_no_websockets() -> None:
    async def main() -> None:
        served = Served(wsgi)
        assert decode_info(served.service.info).blocking_else is True
        with pytest.raises(Refused) as caught:
            await open_socket(served, "/", "", [])  # type: ignore[arg-type]  # it only needs handle
        assert caught.value.status == 404

    asyncio.run(main())
