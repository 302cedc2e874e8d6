"""Tokens, and what their holders may do.

A token reads ``vaas_<id>_<secret>`` (``auth/credential.py``); the store keeps the secret's sha256 alone.
``authenticate`` turns a request's ``Authorization`` into an ``Identity``, and ``Identity.require`` is the one question
every endpoint asks. ``platform/control/auth_middleware.py`` calls the first, the endpoints call the second;
``platform/node/bootstrap.py`` calls ``ensure_admin``."""

from __future__ import annotations

import getpass
import hashlib
import hmac
import secrets
from typing import Literal, NamedTuple, get_args

import msgspec

from vaas.core.errors import NotAllowed, NotAuthenticated
from vaas.platform.auth.credential import Credential, bearer, parse
from vaas.platform.records import keys
from vaas.platform.records.documents import DocumentBroken, Found, absent, find, put
from vaas.platform.records.records import Role, Token, now
from vaas.platform.store.interface import Store

Right = Literal[
    "see",
    "logs",
    "env",
    "upload",
    "deploy",
    "traffic",
    "settings",
    "grant",
    "call",
    "run",
    "domains",
    "remove",
    "tokens",
    "platform",
]


class Rights(NamedTuple):
    anywhere: frozenset[Right]
    own: frozenset[Right] = frozenset()
    """Of the apps that the token names, beyond ``anywhere``."""


_EVERY: frozenset[Right] = frozenset(get_args(Right))
_OWN: frozenset[Right] = frozenset({"logs", "env", "deploy", "traffic", "settings", "call", "run"})

RIGHTS: dict[Role, Rights] = {
    "admin": Rights(anywhere=_EVERY),
    "owner": Rights(anywhere=frozenset({"see", "upload"}), own=_OWN | {"grant"}),
    "deployer": Rights(anywhere=frozenset({"see", "upload"}), own=_OWN),
    "viewer": Rights(anywhere=frozenset({"see", "logs"})),
}

DEEDS: dict[Right, str] = {
    "see": "look at the platform",
    "logs": "read the logs of {app}",
    "env": "see the environment of {app}",
    "upload": "upload bundles",
    "deploy": "deploy {app}",
    "traffic": "change the traffic of {app}",
    "settings": "change the settings of {app}",
    "grant": "grant permissions to {app}",
    "call": "call methods of {app}",
    "run": "run commands of {app}",
    "domains": "change domains",
    "remove": "remove {app}",
    "tokens": "see or change tokens",
    "platform": "change the platform's settings",
}


class TokenMissing(NotAuthenticated):
    """This needs a token: send `Authorization: Bearer vaas_…`. Get one with `vaas login`, or from an admin
    (`vaas tokens create`)."""


class TokenWrong(NotAuthenticated):
    """This token is not valid here. Check that it is whole and that it belongs to this platform, or log in again
    with `vaas login`."""


class TokenRevoked(NotAuthenticated):
    """The token "{name}" was revoked at {at}. Ask an admin for a new one (`vaas tokens create`)."""


class RightMissing(NotAllowed):
    """The token "{name}" ({role}{named}) may not {deed}. Ask an admin for a token that may."""


class Identity(msgspec.Struct, frozen=True):
    """Who is calling: a token without its secret."""

    id: str
    name: str
    role: Role
    apps: tuple[str, ...] = ()

    def may(self, right: Right, app: str = "") -> bool:
        rights = RIGHTS[self.role]
        return right in rights.anywhere or (right in rights.own and app in self.apps)

    def require(self, right: Right, app: str = "") -> None:
        """Raises ``RightMissing`` unless this caller has that right (to that app)."""
        if not self.may(right, app):
            named = f" of {', '.join(self.apps)}" if self.apps else ""
            deed = DEEDS[right].format(app=app)
            raise RightMissing(name=self.name, role=self.role, named=named, deed=deed)


def mint(name: str, role: Role, apps: list[str], by: str) -> tuple[Token, str]:
    """A new token's record and its text, which is shown once and kept nowhere."""
    id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    record = Token(
        id=id, digest=_digest(secret), name=name, role=role, apps=sorted(set(apps)), created_at=now(), created_by=by
    )
    return record, str(Credential(id, secret))


async def authenticate(store: Store, authorization: str | None) -> Identity:
    """The caller behind an ``Authorization`` header. Raises ``TokenMissing``, ``TokenWrong``, ``TokenRevoked``."""
    text = bearer(authorization)
    if text is None:
        raise TokenMissing
    return await identify(store, text)


async def identify(store: Store, text: str) -> Identity:
    """The holder of this token. What an error says depends on the id only for those who know its secret."""
    credential = parse(text)
    if credential is None:
        raise TokenWrong
    found = await _found(store, credential.id)
    # An unknown id is compared too, so that the time taken does not tell it from a wrong secret.
    expected = _UNKNOWN if found is None else found.record.digest
    same = hmac.compare_digest(_digest(credential.secret), expected)
    if found is None or not same:
        raise TokenWrong
    token = found.record
    if token.revoked_at is not None:
        raise TokenRevoked(name=token.name, at=token.revoked_at.isoformat(timespec="seconds"))
    return Identity(token.id, token.name, token.role, tuple(token.apps))


async def ensure_admin(store: Store, known: str | None, user: str = "") -> tuple[str, bool]:
    """An admin token that works now, and whether it had to be made: ``known`` if it still does, else a new one
    named for ``user`` (default: who runs this process)."""
    if known is not None and await _is_admin(store, known):
        return known, False
    name = user or _user()
    record, text = mint(name, "admin", [], by=name)
    key = keys.token(record.id)
    await store.commit([put(key, record)], [absent(key)])
    return text, True


async def _is_admin(store: Store, text: str) -> bool:
    try:
        return (await identify(store, text)).role == "admin"
    except NotAuthenticated:
        return False


async def _found(store: Store, id: str) -> Found[Token] | None:
    """The token of that id; None, too, for one whose document cannot be read: nothing can be compared with it."""
    try:
        return await find(store, keys.token(id), Token)
    except DocumentBroken:
        return None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user often has no name
        return "owner"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


_UNKNOWN = _digest(secrets.token_urlsafe(32))
