"""Tokens: making them, listing them, and revoking them. What they are and may do: ``platform/auth/tokens.py``."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec.structs import replace

from vaas.core.errors import Conflict, InvalidInput, NotFound
from vaas.core.printable import one_line
from vaas.platform.auth.tokens import mint
from vaas.platform.control.app_tokens import REMEMBERED
from vaas.platform.control.views import NewToken, TokenView, token_view
from vaas.platform.records import bounds, keys
from vaas.platform.records.documents import Found, absent, find_all, put, retrying
from vaas.platform.records.records import Apps, Role, Token, now
from vaas.platform.store.interface import Store

WITH_APPS: frozenset[Role] = frozenset({"owner", "deployer"})
"""Roles that are of some apps."""


class TokenOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=bounds.TOKEN_NAME.most)]
    """Whose it is, or what for: shown as the author of what it does."""
    role: Role
    apps: Apps = []
    """For an owner or a deployer: the apps that are theirs, which need not exist yet."""


class TokenNameInvalid(InvalidInput):
    """{name!r} cannot be a token's name: it stands in logs and tables. Use letters, digits, signs and blanks, and no
    more than one line."""


class TokenAppsMissing(InvalidInput):
    """The token of {role} names its apps: give at least one in `apps`."""


class TokenAppsNeedless(InvalidInput):
    """Only the token of an owner or a deployer names apps; this one is for {role}. Leave out `apps`, or choose another
    role."""


class TokenNotFound(NotFound):
    """There is no token {id}. `vaas tokens` lists those there are."""


class LastAdmin(Conflict):
    """ "{name}" is the last admin token: without it no token could manage this platform. Make another one first."""


async def list_tokens(store: Store) -> list[TokenView]:
    """Those that are valid, oldest first."""
    return sorted((token_view(doc.record) for doc in await _valid(store)), key=lambda token: token.created_at)


async def create_token(store: Store, order: TokenOrder, by: str) -> NewToken:
    """Raises ``TokenNameInvalid``, ``TokenAppsMissing``, ``TokenAppsNeedless``."""
    if not order.name.strip() or one_line(order.name) != order.name:
        raise TokenNameInvalid(name=order.name)
    if order.role in WITH_APPS and not order.apps:
        raise TokenAppsMissing(role=f"an {order.role}" if order.role == "owner" else f"a {order.role}")
    if order.role not in WITH_APPS and order.apps:
        raise TokenAppsNeedless(role=order.role)
    record, text = mint(order.name, order.role, order.apps, by)
    key = keys.token(record.id)
    await store.commit([put(key, record)], [absent(key)])
    view = token_view(record)
    return NewToken(**{field: getattr(view, field) for field in TokenView.__struct_fields__}, token=text)


async def revoke_token(store: Store, id: str) -> None:
    """From now on it opens nothing. Raises ``TokenNotFound``, ``LastAdmin``."""

    async def attempt() -> None:
        tokens = {doc.record.id: doc for doc in await _valid(store)}
        if id not in tokens:
            raise TokenNotFound(id=id)
        token = tokens.pop(id)
        admins = [doc for doc in tokens.values() if doc.record.role == "admin"]
        if token.record.role == "admin" and not admins:
            raise LastAdmin(name=token.record.name)
        revoked = replace(token.record, revoked_at=now())
        # Two admins who revoke each other at once: one of them finds the other changed.
        checks = [doc.unchanged for doc in (token, *admins)]
        await store.commit([put(token.key, revoked, ttl=REMEMBERED)], checks)

    await retrying(attempt)


async def _valid(store: Store) -> list[Found[Token]]:
    return [doc for doc in await find_all(store, keys.TOKENS, Token) if doc.record.revoked_at is None]
