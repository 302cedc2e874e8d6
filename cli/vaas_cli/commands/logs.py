"""``vaas logs``: what an app printed and logged, with the release, the worker and the request it belongs to."""

from __future__ import annotations

import click

from vaas.core.units import parse_seconds
from vaas_cli.client import connect
from vaas_cli.formatting import argument
from vaas_cli.log_lines import lines
from vaas_cli.output import put_json, put_lines


@click.command("logs")
@click.argument("app")
@click.option("-f", "--follow", is_flag=True, help="Go on with what is still to come, until Ctrl-C.")
@click.option("--since", type=argument(parse_seconds), metavar="SPAN", help="Only the last 30s, 10m, 2h, 1d.")
@click.option("--grep", help="Only lines that contain this, or are of the request with this id.")
@click.option("--request", metavar="ID", help="Only lines of the request with this id, as `x-request-id` tells it.")
@click.option("--full", is_flag=True, help="With the frames that tracebacks leave out: those of packages.")
@click.option("-n", "--limit", type=click.IntRange(min=0), help="Only the newest so many.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, as the API gives them.")
def command(
    app: str,
    follow: bool,
    since: float | None,
    grep: str | None,
    request: str | None,
    full: bool,
    limit: int | None,
    as_json: bool,
) -> None:
    """Show what APP printed and logged, oldest first, with the release, the worker and the request of each line.

    What would move a terminal is spelled out, and colours are left out; --json has all as it was.

    \b
    Example:
      vaas logs shop -f
      vaas logs shop --since 10m --grep Error --limit 100
      vaas logs shop --request 5f3a9c01-2b --full
    """
    query = {"since": since, "grep": grep, "follow": follow or None, "limit": limit, "request": request}
    for entry in connect().lines("apps", app, "logs", **query, full=full or None):
        put_json(entry, indent=None) if as_json else put_lines(lines(entry))
