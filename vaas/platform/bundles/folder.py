"""The bundle store in a folder: what a platform uses that stands alone.

A bundle comes in beside its place, is hashed on the way, synced, and renamed into it: what has a digest for a name is
whole. Every access to the disk runs on one thread of the store's own, in order, so that what a cancelled upload leaves
is removed after its last write and not before.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Container, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import time as clock
from typing import IO, TypeVar

from vaas.platform.bundles.interface import BundleNotFound, BundlesUnavailable, BundleTooLarge, DigestMismatch
from vaas.platform.store import disk_errors, private

T = TypeVar("T")

CHUNK = 1024 * 1024
"""Bytes read at once, and gathered before they are written: each is a journey to the thread and back, some 50 µs."""

INCOMING = "incoming"
DIGEST = re.compile(r"[0-9a-f]{64}")


class FolderBundles:
    """Belongs to one process, as the data folder's lock sees to; what an earlier one left half is removed first."""

    def __init__(self, folder: Path) -> None:
        """Raises ``BundlesUnavailable``."""
        self._folder = folder
        self._incoming = folder / INCOMING
        self._closed = False
        self._thread = ThreadPoolExecutor(1, "vaas-bundles")
        with _translated(folder):
            private.folder(folder)
            shutil.rmtree(self._incoming, ignore_errors=True)
            private.folder(self._incoming)

    async def put(self, digest: str, chunks: AsyncIterator[bytes], limit: int) -> int:
        upload = _Upload(self._incoming)
        try:
            await self._run(upload.begin)
            await self._receive(upload, chunks, limit)
            if upload.digest != digest:
                raise DigestMismatch(actual=upload.digest, expected=digest)
            await self._run(lambda: upload.keep(self._folder / digest))
        finally:
            await self._afterwards(upload.discard)
        return upload.size

    async def has(self, digest: str) -> bool:
        return await self._run(lambda: self._found(digest) is not None)

    async def renew(self, digest: str) -> bool:
        def renewed() -> bool:
            path = self._found(digest)
            if path is not None:
                os.utime(path, (now := clock(), now))
            return path is not None

        return await self._run(renewed)

    async def collect(self, named: Container[str], age: float) -> list[tuple[str, int]]:
        # One at a time, so that uploads and downloads, on the same thread, do not wait for all of them.
        found = [(digest, size) for digest, size in await self.digests() if digest not in named]
        return [each for each in found if await self._run(functools.partial(self._unlink_old, each[0], age))]

    async def get(self, digest: str) -> AsyncIterator[bytes]:
        opened = ExitStack()
        try:
            file = await self._run(lambda: opened.enter_context(self._open(digest)))
            while data := await self._run(lambda: file.read(CHUNK)):
                yield data
        finally:
            await self._afterwards(opened.close)

    async def digests(self) -> list[tuple[str, int]]:
        def listed() -> list[tuple[str, int]]:
            found = (entry for entry in os.scandir(self._folder) if DIGEST.fullmatch(entry.name))
            return sorted((entry.name, entry.stat().st_size) for entry in found)

        return await self._run(listed)

    async def delete(self, digest: str) -> None:
        def remove() -> None:
            if path := self._found(digest):
                path.unlink()

        await self._run(remove)

    async def close(self) -> None:
        """Waits for what is under way. Closing twice is fine."""
        self._closed = True
        self._thread.shutdown()

    async def _receive(self, upload: _Upload, chunks: AsyncIterator[bytes], limit: int) -> None:
        async for chunk in chunks:
            upload.add(chunk)
            if upload.size > limit:
                raise BundleTooLarge(limit=limit)
            if upload.waiting >= CHUNK:
                await self._run(upload.flush)
        await self._run(upload.flush)

    def _unlink_old(self, digest: str, age: float) -> bool:
        path = self._found(digest)
        if path is None or path.stat().st_mtime > clock() - age:
            return False
        path.unlink()
        return True

    def _open(self, digest: str) -> IO[bytes]:
        path = self._found(digest)
        if path is None:
            raise BundleNotFound(digest=digest)
        return path.open("rb")

    def _found(self, digest: str) -> Path | None:
        path = self._folder / digest
        return path if DIGEST.fullmatch(digest) and path.exists() else None

    async def _run(self, work: Callable[[], T]) -> T:
        def translated() -> T:
            with _translated(self._folder):
                return work()

        if self._closed:
            raise BundlesUnavailable(reason="it is closed.")
        return await asyncio.get_running_loop().run_in_executor(self._thread, translated)

    async def _afterwards(self, work: Callable[[], None]) -> None:
        """Does this after all that was begun, also if the caller is cancelled once more while it waits."""
        await asyncio.shield(self._run(work))

    def __repr__(self) -> str:
        return f"<FolderBundles {self._folder}>"


class _Upload:
    """One bundle that comes in. All but ``add`` on the store's thread, in order; ``discard`` always comes last."""

    def __init__(self, incoming: Path) -> None:
        self._incoming = incoming
        self._file: IO[bytes] | None = None
        self._gathered = bytearray()
        self._hash = hashlib.sha256()
        self.size = 0

    @property
    def waiting(self) -> int:
        return len(self._gathered)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def begin(self) -> None:
        self._file = tempfile.NamedTemporaryFile(dir=self._incoming, delete=False)  # noqa: SIM115  (closed by `discard`)

    def add(self, chunk: bytes) -> None:
        self._gathered += chunk
        self.size += len(chunk)

    def flush(self) -> None:
        assert self._file is not None
        self._hash.update(self._gathered)
        self._file.write(self._gathered)
        self._gathered.clear()

    def keep(self, path: Path) -> None:
        assert self._file is not None
        self._file.flush()
        os.fsync(self._file.fileno())
        os.replace(self._file.name, path)
        _sync(path.parent)

    def discard(self) -> None:
        if self._file is not None:
            Path(self._file.name).unlink(missing_ok=True)  # first: closing fails where writing failed
            self._file.close()


def _sync(folder: Path) -> None:
    """Puts a rename on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """The seam: the system's errors become ours."""
    try:
        yield
    except OSError as error:
        raise BundlesUnavailable(reason=f"{disk_errors.reason(error, folder)}.") from error
