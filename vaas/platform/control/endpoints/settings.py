"""Settings and grants: ``/apps/{app}/settings`` and ``/apps/{app}/grants``."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

import vaas
from vaas.core.pace import paced
from vaas.platform.auth.tokens import Identity
from vaas.platform.control import settings
from vaas.platform.control.endpoints.base import V1, Noun, caller
from vaas.platform.control.json_lists import as_json
from vaas.platform.control.settings import GrantOrder
from vaas.platform.control.settings_edit import masked, trial_masked
from vaas.platform.control.views import SettingsView, WaitingGrant
from vaas.platform.control.waiting_grants import waiting_grants
from vaas.platform.records.records import Settings


class SettingsOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    changes: dict[str, str | float | bool | None]
    """By dotted key: `env.NAME`, `limits.KEY`; null removes."""
    revision: int
    """The revision that you have read."""
    force: bool = False
    """Into force, whether or not the app starts with it."""


class RevertOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    to: int
    """The revision to go back to."""
    revision: int
    """The revision that you have read."""
    force: bool = False
    """Into force, whether or not the app starts with it."""


def shown(found: SettingsView, who: Identity) -> SettingsView:
    if who.may("env", found.app):
        return found
    hidden: SettingsView = replace(found, trial=found.trial and trial_masked(found.trial))
    return masked(hidden)


class SettingsOf(Noun):
    @vaas.get(V1 + "/apps/{app}/settings")
    async def show_settings(self, req: vaas.Request, app: str) -> SettingsView:
        """The settings, and whether the app starts with them. The environment's values are hidden from those who may
        not see them."""
        who = caller(req, "see")
        return shown(await settings.show_settings(self.store, app), who)

    @vaas.get(V1 + "/apps/{app}/settings/revisions/{revision}")
    async def show_revision(self, req: vaas.Request, app: str, revision: int, wait: float = 0.0) -> SettingsView:
        """One revision; with `wait`, answers as soon as it is known whether the app starts with it, or after so many
        seconds (60 at most)."""
        who = caller(req, "see")
        return shown(await settings.show_revision(self.store, app, revision, wait), who)

    @vaas.patch(V1 + "/apps/{app}/settings")
    async def change_settings(self, req: vaas.Request, app: str, body: SettingsOrder) -> SettingsView:
        """Changes settings as a new revision, which is in force once the app has started with it; 409 with what has
        changed if the one you read is not the newest."""
        who = caller(req, "settings", app)
        return await settings.change_settings(self.store, app, body.changes, body.revision, who, body.force)

    @vaas.get(V1 + "/apps/{app}/settings/history")
    async def history(self, req: vaas.Request, app: str) -> list[Settings]:
        """Every revision that is kept, newest first."""
        who = caller(req, "see")
        revisions = await settings.history(self.store, app)
        if not who.may("env", app):
            revisions = [masked(revision) async for revision in paced(revisions)]
        return await as_json(revisions)

    @vaas.post(V1 + "/apps/{app}/settings/revert")
    async def revert(self, req: vaas.Request, app: str, body: RevertOrder) -> SettingsView:
        """Goes back to an earlier revision, as a new one."""
        who = caller(req, "settings", app)
        return await settings.revert_settings(self.store, app, body.to, body.revision, who, body.force)

    @vaas.post(V1 + "/apps/{app}/grants")
    async def change_grants(self, req: vaas.Request, app: str, body: GrantOrder) -> SettingsView:
        """Gives permissions and takes them away; a release that waited for them starts."""
        who = caller(req, "grant", app)
        return await settings.change_grants(self.store, app, body, who)

    @vaas.get(V1 + "/grants")
    async def waiting_grants(self, req: vaas.Request) -> list[WaitingGrant]:
        """The releases that wait for a grant: for what, by whom, since when."""
        caller(req, "see")
        return await as_json(await waiting_grants(self.store))
