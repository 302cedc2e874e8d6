"""For which Python and system ``vaas deploy`` builds packages: those of the platform, unless its options say others; or
it has the platform build them (``--build``)."""

from __future__ import annotations

from functools import cache
from typing import Any

from vaas.core.errors import VaasError
from vaas.platform.bundle_format.build_layer import Facts, TargetOf
from vaas.platform.bundle_format.target import Target, target_for
from vaas_cli.client import Client

PATIENCE = 75 * 60.0
"""Seconds: a build may take 15 minutes, and wait for four others."""


def where_built(client: Client, python: str, platform: str) -> TargetOf:
    """Asks the platform once, and only when an app has packages at all."""

    @cache
    def where() -> Target:
        told = {} if python and platform else _platform(client)
        return target_for(python or told.get("python", ""), platform or told.get("platform", ""))

    return where


def _platform(client: Client) -> dict[str, str]:
    try:
        told = client.get("platform")
    except VaasError:  # of an earlier version; or it cannot be reached, as the deploy itself will tell
        return {}
    return told if isinstance(told, dict) else {}


class OnThePlatform:
    """Builds layers there."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.name = client.url

    def build(self, lines: list[str], known: Facts | None) -> Facts:
        """Raises what the platform refuses it for."""
        if known is not None and self._client.get("bundles", known.digest)["exists"]:
            return known
        told: dict[str, Any] = self._client.send("POST", "layers", body={"lines": lines}, patience=PATIENCE)
        return Facts(str(told["digest"]), int(told["size"]), list(told["modules"]), str(told["lock"]))
