"""A revision of the settings: waiting until it is known whether the app starts with it, and saying so.

Used by ``settings``, ``grant`` and ``show``.
"""

from __future__ import annotations

import time
from typing import Any

import click

from vaas.core.errors import Unavailable
from vaas_cli.client import Client
from vaas_cli.deploy_report import ASK_AGAIN, PATIENCE, failure
from vaas_cli.errors import Refused
from vaas_cli.output import note, note_lines, put_lines
from vaas_cli.progress import Progress
from vaas_cli.styled import styled

Revision = dict[str, Any]
"""The API's ``SettingsView``."""


class StillTried(Unavailable):
    """After {seconds:.0f} s it is not known whether {app} starts with revision {revision}; revision {in_force} is in
    force. See `vaas show {app}`, and `vaas nodes` for whether any node runs."""


def newest_revision(client: Client, app: str) -> int:
    """What a change is made on; 0 for an app of which nothing is known yet."""
    try:
        return int(client.get("apps", app, "settings")["revision"])
    except Refused as refused:
        if refused.status == 404:
            return 0
        raise


def releases_so_far(client: Client, app: str) -> list[dict[str, Any]]:
    try:
        releases: list[dict[str, Any]] = client.get("apps", app, "releases")
    except Refused as refused:
        if refused.status == 404:
            return []
        raise
    return releases


def note_undeployed(client: Client, app: str) -> None:
    """Says so of an app that has no release: the name may have been misspelled."""
    if not releases_so_far(client, app):
        note(f"{app} is not deployed yet: this counts from its first `vaas deploy` on. `vaas rm {app}` takes it back.")


def await_revision(client: Client, revision: Revision) -> Revision:
    """The revision, as soon as it is known whether the app starts with it. Raises ``StillTried``."""
    app, number = revision["app"], revision["revision"]
    until = time.monotonic() + PATIENCE
    with Progress() as progress:
        progress.step("settings", f"{app}: starting with revision {number}")
        while revision["state"] == "starting" and time.monotonic() < until:
            revision = client.get("apps", app, "settings", "revisions", number, wait=ASK_AGAIN)
    if revision["state"] == "starting":
        raise StillTried(seconds=PATIENCE, app=app, revision=number, in_force=revision["in_force"])
    return revision


def stop_if_failed(revision: Revision) -> None:
    """Ends the command with what went wrong, unless the revision is in force and the app starts with it."""
    if revision["state"] == "failed":
        note_lines(_why(revision))
        raise click.exceptions.Exit(1)


def put_failed(settings: Revision) -> None:
    """Under what is in force: a newer revision that the app does not start with, or that is being tried."""
    trial = settings["trial"]
    if trial is None:
        return
    if trial["state"] == "failed":
        put_lines(["", *_failed(settings, trial)])
    elif trial["settings"]["revision"] != settings["revision"]:
        put_lines(["", f"Revision {trial['settings']['revision']} is being tried: {trial['settings']['change']}"])


def _why(revision: Revision) -> list[str]:
    """Why a revision is not in force, or of no use."""
    trial, number = revision["trial"], revision["revision"]
    if trial is None or trial["settings"]["revision"] != number:
        return [f"{revision['app']}: revision {number} is not in force: {revision['failed']}"]
    return _failed(revision, trial)


def _failed(settings: Revision, trial: dict[str, Any]) -> list[str]:
    """Why the app does not start with the revision that was tried, and which settings it has now."""
    app, number, in_force = settings["app"], trial["settings"]["revision"], settings["in_force"]
    said = failure({"outcome": trial})
    if trial["at_once"]:
        title = f"{app}: revision {number} is in force, but v{trial['release']} does not start with it:"
        return [styled(title, fg="red"), *said, "`vaas settings` and `vaas grant` change it again."]
    title = f"{app}: v{trial['release']} does not start with revision {number}:"
    return [styled(title, fg="red"), *said, f"Revision {in_force} stays in force, and goes on answering."]
