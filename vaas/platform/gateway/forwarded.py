"""Forwarded headers: what a proxy in front says of its client. They count from trusted proxies only.

``protocol.py`` drops them where the other end of the connection is none; so what ``protocol.py`` and ``asgi_path.py``
read here has been said by a trusted one, for requests and websockets alike. Pure.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import NamedTuple

from vaas.core.errors import InvalidInput

Address = tuple[str, int]
Headers = list[tuple[bytes, bytes]]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

FOR, PROTO = b"x-forwarded-for", b"x-forwarded-proto"
HOST, PREFIX = b"x-forwarded-host", b"x-forwarded-prefix"
NAMES = frozenset({FOR, PROTO, HOST, PREFIX, b"x-forwarded-port", b"x-forwarded-ssl", b"x-real-ip", b"forwarded"})
"""Those that count, and those that frameworks may take for the same."""
LOOPBACK = "127.0.0.0/8,::1"
"""What is trusted unless an operator says otherwise: a proxy on this machine."""

_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_PREFIX = re.compile(r"(?:/[\w.~!$&'()*+,;=:@%-]+)+", re.ASCII)
_HOST = re.compile(r"(?:[\w.~!$&'()*+,;=%-]+|\[[\da-fA-F:.]+\])(?::\d{0,5})?", re.ASCII)
"""RFC 9110, 7.2: a name or an address, and perhaps a port."""


class ProxyInvalid(InvalidInput):
    """--trusted-proxies: {text!r} is neither an address nor a network. Write 10.0.0.7 or 10.0.0.0/8; several with
    commas between them."""


class TrustedProxies:
    def __init__(self, text: str = LOOPBACK) -> None:
        """Addresses and networks with commas between them; empty: none. Raises ``ProxyInvalid``."""
        self._networks = [_network(part.strip()) for part in text.split(",") if part.strip()]

    def __contains__(self, host: str) -> bool:
        """Whether the address (as text) is a trusted proxy's."""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self._networks)


class Told(NamedTuple):
    """What the proxy says of a request; None where it says nothing that can be understood."""

    scheme: str | None
    """``http`` or ``https``."""
    client: Address | None
    host: bytes | None
    prefix: str
    """What the proxy has taken off the path, or empty."""


def told(headers: Headers, trusted: TrustedProxies) -> Told:
    client, depth = _client(_values(headers, FOR), trusted)
    host = _at(_values(headers, HOST), depth).encode("latin-1")
    prefix = _at(_values(headers, PREFIX), depth).rstrip("/")
    return Told(
        _SCHEMES.get(_at(_values(headers, PROTO), depth).lower()),
        client,
        host if is_host(host) else None,
        prefix if _PREFIX.fullmatch(prefix) else "",
    )


def with_host(headers: Headers, host: bytes) -> Headers:
    return [(name, host if name == b"host" else value) for name, value in headers]


def is_host(value: bytes) -> bool:
    """Whether it may stand in ``Host``."""
    return _HOST.fullmatch(value.decode("latin-1")) is not None


def _values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    lines = [value.decode("latin-1") for key, value in headers if key == name]
    return [part for line in lines for part in map(str.strip, line.split(",")) if part]


def _client(hops: list[str], trusted: TrustedProxies) -> tuple[Address | None, int]:
    """The last address that is no proxy's, and how many stand behind it: each proxy adds to the end, and before the
    first that is trusted anything may have been written."""
    found: Address | None = None
    for depth, hop in enumerate(reversed(hops)):
        address = _address(hop)
        if address is None:
            return found, max(depth - 1, 0)
        found = address
        if address[0] not in trusted:
            return found, depth
    return found, max(len(hops) - 1, 0)


def _at(values: list[str], depth: int) -> str:
    """What was said by the proxy that the client spoke to; a single value stands for all hops."""
    return values[max(len(values) - 1 - depth, 0)] if values else ""


def _address(hop: str) -> Address | None:
    host, port = hop, ""
    if hop.startswith("["):
        host, _, port = hop[1:].partition("]")
        port = port.removeprefix(":")
    elif hop.count(":") == 1:
        host, _, port = hop.partition(":")
    try:
        return str(ipaddress.ip_address(host)), int(port) if port.isdecimal() and len(port) < 6 else 0
    except ValueError:
        return None


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ProxyInvalid(text=text) from None
