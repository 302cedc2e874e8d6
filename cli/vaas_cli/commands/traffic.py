"""``vaas traffic``: which releases answer. The words it takes: ``cli/vaas_cli/traffic_words.py``."""

from __future__ import annotations

from typing import Any

import click

from vaas_cli.client import connect
from vaas_cli.deploy_report import put_traffic
from vaas_cli.output import json_option, put_json
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
@json_option
def command(app: str, choice: tuple[str, ...], sticky: str, as_json: bool) -> None:
    """Show which releases of APP answer, or choose: latest, lock vN, or weights.

    Weights may be any numbers from 0 upwards; what counts is their proportion.

    \b
    Example:
      vaas traffic shop
      vaas traffic shop v3=90 v4=10 --sticky cookie
      vaas traffic shop lock v3
      vaas traffic shop latest
    """
    if sticky and not choice:
        raise click.UsageError("--sticky goes with weights: vaas traffic APP v3=90 v4=10 --sticky cookie")
    client = connect()
    if choice:
        traffic = client.send("PUT", "apps", app, "traffic", body=_order(choice, sticky))
    else:
        traffic = client.get("apps", app, "traffic")
    if as_json:
        put_json(traffic)
    else:
        put_traffic(client, app, traffic)


def _order(choice: tuple[str, ...], sticky: str) -> dict[str, Any]:
    try:
        return traffic_order(choice, sticky)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
