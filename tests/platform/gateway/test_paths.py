"""The path as it was sent, the slash behind an app's name, and headers that an answer has once."""

from __future__ import annotations

import pytest
from msgspec import Raw

from tests.platform.gateway.served import Answers, Served, play
from tests.platform.gateway.test_hosts import GENERAL, ORDINARY, WAYS, seen
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.wire.messages import Reply
from vaas.framework.http.wire_heads import HttpReply, encode

HOST = b"host: x\r\n"
BOTH = pytest.mark.parametrize("general", [False, True], ids=["ordinary", "general"])
CHUNKED = b"transfer-encoding: chunked\r\n"


def answer(path: bytes, method: bytes = b"GET", *, general: bool = False, pool: Answers | None = None) -> bytes:
    """The head of the answer."""
    found = b""
    more = CHUNKED + b"\r\n0\r\n\r\n" if general else b"\r\n"

    async def scene(served: Served) -> None:
        nonlocal found
        reader, writer = await served.connect()
        writer.write(b"%b %b HTTP/1.1\r\n%b%b" % (method, path, HOST, more))
        found = await reader.readuntil(b"\r\n\r\n")

    play(scene, pool or Answers(b"x"))
    return found.lower()


@WAYS
@pytest.mark.parametrize("path", [b"/app/a%2Fb", b"/app/%41", b"/app/%E9", b"/app/%c3%a9", b"/a%70p/x"])
def test_the_path_is_told_as_it_was_sent(way: bytes, path: bytes):
    assert seen(way % (path + b"?q=%41", HOST)).raw_path == path


@pytest.mark.parametrize("way", [ORDINARY, GENERAL])
def test_a_path_in_a_target_of_absolute_form_is_too(way: bytes):
    assert seen(way % (b"http://shop.org/app/a%2Fb?q", HOST)).raw_path == b"/app/a%2Fb"


@BOTH
@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
def test_a_link_to_an_app_without_its_slash_is_redirected(method: bytes, general: bool):
    found = answer(b"/app?a=1&b=%2F", method, general=general)
    assert found.startswith(b"http/1.1 308 ")
    assert b"\r\nlocation: /app/?a=1&b=%2f\r\n" in found


@BOTH
def test_any_other_method_is_answered(general: bool):
    assert answer(b"/app", b"POST", general=general).startswith(b"http/1.1 200 ")


class SaysAll(Answers):
    """With headers that the gateway gives too."""

    def submit(self, pending: PendingCall) -> None:
        self.calls.append(pending)
        headers = [(b"date", b"then"), (b"x-request-id", b"mine"), (b"server", b"a"), (b"server", b"b")]
        pending.on_reply(Reply(1, Raw(encode(HttpReply(200, headers))), b"x"))


@BOTH
@pytest.mark.parametrize("name", [b"date", b"x-request-id", b"server"])
def test_no_answer_has_them_twice(name: bytes, general: bool):
    assert answer(b"/app/", general=general, pool=SaysAll(b"x")).count(b"\r\n" + name + b": ") == 1
