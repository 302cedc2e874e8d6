"""AsgiPath: streamed bodies, websockets and picked releases, asked as an ASGI server asks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, cast

import pytest
from msgspec import Raw

from tests.platform.gateway.served import Answers, begin, until, whole
from vaas.core.errors import VaasError
from vaas.core.policy import Limits, Policy
from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.pool.errors import DeadlineExceeded, HandlerFailed, HostBroken, HostGone, QueueFull
from vaas.core.spec import HostSpec
from vaas.core.wire.codec import WireGarbage
from vaas.core.wire.messages import CHUNK, MESSAGE, WINDOW, Data, Reply
from vaas.framework.http.wire_heads import (
    AppInfo,
    HttpReply,
    WsClose,
    WsReply,
    decode_ws_close,
    encode,
)
from vaas.platform.gateway.asgi_path import AsgiPath
from vaas.platform.gateway.blocking_routes import BlockingRoutes
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.gateway.routing import AppRoute, PoolLike, Routing
from vaas.platform.records.records import Traffic

LIMIT = 3 * CHUNK
MESSAGE_LIMIT = 1024 * 1024


class Pool(Answers):
    """Gives each call a link that notes what the worker is sent."""

    def __init__(self, body: bytes | None = None) -> None:
        super().__init__(body)
        limits = Limits(body=LIMIT, message=MESSAGE_LIMIT)
        self.spec = HostSpec(app="app", release="v1", folder="/", data="/", tmp="/", policy=Policy(limits=limits))
        self.sent: list[Data] = []
        self.cancelled: list[str] = []
        self.consumed = 0

    def submit(self, pending: PendingCall) -> None:
        begin(pending, cast(LinkToWorker, self))
        self.calls.append(pending)
        if self._body is not None:
            pending.on_reply(whole(self._body))

    # as a link

    def on_moved(self, call: PendingCall) -> None: ...
    def occupy(self, call: PendingCall) -> None: ...
    def write(self, part: Data) -> None:
        self.sent.append(part)
        self.calls[0].credited(len(part.data) + self.calls[0].overhead if self.calls[0].more else 0)

    def give_credit(self, call_id: int, size: int) -> None:
        self.consumed += size

    def cancel(self, call: PendingCall, reason: str) -> None:
        self.cancelled.append(reason)
        call.link = None


class Asked:
    """One request: what the server hands in by ``receive``, and what it gets by ``send``."""

    def __init__(self, pool: Pool, kind: str = "http", *headers: tuple[bytes, bytes], **traffic: Any) -> None:
        routing = Routing()
        split = Traffic(app="app", **(traffic or {"mode": "lock", "lock": 1}))
        routing.put(AppRoute("app", {1: cast(PoolLike, pool), 2: cast(PoolLike, Pool(b"two"))}, split))
        self.routing = routing
        self.checking = asyncio.Event()
        """Set once a token is being checked, which then waits for ``checked``."""
        self.checked = asyncio.Event()
        self.checked.set()
        self._path = AsgiPath(GatewayNode(routing, self._may_use))
        self.scope = {
            "type": kind,
            "method": "POST",
            "path": "/app/x",
            "query_string": b"q=1",
            "headers": [(b"host", b"x"), *headers],
            "scheme": "http",
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
        }
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.task = asyncio.create_task(self._path(self.scope, self.incoming.get, self._send))

    async def _may_use(self, token: str, app: str) -> bool:
        self.checking.set()
        await self.checked.wait()
        return (token, app) == ("good", "app")

    async def _send(self, message: Any) -> None:
        self.sent.append(message)

    def body(self, data: bytes = b"", *, more: bool = False) -> None:
        self.incoming.put_nowait({"type": "http.request", "body": data, "more_body": more})

    def say(self, type: str, **fields: Any) -> None:
        self.incoming.put_nowait({"type": type, **fields})

    @property
    def status(self) -> int:
        return cast(int, self.sent[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])

    @property
    def content(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


def play(scene: Callable[[], Any]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(10):
            await scene()

    asyncio.run(bounded())


# --- requests


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


def test_a_body_that_says_it_is_too_large_is_refused_before_any_of_it_is_asked_for():
    async def scene() -> None:
        pool = Pool()
        asked = Asked(pool, "http", (b"content-length", b"%d" % (LIMIT + 1)))
        await until(lambda: len(asked.sent) == 2)
        assert asked.status == 413
        assert asked.headers[b"connection"] == b"close"
        assert asked.sent[1]["more_body"]  # the connection stays while the client still sends
        asked.body(b"a" * LIMIT, more=True)
        asked.body(b"a")
        await asked.task
        assert pool.calls == []
        assert asked.content == asked.sent[1]["body"]

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


def test_an_unknown_app_is_404():
    async def scene() -> None:
        asked = Asked(Pool())
        asked.scope["path"] = "/nobody/x"
        await asked.task
        assert (asked.status, json.loads(asked.content)["code"]) == (404, "app-not-found")
        assert asked.headers[b"x-request-id"] == json.loads(asked.content)["request_id"].encode()

    play(scene)


def test_a_release_that_is_not_here_is_503():
    async def scene() -> None:
        asked = Asked(Pool(), mode="lock", lock=9)
        await asked.task
        assert (asked.status, json.loads(asked.content)["code"]) == (503, "no-release")

    play(scene)


def test_a_split_s_cookie_is_set():
    async def scene() -> None:
        asked = Asked(Pool(b"x"), mode="weights", weights={1: 1.0}, sticky="cookie")
        await asked.task
        assert asked.headers[b"set-cookie"].startswith(b"vaas-split=")

    play(scene)


@pytest.mark.parametrize("blocking", [True, False])
def test_a_request_counts_as_what_its_handler_is(blocking: bool):
    async def scene() -> None:
        pool = Pool(b"x")
        pool.blocking_routes = BlockingRoutes(AppInfo("vaas", blocking=["POST /x"] if blocking else []))  # type: ignore[assignment]
        await Asked(pool).task
        assert pool.calls[0].handler == ("POST /x" if blocking else "")

    play(scene)


# --- a release by header


@pytest.mark.parametrize("number", [b"2", b"v2"])
@pytest.mark.parametrize(
    "token", [(b"x-vaas-token", b"good"), (b"authorization", b"Bearer good"), (b"authorization", b"bearer good")]
)
def test_a_release_is_picked_by_its_number_with_a_token(number: bytes, token: tuple[bytes, bytes]):
    async def scene() -> None:
        asked = Asked(Pool(b"one"), "http", (b"x-vaas-release", number), token)
        await asked.task
        assert asked.content == b"two"

    play(scene)


@pytest.mark.parametrize("token", [(b"x-vaas-token", b"bad"), (b"authorization", b"Basic good"), (b"x-own", b"1")])
def test_without_a_token_of_the_app_no_release_is_picked(token: tuple[bytes, bytes]):
    async def scene() -> None:
        pool = Pool(b"one")
        asked = Asked(pool, "http", (b"x-vaas-release", b"1"), token)
        await asked.task
        assert (asked.status, json.loads(asked.content)["code"]) == (403, "release-not-allowed")
        assert pool.calls == []

    play(scene)


async def picking(release: bytes) -> Asked:
    """A request that picks a release, while its token is being checked."""
    asked = Asked(Pool(b"one"), "http", (b"x-vaas-release", release), (b"x-vaas-token", b"good"))
    asked.checked.clear()
    await asked.checking.wait()
    return asked


def test_a_release_whose_pool_is_replaced_while_the_token_is_checked_answers_from_the_new_pool():
    async def scene() -> None:
        asked = await picking(b"1")
        new = cast(PoolLike, Pool(b"new"))
        asked.routing.put(AppRoute("app", {1: new}, Traffic(app="app", mode="lock", lock=1)))
        asked.checked.set()
        await asked.task
        assert asked.content == b"new"

    play(scene)


def test_an_app_that_goes_away_while_the_token_is_checked_is_404():
    async def scene() -> None:
        asked = await picking(b"1")
        asked.routing.drop("app")
        asked.checked.set()
        await asked.task
        assert (asked.status, json.loads(asked.content)["code"]) == (404, "app-not-found")

    play(scene)


def test_a_domain_that_moves_while_the_token_is_checked_picks_no_release_of_its_new_app():
    async def scene() -> None:
        asked = Asked(Pool(b"one"), "http", (b"x-vaas-release", b"1"), (b"x-vaas-token", b"good"))
        asked.routing.domains({"x": "app"})
        asked.checked.clear()
        await asked.checking.wait()
        other = cast(PoolLike, Pool(b"other"))
        asked.routing.put(AppRoute("other", {1: other}, Traffic(app="other", mode="lock", lock=1)))
        asked.routing.domains({"x": "other"})
        asked.checked.set()
        await asked.task
        assert asked.content == b"one"

    play(scene)


@pytest.mark.parametrize("number", [b"9", b"vv1", b"-1", b"1.0", "²".encode("latin-1"), b"9" * 5000, b"latest"])
def test_a_number_of_no_release_is_503(number: bytes):
    async def scene() -> None:
        asked = Asked(Pool(b"one"), "http", (b"x-vaas-release", number), (b"x-vaas-token", b"good"))
        await asked.task
        assert asked.status == 503

    play(scene)


# --- websockets


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
        asked = await opened(Pool(), WsReply(401), b"no")
        await asked.task
        assert asked.status == 401
        assert asked.content == b"no"

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


def test_a_websocket_to_no_app_is_404():
    async def scene() -> None:
        asked = Asked(Pool(), "websocket")
        asked.scope["path"] = "/nobody"
        asked.say("websocket.connect")
        await asked.task
        assert asked.sent[0]["type"] == "websocket.http.response.start"
        assert asked.status == 404

    play(scene)
