"""The tokens of an app's owners and deployers die with it: what they could do with it they cannot with a later one of
its name. Pure. Used by ``removing.py``; what a token may do: ``platform/auth/tokens.py``.

One that names other apps, too, goes on for those. One that named this app alone is revoked, and is told from one that
a person revoked: it names no app any more.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from vaas.platform.records.documents import Found, put
from vaas.platform.records.records import Token
from vaas.platform.store.interface import Put

REMEMBERED = 30 * 24 * 3600.0
"""Seconds for which a revoked token is refused as revoked; after that it is simply unknown."""


def of_app(tokens: list[Found[Token]], app: str) -> list[Found[Token]]:
    """Those that are valid for that app by name."""
    return [found for found in tokens if found.record.revoked_at is None and app in found.record.apps]


def without_app(found: Found[Token], app: str, at: datetime) -> Put:
    """The token as it is once the app is removed."""
    rest = [each for each in found.record.apps if each != app]
    if rest:
        return put(found.key, replace(found.record, apps=rest))
    return put(found.key, replace(found.record, apps=[], revoked_at=at), ttl=REMEMBERED)


def with_app(found: Found[Token], app: str) -> Put | None:
    """The token as it is once the app is back; None if a person has revoked it meanwhile."""
    token = found.record
    if token.revoked_at is not None and token.apps:
        return None
    return put(found.key, replace(token, apps=sorted({*token.apps, app}), revoked_at=None))
