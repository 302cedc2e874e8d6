"""Layers on this node: each is brought once, whichever app asks first, and lies there read-only for all that name it.

Fetch, verify, unpack and compile (``bytecode.py``) happen beside its place, and then it is moved there: a folder that
is there is whole. Its name is all of the digest, which no app can guess, in a folder that no app can list; what a host
may read of it, ``core/confine/plan.py`` says. Called by way of ``tools.py``.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

from vaas.platform.bundle_format.layer_name import ABOUT, about_layer, check_platform
from vaas.platform.bundle_format.unpack import read_from_bundle, unpack
from vaas.platform.bundles.interface import Bundles
from vaas.platform.reconciler import bring
from vaas.platform.reconciler.bytecode import Compiler
from vaas.platform.store import disk_errors, private

HEAVY = 2
"""Layers brought at once on one node: each may be hundreds of megabytes, and is compiled on every core."""


class Layers:
    def __init__(self, folder: Path, bundles: Bundles) -> None:
        self._folder = folder
        self._bundles = bundles
        self._compiler = Compiler()
        self._heavy = asyncio.Semaphore(HEAVY)
        self._coming: dict[str, asyncio.Task[None]] = {}
        self._unneeded: dict[str, float] = {}
        """Since when, by this process's clock."""

    def lay_out(self) -> None:
        """Makes their folder, and deletes what was being made when the node was last stopped."""
        private.folder(self._folder, disk_errors.WAY)
        for path in self._folder.glob(".*"):
            shutil.rmtree(path, ignore_errors=True)
            with suppress(OSError):
                path.unlink()

    def folder(self, digest: str) -> Path:
        return self._folder / digest

    def here(self) -> frozenset[str]:
        """The digests of those that are whole."""
        names = os.listdir(self._folder) if self._folder.is_dir() else []
        return frozenset(name for name in names if not name.startswith("."))

    async def bring(self, digest: str) -> None:
        """Returns once it is here. Who gives up waiting does not end it for the others.

        Raises ``BundleNotFound``, ``BundlesUnavailable``, ``BundleDamaged``, ``BundleRefused``, ``NoLayer``,
        ``OtherPlatform``, ``UnpackFailed``.
        """
        coming = self._coming.get(digest)
        if coming is None:
            coming = self._coming[digest] = asyncio.create_task(self._bring(digest))
            coming.add_done_callback(lambda task: self._came(digest, task))
        await asyncio.shield(coming)

    async def collect(self, needed: Callable[[], frozenset[str]], grace: float) -> None:
        """Deletes those that have not been needed for so many seconds, as far as this node has seen since it began."""
        now, kept = monotonic(), needed() | self._coming.keys()
        self._unneeded = {digest: self._unneeded.get(digest, now) for digest in self.here() - kept}
        # No await between the question and the renaming: from then on it is not here, and is brought if it is needed.
        gone = [digest for digest, since in self._unneeded.items() if now - since >= grace]
        for digest in gone:
            self.folder(digest).rename(self._folder / f".{digest}.gone")
        for digest in gone:
            await asyncio.to_thread(shutil.rmtree, self._folder / f".{digest}.gone", ignore_errors=True)

    async def close(self) -> None:
        coming = [*self._coming.values()]
        self._compiler.close()
        for task in coming:
            task.cancel()
        await asyncio.gather(*coming, return_exceptions=True)

    def _came(self, digest: str, task: asyncio.Task[None]) -> None:
        del self._coming[digest]
        if not task.cancelled():
            task.exception()  # told to those who wait; there may be none any more

    async def _bring(self, digest: str) -> None:
        if digest in self.here():
            return
        file = self._folder / f".{digest}.zip"
        async with self._heavy:
            await bring.fetch(self._bundles, digest, file)
            await bring.verify(file, digest)
            await bring.unpack(self._unpack, file, self.folder(digest))

    def _unpack(self, file: Path, folder: Path) -> None:
        check_platform(about_layer(read_from_bundle(file, [ABOUT]).get(ABOUT)))
        unpack(file, folder, finish=self._compiler.write_bytecode)
