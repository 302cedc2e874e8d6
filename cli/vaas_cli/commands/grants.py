"""``vaas grants``: the releases that wait for a grant."""

from __future__ import annotations

from typing import Any

import click

from vaas_cli.client import connect
from vaas_cli.formatting import age
from vaas_cli.output import json_option, note, put_json, put_table


@click.command("grants")
@json_option
def command(as_json: bool) -> None:
    """List the releases that wait for a grant: for what, who deployed them, since when.

    An owner of the app or an admin grants it with `vaas grant APP --release vN`.

    \b
    Example:
      vaas grants
    """
    waiting = connect().get("grants")
    if as_json:
        put_json(waiting)
        return
    put_table(
        ("app", "release", "waits for", "by", "since", "message"),
        [_row(each) for each in waiting],
        none="No release waits for a grant.",
    )
    for each in waiting:
        if each["denied"]:
            note(f"{each['app']}: this platform grants {', '.join(each['denied'])} to no app.")


def _row(waiting: dict[str, Any]) -> tuple[str, ...]:
    return (
        waiting["app"],
        f"v{waiting['release']}",
        " ".join(waiting["grants"]),
        waiting["deployed_by"],
        age(waiting["since"]),
        waiting["message"],
    )
