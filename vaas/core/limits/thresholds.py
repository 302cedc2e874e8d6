"""Whether what a host uses is within its limits, and whether it is a burden to others: pure decisions.

The kernel's own limits (``core/confine/limits.py``) come first and give the app an error it can understand; what is
decided here is the wall behind them, where they cannot count. Performed by ``core/pool/hosts/usage_monitor.py``.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from vaas.core.limits.usage import Usage
from vaas.core.limits.words import taken
from vaas.core.policy import Limits

WORN = 0.75
"""The part of ``limits.memory`` at which a host is replaced by a fresh one: just below what a host may allocate
(``DATA_SHARE`` of ``core/confine/plan.py``), beyond which every call would fail."""
NEARLY = 0.6
"""The part of ``limits.memory`` from which a host that died of a signal is said to have run out of it."""
HEAVY_SHARE = 0.1
"""The part of one core from which an app may be a burden to its neighbours."""
HEAVY_CALL = 0.02
"""Seconds of the processor for one call, from which it is: an app that answers many short calls is busy, not heavy."""


class Breach(NamedTuple):
    step: Literal["kill", "replace"]
    """``replace``: a fresh host takes over, and this one ends when its calls have."""
    reason: str


def breach(usage: Usage, limits: Limits) -> Breach | None:
    """What to do about a host that uses so much; None: nothing."""
    if usage.resident > limits.memory:
        return Breach("kill", out_of_memory(usage.resident, limits))
    if usage.threads > limits.threads:
        return Breach("kill", f"too many threads and programs: {taken(usage.threads, 'threads', limits.threads)}")
    if usage.data > WORN * limits.memory:
        return Breach("replace", out_of_memory(usage.data, limits))
    return None


def out_of_memory(size: int, limits: Limits) -> str:
    return f"out of memory: {taken(size, 'memory', limits.memory)}"


def is_heavy(cpu: float, seconds: float, calls: int) -> bool:
    """``cpu``: what a release has used of the processor in that many seconds, in which so many calls were begun."""
    return cpu >= HEAVY_SHARE * seconds and cpu >= HEAVY_CALL * calls
