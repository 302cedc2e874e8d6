"""One host as its node sees it: what it is sent, what follows from what it says, and that nothing of it is left.

The host's part is played by the test, at the ends of its descriptors; its process is a ``sleep``. The clock of the
event loop is the test's."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import stat
import subprocess
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec import Raw

from tests.core.pool.clock import NOW, Clock, passes, turns
from tests.core.pool.hosts.simulated import GONE_ERROR
from vaas.core.host.handles import Handles
from vaas.core.policy import Limits, Policy
from vaas.core.pool.calls.pending_call import AwaitedCall
from vaas.core.pool.errors import HostBroken, HostGone, ZygoteUnavailable
from vaas.core.pool.hosts.host_process import HostProcess
from vaas.core.pool.hosts.states import State
from vaas.core.pool.zygote.client import OnExit, OnFork, ZygoteClient
from vaas.core.spec import HostSpec
from vaas.core.wire.codec import FrameReader, frame_bytes
from vaas.core.wire.messages import (
    Begin,
    Broken,
    Call,
    Cancel,
    Drain,
    Exited,
    Forked,
    Frame,
    Interrupt,
    LogLine,
    Ping,
    Pong,
    Ready,
    Reply,
    Start,
    ToHost,
    ToWorker,
)

INFO = Raw(b"\xc0")


class Zygote:
    """Forks nothing and keeps the descriptors for the test. Is its own control groups, too."""

    def __init__(self) -> None:
        self.groups = self
        self.refusal: Exception | None = None
        self.limited: list[int] = []
        self.left: list[int] = []
        self.on_exits: dict[int, OnExit] = {}
        self.sockets: list[socket.socket] = []

    def fork(self, spec: HostSpec, handles: Handles, on_fork: OnFork) -> None:
        if self.refusal:
            raise self.refusal
        self.on_fork = on_fork
        self.control, *self.workers = [socket.socket(fileno=os.dup(it)) for it in (handles.control, *handles.workers)]
        self.sockets = [self.control, *self.workers]
        self.errors = os.dup(handles.errors)

    def on_exit(self, pid: int, tell: OnExit) -> None:
        self.on_exits[pid] = tell

    def limit(self, pid: int, limits: Limits) -> None:
        self.limited.append(pid)

    def leave(self, pid: int) -> None:
        self.left.append(pid)

    def close(self) -> None:
        for sock in self.sockets:
            sock.close()
        if self.sockets:
            os.close(self.errors)


class Scene:
    """A host, and all that is told of it. Is its manager and its pool, too."""

    def __init__(self, folder: Path, **facts: Any) -> None:
        self.tmp = folder / "tmp"
        policy = Policy(limits=Limits(workers=2))
        spec = HostSpec("app", "v1", "/nowhere", "/nowhere", str(self.tmp), policy=policy, **facts)
        self.zygote = Zygote()
        self.host = HostProcess(spec, cast(ZygoteClient, self.zygote), self, self)
        self.states: list[State] = []
        self.ready: list[Raw] = []
        self.broken: list[HostBroken] = []
        self.ends: list[HostGone] = []
        self.lines: list[LogLine] = []
        self.offers = 0
        self.collected = asyncio.Event()
        self.process: subprocess.Popen[bytes] | None = None
        self._heard: FrameReader[Any] = FrameReader(Begin | ToHost)

    # --- the manager and the pool

    def on_state(self) -> None:
        self.states.append(self.host.state)

    def on_ready(self, host: HostProcess, info: Raw, usual_workers: int) -> None:
        self.ready.append(info)

    def on_broken(self, host: HostProcess, error: HostBroken) -> None:
        self.broken.append(error)

    def on_end(self, host: HostProcess, error: HostGone) -> None:
        self.ends.append(error)

    def on_collected(self, host: HostProcess) -> None:
        self.collected.set()

    def on_line(self, line: LogLine) -> None:
        self.lines.append(line)

    def on_idle_capacity(self) -> None:
        self.offers += 1

    def on_worker_ready(self, info: Raw) -> None: ...
    def on_start_failed(self, error: Any) -> None: ...

    def on_stirred(self) -> None: ...

    # --- the host

    def forked(self) -> int:
        self.process = subprocess.Popen(["sleep", "600"])
        self.zygote.on_fork(Forked(1, self.process.pid))
        return self.process.pid

    async def served(self) -> HostProcess:
        """It has one worker, which is ready."""
        self.host.start()
        self.forked()
        await self.says(Ready(0, INFO))
        assert self.host.state is State.READY
        return self.host

    async def says(self, *frames: Frame) -> None:
        self.zygote.control.send(b"".join(map(frame_bytes, frames)))
        await turns()

    def hears(self) -> list[Any]:
        """What it was sent since it was asked last."""
        self.zygote.control.setblocking(False)
        try:
            return self._heard.feed(self.zygote.control.recv(2**20))
        except BlockingIOError:
            return []

    async def exits(self, status: int = 0) -> None:
        """The zygote tells so."""
        pid = self.host.pid
        self.zygote.on_exits[pid](Exited(pid, status, 0))
        await self.collected.wait()

    async def close(self) -> None:
        """Hangs up, if it has not, and waits until nothing is left."""
        if self.zygote.sockets:
            self.zygote.close()
            await turns()
            await passes(1.0)
            await self.collected.wait()
        if self.process is not None:
            await self.status()

    async def status(self) -> int:
        """Of the process, which has ended or was killed."""
        assert self.process is not None
        return await asyncio.to_thread(self.process.wait)


Play = Callable[[Scene], Coroutine[Any, Any, None]]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., None]:
    """Plays a scene; afterwards no descriptor, folder or process of the host may be left."""

    async def scene(play: Play, facts: dict[str, Any]) -> None:
        before = descriptors()
        scene = Scene(tmp_path, **facts)
        try:
            await play(scene)
        finally:
            await scene.close()
        assert descriptors() == before
        assert not scene.tmp.exists()

    def run(play: Play, **facts: Any) -> None:
        with asyncio.Runner(loop_factory=Clock) as runner:
            runner.run(scene(play, facts))

    return run


def descriptors() -> set[str]:
    return set(os.listdir("/proc/self/fd"))


# --- birth


def test_a_host_is_told_what_to_be_and_to_start_a_worker_only_once_its_limits_are_set(run):
    async def play(scene: Scene) -> None:
        await passes(5.0)
        scene.host.start()
        assert scene.hears() == [Begin(scene.host.spec)]
        assert (scene.host.workers, scene.host.asked, scene.zygote.limited) == (1, NOW + 5.0, [])
        pid = scene.forked()
        assert (scene.host.pid, scene.zygote.limited) == (pid, [pid])
        assert scene.hears() == [Start(0)]
        scene.host.start_worker()
        assert scene.hears() == [Start(1)]
        assert (scene.host.workers, scene.host.starting) == (2, {0, 1})

    run(play)


def test_a_host_has_a_folder_that_is_its_own_alone(run):
    async def play(scene: Scene) -> None:
        scene.host.start()
        assert stat.S_IMODE(scene.tmp.stat().st_mode) == 0o700

    run(play)


def test_a_folder_that_is_there_is_used(run):
    async def play(scene: Scene) -> None:
        scene.tmp.mkdir()
        scene.host.start()
        assert scene.host.state is State.STARTING

    run(play)


@pytest.mark.parametrize("uid", [0, 12345])
def test_the_folder_belongs_to_the_app_s_user_if_it_has_one(run, monkeypatch: pytest.MonkeyPatch, uid: int):
    owned: list[tuple[str, int, int]] = []
    monkeypatch.setattr(os, "chown", lambda *facts: owned.append(facts))

    async def play(scene: Scene) -> None:
        scene.host.start()
        assert owned == ([(str(scene.tmp), uid, uid)] if uid else [])

    run(play, uid=uid)


@pytest.mark.parametrize("refusal", [ZygoteUnavailable(reason="no"), OSError("no")])
def test_where_no_host_can_be_forked_nothing_is_left_and_the_reason_is_raised(run, refusal: Exception):
    async def play(scene: Scene) -> None:
        scene.zygote.refusal = refusal
        with pytest.raises(type(refusal), match="no"):
            scene.host.start()
        assert scene.host.workers == 0

    run(play)


def test_a_folder_that_cannot_be_made_is_the_reason_that_is_raised(run):
    async def play(scene: Scene) -> None:
        scene.tmp.parent.joinpath("tmp").write_text("a file")
        try:
            with pytest.raises(FileExistsError):
                scene.host.start()
        finally:
            scene.tmp.unlink()

    run(play)


def test_a_fork_that_the_system_refuses_is_a_failure_with_its_reason(run):
    async def play(scene: Scene) -> None:
        scene.host.start()
        scene.zygote.on_fork(Forked(1, 0, "too many processes"))
        assert (scene.host.pid, scene.zygote.limited, scene.zygote.on_exits) == (0, [], {})
        scene.zygote.control.shutdown(socket.SHUT_RDWR)
        await turns()
        await passes(0.3)
        assert State.FAILED in scene.states
        assert "too many processes" in str(scene.ends[0])
        await scene.collected.wait()
        assert scene.zygote.left == []

    run(play)


@pytest.mark.parametrize("gone", [False, True])
def test_a_host_that_was_given_up_before_it_was_forked_is_killed_then(run, gone: bool):
    async def play(scene: Scene) -> None:
        scene.host.start()
        scene.host.kill()
        if gone:
            scene.zygote.control.shutdown(socket.SHUT_RDWR)
            await turns()
            await passes(0.3)
            await scene.collected.wait()
        scene.hears()
        scene.forked()
        assert await scene.status() == -signal.SIGKILL
        assert len(scene.zygote.limited) == (not gone), "a control group would be left"
        if not gone:
            assert scene.hears() == []

    run(play)


# --- workers


def test_a_worker_that_is_ready_takes_calls_and_its_manager_is_told(run):
    async def play(scene: Scene) -> None:
        host = await scene.served()
        assert (host.starting, [link.index for link in host.links], scene.ready) == (set(), [0], [INFO])
        assert scene.states == [State.READY]
        host.links[0].begin(pending := AwaitedCall("rpc", INFO, b"", "t"), 30.0)
        assert (host.in_flight, host.calls) == (1, 1)
        await turns()
        [call] = FrameReader[Any](ToWorker).feed(scene.zygote.workers[0].recv(2**20))
        assert isinstance(call, Call)
        scene.zygote.workers[0].send(frame_bytes(Reply(call.id, INFO, b"x")))
        await turns()
        assert pending.answer.result().body == b"x"
        assert (host.in_flight, host.calls, scene.offers) == (0, 1, 1)

    run(play)


def test_workers_are_known_by_their_index_in_whatever_order_they_are_ready(run):
    async def play(scene: Scene) -> None:
        scene.host.start()
        scene.forked()
        scene.host.start_worker()
        await scene.says(Ready(1, INFO), Ready(0, INFO))
        assert [scene.host.link(index).index for index in (0, 1)] == [0, 1]
        assert len(scene.ready) == 2
        for link in scene.host.links:
            link.tasks = 2
        assert scene.host.tasks == 4

    run(play)


def test_a_worker_that_is_ready_in_a_host_that_retires_is_not_offered(run):
    async def play(scene: Scene) -> None:
        host = await scene.served()
        host.start_worker()
        host.retire(NOW + 60.0)
        assert (host.state, host.until) == (State.RETIRING, NOW + 60.0)
        await scene.says(Ready(1, INFO))
        assert (host.workers, scene.ready) == (2, [INFO])

    run(play)


def test_a_worker_that_is_ready_in_a_host_that_stalls_is_offered(run):
    async def play(scene: Scene) -> None:
        host = await scene.served()
        host.start_worker()
        host.stall()
        await scene.says(Ready(1, INFO))
        assert (host.state, len(scene.ready)) == (State.STALLED, 2)

    run(play)


def test_a_worker_that_cannot_start_is_told_with_what_it_said(run):
    async def play(scene: Scene) -> None:
        scene.host.start()
        scene.forked()
        await scene.says(Broken(0, "no luck", "app.py:2", "Traceback"))
        [error] = scene.broken
        assert (str(error), error.where, error.traceback) == (
            "The app could not start: no luck",
            "app.py:2",
            "Traceback",
        )
        assert scene.host.starting == set()

    run(play)


@pytest.mark.parametrize("frame", [Ready(1, INFO), Broken(1, "", "", ""), Pong(-1), Ready(0, INFO)])
def test_what_makes_no_sense_is_the_end_of_a_host_and_told_as_the_reason(run, frame: Frame):
    async def play(scene: Scene) -> None:
        host = await scene.served()
        await scene.says(frame)
        assert host.state is State.CRASHING
        await scene.exits(signal.SIGKILL)
        assert "What came over the wire is not ours" in str(scene.ends[0])

    run(play)


def test_garbage_from_a_worker_is_the_end_of_its_host(run):
    async def play(scene: Scene) -> None:
        host = await scene.served()
        scene.zygote.workers[0].send(frame_bytes(Cancel(1, "x")))
        await turns()
        assert host.state is State.CRASHING
        assert await scene.status() == -signal.SIGKILL

    run(play)


@pytest.mark.parametrize("retires", [False, True])
def test_a_host_that_loses_a_worker_and_lives_on_is_ended_for_it(run, retires: bool):
    async def play(scene: Scene) -> None:
        host = await scene.served()
        if retires:
            host.retire(NOW + 60.0)
        scene.zygote.workers[0].shutdown(socket.SHUT_RDWR)
        await turns()
        await passes(0.2)
        assert host.state in (State.READY, State.RETIRING)
        await passes(0.1)
        assert host.state is (State.ENDING if retires else State.CRASHING)
        await scene.exits(signal.SIGKILL)
        assert "one of its workers ended by itself" in str(scene.ends[0])

    run(play)


def test_a_host_that_ends_as_it_was_asked_to_is_not_ended_for_the_worker_that_hangs_up_first(run):
    async def play(scene: Scene) -> None:
        host = await scene.served()
        host.drain(0.0, NOW + 2.0)
        scene.zygote.workers[0].shutdown(socket.SHUT_RDWR)
        await turns()
        await passes(0.3)
        assert host.state is State.DRAINING

    run(play)


# --- orders


def test_orders_reach_the_host_as_they_are_given(run):
    async def play(scene: Scene) -> None:
        host = await scene.served()
        scene.hears()
        host.interrupt(1, 7)
        assert scene.hears() == [Interrupt(1, 7)]
        host.drain(3.0, NOW + 5.0)
        assert scene.hears() == [Drain(3.0)]
        assert (host.state, host.until) == (State.DRAINING, NOW + 5.0)

    run(play)


def test_an_interpreter_is_pinged_once_and_what_it_answers_ends_its_stall(run):
    async def play(scene: Scene) -> None:
        host = await scene.served()
        scene.hears()
        host.ask(NOW)
        host.ask(NOW + 1.0)
        assert scene.hears() == [Ping()]
        host.stall()
        assert (host.state, scene.offers) == (State.STALLED, 0)
        await scene.says(Pong(-1))
        assert (host.state, scene.offers, host.heartbeat.silence(NOW + 9.0)) == (State.READY, 1, 0.0)

    run(play)


def test_an_answer_in_time_offers_nothing_new(run):
    async def play(scene: Scene) -> None:
        host = await scene.served()
        host.ask(NOW)
        await scene.says(Pong(-1))
        assert scene.offers == 0

    run(play)


def test_only_workers_that_have_told_nothing_since_the_host_is_idle_are_asked(run):
    async def play(scene: Scene) -> None:
        host = await scene.served()
        host.start_worker()
        await scene.says(Ready(1, INFO))
        host.idle_since = NOW + 5.0
        host.links[0].heartbeat.answered, host.links[1].heartbeat.answered = NOW + 5.0, NOW + 4.0
        host.ask_workers(NOW + 60.0)
        await turns()
        assert [link.heartbeat.silence(NOW + 61.0) for link in host.links] == [0.0, 1.0]
        assert scene.zygote.workers[1].recv(100) == frame_bytes(Ping())

    run(play)


# --- the end


def test_when_a_process_has_ended_its_calls_fail_with_the_reason_and_nothing_of_it_is_left(run):
    async def play(scene: Scene) -> None:
        host = await scene.served()
        host.start_worker()
        host.links[0].begin(pending := AwaitedCall("rpc", INFO, b"", "t"), 30.0)
        os.write(scene.zygote.errors, b"it hurts")
        pid = host.pid
        await scene.exits(3 << 8)
        assert (host.state, host.starting, scene.zygote.left) == (State.COLLECTED, set(), [pid])
        [error] = scene.ends
        assert pending.answer.exception() is error
        assert "exited with status 3" in str(error)
        assert "it hurts" in str(error)
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    run(play)


def test_a_host_that_is_killed_for_a_reason_ends_for_that_and_for_the_first_that_was_given(run):
    async def play(scene: Scene) -> None:
        host = await scene.served()
        host.kill(GONE_ERROR)
        host.kill(HostGone(reason="another"))
        await scene.exits(signal.SIGKILL)
        assert scene.ends == [GONE_ERROR]

    run(play)


def test_a_host_that_hangs_up_has_a_quarter_of_a_second_to_be_reported(run):
    async def play(scene: Scene) -> None:
        host = await scene.served()
        scene.zygote.control.shutdown(socket.SHUT_RDWR)
        await turns()
        await passes(0.2)
        assert (host.state, scene.ends) == (State.CRASHING, [])
        await passes(0.1)
        assert "the process ended" in str(scene.ends[0])
        await scene.collected.wait()

    run(play)


def test_an_end_is_told_once_whoever_tells_it(run):
    async def play(scene: Scene) -> None:
        await scene.served()
        scene.zygote.control.shutdown(socket.SHUT_RDWR)
        await turns()
        await scene.exits()
        await passes(0.3)
        assert len(scene.ends) == 1
        assert scene.states == [State.READY, State.CRASHING, State.CRASHED, State.COLLECTED]

    run(play)


def test_a_worker_that_is_ready_when_its_host_has_ended_takes_no_calls(run):
    async def play(scene: Scene) -> None:
        scene.host.start()
        pid = scene.forked()
        scene.zygote.control.send(frame_bytes(Ready(0, INFO)))
        while scene.host.starting and not scene.ends:
            await asyncio.sleep(0)
            scene.zygote.on_exits[pid](Exited(pid, 0, 0))
        await scene.collected.wait()
        assert (scene.host.links, scene.ready) == ([], [])

    run(play)


def test_a_host_that_ends_while_a_worker_is_connected_has_no_such_worker_and_its_connection_is_closed(run, monkeypatch):
    async def play(scene: Scene) -> None:
        loop = asyncio.get_running_loop()
        connect, transports = loop.create_unix_connection, []

        async def connects(*arguments: Any, **facts: Any) -> Any:
            made = await connect(*arguments, **facts)
            transports.append(made[0])
            scene.zygote.on_exits[scene.host.pid](Exited(scene.host.pid, 0, 0))
            return made

        monkeypatch.setattr(loop, "create_unix_connection", connects)
        scene.host.start()
        scene.forked()
        await scene.says(Ready(0, INFO))
        assert (scene.host.links, scene.ready, len(scene.ends)) == ([], [], 1)
        assert [transport.is_closing() for transport in transports] == [True]

    run(play)


def test_a_host_whose_folder_is_gone_is_collected_like_others(run):
    async def play(scene: Scene) -> None:
        await scene.served()
        scene.tmp.rmdir()
        await scene.exits()
        assert scene.host.state is State.COLLECTED

    run(play)


def test_a_kill_of_a_host_that_is_gone_reaches_no_process(run):
    async def play(scene: Scene) -> None:
        host = await scene.served()
        await scene.exits()
        host.kill()
        assert host.state is State.COLLECTED

    run(play)
