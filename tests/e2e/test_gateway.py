"""The gateway against the real thing: streams, websockets, limits, and callers who misbehave."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import textwrap
import time
from base64 import b64encode

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.core.pool.busy import busy
from tests.e2e.running import Running

APP = textwrap.dedent(
    """
    import asyncio
    import time
    from pathlib import Path
    import vaas

    BEGUN, GO = Path("/data/begun"), Path("/data/go")

    class Seen:
        closed = 0

    @vaas.app
    class Mixed:
        @vaas.get("/")
        async def home(self):
            return {"hello": "world"}

        @vaas.get("/def")
        def plain(self, seconds: float = 0.0):
            time.sleep(seconds)
            return "done"

        @vaas.get("/blocks")
        def blocks(self):
            BEGUN.touch()
            while not GO.exists():
                time.sleep(0.01)
            return "done"

        @vaas.get("/begun")
        async def begun(self):
            return BEGUN.exists()

        @vaas.post("/go")
        async def go(self):
            GO.touch()

        @vaas.get("/wait")
        async def wait(self, seconds: float):
            await asyncio.sleep(seconds)
            return "waited"

        @vaas.get("/spin")
        async def spin(self):
            while True:
                pass

        @vaas.get("/big")
        async def big(self, size: int):
            return b"x" * size

        @vaas.get("/stream")
        async def stream(self, pieces: int, size: int):
            try:
                for n in range(pieces):
                    yield b"x" * size
                    await asyncio.sleep(0)
            finally:
                Seen.closed += 1

        @vaas.get("/closed")
        async def closed(self):
            return Seen.closed

        @vaas.post("/echo")
        async def echo(self, body: bytes):
            return body

        @vaas.post("/count")
        async def count(self, req: vaas.Request):
            size = 0
            async for piece in req.stream():
                size += len(piece)
            return size

        @vaas.get("/headers")
        async def headers(self, req: vaas.Request):
            return dict(req.headers)

        @vaas.get("/bad-header")
        async def bad_header(self, res: vaas.Response):
            res.headers["x-evil"] = "a\\r\\nset-cookie: b=c"
            return "x"

        @vaas.websocket("/ws")
        async def ws(self, ws: vaas.WebSocket):
            async for message in ws:
                await ws.send(message)
    """
)
LIMITS = '[limits]\nbody = "1MB"\nworkers = 2\n'


@pytest.fixture(scope="module")
def mixed(platform: Running) -> Running:
    platform.deploy("mixed", APP, LIMITS)
    return platform


@pytest.fixture(scope="module")
def hasty(platform: Running) -> Running:
    """With the same app by this name, which has a second for each answer."""
    platform.deploy("hasty", APP, LIMITS + 'timeout = "1s"\n')
    return platform


def raw(platform: Running, data: bytes) -> bytes:
    """Sends bytes as they are and reads until the gateway closes."""
    host, port = platform.gateway.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as sock:
        sock.sendall(data)
        answer = b""
        while chunk := sock.recv(65536):
            answer += chunk
    return answer


def test_an_unknown_app_is_a_problem_with_a_request_id(mixed: Running):
    answer = mixed.get("/nobody/here")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_a_wrong_method_is_405_with_what_is_allowed(mixed: Running):
    answer = httpx.delete(f"{mixed.gateway}/mixed/")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_a_handler_past_its_deadline_is_504_and_its_worker_answers_again(hasty: Running):
    for path in ("/hasty/wait?seconds=60", "/hasty/def?seconds=60", "/hasty/spin"):
        begun = time.monotonic()
        late = hasty.get(path)
        assert late.status_code == 504, path
        assert time.monotonic() - begun < 1.0 + busy()
        assert "limits.timeout" in late.json()["detail"]
        while (answer := hasty.get("/hasty/")).status_code == 504:  # a second is short on a busy machine
            continue
        assert answer.json() == {"hello": "world"}


def test_a_blocking_handler_does_not_hold_up_others(mixed: Running):
    async def together() -> None:
        async with httpx.AsyncClient(base_url=mixed.gateway, timeout=20) as client:
            blocked = asyncio.create_task(client.get("/mixed/blocks"))
            while not (await client.get("/mixed/begun")).json():
                continue
            answers = await asyncio.gather(*(client.get("/mixed/") for _ in range(10)))
            assert {answer.status_code for answer in answers} == {200}
            assert not blocked.done()
            await client.post("/mixed/go")
            assert (await blocked).text == "done"

    asyncio.run(together())


@pytest.mark.parametrize("size", [0, 1, 65536, 262144, 262145, 1_000_000])
def test_an_answer_of_any_size_arrives_whole(mixed: Running, size: int):
    assert len(mixed.get(f"/mixed/big?size={size}").content) == size


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 300_000, 1024 * 1024])
def test_a_body_of_any_size_within_the_limit_arrives_whole(mixed: Running, size: int):
    body = bytes(n % 251 for n in range(size))
    assert httpx.post(f"{mixed.gateway}/mixed/echo", content=body).content == body


def test_a_body_over_the_limit_is_413_and_names_it(mixed: Running):
    large = b"x" * (1024 * 1024 + 1)
    answer = httpx.post(f"{mixed.gateway}/mixed/echo", content=large)
    assert answer.status_code == 413
    assert "limits.body" in answer.json()["detail"]


def test_a_chunked_body_over_the_limit_is_413_too(mixed: Running):
    def chunks():
        for _ in range(40):
            yield b"x" * 32768

    answer = httpx.post(f"{mixed.gateway}/mixed/count", content=chunks())
    assert answer.status_code == 413


def test_a_chunked_body_is_streamed_to_the_handler(mixed: Running):
    def chunks():
        for _ in range(20):
            yield b"x" * 32768

    assert httpx.post(f"{mixed.gateway}/mixed/count", content=chunks()).json() == 20 * 32768


def test_an_upload_that_meets_no_worker_yet_arrives_whole(own_platform: Running):
    sizes = {"small": 5, "medium": 70_000, "large": 900_000}
    for name in sizes:
        own_platform.deploy(name, APP, LIMITS)
    own_platform.stop()
    own_platform.start()  # no app has a host now
    for name, size in sizes.items():
        answer = httpx.post(f"{own_platform.gateway}/{name}/count", content=iter([b"x" * size]), timeout=20)
        assert (answer.status_code, answer.json()) == (200, size)


def test_a_stream_to_a_slow_reader_waits_for_it(mixed: Running):
    with httpx.stream("GET", f"{mixed.gateway}/mixed/stream?pieces=400&size=65536", timeout=20) as answer:
        received = sum(len(chunk) for chunk in answer.iter_raw())
    assert received == 400 * 65536


def test_a_reader_that_goes_away_in_mid_stream_closes_the_generator(mixed: Running):
    before = closed_by_each_worker(mixed)
    with httpx.stream("GET", f"{mixed.gateway}/mixed/stream?pieces=1000000&size=65536", timeout=20) as answer:
        next(answer.iter_raw())
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if closed_by_each_worker(mixed) > before:
            return
    raise AssertionError("the generator was never closed")


def closed_by_each_worker(platform: Running) -> int:
    """The most that any worker has counted; each has its own instance of the app's modules."""
    return max(platform.get("/mixed/closed").json() for _ in range(3))


def test_websockets_carry_text_and_bytes_both_ways(mixed: Running):
    async def talk() -> list[str | bytes]:
        async with connect(mixed.gateway.replace("http", "ws") + "/mixed/ws") as ws:
            got: list[str | bytes] = []
            for message in ("hello", b"\x00\x01", "x" * 200_000):
                await ws.send(message)
                got.append(await ws.recv())
            return got

    assert asyncio.run(talk()) == ["hello", b"\x00\x01", "x" * 200_000]


def test_an_open_websocket_outlives_the_request_timeout(hasty: Running):
    async def talk() -> str | bytes:
        async with connect(hasty.gateway.replace("http", "ws") + "/hasty/ws") as ws:
            await asyncio.sleep(1.3)  # longer than limits.timeout: that is the claim
            await ws.send("still there")
            return await ws.recv()

    assert asyncio.run(talk()) == "still there"


def test_a_websocket_to_nowhere_is_refused_with_404(mixed: Running):
    async def talk() -> int:
        try:
            async with connect(mixed.gateway.replace("http", "ws") + "/mixed/nowhere"):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    assert asyncio.run(talk()) in (403, 404)


def test_pipelined_requests_are_answered_in_order(mixed: Running):
    one = b"GET /mixed/def?seconds=0.05 HTTP/1.1\r\nhost: x\r\n\r\n"
    two = b"GET /mixed/ HTTP/1.1\r\nhost: x\r\n\r\n"
    last = b"GET /nobody HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    answer = raw(mixed, one + two + two + last)
    assert answer.count(b"HTTP/1.1 200") == 3
    assert answer.index(b"done") < answer.index(b"hello") < answer.index(b"HTTP/1.1 404")


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET\r\n\r\n",
        b"GET /mixed/ HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n",
        b"GET /mixed/ HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /mixed/echo HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd",
    ],
)
def test_garbage_is_400_and_harms_nobody(mixed: Running, garbage: bytes):
    assert raw(mixed, garbage).startswith(b"HTTP/1.1 400")
    assert mixed.get("/mixed/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/mixed/%00", "/mixed/%ff%fe", "/mixed/..%2f..%2fetc", "//", "/%2e%2e/", "/mixed/a" * 50]
)
def test_a_garbage_path_is_somebody_s_404(mixed: Running, path: str):
    request = f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode()
    assert raw(mixed, request).startswith((b"HTTP/1.1 404", b"HTTP/1.1 400"))


def test_headers_without_end_are_431(mixed: Running):
    many = b"".join(b"x-%d: %s\r\n" % (n, b"y" * 1000) for n in range(100))
    answer = raw(mixed, b"GET /mixed/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + many + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 431")


def test_a_header_that_would_split_the_answer_never_leaves(mixed: Running):
    answer = mixed.get("/mixed/bad-header")
    assert answer.status_code >= 500
    assert "set-cookie" not in answer.headers


TELLING = {
    "vaas": """
        import vaas

        @vaas.app
        class App:
            @vaas.get("/")
            async def tell(self, req: vaas.Request):
                return repr((req.headers, str(req.query_params), req.path))
        """,
    "asgi": """
        async def app(scope, receive, send):
            if scope["type"] == "http":
                await send({"type": "http.response.start", "status": 200, "headers": []})
                await send({"type": "http.response.body", "body": repr(dict(scope)).encode()})
        """,
    "wsgi": """
        def app(environ, start_response):
            start_response("200 OK", [])
            return [repr(dict(environ)).encode()]
        """,
}


@pytest.mark.parametrize("kind", TELLING)
def test_the_platform_s_token_never_reaches_an_app(platform: Running, kind: str):
    entry = "" if kind == "vaas" else 'entry = "app:app"\n'
    platform.deploy(f"telling-{kind}", textwrap.dedent(TELLING[kind]), entry)
    token = json.loads((platform.home / "config/vaas/credentials.json").read_text())
    [secret] = [value for value in flatten(token) if value.startswith("vaas_")]
    basic = b64encode(f"ann:{secret}".encode()).decode()
    encoded = "".join(f"%{ord(character):02x}" for character in secret)
    for sent in (
        {"authorization": f"Bearer {secret}", "x-vaas-token": secret},
        {"Authorization": f"bearer   {secret}", "proxy-authorization": f"BEARER {secret}"},
        {"authorization": f"Basic {basic}", "cookie": f"token={secret}"},
        {"x-vaas-release": "v1", "authorization": f"beAREr {secret}"},
    ):
        query = f"?token={secret}&access_token={encoded}"
        for answer in (
            platform.get(f"/telling-{kind}/{query}", headers={**sent, "x-own": "mine"}),
            httpx.request(
                "GET", f"{platform.gateway}/telling-{kind}/", headers={**sent, "x-own": "mine"}, content=iter([b""])
            ),
        ):
            assert answer.status_code == 200
            assert "mine" in answer.text
            assert secret[-43:] not in answer.text
            assert basic[8:40] not in answer.text


def flatten(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in flatten(part)]
    return [str(value)]


def test_head_has_the_length_and_no_body(mixed: Running):
    answer = httpx.head(f"{mixed.gateway}/mixed/")
    assert answer.status_code == 200
    assert answer.headers["content-length"] == "17"
    assert answer.content == b""


def test_a_caller_who_hangs_up_while_waiting_leaves_the_worker_free(mixed: Running):
    with contextlib.suppress(httpx.ReadTimeout):
        httpx.get(f"{mixed.gateway}/mixed/wait?seconds=0.9", timeout=0.05)
    assert mixed.get("/mixed/").status_code == 200


def test_callers_who_leave_while_they_wait_harm_nobody(mixed: Running):
    host, port = mixed.gateway.removeprefix("http://").split(":")
    for _ in range(3):
        callers = [socket.create_connection((host, int(port)), timeout=5) for _ in range(64)]
        for caller in callers:
            caller.sendall(b"GET /mixed/def?seconds=0.02 HTTP/1.1\r\nhost: x\r\n\r\n")
        for caller in callers:
            caller.close()
    assert mixed.get("/mixed/def").text == "done"
    assert mixed.get("/mixed/").json() == {"hello": "world"}
