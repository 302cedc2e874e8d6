"""``vaas domains``: which host names lead to which app."""

from __future__ import annotations

import click

from vaas_cli.client import Client, connect
from vaas_cli.formatting import age
from vaas_cli.output import json_option, put, put_json, put_table


@click.command("domains")
@click.argument("action", default="list", type=click.Choice(["list", "add", "rm"]))
@click.argument("words", nargs=-1, metavar="[DOMAIN [APP]]")
@json_option
def command(action: str, words: tuple[str, ...], as_json: bool) -> None:
    """List the domains, lead one to an app, or take one away.

    \b
    Example:
      vaas domains
      vaas domains add shop.example.com shop
      vaas domains rm shop.example.com
    """
    wanted = {"list": (), "add": ("DOMAIN", "APP"), "rm": ("DOMAIN",)}[action]
    if len(words) != len(wanted):
        raise click.UsageError(f"Write: vaas domains {' '.join((action, *wanted))}")
    if "/" in "".join(words[:1]):
        raise click.UsageError(f"`{words[0]}` is not a domain. Give a plain host name, such as shop.example.com.")
    client = connect()
    if action == "add":
        _add(client, words[0], words[1], as_json)
    elif action == "rm":
        client.send("DELETE", "domains", words[0])
        put(f"{words[0]} leads nowhere any more.")
    else:
        _list(client, as_json)


def _add(client: Client, domain: str, app: str, as_json: bool) -> None:
    found = client.send("PUT", "domains", domain, body={"app": app})
    if as_json:
        put_json(found)
    else:
        put(f"{found['domain']} leads to {found['app']}.")


def _list(client: Client, as_json: bool) -> None:
    domains = client.get("domains")
    if as_json:
        put_json(domains)
        return
    rows = [(each["domain"], each["app"], age(each["created_at"]), each["created_by"]) for each in domains]
    none = "There is no domain yet: `vaas domains add DOMAIN APP`."
    put_table(("domain", "app", "added", "by"), rows, none=none)
