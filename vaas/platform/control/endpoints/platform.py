"""Who am I, how is this node, and what can this API do?"""

from __future__ import annotations

from typing import Any

import vaas
from vaas.framework.endpoints.openapi import openapi
from vaas.platform.auth.tokens import Identity
from vaas.platform.control import nodes
from vaas.platform.control.apps import list_apps
from vaas.platform.control.endpoints.base import V1, Noun, caller
from vaas.platform.control.metrics import MEDIA_TYPE, exposition
from vaas.platform.control.views import Status
from vaas.platform.records.records import Node


class Platform(Noun):
    @vaas.get(V1 + "/openapi.json")
    async def openapi(self, req: vaas.Request) -> dict[str, Any]:
        """This description, generated from the handlers."""
        caller(req, "see")
        return openapi(type(self), title="vaas", version=self.services.version)

    @vaas.get(V1 + "/whoami")
    async def whoami(self, req: vaas.Request) -> Identity:
        """The token that you came with, without its secret."""
        return caller(req, "see")

    @vaas.get(V1 + "/status")
    async def status(self, req: vaas.Request) -> Status:
        """This node, and how every app fares on it now."""
        caller(req, "see")
        return await nodes.status(self.services)

    @vaas.get("/metrics")
    async def metrics(self, req: vaas.Request, res: vaas.Response) -> str:
        """How every app fares on this node, for Prometheus."""
        caller(req, "see")
        names = [app.name for app in await list_apps(self.services)]
        res.headers["content-type"] = MEDIA_TYPE
        return exposition({name: self.services.engine.stats(name) for name in names})

    @vaas.get(V1 + "/nodes")
    async def nodes(self, req: vaas.Request) -> list[Node]:
        """Every node that runs now."""
        caller(req, "see")
        return await nodes.list_nodes(self.store)
