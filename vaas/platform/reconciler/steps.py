"""The deploy's vocabulary: the steps that bring one app on this node to what the records say, and what is here now.

Each step is safe to repeat. ``plan.py`` decides which come next, ``perform.py`` does one, ``app_reconciler.py`` loops.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath

from vaas.core.spec import HostSpec
from vaas.platform.records.records import Grants, Traffic

SHORT = 12
"""Hex digits of a digest that name a folder: 48 bits, of which one app has a handful."""


def short(digest: str) -> str:
    return digest[:SHORT]


@dataclass(frozen=True, slots=True)
class Fetch:
    """Bring the bundle from the bundle store to this node's disk."""

    number: int


@dataclass(frozen=True, slots=True)
class Verify:
    """Make sure that the fetched bundle is the one the release names."""

    number: int


@dataclass(frozen=True, slots=True)
class Unpack:
    """Make the folder that hosts run from."""

    number: int


@dataclass(frozen=True, slots=True)
class Layer:
    """Have the layer that the release names on this node's disk: another app may have brought it already."""

    number: int


@dataclass(frozen=True, slots=True)
class Open:
    """Make a pool, which starts nothing yet."""

    number: int
    spec: HostSpec


@dataclass(frozen=True, slots=True)
class Start:
    """Have a worker of that pool import the app."""

    number: int
    spec: HostSpec


@dataclass(frozen=True, slots=True)
class Probe:
    """See that what has started is an app that answers."""

    number: int
    spec: HostSpec


@dataclass(frozen=True, slots=True)
class Ready:
    """Record that the candidate has proven itself."""

    number: int


@dataclass(frozen=True, slots=True)
class Fail:
    """Record that the candidate will not start, and why."""

    number: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class Wait:
    """Record that the candidate waits for what it has not been granted."""

    number: int
    missing: Grants


@dataclass(frozen=True, slots=True)
class Accept:
    """Record that every release that answers starts with the revision on trial: it is in force now."""

    revision: int


@dataclass(frozen=True, slots=True)
class Reject:
    """Record that this release does not start with the revision on trial, and why."""

    revision: int
    number: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class Switch:
    """Give the gateway this route: requests from now on take it, those in flight stay where they are."""

    route: Route


@dataclass(frozen=True, slots=True)
class Drain:
    """Close a pool once its requests have ended, or after so many seconds."""

    number: int
    spec: HostSpec
    seconds: float


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete an unpacked release by its short digest."""

    short: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Take a removed app from the gateway."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete everything of a removed app."""

    keep_data: bool
    """Set what it has stored aside instead: no record says that it was removed on purpose."""
    kept_as: int | None = None
    """Set it aside under this stamp: it is kept for a while, and may be brought back."""


@dataclass(frozen=True, slots=True)
class Purge:
    """Delete what a removed app has stored: it is not kept any longer."""

    stamp: int


Step = (
    Fetch | Verify | Unpack | Layer | Open | Start | Probe | Ready | Fail | Wait | Accept | Reject | Switch | Drain
    | Remove | Drop | Forget | Purge
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Route:
    """What the gateway has for an app, as far as the plan is concerned: ``routing.AppRoute`` with specs for pools."""

    traffic: Traffic
    pools: dict[int, HostSpec]


@dataclass(frozen=True, slots=True)
class PoolState:
    """One pool that is open here. A release may have two while one replaces the other."""

    number: int
    spec: HostSpec
    hot: bool = False
    """It has hosts running now."""
    started: bool = False
    """A worker of it has been ready."""
    proven: bool = False
    """And has answered the probe."""

    @property
    def short(self) -> str:
        """The short digest of the bundle it runs from (``folders.py`` names folders so)."""
        return PurePath(self.spec.folder).name


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a release could not be brought to where it should be, and when that is tried again."""

    spec: HostSpec
    """What was tried: another spec is another matter, and is tried at once."""
    error: str
    where: str = ""
    traceback: str = ""
    passing: bool = False
    """The cause may go away by itself: a store that does not answer, say."""
    tries: int = 1
    due: float = 0.0
    """On the reconciler's clock."""


@dataclass(frozen=True, slots=True)
class Here:
    """Everything of one app that is on this node now."""

    born: datetime | None = None
    """When the app was made whose folders these are; None while there are none."""
    fetched: frozenset[str] = frozenset()
    """Short digests of bundles on disk; likewise the next two."""
    verified: frozenset[str] = frozenset()
    unpacked: frozenset[str] = frozenset()
    layers: frozenset[str] = frozenset()
    """The digests of the layers that are on this node, whoever had them brought."""
    kept: frozenset[int] = frozenset()
    """Stamps of removed apps of this name whose data is set aside here."""
    draining: frozenset[str] = frozenset()
    """Short digests that pools being closed still run from."""
    pools: tuple[PoolState, ...] = ()
    route: Route | None = None
    failures: dict[int, Failure] = field(default_factory=dict)
    """By release."""
    traces: bool = False
    """A removed app has left something that is not listed here: a log, a uid, a folder."""
    seen: bool = True
    """A record of the app has been seen since this node started: that it is gone now means that it was removed."""

    def __bool__(self) -> bool:
        """Whether there is anything that would have to go with the app."""
        return bool(
            self.born or self.fetched or self.unpacked or self.draining or self.pools or self.route or self.traces
        )
