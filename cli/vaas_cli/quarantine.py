"""Apps that a node cannot work on, each with the reason, below a table of apps. Used by ``apps`` and ``status``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vaas_cli.output import put, put_table


def put_quarantined(apps: Iterable[dict[str, Any]]) -> None:
    # A platform of an earlier version does not say.
    rows = [(app["name"], app["quarantine"]) for app in apps if app.get("quarantine")]
    if rows:
        put()
        put("Apps that this node does not work on; what ran before goes on:")
        put_table(("app", "why"), rows, none="")
