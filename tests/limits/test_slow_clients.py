"""Clients that take their time, many at once, at a real platform: who is quick is served all the same."""

from __future__ import annotations

import contextlib
import select
import socket
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from time import perf_counter
from urllib.parse import urlsplit

import pytest

from tests.core.pool.busy import busy
from tests.e2e.apps import says
from tests.e2e.running import Running, running

pytestmark = pytest.mark.alone(reason="it measures how quick the others are served")

MOST = 60
"""Connections at once."""
APP = dedent(
    """
    import asyncio
    import vaas

    @vaas.app
    class Streams:
        @vaas.get("/endless")
        async def endless(self):
            while True:
                yield b"x" * 65536

        @vaas.get("/large")
        async def large(self):
            return b"x" * 250_000

        @vaas.get("/fine")
        def fine(self):
            return "fine"

        @vaas.get("/wait")
        async def wait(self):
            await asyncio.sleep(60)

        @vaas.post("/take")
        def take(self, body: bytes):
            return len(body)

        @vaas.websocket("/deaf")
        async def deaf(self, ws: vaas.WebSocket):
            await ws.send("hello")
            await asyncio.sleep(60)
    """
)
LIMITS = '[limits]\ntimeout = "2s"\nworkers = 1\nconcurrency = 100\nqueue = 3\n'


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("crowded"), "--connections", str(MOST)) as platform:
        platform.deploy("streams", APP, LIMITS)
        platform.deploy("good", says("good"))
        platform.get("/streams/fine")
        yield platform


@contextlib.contextmanager
def clients(platform: Running, count: int, request: bytes) -> Iterator[list[socket.socket]]:
    """So many that have sent that much, and do nothing more."""
    parts = urlsplit(platform.gateway)
    with contextlib.ExitStack() as stack:
        made = []
        for _ in range(count):
            client = stack.enter_context(socket.create_connection((parts.hostname, parts.port), 10))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.sendall(request)
            made.append(client)
        yield made


def is_quick(platform: Running) -> None:
    for path in ("/good/", "/streams/fine"):
        began = perf_counter()
        assert platform.get(path).status_code == 200
        assert perf_counter() - began < 1.0 * busy()


def resident(platform: Running) -> int:
    assert platform.process is not None
    return int(Path(f"/proc/{platform.process.pid}/statm").read_text().split()[1]) * 4096


def test_more_heads_that_trickle_than_there_may_be_connections_keep_nobody_out(crowded: Running):
    with clients(crowded, 3 * MOST, b"GET /good/ HTTP/1.1\r\nhost: x\r\nx-slow: "):
        is_quick(crowded)


def test_bodies_that_trickle_hold_up_neither_their_app_nor_its_neighbours(crowded: Running):
    head = b"POST /streams/take HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\nx"
    with clients(crowded, 30, head) as slow:
        is_quick(crowded)
        answer = b""
        while not answer.rstrip().endswith(b"}"):
            answer += slow[0].recv(4096)
    assert answer.startswith(b"HTTP/1.1 504")
    assert b"limits.timeout = 2s" in answer


def test_readers_that_do_not_read_an_endless_stream_are_cut_and_cost_little(crowded: Running):
    before = resident(crowded)
    # On a busy machine some wait too long for the worker and have a 504, after which a connection may be kept.
    request = b"GET /streams/endless HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    with clients(crowded, 30, request) as deaf:
        is_quick(crowded)
        assert resident(crowded) - before < 64 * 1024 * 1024
        assert all(is_cut(each) for each in deaf)
    assert "limits.timeout = 2s" in crowded.vaas("logs", "streams", "--grep", "The stream was cut").stdout


def is_cut(client: socket.socket) -> bool:
    """Waits for it, without reading anything: what is read moves the stream on."""
    poll = select.poll()
    poll.register(client, select.POLLRDHUP)
    return bool(poll.poll(10_000))


def test_who_asks_again_and_again_and_reads_nothing_costs_little(crowded: Running):
    before = resident(crowded)
    with clients(crowded, 30, b"GET /streams/large HTTP/1.1\r\nhost: x\r\n\r\n" * 200):
        is_quick(crowded)
        assert resident(crowded) - before < 64 * 1024 * 1024


def test_messages_to_an_app_that_does_not_listen_wait_with_their_sender(crowded: Running):
    before = resident(crowded)
    key = b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n"
    head = b"GET /streams/deaf HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n" + key + b"\r\n"
    messages = (b"\x82\xfe\xff\xff\0\0\0\0" + b"x" * 65535) * 256
    with clients(crowded, 20, head) as talkers:
        assert all(talker.recv(4096).startswith(b"HTTP/1.1 101") for talker in talkers)
        sent = [send_all_it_takes(talker, memoryview(messages)) for talker in talkers]
        is_quick(crowded)
        assert resident(crowded) - before < 128 * 1024 * 1024
    assert max(sent) < len(messages)


def send_all_it_takes(talker: socket.socket, data: memoryview) -> int:
    """Bytes, until nothing more is taken for a while."""
    talker.settimeout(0.1)
    sent = 0
    with contextlib.suppress(TimeoutError):
        while sent < len(data):
            sent += talker.send(data[sent : sent + 65536])
    return sent


def test_who_comes_when_all_places_are_at_work_is_told_which_option_to_raise(crowded: Running):
    crowded.deploy("patient", APP, LIMITS.replace("2s", "60s"))
    with clients(crowded, MOST, b"GET /patient/wait HTTP/1.1\r\nhost: x\r\n\r\n"):
        answers = (crowded.get("/good/") for _ in range(50))  # until all requests have been read, a place is found
        answer = next(answer for answer in answers if answer.status_code == 503)
        assert f"--connections = {MOST}" in answer.json()["detail"]
        assert answer.headers["retry-after"]
    assert crowded.process is not None
    assert f"--connections = {MOST}" in (crowded.home / "platform.err").read_text()
    is_quick(crowded)


def test_a_full_queue_is_503_and_names_its_limit(crowded: Running):
    crowded.deploy("busy", APP, '[limits]\ntimeout = "2s"\nworkers = 1\nconcurrency = 1\nqueue = 3\n')
    crowded.get("/busy/fine")
    with clients(crowded, 4, b"GET /busy/wait HTTP/1.1\r\nhost: x\r\n\r\n"):
        answers = (crowded.get("/busy/fine") for _ in range(20))  # the first may come before all four
        answer = next(answer for answer in answers if answer.status_code == 503)
    assert "limits.queue = 3" in answer.json()["detail"]
    assert answer.headers["retry-after"]
