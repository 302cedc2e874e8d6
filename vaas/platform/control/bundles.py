"""Bundles: taking one in under its digest. What is in it is looked at when it is deployed (``releases.py``)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import msgspec

from vaas.core.errors import InvalidInput
from vaas.platform.bundles.interface import Bundles


class DigestInvalid(InvalidInput):
    """ "{digest}" is not a digest: 64 lower-case hex digits, the sha256 of the bundle."""


class Stored(msgspec.Struct, frozen=True):
    digest: str
    size: int
    """In bytes."""


class Presence(msgspec.Struct, frozen=True):
    digest: str
    exists: bool


async def has_bundle(bundles: Bundles, digest: str, *, to_name_it: bool) -> Presence:
    """``to_name_it``: who asks may release it, so it is not to be collected meanwhile."""
    look = bundles.renew if to_name_it else bundles.has
    return Presence(digest, await look(_checked(digest)))


async def take_bundle(bundles: Bundles, digest: str, chunks: AsyncIterator[bytes], limit: int) -> tuple[Stored, bool]:
    """Stores what arrives, and says whether it was new; one that is there already is read to its end and checked again.

    Raises ``DigestInvalid``, and what ``Bundles.put`` raises.
    """
    new = not await bundles.has(_checked(digest))
    return Stored(digest, await bundles.put(digest, chunks, limit)), new


def _checked(digest: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise DigestInvalid(digest=digest)
    return digest
