"""The zygote: a small, warm, single-threaded process that hosts are forked from.

It has imported what hosts need and frozen it, so that a host starts in milliseconds and shares its memory; one host
is forked ahead of need, while no request waits (``prefork.py``). It runs no app code, holds no secret, and was started
with an empty environment. It ends when its node does. Started by ``core/pool/zygote/client.py``; each host goes on
in ``child.py``.
"""

from __future__ import annotations

from vaas.core.host import platform_packages

if __name__ == "__main__":
    platform_packages.install()  # first: what is imported from here on is the platform's, and no app's

import argparse
import contextlib
import gc
import importlib
import os
import select
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import cast

from msgspec.msgpack import Decoder

from vaas.core.confine.plan import needs_broker
from vaas.core.confine.root_folder import provide
from vaas.core.confine.system import Capabilities, probe
from vaas.core.host.broker_fork import allowed_by, fork_broker
from vaas.core.host.fd_passing import receive
from vaas.core.host.handles import Handles
from vaas.core.host.prefork import PreforkedHost
from vaas.core.host.process_title import name_process
from vaas.core.host.reaping import AdoptedProcesses, adopt_orphans, end_children, kill, kill_group, next_ended
from vaas.core.host.warmup import prepare, warm_floor, warm_zygote
from vaas.core.limits.cgroups import Cgroups
from vaas.core.limits.priority import rank
from vaas.core.limits.usage import children, size_of
from vaas.core.service import ServiceModule
from vaas.core.wire.codec import encode
from vaas.core.wire.messages import Adopt, Exited, Fork, Forked, FromZygote, Preforked, ToZygote, Warm

RENEW_AFTER = 30
"""Milliseconds from the last start until the next prefork: the host just started is on its way meanwhile, and joining a
cgroup holds up every process that starts a thread."""

_decode: Callable[[bytes], ToZygote] = Decoder(ToZygote).decode


def main() -> None:
    arguments = argparse.ArgumentParser(prog="vaas zygote")
    arguments.add_argument("--fd", type=int, required=True)
    arguments.add_argument("--folder", required=True, help="where apps' folders lie")
    arguments.add_argument("--group", action="append", default=[], help="how paths of hosts' control groups begin")
    arguments.add_argument("--preload", action="append", default=[])
    options = arguments.parse_args()
    name_process("zygote")
    rank(0)
    adopt_orphans()
    samples = Path(options.folder, "warmup")
    warm_zygote(samples)
    for name in options.preload:
        module = importlib.import_module(name)
        if hasattr(module, "open_service"):
            warm_floor(cast(ServiceModule, module), samples)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    system = provide(str(samples / "root"), probe((options.folder,)))
    prepare(system)
    platform_packages.hide()
    gc.collect()
    gc.freeze()
    Zygote(socket.socket(fileno=options.fd), system, samples, Cgroups(tuple(options.group))).serve()


class Zygote:
    def __init__(self, node: socket.socket, system: Capabilities, samples: Path, cgroups: Cgroups) -> None:
        self._node = node
        self._system = system
        self._samples = samples
        self._cgroups = cgroups
        self._wake, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._own = (node.fileno(), self._wake, wake_write)
        """Descriptors that no host may have."""
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._size = size_of(os.getpid())
        """Bytes that every host begins with, and shares."""
        self._preforked: PreforkedHost | None = None
        self._brokers: set[int] = set()
        self._hosts: set[int] = set()
        self._adopted = AdoptedProcesses()
        """Hosts and brokers of a zygote that died before us."""
        self._poll = select.poll()

    def serve(self) -> None:
        """Forks hosts on request, reports those that have ended, until the node hangs up."""
        self._poll.register(self._node.fileno(), select.POLLIN)
        self._poll.register(self._wake, select.POLLIN)
        self._tell(Warm(bool(self._system.root_folder)))
        self._renew()
        while True:
            ready = {fd for fd, _ in self._poll.poll(None if self._preforked else RENEW_AFTER)}
            if not ready:
                self._renew()
            if self._wake in ready:
                self._reap()
            for ended in ready & self._adopted.descriptors:
                self._poll.unregister(ended)
                self._adopted.release(ended)
            if self._node.fileno() in ready and not self._obey():
                self._adopted.end()
                end_children(self._children)
                self._cgroups.sweep()
                return

    def _obey(self) -> bool:
        """Does one thing that the node asks for. False when it has hung up."""
        received = receive(self._node)
        if received is None:
            return False
        message, handles = received
        request = _decode(message)
        if isinstance(request, Adopt):
            self._adopted.take(handles)
            for pidfd in handles:
                self._poll.register(pidfd, select.POLLIN)
            return True
        self._answer(request, handles)
        return True

    def _answer(self, request: Fork, handles: list[int]) -> None:
        try:
            self._tell(self._fork_requested(request, handles))
        except OSError as error:
            self._tell(Forked(request.pending, 0, str(error)))
        for handle in handles:
            os.close(handle)

    def _fork_requested(self, request: Fork, handles: list[int]) -> Forked:
        """Gives the handles to a host, and a broker to the host if it needs one. Raises OSError."""
        if not needs_broker(allowed_by(request), self._system):
            return Forked(request.pending, self._start_host(handles))
        its_end, brokers_end = socket.socketpair()
        with its_end, brokers_end:
            host = self._start_host([*handles, its_end.fileno()])
            its = Handles.of(handles)
            broker = fork_broker(brokers_end.fileno(), its.log, its.errors, host, request, self._system)
        self._brokers.add(broker)
        return Forked(request.pending, host, broker=broker)

    def _start_host(self, handles: list[int]) -> int:
        """Passes them to the preforked host, or to a new one if that has died. Raises OSError."""
        host = self._preforked or self._prefork()
        self._preforked = None
        try:
            host.start(handles)
        except OSError:
            host = self._prefork()
            host.start(handles)
        self._hosts.add(host.pid)
        return host.pid

    def _prefork(self) -> PreforkedHost:
        """Raises OSError."""
        return PreforkedHost.fork((*self._own, *self._adopted.descriptors), self._system, self._samples, self._cgroups)

    def _renew(self) -> None:
        """Preforks the next host. Without the memory for one, the next start pays for the fork."""
        with contextlib.suppress(OSError):
            self._preforked = self._prefork()
            self._tell(Preforked(self._preforked.pid))

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake, 4096)
        while ended := next_ended():
            kill_group(ended)
            pid, status, usage = os.wait4(ended, 0)
            if self._preforked is not None and pid == self._preforked.pid:
                self._preforked = None
            elif pid in self._brokers:
                self._brokers.remove(pid)
                self._tell(Exited(pid, status, 0))
            elif pid in self._hosts:
                self._hosts.remove(pid)
                self._end_orphans()
                lacked = os.WIFSIGNALED(status) and self._cgroups.out_of_memory(pid)
                self._tell(Exited(pid, status, max(0, usage.ru_maxrss * 1024 - self._size), lacked))
            self._cgroups.leave(pid, patience=0.0)

    def _end_orphans(self) -> None:
        """Ends processes that hosts have started and left behind: they became ours when their parent ended."""
        for orphan in set(children(os.getpid())) - self._children:
            kill(orphan)

    @property
    def _children(self) -> set[int]:
        return {*self._hosts, *self._brokers, *([self._preforked.pid] if self._preforked is not None else [])}

    def _tell(self, message: FromZygote) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._node.send(encode(message))


if __name__ == "__main__":
    main()
