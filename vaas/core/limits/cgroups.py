"""Cgroups: one of the kernel's control groups for each host: the limit of its memory and threads, its share of the CPU.

A host joins its own before it knows its app; the programs that it starts are in it, too. All cgroups of a host are
named by a prefix and its process id, so that node and zygote need tell each other nothing. They are
siblings of the node's processes on purpose: ``cpu.idle`` counts between siblings only. Which may be made at
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
"""Of a host, where a process without a cgroup of its own has 100: a third of the node's share when both want all."""
SHARES = 1024 * WEIGHT // 100
"""The same in version 1."""
IDLE = "idle"
"""Ends the name of the cgroup of those that give way."""
MOVES = 8
"""Looks for processes that were started while a group was being moved."""
PATIENCE = 1.0
"""Seconds that the last process of a group may take to go."""


class Cgroups(NamedTuple):
    prefixes: tuple[str, ...] = ()
    """Of paths, one for each hierarchy: ``/sys/fs/cgroup/memory/vaas-4711-``. None: there are no cgroups."""
    controllers: frozenset[str] = frozenset()
    """Of ``memory``, ``pids`` and ``cpu`` those that are there."""

    def join(self) -> None:
        """Puts this process into cgroups of its own. Raises OSError: then it must not run an app."""
        for group in self._made(os.getpid()):
            _write(f"{group}/cgroup.procs", "0")

    def rest(self, pid: int) -> None:
        """Has a preforked process, joined or not, give way to all others until ``limit`` makes it a host."""
        for group in self._made(pid):
            put(f"{group}/cpu.idle", "1")

    def limit(self, pid: int, limits: Limits) -> None:
        """Sets what that host may take, whether it has joined already or not."""
        for group in self._made(pid):
            for name, value in _settings(limits):
                put(f"{group}/{name}", value)

    def set_idle(self, pid: int, idle: bool) -> bool:
        """Whether that host could be made to give way to every other process, or to do so no longer.

        In version 1 all who give way are in one group: between several, the kernel lets another of them go on where one
        was to give way, until its next tick. In version 2 a host would leave its memory behind if it went there.
        """
        done = [_set_idle(prefix, pid, idle) for prefix in self.prefixes if os.path.isdir(f"{prefix}{pid}")]
        return any(done)

    def out_of_memory(self, pid: int) -> bool:
        """Whether the kernel has ended one of that host's processes for want of memory."""
        return any(
            _events(f"{prefix}{pid}/{name}").get("oom_kill", 0)
            for prefix in self.prefixes
            for name in ("memory.events", "memory.oom_control")
        )

    def leave(self, pid: int, patience: float = PATIENCE) -> None:
        """Removes the cgroups of a host that has ended, if they are still there, and ends what is left in them."""
        for prefix in self.prefixes:
            _remove(_resting_place(prefix, pid), patience)
            _remove(f"{prefix}{pid}", patience)

    def sweep(self) -> None:
        """Removes what hosts have left behind that ended without their zygote."""
        for prefix in self.prefixes:
            for group in (
                *Path(f"{prefix}{IDLE}").glob("[0-9]*"),
                *Path(prefix).parent.glob(f"{Path(prefix).name}[0-9]*"),
            ):
                _remove(str(group), PATIENCE)
            _remove(f"{prefix}{IDLE}", 0.0)

    def _made(self, pid: int) -> Iterator[str]:
        for prefix in self.prefixes:
            with contextlib.suppress(OSError):
                os.mkdir(group := f"{prefix}{pid}", 0o755)
            yield group


NONE = Cgroups()


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


def _set_idle(prefix: str, pid: int, idle: bool) -> bool:
    own, rests = f"{prefix}{pid}", _resting_place(prefix, pid)
    if not os.path.exists(f"{own}/cpu.shares"):
        done = put(f"{own}/cpu.idle", str(int(idle)))
        return done and (idle or put(f"{own}/cpu.weight", str(WEIGHT)))  # which was forgotten meanwhile
    if not idle:
        return _move(rests, own)
    for folder in (os.path.dirname(rests), rests):
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder, 0o755)
    return put(f"{os.path.dirname(rests)}/cpu.idle", "1") and _move(own, rests)


def _resting_place(prefix: str, pid: int) -> str:
    return f"{prefix}{IDLE}/{pid}"


def _move(group: str, target: str) -> bool:
    """Whether all processes of a group are in another now, those too that they have started meanwhile."""
    for _ in range(MOVES):
        inside = words(f"{group}/cgroup.procs")
        if not inside:
            return True
        for pid in inside:
            put(f"{target}/cgroup.procs", pid)
    return not words(f"{group}/cgroup.procs")


def words(path: str) -> list[str]:
    """What a file of the kernel's says; nothing if it is not there."""
    try:
        return Path(path).read_text().split()
    except OSError:
        return []


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
    for pid in words(f"{group}/cgroup.procs"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(int(pid), signal.SIGKILL)
