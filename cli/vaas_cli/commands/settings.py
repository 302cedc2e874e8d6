"""``vaas settings``: what the operator decides for an app, with its history."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import click

from vaas_cli.client import Client, connect
from vaas_cli.deploy_report import grant_lines
from vaas_cli.formatting import age, limit, listed, nearest
from vaas_cli.output import json_option, put_facts, put_json, put_table
from vaas_cli.platform_settings import check_words, platform_settings
from vaas_cli.revision_report import await_revision, newest_revision, note_undeployed, put_failed, stop_if_failed

Words = tuple[str, ...]

ACTIONS = ("show", "set", "unset", "history", "revert")


@click.command("settings")
@click.argument("words", nargs=-1, metavar="APP [ACTION] [WORDS]...")
@click.option("--platform", is_flag=True, help="The platform's own settings, which hold for every app; no APP then.")
@click.option("--revision", type=click.IntRange(min=0), help="Change only what is still at this revision.")
@click.option("--force", is_flag=True, help="Put it in force even if the app does not start with it.")
@json_option
def command(words: Words, platform: bool, revision: int | None, force: bool, as_json: bool) -> None:
    """Show or change what is decided for APP.

    \b
    vaas settings APP [show]             what is set now
    vaas settings APP set KEY=VALUE...   env.NAME=TEXT, limits.timeout=5s, ...
    vaas settings APP unset KEY...
    vaas settings APP history            every revision, with its author
    vaas settings APP revert REVISION    back to what that revision said

    What is set before the first deploy counts from then on. The app is first started with a change. If it does not
    start, the change is a failed revision: the command shows why, and the revision before stays in force.

    \b
    Example:
      vaas settings shop
      vaas settings shop set env.MODE=dark limits.timeout=5s
      vaas settings shop revert 3 --revision 7
      vaas settings --platform set platform.grants.deny=net=*,code=trusted
    """
    app, action, words = _parted(words, platform)
    if platform:
        check_words(action, words)
        platform_settings(connect(), action, words, revision, as_json)
        return
    changes = CHANGES[action](words) if action in CHANGES else None
    if changes is None and (words or force):
        raise click.UsageError(f"`{action}` takes nothing more.")
    client = connect()
    if action == "history":
        _put_history(client.get("apps", app, "settings", "history"), as_json)
    elif changes is None:
        _put(client.get("apps", app, "settings"), as_json)
    else:
        order = {**changes, "force": True} if force else changes
        changed = await_revision(client, _change(client, app, action, order, revision))
        if changed["state"] != "failed" or as_json:
            _put(changed, as_json)
        stop_if_failed(changed)
        note_undeployed(client, app)


def _parted(words: Words, platform: bool) -> tuple[str, str, Words]:
    """The app, the action, and the rest."""
    if not platform and not words:
        raise click.UsageError("Say which app: vaas settings APP. With --platform they are the platform's own.")
    app, rest = ("", words) if platform else (words[0], words[1:])
    action = rest[0] if rest else "show"
    if action not in ACTIONS:
        raise click.UsageError(f"There is no {action!r} of settings{nearest(action, ACTIONS)}: {listed(ACTIONS)}.")
    return app, action, rest[1:]


def _change(client: Client, app: str, action: str, changes: dict[str, Any], revision: int | None) -> Any:
    if revision is None:
        revision = newest_revision(client, app)
    if action == "revert":
        return client.send("POST", "apps", app, "settings", "revert", body={**changes, "revision": revision})
    return client.send("PATCH", "apps", app, "settings", body={**changes, "revision": revision})


def _set(words: Words) -> dict[str, Any]:
    pairs = [word.partition("=") for word in words]
    if not pairs or not all(key and equals for key, equals, _ in pairs):
        raise click.UsageError("`set` takes KEY=VALUE, such as env.MODE=dark or limits.timeout=5s.")
    return {"changes": {key: value for key, _, value in pairs}}


def _unset(words: Words) -> dict[str, Any]:
    if not words:
        raise click.UsageError("`unset` takes the keys to remove, such as env.MODE.")
    return {"changes": dict.fromkeys(words)}


def _revert(words: Words) -> dict[str, Any]:
    if len(words) != 1 or not re.fullmatch("[0-9]{1,9}", words[0]):
        raise click.UsageError("`revert` takes one revision, such as 3; `vaas settings APP history` lists them.")
    return {"to": int(words[0])}


CHANGES: dict[str, Callable[[Words], dict[str, Any]]] = {"set": _set, "unset": _unset, "revert": _revert}
"""What the words after each changing action mean: the order's body, but for the revision."""


def _put(settings: dict[str, Any], as_json: bool) -> None:
    if as_json:
        put_json(settings)
        return
    pairs: list[tuple[str, str | list[str]]] = [(f"env.{name}", value) for name, value in settings["env"].items()]
    pairs += [(f"limits.{name}", limit(name, value)) for name, value in settings["limits"].items()]
    granted = ("granted", grant_lines(settings["grants"]))
    author = f", {age(settings['at'])} by {settings['author']}" if settings["revision"] else ""
    state = ", starting" if settings["state"] == "starting" else ""
    put_facts([*pairs, granted, ("revision", f"{settings['revision']}{author}{state}")])
    put_failed(settings)


def _put_history(history: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        put_json(history)
        return
    rows = [(str(each["revision"]), age(each["at"]), each["author"], _told(each)) for each in history]
    put_table(("revision", "when", "by", "change"), rows, none="Nothing was decided for it yet.")


def _told(revision: dict[str, Any]) -> str:
    failed = f"  (not in force: {revision['failed']})" if revision["failed"] else ""
    return f"{revision['change']}{failed}"
