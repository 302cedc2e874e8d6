"""ZygoteClient: the node's end of its zygote: starts it, asks it to fork, is told of exits; restarts it when it dies.

Hosts outlive a zygote (``orphans.py``): their life is tied to the node alone. The zygote itself:
``core/host/zygote.py``. Asked by ``core/pool/hosts/host_process.py``.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence

from msgspec.msgpack import Decoder

from vaas.core.host.fd_passing import MAX_MESSAGE, send
from vaas.core.host.handles import Handles
from vaas.core.host.reaping import adopt_orphans
from vaas.core.limits.cgroups import NONE, Cgroups
from vaas.core.limits.usage import NOTHING, Usage, usage_of
from vaas.core.pool.errors import ZygoteUnavailable
from vaas.core.pool.zygote.error_output import ErrorOutput
from vaas.core.pool.zygote.orphans import Orphans
from vaas.core.spec import HostSpec
from vaas.core.wire.codec import encode
from vaas.core.wire.messages import Exited, Fork, Forked, FromZygote, Preforked, Warm

_decode: Callable[[bytes], FromZygote] = Decoder(FromZygote).decode
FRESH = 1.0
"""Seconds for which what the zygote uses is taken as unchanged."""
OnFork = Callable[[Forked], None]
OnExit = Callable[[Exited], None]


class ZygoteClient:
    def __init__(self, folder: str, preload: Sequence[str] = (), groups: Cgroups = NONE) -> None:
        """``folder`` is where apps' folders lie; ``preload`` names modules to import before any host starts;
        ``groups`` are the control groups that hosts join."""
        self.groups = groups
        self._folder = folder
        self._preload = preload
        self._fork_ids = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: ErrorOutput | None = None
        self._socket: socket.socket | None = None
        self._forking: dict[int, OnFork] = {}
        self._living: dict[int, OnExit] = {}
        self._brokers: set[int] = set()
        self._orphans = Orphans()
        self.own_root = asyncio.get_running_loop().create_future()
        """What ``Warm`` says, once it has come; that of the first zygote is that of all."""
        self._usage, self._usage_at = NOTHING, float("-inf")
        self._preforked = 0
        """The process that waits to be the next host; 0 is none. It is ours to collect once its zygote is dead."""

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def usage(self, now: float) -> Usage:
        """What it uses, which hosts do not count as theirs; of a moment ago, because every pool asks."""
        if now - self._usage_at >= FRESH:
            self._usage, self._usage_at = usage_of(self.pid), now
        return self._usage

    def start(self) -> None:
        """Starts the process; it is warm some 100 ms later, and requests wait for it."""
        adopt_orphans()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # Isolated as by -I, but for -E: programs that an app starts are given the same options, and it an empty
        # environment.
        command = [sys.executable, "-s", "-P", "-m", "vaas.core.host.zygote", "--fd", str(theirs.fileno())]
        command += ["--folder", self._folder]
        for prefix in self.groups.prefixes:
            command += ["--group", prefix]
        for name in self._preload:
            command += ["--preload", name]
        with theirs:
            # A session of its own: a Ctrl-C at the terminal is the node's to handle. An empty environment: what is
            # on a process's first stack stays readable, so nothing of the node's may ever be there.
            self._process = subprocess.Popen(
                command, env={}, pass_fds=[theirs.fileno()], start_new_session=True, stderr=subprocess.PIPE
            )
        assert self._process.stderr is not None
        self._errors = ErrorOutput(self._process.stderr)
        ours.setblocking(False)
        self._socket = ours
        self._orphans.entrust(ours)
        asyncio.get_running_loop().add_reader(ours.fileno(), self._hear)

    def fork(self, spec: HostSpec, handles: Handles, on_fork: OnFork) -> None:
        """Asks for a host, to which ``Begin`` was sent. ``on_fork`` is called with the outcome. Raises
        ``ZygoteUnavailable``."""
        pending = next(self._fork_ids)
        allowed = spec.policy.permissions
        packet = encode(Fork(pending, spec.app, allowed.net, allowed.subprocess, spec.uid))
        if len(packet) > MAX_MESSAGE:
            raise ZygoteUnavailable(reason=f"its [permissions] net is longer than {MAX_MESSAGE} bytes")
        self._send(packet, handles)
        self._forking[pending] = on_fork

    def _send(self, packet: bytes, handles: Handles) -> None:
        try:
            if self._socket is None:
                self.start()
            assert self._socket is not None
            send(self._socket, packet, handles.flat())
        except OSError as error:
            self._lost()
            raise ZygoteUnavailable(reason=str(error)) from error

    def on_exit(self, pid: int, tell: OnExit) -> None:
        """Has ``tell`` called when that host has been reaped; after a zygote's death, never."""
        self._living[pid] = tell

    def _hear(self) -> None:
        assert self._socket is not None
        with contextlib.suppress(BlockingIOError):
            while True:
                try:
                    packet = self._socket.recv(MAX_MESSAGE)
                except ConnectionResetError:
                    packet = b""
                if not packet:
                    self._lost()
                    return
                self._on_message(_decode(packet))

    def _on_message(self, message: FromZygote) -> None:
        if isinstance(message, Forked):
            if message.broker:
                self._brokers.add(message.broker)
            on_fork = self._forking.pop(message.pending, None)
            if on_fork is not None:
                on_fork(message)
            return
        if isinstance(message, Preforked):
            self._preforked = message.pid
            self.groups.rest(message.pid)
            return
        if isinstance(message, Warm):
            if not self.own_root.done():
                self.own_root.set_result(message.own_root)
            return
        self._brokers.discard(message.pid)
        tell = self._living.pop(message.pid, None)
        if tell is not None:
            tell(message)

    def _lost(self) -> None:
        """The zygote is gone: forget it, fail what it was asked, start another. One that died before it was warm would
        only die again: then the next request starts another."""
        was_warm = self._preforked != 0
        self._drop_socket()
        self._close_errors()
        self._orphans.adopt(hosts=self._living, brokers=self._brokers)
        if self._process is not None:
            asyncio.get_running_loop().run_in_executor(None, collect, self._process, self._preforked)
            self._process, self._preforked = None, 0
        self._living.clear()
        self._brokers.clear()
        forking, self._forking = self._forking, {}
        for pending, on_fork in forking.items():
            on_fork(Forked(pending, 0, "the zygote died"))
        if was_warm:
            with contextlib.suppress(OSError):
                self.start()

    def _drop_socket(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None

    def _close_errors(self) -> None:
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    async def stop(self) -> None:
        """Hangs up, which ends it and all hosts, and waits until they are gone."""
        process, self._process = self._process, None
        self._drop_socket()
        if process is not None:
            await asyncio.to_thread(process.wait)
        self._close_errors()
        await self._orphans.end()


def collect(zygote: subprocess.Popen[bytes], preforked: int) -> None:
    """Collects a dead zygote, and then its preforked host, which is ours only from then on."""
    zygote.wait()
    if preforked:
        reap_orphan(preforked)


def reap_orphan(pid: int) -> None:
    """Waits for a process that is ending and that a dead zygote left to us; returns at once for any other."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)
