"""Which record lies under which key, and what is named as broken."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.platform.records import keys, kinds
from vaas.platform.records.broken import find_broken, why_broken
from vaas.platform.records.documents import put
from vaas.platform.records.records import App, Domain, PlatformSettings, Run, Settings, Token, now
from vaas.platform.store.interface import Entry, Put
from vaas.platform.store.memory import MemoryStore

AT = now()
SETTINGS = Settings(app="shop", revision=3, author="ann", at=AT)
VALID = [
    put(keys.app("shop"), App(name="shop", created_at=AT, created_by="ann")),
    put(keys.settings("shop"), SETTINGS),
    put(keys.history("shop", 3), SETTINGS),
    put(keys.run("shop", 1), Run(app="shop", number=1, command=("a",), release=1, node="n", by="ann", at=AT)),
    put(keys.domain("a.example"), Domain(domain="a.example", app="shop", created_at=AT, created_by="ann")),
    put(keys.token("t"), Token(id="t", digest="d", name="ci", role="admin", created_at=AT, created_by="ann")),
    put(keys.PLATFORM_SETTINGS, PlatformSettings(revision=2)),
    put(keys.platform_history(2), PlatformSettings(revision=2)),
]


@pytest.mark.parametrize("document", VALID, ids=lambda document: document.key)
def test_a_document_in_its_place_is_not_broken(document: Put):
    assert why_broken(Entry(document.key, document.value, 1)) is None


@pytest.mark.parametrize("prefix", [*kinds.KINDS])
def test_garbage_is_broken_under_every_prefix(prefix: str):
    for key in {prefix, f"{prefix}x", f"{prefix}shop/00000001"} - {keys.PLATFORM_SETTINGS + "x"}:
        if kinds.prefix_of(key):
            for value in (
                b"",
                b"{}x",
                b"\xff",
                b"[]",
                b'{"name":"UPPER"}',
                b'{"app":"\xff"}',
                b'{"\xff":1}',
                b'{"at":1e999}',
            ):
                assert why_broken(Entry(key, value, 1))


@pytest.mark.parametrize("document", VALID, ids=lambda document: document.key)
def test_a_document_of_another_place_is_broken_and_the_reason_names_that(document: Put):
    if document.key != keys.PLATFORM_SETTINGS:
        assert f"belongs under {document.key}" in str(why_broken(Entry(document.key + "9", document.value, 1)))


def test_every_kind_of_document_that_keys_spell_is_known():
    spelled = {value for name, value in vars(keys).items() if isinstance(value, str) and value.startswith("/vaas/")}
    assert spelled - {keys.EVERYTHING} == set(kinds.KINDS)


def test_a_document_of_a_kind_that_a_later_version_has_is_not_called_broken():
    assert why_broken(Entry("/vaas/schedules/shop", b"?", 1)) is None


def test_all_that_is_broken_is_found_at_once():
    async def main() -> None:
        store = MemoryStore()
        await store.commit([*VALID, Put("/vaas/apps/UPPER", b"{}"), Put("/vaas/nodes/n", b"?")])
        assert set(await find_broken(store)) == {"/vaas/apps/UPPER", "/vaas/nodes/n"}

    asyncio.run(main())


@given(st.sampled_from(VALID), st.data())
def test_no_change_of_a_byte_is_worse_than_broken(document: Put, data: st.DataObject):
    at = data.draw(st.integers(0, len(document.value) - 1))
    value = document.value[:at] + data.draw(st.binary(max_size=2)) + document.value[at + 1 :]
    why_broken(Entry(document.key, value, 1))


def test_a_moment_without_an_offset_is_broken_for_it_cannot_be_compared():
    value = b'{"name":"shop","created_at":"2026-01-01T00:00:00","created_by":"ann"}'
    assert "timezone" in str(why_broken(Entry(keys.app("shop"), value, 1)))
