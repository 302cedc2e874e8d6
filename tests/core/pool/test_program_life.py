"""A command's process as its node sees it, where something goes wrong. The process is a ``sleep``, or none."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast

import pytest

from vaas.core.host.handles import Handles
from vaas.core.limits.thresholds import Breach
from vaas.core.policy import Limits, Policy
from vaas.core.pool import program as program_module
from vaas.core.pool.errors import ZygoteUnavailable
from vaas.core.pool.program import End, Program
from vaas.core.pool.zygote.client import OnExit, OnFork, ZygoteClient
from vaas.core.spec import HostSpec
from vaas.core.wire.codec import frame_bytes
from vaas.core.wire.messages import Exited, Forked, Pong

MB = 1024 * 1024


class Zygote:
    """Forks nothing by itself. Is its own control groups, too."""

    pid = 0

    def __init__(self) -> None:
        self.groups = self
        self.refusal: Exception | None = None
        self.sleep: subprocess.Popen[bytes] | None = None

    def fork(self, spec: HostSpec, handles: Handles, on_fork: OnFork) -> None:
        if self.refusal:
            raise self.refusal
        self.on_fork = on_fork
        self.control = socket.socket(fileno=os.dup(handles.control))
        self.streams = [os.dup(it) for it in handles.workers]

    def forks(self) -> None:
        self.sleep = subprocess.Popen(["sleep", "60"])
        self.on_fork(Forked(1, self.sleep.pid))

    def on_exit(self, pid: int, tell: OnExit) -> None:
        self.tell = tell

    def limit(self, pid: int, limits: Limits) -> None: ...

    def leave(self, pid: int) -> None: ...

    async def ended(self) -> int:
        """The signal that ended the process; its end is told, and its descriptors are closed with it."""
        assert self.sleep is not None
        status = await asyncio.to_thread(self.sleep.wait, 20)
        self.hang_up()
        self.tell(Exited(self.sleep.pid, -status, 0))  # as waitpid has it
        return -status

    def hang_up(self) -> None:
        self.control.close()
        while self.streams:
            os.close(self.streams.pop())


class Scene:
    def __init__(self, folder: Path) -> None:
        self.tmp = folder / "tmp"
        policy = Policy(limits=Limits(disk=MB))
        self.data = folder / "data"
        self.data.mkdir()
        spec = HostSpec("app", "v1", "/nowhere", str(self.data), str(self.tmp), policy=policy, program=("x",))
        self.zygote = Zygote()
        self.finished = 0
        self.program = Program(spec, cast(ZygoteClient, self.zygote), 60.0, self._on_finished)

    def _on_finished(self, program: Program) -> None:
        self.finished += 1

    async def begins(self) -> None:
        await self.program.start()
        self.zygote.forks()


Play = Callable[[Scene], Coroutine[Any, Any, None]]


@pytest.fixture
def play(tmp_path: Path) -> Callable[[Play], None]:
    async def on(story: Play) -> None:
        before = opened_pipes()
        scene = Scene(tmp_path)
        async with asyncio.timeout(30):
            await story(scene)
        await scene.program.streams.close()
        await asyncio.sleep(0.01)  # a transport closes its pipe a turn later
        assert (scene.tmp.exists(), opened_pipes() - before) == (False, set())

    return lambda story: asyncio.run(on(story))


def opened_pipes() -> set[str]:
    found = set[str]()
    for it in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):
            found.add(os.readlink(f"/proc/self/fd/{it}"))
    return {it for it in found if it.startswith("pipe:")}


def test_one_that_cannot_be_forked_leaves_nothing(play: Callable[[Play], None]) -> None:
    async def story(scene: Scene) -> None:
        scene.zygote.refusal = ZygoteUnavailable(reason="it is not there")
        with pytest.raises(ZygoteUnavailable):
            await scene.program.start()

    play(story)


def test_a_fork_that_the_system_refuses_is_the_reason_of_its_end(play: Callable[[Play], None]) -> None:
    async def story(scene: Scene) -> None:
        await scene.program.start()
        scene.zygote.on_fork(Forked(1, 0, "no memory for another process"))
        scene.zygote.hang_up()
        assert await scene.program.finish() == End(255, "no memory for another process")

    play(story)


def test_an_end_that_nobody_tells_of_is_one_all_the_same(play: Callable[[Play], None]) -> None:
    async def story(scene: Scene) -> None:
        await scene.begins()
        scene.zygote.hang_up()
        assert await scene.program.finish() == End(255)
        assert scene.zygote.sleep is not None
        with pytest.raises(ProcessLookupError):
            os.kill(scene.zygote.sleep.pid, 0)
        await asyncio.to_thread(scene.zygote.sleep.wait, 20)
        assert scene.finished == 1

    play(story)


@pytest.mark.parametrize("said", [frame_bytes(Pong(-1)), b"\xff" * 64], ids=["news", "noise"])
def test_one_that_speaks_to_its_node_is_ended(play: Callable[[Play], None], said: bytes) -> None:
    async def story(scene: Scene) -> None:
        await scene.begins()
        scene.zygote.control.send(said)
        assert await scene.zygote.ended() == signal.SIGKILL
        end = await scene.program.finish()
        assert (end.code, bool(end.reason)) == (137, True)

    play(story)


def test_what_it_takes_beyond_its_limits_ends_it_with_the_reason(
    play: Callable[[Play], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program_module, "breach", lambda usage, limits: Breach("kill", "out of memory: much"))

    async def story(scene: Scene) -> None:
        await scene.begins()
        assert await scene.zygote.ended() == signal.SIGKILL
        assert await scene.program.finish() == End(137, "out of memory: much")

    play(story)


def test_a_full_disk_is_said_among_its_errors_and_holds_off_its_writing(
    play: Callable[[Play], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    monkeypatch.setattr(program_module, "let_write", lambda pid, most: held.append(most))

    async def story(scene: Scene) -> None:
        (scene.data / "much").write_bytes(b"x" * 2 * MB)
        await scene.begins()
        stream, said = await anext(scene.program.output())
        assert (stream, b"limits.disk" in said) == ("stderr", True)
        scene.program.interrupt("enough")
        assert await scene.zygote.ended() == signal.SIGINT
        assert await scene.program.finish() == End(130, "enough")
        assert held == [0]

    play(story)


def test_one_that_goes_on_writing_with_a_full_disk_is_ended(
    play: Callable[[Play], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program_module, "let_write", lambda pid, most: None)
    sizes = iter([2 * MB])
    monkeypatch.setattr(program_module, "count", lambda folders: (next(sizes, 4 * MB), 0.0))
    monkeypatch.setattr("vaas.core.pool.hosts.disk_quota.PAUSE_OVER", 0.0)

    async def story(scene: Scene) -> None:
        await scene.begins()
        assert await scene.zygote.ended() == signal.SIGKILL
        end = await scene.program.finish()
        assert (end.code, "out of disk" in end.reason) == (137, True)

    play(story)
