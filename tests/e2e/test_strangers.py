"""Clients without a token, and with one of little right, at the console of a real platform: admins find a place."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
from collections.abc import Iterator
from time import perf_counter
from urllib.parse import urlsplit

import httpx
import pytest

from tests.core.pool.busy import busy
from tests.e2e.running import VAAS, Running, running
from tests.platform.gateway.test_handshakes import HALF, KEYS
from vaas.platform.control.sessions import STREAMS

pytestmark = pytest.mark.alone(reason="it measures how soon an admin is answered")

MORE_THAN_ALL = 300
"""Connections: the console holds 256."""
STATUS = b" /api/v1/status HTTP/1.1\r\nhost: localhost\r\n"
UPGRADE = b"connection: upgrade\r\nupgrade: websocket\r\n"
APP = """
import vaas

@vaas.app
class App:
    @vaas.get("/")
    def hello(self):
        print("hello")
        return "hello"
"""


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("strangers"), "--console-host", "console.example") as platform:
        platform.deploy("shop", APP)
        platform.get("/shop/")
        yield platform


@contextlib.contextmanager
def clients(platform: Running, sends: bytes, count: int = MORE_THAN_ALL) -> Iterator[list[socket.socket]]:
    parts = urlsplit(platform.console)
    with contextlib.ExitStack() as stack:
        made = []
        for _ in range(count):
            made.append(stack.enter_context(socket.create_connection((parts.hostname, parts.port), 10)))
            made[-1].sendall(sends)
        yield made


def admin_is_answered(platform: Running) -> None:
    began = perf_counter()
    with httpx.Client(headers={"authorization": f"Bearer {token_of_admin(platform)}"}) as client:
        assert client.get(platform.console + "/api/v1/status").status_code == 200
    assert perf_counter() - began < 1.0 * busy()
    assert httpx.get(platform.console + "/healthz").status_code == 200
    assert "shop" in platform.vaas("status").stdout


def token_of_admin(platform: Running) -> str:
    kept = json.loads((platform.home / "config" / "vaas" / "credentials.json").read_text())
    token: str = kept["tokens"][platform.console]
    return token


def token_for(platform: Running, name: str) -> tuple[str, str]:
    """Its id and its text."""
    text = platform.vaas("tokens", "create", name, "--role", "viewer").stdout.split()[-1]
    return text.split("_")[1], text


@pytest.mark.parametrize(
    "sends",
    [
        b"",
        b"GET / HTTP",
        b"POST" + STATUS + UPGRADE + KEYS + HALF,
        b"GET" + STATUS + UPGRADE + KEYS + b"\r\n",
        b"GET" + STATUS + UPGRADE + KEYS + b"".join(b"x-%d: y\r\n" % n for n in range(300)) + b"\r\n",
        b"POST" + STATUS + HALF,
        b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n" * 2000,
        (b"GET" + STATUS + b"\r\n") * 2000,
    ],
    ids=["silent", "half a head", "half a handshake", "a handshake", "300 headers", "half a body", "health", "deaf"],
)
def test_strangers_on_every_connection_keep_no_admin_and_no_health_check_out(platform: Running, sends: bytes):
    with contextlib.suppress(ConnectionError), clients(platform, sends):
        admin_is_answered(platform)


def test_one_token_s_streams_keep_no_admin_out_and_it_is_told_so(platform: Running):
    _, text = token_for(platform, "eve")
    follow = b"GET /api/v1/apps/shop/logs?follow=true HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer %b\r\n\r\n"
    with clients(platform, follow % text.encode()) as streams:
        heads = [stream.recv(4096) for stream in streams]
        admin_is_answered(platform)
    statuses = [head.split()[1] for head in heads if head]  # more than the console holds: some may just be closed
    assert statuses.count(b"200") == STREAMS
    assert set(statuses) == {b"200", b"429"}


def test_a_log_that_is_followed_ends_within_a_second_of_its_token(platform: Running):
    id, text = token_for(platform, "ray")
    command = [VAAS, "logs", "shop", "-f"]
    environ = {**platform.environ, "VAAS_TOKEN": text}
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as follower:
        assert follower.stdout is not None
        assert "hello" in follower.stdout.readline()
        platform.vaas("tokens", "rm", id)
        revoked = perf_counter()
        platform.get("/shop/")
        _, error = follower.communicate(timeout=20)
    assert perf_counter() - revoked < 1.0 * busy()
    assert follower.returncode == 1
    assert 'The token "ray" was revoked' in error


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/status", "/api/v1/openapi.json"])
def test_the_console_answers_to_its_own_names_alone(platform: Running, path: str):
    headers = {"authorization": f"Bearer {token_of_admin(platform)}"}
    port = urlsplit(platform.console).port
    for host, status in [
        ("evil.example", 421), (f"evil.example:{port}", 421), ("console.example", 200), (f"localhost:{port}", 200),
    ]:  # fmt: skip
        assert httpx.get(platform.console + path, headers={**headers, "host": host}).status_code == status, host


def test_an_admin_at_another_name_is_told_the_option(platform: Running):
    answer = httpx.get(platform.console + "/healthz", headers={"host": "node1"}).json()
    assert "--console-host" in answer["detail"]
    assert answer["code"] == "not-this-console"
