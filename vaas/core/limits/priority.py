"""Who goes first when the processor is short: the node, then its hosts, then hosts that take long turns; and who
goes when the system's memory is: a host, and what it has started.

By nice values, which need no rights to be raised; to lower them again, or below 0, takes root (CAP_SYS_NICE) and is
left undone without. Linux only: elsewhere nothing happens.
"""

from __future__ import annotations

import contextlib
import os
import sys

NODE = -5
"""Of the platform's own process, where it may."""
HOST = 5
"""Of hosts: a third of the node's share when both want all."""
HEAVY = 19
"""Of hosts whose calls take long turns; they also give way to all that wake up (SCHED_IDLE). Only where they have
no control group (``cgroups.py``): Linux may group sessions, of which each host is one, and then both count for nothing
between them."""


OUT_OF_MEMORY_FIRST = 800
"""Of 1000: what the kernel adds to a host's share of the memory when it looks for whom to end."""


def be_a_host() -> None:
    """This process goes behind the node when there is too little for both. Before it hides and gives up root."""
    rank(HOST)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write(str(OUT_OF_MEMORY_FIRST))


def rank(nice: int) -> None:
    """Gives this thread, and those it will start, that nice value, if it may."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, nice)


class Precedence:
    """This thread goes before the hosts, from ``take`` to ``give_back``, if it may."""

    def __init__(self) -> None:
        self._before = os.getpriority(os.PRIO_PROCESS, 0)

    def take(self) -> None:
        rank(min(NODE, self._before))

    def give_back(self) -> None:
        rank(self._before)


def rank_process(pid: int, nice: int) -> None:
    """Gives every thread of another process that nice value, as far as we may. Threads to come inherit it."""
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, int(task), nice)
                os.sched_setscheduler(int(task), os.SCHED_IDLE if nice == HEAVY else os.SCHED_OTHER, os.sched_param(0))
    with contextlib.suppress(OSError), open(f"/proc/{pid}/autogroup", "w") as group:
        group.write(str(nice))  # where the scheduler groups by session, nice counts within a group only
