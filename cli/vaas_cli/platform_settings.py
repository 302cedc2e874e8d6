"""``vaas settings --platform``: what holds for every app, such as what may be granted at all."""

from __future__ import annotations

import json
from typing import Any

import click

from vaas_cli.client import Client
from vaas_cli.formatting import age
from vaas_cli.output import put_facts, put_json, put_table

ACTIONS = ("show", "set", "unset", "history")
EXAMPLE = "platform.grants.deny=net=*,code=trusted"


def platform_settings(client: Client, action: str, words: tuple[str, ...], revision: int | None, as_json: bool) -> None:
    """Shows or changes them, and prints them as they are then."""
    if action == "history":
        _put_history(client.get("settings", "history"), as_json)
        return
    found = client.get("settings")
    if action != "show":
        changes = dict(map(_pair, words)) if action == "set" else dict.fromkeys(words)
        read = found["revision"] if revision is None else revision
        found = client.send("PATCH", "settings", body={"changes": changes, "revision": read})
    _put(found, as_json)


def check_words(action: str, words: tuple[str, ...]) -> None:
    """Raises ``click.UsageError`` for what makes no sense, before anything is sent."""
    if action not in ACTIONS:
        raise click.UsageError(f"With --platform there are {', '.join(ACTIONS)}, not {action!r}.")
    if (action in ("set", "unset")) != bool(words):
        raise click.UsageError(f"Write: vaas settings --platform {action if words else f'{action} {EXAMPLE}'}")
    if action == "set":
        dict(map(_pair, words))


def _pair(word: str) -> tuple[str, list[str]]:
    """``KEY=GRANT,GRANT`` or ``KEY=["GRANT", …]``."""
    key, equals, value = word.partition("=")
    if not (key and equals):
        raise click.UsageError(f"`set` takes KEY=GRANT,GRANT such as {EXAMPLE}.")
    if not value.lstrip().startswith("["):
        return key, [each.strip() for each in value.split(",") if each.strip()]
    try:
        listed = json.loads(value)
    except ValueError:
        raise click.UsageError(f"`{value}` is not a JSON array of strings.") from None
    return key, listed


def _put(settings: dict[str, Any], as_json: bool) -> None:
    if as_json:
        put_json(settings)
        return
    by = f", {age(settings['at'])} by {settings['author']}" if settings["revision"] else ""
    put_facts(
        [
            ("platform.grants.deny", settings["grants_deny"]),
            ("platform.grants.allow", settings["grants_allow"]),
            ("revision", f"{settings['revision']}{by}"),
        ]
    )


def _put_history(history: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        put_json(history)
        return
    rows = [(str(each["revision"]), age(each["at"]), each["author"], each["change"]) for each in history]
    put_table(("revision", "when", "by", "change"), rows, none="Nothing was decided for the platform yet.")
