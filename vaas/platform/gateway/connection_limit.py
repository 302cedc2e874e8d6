"""ConnectionLimit: how many connections a listener holds at once, and which of them goes when one more comes.

The connection that has kept the server waiting for the longest gives way: a client that trickles its request, or has
none, loses its place to one that asks. Only if all are being answered is the newcomer turned away. Asked by
``connection.py`` and ``console.py``; ``cli/vaas_cli/commands/platform.py`` calls ``raise_descriptors``.
"""

from __future__ import annotations

import logging
import resource
from collections.abc import Iterable
from time import monotonic
from typing import Protocol, cast

log = logging.getLogger(__name__)

MOST = 4096
"""Connections at once, unless ``--connections`` says otherwise: with every buffer full they take 2 GB."""
SHARE = 2
"""One in so many descriptors of the process may be a connection: the others are for hosts, some ten each, and files."""
AT_ONCE = 64
"""One in so many goes at a time: to look at all of them for each newcomer would cost as much as a flood wants."""
SAY_AGAIN = 10.0
"""Seconds between two lines about it in the node's log."""


class Member(Protocol):
    """One connection."""

    @property
    def waiting_since(self) -> float | None:
        """Since when we wait for the client; None while it waits for us."""
        ...

    def give_way(self) -> None: ...


class ConnectionLimit:
    def __init__(self, most: int) -> None:
        self.most = most
        self._said = float("-inf")

    @property
    def detail(self) -> str:
        """For the problem that a client gets which is turned away."""
        return f"More than --connections = {self.most} clients are connected at once. Try again in a moment."

    def admit(self, newcomer: Member, members: Iterable[object], size: int) -> bool:
        """Whether the newcomer, one of these ``size`` members, may stay; others may go for it."""
        if size <= self.most:
            return True
        waiting = [(since, member) for member in members if (since := since_of(member)) and member is not newcomer]
        waiting.sort(key=lambda found: found[0])
        leaving = waiting[: size - self.most + self.most // AT_ONCE]
        self._say(len(leaving))
        for _, member in leaving:
            cast(Member, member).give_way()
        return bool(leaving)

    def _say(self, leaving: int) -> None:
        if monotonic() - self._said >= SAY_AGAIN:
            self._said = monotonic()
            what = f"{leaving} that kept us waiting were closed" if leaving else "a new one was turned away"
            log.warning("more than --connections = %d connections at once: %s", self.most, what)


def since_of(member: object) -> float | None:
    """None for a websocket that is open: it may be silent for as long as it likes."""
    return getattr(member, "waiting_since", None)


def raise_descriptors() -> None:
    """As many descriptors as the system lets this process have: what it is given at first is meant for small ones."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def most_connections(wanted: int = 0) -> int:
    """``wanted``, or if that is 0 what suits this process; never more than its descriptors allow."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, min(wanted or MOST, soft // SHARE))
