"""What is told of each request, for ``vaas dev``: one line, whichever way it took and whatever became of it."""

from __future__ import annotations

import pytest
from msgspec import Raw

from tests.platform.gateway.served import GET, Answers, Served, play, until
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.wire.messages import Reply
from vaas.framework.http.wire_heads import HttpReply, WsReply, encode
from vaas.platform.gateway.request_lines import RequestLine

LARGE = b"POST /app/up?x=1 HTTP/1.1\r\nhost: x\r\ncontent-length: 70000\r\n\r\n" + b"x" * 70000
UPGRADE = (
    b"GET /app/ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def told(sent: bytes, pool: Answers | None = None, lines: int = 1) -> list[RequestLine]:
    found: list[RequestLine] = []

    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        writer.write(sent)
        await until(lambda: len(found) >= lines)

    play(scene, pool or Answers(b"fine"), tell=found.append)
    return found


def shown(line: RequestLine) -> tuple[str, str, int]:
    return line.method, line.target, line.status


class Accepts(Answers):
    """Accepts every websocket and says nothing on it."""

    def submit(self, pending: PendingCall) -> None:
        self.calls.append(pending)
        pending.on_reply(Reply(1, Raw(encode(WsReply(101))), b"", more=True))


class Fails(Answers):
    def submit(self, pending: PendingCall) -> None:
        self.calls.append(pending)
        pending.on_reply(Reply(1, Raw(encode(HttpReply(503, []))), b"no"))


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        (GET.replace(b"/app/", b"/app/a?b=%20c"), ("GET", "/app/a?b=%20c", 200)),
        (GET.replace(b"/app/", b"/app"), ("GET", "/app", 308)),
        (GET.replace(b"/app/", b"/none/"), ("GET", "/none/", 404)),
        (LARGE, ("POST", "/app/up?x=1", 200)),
        (UPGRADE, ("WS", "/app/ws", 403)),
        (b"GARBAGE\r\n\r\n", ("", "", 400)),
    ],
)
def test_every_answer_is_told_with_its_request_and_status(sent: bytes, line: tuple[str, str, int]) -> None:
    assert [shown(each) for each in told(sent)] == [line]


def test_a_websocket_is_told_of_when_it_is_accepted_and_then_no_more() -> None:
    assert [shown(each) for each in told(UPGRADE, Accepts(None))] == [("WS", "/app/ws", 101)]


def test_the_apps_own_status_is_told() -> None:
    assert [each.status for each in told(GET, Fails(None))] == [503]


def test_pipelined_requests_are_told_of_in_their_order() -> None:
    sent = b"".join(GET.replace(b"/app/", b"/app/%d" % n) for n in range(3))
    assert [each.target for each in told(sent, lines=3)] == ["/app/0", "/app/1", "/app/2"]


def test_a_line_has_the_id_that_is_in_the_log() -> None:
    pool = Answers(b"fine")
    assert [each.request for each in told(GET, pool)] == [pool.calls[0].trace]


def test_a_client_that_leaves_before_its_answer_is_told_of_too() -> None:
    found: list[RequestLine] = []
    pool = Answers(None)

    async def scene(served: Served) -> None:
        _, writer = await served.connect()
        writer.write(GET)
        await until(lambda: pool.asked)
        writer.transport.abort()
        await until(lambda: found)

    play(scene, pool, tell=found.append)
    assert [each.status for each in found] == [0]
