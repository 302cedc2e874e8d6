"""Who am I, how is this node, and what can this API do?"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

import vaas
from vaas.core.pace import aside, paced
from vaas.framework.endpoints.openapi import openapi
from vaas.platform.auth.tokens import Identity
from vaas.platform.control import broken, nodes, platform_settings
from vaas.platform.control.apps import app_names
from vaas.platform.control.endpoints.base import V1, Noun, caller
from vaas.platform.control.json_lists import as_json, within_json
from vaas.platform.control.metrics import MEDIA_TYPE, exposition
from vaas.platform.control.services import Services
from vaas.platform.control.views import BrokenView, PlatformView, Status
from vaas.platform.records.records import Node, PlatformSettings


class PlatformOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    changes: dict[str, list[str | float | bool | None] | str | float | bool | None]
    """By key, such as `platform.grants.deny`: a list of grants; null removes."""
    revision: int
    """The revision that you have read."""


class Platform(Noun):
    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._described: dict[str, Any] | None = None

    @vaas.get(V1 + "/openapi.json")
    async def openapi(self, req: vaas.Request) -> dict[str, Any]:
        """This description, generated from the handlers."""
        caller(req, "see")
        if self._described is None:
            self._described = await aside(openapi, type(self), title="vaas", version=self.services.version)
        return self._described

    @vaas.get(V1 + "/whoami")
    async def whoami(self, req: vaas.Request) -> Identity:
        """The token that you came with, without its secret."""
        return caller(req, "see")

    @vaas.get(V1 + "/platform")
    async def platform(self, req: vaas.Request) -> PlatformView:
        """Which version this is, and for which Python and system packages are to be built."""
        caller(req, "see")
        return nodes.platform_view(self.services)

    @vaas.get(V1 + "/status")
    async def status(self, req: vaas.Request) -> Status:
        """This node, and how every app fares on it now."""
        caller(req, "see")
        status = await nodes.status(self.services)
        return replace(status, apps=await within_json(status.apps), broken=await within_json(status.broken))

    @vaas.get(V1 + "/broken")
    async def broken(self, req: vaas.Request) -> list[BrokenView]:
        """The documents of the config store that cannot be read, by key, with the reason. All lists pass them over."""
        caller(req, "see")
        return await as_json(await broken.list_broken(self.store))

    @vaas.delete(V1 + "/broken")
    async def remove_broken(self, req: vaas.Request, key: str = "") -> None:
        """Takes a broken document out of the store; 409 for one that can be read."""
        caller(req, "platform")
        await broken.remove_broken(self.store, key)

    @vaas.get("/metrics")
    async def metrics(self, req: vaas.Request, res: vaas.Response) -> str:
        """How every app fares on this node, for Prometheus."""
        caller(req, "see")
        res.headers["content-type"] = MEDIA_TYPE
        engine, names = self.services.engine, await app_names(self.services.store)
        disk = await self.services.disk.facts()
        stats = {name: {**engine.stats(name), "disk": disk.apps.get(name, 0)} async for name in paced(names)}
        errors = {name: dict(engine.errors_by_status(name)) async for name in paced(names)}
        return await aside(exposition, stats, errors, disk.free)

    @vaas.get(V1 + "/settings")
    async def platform_settings(self, req: vaas.Request) -> PlatformSettings:
        """The platform's own settings: what holds for every app."""
        caller(req, "see")
        return (await platform_settings.read_policy(self.store))[0]

    @vaas.patch(V1 + "/settings")
    async def change_platform_settings(self, req: vaas.Request, body: PlatformOrder) -> PlatformSettings:
        """Changes them as a new revision; 409 if the one you read is not the newest."""
        who = caller(req, "platform")
        return await platform_settings.change(self.store, body.changes, body.revision, who.name)

    @vaas.get(V1 + "/settings/history")
    async def platform_history(self, req: vaas.Request) -> list[PlatformSettings]:
        """The revisions of the platform's settings that are kept, newest first."""
        caller(req, "see")
        return await as_json(await platform_settings.history(self.store))

    @vaas.get(V1 + "/nodes")
    async def nodes(self, req: vaas.Request) -> list[Node]:
        """Every node that runs now."""
        caller(req, "see")
        return await as_json(await nodes.list_nodes(self.store))
