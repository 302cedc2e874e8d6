"""Why a host has ended, told to people, and whether a limit was the reason. Asked by ``host_process.py``."""

from __future__ import annotations

import os
import signal

from vaas.core.limits.exit_status import limit_of
from vaas.core.limits.limit_errors import words_of
from vaas.core.limits.thresholds import NEARLY, out_of_memory
from vaas.core.policy import Limits
from vaas.core.pool.errors import HostGone, HostOverLimit
from vaas.core.wire.messages import Exited


def exit_reason(exited: Exited | None, last_words: str, limits: Limits) -> HostGone:
    """``exited`` is what the zygote told, if it lives; ``last_words`` what was printed to the error stream."""
    limit = limit_of(os.WEXITSTATUS(exited.status)) if exited is not None and os.WIFEXITED(exited.status) else None
    if limit is not None and limit != "memory":
        return HostOverLimit(reason=f"it met {words_of(limit, limits)}")
    if exited is not None and (limit == "memory" or ran_out_of_memory(exited, last_words, limits)):
        size = max(exited.peak, limits.memory) if exited.out_of_memory else exited.peak  # what it started counts, too
        return HostOverLimit(reason=out_of_memory(size, limits))
    words = f"; its last words: {last_words.strip()}" if last_words.strip() else ""
    return HostGone(reason=f"{_how(exited)}{words}")


def reason_of(exited: Exited, limits: Limits) -> str:
    """Why a program was ended; empty if it ended by itself."""
    if ran_out_of_memory(exited, "", limits):
        return out_of_memory(max(exited.peak, limits.memory), limits)
    return _how(exited) if os.WIFSIGNALED(exited.status) else ""


def _how(exited: Exited | None) -> str:
    if exited is None:
        return "the process ended"
    if os.WIFSIGNALED(exited.status):
        return f"the process was ended by {signal.Signals(os.WTERMSIG(exited.status)).name}"
    return f"the process exited with status {os.waitstatus_to_exitcode(exited.status)}"


def ran_out_of_memory(exited: Exited, last_words: str, limits: Limits) -> bool:
    """Whether that is what a process died of: the system or Python said so, or it died of a signal, as C code does
    that asks for memory and does not look at the answer, when it had taken nearly all it may."""
    if exited.out_of_memory or "MemoryError" in last_words:
        return True
    return os.WIFSIGNALED(exited.status) and exited.peak > NEARLY * limits.memory
