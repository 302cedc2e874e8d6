"""An entry of another framework, served, and what it answers."""

from __future__ import annotations

from typing import Any

from vaas.core.policy import Interface
from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.foreign.entries import open_callable
from vaas.framework.http.wire_heads import HttpHead, decode_http_reply
from vaas.framework.testing.calls import MemoryExchange, answering

Headers = list[tuple[bytes, bytes]]


class Served:
    """An entry's service, and what it reports."""

    def __init__(self, entry: Any, *, debug: bool = False, interface: Interface = "auto") -> None:
        self.reports: list[str] = []
        service = open_callable(entry, Runtime(report=self.reports.append, debug=debug), interface)
        assert service is not None
        self.service = service

    async def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *parts: bytes,
        query: bytes = b"",
        headers: Headers | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        exchange = MemoryExchange(
            "http",
            HttpHead(method, path, query, headers or [], "/legacy", "https", ("1.2.3.4", 5), ("h.org", 443)),
            body,
            more=bool(parts),
        )
        for part in parts:
            exchange.inbox.put_nowait((part, False))
        exchange.inbox.put_nowait(None)
        await self.run(exchange)
        assert exchange.head is not None
        reply = decode_http_reply(exchange.head)
        return reply.status, {n.decode(): v.decode() for n, v in reply.headers}, exchange.whole_body()

    async def run(self, exchange: MemoryExchange) -> None:
        with answering(exchange):
            work = self.service.handle(exchange)
            if work is not None:
                await work

    def handle(self, exchange: Any) -> Any:
        return self.service.handle(exchange)
