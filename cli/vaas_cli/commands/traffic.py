"""``vaas traffic``: which releases answer. The words it takes: ``cli/vaas_cli/traffic_words.py``."""

from __future__ import annotations

from typing import Any

import click

from vaas_cli.client import Client, connect
from vaas_cli.deploy_report import answering
from vaas_cli.formatting import share
from vaas_cli.output import json_option, put, put_facts, put_json
from vaas_cli.traffic_words import traffic_order, traffic_words


@click.command("traffic")
@click.argument("app")
@click.argument("choice", nargs=-1)
@click.option(
    "--sticky", default="", metavar="cookie|header:NAME", help="With weights: keep each caller on one release."
)
@json_option
def command(app: str, choice: tuple[str, ...], sticky: str, as_json: bool) -> None:
    """Show which releases of APP answer, or choose: latest, lock vN, or weights.

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
        tell(client, app, traffic)


def tell(client: Client, app: str, traffic: dict[str, Any]) -> None:
    """Who answers now, and why."""
    shares = answering(client, app)
    put(f"{app}: {traffic_words(traffic)}")
    if len(shares) > 1 or traffic["sticky"]:
        parts = [(f"v{number}", share(part)) for number, part in sorted(shares.items())]
        put_facts([*parts, ("sticky", traffic["sticky"])])


def _order(choice: tuple[str, ...], sticky: str) -> dict[str, Any]:
    try:
        return traffic_order(choice, sticky)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
