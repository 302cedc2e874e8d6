"""Bundles and releases: ``/bundles`` and ``/apps/{app}/releases``."""

from __future__ import annotations

import vaas
from vaas.platform.bundle_format.build_layer import Facts
from vaas.platform.control import building, bundles, releases
from vaas.platform.control.building import BuildOrder
from vaas.platform.control.bundles import Presence, Stored
from vaas.platform.control.endpoints.base import V1, Noun, caller
from vaas.platform.control.json_lists import as_json
from vaas.platform.control.plans import Order
from vaas.platform.control.releases import Deployed
from vaas.platform.control.views import ReleaseView


class Releases(Noun):
    @vaas.put(V1 + "/bundles/{digest}")
    async def take_bundle(self, req: vaas.Request, res: vaas.Response, digest: str) -> Stored:
        """Stores the zip in the request's body, a bundle or a layer, under its sha256: 201, or 200 if it was there."""
        caller(req, "upload")
        services = self.services
        stored, new = await bundles.take_bundle(services.bundles, digest, req.stream(), services.max_bundle)
        res.status = 201 if new else 200
        return stored

    @vaas.get(V1 + "/bundles/{digest}")
    async def has_bundle(self, req: vaas.Request, digest: str) -> Presence:
        """Whether a bundle needs to be uploaded."""
        who = caller(req, "see")
        return await bundles.has_bundle(self.services.bundles, digest, to_name_it=who.may("upload"))

    @vaas.post(V1 + "/layers")
    async def build_layer(self, req: vaas.Request, body: BuildOrder) -> Facts:
        """Installs these packages on the platform, for developers whose machine is another, and stores the layer. The
        answer may take minutes."""
        caller(req, "upload")
        return await building.build_layer(self.services.builder, body)

    @vaas.post(V1 + "/apps/{app}/releases")
    async def deploy(self, req: vaas.Request, res: vaas.Response, app: str, body: Order) -> Deployed:
        """Makes a release of an uploaded bundle: 201, or 200 if it is the newest release already. With `grant` it is
        granted what it asks for, if you may grant that; else it waits."""
        who = caller(req, "deploy", app)
        deployed = await releases.deploy(self.store, self.services.bundles, app, body, who)
        res.status = 201 if deployed.created else 200
        return deployed

    @vaas.get(V1 + "/apps/{app}/releases")
    async def list_releases(self, req: vaas.Request, app: str) -> list[ReleaseView]:
        """Every release of an app, newest first."""
        caller(req, "see")
        return await as_json(await releases.list_releases(self.store, app))

    @vaas.get(V1 + "/apps/{app}/releases/{number}")
    async def show_release(self, req: vaas.Request, app: str, number: int, wait: float = 0.0) -> ReleaseView:
        """One release; with `wait`, answers as soon as its outcome is known, or after so many seconds (60 at most)."""
        caller(req, "see")
        return await releases.show_release(self.store, app, number, wait)
