"""An app whose stored record cannot be worked on is quarantined with its reason, and the others go on."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from tests.e2e.running import Running

APP = 'import vaas\n\n\n@vaas.app\nclass Shop:\n    @vaas.get("/")\n    async def home(self):\n        return "open"\n'
RELEASE = "/vaas/releases/large/00000001"


@pytest.fixture
def spoilt(own_platform: Running) -> Running:
    """A node that was stopped; the manifest of one app in its store has 20,000 names, as none is taken now."""
    own_platform.deploy("large", APP)
    own_platform.deploy("shop", APP)
    own_platform.stop()
    with closing(sqlite3.connect(own_platform.home / "data" / "config.sqlite")) as database, database:
        (value,) = database.execute("SELECT value FROM entries WHERE key = ?", (RELEASE,)).fetchone()
        release = json.loads(value)
        release["manifest"]["policy"]["permissions"] = {"modules": [f"m{number}" for number in range(20_000)]}
        database.execute("UPDATE entries SET value = ? WHERE key = ?", (json.dumps(release).encode(), RELEASE))
    own_platform.start()
    return own_platform


def test_a_stored_manifest_beyond_the_bounds_quarantines_its_app_alone(spoilt: Running):
    reason = "20000 entries; 256 entries are the most"
    assert spoilt.get("/shop/").text == "open"
    assert spoilt.get("/large/").status_code in (404, 503)
    listed = {app["name"]: app for app in spoilt.json("apps")}
    assert (listed["shop"]["state"], listed["shop"]["quarantine"]) == ("ready", "")
    assert listed["large"]["state"] == "quarantined"
    assert reason in listed["large"]["quarantine"]
    assert {app["name"]: app["state"] for app in spoilt.json("status")["apps"]} == {
        "large": "quarantined",
        "shop": "ready",
    }
    for words in (("apps",), ("status",), ("show", "large")):
        shown = spoilt.vaas(*words).stdout
        assert reason in " ".join(shown.split()), shown
    spoilt.deploy("shop", APP.replace("open", "shut"))
    assert spoilt.get("/shop/").text == "shut"


def test_a_quarantined_app_can_be_removed_and_made_anew(spoilt: Running):
    spoilt.vaas("rm", "large", "--yes")
    spoilt.deploy("large", APP)
    assert spoilt.get("/large/").text == "open"
