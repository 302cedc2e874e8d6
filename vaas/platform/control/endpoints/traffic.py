"""Traffic: ``/apps/{app}/traffic`` and ``/apps/{app}/rollback``."""

from __future__ import annotations

import msgspec

import vaas
from vaas.platform.control import traffic
from vaas.platform.control.endpoints.base import V1, Noun, caller
from vaas.platform.control.traffic import TrafficOrder
from vaas.platform.records.records import Traffic


class RollbackOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    release: int | None = None
    """None: the one that was ready before the one that answers now."""


class TrafficOf(Noun):
    @vaas.get(V1 + "/apps/{app}/traffic")
    async def show_traffic(self, req: vaas.Request, app: str) -> Traffic:
        """Which release answers."""
        caller(req, "see")
        return await traffic.show_traffic(self.store, app)

    @vaas.put(V1 + "/apps/{app}/traffic")
    async def change_traffic(self, req: vaas.Request, app: str, body: TrafficOrder) -> Traffic:
        """Decides which release answers, or how much of the callers each gets."""
        caller(req, "traffic", app)
        return await traffic.change_traffic(self.store, app, body)

    @vaas.post(V1 + "/apps/{app}/rollback")
    async def roll_back(self, req: vaas.Request, app: str, body: RollbackOrder) -> Traffic:
        """Locks the traffic to an earlier release."""
        caller(req, "traffic", app)
        return await traffic.roll_back(self.store, app, body.release)
