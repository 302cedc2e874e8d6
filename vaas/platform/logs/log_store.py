"""Logs: what the apps of this node print and log, kept in bounded files, filtered here, and followed as it comes.

``append`` never waits: lines are collected and written together in one thread that serves all apps. An app that floods
loses lines, never the node's time or disk; how many were lost stands in its log. A reader who follows begins in that
same thread's order, so it sees every line once: from disk what was written before, from memory what comes after.
Files: ``files.py``; reading them: ``history.py``. Lines come from ``core/pool``, by ``platform/node/bootstrap.py``.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, time
from typing import NamedTuple

from vaas.core.log_line import shorten
from vaas.core.pace import paced
from vaas.core.token_bucket import TokenBucket
from vaas.core.virtual.console import TRACE
from vaas.core.wire.messages import LogLine
from vaas.platform.logs import history
from vaas.platform.logs.files import Line, LogFiles, Part, encode
from vaas.platform.logs.history import Wanted
from vaas.platform.records.names import is_app_name

PER_APP = 16 * 1024 * 1024
"""Bytes of log kept for one app: about a hundred thousand ordinary lines."""

RATE = 1024 * 1024
"""Bytes a second that one app may log for long: its whole share of the disk would then be new every 16 s."""

BURST = 4 * RATE
"""Bytes that it may log at once, and that may wait to be written."""

FLUSH = 0.1
"""Seconds that lines are collected before they are written."""

BACKLOG = 5000
"""Lines that wait for one reader who follows; a slower one loses the oldest, and reads how many."""

FEW = 50
"""Of these, how many are passed on at once: of the longest a millisecond's worth."""

log = logging.getLogger(__name__)


class Follower:
    """A reader's place in what is still to come."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._lines: deque[Line] = deque(maxlen=BACKLOG)
        self._lost = 0
        self._news = asyncio.Event()
        self.over = False
        """Nothing more will come: its app has been removed."""

    def end(self) -> None:
        self.over = True
        self._news.set()

    def push(self, line: Line) -> None:
        if self._wanted(line):
            self._lost += len(self._lines) == BACKLOG
            self._lines.append(line)
            self._news.set()

    async def take(self) -> list[Line]:
        """What has come since the last time; waits for some."""
        await self._news.wait()
        self._news.clear()
        lines, lost = list(self._lines), self._lost
        self._lines.clear()
        self._lost = 0
        return [_notice(f"{lost} lines were left out: they came faster than they were read"), *lines] if lost else lines


class AppLog:
    """One app's lines between the hosts and the disk."""

    def __init__(self, files: LogFiles, clock: Callable[[], float]) -> None:
        self.files = files
        self.followers: set[Follower] = set()
        self.lost = 0
        """Lines dropped since the log last said so."""
        self._why = ""
        self._clock = clock
        self._lines: list[bytes] = []
        self._size = 0
        self._bucket = TokenBucket(RATE, BURST, clock())

    def add(self, line: Line) -> None:
        """Takes a line, or drops and counts it."""
        data = encode(line)
        if self._room(len(data)):
            self.write_loss()
            self._put(line, data)
        else:
            self.lose(1, f"an app may log {RATE} bytes a second and {BURST} at once")

    def lose(self, count: int, why: str) -> None:
        self.lost += count
        self._why = why

    def take(self) -> list[bytes]:
        """What is to be written now; with it, once there is room again, how many lines were lost."""
        if self._room(0):
            self.write_loss()
        lines, self._lines, self._size = self._lines, [], 0
        return lines

    def _room(self, size: int) -> bool:
        # After a loss a second's worth must have come together, or every other line would tell of one that was lost.
        needed = RATE if self.lost else size
        return self._bucket.level(self._clock()) >= needed and self._size + size <= BURST

    def write_loss(self) -> None:
        """Writes into the log itself how many of its lines were lost."""
        if self.lost:
            notice = _notice(f"{self.lost} lines were dropped: {self._why}")
            self.lost = 0
            self._put(notice, encode(notice))

    def _put(self, line: Line, data: bytes) -> None:
        self._lines.append(data)
        self._size += len(data)
        self._bucket.charge(len(data))
        for follower in self.followers:
            follower.push(line)


class Logs:
    def __init__(
        self,
        folder: Path,
        per_app_bytes: int = PER_APP,
        clock: Callable[[], float] = monotonic,
        *,
        has_issued: Callable[[str], bool] = lambda request: True,
        now: Callable[[], float] = time,
    ) -> None:
        """``has_issued``: whether a request id is one of this node's; ``now``: seconds since the epoch."""
        self._folder = folder
        self._per_app = per_app_bytes
        self._clock = clock
        self._has_issued = has_issued
        self._now = now
        self._apps: dict[str, AppLog] = {}
        self._waiting: set[str] = set()
        """Apps with something to write or to say."""
        self._disk = ThreadPoolExecutor(1, "logs")
        self._turn = asyncio.Lock()
        """Of those who read what lies on disk."""
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Future[list[Failed]] | None = None
        self._failing: set[str] = set()

    def append(self, app: str, release: str, line: LogLine) -> None:
        """Takes one line of a host, on the event loop's thread. When it was, and which requests there have been, is not
        the host's to say."""
        request = line.trace if line.trace and self._has_issued(line.trace) else ""
        text = shorten(line.text)
        self._log(app).add(Line(self._now(), release, line.worker, request, line.stream, line.level, text))
        self._waiting.add(app)
        self._schedule()

    async def read(
        self,
        app: str,
        since: float | None = None,
        grep: str = "",
        follow: bool = False,
        limit: int | None = None,
        request: str = "",
        full: bool = False,
    ) -> AsyncIterator[bytes]:
        """The newest ``limit`` lines of the last ``since`` seconds that contain ``grep`` or are of the request with
        that id, oldest first; with ``request`` only those of that one, with ``full`` also what tracebacks leave out.

        Some at a time, each a JSON object with a line feed. None is no limit. With ``follow`` it goes on with those
        that come, until its consumer ends it.
        """
        begin = 0.0 if since is None else time() - since

        def wanted(line: Line) -> bool:
            asked = (not request or line.request == request) and (full or line.level != TRACE)
            return asked and line.time >= begin and (grep in line.text or grep == line.request)

        follower = Follower(wanted)
        app_log = self._log(app)
        if follow:
            app_log.followers.add(follower)
        try:
            async for lines in history.read(self._turn, await self._parts(app_log), wanted, begin, limit):
                yield _text(lines)
            while follow and not follower.over:
                came = await follower.take()
                async for start in paced(range(0, len(came), FEW)):
                    yield _text(map(encode, came[start : start + FEW]))
        finally:
            app_log.followers.discard(follower)

    async def flush(self) -> None:
        """Returns when all that was taken so far is on disk."""
        self._flush()
        await asyncio.get_running_loop().run_in_executor(self._disk, lambda: None)

    async def forget(self, app: str) -> None:
        """Deletes the log of an app that has been removed, and ends the reading of those who follow it."""
        self._flush()
        app_log = self._log(app)
        del self._apps[app]
        for follower in app_log.followers:
            follower.end()
        self._waiting.discard(app)
        await asyncio.get_running_loop().run_in_executor(self._disk, app_log.files.delete)

    def names(self) -> frozenset[str]:
        """The apps that have a log on disk."""
        found = os.listdir(self._folder) if self._folder.is_dir() else []
        return frozenset(filter(is_app_name, found))

    async def close(self) -> None:
        """Returns when everything is on disk."""
        for app_log in self._apps.values():
            app_log.write_loss()
        self._waiting = set(self._apps)
        await self.flush()
        if self._timer is not None:
            self._timer.cancel()
        for app_log in self._apps.values():
            app_log.files.close()
        self._disk.shutdown()

    def _log(self, app: str) -> AppLog:
        if app not in self._apps:
            self._apps[app] = AppLog(LogFiles(self._folder / app, self._per_app), self._clock)
        return self._apps[app]

    def _schedule(self) -> None:
        if self._waiting and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        if self._writing is None or self._writing.done():
            self._flush()
        self._schedule()

    def _flush(self) -> None:
        """Hands all that was taken so far to the disk's thread."""
        batches = [(app, self._apps[app].take()) for app in self._waiting]
        self._waiting = {app for app, _ in batches if self._apps[app].lost}
        files = [(app, self._apps[app].files, lines) for app, lines in batches]
        self._writing = asyncio.get_running_loop().run_in_executor(self._disk, _write, files)
        self._writing.add_done_callback(self._written)

    def _written(self, writing: asyncio.Future[list[Failed]]) -> None:
        failed = {failure.app for failure in writing.result()}
        for app, lines, error in writing.result():
            if app not in self._failing:
                log.warning("the log of %s cannot be written: %s", app, error)
            self._log(app).lose(lines, f"the disk did not take them: {error.strerror}")
            self._waiting.add(app)
        self._failing = failed
        self._schedule()

    async def _parts(self, app_log: AppLog) -> list[Part]:
        # Both are handed over before anything is awaited: what comes from now on is not among these parts.
        self._flush()
        return await asyncio.get_running_loop().run_in_executor(self._disk, app_log.files.parts)


class Failed(NamedTuple):
    """A batch that the disk did not take."""

    app: str
    lines: int
    error: OSError


def _write(batches: list[tuple[str, LogFiles, list[bytes]]]) -> list[Failed]:
    failed = []
    for app, files, lines in batches:
        try:
            files.write(lines)
        except OSError as error:
            failed.append(Failed(app, len(lines), error))
    return failed


def _text(lines: Iterable[bytes]) -> bytes:
    return b"".join([line + b"\n" for line in lines])


def _notice(text: str) -> Line:
    return Line(time=time(), release="", worker=0, request="", stream="log", level="warning", text=text)
