"""What decisions about hosts are made of: a host and a worker, as far as ``supervisor.py`` and its parts may look.

Read-only: ``HostProcess`` and ``LinkToWorker`` fit, and so do plain records in a test with a simulated clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from vaas.core.pool.calls.link_to_worker import Late
from vaas.core.pool.heartbeat import Heartbeat
from vaas.core.pool.hosts.states import State


class WorkerView(Protocol):
    @property
    def index(self) -> int: ...
    @property
    def late(self) -> Mapping[int, Late]:
        """Its cancelled calls that it has not acknowledged, by their ids."""
        ...

    @property
    def awaited(self) -> bool:
        """Whether any caller waits for an answer of it."""
        ...

    @property
    def heartbeat(self) -> Heartbeat: ...


class HostView(Protocol):
    @property
    def state(self) -> State: ...
    @property
    def links(self) -> Sequence[WorkerView]:
        """Of workers that are, or were, ready."""
        ...

    @property
    def starting(self) -> Collection[int]:
        """Workers that were asked to start and have not answered."""
        ...

    @property
    def workers(self) -> int:
        """Started or starting."""
        ...

    @property
    def asked(self) -> float:
        """When the newest worker was asked to start. This and all other times: on the event loop's clock."""
        ...

    @property
    def in_flight(self) -> int: ...
    @property
    def calls(self) -> int:
        """Begun in its whole life."""
        ...

    @property
    def tasks(self) -> int:
        """What its workers told last of tasks that calls have left behind."""
        ...

    @property
    def idle_since(self) -> float:
        """When it was last seen with a call in flight, or with such a task."""
        ...

    @property
    def until(self) -> float:
        """When it is killed at the latest; infinite while it is used."""
        ...

    @property
    def heartbeat(self) -> Heartbeat:
        """Of its interpreter."""
        ...
