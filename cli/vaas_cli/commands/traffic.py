"""``vaas traffic``: which releases answer. The words it takes: ``cli/vaas_cli/traffic_words.py``."""

from __future__ import annotations

from typing import Any

import click

from vaas_cli.client import connect
from vaas_cli.deploy_report import put_traffic
from vaas_cli.output import json_option, put, put_json
from vaas_cli.traffic_words import traffic_order


@click.command("traffic")
@click.argument("app")
@click.argument("choice", nargs=-1)
@click.option(
    "--sticky",
    default="",
    metavar="cookie|header:NAME",
    help="With weights: keep each caller on one release, by cookie or by header:NAME.",
)
@click.option("--revision", type=click.IntRange(min=0), help="Change only what is still at this revision.")
@json_option
def command(app: str, choice: tuple[str, ...], sticky: str, revision: int | None, as_json: bool) -> None:
    """Show which releases of APP answer, or choose: latest, lock vN, or weights.

    Weights may be any numbers from 0 upwards; what counts is their proportion. Of two people who change the traffic
    at once, the one who names the revision that was shown is told what the other has decided.

    \b
    Example:
      vaas traffic shop
      vaas traffic shop v3=90 v4=10 --sticky cookie
      vaas traffic shop lock v3
      vaas traffic shop latest --revision 3
    """
    if sticky and not choice:
        raise click.UsageError("--sticky goes with weights: vaas traffic APP v3=90 v4=10 --sticky cookie")
    if revision is not None and not choice:
        raise click.UsageError("--revision goes with a choice: vaas traffic APP lock v3 --revision 2")
    client = connect()
    if choice:
        order = {**_order(choice, sticky), **({} if revision is None else {"revision": revision})}
        traffic = client.send("PUT", "apps", app, "traffic", body=order)
    else:
        traffic = client.get("apps", app, "traffic")
    if as_json:
        put_json(traffic)
    else:
        put_traffic(client, app, traffic)
        if not choice and traffic.get("revision"):
            put(f"revision {traffic['revision']}")


def _order(choice: tuple[str, ...], sticky: str) -> dict[str, Any]:
    try:
        return traffic_order(choice, sticky)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
