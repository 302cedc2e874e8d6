"""Settings and grants: ``/apps/{app}/settings`` and ``/apps/{app}/grants``."""

from __future__ import annotations

from typing import Any

import msgspec

import vaas
from vaas.platform.control import settings
from vaas.platform.control.endpoints.base import V1, Noun, caller
from vaas.platform.control.settings import GrantOrder
from vaas.platform.control.settings_edit import masked
from vaas.platform.records.records import Settings


class SettingsOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    changes: dict[str, Any]
    """By dotted key: `env.NAME`, `limits.KEY`; null removes."""
    revision: int
    """The revision that you have read."""


class RevertOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    to: int
    """The revision to go back to."""
    revision: int
    """The revision that you have read."""


class SettingsOf(Noun):
    @vaas.get(V1 + "/apps/{app}/settings")
    async def show_settings(self, req: vaas.Request, app: str) -> Settings:
        """The settings in force. The environment's values are hidden from those who may not see them."""
        who = caller(req, "see")
        found = await settings.show_settings(self.store, app)
        return found if who.may("env", app) else masked(found)

    @vaas.patch(V1 + "/apps/{app}/settings")
    async def change_settings(self, req: vaas.Request, app: str, body: SettingsOrder) -> Settings:
        """Changes settings as a new revision; 409 with what has changed if the one you read is not the newest."""
        who = caller(req, "settings", app)
        return await settings.change_settings(self.store, app, body.changes, body.revision, who.name)

    @vaas.get(V1 + "/apps/{app}/settings/history")
    async def history(self, req: vaas.Request, app: str) -> list[Settings]:
        """Every revision, newest first."""
        who = caller(req, "see")
        revisions = await settings.history(self.store, app)
        return revisions if who.may("env", app) else [masked(revision) for revision in revisions]

    @vaas.post(V1 + "/apps/{app}/settings/revert")
    async def revert(self, req: vaas.Request, app: str, body: RevertOrder) -> Settings:
        """Goes back to an earlier revision, as a new one."""
        who = caller(req, "settings", app)
        return await settings.revert_settings(self.store, app, body.to, body.revision, who.name)

    @vaas.post(V1 + "/apps/{app}/grants")
    async def change_grants(self, req: vaas.Request, app: str, body: GrantOrder) -> Settings:
        """Gives permissions and takes them away; a release that waited for them starts."""
        who = caller(req, "grant", app)
        return await settings.change_grants(self.store, app, body, who.name)
