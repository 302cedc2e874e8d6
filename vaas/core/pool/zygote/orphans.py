"""Orphans: hosts and brokers whose zygote has died. They go on, as children of this node, which is their "subreaper".

Each is held by a descriptor (pidfd), so that no other process is hit that has its number by then. The next
zygote gets copies, and ends them when the node ends in whatever way: an app can untie its host's life from the node's.
Used by ``client.py``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Iterable

from vaas.core.host.fd_passing import MAX_HANDLES, send
from vaas.core.wire.codec import encode
from vaas.core.wire.messages import Adopt


class Orphans:
    def __init__(self) -> None:
        self._ends: dict[int, asyncio.Future[None]] = {}
        """By descriptor, of those that live."""
        self._brokers: set[int] = set()
        """The descriptors of brokers among them."""

    def adopt(self, *, hosts: Iterable[int], brokers: Iterable[int]) -> None:
        """Takes processes over. A host is collected by ``hosts/host_process.py``, a broker here."""
        for host in hosts:
            self._hold(host)
        self._brokers.update(filter(None, map(self._hold, brokers)))

    def _hold(self, pid: int) -> int | None:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            return None
        loop = asyncio.get_running_loop()
        self._ends[descriptor] = loop.create_future()
        loop.add_reader(descriptor, self._on_end, descriptor)
        return descriptor

    def _on_end(self, descriptor: int) -> None:
        asyncio.get_running_loop().remove_reader(descriptor)
        if descriptor in self._brokers:
            self._brokers.remove(descriptor)
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PIDFD, descriptor, os.WEXITED)
        os.close(descriptor)
        self._ends.pop(descriptor).set_result(None)

    def entrust(self, zygote: socket.socket) -> None:
        """Makes them a new zygote's to end. Raises OSError."""
        held = list(self._ends)
        for start in range(0, len(held), MAX_HANDLES):
            send(zygote, encode(Adopt()), held[start : start + MAX_HANDLES])

    async def end(self) -> None:
        """Ends all that are left, and waits for it."""
        for descriptor in self._ends:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        await asyncio.gather(*self._ends.values())
