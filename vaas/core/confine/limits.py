"""How much of the machine one process may take, as far as rlimits can say it.

They are the friendly early error: an app sees ``MemoryError`` or ``OSError``. The wall behind them is a cgroup where
one is delegated. No RLIMIT_AS: it counts address space that is never used, and six threads with default stacks would
fill 256 MB of it. What a host shares with the zygote it was forked from is not counted.
"""

from __future__ import annotations

import os
import resource

from vaas.core.confine.plan import Confinement
from vaas.core.limits.usage import usage_of

SIGNALS = 1024
"""Signals that may wait, and timers: counted for all that one uid has, so that a host of ours cannot take up the node's
(the default is some tens of thousands)."""


def apply(confinement: Confinement) -> None:
    """Lowers this process's limits, hard and soft, never raising one."""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_DATA, usage_of(os.getpid()).data + confinement.memory)
    _lower(resource.RLIMIT_NOFILE, confinement.files)
    _lower(resource.RLIMIT_FSIZE, confinement.disk)
    _lower(resource.RLIMIT_SIGPENDING, SIGNALS)
    if confinement.threads:
        _lower(resource.RLIMIT_NPROC, confinement.threads)


def _lower(kind: int, limit: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(kind, (value, value))
