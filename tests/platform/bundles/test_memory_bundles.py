from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.platform.bundles.contract import BundlesContract
from vaas.platform.bundles.interface import Bundles
from vaas.platform.bundles.memory import MemoryBundles


@asynccontextmanager
async def memory_bundles() -> AsyncIterator[Bundles]:
    bundles = MemoryBundles()
    yield bundles
    await bundles.close()


class TestMemoryBundles(BundlesContract):
    open = staticmethod(memory_bundles)
