"""Apps: ``/apps``."""

from __future__ import annotations

from msgspec.structs import replace

import vaas
from vaas.platform.control import apps, removing
from vaas.platform.control.endpoints.base import V1, Noun, caller
from vaas.platform.control.json_lists import as_json
from vaas.platform.control.settings_edit import masked, trial_masked
from vaas.platform.control.views import AppDetail, AppView, RemovedView


class Apps(Noun):
    @vaas.get(V1 + "/apps")
    async def list_apps(self, req: vaas.Request) -> list[AppView]:
        """Every app, by name."""
        caller(req, "see")
        return await as_json(await apps.list_apps(self.services))

    @vaas.get(V1 + "/apps/{app}")
    async def show_app(self, req: vaas.Request, app: str) -> AppDetail:
        """One app, with its settings and its newest release."""
        who = caller(req, "see")
        detail = await apps.show_app(self.services, app)
        if who.may("env", app):
            return detail
        return replace(detail, settings=masked(detail.settings), trial=detail.trial and trial_masked(detail.trial))

    @vaas.delete(V1 + "/apps/{app}")
    async def remove_app(self, req: vaas.Request, app: str, purge: bool = False) -> None:
        """Removes an app with its releases, settings, traffic, domains and data. All but its log is kept for 7 days,
        unless it is purged."""
        who = caller(req, "remove", app)
        await removing.remove_app(self.store, app, who.name, purge=purge)

    @vaas.post(V1 + "/apps/{app}/restore")
    async def restore_app(self, req: vaas.Request, app: str) -> AppDetail:
        """Brings back the app of that name that was removed last, as it was."""
        caller(req, "remove", app)
        await removing.restore_app(self.store, app)
        return await apps.show_app(self.services, app)

    @vaas.get(V1 + "/removed")
    async def list_removed(self, req: vaas.Request) -> list[RemovedView]:
        """The apps that were removed and can be brought back, the newest first."""
        caller(req, "see")
        return await as_json(await removing.list_removed(self.store))
