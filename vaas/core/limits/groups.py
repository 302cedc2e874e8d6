"""Groups: a control group of the kernel for each host: the wall for its memory and threads, its share of the processor.

Each host joins one of its own, beside the node's, before it is told what to run; who it starts is in it, too. All of a
host's groups are named by a prefix and its process id, so that node and zygote need tell each other nothing. They are
siblings of the node's processes on purpose: ``cpu.idle`` counts between siblings only. Which groups may be used at
all: ``delegation.py``. Linux only; version 1 and 2 of the interface, which differ in names.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from vaas.core.policy import Limits

WEIGHT = 33
"""Of a host, where whoever has no group of its own has 100: a third of the node's share when both want all."""
SHARES = 1024 * WEIGHT // 100
"""The same in version 1."""
PATIENCE = 1.0
"""Seconds that the last process of a group may take to go."""


class Groups(NamedTuple):
    prefixes: tuple[str, ...] = ()
    """Of paths, one for each hierarchy: ``/sys/fs/cgroup/memory/vaas-4711-``. None: there are no groups."""
    controllers: frozenset[str] = frozenset()
    """Of ``memory``, ``pids`` and ``cpu`` those that are there."""

    def join(self) -> None:
        """Puts this process into groups of its own. Raises OSError: then it must not run an app."""
        for group in self._made(os.getpid()):
            _write(f"{group}/cgroup.procs", "0")

    def rest(self, pid: int) -> None:
        """Has a spare, whether it has joined already or not, give way to all others until ``limit`` makes it a host."""
        for group in self._made(pid):
            put(f"{group}/cpu.idle", "1")

    def limit(self, pid: int, limits: Limits) -> None:
        """Sets what that host may take, whether it has joined already or not."""
        for group in self._made(pid):
            for name, value in _settings(limits):
                put(f"{group}/{name}", value)

    def set_idle(self, pid: int, idle: bool) -> bool:
        """Whether that host could be made to give way to whoever else wants the processor, or to do so no longer."""
        done = [put(f"{group}/cpu.idle", str(int(idle))) for group in self._of(pid)]
        if not idle:
            for group in self._of(pid):
                _set_weight(group)
        return any(done)

    def out_of_memory(self, pid: int) -> bool:
        """Whether the kernel has ended one of that host's processes for want of memory."""
        return any(
            _events(f"{group}/{name}").get("oom_kill", 0)
            for group in self._of(pid)
            for name in ("memory.events", "memory.oom_control")
        )

    def leave(self, pid: int, patience: float = PATIENCE) -> None:
        """Removes the groups of a host that has ended, if they are still there, and ends what is left in them."""
        for group in self._of(pid):
            _remove(group, patience)

    def sweep(self) -> None:
        """Removes what hosts have left behind that ended without their zygote."""
        for prefix in self.prefixes:
            for group in Path(prefix).parent.glob(f"{Path(prefix).name}[0-9]*"):
                _remove(str(group), PATIENCE)

    def _made(self, pid: int) -> Iterator[str]:
        for prefix in self.prefixes:
            with contextlib.suppress(OSError):
                os.mkdir(group := f"{prefix}{pid}", 0o755)
            yield group

    def _of(self, pid: int) -> Iterator[str]:
        return (group for prefix in self.prefixes if os.path.isdir(group := f"{prefix}{pid}"))


NONE = Groups()


def _settings(limits: Limits) -> Iterator[tuple[str, str]]:
    """Whatever file is not there belongs to the other version, or to a controller that is not: it is left out."""
    memory = str(limits.memory)
    yield "memory.max", memory
    yield "memory.swap.max", "0"
    yield "memory.oom.group", "1"
    yield "memory.limit_in_bytes", memory
    yield "memory.memsw.limit_in_bytes", memory  # after the other, which it may not be below
    yield "pids.max", str(limits.threads)
    yield "cpu.idle", "0"
    yield "cpu.weight", str(WEIGHT)  # after the other, which makes it forgotten
    yield "cpu.shares", str(SHARES)


def _set_weight(group: str) -> None:
    put(f"{group}/cpu.weight", str(WEIGHT))
    put(f"{group}/cpu.shares", str(SHARES))


def put(path: str, value: str) -> bool:
    """Whether the kernel took it."""
    try:
        _write(path, value)
    except OSError:
        return False
    return True


def _write(path: str, value: str) -> None:
    """Without making a file: there is nothing but what the kernel has put there."""
    file = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(file, value.encode())
    finally:
        os.close(file)


def _events(path: str) -> dict[str, int]:
    try:
        rows = [row.split() for row in Path(path).read_text().splitlines()]
    except OSError:
        return {}
    return {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit()}


def _remove(group: str, patience: float) -> None:
    """The kernel lets go of a process a moment after it has ended."""
    deadline = time.monotonic() + patience
    while os.path.isdir(group):
        try:
            os.rmdir(group)
        except OSError:
            _kill(group)
            if time.monotonic() >= deadline:
                return
            time.sleep(0.01)


def _kill(group: str) -> None:
    with contextlib.suppress(OSError):
        for pid in Path(group, "cgroup.procs").read_text().split():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(int(pid), signal.SIGKILL)
