"""``vaas nodes``: the nodes that run now, and what each thinks of the apps' releases."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click

from vaas_cli.client import connect
from vaas_cli.formatting import age
from vaas_cli.output import json_option, put_json, put_table


@click.command("nodes")
@json_option
def command(as_json: bool) -> None:
    """List the nodes of the platform.

    \b
    Example:
      vaas nodes
    """
    nodes = connect().get("nodes")
    if as_json:
        put_json(nodes)
        return
    headings = ("node", "gateway", "console", "version", "started", "apps", "releases")
    put_table(headings, [_row(node) for node in nodes], none="No node runs: `vaas platform` starts one.")


def _row(node: dict[str, Any]) -> tuple[str, ...]:
    states = Counter(status["state"] for releases in node["apps"].values() for status in releases.values())
    counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    return (
        node["id"],
        node["gateway"],
        node["console"],
        node["version"],
        age(node["started_at"]),
        str(len(node["apps"])),
        counts,
    )
