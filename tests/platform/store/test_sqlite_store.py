from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.platform.store.contract import PATIENCE, StoreContract, events
from vaas.platform.store import schema
from vaas.platform.store.feed import HISTORY
from vaas.platform.store.interface import Compacted, Delete, Event, Put, Store, StoreUnavailable
from vaas.platform.store.lock import NAME, DataFolderInUse, FolderLock
from vaas.platform.store.schema import DataFolderNewer
from vaas.platform.store.sqlite import FILE, SqliteStore


@asynccontextmanager
async def sqlite_store(history: int = HISTORY) -> AsyncIterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        store = await SqliteStore.open(Path(folder), history)
        yield store
        await store.close()


class TestSqliteStore(StoreContract):
    open = staticmethod(sqlite_store)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(folder)
    try:
        yield store
    finally:
        await store.close()


def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as store:
            await store.commit([Put("/a", b"1"), Put("/b", b"2")])
            await store.commit([Delete("/a")])
        async with opened(tmp_path) as store:
            assert await store.scan("") == ([("/b", b"2", 1)], 2)
            assert await store.commit([Put("/c", b"")]) == 3

    asyncio.run(scenario())


def test_a_watch_from_before_a_restart_is_told_to_list_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as store:
            await store.commit([Put("/a", b"1")])
        async with opened(tmp_path) as store:
            with pytest.raises(Compacted):
                await events(store, "/", 0, 1)
            revision = await store.commit([Put("/a", b"2")])
            assert await events(store, "/", 1, 1) == [[Event("/a", b"2", revision)]]

    asyncio.run(scenario())


def test_a_watch_from_a_revision_that_a_restored_backup_never_had_is_told_to_list_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as store:
            with pytest.raises(Compacted):
                await events(store, "/", 7, 1)

    asyncio.run(scenario())


def test_a_key_with_a_time_to_live_disappears_also_after_a_restart(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as store:
            await store.commit([Put("/node", b"", ttl=0.05), Put("/kept", b"", ttl=60)])
        async with opened(tmp_path) as store:
            assert await events(store, "/", 1, 1) == [[Event("/node", None, 2)]]
            assert await store.get("/kept")
            assert await store.renew("/kept")

    asyncio.run(scenario())


def test_a_folder_that_another_process_uses_is_refused_with_its_number(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import asyncio, sys
        from pathlib import Path
        from vaas.platform.store.sqlite import SqliteStore

        async def main():
            store = await SqliteStore.open(Path(sys.argv[1]))
            print("open", flush=True)
            sys.stdin.read()
            await store.close()

        asyncio.run(main())
    """)
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(DataFolderInUse, match=f"in use by process {other.pid}.*--data"):
            asyncio.run(SqliteStore.open(tmp_path))
        other.communicate("")
    asyncio.run(_opens(tmp_path))


def test_a_folder_that_cannot_be_locked_at_all_says_why_and_stays_open_to_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int, _: int) -> None:
        tried.append(descriptor)
        raise OSError(errno.ENOLCK, "No locks available")

    tried: list[int] = []
    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(OSError, match="No locks available"):
        FolderLock(tmp_path)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(tried[0])


def test_a_lock_whose_holder_is_not_known_is_refused_all_the_same(tmp_path: Path) -> None:
    held = FolderLock(tmp_path)
    os.truncate(tmp_path / NAME, 0)
    with pytest.raises(DataFolderInUse, match="in use by process unknown"):
        FolderLock(tmp_path)
    held.release()
    FolderLock(tmp_path).release()


def test_a_folder_is_free_again_after_a_failed_opening(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, but long enough to be taken for one" * 100)
    with pytest.raises(StoreUnavailable, match=r"not a database of vaas.*backup"):
        asyncio.run(SqliteStore.open(tmp_path))
    (tmp_path / FILE).unlink()
    asyncio.run(_opens(tmp_path))


def test_a_store_that_cannot_be_opened_keeps_no_connection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(database: sqlite3.Connection) -> int:
        raise sqlite3.DatabaseError("malformed")

    monkeypatch.setattr(schema, "leased", damaged)
    with pytest.raises(StoreUnavailable, match="malformed"):
        asyncio.run(SqliteStore.open(tmp_path))
    assert {file.name for file in tmp_path.iterdir()} == {FILE, NAME}  # SQLite removes the log with the last connection


def test_data_of_a_newer_version_is_refused_and_not_touched(tmp_path: Path) -> None:
    asyncio.run(_opens(tmp_path))
    database = sqlite3.connect(tmp_path / FILE)
    database.execute("PRAGMA user_version = 99")
    database.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(DataFolderNewer, match=r"newer vaas \(schema 99.*Install that version"):
        asyncio.run(SqliteStore.open(tmp_path))
    assert (tmp_path / FILE).read_bytes() == before


def test_the_data_is_for_its_owner_alone(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path / "data") as store:
            await store.commit([Put("/secret", b"")])
            files = list((tmp_path / "data").iterdir())
            assert {file.name for file in files} == {FILE, f"{FILE}-wal", f"{FILE}-shm", "lock"}
            assert {file.stat().st_mode & 0o077 for file in files} == {0}
            assert (tmp_path / "data").stat().st_mode & 0o066 == 0

    asyncio.run(scenario())


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match=r"file/data: Not a directory"):
        asyncio.run(SqliteStore.open(tmp_path / "file" / "data"))


def test_a_full_disk_is_a_clear_error_and_what_was_acknowledged_stays(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as store:
            await store.commit([Put("/a", b"kept")])
            await store._run(lambda: store._database.execute("PRAGMA max_page_count = 8"))
            with pytest.raises(StoreUnavailable, match=r"disk of .* is full\. Free some space"):
                await store.commit([Put("/a", b"lost"), Put("/b", b"x" * 100_000)])
            assert await store.scan("") == ([("/a", b"kept", 1)], 1)
            await store._run(lambda: store._database.execute("PRAGMA max_page_count = 1000000"))
            assert await store.commit([Put("/b", b"x" * 100_000)]) == 2
            assert await events(store, "/", 1, 1) == [[Event("/b", b"x" * 100_000, 2)]]

    asyncio.run(scenario())


def test_a_key_that_cannot_be_removed_in_its_time_is_removed_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vaas.platform.store.leases.RETRY", 0.02)

    async def scenario() -> None:
        async with opened(tmp_path) as store:
            await store.commit([Put("/node", b"", ttl=0.2)])
            await store._run(lambda: store._database.execute("PRAGMA query_only = 1"))
            await asyncio.sleep(0.3)
            assert await store.get("/node")
            await store._run(lambda: store._database.execute("PRAGMA query_only = 0"))
            assert await events(store, "/", 1, 1) == [[Event("/node", None, 2)]]

    asyncio.run(scenario())


ACKNOWLEDGING = textwrap.dedent("""
    import asyncio, sys
    from pathlib import Path
    from vaas.platform.store.interface import Put
    from vaas.platform.store.sqlite import SqliteStore

    async def main():
        store = await SqliteStore.open(Path(sys.argv[1]))
        start = (await store.scan("")).revision
        async def commit(lane):
            for n in range(10**6):
                key = f"/{start}/{lane}/{n}"
                revision = await store.commit([Put(key, b"x" * 500), Put(f"/last/{lane}", key.encode())])
                print(revision, key, flush=True)
        await asyncio.gather(*(commit(lane) for lane in range(4)))

    asyncio.run(main())
""")


def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    acknowledged: dict[str, int] = {}
    for kill_after in (1, 60, 150):  # acknowledgements: in the first commits, and in the midst of more
        command = [sys.executable, "-c", ACKNOWLEDGING, str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(kill_after)]
            os.kill(process.pid, signal.SIGKILL)
            lines += process.stdout.readlines()
        acknowledged |= {key: int(revision) for revision, key in map(str.split, filter(_is_whole, lines))}

    async def scenario() -> None:
        async with opened(tmp_path) as store:
            listing = await store.scan("/")
            found = {entry.key: entry.revision for entry in listing.entries}
            assert len(acknowledged) >= 211
            assert acknowledged.items() <= found.items()
            assert max(found.values()) == listing.revision
            for entry in listing.entries:
                if entry.key.startswith("/last/"):  # the two changes of one commit are both there
                    assert found[entry.value.decode()] == entry.revision

    asyncio.run(asyncio.wait_for(scenario(), PATIENCE))


def _is_whole(line: str) -> bool:
    return line.endswith("\n")


async def _opens(folder: Path) -> None:
    async with opened(folder):
        pass
