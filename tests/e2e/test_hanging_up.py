"""Clients that hang up, as apps of a real library and of vaas meet them: what was begun goes on, and counts."""

from __future__ import annotations

import socket
import textwrap
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.e2e.running import Running

STARLETTE = textwrap.dedent(
    """
    import asyncio
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse, StreamingResponse
    from starlette.routing import Route

    STEPS = []

    async def order(request):
        STEPS.append("begun")
        await asyncio.sleep(0.3)
        STEPS.append("client gone" if await request.is_disconnected() else "client there")
        return JSONResponse(STEPS)

    async def ticks(request):
        async def tick():
            try:
                while True:
                    yield "tick"
                    await asyncio.sleep(0.01)
            finally:
                STEPS.append("stream closed")
        return StreamingResponse(tick())

    async def steps(request):
        found, STEPS[:] = [*STEPS], []
        return JSONResponse(found)

    app = Starlette(routes=[Route(f"/{each.__name__}", each) for each in (order, ticks, steps)])
    """
)
VAAS = textwrap.dedent(
    """
    import asyncio
    import vaas

    STEPS = []

    @vaas.app
    class Orders:
        @vaas.get("/order")
        async def order(self):
            STEPS.append("begun")
            await asyncio.sleep(0.5)
            STEPS.append("ended")

        @vaas.get("/next")
        async def next(self):
            STEPS.append("next")
            return STEPS

        @vaas.get("/busy")
        async def busy(self):
            await asyncio.sleep(25)

        @vaas.websocket("/idle")
        async def idle(self, ws):
            await ws.accept()
            try:
                await asyncio.sleep(60)
            finally:
                STEPS.append("idle ended")
    """
)


@pytest.fixture(scope="module")
def apps(platform: Running) -> Running:
    folder = platform.app("hang-up", "", 'entry = "main:app"\ncode = "trusted"\n[permissions]\nmodules = ["*"]\n')
    (folder / "main.py").write_text(STARLETTE)
    platform.bring(folder, "starlette", "anyio", "idna", "typing_extensions")
    platform.vaas("deploy", "--grant", str(folder))
    platform.deploy("one-by-one", VAAS, '[limits]\nworkers = 1\nconcurrency = 1\ntimeout = "2s"\n')
    return platform


def hang_up(platform: Running, path: str, *, after: str = "", more: str = "") -> None:
    """Asks, reads until ``after``, and leaves without waiting for the (rest of the) answer."""
    address = urlsplit(platform.gateway)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nhost: x\r\n{more}\r\n".encode())
        seen = b""
        while after.encode() not in seen:
            seen += connection.recv(65536)
        if not after:
            time.sleep(0.1)  # until the app has begun; nothing is sent that could be awaited


def until(true: Callable[[], bool]) -> None:
    """Returns when it is, and fails if that takes long."""
    late = time.monotonic() + 20
    while not true():
        assert time.monotonic() < late


def steps(platform: Running, last: str) -> list[str]:
    """What the app has done, once it has done the last."""
    found: list[str] = []

    def done() -> bool:
        found.extend(platform.get("/hang-up/steps").json())
        return last in found

    until(done)
    return found


def test_a_handler_of_starlette_goes_on_to_its_end_and_is_told(apps: Running):
    hang_up(apps, "/hang-up/order")
    assert steps(apps, "client gone") == ["begun", "client gone"]


def test_a_stream_of_starlette_is_closed(apps: Running):
    hang_up(apps, "/hang-up/ticks", after="tick")
    assert steps(apps, "stream closed") == ["stream closed"]


def test_a_handler_that_goes_on_without_its_client_counts_for_concurrency(apps: Running):
    hang_up(apps, "/one-by-one/order")
    assert apps.get("/one-by-one/next").json()[-3:] == ["begun", "ended", "next"]


def test_an_upload_whose_client_leaves_while_it_waits_for_a_worker_waits_no_more(apps: Running):
    def waiting() -> int:
        return int(next(app for app in apps.json("status")["apps"] if app["name"] == "occupied")["waiting"])

    log = apps.home / "platform.err"
    before = len(log.read_text())
    apps.deploy("occupied", VAAS, "[limits]\nworkers = 1\nconcurrency = 1\n")
    address = urlsplit(apps.gateway)
    where = (address.hostname or "", address.port or 0)
    upload = b"POST /occupied/next HTTP/1.1\r\nhost: x\r\ncontent-length: 900000\r\n\r\n" + b"x" * 290_000
    with socket.create_connection(where, timeout=10) as busy:
        busy.sendall(b"GET /occupied/busy HTTP/1.1\r\nhost: x\r\n\r\n")
        with socket.create_connection(where, timeout=10) as leaves:
            leaves.sendall(upload)
            until(lambda: waiting() == 1)
        until(lambda: waiting() == 0)
        busy.setblocking(False)
        with pytest.raises(BlockingIOError):
            busy.recv(1)  # it had not been answered when the other one had gone
    assert "Traceback" not in log.read_text()[before:]


def test_a_websocket_handler_that_neither_sends_nor_receives_is_ended_after_one_more_timeout(apps: Running):
    key = "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    before = time.monotonic()
    upgrade = f"connection: upgrade\r\nupgrade: websocket\r\n{key}"
    hang_up(apps, "/one-by-one/idle", after="101 Switching Protocols", more=upgrade)
    while (seen := apps.get("/one-by-one/next")).status_code == 504:  # it waits for a place, no longer than it may
        pass
    assert seen.json()[-2:] == ["idle ended", "next"]
    assert 1.5 < time.monotonic() - before < 8
