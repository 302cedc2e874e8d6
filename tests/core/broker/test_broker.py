"""The broker makes a host's connections: tried with real sockets, and with the kernel's and the host's part played."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Any

import pytest

from tests.core.pool.clock import turns
from vaas.core.broker import broker as broker_module
from vaas.core.broker.broker import REMARKS, Broker
from vaas.core.broker.grants import Grants
from vaas.core.broker.memory import Place
from vaas.core.broker.names import Names
from vaas.core.confine.seccomp_notify import Asked, Gone

SOCKET, CONNECT = 41, 42
NONBLOCK = 0o4000
THREAD = 7


class Kernel:
    """The listener of one host, the host's memory, and its descriptors, which are copies of what it was given."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        self.fd = self._theirs.fileno()
        self.waiting: list[Asked | None] = []
        self.answers: dict[int, asyncio.Future[int]] = {}
        self.places: dict[int, Place | OSError] = {}
        self.given: dict[int, socket.socket] = {}
        self.free: list[int] = []
        self.gone = self.abandoned = False

    # --- as the host

    def wake(self, asked: Asked | None) -> None:
        self.waiting.append(asked)
        self._ours.send(b"x")

    def begin(self, call: int, *arguments: int) -> asyncio.Future[int]:
        number = len(self.answers) + 1
        answer = self.answers[number] = asyncio.get_running_loop().create_future()
        self.wake(Asked(number, THREAD, call, (*arguments, 0, 0, 0)))
        return answer

    async def socket(self, family: int = socket.AF_INET, *, flags: int = 0) -> int:
        """Its number, or an error below zero."""
        return await self.begin(SOCKET, family, socket.SOCK_STREAM | flags, 0)

    def connecting(self, number: int, address: str, port: int) -> asyncio.Future[int]:
        at = 1000 + len(self.places)
        self.places[at] = Place(ip_address(address), port)
        return self.begin(CONNECT, number, at, 16)

    async def connect(self, number: int, address: str, port: int) -> int:
        async with asyncio.timeout(10):
            return await self.connecting(number, address, port)

    # --- as the kernel

    def receive(self) -> Asked:
        self._theirs.recv(1)
        asked = self.waiting.pop(0)
        if asked is None:
            raise Gone
        return asked

    def answer(self, asked: Asked, error: int = 0) -> None:
        if self.gone:
            raise Gone
        self.answers[asked.id].set_result(error)

    def give(self, asked: Asked, descriptor: int, *, cloexec: bool) -> int:
        if self.gone:
            raise Gone
        number = self.free.pop() if self.free else len(self.given) + 100
        self._put(number, descriptor)
        self.answers[asked.id].set_result(number)
        return number

    def replace(self, asked: Asked, descriptor: int, number: int) -> None:
        self._put(number, descriptor)

    def _put(self, number: int, descriptor: int) -> None:
        if number in self.given:
            self.given[number].close()
        self.given[number] = socket.socket(fileno=os.dup(descriptor))

    def is_abandoned(self) -> bool:
        return self.abandoned

    # --- as its memory

    def process(self, thread: int) -> int:
        assert thread == THREAD
        return 1

    def place(self, process: int, at: int, size: int) -> Place:
        found = self.places[at]
        if isinstance(found, OSError):
            raise found
        return found

    def close(self) -> None:
        for each in (self._ours, self._theirs, *self.given.values()):
            each.close()


class Scene:
    def __init__(self, kernel: Kernel, port: int, shut: int) -> None:
        self.kernel = kernel
        self.port, self.shut = port, shut
        """On loopback: one at which a server listens, and one at which none does. Both are granted."""
        self.said: list[str] = []
        self.broker: Broker
        self.running: asyncio.Future[None]


async def unresolved(name: str) -> list[str]:
    return []


def play(scene: Callable[[Scene], Awaitable[None]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker_module, "_SOCKET", SOCKET)
    monkeypatch.setattr(broker_module, "_CONNECT", CONNECT)

    async def run() -> None:
        kernel = Kernel()
        with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            it = Scene(kernel, server.getsockname()[1], closed.getsockname()[1])
            grants = Grants.of([f"127.0.0.1:{it.port}", f"127.0.0.1:{it.shut}", f"[::1]:{it.port}", "db.example:5432"])
            memory: Any = kernel
            listener: Any = kernel
            it.broker = Broker(listener, memory, grants, Names(unresolved), it.said.append)
            it.running = asyncio.ensure_future(it.broker.run())
            await asyncio.sleep(0)
            try:
                await scene(it)
            finally:
                kernel.abandoned = True
                kernel.wake(None)
                await it.running
                kernel.close()
                for left in filter(None, it.broker._sockets._kept.values()):
                    left.close()

    asyncio.run(run())


def test_a_blocking_connect_is_answered_when_the_connection_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(it: Scene) -> None:
        number = await it.kernel.socket()
        assert await it.kernel.connect(number, "127.0.0.1", it.port) == 0
        made = it.kernel.given[number]
        assert made.getpeername() == ("127.0.0.1", it.port)
        assert os.get_blocking(made.fileno())
        assert await it.kernel.connect(number, "127.0.0.1", it.port) == errno.EISCONN

    play(scene, monkeypatch)


def test_a_connect_that_does_not_block_is_answered_at_once_and_found_connected_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scene(it: Scene) -> None:
        number = await it.kernel.socket(flags=NONBLOCK)
        assert await it.kernel.connect(number, "127.0.0.1", it.port) in (0, errno.EINPROGRESS)
        async with asyncio.timeout(10):
            while await it.kernel.connect(number, "127.0.0.1", it.port) != errno.EISCONN:
                pass
        assert not os.get_blocking(it.kernel.given[number].fileno())

    play(scene, monkeypatch)


@pytest.mark.parametrize("flags", [0, NONBLOCK])
def test_a_connection_that_is_refused_may_be_tried_again(monkeypatch: pytest.MonkeyPatch, flags: int) -> None:
    async def scene(it: Scene) -> None:
        number = await it.kernel.socket(flags=flags)
        for _ in range(2):
            error = await it.kernel.connect(number, "127.0.0.1", it.shut)
            while error == errno.EINPROGRESS:
                error = await it.kernel.connect(number, "127.0.0.1", it.shut)
            assert error in (errno.ECONNREFUSED, errno.ECONNABORTED)
        assert it.said == []

    play(scene, monkeypatch)


def test_a_place_that_is_not_granted_is_refused_and_told_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(it: Scene) -> None:
        number = await it.kernel.socket()
        for address, port in (("127.0.0.1", 1), ("127.0.0.1", 1), ("192.0.2.1", 5432), ("127.0.0.1", 0)):
            assert await it.kernel.connect(number, address, port) == errno.EACCES
        assert [said.split(",")[0] for said in it.said] == [
            "refused: a connection to 127.0.0.1:1",
            "refused: a connection to 192.0.2.1:5432",
        ]

    play(scene, monkeypatch)


def test_a_host_that_tries_every_port_fills_no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(it: Scene) -> None:
        number = await it.kernel.socket()
        for port in range(1, 3 * REMARKS):
            await it.kernel.connect(number, "192.0.2.1", port + 100)
        assert len(it.said) == REMARKS

    play(scene, monkeypatch)


def test_a_socket_of_the_other_family_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(it: Scene) -> None:
        number = await it.kernel.socket()
        assert await it.kernel.connect(number, "::1", it.port) == errno.EAFNOSUPPORT

    play(scene, monkeypatch)


def test_a_copy_of_a_socket_is_not_connected(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(it: Scene) -> None:
        assert await it.kernel.connect(5, "127.0.0.1", it.port) == errno.EACCES
        assert "connect the socket before duplicating it" in it.said[0]

    play(scene, monkeypatch)


def test_what_the_system_refuses_is_answered_in_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(it: Scene) -> None:
        number = await it.kernel.socket()
        it.kernel.places[1] = OSError(errno.EFAULT, "Bad address")
        assert await it.kernel.begin(CONNECT, number, 1, 16) == errno.EFAULT
        it.kernel.places[1] = OSError("of no number")
        assert await it.kernel.begin(CONNECT, number, 1, 16) == errno.EPERM
        assert await it.kernel.socket(77) == errno.EAFNOSUPPORT
        assert await it.kernel.begin(1) == errno.EPERM, "a call that is none of its"

    play(scene, monkeypatch)


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A server that accepts none, so that a connect waits; its address is granted as any is."""
    monkeypatch.setattr(Grants, "allows", lambda *_: True)
    full: list[socket.socket] = []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(4):
            each = socket.socket()
            each.setblocking(False)
            each.connect_ex(server.getsockname())
            full.append(each)
        yield server.getsockname()
        for each in full:
            each.close()


def test_a_second_connect_of_a_socket_that_waits_is_told_so(monkeypatch: pytest.MonkeyPatch, busy: Any) -> None:
    async def scene(it: Scene) -> None:
        number = await it.kernel.socket()
        first = it.kernel.connecting(number, *busy)
        await turns()
        assert it.broker._deciding
        assert await it.kernel.connect(number, *busy) == errno.EALREADY
        assert not first.done()
        it.kernel.given[number].shutdown(socket.SHUT_RDWR)
        async with asyncio.timeout(10):
            await first

    play(scene, monkeypatch)


def test_a_socket_that_is_closed_while_it_connects_ends_the_wait(monkeypatch: pytest.MonkeyPatch, busy: Any) -> None:
    async def scene(it: Scene) -> None:
        number = await it.kernel.socket()
        first = it.kernel.connecting(number, *busy)
        await turns()
        assert it.broker._deciding
        it.kernel.free.append(number)
        assert await it.kernel.socket() == number
        async with asyncio.timeout(10):
            await first
        assert it.broker._deciding == {}
        assert await it.kernel.connect(number, "127.0.0.1", it.port) == 0, "the new socket is another"

    play(scene, monkeypatch)


def test_a_socket_that_is_closed_before_it_connects_is_closed_here_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(it: Scene) -> None:
        number = await it.kernel.socket()
        (copy,) = it.broker._sockets._kept.values()
        it.kernel.free.append(number)
        await it.kernel.socket()
        assert copy is not None
        assert copy.fileno() == -1

    play(scene, monkeypatch)


def test_a_thread_that_has_gone_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(it: Scene) -> None:
        it.kernel.gone = True
        it.kernel.begin(SOCKET, socket.AF_INET, socket.SOCK_STREAM, 0)
        it.kernel.begin(1)
        it.kernel.wake(None)
        await turns()
        assert it.kernel.waiting == []
        assert len(it.broker._sockets) == 0
        assert not it.running.done()
        it.kernel.gone = False
        assert await it.kernel.socket() >= 100, "it serves on"

    play(scene, monkeypatch)


def test_to_the_port_of_name_servers_the_broker_connects_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(it: Scene) -> None:
        number = await it.kernel.socket()
        assert await it.kernel.connect(number, "192.0.2.53", 53) == 0
        assert it.kernel.given[number].family == socket.AF_UNIX
        assert await it.kernel.connect(number, "192.0.2.53", 53) == errno.EISCONN

    play(scene, monkeypatch)
