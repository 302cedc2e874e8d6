"""A real zygote, its node played by the test: what it forks, ahead of need and on request, and how all that ends."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.msgpack import Decoder

from tests.core.host.test_worker import PATIENCE, End
from vaas.core.host.fd_passing import send
from vaas.core.host.handles import Handles
from vaas.core.spec import HostSpec
from vaas.core.wire.codec import encode
from vaas.core.wire.messages import (
    Begin,
    Drain,
    Exited,
    Fork,
    Forked,
    FromHost,
    FromZygote,
    Ping,
    Pong,
    Preforked,
    Ready,
    Start,
    Warm,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="this kernel has no zygote")
decode: Callable[[bytes], FromZygote] = Decoder(FromZygote).decode

APP = """
import vaas

@vaas.app
class App:
    @vaas.get("/")
    def hello(self):
        return "hello"
"""


class Host:
    """The node's ends of one host's descriptors."""

    def __init__(self, folder: Path) -> None:
        control, its_control = socket.socketpair()
        log, its_log = socket.socketpair(type=socket.SOCK_SEQPACKET)
        worker, its_worker = socket.socketpair()
        self.errors, its_errors = os.pipe()
        its_life, self.life = os.pipe()
        self.control = End(control, FromHost)
        self._sockets = [control, log, worker, its_control, its_log, its_worker]
        self._its_pipes = [its_errors, its_life]
        self.handles = Handles(its_control.fileno(), its_log.fileno(), its_errors, its_life, (its_worker.fileno(),))
        folder.mkdir()
        (folder / "app.py").write_text(APP)
        places = [str(folder), str(folder), str(folder)]
        self.control.send(Begin(HostSpec("app", "v1", *places, service="vaas.framework.serving.service")))
        self.pid = 0

    def passed_on(self) -> None:
        """Its own ends are its own now."""
        for descriptor in self._its_pipes:
            os.close(descriptor)
        self._its_pipes = []
        for one in self._sockets[3:]:
            one.close()

    def die(self) -> None:
        """As the node's death: the pipe has no writer any more."""
        if self.life:
            os.close(self.life)
            self.life = 0

    def close(self) -> None:
        self.die()
        self.passed_on()
        os.close(self.errors)
        for one in self._sockets:
            one.close()


class Zygote:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.node, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
        self.node.settimeout(PATIENCE)
        command = [sys.executable, "-I", "-m", "vaas.core.host.zygote", "--fd", str(theirs.fileno())]
        with theirs:
            self.process = subprocess.Popen(
                [*command, "--folder", str(folder)], env={}, pass_fds=[theirs.fileno()], start_new_session=True
            )
        self.hosts: list[Host] = []

    def next(self, kind: Any) -> Any:
        """The next message of that type; what else comes before it is passed over."""
        while True:
            message = decode(self.node.recv(1 << 16))
            if type(message) is kind:
                return message

    def fork(self, pending: int = 1) -> Host:
        """A host, running."""
        host = Host(self.folder / f"app-{pending}")
        self.hosts.append(host)
        send(self.node, encode(Fork(pending, "app", (), False, 0)), host.handles.flat())
        host.passed_on()
        forked = self.next(Forked)
        assert (forked.pending, forked.error) == (pending, "")
        host.pid = forked.pid
        return host

    def hang_up(self) -> int:
        """The status it ends with."""
        self.node.close()
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        self.hang_up()
        for host in self.hosts:
            host.close()


@pytest.fixture
def zygote(tmp_path: Path) -> Iterator[Zygote]:
    zygote = Zygote(tmp_path)
    yield zygote
    zygote.close()


def title(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def exists(pid: int) -> bool:
    return os.path.exists(f"/proc/{pid}")


def end(pid: int) -> None:
    """Kills a process and waits for its end, which the kernel may take a moment for."""
    pidfd = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    assert select.select([pidfd], [], [], PATIENCE)[0]
    os.close(pidfd)


def test_a_host_waits_before_any_is_asked_for_and_says_so_in_ps(zygote):
    preforked = zygote.next(Preforked)
    deadline = time.monotonic() + PATIENCE
    while title(preforked.pid) != "vaas prefork":  # it names itself right after the fork
        assert time.monotonic() < deadline
    assert title(zygote.process.pid) == "vaas zygote"


def test_the_process_that_waits_becomes_the_host(zygote):
    preforked = zygote.next(Preforked)
    host = zygote.fork()
    assert host.pid == preforked.pid
    host.control.send(Ping())
    assert type(host.control.next()) is Pong
    assert title(host.pid) == "vaas app"


def test_the_next_one_is_forked_when_that_is_on_its_way(zygote):
    first = zygote.next(Preforked)
    zygote.fork()
    assert zygote.next(Preforked).pid != first.pid


def test_a_host_runs_the_app_of_its_spec(zygote):
    host = zygote.fork()
    host.control.send(Start(0))
    assert type(host.control.next()) is Ready


def test_a_host_is_forked_though_the_one_that_waited_has_died(zygote):
    preforked = zygote.next(Preforked)
    end(preforked.pid)
    host = zygote.fork()
    assert host.pid not in (0, preforked.pid)
    host.control.send(Ping())
    assert type(host.control.next()) is Pong


def test_hosts_that_are_asked_for_faster_than_they_are_forked_are_all_made(zygote):
    hosts = [zygote.fork(pending) for pending in (1, 2, 3)]
    assert len({host.pid for host in hosts}) == 3


def test_a_host_that_drains_ends_in_order_and_is_reaped(zygote):
    host = zygote.fork()
    host.control.send(Drain())
    exited = zygote.next(Exited)
    assert (exited.pid, exited.status) == (host.pid, 0)
    assert not exists(host.pid)


def test_a_host_that_is_killed_is_told_of_with_its_signal(zygote):
    host = zygote.fork()
    os.kill(host.pid, signal.SIGKILL)
    exited = zygote.next(Exited)
    assert (exited.pid, os.WTERMSIG(exited.status)) == (host.pid, signal.SIGKILL)


def test_a_host_ends_with_its_nodes_life(zygote):
    host = zygote.fork()
    host.control.send(Ping())
    host.control.next()  # it has tied itself
    host.die()
    exited = zygote.next(Exited)
    assert (exited.pid, os.WTERMSIG(exited.status)) == (host.pid, signal.SIGKILL)


def test_when_the_node_hangs_up_everything_ends(zygote):
    host = zygote.fork()
    waiting = zygote.next(Preforked)
    assert zygote.hang_up() == 0
    assert not exists(host.pid)
    assert not exists(waiting.pid)
    assert select.select([host.errors], [], [], PATIENCE)[0]
    assert os.read(host.errors, 999) == b""


def test_it_tells_first_whether_hosts_have_a_root_of_their_own(zygote: Zygote) -> None:
    first = decode(zygote.node.recv(1 << 16))
    assert first == Warm((zygote.folder / "warmup" / "root").exists())
