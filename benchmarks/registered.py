"""A data folder in which any number of apps are registered, each with one ready release, as if each had been deployed.

Written by the platform's own stores, because ten thousand deploys take an hour. Used by ``idle.py``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

from vaas.platform.bundle_format.pack import Packed, pack
from vaas.platform.bundles.folder import FolderBundles
from vaas.platform.records import keys
from vaas.platform.records.documents import put
from vaas.platform.records.records import App, Manifest, Outcome, Release, Traffic, now
from vaas.platform.store.interface import Put
from vaas.platform.store.sqlite import SqliteStore

BATCH = 500
"""Apps in one commit."""
BY = "benchmark"


def name(index: int) -> str:
    return f"app-{index}"


def register(data: Path, app: Path, count: int) -> None:
    """``app``: the folder of the one bundle that all of them run."""
    asyncio.run(_register(data, pack(app), count))


async def _register(data: Path, packed: Packed, count: int) -> None:
    bundles = FolderBundles(data / "bundles")
    await bundles.put(packed.digest, _whole(packed.data), packed.size)
    await bundles.close()
    store = await SqliteStore.open(data)
    try:
        for start in range(0, count, BATCH):
            names = [name(index) for index in range(start, min(start + BATCH, count))]
            await store.commit([document for each in names for document in documents(each, packed, now())])
    finally:
        await store.close()


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data


def documents(app: str, packed: Packed, at: datetime) -> list[Put]:
    release = Release(
        app=app, number=1, digest=packed.digest, size=packed.size, manifest=Manifest(name=app), created_at=at,
        created_by=BY,
    )  # fmt: skip
    return [
        put(keys.app(app), App(name=app, created_at=at, created_by=BY, releases=1)),
        put(keys.release(app, 1), release),
        put(keys.outcome(app, 1), Outcome(app=app, number=1, state="ready", at=at)),
        put(keys.traffic(app), Traffic(app=app, latest=1)),
    ]
