"""``vaas tokens``: who may talk to the platform, and as what."""

from __future__ import annotations

from typing import Any

import click

from vaas_cli.client import Client, connect
from vaas_cli.formatting import age
from vaas_cli.output import json_option, note, put, put_json, put_table

WANTED = {
    "list": "`vaas tokens list` takes nothing more.",
    "create": "Give the new token a name: `vaas tokens create ci`, for example.",
    "rm": "Give the id of one token, as `vaas tokens` lists it: `vaas tokens rm 3f9a1c0b2d4e`, for example.",
}
"""Of each action: what is wrong where it gets anything else."""

ROLES = ("admin", "owner", "deployer", "viewer")


@click.command("tokens")
@click.argument("action", default="list", type=click.Choice(["list", "create", "rm"]))
@click.argument("words", nargs=-1, metavar="[NAME|ID]")
@click.option(
    "--role", type=click.Choice(ROLES), help="What its holder may do (default: viewer; with --app: deployer)."
)
@click.option(
    "--app", "apps", multiple=True, help="For an owner or a deployer: an app of theirs; several times for several."
)
@json_option
def command(action: str, words: tuple[str, ...], role: str | None, apps: tuple[str, ...], as_json: bool) -> None:
    """List the tokens, create one, or revoke one.

    A viewer sees everything but secrets; a deployer may also deploy the apps named and decide for them; an owner may
    also grant them what they ask for; an admin may do everything. A token is shown once, when it is created.

    \b
    Example:
      vaas tokens
      vaas tokens create ci --app shop
      vaas tokens create ops --role admin
      vaas tokens rm 3f9a1c0b2d4e
    """
    if len(words) != (action != "list"):
        raise click.UsageError(WANTED[action])
    if action != "create" and (role or apps):
        raise click.UsageError("--role and --app go with `create`.")
    client = connect()
    if action == "create":
        _create(client, words[0], role or ("deployer" if apps else "viewer"), list(apps), as_json)
    elif action == "rm":
        client.send("DELETE", "tokens", words[0])
        put(f"{words[0]} opens nothing any more.")
    else:
        _list(client, as_json)


def _create(client: Client, name: str, role: str, apps: list[str], as_json: bool) -> None:
    made = client.send("POST", "tokens", body={"name": name, "role": role, "apps": apps})
    if as_json:
        put_json(made)
        return
    note(
        f"A token for {made['name']}, {_role(made)}. It is shown this once; `vaas login` on the other machine takes it."
    )
    put(made["token"])


def _list(client: Client, as_json: bool) -> None:
    tokens = client.get("tokens")
    if as_json:
        put_json(tokens)
        return
    rows = [(each["id"], each["name"], _role(each), age(each["created_at"]), each["created_by"]) for each in tokens]
    put_table(("id", "name", "role", "created", "by"), rows, none="There is no token: `vaas tokens create NAME`.")


def _role(token: dict[str, Any]) -> str:
    return f"{token['role']} of {', '.join(token['apps'])}" if token["apps"] else str(token["role"])
