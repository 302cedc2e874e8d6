"""The SQLite file's schema and every statement on it, as functions of a connection. No thread, no event loop.

Revision 1 of the schema: ``entries`` holds the keys, ``counter`` the store's revision. Used by ``sqlite.py``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

from vaas.core.errors import InvalidInput
from vaas.platform.store.interface import Check, Delete, Entry, Event, Listing, Put, RevisionMismatch

VERSION = 1
"""Of the schema, kept in SQLite's ``user_version``. Raise it with every change that older code would misread."""

TABLES = (
    "CREATE TABLE entries (key TEXT PRIMARY KEY, value BLOB NOT NULL, revision INTEGER NOT NULL, ttl REAL)"
    " WITHOUT ROWID",
    "CREATE TABLE counter (revision INTEGER NOT NULL)",
    "INSERT INTO counter VALUES (0)",
    f"PRAGMA user_version = {VERSION}",
)


class DataFolderNewer(InvalidInput):
    """The data in {folder} was written by a newer vaas (schema {found}; this one knows up to {known}).
    Nothing was touched. Install that version of vaas again, or give another folder with --data."""


def prepare(database: sqlite3.Connection, folder: Path) -> None:
    """Makes the tables of a new file. Raises ``DataFolderNewer`` before anything is written."""
    found = _version(database)
    if found > VERSION:
        raise DataFolderNewer(folder=folder, found=found, known=VERSION)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")  # NORMAL would lose the last commits with the power
    if not found:
        with _transaction(database):
            for statement in TABLES:
                database.execute(statement)


def revision(database: sqlite3.Connection) -> int:
    (found,) = database.execute("SELECT revision FROM counter").fetchone()
    return int(found)


def leased(database: sqlite3.Connection) -> list[tuple[Put, int]]:
    """Every key with a time to live, and the revision at which it was put."""
    rows = database.execute("SELECT key, value, ttl, revision FROM entries WHERE ttl IS NOT NULL")
    return [(Put(key, value, ttl), put_at) for key, value, ttl, put_at in rows]


def get(database: sqlite3.Connection, key: str) -> Entry | None:
    row = database.execute("SELECT key, value, revision FROM entries WHERE key = ?", (key,)).fetchone()
    return Entry(*row) if row else None


def scan(database: sqlite3.Connection, prefix: str) -> Listing:
    rows = database.execute("SELECT key, value, revision FROM entries WHERE key >= ? ORDER BY key", (prefix,))
    found = takewhile(lambda entry: entry.key.startswith(prefix), (Entry(*row) for row in rows))
    return Listing(list(found), revision(database))


def commit(
    database: sqlite3.Connection, changes: Sequence[Put | Delete], checks: Sequence[Check]
) -> tuple[int, list[Event]]:
    """The store's revision afterwards, and what has changed. Raises ``RevisionMismatch``."""
    with _transaction(database):
        for check in checks:
            _check(database, check)
        current = revision(database)
        events = [event for change in changes if (event := _apply(database, change, current + 1))]
        if not events:
            return current, []
        database.execute("UPDATE counter SET revision = ?", (current + 1,))
    return current + 1, events


def _check(database: sqlite3.Connection, check: Check) -> None:
    entry = get(database, check.key)
    actual = entry.revision if entry else 0
    if actual != check.revision:
        raise RevisionMismatch(key=check.key, actual=actual, expected=check.revision)


def _apply(database: sqlite3.Connection, change: Put | Delete, revision: int) -> Event | None:
    if isinstance(change, Put):
        row = (change.key, change.value, revision, change.ttl)
        database.execute("INSERT OR REPLACE INTO entries (key, value, revision, ttl) VALUES (?, ?, ?, ?)", row)
        return Event(change.key, change.value, revision)
    deleted = database.execute("DELETE FROM entries WHERE key = ?", (change.key,)).rowcount
    return Event(change.key, None, revision) if deleted else None


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # SQLite itself rolls back for some errors, a full disk among them
            database.execute("ROLLBACK")
        raise


def _version(database: sqlite3.Connection) -> int:
    (found,) = database.execute("PRAGMA user_version").fetchone()
    return int(found)
