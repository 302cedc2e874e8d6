"""For which Python and system ``vaas deploy`` builds packages: those of the platform, unless its options say others."""

from __future__ import annotations

from functools import cache

from vaas.core.errors import VaasError
from vaas.platform.bundle_format.build_layer import Where
from vaas.platform.bundle_format.target import Target, target_for
from vaas_cli.client import Client


def where_built(client: Client, python: str, platform: str) -> Where:
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
