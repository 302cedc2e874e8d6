"""Fate: how a host has ended, told to people, and whether a limit was the reason. Asked by ``host_process.py``."""

from __future__ import annotations

import os
import signal

from vaas.core.limits.thresholds import NEARLY, out_of_memory
from vaas.core.policy import Limits
from vaas.core.pool.errors import HostGone, HostOverLimit
from vaas.core.wire.messages import Exited


def end_of(fate: Exited | None, last_words: str, limits: Limits) -> HostGone:
    """``fate`` is what the zygote told, if it lives; ``last_words`` what was printed to the error stream."""
    if fate is not None and ran_out_of_memory(fate, last_words, limits):
        size = max(fate.peak, limits.memory) if fate.out_of_memory else fate.peak  # what it started counts, too
        return HostOverLimit(reason=out_of_memory(size, limits))
    words = f"; its last words: {last_words.strip()}" if last_words.strip() else ""
    return HostGone(reason=f"{_how(fate)}{words}")


def _how(fate: Exited | None) -> str:
    if fate is None:
        return "the process ended"
    if os.WIFSIGNALED(fate.status):
        return f"the process was ended by {signal.Signals(os.WTERMSIG(fate.status)).name}"
    return f"the process exited with status {os.waitstatus_to_exitcode(fate.status)}"


def ran_out_of_memory(fate: Exited, last_words: str, limits: Limits) -> bool:
    """Whether that is what a process died of: the system or Python said so, or it died of a signal, as C code does
    that asks for memory and does not look at the answer, when it had taken nearly all it may."""
    if fate.out_of_memory or "MemoryError" in last_words:
        return True
    return os.WIFSIGNALED(fate.status) and fate.peak > NEARLY * limits.memory
