"""Domains: which host name leads to which app."""

from __future__ import annotations

import ipaddress
import re

import idna

from vaas.core.errors import Conflict, InvalidInput, NotFound
from vaas.platform.control.app_state import known_app
from vaas.platform.records import bounds, keys
from vaas.platform.records.documents import absent, find, find_all, put, retrying
from vaas.platform.records.records import Domain, now
from vaas.platform.store.interface import Delete, Store


class DomainInvalid(InvalidInput):
    """ "{domain}" is not a domain: {reason}. Give a plain host name, such as shop.example.com."""


class DomainTaken(Conflict):
    """{domain} leads to {taken} already. Take it away there first: `vaas domains rm {domain}`."""


class DomainNotFound(NotFound):
    """The domain {domain} leads to no app here. `vaas domains` lists those that do."""


def normal(domain: str) -> str:
    """The one spelling under which a host name is kept and looked up: lower case, ASCII (IDNA), no dot at its end.

    Raises ``DomainInvalid``.
    """
    if len(domain) > bounds.DOMAIN.most:
        reason = f"it is longer than {bounds.DOMAIN.words}"
        raise DomainInvalid(domain=bounds.cut(domain, bounds.DOMAIN), reason=reason)
    text = domain.removesuffix(".")
    if _is_address(text) or text.lower() == "localhost":
        # The node itself is reached so, and every app by its path under it.
        raise DomainInvalid(domain=domain, reason="that is an address of the node itself")
    if text.endswith("."):
        raise DomainInvalid(domain=domain, reason="it ends with an empty part")
    try:
        name = idna.encode(text, uts46=True, std3_rules=True, transitional=False).decode()
    except idna.IDNAError as error:
        raise DomainInvalid(domain=domain, reason=_reason(text, error)) from error
    return name.lower()


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        # A name that ends in a number is an older spelling of an IPv4 address to every browser (WHATWG URL).
        return bool(re.fullmatch(r"[0-9]+|0x[0-9a-f]*", text.lower().rpartition(".")[2]))
    return True


def _reason(text: str, error: idna.IDNAError) -> str:
    if not text:
        return "it is empty"
    if any(sign.isspace() or not sign.isprintable() for sign in text):
        return "it has a space or a control character in it"
    for sign, what in {"://": "a scheme", "/": "a path", ":": "a port", "*": "a wildcard"}.items():
        if sign in text:
            return f"it has {what} in it"
    return str(error)


async def list_domains(store: Store) -> list[Domain]:
    """Every domain, by name."""
    return [doc.record for doc in await find_all(store, keys.DOMAINS, Domain)]


async def point_domain(store: Store, domain: str, app: str, by: str) -> Domain:
    """Leads a domain to an app; what leads there already stays as it is.

    Raises ``DomainInvalid``, ``AppNotFound``, ``DomainTaken``.
    """
    name = normal(domain)
    key = keys.domain(name)

    async def attempt() -> Domain:
        target = await known_app(store, app)
        taken = await find(store, key, Domain)
        if taken is not None:
            if taken.record.app != app:
                raise DomainTaken(domain=name, taken=taken.record.app)
            return taken.record
        record = Domain(domain=name, app=app, created_at=now(), created_by=by)
        # The app is written again unchanged, so that a removal of it under way sees that it has one more document.
        await store.commit([put(key, record), put(target.key, target.record)], [absent(key), target.unchanged])
        return record

    return await retrying(attempt)


async def remove_domain(store: Store, domain: str) -> None:
    """Raises ``DomainInvalid``, ``DomainNotFound``."""
    key = keys.domain(normal(domain))
    found = await find(store, key, Domain)
    if found is None:
        raise DomainNotFound(domain=normal(domain))
    await store.commit([Delete(key)])
