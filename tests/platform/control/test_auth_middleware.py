"""No request comes past the middleware without a token, but for what monitors ask; each caller is known behind it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from vaas.core.errors import VaasError
from vaas.platform.auth.tokens import ensure_admin
from vaas.platform.control.auth_middleware import OPEN, AuthMiddleware
from vaas.platform.store.memory import MemoryStore


class Api:
    """What is behind it: keeps the scopes that come through."""

    def __init__(self) -> None:
        self.scopes: list[Any] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(scope)


class Broken(MemoryStore):
    async def get(self, key: str) -> Any:
        raise Odd


class Odd(VaasError):
    """It broke."""


async def nothing() -> Any:
    raise AssertionError("nothing is to be read")


def ask(store: MemoryStore, **scope: Any) -> tuple[list[Any], list[Any]]:
    """The scopes that came through, and what was sent."""
    api, sent = Api(), []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(AuthMiddleware(api, store)({"headers": [], **scope}, nothing, send))
    return api.scopes, sent


@pytest.mark.parametrize("path", ["/api/v1/apps", "/healthz/", "/HEALTHZ", "//healthz", "/"])
def test_without_a_token_nothing_comes_through(path: str) -> None:
    scopes, sent = ask(MemoryStore(), type="http", path=path)
    assert scopes == []
    assert (sent[0]["status"], (b"www-authenticate", b'Bearer realm="vaas"') in sent[0]["headers"]) == (401, True)
    assert (b"content-length", str(len(sent[1]["body"])).encode()) in sent[0]["headers"]


@pytest.mark.parametrize("path", sorted(OPEN))
def test_what_monitors_ask_needs_none_and_has_no_caller(path: str) -> None:
    (scope,), sent = ask(MemoryStore(), type="http", path=path)
    assert "identity" not in scope.get("state", {})
    assert sent == []


def test_behind_it_the_caller_is_known_beside_what_was_known_before() -> None:
    store = MemoryStore()
    text, _ = asyncio.run(ensure_admin(store, None, "ada"))
    headers = [(b"authorization", f"Bearer {text}".encode())]
    before = {"x": 1}
    (scope,), _ = ask(store, type="http", path="/api/v1/apps", headers=headers, state=before)
    assert (scope["state"]["identity"].name, scope["state"]["x"]) == ("ada", 1)
    assert before == {"x": 1}, "the server's own state is not written to"


def test_a_websocket_is_closed_at_once() -> None:
    assert ask(MemoryStore(), type="websocket", path="/healthz") == ([], [{"type": "websocket.close", "code": 1008}])


def test_the_start_of_the_server_comes_through() -> None:
    (scope,), sent = ask(MemoryStore(), type="lifespan")
    assert (scope["type"], sent) == ("lifespan", [])


def test_an_error_of_no_kind_is_the_server_s_to_answer() -> None:
    headers = [(b"authorization", b"Bearer vaas_" + b"a" * 12 + b"_" + b"b" * 43)]
    with pytest.raises(Odd):
        ask(Broken(), type="http", path="/", headers=headers)
