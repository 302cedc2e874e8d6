"""How many requests a token may have under way, and that what lasts ends with its token."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.platform.gateway.served import until
from vaas.platform.control import sessions
from vaas.platform.control.sessions import StreamEnded
from vaas.platform.node.servers import CONSOLE_CONNECTIONS
from vaas.platform.records import keys
from vaas.platform.records.documents import find, put
from vaas.platform.records.records import Token
from vaas.platform.store.interface import Delete, StoreUnavailable

LOGS = "/api/v1/apps/shop/logs"
SOON = 1.0
"""Seconds within which what lasts ends with its token."""


class Request:
    """One that goes on until its answer ends, or the test leaves."""

    def __init__(self, app: Any, token: str, path: str = LOGS, query: str = "follow=true", method: str = "GET") -> None:
        self.status = 0
        self.body = b""
        self.is_complete = False
        self.news = asyncio.Event()
        self._left = asyncio.Event()
        self._sent: asyncio.Queue[Any] = asyncio.Queue()
        if method == "GET":
            self.send(b"", more=False)
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "",
            "scheme": "http", "http_version": "1.1", "query_string": query.encode(), "client": None, "server": None,
            "headers": [(b"authorization", f"Bearer {token}".encode())], "asgi": {"version": "3.0"},
        }  # fmt: skip
        self.task = asyncio.create_task(app(scope, self._receive, self._send))

    def send(self, body: bytes, *, more: bool) -> None:
        self._sent.put_nowait({"type": "http.request", "body": body, "more_body": more})

    def leave(self) -> None:
        self._sent.put_nowait({"type": "http.disconnect"})

    async def _receive(self) -> Any:
        return await self._sent.get()

    async def _send(self, message: Any) -> None:
        self.status = message.get("status", self.status)
        self.body += message.get("body", b"")
        self.is_complete = message["type"] == "http.response.body" and not message.get("more_body", False)
        self.news.set()

    async def until(self, true: Callable[[], Any]) -> None:
        async with asyncio.timeout(5):
            while not true():
                self.news.clear()
                await self.news.wait()

    async def begun(self) -> Request:
        await self.until(lambda: self.body.count(b"\n") >= 2)
        return self

    async def ended(self) -> BaseException | None:
        """What the server is told at its end, which comes soon."""
        async with asyncio.timeout(SOON):
            (result,) = await asyncio.gather(self.task, return_exceptions=True)
        assert result is None or isinstance(result, BaseException)
        return result


async def record(api: Any, token: str) -> Any:
    found = await find(api.store, keys.token(token.split("_")[1]), Token)
    assert found is not None
    return found


async def revoke(api: Any, token: str) -> None:
    response = await api.requesting("DELETE", f"/tokens/{token.split('_')[1]}")
    assert response.status_code == 204


async def delete(api: Any, token: str) -> None:
    await api.store.commit([Delete((await record(api, token)).key)])


async def lose_its_app(api: Any, token: str) -> None:
    found = await record(api, token)
    fields = {name: getattr(found.record, name) for name in Token.__struct_fields__}
    await api.store.commit([put(found.key, Token(**{**fields, "apps": ["other"]}))])


# --- the end with the token


@pytest.mark.parametrize("ends", [revoke, delete, lose_its_app])
def test_a_stream_breaks_off_within_a_second_of_its_token(shop: Any, ends: Callable[[Any, str], Awaitable[None]]):
    token = shop.token("deployer", "shop")

    async def scene() -> None:
        mine, others = await Request(shop.app, token).begun(), await Request(shop.app, shop.admin).begun()
        await ends(shop, token)
        assert isinstance(await mine.ended(), StreamEnded)
        assert not mine.is_complete, "a stream that was cut does not say that this was all"
        assert shop.logs.open == 1, "its source is closed, and that of others is not"
        assert not others.task.done()
        others.leave()
        assert await others.ended() is None

    shop.run(scene())
    assert shop.logs.open == 0


def test_a_command_ends_with_the_token_of_its_caller(shop: Any):
    token = shop.token("deployer", "shop")

    async def scene() -> None:
        query = f"command={json.dumps(['sh'])}&stdin=true"
        run = Request(shop.app, token, "/api/v1/apps/shop/runs", query, "POST")
        run.send(b"x", more=True)
        await run.until(lambda: base64.b64encode(b"x") in run.body)
        await revoke(shop, token)
        assert isinstance(await run.ended(), StreamEnded)

    shop.run(scene())
    assert shop.engine.programs[0].reason == "its caller went away"


def test_an_upload_that_goes_on_is_refused_once_its_token_is_revoked(shop: Any):
    token = shop.token("deployer", "shop")

    async def scene() -> None:
        upload = Request(shop.app, token, "/api/v1/bundles/" + "a" * 64, "", "PUT")
        upload.send(b"x" * 100, more=True)
        await asyncio.sleep(0)
        await revoke(shop, token)
        assert await upload.ended() is None
        assert upload.status == 401
        assert json.loads(upload.body)["code"] == "token-revoked"

    shop.run(scene())


def test_a_store_that_does_not_answer_ends_no_stream(shop: Any, monkeypatch: pytest.MonkeyPatch):
    asked = asyncio.Event()

    async def no_answer(key: str) -> Any:
        asked.set()
        raise StoreUnavailable(reason="it is away")

    async def scene() -> None:
        stream = await Request(shop.app, shop.admin).begun()
        with monkeypatch.context() as patch:
            patch.setattr(shop.store, "get", no_answer)
            await asked.wait()
        asked.clear()
        assert not stream.task.done()
        stream.leave()
        assert await stream.ended() is None

    shop.run(scene())


def test_who_revokes_the_own_token_is_answered(shop: Any):
    token = shop.token("admin")
    response = shop.request("DELETE", f"/tokens/{token.split('_')[1]}", token=token)
    assert response.status_code == 204


def test_without_requests_under_way_no_token_is_looked_at(shop: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sessions, "CHECK", 0.01)

    async def scene() -> None:
        await shop.requesting("GET", "/status")
        await until(lambda: shop.app._sessions._looking is None)

    shop.run(asyncio.wait_for(scene(), 5))


# --- how many


def test_a_token_has_its_share_of_streams_and_is_told_beyond(shop: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sessions, "STREAMS", 2)
    token, other = shop.token("viewer"), shop.token("viewer")

    async def scene() -> None:
        streams = [await Request(shop.app, token).begun() for _ in range(2)]
        refused = Request(shop.app, token)
        assert await refused.ended() is None
        assert refused.status == 429
        assert "as many as one token may" in json.loads(refused.body)["detail"]
        assert (await shop.requesting("GET", "/status", token=token)).status_code == 200, "it can do something else"
        streams.append(await Request(shop.app, other).begun())
        streams.append(await Request(shop.app, shop.admin).begun())
        streams[0].leave()
        await streams[0].ended()
        streams.append(await Request(shop.app, token).begun())
        for stream in streams:
            stream.leave()
            await stream.ended()

    shop.run(scene())
    assert shop.logs.open == 0


def test_a_token_has_its_share_of_requests(shop: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sessions, "PER_TOKEN", 3)
    token = shop.token("deployer", "shop")

    async def scene() -> None:
        waiting = [Request(shop.app, token, "/api/v1/bundles/" + "a" * 64, "", "PUT") for _ in range(3)]
        for each in waiting:
            each.send(b"x", more=True)
        await until(lambda: len(shop.app._sessions._open) == 3)
        response = await shop.requesting("GET", "/status", token=token)
        assert response.status_code == 429
        assert response.headers["retry-after"]
        assert response.json()["code"] == "too-many-requests"
        for each in waiting:
            each.leave()
            await each.ended()
        assert (await shop.requesting("GET", "/status", token=token)).status_code == 200

    shop.run(scene())


def test_the_last_places_are_admins(shop: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sessions, "SHARED", 4)
    tokens = [shop.token("viewer") for _ in range(5)]

    async def scene() -> None:
        streams = [await Request(shop.app, token).begun() for token in tokens[:4]]
        response = await shop.requesting("GET", "/status", token=tokens[4])
        assert response.status_code == 503
        assert "kept for admins" in response.json()["detail"]
        assert (await shop.requesting("GET", "/status")).status_code == 200
        streams.append(await Request(shop.app, shop.admin).begun())
        for stream in streams:
            stream.leave()
            await stream.ended()

    shop.run(scene())


def test_a_quarter_of_the_console_s_connections_is_kept_for_admins():
    assert sessions.SHARED == CONSOLE_CONNECTIONS * 3 // 4
    assert sessions.STREAMS < sessions.PER_TOKEN < sessions.SHARED
