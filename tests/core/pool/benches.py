"""Benches: real zygotes and real hosts in a folder of their own, and how tests ask them things."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, convert

from vaas.core.limits.delegation import find
from vaas.core.policy import Limits, Permissions, Policy
from vaas.core.pool.pool import Pool
from vaas.core.pool.pools import Pools
from vaas.core.spec import HostSpec
from vaas.core.wire.messages import LogLine, Reply
from vaas.framework.http.wire_heads import HttpHead, RpcHead, decode_rpc_reply, encode


class Bench:
    """Pools in a folder of their own, and what their hosts said."""

    def __init__(self, pools: Pools, folder: Path, lines: list[LogLine]) -> None:
        self.pools, self.folder, self.lines = pools, folder, lines

    def pool(self, code: str, permissions: dict[str, Any] | None = None, **limits: Any) -> Pool:
        app = self.folder / "app"
        app.mkdir(exist_ok=True)
        (app / "app.py").write_text(code)
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        allowed = Permissions(modules=("*",), **(permissions or {}))
        policy = Policy(code="trusted", permissions=allowed, limits=convert(limits, Limits))
        spec = HostSpec(
            app="works", release="v1", folder=str(app), data=str(data), tmp="", policy=policy,
            service="vaas.framework.serving.service",
        )  # fmt: skip
        return self.pools.open(spec)


async def ask(pool: Pool, method: str, timeout: float = 20.0, **arguments: Any) -> Any:
    body = msgspec.json.encode(arguments)
    reply = await pool.call("rpc", Raw(encode(RpcHead(method))), body, timeout)
    assert decode_rpc_reply(reply.head).status == 200, reply.body
    return msgspec.json.decode(reply.body) if reply.body else None


async def fetch(pool: Pool, path: str, timeout: float = 20.0) -> Reply:
    """A GET, with its whole answer, however it came."""
    head = HttpHead("GET", path, b"", [], "", "http", None, None)
    return await pool.call("http", Raw(encode(head)), b"", timeout, "trace-1")


def opened(folder: Path, on_line: Callable[[LogLine], None]) -> Pools:
    """With their zygote; hosts get their folders in ``folder``."""
    pools = Pools(lambda info: info, lambda app, release, line: on_line(line), str(folder), (), find())
    pools.start()
    return pools


@asynccontextmanager
async def bench(folder: Path) -> AsyncIterator[Bench]:
    lines: list[LogLine] = []
    pools = opened(folder / "tmp", lines.append)
    try:
        yield Bench(pools, folder, lines)
    finally:
        await pools.stop()


async def readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(descriptor, lambda: ready.done() or ready.set_result(None))
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)
