"""Domains: ``/domains``."""

from __future__ import annotations

import msgspec

import vaas
from vaas.platform.control import domains
from vaas.platform.control.endpoints.base import V1, Noun, caller
from vaas.platform.control.json_lists import as_json
from vaas.platform.records.names import AppName
from vaas.platform.records.records import Domain


class DomainOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    app: AppName


class Domains(Noun):
    @vaas.get(V1 + "/domains")
    async def list_domains(self, req: vaas.Request) -> list[Domain]:
        """Every domain, by name."""
        caller(req, "see")
        return await as_json(await domains.list_domains(self.store))

    @vaas.put(V1 + "/domains/{domain}")
    async def point_domain(self, req: vaas.Request, domain: str, body: DomainOrder) -> Domain:
        """Leads a domain to an app; 409 if it leads to another one."""
        who = caller(req, "domains")
        return await domains.point_domain(self.store, domain, body.app, who.name)

    @vaas.delete(V1 + "/domains/{domain}")
    async def remove_domain(self, req: vaas.Request, domain: str) -> None:
        """The domain leads nowhere from now on."""
        caller(req, "domains")
        await domains.remove_domain(self.store, domain)
