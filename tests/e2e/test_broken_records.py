"""Documents that no reader takes, in the store of a real node: an earlier version wrote them, or a hand."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import httpx
import pytest

from tests.e2e.running import Running

APP = 'import vaas\n\n\n@vaas.app\nclass Shop:\n    @vaas.get("/")\n    async def home(self):\n        return "open"\n'
BROKEN = {
    "/vaas/apps/UPPER": b'{"created_at":"2026-01-01T00:00:00Z","created_by":"ann","name":"UPPER","releases":1}',
    "/vaas/releases/UPPER/00000001": b"{}",
    "/vaas/apps/..": b'{"created_at":"2026-01-01T00:00:00Z","created_by":"ann","name":"..","releases":0}',
    "/vaas/traffic/..": b'{"app":".."}',
    "/vaas/apps/till\n": b"garbage",
    "/vaas/domains/Shop.example": b"{}",
}


def lay(platform: Running, documents: dict[str, bytes]) -> None:
    """Into the store of a node that is down."""
    with closing(sqlite3.connect(platform.home / "data" / "config.sqlite")) as database, database:
        for key, value in documents.items():
            database.execute("INSERT INTO entries VALUES (?, ?, 1, NULL)", (key, value))


@pytest.fixture
def spoilt(own_platform: Running) -> Running:
    """A node with an app that answers, started on a store with all of these."""
    own_platform.deploy("shop", APP)
    own_platform.stop()
    lay(own_platform, BROKEN)
    own_platform.start()
    return own_platform


def test_a_node_whose_store_has_broken_documents_serves_and_is_looked_at_and_worked_with(spoilt: Running):
    assert spoilt.get("/shop/").text == "open"
    listed = spoilt.vaas("apps")
    rows = {line.split()[0]: line for line in listed.stdout.splitlines()[1:]}
    assert "ready" in rows["shop"]
    assert "broken" in rows["UPPER"]
    assert "/vaas/apps/UPPER" in listed.stderr
    assert {app["name"]: app["state"] for app in spoilt.json("status")["apps"]} == {"shop": "ready"}
    shown = spoilt.vaas("status").stdout
    assert all(key.replace("\n", "\\n") in shown for key in BROKEN)
    spoilt.deploy("shop", APP.replace("open", "shut"))
    assert spoilt.get("/shop/").text == "shut"


def test_broken_documents_are_removed_by_name_and_by_key_and_nothing_else_goes(spoilt: Running):
    before = sorted(path for path in (spoilt.home / "data").rglob("*") if "node/releases/shop/" in str(path))
    for name in ("UPPER", ".."):
        assert "for good" in spoilt.vaas("rm", name, "--yes").stdout
    for key in ("/vaas/apps/till\n", "/vaas/domains/Shop.example"):
        assert "is removed for good" in spoilt.vaas("rm", key, "--yes").stdout
    assert spoilt.json("status")["broken"] == []
    assert [app["name"] for app in spoilt.json("apps")] == ["shop"]
    assert spoilt.get("/shop/").text == "open"
    assert before
    assert all(path.exists() for path in before)
    refused = spoilt.vaas("rm", "/vaas/apps/shop", "--yes", ok=False)
    assert (refused.returncode, "is not broken" in refused.stderr) == (1, True)


def test_no_deploy_stores_a_name_that_no_app_can_have(own_platform: Running):
    token = own_platform.vaas("tokens", "create", "robot", "--role", "admin").stdout.strip().split()[-1]
    with httpx.Client(
        base_url=f"{own_platform.console}/api/v1", headers={"Authorization": f"Bearer {token}"}
    ) as client:
        for name in ("UPPER", "%2e%2e", "shop%0A", "a%2Fb"):
            sent = client.patch(f"/apps/{name}/settings", json={"changes": {"env.A": "1"}, "revision": 0})
            assert sent.status_code in (404, 422), sent.text
        assert client.get("/apps").json() == []
        assert client.get("/broken").json() == []
