"""Names and keys: no text that an app, a token or a domain cannot be called by leads to a document."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.errors import InvalidInput
from vaas.platform.records import keys
from vaas.platform.records.names import is_app_name
from vaas.platform.records.records import (
    App,
    Domain,
    Manifest,
    Outcome,
    Record,
    RecordInvalid,
    Release,
    Settings,
    Token,
    Traffic,
    decode,
    encode,
    now,
)

WRONG = ["", "UPPER", "..", ".", "shop\n", "\nshop", "shop\r", "shöp", "9shop", "-shop", "a" * 64, "shop/..", "a b"]
WRONG += ["a\0", "shop.", "shop_1", "\u017fhop", "shop\u2028", " shop", "%2e%2e"]

OF_APPS: list[Callable[[str], str]] = [
    keys.app,
    keys.releases,
    keys.outcomes,
    keys.settings,
    keys.histories,
    keys.removals,
    keys.trial,
    keys.runs,
    keys.traffic,
    lambda app: keys.release(app, 1),
    lambda app: keys.outcome(app, 1),
    lambda app: keys.history(app, 1),
    lambda app: keys.run(app, 1),
    lambda app: keys.removed(app, 1),
]

AT = now()
RECORDS: list[Callable[[str], Record]] = [
    lambda name: App(name=name, created_at=AT, created_by="ann"),
    lambda name: Traffic(app=name),
    lambda name: Outcome(app=name, number=1, state="ready", at=AT),
    lambda name: Settings(app=name, revision=1, author="ann", at=AT),
    lambda name: Domain(domain="a.example", app=name, created_at=AT, created_by="ann"),
    lambda name: Token(id="t", digest="d", name="ci", role="owner", apps=[name], created_at=AT, created_by="ann"),
]


@pytest.mark.parametrize("name", WRONG)
def test_no_document_lies_under_a_name_that_no_app_can_have(name: str):
    for key in OF_APPS:
        with pytest.raises(InvalidInput):
            key(name)


@pytest.mark.parametrize("name", WRONG)
def test_no_record_with_a_name_that_no_app_can_have_is_stored(name: str):
    for record in RECORDS:
        with pytest.raises(RecordInvalid, match="Nothing was changed"):
            encode(record(name))


@given(st.text(st.characters(codec="utf-8"), max_size=70))
def test_what_can_be_stored_can_be_read(name: str):
    for record in RECORDS:
        try:
            stored = encode(record(name))
        except RecordInvalid:
            assert not is_app_name(name)
        else:
            assert decode(stored, type(record(name))) == record(name)


@pytest.mark.parametrize(
    "record",
    [
        Traffic(app="shop", weights={1: float("nan")}),
        Traffic(app="shop", weights={1: float("inf")}),
        Settings(app="shop", revision=1, author="\ud800", at=AT),
        Settings(app="shop", revision=1, author="ann", at=AT, env={"A=B": "1"}),
        Settings(app="shop", revision=1, author="ann", at=AT, env={"A\n": "1"}),
        Settings(app="shop", revision=1, author="ann", at=AT, env={"A": "1\0"}),
        Settings(app="shop", revision=1, author="ann", at=AT, limits={"timeout": float("nan")}),
        Outcome(app="shop", number=0, state="ready", at=AT),
        Outcome(app="shop", number=10**8, state="ready", at=AT),
        Domain(domain="a.example\n", app="shop", created_at=AT, created_by="ann"),
        Domain(domain="A.example", app="shop", created_at=AT, created_by="ann"),
        Domain(domain="a..example", app="shop", created_at=AT, created_by="ann"),
        Token(id="a/b", digest="d", name="ci", role="admin", created_at=AT, created_by="ann"),
    ],
)
def test_what_could_not_be_read_again_is_not_stored(record: Record):
    with pytest.raises(RecordInvalid):
        encode(record)


@pytest.mark.parametrize("digest", ["0" * 63, "0" * 64 + "\n", "G" * 64, "../" * 20, "A" * 64])
def test_a_release_of_no_bundle_is_neither_stored_nor_read(digest: str):
    release = Release(
        app="shop", number=1, digest=digest, size=1, manifest=Manifest(name="shop"), created_at=AT, created_by="ann"
    )
    with pytest.raises(RecordInvalid):
        encode(release)


@pytest.mark.parametrize("layer", ["0" * 63, "0" * 64 + "\n", "\n", "../" * 20, "A" * 64])
def test_a_release_with_no_layer_that_can_be_is_neither_stored_nor_read(layer: str):
    manifest = Manifest(name="shop")
    release = Release(
        app="shop", number=1, digest="0" * 64, layer=layer, size=1, manifest=manifest, created_at=AT, created_by="ann"
    )
    with pytest.raises(RecordInvalid):
        encode(release)


@pytest.mark.parametrize("part", ["", "..", "a/b", "a\n", "a b", "x" * 300])
def test_no_token_node_or_domain_lies_outside_its_prefix(part: str):
    for key in (keys.token, keys.node, keys.domain):
        with pytest.raises(InvalidInput):
            key(part)


@pytest.mark.parametrize(
    ("key", "app"),
    [
        (keys.app("shop"), "shop"),
        (keys.release("shop", 7), "shop"),
        (keys.removed("shop", 7), "shop"),
        (keys.run("shop", 7), "shop"),
        ("/vaas/apps/..", ".."),
        ("/vaas/releases/UPPER/00000001", "UPPER"),
        (keys.domain("shop.example"), None),
        (keys.PLATFORM_SETTINGS, None),
    ],
)
def test_a_key_tells_whose_document_it_is(key: str, app: str | None):
    assert keys.app_of(key) == app
