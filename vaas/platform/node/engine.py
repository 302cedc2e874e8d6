"""The running node as the API sees it, the ``Engine`` of ``control/services.py``: calls methods, counts work."""

from __future__ import annotations

import random
import secrets
from collections.abc import Awaitable, Callable, Mapping

import msgspec
from msgspec import structs

from vaas.core.errors import NotFound, VaasError
from vaas.core.pool.calls.tally import Counts
from vaas.core.pool.program import Program
from vaas.core.spec import HostSpec
from vaas.core.terminal import Terminal
from vaas.core.undecodable import UNDECODABLE
from vaas.framework.http.headers import STATUSES
from vaas.framework.http.wire_heads import RpcHead, decode_rpc_reply, encode
from vaas.platform.control.services import Started
from vaas.platform.gateway.responses import refusal_of, refuse
from vaas.platform.gateway.routing import AppRoute, PoolLike, Routing
from vaas.platform.records.traffic import choose

_ABSENT: dict[str, float] = {}


class NoReleaseAnswers(NotFound):
    """{app} has no release that answers. Deploy one, or see `vaas releases {app}` for what became of the last."""


class ReleaseNotHere(NotFound):
    """v{release} of {app} is not on this node: traffic does not name it, and it is not kept for a rollback."""


class NodeEngine:
    def __init__(
        self,
        routing: Routing,
        counts: Callable[[str], Counts],
        start: Callable[[HostSpec, float], Awaitable[Program]],
        quarantine: Callable[[str], str] = lambda app: "",
        *,
        debug: bool = False,
    ) -> None:
        """``counts``: the totals of all pools that an app has had here; ``start`` begins the command that a spec names,
        for at most so many seconds; ``quarantine``: why this node does not work on an app, or empty."""
        self._routing = routing
        self._counts = counts
        self._start = start
        self.quarantine = quarantine
        self._debug = debug

    async def call(self, app: str, method: str, args: bytes, timeout: float) -> tuple[int, bytes]:
        pool = self._pool(app)
        trace = f"call-{secrets.token_hex(6)}"
        try:
            reply = await pool.call("rpc", msgspec.Raw(encode(RpcHead(method))), args, timeout)
        except VaasError as error:
            refusal = refusal_of(error, trace, self._debug)
            return refusal.status, refusal.body
        status = _status(reply.head)
        if status is None:
            refusal = refuse(502, "invalid-answer", "The app sent an answer that is not valid.", trace)
            return refusal.status, refusal.body
        if status >= 500:
            pool.answered_badly(status)
        return status, reply.body

    async def run(
        self, app: str, release: int | None, command: tuple[str, ...], timeout: float, terminal: Terminal | None = None
    ) -> Started:
        pool = self._pool(app) if release is None else self._release(app, release)
        spec = structs.replace(pool.spec, program=command, terminal=terminal)
        return Started(int(spec.release.removeprefix("v")), await self._start(spec, timeout))

    def _release(self, app: str, release: int) -> PoolLike:
        route = self._routing.by_name.get(app)
        pool = route.pools.get(release) if route else None
        if pool is None:
            raise ReleaseNotHere(app=app, release=release)
        return pool

    def _pool(self, app: str) -> PoolLike:
        route = self._routing.by_name.get(app)
        pool = route.pools.get(choose(route.traffic, random.random())) if route else None
        if pool is None:
            raise NoReleaseAnswers(app=app)
        return pool

    def stats(self, app: str) -> dict[str, float]:
        route = self._routing.by_name.get(app)
        if route is None:
            return _ABSENT
        counts = self._counts(app)
        return {**add_up(route), "calls": counts.calls, "errors": counts.errors}

    def errors_by_status(self, app: str) -> Mapping[int, int]:
        return self._counts(app).codes


def _status(head: msgspec.Raw) -> int | None:
    """None for what no service of ours would send."""
    try:
        status = decode_rpc_reply(head).status
    except UNDECODABLE:
        return None
    return status if status in STATUSES else None


def add_up(route: AppRoute) -> dict[str, float]:
    """How all releases of an app fare now, together."""
    total: dict[str, float] = {}
    for pool in route.pools.values():
        for name, value in pool.stats().items():
            total[name] = total.get(name, 0) + value
    return total
