"""A node for the tests of this folder: real stores in memory, a real catalog and reconciler, and pools that pretend."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace

from tests.platform.reconciler.deploy_records import ASKS_NOTHING, AT, app
from vaas.core.errors import VaasError
from vaas.core.policy import Policy
from vaas.core.pool.errors import DeadlineExceeded, HostBroken
from vaas.core.spec import HostSpec
from vaas.platform.bundle_format.unpack import unpack
from vaas.platform.bundles.memory import MemoryBundles
from vaas.platform.gateway.routing import Routing
from vaas.platform.reconciler.folders import Folders
from vaas.platform.reconciler.layers import Layers
from vaas.platform.reconciler.node_lease import NodeLease
from vaas.platform.reconciler.reconciler import Reconciler
from vaas.platform.reconciler.tools import Tools
from vaas.platform.records import keys
from vaas.platform.records.catalog import Catalog
from vaas.platform.records.documents import find, put
from vaas.platform.records.records import App, Domain, Manifest, Node, Outcome, R, Release, Settings, Traffic
from vaas.platform.store.interface import Delete
from vaas.platform.store.memory import MemoryStore


class FakePool:
    def __init__(self, spec: HostSpec, pools: FakePools) -> None:
        self.spec = spec
        self.hosts = 0
        self.winding_down = False
        self.closed: float | None = None
        """The patience it was closed with."""
        self._pools = pools

    async def warm(self) -> None:
        self._pools.warming.set()
        if gate := self._pools.gates.get(self.spec.release):
            await gate.wait()
        if broken := self._pools.broken.get(self.spec.release):
            raise broken
        self.hosts = 1

    def wind_down(self, whether: bool) -> None:
        self.winding_down = whether

    async def close(self, drain: float) -> None:
        self.closed = drain
        await self._pools.may_end.wait()
        self.hosts = 0

    def stats(self) -> dict[str, float]:
        return {"hosts": self.hosts}

    async def call(self, kind: str, head: object, body: bytes, timeout: float, trace: str = "") -> None:
        if self.spec.release in self._pools.mute:
            raise DeadlineExceeded(timeout=timeout)


class FakePools:
    def __init__(self) -> None:
        self.opened: list[FakePool] = []
        self.broken: dict[str, VaasError] = {}
        """By release (``v2``): why it does not start."""
        self.gates: dict[str, asyncio.Event] = {}
        """By release: what its start waits for."""
        self.warming = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.mute: set[str] = set()
        """Releases that start but answer no request."""

    def open(self, spec: HostSpec) -> FakePool:
        self.opened.append(FakePool(spec, self))
        return self.opened[-1]


def bundle(text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), text)
    return file.getvalue()


class TestNode:
    """``async with TestNode(tmp_path) as node``; what an operator or the API would do is a method."""

    __test__ = False

    def __init__(self, root: Path, store: MemoryStore | None = None, bundles: MemoryBundles | None = None) -> None:
        self.root = root
        self.store = store or MemoryStore()
        self.bundles = bundles or MemoryBundles()
        self.catalog = Catalog(self.store, root / "catalog.msgpack")
        self.pools = FakePools()
        self.routing = Routing()
        self.folders = Folders(root)
        self.now = 0.0
        self._time = AT
        node = Node(id="n1", gateway="http://gateway", console="http://console", started_at=AT, version="1")
        self.lease = NodeLease(self.store, node)
        self.unpack: Callable[[Path, Path], object] = unpack
        self.tools = Tools(
            store=self.store,
            bundles=self.bundles,
            catalog=self.catalog,
            pools=self.pools,  # type: ignore[arg-type]
            routing=self.routing,
            folders=self.folders,
            layers=Layers(self.folders.layers, self.bundles),
            unpack=lambda file, folder: self.unpack(file, folder),
        )
        self.reconciler = Reconciler(self.tools, self.lease, clock=lambda: self.now)

    async def __aenter__(self) -> TestNode:
        await self.catalog.start()
        await self.reconciler.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.pools.may_end.set()
        await self.reconciler.close()
        await self.catalog.close()
        await self.store.close()

    async def commit(self, *changes: object) -> None:
        await self.catalog.reached(await self.store.commit(changes))  # type: ignore[arg-type]

    async def upload(self, data: bytes) -> str:
        async def chunks() -> AsyncIterator[bytes]:
            yield data

        digest = sha256(data).hexdigest()
        await self.bundles.put(digest, chunks(), 1 << 20)
        return digest

    async def deploy(self, name: str = "shop", *, traffic: bool = True, asks: Policy = ASKS_NOTHING) -> int:
        """Records the next release and makes it the candidate, as the API does, and returns its number."""
        found = await find(self.store, keys.app(name), App)
        record = found.record if found else app(self._tick(), name=name)
        number = record.releases + 1
        digest = await self.upload(bundle(f"# {name} {number}"))
        manifest = Manifest(name=name, policy=asks)
        release = Release(
            app=name, number=number, digest=digest, size=1, manifest=manifest, created_at=AT, created_by="ada",
            traffic=traffic,
        )  # fmt: skip
        current = await find(self.store, keys.traffic(name), Traffic)
        moved = replace(current.record if current else Traffic(app=name), candidate=number)
        await self.commit(
            put(keys.app(name), replace(record, releases=number)),
            put(keys.release(name, number), release),
            put(keys.traffic(name), moved),
        )
        return number

    def _tick(self) -> datetime:
        self._time += timedelta(seconds=1)
        return self._time

    async def settled(self, name: str = "shop") -> None:
        await self.reconciler.settled(name)

    async def deployed(self, name: str = "shop") -> int:
        number = await self.deploy(name)
        await self.settled(name)
        return number

    async def set(self, **fields: object) -> None:
        record = Settings(app="shop", revision=1, author="ada", at=AT, **fields)  # type: ignore[arg-type]
        await self.commit(put(keys.settings("shop"), record))

    async def point(self, **fields: object) -> None:
        await self.commit(put(keys.traffic("shop"), replace(await self.read(keys.traffic("shop"), Traffic), **fields)))

    async def domain(self, domain: str, name: str) -> None:
        await self.commit(put(keys.domain(domain), Domain(domain=domain, app=name, created_at=AT, created_by="ada")))

    async def remove(self, name: str = "shop") -> None:
        found = [entry.key for entry in (await self.store.scan(keys.EVERYTHING)).entries if f"/{name}" in entry.key]
        await self.commit(*map(Delete, found))

    async def read(self, key: str, kind: type[R]) -> R:
        found = await find(self.store, key, kind)
        assert found is not None, f"there is no {key}"
        return found.record

    async def outcome(self, number: int, name: str = "shop") -> Outcome:
        return await self.read(keys.outcome(name, number), Outcome)

    def answering(self, name: str = "shop") -> int:
        """The release that a request gets now."""
        return self.routing.by_name[name].traffic.latest


def broken(error: str = "SyntaxError: '(' was never closed") -> HostBroken:
    return HostBroken(error=error, where="app.py:3", traceback="Traceback …")
