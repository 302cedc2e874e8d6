"""Tokens open the API for those who hold them, and tell nothing to those who guess."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from vaas.core.errors import NotAuthenticated
from vaas.platform.auth import tokens as auth
from vaas.platform.auth.tokens import (
    DEEDS,
    RIGHTS,
    Identity,
    RightMissing,
    TokenMissing,
    TokenRevoked,
    TokenWrong,
)
from vaas.platform.records import keys
from vaas.platform.records.documents import put
from vaas.platform.records.records import Role, Token, now
from vaas.platform.store.memory import MemoryStore

T = TypeVar("T")


def run(answer: Awaitable[T]) -> T:
    async def main() -> T:
        return await answer

    return asyncio.run(main())


async def make(store: MemoryStore, role: Role = "viewer", apps: list[str] | None = None) -> tuple[Token, str]:
    record, text = auth.mint("ann", role, apps or [], by="boss")
    await store.commit([put(keys.token(record.id), record)])
    return record, text


def test_a_token_identifies_its_holder():
    async def main() -> None:
        store = MemoryStore()
        record, text = await make(store, "deployer", ["shop"])
        assert await auth.authenticate(store, f"Bearer {text}") == Identity(record.id, "ann", "deployer", ("shop",))

    run(main())


def test_the_store_keeps_no_secret():
    async def main() -> None:
        store = MemoryStore()
        record, text = await make(store)
        secret = text.removeprefix(f"vaas_{record.id}_")
        everything = b"".join(entry.value for entry in (await store.scan("/")).entries)
        assert len(secret) == 43
        assert secret.encode() not in everything

    run(main())


@pytest.mark.parametrize("header", [None, "", "Basic YTpi", "vaas_0123456789ab_secret"])
def test_without_a_bearer_token_the_caller_is_told_to_bring_one(header: str | None):
    with pytest.raises(TokenMissing, match="vaas login"):
        run(auth.authenticate(MemoryStore(), header))


def test_a_wrong_secret_and_an_unknown_id_get_the_same_answer():
    async def refusal(store: MemoryStore, text: str) -> str:
        with pytest.raises(TokenWrong) as caught:
            await auth.identify(store, text)
        return str(caught.value)

    async def main() -> None:
        store = MemoryStore()
        record, _ = await make(store)
        _, other = auth.mint("eve", "admin", [], by="eve")
        wrong_secret = f"vaas_{record.id}_{other[18:]}"
        assert await refusal(store, wrong_secret) == await refusal(store, other)

    run(main())


def test_an_unknown_id_is_compared_in_constant_time_too(monkeypatch: pytest.MonkeyPatch):
    compared: list[tuple[str, str]] = []

    def compare(a: str, b: str) -> bool:
        compared.append((a, b))
        return a == b

    monkeypatch.setattr(auth.hmac, "compare_digest", compare)
    _, text = auth.mint("eve", "admin", [], by="eve")
    with pytest.raises(TokenWrong):
        run(auth.identify(MemoryStore(), text))
    assert [len(digest) for pair in compared for digest in pair] == [64, 64]


def test_a_revoked_token_is_told_so_only_to_its_holder():
    async def main() -> None:
        store = MemoryStore()
        record, text = await make(store)
        await store.commit([put(keys.token(record.id), replace(record, revoked_at=now()))])
        with pytest.raises(TokenRevoked, match='"ann" was revoked'):
            await auth.identify(store, text)
        with pytest.raises(TokenWrong):
            await auth.identify(store, f"vaas_{record.id}_{'x' * 43}")

    run(main())


@given(st.text() | st.text().map(lambda text: f"Bearer {text}") | st.text().map(lambda text: f"Bearer vaas_{text}"))
def test_no_header_is_answered_but_by_a_refusal(header: str):
    with pytest.raises(NotAuthenticated):
        run(auth.authenticate(MemoryStore(), header))


def test_every_right_says_what_it_is_for():
    assert set(DEEDS) == RIGHTS["admin"].anywhere


def test_a_deployer_may_change_its_own_apps_and_look_at_all():
    ci = Identity("1", "ci", "deployer", ("shop",))
    assert ci.may("deploy", "shop")
    assert ci.may("see")
    assert not ci.may("deploy", "bank")
    assert not ci.may("logs", "bank")
    assert not ci.may("tokens")
    assert not ci.may("domains")
    assert not ci.may("remove", "shop")


def test_a_viewer_may_only_read():
    viewer = Identity("1", "tv", "viewer")
    allowed = {right for right in DEEDS if viewer.may(right, "shop")}
    assert allowed == {"see", "logs"}


def test_a_missing_right_says_who_may_not_do_what():
    ci = Identity("1", "ci", "deployer", ("shop", "till"))
    with pytest.raises(
        RightMissing, match=r'The token "ci" \(deployer of shop, till\) may not deploy bank\. Ask an admin'
    ):
        ci.require("deploy", "bank")


def test_the_first_start_makes_an_admin_named_for_the_user():
    async def main() -> None:
        store = MemoryStore()
        text, created = await auth.ensure_admin(store, None, "ann")
        identity = await auth.identify(store, text)
        assert (created, identity.name, identity.role) == (True, "ann", "admin")

    run(main())


def test_a_known_admin_token_that_works_is_kept():
    async def main() -> None:
        store = MemoryStore()
        first, _ = await auth.ensure_admin(store, None, "ann")
        assert await auth.ensure_admin(store, first, "ann") == (first, False)

    run(main())


@pytest.mark.parametrize("known", ["", "garbage", "vaas_0123456789ab_" + "x" * 43])
def test_a_known_token_that_does_not_work_is_replaced(known: str):
    text, created = run(auth.ensure_admin(MemoryStore(), known, "ann"))
    assert created
    assert text != known


def test_a_known_token_that_is_no_admin_is_replaced():
    async def main() -> None:
        store = MemoryStore()
        _, viewer = await make(store, "viewer")
        text, created = await auth.ensure_admin(store, viewer, "ann")
        assert created
        assert (await auth.identify(store, text)).role == "admin"

    run(main())
