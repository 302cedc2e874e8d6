"""One worker: its thread, its loop, its socket, with a service that the test makes."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.core.host.node import HEAD
from vaas.core.host.host_output import HostOutput
from vaas.core.host.worker import Worker, run_through
from vaas.core.interrupt import Interrupted
from vaas.core.outside_loop import WorkerLoops
from vaas.core.service import Exchange
from vaas.core.spec import HostSpec
from vaas.core.wire.codec import FrameReader, frame_bytes
from vaas.core.wire.messages import Broken, Call, Fail, Frame, FromHost, FromWorker, Raw, Ready, Reply

INFO = Raw(b"\xa4info")
PATIENCE = 20.0
"""Seconds, for what takes a few milliseconds."""
numbers = count(1)


class Service:
    """Notes what is done with it, in order; ``on_call`` answers."""

    info = INFO

    blocks = False
    usual_workers = 3

    def __init__(self) -> None:
        self.done: list[str] = []
        self.on_call: Callable[[Exchange], Any] = lambda exchange: exchange.reply(HEAD, exchange.call.body)
        self.on_open: Callable[[], None] = lambda: None
        self.on_start: Callable[[], None] = lambda: None
        self.on_stop: Callable[[], None] = lambda: None

    async def start(self) -> None:
        self.on_start()
        self.done.append("start")

    async def stop(self) -> None:
        self.done.append("stop")
        self.on_stop()

    def handle(self, exchange: Exchange) -> Any:
        return self.on_call(exchange)


class End:
    """The node's end of a socket: frames out, and in, one by one."""

    def __init__(self, sock: socket.socket, frames: Any) -> None:
        self.socket = sock
        self.socket.settimeout(PATIENCE)
        self._reader: FrameReader[Any] = FrameReader(frames)
        self._read: list[Any] = []

    def send(self, frame: Frame) -> None:
        self.socket.sendall(frame_bytes(frame))

    def next(self) -> Any:
        while not self._read:
            data = self.socket.recv(65536)
            assert data, "the worker has hung up"
            self._read += self._reader.feed(data)
        return self._read.pop(0)


class Scene:
    def __init__(self, folder: Path) -> None:
        self.service = Service()
        self._sockets = [*socket.socketpair(), *socket.socketpair(), *socket.socketpair(type=socket.SOCK_SEQPACKET)]
        ours, theirs, control, its_control, self.log, its_log = self._sockets
        self.calls, self.control = End(ours, FromWorker), End(control, FromHost)
        self.module = f"tests_service_{next(numbers)}"
        module: Any = ModuleType(self.module)
        module.open_service, module.app_modules = self._open, dict
        sys.modules[self.module] = module
        spec = HostSpec("app", "v1", str(folder), str(folder), str(folder), service=self.module)
        self.worker = Worker(1, spec, theirs, HostOutput(its_control, its_log, 1000), WorkerLoops())

    def _open(self, machine: object, spec: HostSpec) -> Service:
        self.service.on_open()
        return self.service

    def start(self) -> Any:
        """What it says first."""
        self.worker.start()
        return self.control.next()

    def call(self, call_id: int, body: bytes = b"") -> None:
        self.calls.send(Call(call_id, "kind", HEAD, body, False, 0.0, "t"))

    def stop(self, grace: float = 0.0) -> None:
        self.worker.stop(grace)
        self.worker._thread.join(PATIENCE)
        assert not self.worker._thread.is_alive()

    def close(self) -> None:
        if self.worker._thread.is_alive():
            self.stop()
        for one in self._sockets:
            one.close()
        del sys.modules[self.module]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    scene.close()


def raising(error: BaseException) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


def test_a_worker_says_that_it_is_ready_and_what_its_app_is(scene):
    ready = scene.start()
    assert (type(ready), ready.worker, bytes(ready.info), ready.usual_workers) == (Ready, 1, bytes(INFO), 3)
    assert scene.service.done == ["start"]


def test_its_socket_carries_calls_to_the_service(scene):
    scene.start()
    scene.call(7, b"hello")
    reply = scene.calls.next()
    assert (type(reply), reply.id, reply.body) == (Reply, 7, b"hello")


@pytest.mark.parametrize("when", ["on_open", "on_start"])
def test_an_app_that_cannot_start_is_told_of_with_its_error(scene, when):
    setattr(scene.service, when, raising(ValueError("no database")))
    broken = scene.start()
    assert (type(broken), broken.worker, broken.error) == (Broken, 1, "ValueError: no database")
    assert "no database" in broken.traceback


def test_an_app_that_ends_the_program_at_its_start_cannot_start(scene):
    scene.service.on_open = raising(SystemExit(3))
    assert scene.start().error == "SystemExit: 3"


def test_a_stop_runs_the_apps_own_shut_down(scene):
    scene.start()
    scene.stop()
    assert scene.service.done == ["start", "stop"]


def test_a_worker_stops_when_its_node_hangs_up(scene):
    scene.start()
    scene.calls.socket.shutdown(socket.SHUT_RDWR)
    scene.worker._thread.join(PATIENCE)
    assert scene.service.done == ["start", "stop"]


def test_a_shut_down_that_fails_is_logged_and_ends_the_worker_all_the_same(scene, caplog):
    scene.service.on_stop = raising(ValueError("cannot close"))
    scene.start()
    scene.stop()
    assert "cannot close" in caplog.text


def leaving_behind(scene: Scene, seconds: float) -> None:
    """The service answers, and a task goes on for so long."""
    tasks = []

    async def work() -> None:
        await asyncio.sleep(seconds)
        scene.service.done.append("work")

    def handle(exchange: Exchange) -> None:
        tasks.append(asyncio.get_running_loop().create_task(work()))
        exchange.reply(HEAD)

    scene.service.on_call = handle
    scene.start()
    scene.call(1)
    scene.calls.next()


def test_what_calls_have_left_behind_may_finish_before_a_stop(scene):
    leaving_behind(scene, 0.05)
    scene.stop(grace=PATIENCE)
    assert scene.service.done == ["start", "work", "stop"]


def test_what_takes_longer_than_the_grace_is_left(scene):
    leaving_behind(scene, 3600)
    scene.stop(grace=0.05)
    assert scene.service.done == ["start", "stop"]


def test_without_grace_nothing_is_waited_for(scene):
    leaving_behind(scene, 3600)
    scene.stop()
    assert scene.service.done == ["start", "stop"]


def test_a_call_that_does_not_come_back_is_interrupted_and_the_worker_goes_on(scene):
    begun = threading.Event()

    def spin(exchange: Exchange) -> None:
        begun.set()
        while True:
            pass

    scene.service.on_call = spin
    scene.start()
    scene.call(5)
    assert begun.wait(PATIENCE)
    scene.worker.interrupt(5)
    failed = scene.calls.next()
    assert (type(failed), failed.id, failed.reason) == (Fail, 5, "deadline")
    scene.service.on_call = lambda exchange: exchange.reply(HEAD, b"next")
    scene.call(7)
    assert scene.calls.next().body == b"next"


def test_an_interrupt_of_another_call_does_not_hit_the_one_that_runs(scene):
    begun, go_on = threading.Event(), threading.Event()

    def wait(exchange: Exchange) -> None:
        begun.set()
        while not go_on.is_set():
            pass
        exchange.reply(HEAD, b"unharmed")

    scene.service.on_call = wait
    scene.start()
    scene.call(5)
    assert begun.wait(PATIENCE)
    scene.worker.interrupt(7)
    go_on.set()
    assert scene.calls.next().body == b"unharmed"


def test_a_worker_that_is_not_there_yet_is_not_interrupted(scene):
    scene.worker.interrupt(0)
    assert type(scene.start()) is Ready


def test_an_interrupt_that_comes_too_late_does_not_end_the_loop(capsys):
    runs = iter([Interrupted(), Interrupted(), None])

    def run() -> None:
        if (error := next(runs)) is not None:
            raise error

    run_through(run)
    assert next(runs, "all used") == "all used"
    assert capsys.readouterr().err.count("late interrupt") == 2
