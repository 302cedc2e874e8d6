"""ConnectionLimit: how many connections a listener holds at once, all and of one client, and which goes for one more.

The connection that has kept the server waiting for the longest gives way: a client that trickles its request, or has
none, loses its place to one that asks. Only if all are being answered is the newcomer turned away. A client that has
its share already makes room among its own. Asked by ``connection.py``, ``protocol.py`` and ``console.py``;
``cli/vaas_cli/commands/platform.py`` calls ``raise_descriptors``.
"""

from __future__ import annotations

import ipaddress
import logging
import resource
from collections.abc import Collection
from time import monotonic
from typing import NamedTuple, Protocol, cast

log = logging.getLogger(__name__)

MOST = 4096
"""Connections at once, unless ``--connections`` says otherwise: with every buffer full they take 2 GB."""
PART = 4
"""One in so many of them may be one client's, unless ``--connections-per-client`` says otherwise."""
SHARE = 2
"""One in so many descriptors of the process may be a connection: the others are for hosts, some ten each, and files."""
AT_ONCE = 64
"""One in so many goes at a time: to look at all of them for each newcomer would cost as much as a flood wants."""
LOOK_AGAIN = 1.0
"""Seconds between two looks at which client behind a proxy has more than its share."""
SAY_AGAIN = 10.0
"""Seconds between two lines about it in the node's log."""
SUBNET = 64
"""Bits of an IPv6 address that are one client's: a provider gives each at least so large a network (RFC 6177)."""


class Member(Protocol):
    """One connection."""

    @property
    def waiting_since(self) -> float | None:
        """Since when we wait for the client; None while it waits for us."""
        ...

    def give_way(self, why: str = "") -> None: ...


class Refused(NamedTuple):
    """Why a newcomer is turned away."""

    status: int
    code: str
    detail: str


class ConnectionLimit:
    def __init__(self, most: int, per_client: int = 0) -> None:
        """``per_client``: 0 is a quarter of ``most``."""
        self.most = most
        self.per_client = min(per_client or max(1, most // PART), most)
        self._of_client: dict[str, set[Member]] = {}
        self._said: dict[str, float] = {}
        self._looked = float("-inf")

    @property
    def detail(self) -> str:
        """For the problem that a client gets which is turned away."""
        return f"More than --connections = {self.most} clients are connected at once. Try again in a moment."

    @property
    def share_detail(self) -> str:
        option = f"--connections-per-client = {self.per_client}"
        return f"More than {option} connections of your address are open at once. Close some, or try again in a moment."

    def admit(self, newcomer: Member, members: Collection[object], client: str = "") -> Refused | None:
        """None if the newcomer, one of these members, may stay; others may go for it. ``client``: as for ``share``."""
        refused = self.share(newcomer, client)
        if refused is not None or self._room(newcomer, members, self.most, self.detail):
            return refused
        return None if self._cut_surplus(members) else Refused(503, "too-many-connections", self.detail)

    def _cut_surplus(self, members: Collection[object]) -> bool:
        """Whether there was any. What comes by way of a proxy is counted only here, where all are being answered: until
        a request has come, it is no client's."""
        if monotonic() - self._looked < LOOK_AGAIN:
            return False
        self._looked = monotonic()
        told: dict[str, list[Member]] = {}
        for member in members:
            if client := getattr(member, "told_client", ""):
                told.setdefault(client, []).append(cast(Member, member))
        surplus = [member for own in told.values() for member in own[self.per_client :]]
        for member in surplus:
            member.give_way(self.share_detail)
        return bool(surplus)

    def share(self, newcomer: Member, client: str) -> Refused | None:
        """None if it may be counted as that client's (``client_of``) until it leaves; others of its may go for it.
        Empty: of one whose connections are not counted."""
        if not client:
            return None
        own = self._of_client.setdefault(client, set())
        own.add(newcomer)
        if self._room(newcomer, own, self.per_client, self.share_detail):
            return None
        self.leave(newcomer, client)
        return Refused(429, "too-many-connections-of-client", self.share_detail)

    def leave(self, member: Member, client: str) -> None:
        """It is closed, or counted as another client's from now on."""
        own = self._of_client.get(client)
        if own is not None:
            own.discard(member)
            if not own:
                del self._of_client[client]

    def _room(self, newcomer: Member, members: Collection[object], most: int, why: str) -> bool:
        size = len(members)
        if size <= most:
            return True
        waiting = [(since, member) for member in members if (since := since_of(member)) and member is not newcomer]
        waiting.sort(key=lambda found: found[0])
        leaving = waiting[: size - most + most // AT_ONCE]
        self._say(len(leaving), why)
        for _, member in leaving:
            cast(Member, member).give_way(why)
        return bool(leaving)

    def _say(self, leaving: int, why: str) -> None:
        if monotonic() - self._said.get(why, float("-inf")) >= SAY_AGAIN:
            self._said[why] = monotonic()
            what = f"{leaving} that kept us waiting were closed" if leaving else "a new one was turned away"
            log.warning("%s: %s", why.partition(".")[0], what)


def client_of(host: str) -> str:
    """Which client an address, as text, counts as: IPv6 by its network."""
    if ":" not in host:
        return host
    try:
        address = ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return host
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.IPv6Network((int(address) >> SUBNET << SUBNET, SUBNET)))


def since_of(member: object) -> float | None:
    return getattr(member, "waiting_since", None)


def raise_descriptors() -> None:
    """As many descriptors as the system lets this process have: what it is given at first is meant for small ones."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def most_connections(wanted: int = 0) -> int:
    """``wanted``, or if that is 0 what suits this process; never more than its descriptors allow."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, min(wanted or MOST, soft // SHARE))
