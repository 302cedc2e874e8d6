"""The way by ASGI: which app, release and pool a request gets, or which refusal."""

from __future__ import annotations

import json
from typing import cast

import pytest

from tests.platform.gateway.asked import LIMIT, Asked, Pool, play
from tests.platform.gateway.served import until
from vaas.framework.http.wire_heads import AppInfo
from vaas.platform.gateway.blocking_routes import BlockingRoutes
from vaas.platform.gateway.routing import AppRoute, PoolLike
from vaas.platform.records.records import Traffic


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


@pytest.mark.parametrize("blocking", [True, False])
def test_a_request_counts_as_what_its_handler_is(blocking: bool):
    async def scene() -> None:
        pool = Pool(b"x")
        pool.blocking_routes = BlockingRoutes(AppInfo("vaas", blocking=["POST /x"] if blocking else []))  # type: ignore[assignment]
        await Asked(pool).task
        assert pool.calls[0].handler == ("POST /x" if blocking else "")

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


def test_a_websocket_to_no_app_is_404():
    async def scene() -> None:
        asked = Asked(Pool(), "websocket")
        asked.scope["path"] = "/nobody"
        asked.say("websocket.connect")
        await asked.task
        assert asked.sent[0]["type"] == "websocket.http.response.start"
        assert asked.status == 404

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


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "release",
    [
        *(
            "v²".encode(),
            b"v\xb2",
            "v٣".encode(),
            "\uff13".encode(),
            b"",
            b"v",
            b"vv1",
            b"v-1",
            b"+1",
            b"1.0",
            b"1_0",
            b"0x1",
        ),
        *(b"latest", b"v1, v2", b"9" * 10, b"9" * 5000, b"v1\x00"),
    ],
)
def test_what_is_no_release_is_400_whether_or_not_one_may_be_picked(release: bytes, kind: str):
    async def scene() -> None:
        for token in (b"good", b"bad"):
            pool = Pool(b"one")
            asked = Asked(pool, kind, (b"x-vaas-release", release), (b"x-vaas-token", token))
            asked.say("websocket.connect")
            await asked.task
            assert (asked.status, json.loads(asked.content)["code"]) == (400, "release-invalid")
            assert pool.calls == []

    play(scene)


def test_two_releases_at_once_are_400():
    async def scene() -> None:
        asked = Asked(Pool(b"one"), "http", *[(b"x-vaas-release", b"1")] * 2, (b"x-vaas-token", b"good"))
        await asked.task
        assert (asked.status, json.loads(asked.content)["code"]) == (400, "release-invalid")

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


@pytest.mark.parametrize("number", [b"9", b"v9", b"0", b"v999999999"])
def test_a_number_of_no_release_is_503(number: bytes):
    async def scene() -> None:
        asked = Asked(Pool(b"one"), "http", (b"x-vaas-release", number), (b"x-vaas-token", b"good"))
        await asked.task
        assert asked.status == 503

    play(scene)
