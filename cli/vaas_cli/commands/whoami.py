"""``vaas whoami``: who the platform takes the caller for."""

from __future__ import annotations

import click

from vaas_cli.client import connect
from vaas_cli.output import json_option, put, put_json


@click.command("whoami")
@json_option
def command(as_json: bool) -> None:
    """Show who the platform takes you for.

    \b
    Example:
      vaas whoami
    """
    client = connect()
    me = client.get("whoami")
    if as_json:
        put_json(me)
        return
    apps = f" of {', '.join(me['apps'])}" if me["apps"] else ""
    put(f"{me['name']}, {me['role']}{apps}, at {client.url} (token {me['id']})")
