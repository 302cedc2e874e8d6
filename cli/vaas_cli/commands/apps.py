"""``vaas apps``: every app with its state and who answers."""

from __future__ import annotations

from typing import Any

import click

from vaas_cli.client import connect
from vaas_cli.output import json_option, put_json, put_table
from vaas_cli.quarantine import put_quarantined
from vaas_cli.traffic_words import traffic_words


@click.command("apps")
@json_option
def command(as_json: bool) -> None:
    """List the apps.

    \b
    Example:
      vaas apps
    """
    apps = connect().get("apps")
    if as_json:
        put_json(apps)
    else:
        none = "There is no app yet. `vaas init` makes a project, `vaas deploy` deploys it."
        put_table(("app", "state", "traffic", "releases", "url", "domains"), [_row(app) for app in apps], none=none)
        put_quarantined(apps)


def _row(app: dict[str, Any]) -> tuple[str, ...]:
    return (
        app["name"],
        app["state"],
        traffic_words(app["traffic"]),
        str(app["releases"]),
        app["url"],
        ", ".join(app["domains"]),
    )
