from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.platform.store.contract import StoreContract
from vaas.platform.store.feed import HISTORY
from vaas.platform.store.interface import Store
from vaas.platform.store.memory import MemoryStore


@asynccontextmanager
async def memory_store(history: int = HISTORY) -> AsyncIterator[Store]:
    store = MemoryStore(history)
    yield store
    await store.close()


class TestMemoryStore(StoreContract):
    open = staticmethod(memory_store)
