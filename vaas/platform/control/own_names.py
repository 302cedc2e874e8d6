"""OwnNames: the console answers to its own names alone; asked by another, it is 421 (RFC 9110, 15.5.20).

Anybody who has had a page loaded can turn its domain to this console's address (DNS rebinding); the page then asks here
as if it were of this origin, with its own domain in ``Host``. Put around the API by ``node/bootstrap.py``; next, for
what may pass: ``auth_middleware.py``.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from vaas.core.errors import InvalidInput, Misdirected
from vaas.framework.http.problems import HTTPError
from vaas.framework.serving.asgi import AsgiApp, Receive, Scope, Send
from vaas.platform.control.problems import answer

LOCAL = "localhost"
SHOWN = 100
"""Characters of a wrong name that the answer repeats."""
_NAME = re.compile(r"[a-z0-9_][a-z0-9_-]{0,62}(\.[a-z0-9_][a-z0-9_-]{0,62})*", re.ASCII)
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^:\[\]]+))(?::\d{0,5})?", re.ASCII)


class ConsoleHostInvalid(InvalidInput):
    """--console-host {text!r} is neither a host's name nor an address. Write it as callers do, without scheme and port:
    console.example.com, or 10.0.0.7."""


class NotThisConsole(Misdirected):
    """This console is not {host!r}. If that is one of its names, start the node with --console-host and that name."""


def own_names(hosts: Iterable[str]) -> frozenset[str]:
    """These and localhost, in one spelling. Raises ``ConsoleHostInvalid``."""
    return frozenset({LOCAL, *map(_own_name, hosts)})


def _own_name(text: str) -> str:
    bare = text.strip().lower().removesuffix(".")
    name = _plain(bare.removeprefix("[").removesuffix("]"))
    if _address(name) is None and not _NAME.fullmatch(name):
        raise ConsoleHostInvalid(text=text)
    return name


class OwnNames:
    def __init__(self, api: AsgiApp, names: frozenset[str]) -> None:
        """``names``: beside the loopback addresses and the address that a caller has connected to."""
        self._api = api
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hosts = [value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"host"]
        if scope["type"] != "http" or (not hosts and scope["http_version"] == "1.0"):
            await self._api(scope, receive, send)
        elif len(hosts) != 1:
            await answer(send, HTTPError(400, "A request of HTTP/1.1 needs one Host."))
        elif self._is_own(hosts[0], scope.get("server")):
            await self._api(scope, receive, send)
        else:
            await answer(send, NotThisConsole(host=(name_of(hosts[0]) or hosts[0])[:SHOWN]))

    def _is_own(self, host: str, connected_to: tuple[str, int] | None) -> bool:
        name = name_of(host)
        if name in self._names or (connected_to and name == _plain(connected_to[0])):
            return True
        address = _address(name)
        return address is not None and address.is_loopback


def name_of(host: str) -> str:
    """The name or address in a ``Host``, in one spelling, or empty."""
    found = _HOST.fullmatch(host.strip().lower())
    return _plain((found[1] or found[2]).removesuffix(".")) if found else ""


def _plain(name: str) -> str:
    address = _address(name)
    return name if address is None else str(address)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
