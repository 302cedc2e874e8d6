"""What answers at an address where no console does, and which address was meant. Asked when a request went wrong.

Used by ``client.py``. The most likely mistake is the gateway's address: both are printed by ``vaas platform``."""

from __future__ import annotations

import json
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from vaas.core.errors import VaasError
from vaas.platform.auth import kept_tokens
from vaas_cli.address import DEFAULT, LOOPBACK
from vaas_cli.errors import IsTheGateway, NotAPlatform

PATIENCE = 2.0
"""Seconds for an answer that only makes an error clearer."""

OF_A_CONSOLE = (200, 401, 403)
"""What ``whoami`` answers, with any token and with none."""


def is_console(url: str) -> bool:
    status, _ = _ask(url, "/api/v1/whoami")
    return status in OF_A_CONSOLE


def not_a_platform(url: str, reason: str) -> VaasError:
    """The error for an address where no console answers, by what does."""
    status, document = _ask(url, "/")
    if status != 404 or document.get("code") != "app-not-found":
        return NotAPlatform(url=url, reason=reason)
    console = _console_of(url)
    if console:
        return IsTheGateway(url=url, right=f"Its console is {console}: `vaas login {console}`, or VAAS_PLATFORM.")
    printed = f"`vaas platform` prints it beside the gateway's, {DEFAULT} by default"
    return IsTheGateway(url=url, right=f"Give the console's, with `vaas login URL` or VAAS_PLATFORM: {printed}.")


def _console_of(gateway: str) -> str:
    """The console that says it has this gateway, of those on the same machine that are known here; empty: none."""
    known = {**kept_tokens.all_of_them(), DEFAULT: kept_tokens.load(DEFAULT) or ""}
    for url, token in known.items():
        if _place(url)[0] == _place(gateway)[0]:
            _, nodes = _ask(url, "/api/v1/nodes", token)
            for node in nodes if isinstance(nodes, list) else []:
                if _place(str(node.get("gateway"))) == _place(gateway):
                    return url
    return ""


def _place(url: str) -> tuple[str, int | None]:
    parts = urlsplit(url)
    return "localhost" if parts.hostname in LOOPBACK else parts.hostname or "", parts.port


def _ask(url: str, path: str, token: str = "") -> tuple[int, Any]:
    """Status and JSON of a GET; 0 where nothing answers, an empty table where it is not JSON."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.request("GET", parts.path + path, headers={"Authorization": f"Bearer {token}"} if token else {})
        response = connection.getresponse()
        data = response.read()
    except (OSError, HTTPException):
        return 0, {}
    finally:
        connection.close()
    with suppress(ValueError):
        return response.status, json.loads(data)
    return response.status, {}
