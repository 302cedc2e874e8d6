"""Traffic: ``/apps/{app}/traffic`` and ``/apps/{app}/rollback``."""

from __future__ import annotations

import re

import msgspec

import vaas
from vaas.platform.control import traffic
from vaas.platform.control.endpoints.base import V1, Noun, caller
from vaas.platform.control.traffic import Matched, TrafficOrder
from vaas.platform.records.records import Traffic

_TAG = re.compile(r'"([0-9]{1,9})"')


class RollbackOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    release: int | None = None
    """None: the one that was ready before the one that answers now."""
    revision: int | None = None
    """The revision of the traffic that you have read; None: whatever it is by now."""


def matched(req: vaas.Request) -> Matched:
    """The revisions that ``If-Match`` names (RFC 9110, 13.1.1); None without one, and for ``*``."""
    given = req.headers.get("if-match")
    if given is None or given.strip() == "*":
        return None
    tags = (tag.strip() for tag in given.split(","))
    return frozenset(int(found[1]) for tag in tags if (found := _TAG.fullmatch(tag)))


def tagged(res: vaas.Response, found: Traffic) -> Traffic:
    """With its revision as the answer's entity tag."""
    res.headers["etag"] = f'"{found.revision}"'
    return found


class TrafficOf(Noun):
    @vaas.get(V1 + "/apps/{app}/traffic")
    async def show_traffic(self, req: vaas.Request, res: vaas.Response, app: str) -> Traffic:
        """Which release answers. `ETag` is its revision."""
        caller(req, "see")
        return tagged(res, await traffic.show_traffic(self.store, app))

    @vaas.put(V1 + "/apps/{app}/traffic")
    async def change_traffic(self, req: vaas.Request, res: vaas.Response, app: str, body: TrafficOrder) -> Traffic:
        """Decides which release answers, or how much of the callers each gets; 409 if the revision you read is not the
        newest, 412 if `If-Match` does not name it."""
        caller(req, "traffic", app)
        return tagged(res, await traffic.change_traffic(self.store, app, body, matched(req)))

    @vaas.post(V1 + "/apps/{app}/rollback")
    async def roll_back(self, req: vaas.Request, res: vaas.Response, app: str, body: RollbackOrder) -> Traffic:
        """Locks the traffic to an earlier release; 409 and 412 as for a change of the traffic."""
        caller(req, "traffic", app)
        found = await traffic.roll_back(self.store, app, body.release, body.revision, matched(req))
        return tagged(res, found)
