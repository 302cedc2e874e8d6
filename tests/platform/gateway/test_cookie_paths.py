"""The paths of cookies: what an app that is found by path sets is for itself alone, by every way that it answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw
from msgspec.structs import replace

from tests.platform.gateway.asked import Asked, Pool, play
from tests.platform.gateway.served import GET, STREAMED, Answers, Served, until
from tests.platform.gateway.served import play as serve
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.wire.messages import Reply
from vaas.framework.http.wire_heads import HttpReply, WsReply, encode
from vaas.platform.gateway.cookie_paths import cookie_within
from vaas.platform.records.records import Traffic

SET = [(b"set-cookie", b"session=1; Path=/; HttpOnly"), (b"set-cookie", b"theme=dark"), (b"x-a", b"Path=/")]
WITHIN = [b"session=1; HttpOnly; Path=/app", b"theme=dark; Path=/app"]


@pytest.mark.parametrize(
    ("cookie", "within"),
    [
        (b"a=1; Path=/", b"a=1; Path=/shop"),
        (b"a=1", b"a=1; Path=/shop"),
        (b"a=1; path = / ; Secure", b"a=1; Secure; Path=/shop"),
        (b"a=1; PATH=/; Path=/shop", b"a=1; PATH=/; Path=/shop"),
        (b"a=1; Path=/shop; Path=/", b"a=1; Path=/shop"),
        (b"a=1; Path=", b"a=1; Path=/shop"),
        (b"a=1; Path", b"a=1; Path=/shop"),
        (b"a=1; Path=relative", b"a=1; Path=/shop"),
        (b"a=1; Path=/shop", b"a=1; Path=/shop"),
        (b"a=1; Path=/shop/", b"a=1; Path=/shop/"),
        (b"a=1; Path=/shop/admin", b"a=1; Path=/shop/admin"),
        (b"a=1; Path=/admin", b"a=1; Path=/shop/admin"),
        (b"a=1; Path=/shopping", b"a=1; Path=/shop/shopping"),
        (b"a=; expires=Thu, 01 Jan 1970; Max-Age=0; Path=/", b"a=; expires=Thu, 01 Jan 1970; Max-Age=0; Path=/shop"),
        (b"__Host-a=1; Secure; Path=/", b"__Host-a=1; Secure; Path=/"),
        (b'path="/"; Secure', b'path="/"; Secure; Path=/shop'),
    ],
)  # fmt: skip
def test_a_cookie_is_kept_within_its_app(cookie: bytes, within: bytes) -> None:
    assert cookie_within(b"/shop", cookie) == within


@given(st.lists(st.sampled_from([" Path=/", " path=/shop", " Path=/x", " Secure", "Path", " Max-Age=1"]), max_size=5))
def test_whatever_attributes_a_cookie_has_browsers_keep_it_within_its_app(attributes: list[str]) -> None:
    moved = cookie_within(b"/shop", ";".join(["a=1", *attributes]).encode()).decode()
    last = [one.partition("=")[2].strip() for one in moved.split(";")[1:] if one.strip().lower().startswith("path")][-1]
    assert last == "/shop" or last.startswith("/shop/")
    assert moved.startswith("a=1;")
    assert cookie_within(b"/shop", moved.encode()).decode() == moved


class Setting(Answers):
    """Answers with cookies, at once."""

    def submit(self, pending: PendingCall) -> None:
        self.calls.append(pending)
        pending.on_reply(Reply(1, Raw(encode(HttpReply(200, list(SET)))), b"x"))


def cookies_of(request: bytes, *, as_is: bool = False, **options: Any) -> list[bytes]:
    pool = Setting(b"x")
    if as_is:
        pool.spec = replace(pool.spec, options={"cookies": "as-is"})
    found: list[bytes] = []

    async def scene(served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        found.extend(line[12:] for line in head.split(b"\r\n") if line.startswith(b"set-cookie: "))
        assert b"x-a: Path=/\r\n" in head

    serve(scene, pool, **options)
    return found


@pytest.mark.parametrize("request_", [GET, STREAMED], ids=["fast", "asgi"])
def test_by_either_way_cookies_are_kept_within_the_app_unless_its_manifest_says_otherwise(request_: bytes) -> None:
    assert cookies_of(request_) == WITHIN
    assert cookies_of(request_, as_is=True) == [value for name, value in SET if name == b"set-cookie"]


@pytest.mark.parametrize("request_", [GET, STREAMED], ids=["fast", "asgi"])
def test_the_prefix_of_a_proxy_in_front_is_part_of_the_path(request_: bytes) -> None:
    forwarded = request_.replace(b"host: x\r\n", b"host: x\r\nx-forwarded-prefix: /apps\r\n")
    assert cookies_of(forwarded) == [cookie.replace(b"/app", b"/apps/app") for cookie in WITHIN]


def test_heads_that_are_kept_are_each_app_s_own() -> None:
    """The rendering of an answer's head is shared by all apps that send the same."""
    assert cookies_of(GET) == WITHIN
    forwarded = GET.replace(b"host: x\r\n", b"host: x\r\nx-forwarded-prefix: /b\r\n")
    assert cookies_of(forwarded) == [cookie.replace(b"/app", b"/b/app") for cookie in WITHIN]


def test_an_app_with_a_domain_has_its_origin_for_itself() -> None:
    async def scene() -> None:
        asked = Asked(Pool())
        asked.routing.domains({"x": "app"})
        asked.body()
        await until(lambda: asked.pool.calls)
        asked.pool.calls[0].on_reply(Reply(1, Raw(encode(HttpReply(200, list(SET)))), b"x"))
        await asked.task
        assert [pair for pair in asked.sent[0]["headers"] if pair[0] == b"set-cookie"] == SET[:2]

    play(scene)


@pytest.mark.parametrize("status", [101, 403])
def test_a_websocket_s_cookies_are_kept_within_the_app_too(status: int) -> None:
    async def scene() -> None:
        asked = Asked(Pool(), "websocket")
        asked.say("websocket.connect")
        await until(lambda: asked.pool.calls)
        asked.pool.calls[0].on_reply(Reply(1, Raw(encode(WsReply(status, headers=list(SET)))), b"", more=status == 101))
        await until(lambda: asked.sent)
        assert [value for name, value in asked.sent[0]["headers"] if name == b"set-cookie"] == WITHIN
        asked.task.cancel()

    play(scene)


@pytest.mark.parametrize("request_", [GET, STREAMED], ids=["fast", "asgi"])
def test_the_gateway_s_own_cookie_is_the_app_s_as_well(request_: bytes) -> None:
    split = Traffic(app="app", mode="weights", weights={1: 1.0}, sticky="cookie")
    [*_, own] = cookies_of(request_, traffic=split)
    assert own.startswith(b"vaas-split=")
    assert own.endswith(b"; Path=/app")
