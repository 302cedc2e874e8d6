"""The running node as the API sees it, the ``Engine`` of ``control/services.py``: calls methods, counts work."""

from __future__ import annotations

import random
import secrets

import msgspec

from vaas.core.errors import NotFound, VaasError
from vaas.framework.http.wire_heads import RpcHead, decode_rpc_reply, encode
from vaas.platform.gateway.responses import refusal_of
from vaas.platform.gateway.routing import AppRoute, PoolLike, Routing
from vaas.platform.records.traffic import choose

_ABSENT: dict[str, float] = {}


class NoReleaseAnswers(NotFound):
    """{app} has no release that answers. Deploy one, or see `vaas releases {app}` for what became of the last."""


class NodeEngine:
    def __init__(self, routing: Routing, *, debug: bool = False) -> None:
        self._routing = routing
        self._debug = debug

    async def call(self, app: str, method: str, args: bytes, timeout: float) -> tuple[int, bytes]:
        pool = self._pool(app)
        trace = f"call-{secrets.token_hex(6)}"
        try:
            reply = await pool.call("rpc", msgspec.Raw(encode(RpcHead(method))), args, timeout)
        except VaasError as error:
            refusal = refusal_of(error, trace, self._debug)
            return refusal.status, refusal.body
        return decode_rpc_reply(reply.head).status, reply.body

    def _pool(self, app: str) -> PoolLike:
        route = self._routing.by_name.get(app)
        pool = route.pools.get(choose(route.traffic, random.random())) if route else None
        if pool is None:
            raise NoReleaseAnswers(app=app)
        return pool

    def stats(self, app: str) -> dict[str, float]:
        route = self._routing.by_name.get(app)
        return _ABSENT if route is None else add_up(route)


def add_up(route: AppRoute) -> dict[str, float]:
    """The figures of all releases of an app together."""
    total: dict[str, float] = {}
    for pool in route.pools.values():
        for name, value in pool.stats().items():
            total[name] = total.get(name, 0) + value
    return total
