"""Heartbeat: whether the other end still answers: a worker's event loop (``core/pool/calls/link_to_worker.py``), or a
host's interpreter (``core/pool/hosts/host_process.py``)."""

from __future__ import annotations

from vaas.core.wire.codec import WireGarbage

PING_EVERY = 0.25
"""Seconds between two pings to a worker or a host in use."""
WORKER_STALLED_AFTER = 0.2
"""Seconds after which a worker that does not answer gets no further calls until it does: its handler does not wait but
computes. They go to other workers, or wait for the first that is free."""
HOST_STALLED_AFTER = 1.0
"""Seconds after which another host stands in for one whose interpreter does not answer: longer than the pauses that
healthy code makes in C, much shorter than most deadlines."""


class Heartbeat:
    __slots__ = ("_asked", "answered")

    def __init__(self) -> None:
        self.answered = 0.0
        """When it was asked what it answered last, on the event loop's clock."""
        self._asked = 0.0
        """When it was asked what it has not answered; 0: it owes no answer."""

    def ask(self, now: float) -> bool:
        """Whether to ask now: not if it was asked a moment ago or owes an answer."""
        due = not self._asked and now - self.answered >= PING_EVERY
        if due:
            self._asked = now
        return due

    def silence(self, now: float) -> float:
        """Seconds for which it has owed an answer."""
        return now - self._asked if self._asked else 0.0

    def beat(self) -> None:
        """It has answered. Raises ``WireGarbage`` if it was not asked."""
        if not self._asked:
            raise WireGarbage(problem="an answer to no ping")
        self.answered, self._asked = self._asked, 0.0
