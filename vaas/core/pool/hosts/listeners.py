"""Who is told what: the pool, by links and hosts without anybody between; and the manager of hosts, by each host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Raw

from vaas.core.pool.errors import HostBroken, HostGone
from vaas.core.pool.hosts.actions import StartFailure
from vaas.core.wire.messages import LogLine

if TYPE_CHECKING:
    from vaas.core.pool.hosts.host_process import HostProcess


class PoolListener(Protocol):
    """Answered by ``core/pool/pool.py``."""

    def on_idle_capacity(self) -> None:
        """A call has ended, or a host takes calls again: a worker may have room. Told by the link, and by the host."""
        ...

    def on_line(self, line: LogLine) -> None:
        """The app has logged. Told by the host's ``output.py``."""
        ...

    def on_worker_ready(self, info: Raw) -> None:
        """A further worker takes calls. Told by the manager, once its link is among those that are ready."""
        ...

    def on_start_failed(self, error: StartFailure) -> None: ...

    def on_stirred(self) -> None:
        """Hosts do not rest any more: time has to be looked at. Told by the manager."""
        ...


class HostListener(Protocol):
    """Answered by ``host_manager.py``."""

    def on_state(self) -> None:
        """The state of a host is another one."""
        ...

    def on_ready(self, host: HostProcess, info: Raw, usual_workers: int) -> None:
        """A worker of it takes calls. ``usual_workers``: how many it has if its limits do not say; 0: as any."""
        ...

    def on_broken(self, host: HostProcess, error: HostBroken) -> None:
        """A worker of it could not start."""
        ...

    def on_end(self, host: HostProcess, error: HostGone) -> None:
        """The process has ended; its calls have failed."""
        ...

    def on_collected(self, host: HostProcess) -> None:
        """Nothing of it is left."""
        ...
