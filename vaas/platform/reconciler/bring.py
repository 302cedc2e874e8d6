"""Bring: a bundle from the bundle store to a folder on this node. Fetch, verify, unpack, each whole or not at all.

What is made comes into being beside its place and is moved there when it is complete, so a step that was cut short is
simply done again. Disk work runs in threads. Called by ``perform.py``.
"""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from vaas.core.errors import InvalidInput
from vaas.platform.bundles.interface import Bundles
from vaas.platform.store import disk_errors, private

Unpack = Callable[[Path, Path], object]
"""Makes the folder (second) of a bundle (first), whole or not at all: ``platform/bundle_format/unpack.py``."""


class BundleDamaged(InvalidInput):
    """The bundle {expected} came out of the bundle store with the sha256 {actual}: it is damaged there.
    Deploy the app again."""


async def fetch(bundles: Bundles, digest: str, file: Path) -> None:
    private.make(file.parent, disk_errors.WAY)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as part:
        try:
            async for chunk in bundles.get(digest):
                await asyncio.to_thread(part.write, chunk)
            Path(part.name).replace(file)
        except BaseException:
            Path(part.name).unlink()
            raise


async def verify(file: Path, digest: str) -> None:
    """Raises ``BundleDamaged``, and deletes what is not what it should be."""
    actual = await asyncio.to_thread(_sha256, file)
    if actual != digest:
        file.unlink()
        raise BundleDamaged(expected=digest, actual=actual)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


async def unpack(how: Unpack, file: Path, folder: Path) -> None:
    """Makes the folder and deletes the bundle, which is not needed any more either way."""
    await asyncio.to_thread(_unpack, how, file, folder)


def _unpack(how: Unpack, file: Path, folder: Path) -> None:
    # All of it in one thread: if the step is cancelled meanwhile, it still ends and leaves nothing behind.
    try:
        how(file, folder)
    finally:
        file.unlink(missing_ok=True)
