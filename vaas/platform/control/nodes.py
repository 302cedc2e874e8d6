"""Nodes, and how the apps fare on the one that answers."""

from __future__ import annotations

import platform

from vaas.core.pace import paced
from vaas.platform.bundle_format.layer_name import this_platform
from vaas.platform.control.apps import list_apps
from vaas.platform.control.broken import list_broken
from vaas.platform.control.services import DiskFacts, Engine, Services
from vaas.platform.control.views import AppStatus, AppView, DiskView, PlatformView, Status, answering
from vaas.platform.records import keys
from vaas.platform.records.documents import find_all
from vaas.platform.records.records import Node
from vaas.platform.store.interface import Store

COUNTS = ("hosts", "workers", "stalled", "in_flight", "waiting", "calls", "errors")


async def list_nodes(store: Store) -> list[Node]:
    """Every node that runs now, by id."""
    return [doc.record for doc in await find_all(store, keys.NODES, Node)]


def platform_view(services: Services) -> PlatformView:
    python, system = platform.python_version(), this_platform()[1]
    return PlatformView(version=services.version, python=python, platform=system)


async def status(services: Services) -> Status:
    listed, disk = await list_apps(services), await services.disk.facts()
    apps = [_app_status(services.engine, app, disk) async for app in paced(listed) if app.created_at is not None]
    return Status(
        version=services.version,
        node=services.node,
        gateway=services.gateway,
        console=services.console,
        started_at=services.started_at,
        apps=apps,
        disk=DiskView(**{field: getattr(disk, field) for field in DiskView.__struct_fields__}),
        broken=await list_broken(services.store),
    )


def _app_status(engine: Engine, app: AppView, disk: DiskFacts) -> AppStatus:
    stats = engine.stats(app.name)
    by_status = dict(engine.errors_by_status(app.name))
    counts = {count: int(stats.get(count, 0)) for count in COUNTS}
    return AppStatus(
        name=app.name,
        release=answering(app.traffic),
        state=app.state,
        quarantine=app.quarantine,
        errors_by_status=by_status,
        **counts,
        disk=disk.apps.get(app.name, 0),
    )
