"""Handlers that occupy their worker beside those that wait: who holds up whom."""

from __future__ import annotations

import asyncio
from textwrap import dedent

import msgspec
import pytest
from msgspec import Raw

from tests.core.pool.benches import Bench, ask, fetch
from vaas.core.pool.calls.pending_call import AwaitedCall
from vaas.core.pool.errors import QueueFull
from vaas.core.pool.pool import Pool
from vaas.framework.http.wire_heads import HttpHead, decode_http_reply, encode

APP = dedent(
    """
    import asyncio
    import vaas

    @vaas.app
    class Shares:
        @vaas.rpc
        async def wait(self) -> str:
            await asyncio.sleep(60)
            return "waited"

        @vaas.rpc
        async def echo(self, value: str) -> str:
            return value

        @vaas.get("/plain")
        def plain(self):
            return "plain"

        @vaas.post("/upload")
        def upload(self, body: bytes):
            return len(body)
    """
)


def plain(pool: Pool) -> AwaitedCall:
    pending = AwaitedCall("http", head("GET", "/plain"), b"", "")
    pending.handler = "GET /plain"
    pool.submit(pending)
    return pending


def head(method: str, path: str) -> Raw:
    return Raw(encode(HttpHead(method, path, b"", [], "", "http", None, None)))


class Trickle(AwaitedCall):
    """A call whose body comes by and by."""

    def __init__(self) -> None:
        super().__init__("http", head("POST", "/upload"), b"", "")
        self.more = True
        self.handler = "POST /upload"


def test_a_plain_def_is_served_beside_calls_that_wait_on_every_worker(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, workers=2)
        waiting = [asyncio.create_task(ask(pool, "wait")) for _ in range(20)]
        await asyncio.sleep(0)
        reply = await asyncio.wait_for(plain(pool).answer, 10.0)
        assert decode_http_reply(reply.head).status == 200
        for each in waiting:
            each.cancel()

    run(play)


def test_a_body_that_trickles_in_for_a_plain_def_holds_up_nobody(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, workers=1)
        await pool.warm()
        trickle = Trickle()
        pool.submit(trickle)
        trickle.send(b"x")
        for _ in range(10):
            assert await ask(pool, "echo", timeout=10.0, value="x") == "x"
        trickle.send(b"y", end=True)
        assert msgspec.json.decode((await trickle.answer).body) == 2

    run(play)


def test_a_plain_def_occupies_its_worker_once_its_body_is_there(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, workers=1)
        await fetch(pool, "/plain")
        trickle = Trickle()
        pool.submit(trickle)
        link = trickle.link
        assert link is not None
        assert link.blocked == 0
        trickle.send(b"", end=True)
        assert link.blocked == 1
        await trickle.answer
        assert link.blocked == 0

    run(play)


def test_no_worker_has_more_calls_in_flight_than_limits_concurrency(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(APP, workers=1, concurrency=2, queue=1)
        await ask(pool, "echo", value="x")
        waiting = [asyncio.create_task(ask(pool, "wait")) for _ in range(3)]
        await asyncio.sleep(0)
        assert (pool.stats()["in_flight"], pool.stats()["waiting"]) == (2, 1)
        with pytest.raises(QueueFull, match=r"limits\.queue = 1"):
            await ask(pool, "echo", value="x")
        for each in waiting:
            each.cancel()

    run(play)
