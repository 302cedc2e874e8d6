"""GatewayNode: what every connection of the gateway shares: routing, request ids, the date, refusals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from vaas.core.nearest import nearest
from vaas.framework.http.problems import Problem, problem
from vaas.platform.gateway.connection_limit import MOST, ConnectionLimit
from vaas.platform.gateway.forwarded import TrustedProxies
from vaas.platform.gateway.hang_ups import HangUps
from vaas.platform.gateway.partly_received import PartlyReceived
from vaas.platform.gateway.request_ids import RequestIds
from vaas.platform.gateway.responses import refuse
from vaas.platform.gateway.routing import AppRoute, Routing
from vaas.platform.records.standing import Standing

StandingOf = Callable[[str], Standing]
"""How the app of this name is doing."""
MayUse = Callable[[str, str], Awaitable[bool]]
"""Whether a token (its text) may pick a release of an app (its name)."""


class GatewayNode:
    def __init__(
        self,
        routing: Routing,
        may_use: MayUse,
        *,
        connections: int = MOST,
        per_client: int = 0,
        debug: bool = False,
        trusted: TrustedProxies | None = None,
        standing_of: StandingOf = lambda app: "unknown",
        ids: RequestIds | None = None,
    ) -> None:
        """``connections``: how many the gateway holds at once, ``per_client`` of one (0: a quarter); ``trusted``: whose
        forwarded headers count."""
        self._standing_of = standing_of
        self.trusted = trusted or TrustedProxies()
        self.routing = routing
        self.may_use = may_use
        self.connection_limit = ConnectionLimit(connections, per_client)
        self.hang_ups = HangUps()
        self._partly: WeakValueDictionary[str, PartlyReceived] = WeakValueDictionary()
        self.debug = debug
        self.next_trace = (ids or RequestIds()).next
        self._date_of: object = None
        self._date = b""

    def partly_received(self, app: str, limit: int) -> PartlyReceived:
        """What the websockets of this app have sent of messages; ``limit``: bytes of one."""
        found = self._partly.get(app)
        if found is None:
            found = self._partly[app] = PartlyReceived(limit)
        found.most = max(found.most, 2 * limit)
        return found

    def date_line(self, default_headers: list[tuple[bytes, bytes]]) -> bytes:
        """The server's default headers as lines; it makes a new list each second."""
        if default_headers is not self._date_of:
            self._date_of = default_headers
            self._date = b"".join(b"%b: %b\r\n" % header for header in default_headers)
        return self._date

    def unknown(self, path: str, trace: str) -> Problem:
        name = path.split("/", 2)[1] if "/" in path else path
        if self._standing_of(name) not in ("unknown", "failed"):  # this node has just started, and is about to open it
            return _starting(f"{name} is starting on this node.", trace)
        near = nearest(name, self.routing.by_name) if self.debug else ""
        hint = f" Did you mean /{near}/?" if near else ""
        return refuse(404, "app-not-found", f"No app answers here.{hint}", trace)

    def with_slash(self, root_path: str, query: bytes, trace: str) -> Problem:
        """``/shop`` is ``/shop/``: without the slash every relative link of the page would lead out of the app."""
        to = f"{root_path}/".encode() + (b"?" + query if query else b"")
        return problem(308, "The app is at this path with a slash.", trace, [(b"location", to)], {"code": "add-slash"})

    def without_release(self, route: AppRoute, trace: str) -> Problem:
        match self._standing_of(route.name):
            case "new":
                return refuse(503, "not-deployed", f"{route.name} has not been deployed yet.", trace, retry=5)
            case "starting":
                return _starting(f"{route.name} is starting for the first time.", trace)
            case "waiting":
                detail = f"{route.name} waits for its operator to grant what it asks for."
                return refuse(503, "waiting-for-grants", detail, trace, retry=5)
        detail = f"No release of {route.name} can answer. See its releases and their outcomes."
        return refuse(503, "no-release", detail, trace, retry=5)


def _starting(detail: str, trace: str) -> Problem:
    refusal = refuse(503, "starting", f"{detail} Try again in a moment.", trace, retry=1)
    return refusal._replace(headers=[*refusal.headers, (b"refresh", b"1")])  # a browser does so by itself
