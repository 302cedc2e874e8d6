"""The config store in one SQLite file: what a platform uses that stands alone.

Every access runs on one thread of its own, so a transaction never waits for another and the event loop never waits for
a disk. What ``commit`` has returned is on the disk: WAL with ``synchronous=FULL`` syncs before it answers. Schema and
statements: ``schema.py``.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TypeVar

from vaas.platform.store import disk_errors, private, schema
from vaas.platform.store.feed import HISTORY, Feed
from vaas.platform.store.interface import Check, Delete, Entry, Event, Listing, Put, StoreUnavailable, check_distinct
from vaas.platform.store.lock import FolderLock

T = TypeVar("T")

FILE = "config.sqlite"
"""The database's name in the data folder; SQLite puts ``-wal`` and ``-shm`` beside it."""


class SqliteStore:
    """Opened by ``open`` and closed by ``close``, on the event loop that uses it."""

    def __init__(self, folder: Path, lock: FolderLock, thread: ThreadPoolExecutor) -> None:
        self._folder = folder
        self._lock = lock
        self._thread = thread
        self._loop = asyncio.get_running_loop()
        self._database: sqlite3.Connection
        self._feed: Feed
        self._closed = False
        self._opened = ExitStack()

    @classmethod
    async def open(cls, folder: Path, history: int = HISTORY) -> SqliteStore:
        """The store in that folder, made if it is not there; ``history`` is in bytes, see ``feed.py``.

        Raises ``DataFolderInUse``, ``DataFolderNewer``, ``StoreUnavailable``.
        """
        with _translated(folder):
            private.make(folder, disk_errors.WAY)
            lock = FolderLock(folder)
        store = cls(folder, lock, ThreadPoolExecutor(1, "vaas-store"))
        try:
            await store._open(history)
        except BaseException:
            store._thread.submit(store._opened.close)
            store._let_go()
            raise
        return store

    async def get(self, key: str) -> Entry | None:
        return await self._run(lambda: schema.get(self._database, key))

    async def scan(self, prefix: str) -> Listing:
        return await self._run(lambda: schema.scan(self._database, prefix))

    async def commit(self, changes: Sequence[Put | Delete], checks: Sequence[Check] = ()) -> int:
        check_distinct(changes)
        return await self._run(lambda: self._commit(changes, checks))

    async def renew(self, key: str) -> bool:
        return self._feed.renew(key)

    def watch(self, prefix: str, after: int) -> AsyncIterator[list[Event]]:
        return self._feed.watch(prefix, after)

    async def close(self) -> None:
        """Waits for what is under way. Closing twice is fine."""
        if not self._closed:
            self._closed = True
            await self._feed.close()
            await self._loop.run_in_executor(self._thread, self._opened.close)
            self._let_go()

    async def _open(self, history: int) -> None:
        def connect() -> tuple[int, list[tuple[Put, int]]]:
            with _translated(self._folder):
                self._database = self._opened.enter_context(closing(_connect(self._folder)))
                return schema.revision(self._database), schema.leased(self._database)

        revision, leased = await self._loop.run_in_executor(self._thread, connect)
        self._feed = Feed(revision, self.commit, history)
        for put, put_at in leased:
            self._feed.remember([put], put_at)

    def _let_go(self) -> None:
        self._thread.shutdown()
        self._lock.release()

    async def _run(self, work: Callable[[], T]) -> T:
        self._feed.check_open()

        def translated() -> T:
            with _translated(self._folder):
                return work()

        return await self._loop.run_in_executor(self._thread, translated)

    def _commit(self, changes: Sequence[Put | Delete], checks: Sequence[Check]) -> int:
        """On the store's thread. Publishes by itself, and before it returns: a caller that was cancelled meanwhile
        changes nothing about what watchers see, and no reader sees a revision before they do."""
        revision, events = schema.commit(self._database, changes, checks)
        if events:
            self._loop.call_soon_threadsafe(self._feed.publish, changes, events)
        return revision

    def __repr__(self) -> str:
        return f"<SqliteStore {self._folder}, {self._feed!r}>"


def _connect(folder: Path) -> sqlite3.Connection:
    path = folder / FILE
    # SQLite would make it readable for all; the files beside it take its mode.
    os.close(private.opener(str(path), os.O_RDWR | os.O_CREAT))
    database = sqlite3.connect(path, isolation_level=None)
    try:
        schema.prepare(database, folder)
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    """The seam: errors of SQLite and of the system become ours."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(reason=f"{disk_errors.reason(error, folder)}.") from error
    except sqlite3.Error as error:
        raise StoreUnavailable(reason=_reason(error, folder)) from error


def _reason(error: sqlite3.Error, folder: Path) -> str:
    kind = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest is detail
    if kind == sqlite3.SQLITE_FULL:
        return f"{disk_errors.full(folder)}."
    if kind in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return f"{folder / FILE} is damaged, or not a database of vaas ({error}). Put back a backup of it."
    return f"{folder / FILE}: {error}."
