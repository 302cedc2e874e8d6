"""Handles: the descriptors a host starts with, in the order in which they travel to it. It closes every other.

Sent by ``core/pool/zygote/client.py`` along with ``Fork``, received by ``zygote.py``, used by ``child.py``.
"""

from __future__ import annotations

from typing import NamedTuple


class Handles(NamedTuple):
    control: int
    """Stream socket: ``ToHost`` in, ``FromHost`` out."""
    log: int
    """Stream socket: ``LogLine`` out."""
    errors: int
    """Write end of a pipe: what native code prints, and a crash's last words."""
    life: int
    """Read end of a pipe without a writer: it closes when the node dies, and the kernel then kills the host."""
    workers: tuple[int, ...]
    """One stream socket for each worker that may be started; of a program (``HostSpec.program``), what it is to have as
    standard input, output and error stream."""

    def flat(self) -> list[int]:
        return [self.control, self.log, self.errors, self.life, *self.workers]

    @classmethod
    def of(cls, flat: list[int]) -> Handles:
        control, log, errors, life, *workers = flat
        return cls(control, log, errors, life, tuple(workers))
