"""A copy of a stored bundle or layer, to be looked into: in memory if it is small."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from vaas.core.pace import Aside
from vaas.platform.bundles.interface import Bundles, BundlesUnavailable
from vaas.platform.store import disk_errors

IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a bundle up to which no file is made for it: far more than most apps have."""

looking_into = Aside()
"""What computes on such a copy: for seconds, if it was made for that."""


@asynccontextmanager
async def fetched(bundles: Bundles, digest: str) -> AsyncIterator[IO[bytes]]:
    """A copy of it, at its end. Raises ``BundleNotFound``, ``BundlesUnavailable``."""
    try:
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            try:
                async for chunk in bundles.get(digest):
                    await asyncio.to_thread(file.write, chunk)
                yield file
            finally:
                await asyncio.to_thread(file.close)  # to give back hundreds of megabytes takes a while, too
    except OSError as error:
        raise BundlesUnavailable(reason=disk_errors.reason(error, Path(tempfile.gettempdir()))) from error
