"""Which host is asked is beyond doubt, on every way; cookies of several lines are one list."""

from __future__ import annotations

import pytest

from tests.platform.gateway.served import Answers, Served, play, until
from vaas.framework.http.wire_heads import HttpHead

ORDINARY = b"GET %b HTTP/1.1\r\n%b\r\n"
GENERAL = b"POST %b HTTP/1.1\r\n%btransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
WEBSOCKET = (
    b"GET %b HTTP/1.1\r\n%bconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
WAYS = pytest.mark.parametrize("way", [ORDINARY, GENERAL, WEBSOCKET], ids=["ordinary", "general", "websocket"])


def status(data: bytes) -> int:
    found = 0

    async def scene(served: Served) -> None:
        nonlocal found
        reader, writer = await served.connect()
        writer.write(data)
        found = int((await reader.readline()).split()[1])

    play(scene, Answers(b"x"))
    return found


def seen(data: bytes) -> HttpHead:
    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        writer.write(data)
        await until(lambda: pool.asked)

    pool = Answers(b"x")
    play(scene, pool)
    return pool.heads[0]


@WAYS
@pytest.mark.parametrize(
    "hosts",
    [
        b"",
        b"host: x\r\nhost: y\r\n",
        b"host: x\r\nHost: x\r\n",
        b"host:\r\n",
        b"host: a b\r\n",
        b"host: a,b\r\nhost: c\r\n",
        b"host: x/y\r\n",
        b"host: x@y\r\n",
    ],
)
def test_no_host_two_or_an_impossible_one_is_400(way: bytes, hosts: bytes):
    assert status(way % (b"/app/", hosts)) == 400


def test_http_1_0_needs_none():
    assert status(b"GET /app/ HTTP/1.0\r\n\r\n") == 200


@pytest.mark.parametrize(
    "host", [b"x", b"x.org:8080", b"[::1]:80", b"xn--bcher-kva.example", b"under_score.org", b"x."]
)
def test_any_other_host_is_fine(host: bytes):
    assert status(ORDINARY % (b"/app/", b"host: %b\r\n" % host)) == 200


@WAYS
def test_the_authority_of_an_absolute_target_comes_before_the_header(way: bytes):
    head = seen(way % (b"http://shop.org/app/a?q=1", b"host: x\r\n"))
    assert [value for name, value in head.headers if name == b"host"] == [b"shop.org"]
    assert (head.path, head.query) == ("/a", b"q=1")


def test_an_absolute_target_with_an_impossible_authority_is_400():
    assert status(ORDINARY % (b"http://u:p@x/app/", b"host: x\r\n")) == 400


@WAYS
def test_cookies_of_several_lines_are_one(way: bytes):
    head = seen(way % (b"/app/", b"host: x\r\ncookie: a=1\r\nx-a: b\r\ncookie: b=2\r\n"))
    assert [value for name, value in head.headers if name == b"cookie"] == [b"a=1; b=2"]
