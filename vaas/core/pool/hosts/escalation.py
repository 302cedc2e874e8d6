"""What to do about a call whose worker does not react to its cancellation: a pure decision. Part of
``supervisor.py``."""

from __future__ import annotations

from typing import Literal

from vaas.core.pool.hosts.views import WorkerView

Escalation = Literal["wait", "interrupt", "replace"]
INTERRUPT_AFTER = 0.1
"""Seconds after a cancellation that a healthy worker needs to acknowledge it; beyond, its thread is stuck."""
REPLACE_AFTER = 0.3
"""Seconds after a cancellation at which a worker that even an interrupt did not free costs its host its life."""
ANY_CALL = 0
"""The id of the call to interrupt where it is not known which one keeps a worker busy."""


def escalate(late_for: float, blocked: bool = False) -> Escalation:
    """What to do about a call whose worker has not acknowledged its cancellation for that long. ``blocked``: it cannot,
    for the call is a plain ``def`` that occupies it."""
    if late_for < INTERRUPT_AFTER and not blocked:
        return "wait"
    return "interrupt" if late_for < REPLACE_AFTER else "replace"


def steps(worker: WorkerView, now: float, timeout: float) -> dict[int, Escalation]:
    """What to do about a worker, by call: about those that are late, and if it has not reacted to anything for
    ``timeout``, as long as a call may take."""
    found = {call: escalate(now - late.since, late.blocked) for call, late in worker.late.items()}
    found[ANY_CALL] = escalate(worker.heartbeat.silence(now) - timeout + INTERRUPT_AFTER)
    return found
