"""What ``net`` means: which names may be looked up, and which addresses and ports be connected to. Pure.

A granted *name* opens what it resolves to, but never the node itself, nor what a cloud tells its machines: a name whose
owner points it at 127.0.0.1 gets nothing. A granted *address* is what it says, the node's own too. ``*`` is every
public address. Names become addresses in ``names.py``; who asks is ``broker.py``.

What is not told apart: two names served from one address and port, as a content network does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from vaas.core.host_port import split_host_port

Address = IPv4Address | IPv6Address
IsOwn = Callable[[Address], bool]
"""Whether an address is one of this node's."""

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""Addresses that a gateway turns into IPv4 (RFC 6052): the last 32 bits say which."""


_OF_THE_CLOUD = frozenset(
    map(ip_address, ("168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"))
)
"""Where clouds tell a machine about itself, its credentials too: Azure, Alibaba, Oracle, and AWS and Google by IPv6.
Most others are at 169.254.169.254, which is link-local."""


@dataclass(frozen=True)
class Grants:
    """A ``net`` permission, taken apart."""

    anywhere: bool
    names: frozenset[tuple[str, int]]
    addresses: frozenset[tuple[Address, int]]

    @classmethod
    def of(cls, net: Iterable[str]) -> Grants:
        """Raises ``BadNet``."""
        pairs = [split_host_port(entry) for entry in net if entry != "*"]
        addresses = frozenset((plain(found), port) for host, port in pairs if (found := _literal(host)))
        names = frozenset((normal(host), port) for host, port in pairs if not _literal(host))
        return cls("*" in net, names, addresses)

    def answers(self, name: str) -> bool:
        """Whether that name may be looked up."""
        return self.anywhere or any(name == granted for granted, _ in self.names)

    def names_at(self, port: int) -> list[str]:
        """The names through which a connection to that port may be granted."""
        return sorted(name for name, granted in self.names if granted == port)

    def names_address(self, address: Address, port: int) -> bool:
        """Whether it is granted as it stands."""
        return (plain(address), port) in self.addresses

    def allows(self, address: Address, port: int, known: Callable[[str], Iterable[Address]], is_own: IsOwn) -> bool:
        """Whether a connection may be made. ``known`` gives the addresses that a name has, as far as is known."""
        target = plain(address)
        if self.names_address(target, port):
            return True
        if self.anywhere and is_public(target, is_own):
            return True
        return any(target in known(name) and _may_be(name, target, is_own) for name in self.names_at(port))


def normal(name: str) -> str:
    """A name as it is compared: lower case, without the final dot, in the alphabet of DNS where it fits there."""
    name = name.lower().removesuffix(".")
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return name


def plain(address: Address) -> Address:
    """An IPv4 address in IPv6 clothes is the IPv4 address."""
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def is_local_name(name: str) -> bool:
    """Names that mean the machine itself, whichever server is asked (RFC 6761)."""
    return name == "localhost" or name.endswith(".localhost")


def is_public(address: Address, is_own: IsOwn) -> bool:
    """Whether the whole world may know it under this address, and it is not this node."""
    return all(face.is_global and not face.is_multicast and _is_elsewhere(face, is_own) for face in _faces(address))


def _may_be(name: str, address: Address, is_own: IsOwn) -> bool:
    """Whether a name may mean this address. Private networks are fine: a database's name leads there."""
    if is_local_name(name):
        return address.is_loopback
    return all(_is_elsewhere(face, is_own) for face in _faces(address))


def _is_elsewhere(address: Address, is_own: IsOwn) -> bool:
    here = address.is_loopback or address.is_unspecified or address.is_link_local or address.is_multicast
    return not here and address not in _OF_THE_CLOUD and not is_own(address)


def _faces(address: Address) -> list[Address]:
    """The address and those that its packets may end at."""
    faces: list[Address] = [address]
    if isinstance(address, IPv6Address):
        if address in _TRANSLATED:
            faces.append(IPv4Address(int(address) & 0xFFFFFFFF))
        if address.sixtofour is not None:
            faces.append(address.sixtofour)
    return faces


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
