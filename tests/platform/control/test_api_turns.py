"""However much there is, no list keeps the node's loop from its next turn."""

from __future__ import annotations

from typing import Any

import pytest

from tests.slow_callbacks import watching
from vaas.core.policy import Permissions, Policy
from vaas.platform.records import bounds, keys
from vaas.platform.records.documents import put
from vaas.platform.records.records import (
    App,
    Domain,
    Grants,
    Manifest,
    Node,
    Outcome,
    Release,
    ReleaseStatus,
    Removed,
    Run,
    Settings,
    Token,
    Traffic,
    now,
)
from vaas.platform.store.interface import Put

APPS = 400
AT = now()
LARGE = Policy(
    permissions=Permissions(
        **{kind: tuple(f"{kind}.a{n}.b{n}" for n in range(256)) for kind in ("modules", "env", "net")}
    )
)


def of_app(name: str, number: int) -> list[Put]:
    manifest = Manifest(name=name, policy=LARGE if number % 20 == 0 else Policy())
    release = Release(
        app=name,
        number=1,
        digest="0" * 64,
        size=1,
        manifest=manifest,
        created_at=AT,
        created_by="ann",
        message="m" * 999,
    )
    lack = Grants(permissions=LARGE.permissions)
    outcome = Outcome(app=name, number=1, state="waiting", missing=lack, traceback="t" * 5000, at=AT)
    removed = Removed(app=f"{name}-old", created_at=AT, removed_at=AT, removed_by="ann", documents={"k": "v" * 9000})
    token = Token(
        id=f"{number:012x}", digest="0" * 64, name=name, role="owner", apps=[name] * 9, created_at=AT, created_by="a"
    )
    return [
        put(keys.app(name), App(name=name, created_at=AT, created_by="ann", releases=1)),
        put(keys.release(name, 1), release),
        put(keys.outcome(name, 1), outcome),
        put(keys.traffic(name), Traffic(app=name)),
        put(
            keys.domain(f"{name}.example"), Domain(domain=f"{name}.example", app=name, created_at=AT, created_by="ann")
        ),
        put(keys.removed(f"{name}-old", int(AT.timestamp() * 1_000_000)), removed),
        put(keys.token(token.id), token),
    ]


def of_shop(number: int) -> list[Put]:
    """One app with a long past."""
    release = Release(
        app="shop",
        number=number,
        digest="0" * 64,
        size=1,
        manifest=Manifest(name="shop"),
        created_at=AT,
        created_by="ann",
    )
    settings = Settings(
        app="shop", revision=number, author="ann", at=AT, env={"A": "x" * 20_000}, change=f"env.A='{'y z' * 1000}'"
    )
    run = Run(app="shop", number=number, command=("x" * 5000,), release=1, node="n1", by="ann", at=AT)
    kept = [put(keys.history("shop", number), settings), put(keys.run("shop", number), run)]
    return [put(keys.release("shop", number), release), *(kept if number <= bounds.HISTORY.most else [])]


@pytest.fixture
def large(api: Any) -> Any:
    """A platform with hundreds of apps, of which one has hundreds of releases, revisions and runs."""
    statuses = {f"app{n}": {1: ReleaseStatus(state="ready", steps={"start": 0.1})} for n in range(APPS)}
    node = Node(id="n1", gateway="http://g", console="http://c", started_at=AT, version="1", apps=statuses)
    changes = [
        put(keys.node("n1"), node),
        put(keys.app("shop"), App(name="shop", created_at=AT, created_by="a", releases=300)),
    ]
    for number in range(APPS):
        changes += of_app(f"app{number}", number)
    for number in range(1, 301):
        changes += of_shop(number)
    api.run(api.store.commit(changes))
    return api


@pytest.mark.parametrize(
    "path",
    [
        "/apps",
        "/status",
        "/broken",
        "/grants",
        "/domains",
        "/removed",
        "/tokens",
        "/nodes",
        "/openapi.json",
        "/apps/shop",
        "/apps/shop/releases",
        "/apps/shop/settings",
        "/apps/shop/settings/history",
        "/apps/shop/runs",
        "/apps/nothing",
        "/../../metrics",
    ],
)
@pytest.mark.parametrize("role", ["admin", "viewer"])
def test_a_list_of_much_takes_no_long_turn(large: Any, path: str, role: str):
    token = None if role == "admin" else large.token("viewer")
    with watching() as watch:
        response = large.request("GET", path, token=token)
    assert response.status_code in ((200, 404) if role == "admin" else (200, 403, 404))
    watch.check()


def test_what_is_changed_of_an_app_with_a_long_past_takes_no_long_turn(large: Any):
    with watching() as watch:
        large.ok(large.request("PATCH", "/apps/shop/settings", {"changes": {"env.B": "x" * 60_000}, "revision": 0}))
        large.ok(large.request("DELETE", "/apps/shop"))
        large.ok(large.request("POST", "/apps/shop/restore"))
        large.ok(large.request("DELETE", "/apps/app1"))
        large.ok(large.request("POST", "/apps/app1/restore"))
    watch.check()
