"""``vaas logout``: forgets the token kept for a platform. The token itself stays valid."""

from __future__ import annotations

import click

from vaas.platform.auth import kept_tokens
from vaas_cli.address import target
from vaas_cli.output import put


@click.command("logout")
@click.argument("url", required=False)
def command(url: str | None) -> None:
    """Forget the token for the platform at URL (default: the one in use).

    It stays valid; an admin takes it back with `vaas tokens rm`.

    \b
    Example:
      vaas logout
    """
    address = target(url).url
    found = kept_tokens.forget(address)
    put(f"Logged out of {address}." if found else f"There was no token for {address}.")
