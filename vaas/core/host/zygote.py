"""The zygote: a small, warm, single-threaded process that hosts are forked from.

It has imported what hosts need and frozen it, so that a host starts in milliseconds and shares its memory; one host
is forked ahead of need, whenever nobody waits (``prefork.py``). It runs no app code, holds no secret, and was started
with an empty environment. It ends when its node does. Started by ``core/pool/zygote/client.py``; each host goes on
in ``child.py``.
"""

from __future__ import annotations

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

from msgspec.msgpack import Decoder

from vaas.core.confine.plan import needs_broker
from vaas.core.confine.system import Capabilities, probe
from vaas.core.host.broker_fork import allowed_by, fork_broker
from vaas.core.host.fd_passing import receive
from vaas.core.host.handles import Handles
from vaas.core.host.prefork import Spare
from vaas.core.host.process_title import name_process
from vaas.core.host.reaping import Wards, adopt_orphans, end_children, kill, kill_group, next_ended
from vaas.core.host.warmup import prepare, rehearse
from vaas.core.limits.cgroups import Groups
from vaas.core.limits.priority import rank
from vaas.core.limits.usage import children, size_of
from vaas.core.wire.codec import encode
from vaas.core.wire.messages import Adopt, Exited, Fork, Forked, FromZygote, Spared, ToZygote

RENEW_AFTER = 30
"""Milliseconds after the last order, until the next spare is forked: the host that has it is on its way meanwhile, and
joining a control group holds up whoever starts a thread."""

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
    scene = Path(options.folder, "rehearsal")
    rehearse(scene)
    for name in options.preload:
        importlib.import_module(name)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    system = probe((options.folder,))
    prepare(system)
    gc.collect()
    gc.freeze()
    Zygote(socket.socket(fileno=options.fd), system, scene, Groups(tuple(options.group))).serve()


class Zygote:
    def __init__(self, node: socket.socket, system: Capabilities, scene: Path, groups: Groups) -> None:
        self._node = node
        self._system = system
        self._scene = scene
        self._groups = groups
        self._wake, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._own = (node.fileno(), self._wake, wake_write)
        """Descriptors that no host may have."""
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._size = size_of(os.getpid())
        """Bytes that every host begins with, and shares."""
        self._spare: Spare | None = None
        self._brokers: set[int] = set()
        self._hosts: set[int] = set()
        self._wards = Wards()
        """Hosts and brokers of a zygote that died before us."""
        self._poll = select.poll()

    def serve(self) -> None:
        """Makes hosts on request and tells of the dead, until the node hangs up."""
        self._poll.register(self._node.fileno(), select.POLLIN)
        self._poll.register(self._wake, select.POLLIN)
        self._renew()
        while True:
            ready = {fd for fd, _ in self._poll.poll(None if self._spare else RENEW_AFTER)}
            if not ready:
                self._renew()
            if self._wake in ready:
                self._reap()
            for ended in ready & self._wards.descriptors:
                self._poll.unregister(ended)
                self._wards.release(ended)
            if self._node.fileno() in ready and not self._obey():
                self._wards.end()
                end_children(self._children)
                self._groups.sweep()
                return

    def _obey(self) -> bool:
        """Does one thing that the node asks for. False when it has hung up."""
        received = receive(self._node)
        if received is None:
            return False
        packet, handles = received
        request = _decode(packet)
        if isinstance(request, Adopt):
            self._wards.take(handles)
            for ward in handles:
                self._poll.register(ward, select.POLLIN)
            return True
        self._answer(request, handles)
        return True

    def _answer(self, request: Fork, handles: list[int]) -> None:
        try:
            self._tell(self._employ(request, handles))
        except OSError as error:
            self._tell(Forked(request.pending, 0, str(error)))
        for handle in handles:
            os.close(handle)

    def _employ(self, request: Fork, handles: list[int]) -> Forked:
        """Gives the handles to a host, and a broker to the host if it needs one. Raises OSError."""
        if not needs_broker(allowed_by(request), self._system):
            return Forked(request.pending, self._order(handles))
        its_end, brokers_end = socket.socketpair()
        with its_end, brokers_end:
            host = self._order([*handles, its_end.fileno()])
            errors = Handles.of(handles).errors
            broker = fork_broker(brokers_end.fileno(), errors, host, request, self._system)
        self._brokers.add(broker)
        return Forked(request.pending, host, broker=broker)

    def _order(self, handles: list[int]) -> int:
        """Hands them to the spare host, or to a fresh one if the spare has died. Raises OSError."""
        spare = self._spare or self._fork_spare()
        self._spare = None
        try:
            spare.order(handles)
        except OSError:
            spare = self._fork_spare()
            spare.order(handles)
        self._hosts.add(spare.pid)
        return spare.pid

    def _fork_spare(self) -> Spare:
        """Raises OSError."""
        return Spare.fork((*self._own, *self._wards.descriptors), self._system, self._scene, self._groups)

    def _renew(self) -> None:
        """Forks the next spare. Without memory for one, it is done without."""
        with contextlib.suppress(OSError):
            self._spare = self._fork_spare()
            self._tell(Spared(self._spare.pid))

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake, 4096)
        while ended := next_ended():
            kill_group(ended)
            pid, status, usage = os.wait4(ended, 0)
            if self._spare is not None and pid == self._spare.pid:
                self._spare = None
            elif pid in self._brokers:
                self._brokers.remove(pid)
                self._tell(Exited(pid, status, 0))
            elif pid in self._hosts:
                self._hosts.remove(pid)
                self._end_orphans()
                lacked = os.WIFSIGNALED(status) and self._groups.out_of_memory(pid)
                self._tell(Exited(pid, status, max(0, usage.ru_maxrss * 1024 - self._size), lacked))
            self._groups.leave(pid, patience=0.0)

    def _end_orphans(self) -> None:
        """Ends what hosts have started and then left to itself: it came to us when its parent ended."""
        for orphan in set(children(os.getpid())) - self._children:
            kill(orphan)

    @property
    def _children(self) -> set[int]:
        return {*self._hosts, *self._brokers, *([self._spare.pid] if self._spare is not None else [])}

    def _tell(self, message: FromZygote) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._node.send(encode(message))


if __name__ == "__main__":
    main()
