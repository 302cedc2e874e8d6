from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.platform.records import keys, records
from vaas.platform.records.records import (
    App,
    Domain,
    Node,
    Outcome,
    Record,
    Release,
    Removed,
    Settings,
    Token,
    Traffic,
    Trial,
    stamp,
)
from vaas.platform.records.snapshot import AppRecords, Snapshot, changes, fold
from vaas.platform.store.interface import Entry, Event, Listing

AT = datetime(2026, 1, 2, tzinfo=UTC)
APPS = ("shop", "blog")


def load(listing: Listing) -> Snapshot:
    return fold(Snapshot(), [Event(*entry) for entry in listing.entries], listing.revision)


def app(name: str, releases: int = 0) -> App:
    return App(name=name, created_at=AT, created_by="ada", releases=releases)


def release(name: str, number: int, message: str = "") -> Release:
    manifest = records.Manifest(name=name)
    return Release(
        app=name, number=number, digest="0" * 64, size=1, manifest=manifest, created_at=AT, created_by="ada",
        message=message,
    )  # fmt: skip


def domain(name: str, app: str) -> Domain:
    return Domain(domain=name, app=app, created_at=AT, created_by="ada")


def event(key: str, value: Record | bytes | None) -> Event:
    return Event(key, records.encode(value) if isinstance(value, Record) else value, 1)


def after(*events: Event, snapshot: Snapshot = Snapshot()) -> Snapshot:  # noqa: B008 (it is immutable)
    return fold(snapshot, events, snapshot.revision + 1)


SHOP = event(keys.app("shop"), app("shop"))
BLOG = event(keys.app("blog"), app("blog"))


def test_every_kind_of_document_finds_its_place() -> None:
    settings = Settings(app="shop", revision=1, author="ada", at=AT)
    removed = Removed(app="shop", created_at=AT, removed_at=AT, removed_by="ada")
    trial = Trial(app="shop", settings=settings, at=AT)
    traffic = Traffic(app="shop", latest=2, weights={1: 0.5})
    outcome = Outcome(app="shop", number=2, state="ready", at=AT)
    node = Node(id="n1", gateway="g", console="c", started_at=AT, version="1")
    token = Token(id="t1", digest="d", name="ci", role="admin", created_at=AT, created_by="ada")
    snapshot = after(
        SHOP,
        event(keys.settings("shop"), settings),
        event(keys.trial("shop"), trial),
        event(keys.removed("shop", stamp(AT)), removed),
        event(keys.traffic("shop"), traffic),
        event(keys.release("shop", 2), release("shop", 2)),
        event(keys.outcome("shop", 2), outcome),
        event(keys.domain("shop.example"), domain("shop.example", "shop")),
        event(keys.node("n1"), node),
        event(keys.token("t1"), token),
    )
    one = AppRecords(
        "shop",
        app("shop"),
        settings,
        traffic,
        {2: release("shop", 2)},
        {2: outcome},
        trial=trial,
        removed={stamp(AT): removed},
    )
    assert snapshot == Snapshot(1, {"shop": one}, {"shop.example": domain("shop.example", "shop")})


def test_a_deleted_document_leaves_its_place() -> None:
    full = after(
        SHOP, event(keys.release("shop", 1), release("shop", 1)), event(keys.release("shop", 2), release("shop", 2))
    )
    assert set(after(event(keys.release("shop", 1), None), snapshot=full).apps["shop"].releases) == {2}


def test_an_app_of_which_nothing_is_left_is_gone() -> None:
    assert after(event(keys.app("shop"), None), snapshot=after(SHOP, BLOG)).apps.keys() == {"blog"}


def test_an_earlier_snapshot_never_changes() -> None:
    before = after(SHOP)
    after(event(keys.release("shop", 1), release("shop", 1)), BLOG, snapshot=before)
    assert before == after(SHOP)


@pytest.mark.parametrize("bad", [b"{", b"\xff", b"{}", b'{"app":"shop","surprise":1}', b""])
def test_a_document_that_cannot_be_read_quarantines_its_app_alone_and_says_why(bad: bytes) -> None:
    snapshot = after(SHOP, BLOG, event(keys.traffic("shop"), bad))
    assert "not a valid document" in snapshot.apps["shop"].broken[keys.traffic("shop")]
    assert snapshot.apps["blog"] == after(BLOG).apps["blog"]


@pytest.mark.parametrize(
    ("key", "record"),
    [
        (keys.traffic("shop"), Traffic(app="blog")),
        (keys.release("shop", 1), release("shop", 2)),
        (keys.app("shop"), app("blog")),
    ],
)
def test_a_document_that_lies_under_the_key_of_another_is_not_believed(key: str, record: Record) -> None:
    snapshot = after(event(key, record))
    assert "this document belongs under" in snapshot.apps["shop"].broken[key]


def test_a_document_that_is_put_right_ends_the_quarantine() -> None:
    broken = after(SHOP, event(keys.traffic("shop"), b"{"))
    assert after(event(keys.traffic("shop"), Traffic(app="shop")), snapshot=broken).apps["shop"].broken == {}
    assert after(event(keys.traffic("shop"), None), snapshot=broken).apps["shop"].broken == {}


def test_a_broken_document_of_no_app_harms_no_app() -> None:
    assert after(SHOP, event(keys.domain("x.example"), b"{"), event(keys.token("t"), b"{")) == after(SHOP)


@pytest.mark.parametrize(
    "key",
    [
        "/vaas/secrets/shop",
        "/vaas/apps/shop/1",
        "/vaas/releases/shop",
        "/vaas/releases/shop/one",
        "/vaas/apps/",
        "other",
    ],
)
def test_keys_of_no_known_shape_are_passed_over(key: str) -> None:
    assert after(event(key, b"{")) == Snapshot(1)


def test_changes_are_the_apps_whose_documents_or_domains_differ() -> None:
    before = after(SHOP, BLOG, event(keys.domain("a.example"), domain("a.example", "shop")))
    assert changes(before, after(event(keys.app("shop"), app("shop", 1)), snapshot=before)) == {"shop"}
    assert changes(before, after(event(keys.app("blog"), None), snapshot=before)) == {"blog"}
    moved = after(event(keys.domain("a.example"), domain("a.example", "blog")), snapshot=before)
    assert changes(before, moved) == {"shop", "blog"}
    assert changes(before, after(event(keys.app("shop"), app("shop")), snapshot=before)) == frozenset()
    assert changes(before, after(event(keys.token("t"), b"{"), snapshot=before)) == frozenset()


documents = st.one_of(
    st.builds(lambda name, n: (keys.app(name), records.encode(app(name, n))), st.sampled_from(APPS), st.integers(0, 2)),
    st.builds(
        lambda name, n, m: (keys.release(name, n), records.encode(release(name, n, m))),
        st.sampled_from(APPS),
        st.integers(1, 2),
        st.sampled_from("ab"),
    ),
    st.builds(
        lambda d, name: (keys.domain(d), records.encode(domain(d, name))), st.sampled_from("xy"), st.sampled_from(APPS)
    ),
    st.builds(lambda name: (keys.traffic(name), b"{"), st.sampled_from(APPS)),
)
Edits = list[tuple[str, bytes | None]]
edits = st.lists(
    st.tuples(documents, st.booleans()).map(lambda edit: (edit[0][0], None if edit[1] else edit[0][1])), max_size=20
)


@given(edits, st.integers(0, 20))
def test_following_events_leads_to_the_same_snapshot_as_listing_anew(
    edits: list[tuple[str, bytes | None]], cut: int
) -> None:
    """Whatever part of them came in the first listing."""

    def listing(edits: Edits) -> Listing:
        held: dict[str, bytes] = {}
        for key, value in edits:
            held.pop(key, None) if value is None else held.update({key: value})
        return Listing([Entry(key, value, 1) for key, value in sorted(held.items())], len(edits))

    followed = load(listing(edits[:cut]))
    for revision, (key, value) in enumerate(edits[cut:], cut + 1):
        followed = fold(followed, [Event(key, value, revision)], revision)
    assert followed.apps == load(listing(edits)).apps
    assert changes(followed, load(listing(edits))) == frozenset()


@pytest.mark.parametrize("name", ["UPPER", "..", "shop\n", "a" * 64])
def test_what_lies_under_a_name_that_no_app_can_have_is_of_no_app(name: str):
    entries = [Entry(f"/vaas/{kind}/{name}", b"{}", 1) for kind in ("apps", "traffic", "settings", "trials")]
    entries.append(Entry(f"/vaas/releases/{name}/00000001", b"{}", 1))
    assert load(Listing(entries, 1)).apps == {}
