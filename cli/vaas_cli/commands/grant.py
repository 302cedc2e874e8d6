"""``vaas grant``: gives permissions to an app, or takes them away; a release that waited for them starts."""

from __future__ import annotations

from typing import Any

import click

from vaas_cli.client import Client, connect
from vaas_cli.deploy_report import await_outcome, failure, grant_lines
from vaas_cli.formatting import argument, listed, nearest, release_number
from vaas_cli.output import json_option, note, note_lines, put, put_json
from vaas_cli.progress import Progress
from vaas_cli.revision_report import await_revision, note_undeployed, releases_so_far, stop_if_failed

KINDS = ("modules", "packages", "net", "read", "write", "env", "rpc")
YES = ("true", "yes", "1")


@click.command("grant")
@click.argument("app")
@click.argument("grants", nargs=-1, metavar="[KIND=PATTERN]...")
@click.option("--release", type=argument(release_number), metavar="vN", help="All that this release asks for.")
@click.option("--remove", multiple=True, metavar="KIND=PATTERN", help="Take this away; may be given several times.")
@json_option
def command(app: str, grants: tuple[str, ...], release: int | None, remove: tuple[str, ...], as_json: bool) -> None:
    """Grant APP what its manifest asks for. Several patterns of one kind are parted by commas.

    \b
    Kinds: modules, packages, net, read, write, env, rpc; subprocess=true; code=trusted.

    What is granted stays granted for later releases, and may be granted before the first one. What is taken away is
    taken from running hosts at once.

    \b
    Example:
      vaas grant shop net=api.example.com:443 modules=httpx,numpy
      vaas grant shop --release v4
      vaas grant shop --remove env=API_KEY
    """
    order = {"add": _grants(grants), "remove": _grants(remove), "release": release}
    if order == {"add": {}, "remove": {}, "release": None}:
        raise click.UsageError("Say what to grant: KIND=PATTERN, or --release vN for all that a release asks for.")
    client = connect()
    waited = {each["number"] for each in releases_so_far(client, app) if _state(each) == "waiting"}
    settings = await_revision(client, client.send("POST", "apps", app, "grants", body=order))
    if as_json:
        put_json(settings)
    elif settings["state"] != "failed" or settings["trial"]["at_once"]:
        put(f"{app} is granted: {' '.join(grant_lines(settings['grants'])) or 'nothing'}")
    stop_if_failed(settings)
    note_undeployed(client, app)
    _follow_up(client, app, waited)


def _follow_up(client: Client, app: str, waited: set[int]) -> None:
    """Tells what became of the releases that waited and do so no longer."""
    for each in client.get("apps", app, "releases"):
        if each["number"] in waited and _state(each) != "waiting":
            with Progress() as progress:
                release = await_outcome(client, app, each["number"], progress)
            note(f"v{release['number']} is {_state(release)}.")
            if _state(release) == "failed":
                note_lines(failure(release))
                raise click.exceptions.Exit(1)


def _state(release: dict[str, Any]) -> str:
    return str((release["outcome"] or {}).get("state", "starting"))


def _grants(words: tuple[str, ...]) -> dict[str, Any]:
    """``net=a:1,b:2`` … as the API takes it. Raises ``click.UsageError``."""
    lists: dict[str, list[str]] = {}
    found: dict[str, Any] = {}
    for word in words:
        kind, _, value = word.partition("=")
        if word == "code=trusted":
            found["code"] = "trusted"
        elif kind == "subprocess" and value in YES:
            found.setdefault("permissions", {})["subprocess"] = True
        elif kind in KINDS and value:
            lists.setdefault(kind, []).extend(filter(None, value.split(",")))
        else:
            raise click.UsageError(_wrong(word, kind))
    if lists:
        found["permissions"] = {**found.get("permissions", {}), **lists}
    return found


def _wrong(word: str, kind: str) -> str:
    if kind in KINDS:
        return f"`{word}`: give a pattern, such as {kind}=*."
    if kind == "code":
        return f"`{word}`: what can be granted is code=trusted."
    if kind == "subprocess":
        return f"`{word}`: what can be granted is subprocess=true."
    known = (*KINDS, "subprocess", "code")
    return f"`{word}` is nothing to grant{nearest(kind, known)}. There are {listed(known)}."
