"""Clients that would slow, fill or confuse a real node: their neighbours do not feel it, and its memory stays."""

from __future__ import annotations

import re
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e.aborted_uploads import NATIVE, connected, unanswered, upload
from tests.e2e.running import Running

ECHO = """
import vaas

@vaas.app
class Echo:
    @vaas.websocket("/")
    async def echo(self, ws):
        async for message in ws:
            await ws.send(message)
"""
HANDSHAKE = (
    b"GET /echo/ HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
MB = 1024 * 1024


@pytest.fixture(scope="module")
def apps(platform: Running) -> Running:
    platform.deploy("echo", ECHO)
    platform.deploy("sizes", NATIVE)
    return platform


def memory(platform: Running) -> int:
    """Bytes of the node's process that are in memory."""
    assert platform.process is not None
    status = Path(f"/proc/{platform.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


def frame(first: bytes, data: bytes) -> bytes:
    return first + b"\xfe" + struct.pack("!H", len(data)) + bytes(4) + data


@pytest.mark.parametrize(
    "frames",
    [
        (b"\x89\xfd\0\0\0\0" + b"p" * 125) * 500,
        frame(b"\x81", b"t" * 1000) * 60,
        frame(b"\x82", b"b" * 60_000),
        (frame(b"\x01", b"t" * 500) + b"\x89\xfd\0\0\0\0" + b"p" * 125 + frame(b"\x80", b"t" * 500)) * 60,
    ],
    ids=["pings", "text", "binary", "fragments with pings"],
)
def test_a_websocket_whose_client_reads_nothing_fills_no_memory(apps: Running, frames: bytes):
    with connected(apps) as client:
        client.sendall(HANDSHAKE)
        assert client.recv(300).startswith(b"HTTP/1.1 101")
        before = memory(apps)
        client.settimeout(0.5)
        sent = 0
        with suppress(TimeoutError):
            while sent < 100 * MB:
                sent += client.send(frames)
        assert memory(apps) - before < 10 * MB
        assert sent < 100 * MB  # the kernel's buffers take some, and then no more is read


def test_pipelined_requests_whose_answers_are_not_read_fill_no_memory(apps: Running):
    with connected(apps) as client:
        before = memory(apps)
        client.settimeout(0.5)
        sent = 0
        with suppress(TimeoutError):
            while sent < 100 * MB:
                sent += client.send(b"GET /echo HTTP/1.1\r\nhost: x\r\n\r\n" * 2000)
        assert memory(apps) - before < 10 * MB
        assert sent < 100 * MB


@pytest.mark.alone(reason="measures how long a neighbour waits")
def test_200_pipelined_unknown_names_of_60_kb_do_not_delay_a_neighbour(apps: Running):
    waited: list[float] = []
    asked = b"GET /%b HTTP/1.1\r\nhost: x\r\n\r\n" % (b"n" * 60_000)
    with connected(apps) as client:
        sending = threading.Thread(target=client.sendall, args=(asked * 200,))
        sending.start()
        answers = b""
        while answers.count(b"HTTP/1.1 404") < 200:
            began = time.monotonic()
            assert upload(apps, "sizes", 5).endswith(b"5")
            waited.append(time.monotonic() - began)
            client.setblocking(False)
            with suppress(BlockingIOError):
                answers += client.recv(MB)
            client.setblocking(True)
        sending.join()
    assert max(waited) < 0.5  # 4 s before a turn was left between two


def test_uploads_that_are_broken_off_cost_no_other_client_its_answer(platform: Running):
    assert list(unanswered(platform, 30)) == []


def test_a_request_for_another_protocol_keeps_its_body_and_the_requests_behind_it(apps: Running):
    asked = b"POST /sizes/ HTTP/1.1\r\nhost: x\r\nconnection: upgrade%b\r\nupgrade: h2c\r\ncontent-length: %d\r\n\r\n%b"
    with connected(apps) as client:
        client.sendall(asked % (b"", 3, b"abc") + asked % (b"", 70_000, b"x" * 70_000) + asked % (b", close", 2, b"ab"))
        answers = b""
        while part := client.recv(65536):
            answers += part
    assert re.findall(rb"HTTP/1.1 200 .*?\r\n\r\n(\d+)", answers, re.DOTALL) == [b"3", b"70000", b"2"]
