"""Which platform to talk to, and with which token: the environment first, then what ``vaas login`` has kept."""

from __future__ import annotations

import os
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from vaas.platform.auth import kept_tokens
from vaas_cli.errors import AddressInvalid

DEFAULT = "http://127.0.0.1:9080"
"""Where `vaas platform` has its console unless told otherwise."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Target(NamedTuple):
    url: str
    """Without a slash at its end."""
    token: str | None


def target(url: str | None = None) -> Target:
    """The platform at that address, or the one that is meant when none is given. Raises ``AddressInvalid``."""
    address = normal(url or os.environ.get("VAAS_PLATFORM") or kept_tokens.chosen() or DEFAULT)
    return Target(address, os.environ.get("VAAS_TOKEN") or kept_tokens.load(address))


def normal(address: str) -> str:
    """The one spelling of an address: with a scheme, in lower case, without a slash at its end.

    Without a scheme it is http for this machine, https for any other. Raises ``AddressInvalid``.
    """
    text = address.strip()
    parts = _split(address, text if "://" in text else f"//{text}")
    scheme = parts.scheme.lower() or ("http" if parts.hostname in LOOPBACK else "https")
    if scheme not in ("http", "https"):
        raise AddressInvalid(address=address, reason=f"{scheme} is not spoken here, only http and https are")
    return f"{scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def is_open(url: str) -> bool:
    """Whether others on the way can read what is sent there, the token included."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in LOOPBACK


def _split(address: str, text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise AddressInvalid(address=address, reason=str(error)) from error
    flaws = {
        "it names no host": not parts.hostname or any(sign.isspace() for sign in text),
        "0 is no port": port == 0,
        "a token does not belong into it": "@" in parts.netloc,
        "it has a query or a fragment": bool(parts.query or parts.fragment),
    }
    for reason, applies in flaws.items():
        if applies:
            raise AddressInvalid(address=address, reason=reason)
    return parts
