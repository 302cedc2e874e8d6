"""``vaas show``: one app, all that is decided for it, and its newest release."""

from __future__ import annotations

from typing import Any

import click

from vaas.core.units import format_size
from vaas_cli.client import connect
from vaas_cli.deploy_report import addresses, failure, grant_lines
from vaas_cli.formatting import age, limit
from vaas_cli.output import json_option, put_facts, put_json, put_lines, state
from vaas_cli.revision_report import put_failed
from vaas_cli.styled import joined
from vaas_cli.traffic_words import traffic_words

Fact = tuple[str, str | list[str]]
"""A name, and what stands beside it: a line or several."""


@click.command("show")
@click.argument("app")
@json_option
def command(app: str, as_json: bool) -> None:
    """Show APP: where it answers, its newest release, and its settings.

    \b
    Example:
      vaas show shop
    """
    found = connect().get("apps", app)
    if as_json:
        put_json(found)
        return
    put_facts([*_app(found), *_release(found["release"]), *_settings(found["settings"])])
    put_failed({**found["settings"], "trial": found["trial"], "in_force": found["settings"]["revision"]})
    outcome = (found["release"] or {}).get("outcome")
    if outcome and outcome["state"] == "failed":
        put_lines(["", f"v{found['release']['number']} failed to start:", *failure(found["release"])])


def _app(app: dict[str, Any]) -> list[Fact]:
    return [
        ("app", app["name"]),
        ("state", state(app["state"])),
        ("quarantined", app.get("quarantine", "")),
        ("broken", [f"{key}: {why}" for key, why in app.get("broken", {}).items()]),
        ("answers at", addresses(app)),
        ("traffic", traffic_words(app["traffic"])),
        ("created", f"{age(app['created_at'])} by {app['created_by']}"),
    ]


def _release(release: dict[str, Any] | None) -> list[Fact]:
    if release is None:
        return []
    version = release["manifest"]["version"]
    outcome = release["outcome"] or {"state": "starting"}
    return [
        ("newest", joined(f"v{release['number']}{f' ({version})' if version else ''}, ", state(outcome["state"]))),
        ("deployed", f"{age(release['created_at'])} by {release['created_by']}"),
        ("message", release["message"]),
        ("bundle", f"{release['digest'][:12]}, {format_size(release['size'])}"),
        ("asks for", grant_lines(release["manifest"]["policy"])),
        ("waits for", grant_lines(outcome.get("missing"))),
    ]


def _settings(settings: dict[str, Any]) -> list[Fact]:
    return [
        ("granted", grant_lines(settings["grants"])),
        ("env", [f"{name}={value}" for name, value in settings["env"].items()]),
        ("limits", [f"{name}={limit(name, value)}" for name, value in settings["limits"].items()]),
        ("settings", f"revision {settings['revision']}"),
    ]
