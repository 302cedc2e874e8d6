"""``vaas rollback``: lets an earlier release answer, at once."""

from __future__ import annotations

import click

from vaas_cli.client import connect
from vaas_cli.deploy_report import put_traffic
from vaas_cli.formatting import argument, release_number
from vaas_cli.output import note


@click.command("rollback")
@click.argument("app")
@click.argument("release", required=False, type=argument(release_number), metavar="[vN]")
@click.option("--revision", type=click.IntRange(min=0), help="Only if the traffic is still at this revision.")
def command(app: str, release: int | None, revision: int | None) -> None:
    """Let release vN of APP answer; without one, the release that was ready before the one that answers now.

    The traffic stays there until you say otherwise: further deploys do not change it.

    \b
    Example:
      vaas rollback shop
      vaas rollback shop v3
    """
    client = connect()
    order = {"release": release, **({} if revision is None else {"revision": revision})}
    traffic = client.send("POST", "apps", app, "rollback", body=order)
    put_traffic(client, app, traffic)
    note(f"`vaas traffic {app} latest` goes back to the newest.")
