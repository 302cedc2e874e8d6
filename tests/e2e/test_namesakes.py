"""An app that was removed leaves nothing on a real node, and a later one of its name has nothing of it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx

from tests.e2e.running import Running

APP = """
import os
import vaas


@vaas.app
class Shop:
    @vaas.get("/")
    def home(self):
        print("a secret of the old one")
        with open("/data/notes", "a") as file:
            file.write("secret")
        return {"uid": os.getuid(), "data": len(os.listdir("/data")), "key": os.environ.get("KEY")}

    @vaas.get("/broken")
    def broken(self):
        raise ValueError("an error of the old one")
"""
TRUSTED = 'code = "trusted"\n'
ASKS_MORE = TRUSTED + '[permissions]\nnet = ["a.example:1"]\n'
SET_ASIDE = ("removed/",)


def used(platform: Running) -> str:
    """An app that has all that one can have, and a token of its owner."""
    platform.deploy("shop", APP, TRUSTED)
    platform.vaas("settings", "shop", "set", "env.KEY=old", "limits.timeout=20s")
    platform.vaas("domains", "add", "shop.example.com", "shop")
    platform.vaas("traffic", "shop", "lock", "v1")
    for path in ("/shop/", "/shop/", "/shop/broken"):
        platform.get(path)
    platform.vaas("run", "shop", "--", "python", "-c", "print(1)")
    folder = platform.app("shop", APP + "\n", ASKS_MORE)
    platform.vaas("deploy", str(folder), ok=False)  # it waits for a grant
    assert [each["app"] for each in platform.json("grants")] == ["shop"]
    return platform.vaas("tokens", "create", "ci", "--role", "owner", "--app", "shop").stdout.strip().split()[-1]


def in_the_store(platform: Running) -> list[str]:
    with closing(sqlite3.connect(platform.home / "data" / "config.sqlite")) as database:
        rows = database.execute("SELECT key, value FROM entries").fetchall()
    return [key for key, value in rows if "shop" in key or b"shop" in bytes(value)]


def on_the_disk(platform: Running) -> list[str]:
    data = platform.home / "data"
    found = [str(path.relative_to(data)) for path in data.rglob("*") if "shop" in path.name]
    found += [str(path.relative_to(data)) for path in named_in(data)]
    return sorted(path for path in found if not path.startswith(SET_ASIDE))


def named_in(data: Path) -> list[Path]:
    """The node's own files that mention it."""
    files = [data / "last-good", data / "node" / "uids.json", data / "node" / "running.json"]
    return [file for file in files if file.exists() and b"shop" in file.read_bytes()]


def of_the_api(platform: Running, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{platform.console}/api/v1/apps/shop/logs", headers=headers, timeout=20).status_code


def metrics(platform: Running) -> str:
    token = platform.vaas("tokens", "create", "reader").stdout.strip().split()[-1]
    return httpx.get(f"{platform.console}/metrics", headers={"Authorization": f"Bearer {token}"}, timeout=20).text


def test_a_purged_app_leaves_nothing_in_the_store_and_on_the_disk(own_platform: Running):
    token = used(own_platform)
    assert in_the_store(own_platform)
    assert on_the_disk(own_platform)
    own_platform.vaas("rm", "shop", "--purge", "--yes")
    own_platform.stop()
    assert in_the_store(own_platform) == []
    assert on_the_disk(own_platform) == []
    assert not [*(own_platform.home / "data" / "removed").iterdir()]
    own_platform.start()
    assert of_the_api(own_platform, token) == 401


def test_an_app_made_later_under_that_name_has_nothing_of_the_old_one(own_platform: Running):
    token = used(own_platform)
    before = own_platform.get("/shop/").json()
    assert (before["key"], "a secret" in own_platform.vaas("logs", "shop").stdout) == ("old", True)
    own_platform.vaas("rm", "shop", "--yes")
    assert of_the_api(own_platform, token) == 401
    own_platform.deploy("shop", APP, TRUSTED)
    has_nothing_of(before, own_platform, token)


def test_it_has_nothing_either_where_the_node_was_killed_before_it_could_clear_up(own_platform: Running):
    token = used(own_platform)
    before = own_platform.get("/shop/").json()
    assert own_platform.process is not None
    # What the store says is removed; what the node would have done with it is not: as with a node that was down.
    own_platform.stop(signal.SIGKILL)
    with closing(sqlite3.connect(own_platform.home / "data" / "config.sqlite")) as database, database:
        tokens = database.execute("SELECT key, value FROM entries WHERE key LIKE '/vaas/tokens/%'").fetchall()
        database.execute("DELETE FROM entries WHERE key LIKE '%/shop%'")
        for key, value in tokens:
            if b"shop" in value:
                document = json.loads(value) | {"apps": [], "revoked_at": "2026-01-01T00:00:00Z"}
                database.execute("UPDATE entries SET value = ? WHERE key = ?", (json.dumps(document).encode(), key))
    own_platform.start()
    assert own_platform.get("/shop/").status_code == 404
    own_platform.deploy("shop", APP, TRUSTED)
    has_nothing_of(before, own_platform, token)


def has_nothing_of(old: dict[str, object], platform: Running, token: str) -> None:
    counted = [line for line in metrics(platform).splitlines() if line.startswith("vaas_") and '"shop"' in line]
    assert 'vaas_calls_total{app="shop"} 1' in counted, "the probe of its deploy"
    assert 'vaas_errors_total{app="shop"} 0' in counted
    assert not any("error_responses" in line for line in counted)
    logged = platform.vaas("logs", "shop").stdout
    assert ("secret" in logged, "of the old one" in logged) == (False, False)
    new = platform.get("/shop/").json()
    assert (new["data"], new["key"]) == (1, None)
    assert new["uid"] != old["uid"] or os.geteuid() != 0
    assert of_the_api(platform, token) == 401
    assert platform.json("domains") == []
    assert platform.json("grants") == []
    assert platform.json("traffic", "shop")["mode"] == "latest"
    settings = platform.json("settings", "shop")
    assert (settings["env"], settings["limits"], settings["revision"]) == ({}, {}, 1)
    assert [each["number"] for each in platform.json("releases", "shop")] == [1]
    assert platform.vaas("run", "shop", "--history").stdout.strip() == ""
