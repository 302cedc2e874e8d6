"""A change of the settings, from the command's point of view: until it is known whether the app starts with it."""

from __future__ import annotations

from typing import Any

import pytest
from vaas_cli import revision_report

from tests.cli.fake_platform import detail, outcome, problem, release, settings

CHANGE = ("settings", "shop", "set", "env.MODE=dark")
WHY = {"error": "ValueError: dark", "where": "app.py:3", "traceback": "Traceback: dark\n"}


def tried(revision: int, state: str = "failed", **given: Any) -> dict[str, Any]:
    made = {"settings": settings(revision=revision), "release": 7, "at_once": False}
    return {**outcome(state, number=7, **WHY), **made, **given}


@pytest.fixture
def platform(api):
    api.on("GET", "/apps/shop/settings", settings(revision=3))
    api.on("PATCH", "/apps/shop/settings", settings(revision=4, state="starting", in_force=3))
    api.on("GET", "/apps/shop/releases", [release(7)])
    return api


def test_the_command_asks_until_the_app_has_started_with_it(vaas, platform):
    still = settings(revision=4, state="starting", in_force=3)
    platform.on("GET", "/apps/shop/settings/revisions/4", still, settings(revision=4, env={"MODE": "dark"}))
    result = vaas(*CHANGE)
    assert result.exit_code == 0
    assert len(platform.requests("GET", "/revisions/4")) == 2
    assert "env.MODE  dark" in result.stdout


def test_a_revision_that_the_app_does_not_start_with_fails_the_command_and_leaves_the_one_before(vaas, platform):
    failed = settings(revision=4, state="failed", in_force=3, trial=tried(4))
    platform.on("GET", "/apps/shop/settings/revisions/4", failed)
    result = vaas(*CHANGE)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "shop: v7 does not start with revision 4:" in result.stderr
    assert "ValueError: dark" in result.stderr
    assert "Revision 3 stays in force" in result.stderr


def test_one_that_counts_at_once_is_in_force_all_the_same(vaas, platform):
    failed = settings(revision=4, state="failed", in_force=4, trial=tried(4, at_once=True))
    platform.on("GET", "/apps/shop/settings/revisions/4", failed)
    result = vaas(*CHANGE)
    assert result.exit_code == 1
    assert "shop: revision 4 is in force, but v7 does not start with it:" in result.stderr


def test_one_that_has_failed_before_another_was_tried_says_why(vaas, platform):
    failed = settings(revision=4, state="failed", failed="it was taken back", in_force=3, trial=tried(5))
    platform.on("GET", "/apps/shop/settings/revisions/4", failed)
    result = vaas(*CHANGE)
    assert (result.exit_code, result.stderr) == (1, "shop: revision 4 is not in force: it was taken back\n")


def test_one_of_which_nothing_is_known_in_time_says_what_is_in_force(vaas, platform, monkeypatch):
    monkeypatch.setattr(revision_report, "PATIENCE", 0.0)
    result = vaas(*CHANGE)
    assert result.exit_code == 1
    assert "revision 4; revision 3 is in" in " ".join(result.stderr.split())


def test_a_revision_that_is_being_tried_is_shown_under_the_one_in_force(vaas, api):
    trial = tried(4, "starting", settings=settings(revision=4, change="env.MODE=light"))
    api.on("GET", "/apps/shop", detail(trial=trial, settings=settings(revision=3, trial=trial)))
    api.on("GET", "/apps/shop/settings", settings(revision=3, trial=trial))
    assert "Revision 4 is being tried: env.MODE=light" in vaas("settings", "shop").stdout


def test_a_revision_that_has_started_is_not_told_as_a_trial(vaas, api):
    api.on("GET", "/apps/shop/settings", settings(revision=3, trial=tried(3, "ready")))
    assert "tried" not in vaas("settings", "shop").stdout


def test_the_first_change_of_an_app_that_is_not_there_yet_says_so(vaas, api):
    api.refuse("GET", "/apps/shop/settings", 404, "There is no app shop.")
    api.refuse("GET", "/apps/shop/releases", 404, "There is no app shop.")
    api.on("PATCH", "/apps/shop/settings", settings(revision=1))
    result = vaas(*CHANGE)
    assert api.requests("PATCH")[0].json["revision"] == 0
    assert "shop is not deployed yet: this counts from its first `vaas deploy` on." in result.stderr


@pytest.mark.parametrize("refused", ["settings", "releases"])
def test_any_other_refusal_is_told_as_it_is(vaas, api, refused):
    for name, answer in (("settings", settings(revision=3)), ("releases", [release(7)])):
        api.on("GET", f"/apps/shop/{name}", problem(403, "Not for you.") if name == refused else answer)
    api.on("PATCH", "/apps/shop/settings", settings(revision=4))
    result = vaas(*CHANGE)
    assert (result.exit_code, result.stderr) == (1, "error: Not for you.\n")
