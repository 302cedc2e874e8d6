"""Apps: ``/apps``."""

from __future__ import annotations

from msgspec.structs import replace

import vaas
from vaas.platform.control import apps
from vaas.platform.control.endpoints.base import V1, Noun, caller
from vaas.platform.control.settings_edit import masked, trial_masked
from vaas.platform.control.views import AppDetail, AppView


class Apps(Noun):
    @vaas.get(V1 + "/apps")
    async def list_apps(self, req: vaas.Request) -> list[AppView]:
        """Every app, by name."""
        caller(req, "see")
        return await apps.list_apps(self.services)

    @vaas.get(V1 + "/apps/{app}")
    async def show_app(self, req: vaas.Request, app: str) -> AppDetail:
        """One app, with its settings and its newest release."""
        who = caller(req, "see")
        detail = await apps.show_app(self.services, app)
        if who.may("env", app):
            return detail
        return replace(detail, settings=masked(detail.settings), trial=detail.trial and trial_masked(detail.trial))

    @vaas.delete(V1 + "/apps/{app}")
    async def remove_app(self, req: vaas.Request, app: str) -> None:
        """Removes an app with its releases, settings, traffic and domains."""
        caller(req, "remove", app)
        await apps.remove_app(self.store, app)
