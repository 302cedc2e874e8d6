"""A request by way of ASGI: its body to the worker, its answer to the client, and what ends either."""

from __future__ import annotations

import asyncio
import json

import pytest
from msgspec import Raw

from tests.platform.gateway.asked import LIMIT, Asked, Pool, play
from tests.platform.gateway.served import until, whole
from vaas.core.errors import VaasError
from vaas.core.pool.errors import DeadlineExceeded, HandlerFailed, HostBroken, HostGone, QueueFull
from vaas.core.wire.messages import CHUNK, Data, Reply
from vaas.framework.http.wire_heads import HttpReply, encode


def test_an_answer_has_its_request_id_and_its_length():
    async def scene() -> None:
        asked = Asked(Pool(b"hello"))
        await asked.task
        assert (asked.status, asked.content) == (200, b"hello")
        assert asked.headers[b"content-length"] == b"5"
        assert asked.headers[b"x-request-id"]
        assert b"set-cookie" not in asked.headers
        assert asked.sent[-1]["more_body"] is False

    play(scene)


def test_a_body_goes_to_the_worker_in_chunks_and_then_its_end():
    async def scene() -> None:
        pool = Pool()
        asked = Asked(pool)
        asked.body(b"a" * (CHUNK + 1), more=True)
        asked.body(b"b")
        await until(lambda: len(pool.sent) == 4)
        assert [len(part.data) for part in pool.sent] == [CHUNK, 1, 1, 0]
        assert [part.end for part in pool.sent] == [False, False, False, True]
        pool.calls[0].on_reply(whole(b"x"))
        await asked.task
        assert asked.status == 200

    play(scene)


def test_a_body_may_be_as_large_as_the_limit_and_no_larger():
    async def scene() -> None:
        pool = Pool()
        asked = Asked(pool)
        asked.body(b"a" * LIMIT, more=True)
        await until(lambda: len(pool.sent) == 3)
        assert not asked.task.done()
        asked.body(b"a")
        await asked.task
        assert asked.status == 413
        assert asked.headers[b"connection"] == b"close"
        assert json.loads(asked.content)["limit"] == LIMIT
        assert pool.cancelled == ["client gone"]

    play(scene)


def test_a_client_that_goes_away_cancels_its_call():
    async def scene() -> None:
        pool = Pool()
        asked = Asked(pool)
        asked.body()
        await until(lambda: pool.sent)
        asked.say("http.disconnect")
        await asked.task
        assert pool.cancelled == ["client gone"]
        assert asked.sent == []
        await until(lambda: asyncio.all_tasks() == {asyncio.current_task()})

    play(scene)


def test_a_client_that_goes_away_in_the_middle_of_its_body_cancels_its_call():
    async def scene() -> None:
        pool = Pool()
        asked = Asked(pool)
        asked.body(b"a", more=True)
        asked.say("http.disconnect")
        await asked.task
        assert [part.end for part in pool.sent] == [False]
        assert pool.cancelled == ["client gone"]

    play(scene)


def test_an_upload_does_not_outlive_its_answer():
    async def scene() -> None:
        pool = Pool()
        before = asyncio.all_tasks()
        asked = Asked(pool)
        asked.body(b"a", more=True)
        await until(lambda: len(pool.sent) == 1)
        pool.calls[0].on_reply(whole(b"enough"))
        await asked.task
        await until(lambda: asyncio.all_tasks() == before)

    play(scene)


def test_a_stream_is_passed_on_part_by_part_and_each_is_credited():
    async def scene() -> None:
        pool = Pool()
        asked = Asked(pool)
        asked.body()
        await until(lambda: pool.calls)
        pool.calls[0].on_reply(Reply(1, Raw(encode(HttpReply(200, []))), b"ab", more=True))
        await until(lambda: len(asked.sent) == 2)
        assert asked.sent[-1]["more_body"] is True
        pool.calls[0].on_data(Data(1, b"cde"))
        pool.calls[0].on_data(Data(1, b"", end=True))
        await asked.task
        assert asked.content == b"abcde"
        assert asked.sent[-1]["more_body"] is False
        assert pool.consumed == 5

    play(scene)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (DeadlineExceeded(timeout=1.0), 504, "deadline-exceeded"),
        (HostGone(reason="secret"), 502, "host-gone"),
        (HostBroken(error="secret", where="", traceback=""), 502, "host-broken"),
        (HandlerFailed(reason="error"), 500, "handler-failed"),
        (QueueFull(queue=3), 503, "queue-full"),
    ],
)
def test_each_failure_has_its_own_status_and_closes_the_connection(error: VaasError, status: int, code: str):
    async def scene() -> None:
        pool = Pool()
        asked = Asked(pool)
        asked.body()
        await until(lambda: pool.calls)
        pool.calls[0].on_fail(error)
        await asked.task
        assert (asked.status, json.loads(asked.content)["code"]) == (status, code)
        assert asked.headers[b"content-length"] == str(len(asked.content)).encode()
        assert asked.headers[b"connection"] == b"close"
        assert b"secret" not in asked.content

    play(scene)


def test_a_failure_in_the_middle_of_an_answer_aborts_the_connection():
    async def scene() -> None:
        pool = Pool()
        asked = Asked(pool)
        asked.body()
        await until(lambda: pool.calls)
        pool.calls[0].on_reply(Reply(1, Raw(encode(HttpReply(200, []))), b"half", more=True))
        await until(lambda: len(asked.sent) == 2)
        pool.calls[0].on_fail(HostGone(reason="x"))
        with pytest.raises(ConnectionAbortedError):
            await asked.task
        assert [message["type"] for message in asked.sent] == ["http.response.start", "http.response.body"]

    play(scene)


def test_a_split_s_cookie_is_set():
    async def scene() -> None:
        asked = Asked(Pool(b"x"), mode="weights", weights={1: 1.0}, sticky="cookie")
        await asked.task
        assert asked.headers[b"set-cookie"].startswith(b"vaas-split=")

    play(scene)
