"""Routing: what the gateway asks for each request. Plain dicts, so that an answer costs one look-up and no await.

An app's route is replaced whole by the reconciler (``platform/reconciler/reconciler.py``): a request that has taken a
route goes on with the pool it chose while the next request already sees the new one. Which release answers:
``platform/records/traffic.py``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from msgspec import Raw

from vaas.core.spec import HostSpec
from vaas.core.wire.messages import Reply
from vaas.platform.records.records import Traffic


class PoolLike(Protocol):
    """What the platform needs of a pool (``core/pool/pool.py``): the hosts of one spec on this node."""

    spec: HostSpec
    info: Any
    """What the app said of itself when a worker was last ready; None before."""

    @property
    def hosts(self) -> int:
        """Running now."""
        ...

    async def warm(self) -> None:
        """Returns once a worker is ready. Raises ``HostBroken`` if the app does not start."""
        ...

    def wind_down(self, whether: bool) -> None:
        """Whether its hosts end as soon as they have nothing in flight: other releases answer now."""
        ...

    async def close(self, drain: float) -> None:
        """Takes no new calls, waits at most ``drain`` seconds for those in flight, then ends the hosts."""
        ...

    def stats(self) -> dict[str, float]: ...

    def answered_badly(self, code: int) -> None:
        """An answer that ``call`` has returned says that the app failed."""
        ...

    async def call(self, kind: str, head: Raw, body: bytes, timeout: float, trace: str = "") -> Reply:
        """One simple exchange, for at most ``timeout`` seconds."""
        ...


class PoolsLike(Protocol):
    def open(self, spec: HostSpec) -> PoolLike:
        """A pool that has no hosts yet."""
        ...


@dataclass(frozen=True, slots=True)
class AppRoute:
    """One app on this node. Every release that ``traffic`` lets answer has its pool here, if this node could get it."""

    name: str
    pools: dict[int, PoolLike]
    """By release number: those that traffic names, and those kept for rollback and ``X-Vaas-Release``."""
    traffic: Traffic


@dataclass(slots=True)
class Routing:
    """Every app of this node by name and by domain. The gateway reads the dicts; the reconciler calls the methods."""

    by_name: dict[str, AppRoute] = field(default_factory=dict)
    by_domain: dict[str, AppRoute] = field(default_factory=dict)
    """By lower-case domain without a port; a domain whose app is not here is absent."""
    _table: dict[str, str] = field(default_factory=dict, repr=False)

    def put(self, route: AppRoute) -> None:
        self.by_name[route.name] = route
        for domain, name in self._table.items():
            if name == route.name:
                self.by_domain[domain] = route

    def drop(self, name: str) -> None:
        """Forgets an app; forgetting one that is not here is fine."""
        if self.by_name.pop(name, None):
            self._point_domains()

    def domains(self, table: dict[str, str]) -> None:
        """Replaces the whole table: domain → name of the app."""
        self._table = {domain.lower(): name for domain, name in table.items()}
        self._point_domains()

    def _point_domains(self) -> None:
        self.by_domain = {domain: self.by_name[name] for domain, name in self._table.items() if name in self.by_name}
