"""``vaas rm``: removes an app with all that belongs to it, after asking, and brings it back."""

from __future__ import annotations

from typing import Any

import click

from vaas.platform.records.names import is_app_name
from vaas_cli.client import Client, connect
from vaas_cli.deploy_report import addresses
from vaas_cli.formatting import age
from vaas_cli.output import ask, is_attended, put, put_table

KEYS = "/vaas/"
"""How keys of the config store begin; no app's name does."""


@click.command("rm")
@click.argument("app", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--undo", is_flag=True, help="Bring back the APP that was removed last, as it was.")
@click.option("--purge", is_flag=True, help="Keep nothing: neither of APP nor of one that was removed before.")
def command(app: str | None, yes: bool, undo: bool, purge: bool) -> None:
    """Remove APP: it stops answering, and its releases, settings and domains go, with all that it has stored in /data.

    What is removed is kept for 7 days, but for its log: --undo brings it back. With --purge it is gone at once. Without
    APP, list what is kept. Instead of APP: the key of a document that cannot be read, as `vaas status` names it.

    \b
    Example:
      vaas rm shop
      vaas rm shop --undo
      vaas rm shop --purge --yes
      vaas rm
      vaas rm /vaas/apps/SHOP
    """
    if (undo and (purge or yes)) or (app is None and (undo or purge or yes)):
        raise click.UsageError("Write: vaas rm APP [--yes] [--purge], vaas rm APP --undo, or vaas rm.")
    client = connect()
    if app is None:
        _list(client)
    elif app.startswith(KEYS):
        _remove_document(client, app, yes)
    elif undo:
        put(f"{app} is back: {'  '.join(addresses(client.send('POST', 'apps', app, 'restore')))}")
    else:
        _remove(client, app, yes, purge)


def _remove(client: Client, app: str, yes: bool, purge: bool) -> None:
    if not yes:
        _ask(app, _known(client, app, purge), purge)
    client.send("DELETE", "apps", app, purge=purge or None)
    kept = not purge and is_app_name(app)
    put(f"{app} is removed{f': for 7 days `vaas rm {app} --undo` brings it back' if kept else ' for good'}.")


def _remove_document(client: Client, key: str, yes: bool) -> None:
    question = f"Remove the document {key}, and with it what it said? A backup of the config store has it as it was."
    if not yes:
        _confirm(question, f"This removes {key}.")
    client.send("DELETE", "broken", key=key)
    put(f"{key} is removed for good.")


def _known(client: Client, app: str, purge: bool) -> dict[str, Any]:
    """The app, so that a wrong name is an error before the question; to purge, one that is only kept will do, and of
    a name that no app can have there may be documents all the same."""
    if not is_app_name(app):
        listed = {each["name"]: each for each in client.get("apps")}
        return listed[app] if app in listed else dict(client.get("apps", app))
    if purge and any(each["app"] == app for each in client.get("removed")):
        return next((each for each in client.get("apps") if each["name"] == app), {"releases": 0, "domains": []})
    found: dict[str, Any] = client.get("apps", app)
    return found


def _ask(app: str, found: dict[str, Any], purge: bool) -> None:
    count, domains = found["releases"], found["domains"]
    what = [f"its {count} release{'s' if count != 1 else ''}", "its settings"]
    what += [f"its domains {', '.join(domains)}"] if domains else []
    until = "for good" if purge else "(kept for 7 days)"
    question = f"Remove {app} with {', '.join(what)} and all that it has stored in /data {until}?"
    _confirm(question, f"This removes {app} with its data.")


def _confirm(question: str, deed: str) -> None:
    if not is_attended():
        raise click.UsageError(f"{deed} There is no terminal to ask on: say --yes.")
    if not ask(question):
        raise click.exceptions.Exit(1)


def _list(client: Client) -> None:
    kept = client.get("removed")
    rows = [(each["app"], str(each["releases"]), age(each["removed_at"]), each["removed_by"]) for each in kept]
    put_table(("app", "releases", "removed", "by"), rows, none="No removed app is kept. `vaas rm APP` removes one.")
