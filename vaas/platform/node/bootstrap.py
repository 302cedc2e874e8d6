"""Bootstrap: the one place that names concrete stores and puts a node together, and takes it apart again.

``async with Platform(options) as platform`` is a running node. What then happens to a request begins in
``gateway/protocol.py``; to a deploy, in ``platform/control/endpoints/api.py`` and
``platform/reconciler/reconciler.py``."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import tempfile
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from vaas.core.confine.promises import describe, missing
from vaas.core.confine.system import Capabilities, probe
from vaas.core.errors import Unavailable, VaasError
from vaas.core.limits.cgroups import Cgroups
from vaas.core.limits.delegation import find
from vaas.core.pool.pools import Pools
from vaas.platform.auth.tokens import ensure_admin, identify
from vaas.platform.bundle_format.unpack import unpack
from vaas.platform.bundles.folder import FolderBundles
from vaas.platform.bundles.interface import Bundles
from vaas.platform.bundles.memory import MemoryBundles
from vaas.platform.control.endpoints.api import build_api
from vaas.platform.control.own_names import OwnNames, own_names
from vaas.platform.control.services import Services
from vaas.platform.gateway.blocking_routes import understand
from vaas.platform.gateway.connection_limit import most_connections
from vaas.platform.gateway.forwarded import TrustedProxies
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.gateway.request_ids import RequestIds
from vaas.platform.gateway.routing import Routing
from vaas.platform.logs.log_store import Logs
from vaas.platform.node.disk_usage import DiskUsage
from vaas.platform.node.engine import NodeEngine
from vaas.platform.node.layer_builder import LayerBuilder
from vaas.platform.node.options import Options
from vaas.platform.node.rewarming import Rewarming
from vaas.platform.node.servers import Listener, bind, console, gateway, listening_host, url_of
from vaas.platform.reconciler.collecting import Collector
from vaas.platform.reconciler.folders import Folders
from vaas.platform.reconciler.layers import Layers
from vaas.platform.reconciler.node_lease import NodeLease
from vaas.platform.reconciler.reconciler import Reconciler
from vaas.platform.reconciler.tools import Tools
from vaas.platform.records.catalog import Catalog
from vaas.platform.records.records import Node, now
from vaas.platform.records.standing import standing
from vaas.platform.store import disk_errors, private
from vaas.platform.store.interface import Store
from vaas.platform.store.memory import MemoryStore
from vaas.platform.store.sqlite import SqliteStore

PRELOAD = ("vaas.framework.serving.service", "vaas.framework.foreign.entries")
"""What the zygote imports of the floor above it."""

DATABASE = ("config.sqlite", "config.sqlite-wal", "config.sqlite-shm")
OWN_FILES = tuple(map(Path, (*DATABASE, "lock", "node-id", "last-good", "node/uids.json", "node/running.json")))
OWN_FOLDERS = (Path("bundles"), Path("logs"))
"""What of the data folder is the node's alone; that of the apps, which are users of their own, is closed by
``reconciler/folders.py``."""
WAYS = tuple(map(Path, ("node", "apps", "tmp", "removed")))

ROUTES = 2.0
"""Seconds for which requests to a node that starts wait, at most, until the gateway knows the way to each app that is
here: before that they would be refused. An app that has to be fetched or started takes longer."""

WARM = 5.0
"""Seconds to wait, at most, for the zygote to tell what apps' folders are called; it is warm long before."""


class ConfinementMissing(Unavailable):
    """This system cannot confine apps as --require-confinement demands: {missing}"""


class DataFolderUnusable(Unavailable):
    """{folder} cannot be the platform's data folder: {reason}. Give one that can be made and written to, with
    --data."""


class Platform:
    """A node. ``gateway_url``, ``console_url`` and ``admin_token`` are there once it is entered."""

    gateway_url: str
    console_url: str
    admin_token: str
    token_is_new: bool
    confinement: list[str]
    """What the kernel holds apps to on this system, and what it calls their folders, line by line, for people."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._stack = contextlib.AsyncExitStack()
        self._closed = asyncio.Event()
        self._ids = RequestIds()

    async def __aenter__(self) -> Self:
        try:
            async with self._stack:
                await self._start()
                self._stack = self._stack.pop_all()
        except BaseException:
            self._closed.set()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()
        self._closed.set()

    async def wait_closed(self) -> None:
        await self._closed.wait()

    async def look_again(self, app: str) -> None:
        """What ``Options.local`` has of that app has changed. Returns once the node has done what follows from it."""
        await self._reconciler.look_again(app)

    # --- putting together, in the order in which things need each other; the stack takes it apart in reverse

    async def _start(self) -> None:
        options = self._options
        groups = find(options.cgroup)
        root = self._root()
        system = msgspec.structs.replace(probe((str(root),)), groups=groups.controllers)
        self._check_confinement(system)
        gateway_socket, console_socket = self._bind()
        self.gateway_url, self.console_url = url_of(gateway_socket), url_of(console_socket)
        self._names = own_names([*options.console_hosts, *listening_host(options.console)])
        store, bundles = await self._stores(root)
        folders = Folders(root, system, options.local)
        folders.lay_out()
        self.admin_token, self.token_is_new = await ensure_admin(store, options.admin_token or None)
        logs = Logs(root / "logs", has_issued=self._ids.has_issued)
        self._stack.push_async_callback(logs.close)
        pools = self._pools(root, logs, groups)
        routing = Routing()
        catalog = await self._catalog(store, root)
        node = Node(
            id=node_id(root), gateway=self.gateway_url, console=self.console_url, started_at=now(),
            version=version("vaas"),
        )  # fmt: skip
        tools = Tools(
            store, bundles, catalog, pools, routing, folders, self._layers(folders, bundles), unpack,
            forget_logs=logs.forget, logged=logs.names, forget_counts=pools.forget, environ=os.environ,
            debug=options.debug, local=options.local,
        )  # fmt: skip
        self._reconciler = reconciler = Reconciler(tools, NodeLease(store, node))
        self._stack.push_async_callback(reconciler.close)
        engine = NodeEngine(routing, pools.counts, pools.run, reconciler.quarantine, debug=options.debug)
        disk = await self._stack.enter_async_context(DiskUsage(root, folders, bundles, lambda: catalog.snapshot))
        builder = LayerBuilder(root / "node" / "builds", pools.run, bundles, folders.builder(), os.environ)
        builder.lay_out()
        services = Services(
            store, bundles, logs, engine, disk, builder, node.id, self.gateway_url, self.console_url, node.version,
            node.started_at,
        )  # fmt: skip
        apps = gateway(self._gateway_node(routing, catalog, store), gateway_socket, options.on_request)
        api = await asyncio.to_thread(build_api, services)  # a twentieth of a second
        # Before any app is worked on: whatever is stored, the node can be reached and looked at.
        self._serve(console(OwnNames(api, self._names), console_socket))
        await self._begin(reconciler, apps)
        self.confinement = await self._describe(system, pools)
        await self._stack.enter_async_context(Collector(store, bundles, tools.layers, folders, reconciler))
        await self._stack.enter_async_context(Rewarming(root / "node" / "running.json", pools.running, routing))

    def _layers(self, folders: Folders, bundles: Bundles) -> Layers:
        layers = Layers(folders.layers, bundles)
        layers.lay_out()
        self._stack.push_async_callback(layers.close)
        return layers

    def _check_confinement(self, system: Capabilities) -> None:
        weak = missing(system)
        if self._options.require_confinement and weak:
            raise ConfinementMissing(missing="; ".join(weak))

    async def _describe(self, system: Capabilities, pools: Pools) -> list[str]:
        own_root = None
        with contextlib.suppress(TimeoutError):
            own_root = await asyncio.wait_for(pools.own_root(), WARM)
        return describe(system, own_root)

    def _bind(self) -> tuple[socket.socket, socket.socket]:
        gateway_socket = bind(self._options.listen, "--listen")
        self._stack.callback(gateway_socket.close)
        console_socket = bind(self._options.console, "--console")
        self._stack.callback(console_socket.close)
        return gateway_socket, console_socket

    def _root(self) -> Path:
        if self._options.data is not None:
            return _made(self._options.data.absolute())
        return Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="vaas-")))

    async def _stores(self, root: Path) -> tuple[Store, Bundles]:
        store: Store
        bundles: Bundles
        if self._options.data is None:
            store, bundles = MemoryStore(), MemoryBundles()
        else:
            store = await SqliteStore.open(root)
            self._stack.push_async_callback(store.close)
            bundles = FolderBundles(root / "bundles")
        self._stack.push_async_callback(bundles.close)
        return store, bundles

    def _pools(self, root: Path, logs: Logs, groups: Cgroups) -> Pools:
        pools = Pools(understand, logs.append, str(root / "tmp"), PRELOAD, groups)
        self._stack.push_async_callback(pools.stop)
        pools.start()
        return pools

    async def _catalog(self, store: Store, root: Path) -> Catalog:
        catalog = Catalog(store, root / "last-good")
        await catalog.start()
        self._stack.push_async_callback(catalog.close)
        return catalog

    async def _begin(self, reconciler: Reconciler, apps: Listener) -> None:
        """Requests wait in the kernel until the way to their apps is known, or until ``ROUTES`` have passed."""

        async def work() -> None:
            await reconciler.start()
            await reconciler.begun(ROUTES)

        working = asyncio.create_task(work())
        try:
            await asyncio.wait([working], timeout=ROUTES)
            self._serve(apps)
            await working
        finally:
            working.cancel()

    def _serve(self, listener: Listener) -> None:
        listener.start()
        self._stack.push_async_callback(listener.stop)

    def _gateway_node(self, routing: Routing, catalog: Catalog, store: Store) -> GatewayNode:
        async def may_use(token: str, app: str) -> bool:
            try:
                return (await identify(store, token)).may("call", app)
            except VaasError:
                return False

        options = self._options
        most, per_client = most_connections(options.connections), options.connections_per_client
        trusted = TrustedProxies(options.trusted_proxies)
        return GatewayNode(
            routing, may_use, connections=most, per_client=per_client, debug=options.debug, trusted=trusted,
            standing_of=lambda app: standing(catalog.snapshot.apps.get(app)), ids=self._ids,
        )  # fmt: skip


def _made(folder: Path) -> Path:
    """That folder, in which files can be written."""
    try:
        _close_to_others(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise DataFolderUnusable(folder=folder, reason=error.strerror or error) from error
    return folder


def _close_to_others(root: Path) -> None:
    """Makes the data folder, or closes what an earlier version or a copy has left open. A folder that holds other
    things, too, keeps its own mode."""
    private.make(root, disk_errors.WAY)
    ours = {path.name for path in OWN_FILES} | {path.parts[0] for path in (*OWN_FOLDERS, *WAYS)}
    if set(os.listdir(root)) <= ours:
        private.narrow(root, disk_errors.WAY)
    private.close_to_others(root / path for path in (*OWN_FILES, *OWN_FOLDERS))


def node_id(root: Path) -> str:
    """This node's name in the store: made once, kept with its data."""
    file = root / "node-id"
    with contextlib.suppress(FileNotFoundError):
        return file.read_text().strip()
    private.make(root)
    name = secrets.token_hex(6)
    private.write(file, name.encode())
    return name
