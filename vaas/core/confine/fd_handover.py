"""fd handover: over a socket pair, a host passes its broker the listener of its system calls and its memory.

The host's side is called from ``apply.py``, the broker's from ``core/broker/process.py``.
"""

from __future__ import annotations

import socket
from typing import NamedTuple


class Given(NamedTuple):
    """Descriptors."""

    listener: int
    """Where the host's calls arrive."""
    memory: int
    """The host's memory, for reading."""


def give(end: int, given: Given) -> None:
    """Raises OSError if there is no broker any more."""
    with socket.fromfd(end, socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        socket.send_fds(channel, [b"."], given)


def take(end: int) -> Given | None:
    """Waits for the host; None if it ended before."""
    with socket.fromfd(end, socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        _, descriptors, _, _ = socket.recv_fds(channel, 1, len(Given._fields))
    return Given(*descriptors) if descriptors else None
