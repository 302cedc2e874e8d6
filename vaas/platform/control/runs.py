"""Runs: commands in an app's own confinement (``vaas run``), their streams, and what is kept of them.

Each is recorded when it begins and again when it ends, whoever is still listening then. The process itself:
``core/pool/program.py``.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import math
from collections.abc import AsyncIterator
from contextlib import suppress

import msgspec
from msgspec import structs

from vaas.core.errors import Conflict, InvalidInput, VaasError
from vaas.core.terminal import Terminal
from vaas.core.undecodable import UNDECODABLE
from vaas.platform.control.app_state import known_app
from vaas.platform.control.services import RunningProgram, Services, Started
from vaas.platform.records import bounds, keys
from vaas.platform.records.documents import Found, absent, find_all, put, retrying
from vaas.platform.records.records import Run, now
from vaas.platform.store.interface import Delete, Put, RevisionMismatch

log = logging.getLogger("vaas.runs")

MEDIA_TYPE = "application/x-ndjson"
DEFAULT_TIMEOUT = 3600.0
"""Seconds a command may take unless its caller says another time: a migration of a large table, and not for ever."""
MAX_TIMEOUT = 24 * 3600.0
KEPT = 100
"""Runs of each app that are kept."""
BEAT = 15.0
"""Seconds of silence after which an empty line is sent, so that no proxy takes the connection for dead."""


class CommandInvalid(InvalidInput):
    """A command is a JSON array of words, such as ["alembic", "upgrade", "head"]: {reason}"""


class RunTimeoutInvalid(InvalidInput):
    """A command cannot have {timeout} seconds; give more than 0 and at most {most}."""


class RunEnded(Conflict):
    """Run {number} of {app} does not run on this node: it has ended, or another node runs it."""


def parse_command(text: str) -> tuple[str, ...]:
    """Raises ``CommandInvalid``."""
    try:
        command = msgspec.json.decode(text, type=tuple[str, ...])
    except UNDECODABLE as error:
        raise CommandInvalid(reason=error) from error
    if not command or not command[0]:
        raise CommandInvalid(reason="it is empty")
    if len(command) > bounds.WORDS.most:
        raise CommandInvalid(reason=f"it has more than {bounds.WORDS.words}")
    if any("\0" in word for word in command) or sum(len(word.encode()) for word in command) > bounds.COMMAND.most:
        raise CommandInvalid(reason=f"it has a null character, or more than {bounds.COMMAND.words}")
    return command


async def list_runs(services: Services, app: str) -> list[Run]:
    """Newest first. Raises ``AppNotFound``."""
    await known_app(services.store, app)
    return [found.record for found in reversed(await find_all(services.store, keys.runs(app), Run))]


class Runs:
    """Those that this node runs now."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._programs: dict[tuple[str, int], RunningProgram] = {}
        self._ending: set[asyncio.Task[Run]] = set()

    async def begin(
        self,
        app: str,
        command: tuple[str, ...],
        by: str,
        *,
        release: int | None,
        timeout: float,
        terminal: Terminal | None = None,
    ) -> ActiveRun:
        """Starts the command, recorded as ``by``'s. Raises ``AppNotFound``, ``RunTimeoutInvalid``, and what the engine
        raises."""
        await known_app(self._services.store, app)
        if not (math.isfinite(timeout) and 0 < timeout <= MAX_TIMEOUT):
            raise RunTimeoutInvalid(timeout=timeout, most=MAX_TIMEOUT)
        started = await self._services.engine.run(app, release, command, timeout, terminal)
        try:
            recorded = await self._record(app, command, by, started)
        except BaseException:
            started.program.interrupt()
            raise
        run = recorded.record
        self._programs[app, run.number] = started.program
        ending = asyncio.create_task(self._end(recorded, started.program))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        return ActiveRun(run, started.program, ending)

    def interrupt(self, app: str, number: int, by: str) -> None:
        """Ends it as Ctrl-C does. Raises ``RunEnded``."""
        self._running(app, number).interrupt(f"{by} ended it")

    def resize(self, app: str, number: int, terminal: Terminal) -> None:
        """Its terminal has the size of this one now. Raises ``RunEnded``."""
        self._running(app, number).resize(terminal.rows, terminal.columns)

    def _running(self, app: str, number: int) -> RunningProgram:
        program = self._programs.get((app, number))
        if program is None:
            raise RunEnded(app=app, number=number)
        return program

    async def _record(self, app: str, command: tuple[str, ...], by: str, started: Started) -> Found[Run]:
        async def attempt() -> Found[Run]:
            found = await find_all(self._services.store, keys.runs(app), Run)
            number = _newest([*(doc.key for doc in found), *found.broken]) + 1
            run = Run(
                app=app, number=number, command=command, release=started.release, node=self._services.node, by=by,
                at=now(),
            )  # fmt: skip
            key = keys.run(app, number)
            return Found(run, key, await self._services.store.commit([put(key, run), *_beyond(found)], [absent(key)]))

        return await retrying(attempt)

    async def _end(self, recorded: Found[Run], program: RunningProgram) -> Run:
        run = recorded.record
        code, reason = await program.finish()
        del self._programs[run.app, run.number]
        ended = structs.replace(run, ended_at=now(), exit_code=code, reason=reason)
        try:
            await self._services.store.commit([put(recorded.key, ended)], [recorded.unchanged])
        except RevisionMismatch:
            pass  # the app was removed, with all that was recorded of it
        except VaasError as error:
            log.error("the end of run %d of %s was not recorded: %s", run.number, run.app, error)
        return ended


def _newest(taken: list[str]) -> int:
    """The largest number in these keys, read or not; 0 if there is none."""
    numbers = (key.rpartition("/")[2] for key in taken)
    return max((int(number) for number in numbers if number.isascii() and number.isdigit()), default=0)


def _beyond(found: list[Found[Run]]) -> list[Put | Delete]:
    """Those that are not kept once there is one more."""
    return [Delete(each.key) for each in found[: max(0, len(found) + 1 - KEPT)]]


class ActiveRun:
    """One that has begun, for its caller: what it is given, and what comes of it."""

    def __init__(self, run: Run, program: RunningProgram, ending: asyncio.Task[Run]) -> None:
        self._run = run
        self._program = program
        self._ending = ending

    async def events(self, stdin: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """One JSON object a line: ``{"run": 7, "release": 3}``, then ``{"stdout": …}`` and ``{"stderr": …}`` in base64
        as they come, then ``{"exit": 0, "reason": ""}``. A caller that goes away before that ends the program."""
        feeding = asyncio.create_task(self._feed(stdin))
        try:
            yield _line({"run": self._run.number, "release": self._run.release})
            async for part in _with_beats(self._program.output()):
                yield b"\n" if part is None else _line({part[0]: base64.b64encode(part[1]).decode()})
            ended = await asyncio.shield(self._ending)
            yield _line({"exit": ended.exit_code, "reason": ended.reason})
        finally:
            feeding.cancel()
            if not self._ending.done():
                self._program.interrupt("its caller went away")

    async def _feed(self, stdin: AsyncIterator[bytes]) -> None:
        with suppress(OSError):  # the caller is gone, which the answer notices
            async for data in stdin:
                if data:
                    await self._program.feed(data)
            await self._program.feed(b"")


async def _with_beats(output: AsyncIterator[tuple[str, bytes]]) -> AsyncIterator[tuple[str, bytes] | None]:
    """The same, and None whenever nothing has come for a while."""

    async def following() -> tuple[str, bytes] | None:
        return await anext(output, None)

    waiting = asyncio.create_task(following())
    try:
        while True:
            await asyncio.wait([waiting], timeout=BEAT)
            if waiting.done():
                part = waiting.result()
                if part is None:
                    return
                yield part
                waiting = asyncio.create_task(following())
            else:
                yield None
    finally:
        waiting.cancel()


def _line(event: dict[str, object]) -> bytes:
    return msgspec.json.encode(event) + b"\n"
