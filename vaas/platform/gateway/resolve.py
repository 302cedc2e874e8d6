"""Aim: which pool answers an ordinary request, or why none does. Asked by ``protocol.py`` when the head is in."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from vaas.core.limits.words import limit_words
from vaas.framework.http.wire_heads import HttpHead, encode
from vaas.platform.gateway.fast_path import FastRequest
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.gateway.pick import pick
from vaas.platform.gateway.responses import Refusal, refuse
from vaas.platform.gateway.routing import AppRoute

if TYPE_CHECKING:
    from vaas.core.pool.pool import Pool


def aim(node: GatewayNode, request: FastRequest, route: AppRoute, head: HttpHead, length: int) -> None:
    """Gives the request its pool and its head, or its refusal. ``length`` is that of its body."""
    chosen = pick(route, head.headers)
    pool = cast("Pool | None", chosen.pool)
    if pool is None:
        request.refusal = node.without_release(route, request.trace)
        return
    limit = pool.spec.policy.limits.body
    if length > limit:
        request.refusal = too_large(limit, request.trace)
        return
    if chosen.set_cookie:
        request.extra = b"set-cookie: %b\r\n" % chosen.set_cookie
    request.pool = pool
    request.handler = handler_of(pool, head)
    request.head = encode(head)


def handler_of(pool: Pool, head: HttpHead) -> str:
    """Which plain ``def`` will answer and occupy its worker; empty if none will."""
    hints = pool.hints
    return hints.handler(head.method, head.path) if hints is not None and hints.may_block else ""


def too_large(limit: int, trace: str) -> Refusal:
    detail = f"The request body is larger than {limit_words('body', limit)}."
    return refuse(413, "body-too-large", detail, trace, limit=limit)
