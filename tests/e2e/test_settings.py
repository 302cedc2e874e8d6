"""A change of settings on a real platform: it is in force once the app has started with it, or it has failed."""

from __future__ import annotations

import time
from textwrap import dedent

from tests.e2e.running import Running

MODAL = dedent(
    """
    import vaas

    MODE = vaas.env.get("MODE", "plain")
    if MODE == "bad":
        raise RuntimeError("no such mode: bad")

    @vaas.app
    class Modal:
        @vaas.get("/")
        async def mode(self):
            return MODE
    """
).lstrip()


def until_asleep(platform: Running, app: str) -> None:
    deadline = time.monotonic() + 20
    while any(each["hosts"] for each in platform.json("status")["apps"] if each["name"] == app):
        assert time.monotonic() < deadline, "its host does not go to sleep"


def test_a_setting_that_the_app_does_not_start_with_is_a_failed_revision_also_after_a_restart(own_platform: Running):
    own_platform.deploy("modal", MODAL)
    own_platform.vaas("settings", "modal", "set", "env.MODE=dark")
    refused = own_platform.vaas("settings", "modal", "set", "env.MODE=bad", ok=False)
    assert refused.returncode == 1
    assert "no such mode: bad" in refused.stderr
    assert "app.py:5" in refused.stderr
    assert "Revision 2 stays in force" in refused.stderr
    assert own_platform.get("/modal/").text == "dark"
    own_platform.stop()
    own_platform.start()
    assert own_platform.get("/modal/").text == "dark"
    shown = own_platform.vaas("show", "modal").stdout
    assert "MODE=dark" in shown
    assert "does not start with revision 3" in shown
    assert "no such mode: bad" in shown


def test_a_setting_is_tried_too_while_the_app_sleeps(platform: Running):
    platform.deploy("sleeps", MODAL, manifest="[limits]\nidle = '1s'\n")
    platform.get("/sleeps/")
    until_asleep(platform, "sleeps")
    assert platform.vaas("settings", "sleeps", "set", "env.MODE=bad", ok=False).returncode == 1
    assert platform.get("/sleeps/").text == "plain"


def test_after_a_failed_revision_the_next_change_is_made_on_what_is_in_force(platform: Running):
    platform.deploy("next", MODAL)
    platform.vaas("settings", "next", "set", "env.MODE=bad", ok=False)
    platform.vaas("settings", "next", "set", "env.OTHER=1")
    settings = platform.json("settings", "next")
    assert (settings["revision"], settings["env"], settings["trial"]) == (3, {"OTHER": "1"}, None)
    assert "not in force" in platform.vaas("settings", "next", "history").stdout


def test_a_limit_that_the_app_cannot_start_under_is_a_failed_revision(platform: Running):
    slow = "import time\n" + MODAL.replace("MODE = ", "time.sleep(0.5)\nMODE = ")
    platform.deploy("tight", slow)
    refused = platform.vaas("settings", "tight", "set", "limits.start=100ms", ok=False)
    assert refused.returncode == 1
    assert platform.json("settings", "tight")["limits"] == {}
    assert platform.get("/tight/").text == "plain"


def test_a_grant_taken_away_is_gone_at_once_and_it_is_said_that_the_app_does_not_start_without(platform: Running):
    platform.deploy(
        "needs", "import socket\n" + MODAL, manifest="[permissions]\nmodules = ['socket']\nnet = ['127.0.0.1:1']\n"
    )
    refused = platform.vaas("grant", "needs", "--remove", "net=127.0.0.1:1", ok=False)
    assert refused.returncode == 1
    assert "is in force, but v1 does not start with it" in refused.stderr
    assert platform.get("/needs/").status_code >= 500
    assert platform.json("settings", "needs")["grants"]["permissions"] == {"modules": ["socket"]}


def test_what_is_forced_is_in_force_although_the_app_does_not_start(platform: Running):
    platform.deploy("forced", MODAL)
    refused = platform.vaas("settings", "forced", "set", "env.MODE=bad", "--force", ok=False)
    assert "is in force, but v1 does not start with it" in refused.stderr
    platform.vaas("settings", "forced", "set", "env.MODE=good")
    assert platform.get("/forced/").text == "good"


def test_what_is_set_before_the_first_deploy_counts_from_then_on(platform: Running):
    told = platform.vaas("settings", "early", "set", "env.MODE=dark").stderr
    assert "early is not deployed yet" in told
    assert "not deployed yet" in platform.vaas("apps").stdout
    assert "MODE=dark" in platform.vaas("show", "early").stdout
    platform.deploy("early", MODAL)
    assert platform.get("/early/").text == "dark"
