"""The bundle store's interface: bundles lie under their digest and never change.

Implementations: ``memory.py``, ``folder.py``; chosen in ``platform/node/bootstrap.py`` alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Container
from typing import Protocol

from vaas.core.errors import InvalidInput, NotFound, TooLarge, Unavailable


class BundleNotFound(NotFound):
    """Bundle {digest} is not in the bundle store. Deploy the app again."""


class DigestMismatch(InvalidInput):
    """The uploaded bundle's sha256 is {actual}, not {expected}: it was damaged on the way. Deploy again."""


class BundleTooLarge(TooLarge):
    """The bundle is larger than the limit of {limit} bytes.
    Leave out what the app does not need: `exclude` in vaas.toml."""


class BundlesUnavailable(Unavailable):
    """The bundle store does not take or give bundles: {reason}"""


class Bundles(Protocol):
    async def put(self, digest: str, chunks: AsyncIterator[bytes], limit: int) -> int:
        """Stores a bundle and returns its size in bytes. Nothing is left of one that fails.

        Raises ``DigestMismatch``, ``BundleTooLarge`` (more than ``limit`` bytes), ``BundlesUnavailable``.
        """
        ...

    async def has(self, digest: str) -> bool: ...

    async def renew(self, digest: str) -> bool:
        """As ``has``, for someone who will name it: it counts as put just now."""
        ...

    async def collect(self, named: Container[str], age: float) -> list[tuple[str, int]]:
        """Deletes all that are not named and that were put, or renewed, longer ago than so many seconds.
        ``(digest, size)`` of each."""
        ...

    def get(self, digest: str) -> AsyncIterator[bytes]:
        """The bundle in chunks. Raises ``BundleNotFound``."""
        ...

    async def digests(self) -> list[tuple[str, int]]:
        """``(digest, size)`` of every bundle, by digest."""
        ...

    async def delete(self, digest: str) -> None:
        """Deleting what is not there is fine."""
        ...

    async def close(self) -> None: ...
