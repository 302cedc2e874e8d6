"""A websocket by way of ASGI: accepted or refused, messages both ways, and what closes it."""

from __future__ import annotations

import json

import pytest
from msgspec import Raw

from tests.platform.gateway.asked import MESSAGE_LIMIT, Asked, Pool, play
from tests.platform.gateway.served import until
from vaas.core.pool.errors import DeadlineExceeded, HostGone
from vaas.core.wire.codec import WireGarbage
from vaas.core.wire.messages import MESSAGE, WINDOW, Data, Reply
from vaas.framework.http.wire_heads import AppInfo, WsClose, WsReply, decode_ws_close, encode
from vaas.platform.gateway.blocking_routes import BlockingRoutes


async def opened(pool: Pool, reply: WsReply, body: bytes = b"") -> Asked:
    asked = Asked(pool, "websocket")
    asked.say("websocket.connect")
    await until(lambda: pool.calls)
    pool.calls[0].on_reply(Reply(1, Raw(encode(reply)), body, more=reply.status == 101))
    await until(lambda: asked.sent)
    return asked


def test_a_websocket_is_accepted_with_the_app_s_subprotocol_and_headers():
    async def scene() -> None:
        asked = await opened(Pool(), WsReply(101, "chat", [(b"x-own", b"1")]))
        [accepted] = asked.sent
        assert accepted == {"type": "websocket.accept", "subprotocol": "chat", "headers": [(b"x-own", b"1")]}
        asked.task.cancel()

    play(scene)


def test_a_websocket_that_the_app_refuses_has_its_status_and_body():
    async def scene() -> None:
        said = [(b"x-why", b"later"), (b"connection", b"keep-alive"), (b"date", b"today"), (b"x-request-id", b"mine")]
        asked = await opened(Pool(), WsReply(401, headers=said), b"no")
        await asked.task
        assert asked.status == 401
        assert asked.content == b"no"
        assert set(asked.headers) - {b"content-length"} == {b"x-why", b"x-request-id"}
        assert asked.headers[b"x-request-id"] not in (b"", b"mine")

    play(scene)


@pytest.mark.parametrize("reply", [WsReply(101, "\u20ac"), WsReply(101, "", [(b"a b", b"")])])
def test_a_websocket_whose_host_answers_garbage_is_refused_with_502(reply: WsReply):
    async def scene() -> None:
        asked = await opened(Pool(), reply)
        await asked.task
        assert asked.status == 502

    play(scene)


def test_a_websocket_does_not_occupy_its_worker():
    async def scene() -> None:
        pool = Pool()
        pool.blocking_routes = BlockingRoutes(AppInfo("wsgi", blocking_else=True))  # type: ignore[assignment]
        await (await opened(pool, WsReply(403))).task
        assert pool.calls[0].handler == ""

    play(scene)


def test_messages_go_both_ways_as_text_or_bytes():
    async def scene() -> None:
        pool = Pool()
        asked = await opened(pool, WsReply(101))
        asked.say("websocket.receive", text="hé", bytes=None)
        asked.say("websocket.receive", bytes=b"\x00")
        await until(lambda: len(pool.sent) == 2)
        assert [(part.data, part.text) for part in pool.sent] == [("hé".encode(), True), (b"\x00", False)]
        pool.calls[0].on_data(Data(1, "né".encode(), text=True))
        pool.calls[0].on_data(Data(1, b"\x01"))
        await until(lambda: len(asked.sent) == 3)
        assert asked.sent[1:] == [
            {"type": "websocket.send", "text": "né"},
            {"type": "websocket.send", "bytes": b"\x01"},
        ]
        assert pool.consumed == 4 + 2 * MESSAGE
        asked.task.cancel()

    play(scene)


def test_a_message_in_frames_reaches_the_client_as_one_and_each_frame_is_credited():
    async def scene() -> None:
        pool = Pool()
        asked = await opened(pool, WsReply(101))
        pool.calls[0].on_data(Data(1, "é".encode()[:1], text=True, more=True))
        await until(lambda: pool.consumed == 1 + MESSAGE)
        pool.calls[0].on_data(Data(1, "é".encode()[1:], text=True))
        await until(lambda: len(asked.sent) == 2)
        assert asked.sent[1] == {"type": "websocket.send", "text": "é"}
        assert pool.consumed == 2 + 2 * MESSAGE
        asked.task.cancel()

    play(scene)


def test_a_client_s_large_message_goes_to_the_worker_in_frames_and_an_empty_one_in_one():
    async def scene() -> None:
        pool = Pool()
        asked = await opened(pool, WsReply(101))
        asked.say("websocket.receive", bytes=b"x" * (2 * WINDOW + 1))
        asked.say("websocket.receive", text="", bytes=None)
        await until(lambda: len(pool.sent) == 4)
        assert [part.more for part in pool.sent] == [True, True, False, False]
        assert [len(part.data) for part in pool.sent] == [WINDOW, WINDOW, 1, 0]
        asked.task.cancel()

    play(scene)


def test_a_message_larger_than_the_release_takes_closes_its_websocket_with_1009_and_tells_the_app():
    async def scene() -> None:
        pool = Pool()
        asked = await opened(pool, WsReply(101))
        asked.say("websocket.receive", bytes=b"x" * (MESSAGE_LIMIT + 1))
        await until(lambda: pool.sent)
        assert decode_ws_close(pool.sent[0].data).code == 1009
        await until(lambda: len(asked.sent) == 2)
        closing = asked.sent[1]
        assert (closing["type"], closing["code"]) == ("websocket.close", 1009)
        assert closing["reason"] == "larger than limits.message = 1MB"
        pool.calls[0].on_data(Data(1, b"", end=True))
        await asked.task

    play(scene)


def test_each_message_of_a_host_may_be_as_large_as_the_limit():
    async def scene() -> None:
        pool = Pool()
        asked = await opened(pool, WsReply(101))
        for _ in range(2):
            pool.calls[0].on_data(Data(1, b"x" * (MESSAGE_LIMIT - 1), more=True))
            pool.calls[0].on_data(Data(1, b"x"))
        await until(lambda: len(asked.sent) == 3)
        assert [len(message["bytes"]) for message in asked.sent[1:]] == [MESSAGE_LIMIT] * 2
        asked.task.cancel()

    play(scene)


def test_a_host_whose_message_has_no_end_is_not_trusted():
    async def scene() -> None:
        pool = Pool()
        asked = await opened(pool, WsReply(101))
        half = Data(1, b"x" * (MESSAGE_LIMIT // 2 + 1), more=True)
        pool.calls[0].on_data(half)
        with pytest.raises(WireGarbage):
            pool.calls[0].on_data(half)
        asked.task.cancel()

    play(scene)


@pytest.mark.parametrize(
    ("data", "code", "reason"),
    [
        (encode(WsClose(4000, "bye")), 4000, "bye"),
        (b"", 1000, ""),
        (b"\xc1 garbage", 1011, ""),
        (encode(WsClose(1005)), 1011, ""),
        (encode(WsClose(70000)), 1011, ""),
        (encode(WsClose(4000, "r" * 200)), 4000, "r" * 123),
    ],
)
def test_an_app_closes_its_websocket_with_its_code(data: bytes, code: int, reason: str):
    async def scene() -> None:
        pool = Pool()
        asked = await opened(pool, WsReply(101))
        pool.calls[0].on_data(Data(1, data, end=True))
        await asked.task
        assert asked.sent[-1] == {"type": "websocket.close", "code": code, "reason": reason}

    play(scene)


def test_a_client_s_close_reaches_the_app_with_its_code_and_nothing_is_sent_after_it():
    async def scene() -> None:
        pool = Pool()
        asked = await opened(pool, WsReply(101))
        asked.say("websocket.disconnect", code=4001, reason="bye")
        await until(lambda: pool.sent)
        assert pool.sent[0].end
        assert decode_ws_close(pool.sent[0].data) == WsClose(4001, "bye")
        pool.calls[0].on_data(Data(1, b"late"))
        pool.calls[0].on_data(Data(1, b"", end=True))
        await asked.task
        assert [message["type"] for message in asked.sent] == ["websocket.accept"]

    play(scene)


def test_a_close_without_a_code_is_told_as_one():
    async def scene() -> None:
        pool = Pool()
        asked = await opened(pool, WsReply(101))
        asked.say("websocket.disconnect")
        await until(lambda: pool.sent)
        assert decode_ws_close(pool.sent[0].data) == WsClose(1005, "")
        pool.calls[0].on_data(Data(1, b"", end=True))
        await asked.task

    play(scene)


def test_a_websocket_whose_process_ends_is_closed_as_a_restart():
    async def scene() -> None:
        pool = Pool()
        asked = await opened(pool, WsReply(101))
        pool.calls[0].on_fail(HostGone(reason="x"))
        await asked.task
        assert asked.sent[-1]["code"] == 1012

    play(scene)


def test_a_websocket_whose_app_does_not_answer_is_refused_with_its_failure():
    async def scene() -> None:
        pool = Pool()
        asked = Asked(pool, "websocket")
        asked.say("websocket.connect")
        await until(lambda: pool.calls)
        pool.calls[0].on_fail(DeadlineExceeded(timeout=1.0))
        await asked.task
        assert asked.status == 504
        assert json.loads(asked.content)["code"] == "deadline-exceeded"

    play(scene)
