"""``vaas rm``: removes an app with all that belongs to it, after asking."""

from __future__ import annotations

import click

from vaas_cli.client import connect
from vaas_cli.output import is_attended, put


@click.command("rm")
@click.argument("app")
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(app: str, yes: bool) -> None:
    """Remove APP: it stops answering, and its releases, settings and domains are gone.

    \b
    Example:
      vaas rm shop
      vaas rm shop --yes
    """
    client = connect()
    if not yes:
        found = client.get("apps", app)  # a wrong name is an error before the question
        _ask(app, found["releases"], found["domains"])
    client.send("DELETE", "apps", app)
    put(f"{app} is removed.")


def _ask(app: str, releases: int, domains: list[str]) -> None:
    if not is_attended():
        raise click.UsageError(f"This removes {app} for good. There is no terminal to ask on: say --yes.")
    also = f" and its domains {', '.join(domains)}" if domains else ""
    question = f"Remove {app} with its {releases} release{'s' if releases != 1 else ''}{also} for good?"
    if not click.confirm(question, err=True):
        raise click.exceptions.Exit(1)
