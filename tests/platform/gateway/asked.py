"""One request or websocket by way of ASGI, with an app whose pool the test plays: what the server hands in and gets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from tests.platform.gateway.served import Answers, begin, whole
from vaas.core.policy import Limits, Policy
from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.spec import HostSpec
from vaas.core.wire.messages import CHUNK, Data
from vaas.platform.gateway.asgi_path import AsgiPath
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.gateway.routing import AppRoute, PoolLike, Routing
from vaas.platform.records.records import Traffic

LIMIT = 3 * CHUNK
MESSAGE_LIMIT = 1024 * 1024


class Pool(Answers):
    """Gives each call a link that notes what the worker is sent."""

    def __init__(self, body: bytes | None = None) -> None:
        super().__init__(body)
        limits = Limits(body=LIMIT, message=MESSAGE_LIMIT)
        self.spec = HostSpec(app="app", release="v1", folder="/", data="/", tmp="/", policy=Policy(limits=limits))
        self.sent: list[Data] = []
        self.cancelled: list[str] = []
        self.consumed = 0

    def submit(self, pending: PendingCall) -> None:
        begin(pending, cast(LinkToWorker, self))
        self.calls.append(pending)
        if self._body is not None:
            pending.on_reply(whole(self._body))

    # as a link

    def on_moved(self, call: PendingCall) -> None: ...
    def occupy(self, call: PendingCall) -> None: ...
    def write(self, part: Data) -> None:
        self.sent.append(part)
        self.calls[0].credited(len(part.data) + self.calls[0].overhead if self.calls[0].more else 0)

    def give_credit(self, call_id: int, size: int) -> None:
        self.consumed += size

    def cancel(self, call: PendingCall, reason: str) -> None:
        self.cancelled.append(reason)
        call.link = None


class Caller:
    """The client of a request, as its connection knows it."""

    def __init__(self) -> None:
        self.on_gone: Callable[[], None] | None = None
        self.waits: Callable[[], bool] | None = None
        """Given when its leaving is to be noticed though nothing is read."""

    def watch(self, waits: Callable[[], bool]) -> None:
        self.waits = waits


class Asked:
    """One request: what the server hands in by ``receive``, and what it gets by ``send``."""

    def __init__(self, pool: Pool, kind: str = "http", *headers: tuple[bytes, bytes], **traffic: Any) -> None:
        routing = Routing()
        split = Traffic(app="app", **(traffic or {"mode": "lock", "lock": 1}))
        routing.put(AppRoute("app", {1: cast(PoolLike, pool), 2: cast(PoolLike, Pool(b"two"))}, split))
        self.routing, self.pool = routing, pool
        self.checking = asyncio.Event()
        """Set once a token is being checked, which then waits for ``checked``."""
        self.checked = asyncio.Event()
        self.checked.set()
        self._path = AsgiPath(GatewayNode(routing, self._may_use))
        self.scope: dict[str, Any] = {
            "type": kind,
            "method": "POST",
            "path": "/app/x",
            "query_string": b"q=1",
            "headers": [(b"host", b"x"), *headers],
            "scheme": "http",
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
        }
        self.caller = self.scope["vaas.client"] = Caller()
        self.incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.task = asyncio.create_task(self._path(self.scope, self.incoming.get, self._send))

    async def _may_use(self, token: str, app: str) -> bool:
        self.checking.set()
        await self.checked.wait()
        return (token, app) == ("good", "app")

    async def _send(self, message: Any) -> None:
        self.sent.append(message)

    def body(self, data: bytes = b"", *, more: bool = False) -> None:
        self.incoming.put_nowait({"type": "http.request", "body": data, "more_body": more})

    def say(self, type: str, **fields: Any) -> None:
        self.incoming.put_nowait({"type": type, **fields})

    @property
    def status(self) -> int:
        return cast(int, self.sent[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])

    @property
    def content(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


def play(scene: Callable[[], Any]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(10):
            await scene()

    asyncio.run(bounded())
