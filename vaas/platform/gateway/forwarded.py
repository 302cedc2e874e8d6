"""Forwarded headers: what a proxy in front says of its client. They count from trusted proxies only.

X-Forwarded-For, -Proto, -Host and -Prefix or, where there is none of those, Forwarded (RFC 7239): a proxy writes the
one, and may pass on what a client has written into the other.

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

FORWARDED = b"forwarded"
FOR, PROTO = b"x-forwarded-for", b"x-forwarded-proto"
HOST, PREFIX = b"x-forwarded-host", b"x-forwarded-prefix"
NAMES = frozenset({FOR, PROTO, HOST, PREFIX, b"x-forwarded-port", b"x-forwarded-ssl", b"x-real-ip", FORWARDED})
"""Those that count, and those that frameworks may take for the same."""
LOOPBACK = "127.0.0.0/8,::1"
"""What is trusted unless an operator says otherwise: a proxy on this machine."""

_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_PREFIX = re.compile(r"(?:/[\w.~!$&'()*+,;=:@%-]+)+", re.ASCII)
_HOST = re.compile(r"(?:[\w.~!$&'()*+,;=%-]+|\[[\da-fA-F:.]+\])(?::\d{0,5})?", re.ASCII)
"""RFC 9110, 7.2: a name or an address, and perhaps a port."""
_PAIR = re.compile(r"""[ \t]*(?:([\w!#$%&'*+.^`|~-]+)=([^;,"\s]+|"(?:\\.|[^"\\])*"))?[ \t]*([;,]|\Z)""", re.ASCII)
"""RFC 7239, 4: one pair of an element of Forwarded, and what ends it; ``:`` outside of quotes is let pass."""


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
    if not any(name in (FOR, PROTO, HOST, PREFIX) for name, _ in headers):
        return _told_by_elements(_elements(headers), trusted)
    client, depth = _client(_values(headers, FOR), trusted)
    host = _at(_values(headers, HOST), depth).encode("latin-1")
    prefix = _at(_values(headers, PREFIX), depth).rstrip("/")
    return Told(
        _SCHEMES.get(_at(_values(headers, PROTO), depth).lower()),
        client,
        host if is_host(host) else None,
        prefix if _PREFIX.fullmatch(prefix) else "",
    )


def _told_by_elements(elements: list[dict[str, str]], trusted: TrustedProxies) -> Told:
    """Each proxy has added one to the end. What that of the client's proxy lacks is taken from those behind it, and
    never from one before it, which anybody may have written."""
    client, depth = _client([element.get("for", "") for element in elements], trusted)
    said: dict[str, str] = {}
    for element in reversed(elements[max(len(elements) - 1 - depth, 0) :]):
        said |= element
    host = said.get("host", "").encode("latin-1")
    return Told(_SCHEMES.get(said.get("proto", "").lower()), client, host if is_host(host) else None, "")


def _elements(headers: Headers) -> list[dict[str, str]]:
    """Those of all lines, in order; none if there is one that cannot be understood."""
    text = ",".join(value.decode("latin-1") for name, value in headers if name == FORWARDED)
    elements: list[dict[str, str]] = [{}]
    start = 0
    while start < len(text):
        found = _PAIR.match(text, start)
        if found is None:
            return []
        name, value, end = found.groups()
        if name:
            elements[-1][name.lower()] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value[0] == '"' else value
        if end == ",":
            elements.append({})
        start = found.end()
    return [element for element in elements if element]


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
