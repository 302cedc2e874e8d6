"""Reaping: how hosts end, with the processes that they have started, and the hosts of an earlier zygote.

An app cannot avoid it: a host may undo what ties its life to the node's, but not outlive SIGKILL by the zygote. Used by
``zygote.py``; a node, too, adopts what a zygote that died leaves behind.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterable
from pathlib import Path

from vaas.core.confine.libc import prctl
from vaas.core.limits.usage import children

SET_CHILD_SUBREAPER = 36  # <linux/prctl.h>


def adopt_orphans() -> None:
    """Orphans of our hosts become children of this process. Linux only."""
    with contextlib.suppress(OSError):
        prctl(SET_CHILD_SUBREAPER, 1)


def next_ended() -> int:
    """A child that has ended and is to be reaped; 0: there is none."""
    try:
        found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return 0
    return found.si_pid if found is not None else 0


def kill(pid: int) -> None:
    """Ends a child, or a process that one has left to us. Until it is reaped, no other process gets its number."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def kill_group(leader: int) -> None:
    """Ends what a host has started. Until the host is reaped, no other process gets its number."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def end_children(known: Iterable[int]) -> None:
    """Ends these children, and every other that we may see, and what they leave behind, which becomes ours, until
    nothing is left."""
    for child in known:
        kill_group(child)
        kill(child)
    while left := children(os.getpid()):
        for child in left:
            kill(child)
        os.wait()


class AdoptedProcesses:
    """Processes that are not children of this one and end with it all the same, each by a descriptor (pidfd)."""

    def __init__(self) -> None:
        self.descriptors: set[int] = set()

    def take(self, descriptors: list[int]) -> None:
        self.descriptors.update(descriptors)

    def release(self, descriptor: int) -> None:
        """It has ended."""
        self.descriptors.remove(descriptor)
        os.close(descriptor)

    def end(self) -> None:
        """With what they have started, as far as it stayed in their groups."""
        for descriptor in self.descriptors:
            leader = _pid(descriptor)
            if leader > 0:
                kill_group(leader)
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)


def _pid(descriptor: int) -> int:
    """Whose descriptor it is; -1 once that has been reaped."""
    lines = Path(f"/proc/self/fdinfo/{descriptor}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pid:"))
