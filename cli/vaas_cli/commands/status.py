"""``vaas status``: the node that answers, and how every app fares on it now."""

from __future__ import annotations

from typing import Any

import click

from vaas.core.units import format_size
from vaas_cli.client import connect
from vaas_cli.formatting import age
from vaas_cli.output import json_option, note, put, put_facts, put_json, put_table
from vaas_cli.quarantine import put_quarantined

COUNTS = ("hosts", "workers", "stalled", "in_flight", "waiting", "calls", "errors")


@click.command("status")
@json_option
def command(as_json: bool) -> None:
    """Show how the platform and its apps fare now.

    An app without a host costs nothing; the next call wakes it. Calls that wait mean that its limits are reached;
    workers that are stalled compute or hang, and get no calls until they answer again.

    \b
    Example:
      vaas status
    """
    status = connect().get("status")
    if as_json:
        put_json(status)
        return
    put_facts(_node(status))
    put()
    if warning := status.get("disk", {}).get("warning"):
        note(f"warning: {warning}.")
    headings = ("app", "release", "state", *(name.replace("_", " ") for name in COUNTS))
    if "disk" in status:  # a platform of an earlier version does not say
        headings += ("disk",)
    put_table(headings, [_row(app) for app in status["apps"]], none="There is no app yet: `vaas deploy`.")
    put_quarantined(status["apps"])
    if status.get("broken"):  # likewise
        put()
        put("Documents of the config store that cannot be read (`vaas rm KEY` removes one):")
        put_table(("key", "why"), [(each["key"], each["reason"]) for each in status["broken"]], none="")


def _node(status: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        ("node", status["node"]),
        ("version", status["version"]),
        ("gateway", status["gateway"]),
        ("console", status["console"]),
        ("started", age(status["started_at"])),
        *([("disk", _disk(status))] if "disk" in status else []),
    ]


def _disk(status: dict[str, Any]) -> str:
    disk, apps = status["disk"], sum(app["disk"] for app in status["apps"])
    parts = {"apps": apps, **{name: disk[name] for name in ("bundles", "layers")}, "unpacked layers": disk["unpacked"]}
    taken = ", ".join(f"{name} {format_size(size)}" for name, size in parts.items())
    return f"{format_size(disk['free'])} of {format_size(disk['total'])} free; {taken}"


def _broken(document: dict[str, str]) -> tuple[str, str]:
    return (document["key"], document["reason"])


def _row(app: dict[str, Any]) -> tuple[str, ...]:
    release = f"v{app['release']}" if app["release"] else ""
    *counts, errors = (str(app[name]) for name in COUNTS)
    by_status = ", ".join(f"{status}: {count}" for status, count in sorted(app["errors_by_status"].items()))
    with_status = f"{errors} ({by_status})" if by_status else errors
    disk = [format_size(app["disk"])] if "disk" in app else []
    return (app["name"], release, app["state"], *counts, with_status, *disk)
