"""The bundle store in memory: for tests, and for ``vaas dev``. Gone when the process is."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Container
from time import time as clock

from vaas.platform.bundles.interface import BundleNotFound, BundleTooLarge, DigestMismatch

CHUNK = 256 * 1024


class MemoryBundles:
    """A dict of bytes."""

    def __init__(self) -> None:
        self._bundles: dict[str, bytes] = {}
        self._renewed: dict[str, float] = {}

    async def put(self, digest: str, chunks: AsyncIterator[bytes], limit: int) -> int:
        data = bytearray()
        async for chunk in chunks:
            data += chunk
            if len(data) > limit:
                raise BundleTooLarge(limit=limit)
        actual = hashlib.sha256(data).hexdigest()
        if actual != digest:
            raise DigestMismatch(actual=actual, expected=digest)
        self._bundles[digest] = bytes(data)
        self._renewed[digest] = clock()
        return len(data)

    async def has(self, digest: str) -> bool:
        return digest in self._bundles

    async def renew(self, digest: str) -> bool:
        if digest in self._bundles:
            self._renewed[digest] = clock()
        return digest in self._bundles

    async def collect(self, named: Container[str], age: float) -> list[tuple[str, int]]:
        before = clock() - age
        old = [digest for digest, at in self._renewed.items() if at <= before and digest not in named]
        return [(digest, len(self._bundles.pop(digest))) for digest in old if digest in self._bundles]

    async def get(self, digest: str) -> AsyncIterator[bytes]:
        if digest not in self._bundles:
            raise BundleNotFound(digest=digest)
        data = self._bundles[digest]
        for start in range(0, len(data), CHUNK):
            yield data[start : start + CHUNK]

    async def digests(self) -> list[tuple[str, int]]:
        return sorted((digest, len(data)) for digest, data in self._bundles.items())

    async def delete(self, digest: str) -> None:
        self._bundles.pop(digest, None)

    async def close(self) -> None:
        """Nothing to let go of."""

    def __repr__(self) -> str:
        return f"<MemoryBundles of {len(self._bundles)}>"
