"""Prefork: a host is forked ahead of need, warms up and waits for its spec. It saves the fork on a cold start.

Kept by ``zygote.py``; with its descriptors it goes on in ``child.py``, where it confines itself first.
"""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from typing import NamedTuple, NoReturn, Self

from vaas.core.confine.landlock import Ruleset
from vaas.core.confine.plan import needs_broker
from vaas.core.confine.system import Capabilities
from vaas.core.host import fd_passing
from vaas.core.host.child import run
from vaas.core.host.ending import end_process
from vaas.core.host.handles import Handles
from vaas.core.host.process_title import name_process
from vaas.core.host.warmup import warm_host
from vaas.core.limits.cgroups import Cgroups
from vaas.core.wire.codec import read_frame
from vaas.core.wire.messages import Begin


class PreforkedHost(NamedTuple):
    pid: int
    socket: socket.socket

    @classmethod
    def fork(cls, not_its: tuple[int, ...], system: Capabilities, samples: Path, cgroups: Cgroups) -> Self:
        """``not_its``: descriptors of the zygote's own, closed in the host. Raises OSError."""
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pid = os.fork()
        if pid == 0:
            ours.close()
            for descriptor in not_its:
                os.close(descriptor)
            become_host(its, system, samples, cgroups)
        its.close()
        return cls(pid, ours)

    def start(self, handles: list[int]) -> None:
        """Makes it a host. One that needs a broker gets one more handle, to meet it. Raises OSError if it has died."""
        with self.socket:
            fd_passing.send(self.socket, b".", handles)


def become_host(zygote: socket.socket, system: Capabilities, samples: Path, cgroups: Cgroups) -> NoReturn:
    """The child's side of the fork: never returns into the zygote's code."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        name_process("prefork")
        cgroups.join()
        begun = warm_host(samples, system)
        received = fd_passing.receive(zygote)
        zygote.close()
        if received is not None:  # else the zygote has ended
            become(received[1], system, begun)
    except BaseException as error:
        end_process(error)
    os._exit(os.EX_OK)


def become(handles: list[int], system: Capabilities, begun: Ruleset | None) -> None:
    """Reads its spec from the node, and is that host."""
    told: Begin | None = read_frame(Handles.of(handles).control, Begin)
    if told is not None:  # else the node has ended
        broker = handles.pop() if needs_broker(told.spec.policy.permissions, system) else None
        run(told.spec, Handles.of(handles), system, broker, begun)
