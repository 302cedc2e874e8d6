"""HostSet: the hosts of one pool, as data. The pool picks a worker among ``ready``; ``host_manager.py`` adds, removes
and, after every change of a host's state, sorts them anew."""

from __future__ import annotations

from collections.abc import Iterator

from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.hosts.host_process import HostProcess
from vaas.core.pool.hosts.states import DYING, GONE, USED, State


class HostSet:
    def __init__(self, most_workers: int) -> None:
        self.ready: list[LinkToWorker] = []
        """The links of all workers that take calls, in the order in which they are filled."""
        self.is_complete = False
        """Whether every worker that may run does, or is starting."""
        self.used: list[HostProcess] = []
        """Those that take calls, or are to, and those that end unasked; the oldest first."""
        self.most_workers = most_workers
        """That may run in all hosts together."""
        self._hosts: dict[HostProcess, None] = {}

    def add(self, host: HostProcess) -> None:
        self._hosts[host] = None
        self.sort()

    def remove(self, host: HostProcess) -> None:
        self._hosts.pop(host, None)
        self.sort()

    def sort(self) -> None:
        """A state, or the workers of a host, have changed."""
        self.used = [host for host in self._hosts if host.state in USED or host.state in DYING]
        self.ready = [link for host in self.used if host.state is State.READY for link in host.links]
        healthy = (host for host in self.used if host.state in (State.STARTING, State.READY))
        self.is_complete = sum(host.workers for host in healthy) >= self.most_workers

    def __iter__(self) -> Iterator[HostProcess]:
        """All, until nothing is left of them; the oldest first."""
        return iter(self._hosts)

    def __len__(self) -> int:
        return len(self._hosts)

    @property
    def living(self) -> list[HostProcess]:
        """Those whose process has not ended."""
        return [host for host in self._hosts if host.state not in GONE]

    @property
    def is_growing(self) -> bool:
        """Whether a worker is starting, or a host is ending that another may follow."""
        return any(host.starting or host.state in DYING for host in self.used)

    @property
    def in_flight(self) -> int:
        """Calls under way in hosts that are used."""
        return sum(host.in_flight for host in self.used)

    @property
    def stalled(self) -> int:
        """Workers that do not answer."""
        return sum(host.state is State.STALLED or link.stalled for host in self.used for link in host.links)

    def __repr__(self) -> str:
        return f"<hosts {list(self._hosts)}>"
