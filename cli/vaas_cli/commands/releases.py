"""``vaas releases``: what was deployed, who did it, and what became of it."""

from __future__ import annotations

from typing import Any

import click

from vaas_cli.client import connect
from vaas_cli.deploy_report import failure, grant_lines
from vaas_cli.formatting import age, share
from vaas_cli.output import json_option, note, note_lines, put_json, put_table


@click.command("releases")
@click.argument("app")
@json_option
def command(app: str, as_json: bool) -> None:
    """List the releases of APP, newest first.

    \b
    Example:
      vaas releases shop
    """
    releases = connect().get("apps", app, "releases")
    if as_json:
        put_json(releases)
        return
    headings = ("release", "state", "traffic", "version", "deployed", "by", "message")
    put_table(headings, [_row(release) for release in releases], none=f"{app} has no release yet.")
    if releases:
        _explain(releases[0])


def _row(release: dict[str, Any]) -> tuple[str, ...]:
    return (
        f"v{release['number']}",
        (release["outcome"] or {"state": "starting"})["state"],
        share(release["share"]),
        release["manifest"]["version"],
        age(release["created_at"]),
        release["created_by"],
        release["message"],
    )


def _explain(newest: dict[str, Any]) -> None:
    """Why the newest does not answer, if it does not: what one looks here for after a deploy that went wrong."""
    outcome = newest["outcome"] or {"state": "starting"}
    if outcome["state"] == "failed":
        note_lines([f"v{newest['number']} failed to start:", *failure(newest)])
    if outcome["state"] == "waiting":
        lack = " ".join(grant_lines(outcome["missing"]))
        note(f"v{newest['number']} waits for a grant: `vaas grant {newest['app']} {lack}`")
