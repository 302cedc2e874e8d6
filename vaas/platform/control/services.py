"""What the API needs from the node that serves it: given once by ``platform/node/bootstrap.py``, the same for every
request.

The endpoints (``endpoints/``) hold a ``Services``; the use-cases beside this file take from it only what they need.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from vaas.core.terminal import Terminal
from vaas.platform.bundle_format.archive import LIMITS
from vaas.platform.bundle_format.build_layer import Facts
from vaas.platform.bundles.interface import Bundles
from vaas.platform.store.interface import Store


class RunningProgram(Protocol):
    """A command that was started (``core/pool/program.py``)."""

    def output(self) -> AsyncIterator[tuple[str, bytes]]:
        """``stdout`` or ``stderr`` and what was written there, as it comes, to the end of both."""
        ...

    async def feed(self, data: bytes) -> None:
        """Writes to its standard input, and waits while it reads slowly; empty: that was all."""
        ...

    def interrupt(self, reason: str = "") -> None:
        """Ends it as Ctrl-C does; if it does not heed that, by force."""
        ...

    def resize(self, rows: int, columns: int) -> None:
        """Its terminal, if it has one, has another size now."""
        ...

    async def finish(self) -> tuple[int, str]:
        """Waits until nothing is left of it; its exit code, and why it was ended if it did not end by itself."""
        ...


class Started(NamedTuple):
    release: int
    program: RunningProgram


class Engine(Protocol):
    """The running node, as far as the API asks it anything."""

    async def call(self, app: str, method: str, args: bytes, timeout: float) -> tuple[int, bytes]:
        """Calls an app's RPC method with a JSON object; returns an HTTP status and the value, or the problem, as JSON.

        Raises a ``VaasError`` if no release answers here.
        """
        ...

    async def run(
        self, app: str, release: int | None, command: tuple[str, ...], timeout: float, terminal: Terminal | None = None
    ) -> Started:
        """Starts a command in the confinement of that release of the app, or of one that answers; its standard streams
        are pipes, or that terminal.

        Raises a ``VaasError`` if there is none here, or the command cannot be started.
        """
        ...

    def stats(self, app: str) -> dict[str, float]:
        """``hosts, workers, stalled, in_flight, waiting, calls, errors`` of the app here; empty if it is not here."""
        ...

    @property
    def quarantine(self) -> Callable[[str], str]:
        """Why this node does not work on an app; empty: it does."""
        ...

    def errors_by_status(self, app: str) -> Mapping[int, int]:
        """How many calls of the app here were answered with each 5xx, since this node started."""
        ...


class DiskFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What takes this node's disk, in bytes."""

    total: int = 0
    """Of the disk that the platform's data lies on; likewise the next."""
    free: int = 0
    apps: dict[str, int] = {}
    """By app: what it has stored, its unpacked releases, its compiled code."""
    bundles: int = 0
    """In the bundle store."""
    layers: int = 0
    """In the bundle store, too: packages."""
    unpacked: int = 0
    """Layers on this node, unpacked and compiled, each once for all apps."""
    warning: str = ""
    """That the disk is nearly full, and what to do; empty: it is not."""


class Disk(Protocol):
    async def facts(self) -> DiskFacts:
        """What was found last: a question makes the node look again soon."""
        ...


class Builder(Protocol):
    async def build(self, lines: list[str]) -> Facts:
        """Puts the layer with what these lines of requirements resolve to into the bundle store."""
        ...


class LogReader(Protocol):
    def read(
        self, app: str, since: float | None, grep: str, follow: bool, limit: int | None, request: str, full: bool
    ) -> AsyncIterator[bytes]:
        """The app's log lines on this node, oldest first, some at a time, each a JSON object with a line feed; with
        ``follow`` it goes on with those to come."""
        ...


@dataclass(frozen=True)
class Services:
    store: Store
    bundles: Bundles
    logs: LogReader
    engine: Engine
    disk: Disk
    builder: Builder
    node: str
    """This node's id."""
    gateway: str
    """The gateway's base URL, without a slash at its end."""
    console: str
    """The base URL of the console and of this API, without a slash at its end."""
    version: str
    started_at: datetime
    max_bundle: int = LIMITS.bundle
    """Bytes of the largest bundle that is taken."""
