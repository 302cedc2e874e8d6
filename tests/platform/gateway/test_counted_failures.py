"""What counts as an error of an app: each answer that says 5xx, and each refusal with such a status, by its code."""

from __future__ import annotations

import asyncio

import pytest
from msgspec import Raw

from tests.platform.gateway.asked import Asked, Pool, play
from tests.platform.gateway.served import GET, Answers, Served, until
from tests.platform.gateway.served import play as play_served
from vaas.core.errors import VaasError
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.pool.calls.tally import Tally
from vaas.core.pool.errors import DeadlineExceeded, HostGone
from vaas.core.wire.messages import Reply
from vaas.framework.http.problems import Problem
from vaas.framework.http.wire_heads import HttpReply, WsReply, encode
from vaas.platform.gateway.asgi_request import refuse_upload

STATUSES = pytest.mark.parametrize(("status", "counted"), [(200, {}), (499, {}), (500, {500: 1}), (503, {503: 1})])


class Counting(Pool):
    def __init__(self) -> None:
        super().__init__()
        self.tally = Tally()

    def submit(self, pending: PendingCall) -> None:
        pending.tally = self.tally
        super().submit(pending)


@STATUSES
def test_an_answer_by_way_of_asgi_counts_by_its_status(status: int, counted: dict[int, int]):
    async def scene() -> None:
        pool = Counting()
        asked = Asked(pool)
        asked.body()
        await until(lambda: pool.calls)
        pool.calls[0].on_reply(Reply(1, Raw(encode(HttpReply(status, []))), b"x"))
        await asked.task
        assert (asked.status, pool.tally.codes) == (status, counted)

    play(scene)


@STATUSES
def test_a_websocket_that_is_refused_counts_by_its_status(status: int, counted: dict[int, int]):
    async def scene() -> None:
        pool = Counting()
        asked = Asked(pool, "websocket")
        asked.say("websocket.connect")
        await until(lambda: pool.calls)
        pool.calls[0].on_reply(Reply(1, Raw(encode(WsReply(status))), b"x"))
        await asked.task
        assert pool.tally.codes == counted

    play(scene)


class Whole(Answers):
    """Counts, and answers when the test does."""

    def __init__(self) -> None:
        super().__init__(None)
        self.tally = Tally()

    def submit(self, pending: PendingCall) -> None:
        pending.tally = self.tally
        super().submit(pending)


@STATUSES
def test_an_ordinary_answer_counts_by_its_status(status: int, counted: dict[int, int]):
    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(GET)
        await until(lambda: pool.calls)
        pool.calls[0].on_reply(Reply(1, Raw(encode(HttpReply(status, []))), b"told"))
        await reader.readuntil(b"told")
        assert pool.tally.codes == counted

    pool = Whole()
    play_served(scene, pool)


@pytest.mark.parametrize("error", [DeadlineExceeded(timeout=1.0), HostGone(reason="x")])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_call_without_an_answer_counts_by_what_its_caller_is_told(kind: str, error: VaasError):
    async def scene() -> None:
        pool = Counting()
        asked = Asked(pool, kind)
        asked.say("websocket.connect") if kind == "websocket" else asked.body()
        await until(lambda: pool.calls)
        pool.calls[0].on_fail(error)
        await asked.task
        assert pool.tally.codes == {asked.status: 1}

    play(scene)


def test_an_upload_that_is_refused_is_read_to_its_end_and_no_further():
    incoming = [
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.request", "body": b"b"},
        {"type": "http.request", "body": b"of nothing"},
    ]
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return incoming.pop(0)

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    asyncio.run(refuse_upload(send, receive, Problem(413, [], b"too large"), "t"))  # type: ignore[arg-type]
    assert len(incoming) == 1
    assert [message.get("body") for message in sent] == [None, b"too large", b""]
