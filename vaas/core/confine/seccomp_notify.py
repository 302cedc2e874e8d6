"""seccomp's user notification: system calls of a host that wait in the kernel until its broker answers.

The call is never let through: the broker does what was asked itself, so that nothing which changes meanwhile in the
host's memory can make it something else. Formats and numbers: linux/seccomp.h. Used by ``core/broker/broker.py``.
"""

from __future__ import annotations

import errno
import os
import select
import struct
from dataclasses import dataclass
from fcntl import ioctl

_NOTIFICATION = struct.Struct("=QIIiIQ6Q")
"""Id, thread, flags; then the call: number, machine, place, arguments."""
_ANSWER = struct.Struct("=QqiI")
"""Id, value, error as a negative number, flags."""
_ADD = struct.Struct("=QIIII")
"""Id, flags, our descriptor, its number in the host, its flags there."""

_RECEIVE, _SEND, _ADD_DESCRIPTOR = 0xC0502100, 0xC0182101, 0x40182103
_AT_NUMBER, _AND_ANSWER = 1, 2


@dataclass(frozen=True)
class Asked:
    """One call that waits."""

    id: int
    thread: int
    call: int
    """Its number."""
    arguments: tuple[int, ...]


class Gone(Exception):
    """The thread that waited does not any more."""


class Listener:
    def __init__(self, fd: int) -> None:
        self.fd = fd

    def receive(self) -> Asked:
        """The next call that waits. Raises ``Gone`` if there is none after all."""
        buffer = bytearray(_NOTIFICATION.size)
        self._control(_RECEIVE, buffer)
        number, thread, _, call, _, _, *arguments = _NOTIFICATION.unpack(buffer)
        return Asked(number, thread, call, tuple(arguments))

    def answer(self, asked: Asked, error: int = 0) -> None:
        """The call returns 0, or that error. Raises ``Gone``."""
        self._control(_SEND, bytearray(_ANSWER.pack(asked.id, 0, -error, 0)))

    def give(self, asked: Asked, descriptor: int, *, cloexec: bool) -> int:
        """The call returns a copy of ``descriptor``, under the number that is returned here too. Raises ``Gone``, and
        OSError if the host has no room for it."""
        return self._add(asked, _AND_ANSWER, descriptor, 0, cloexec)

    def replace(self, asked: Asked, descriptor: int, number: int) -> None:
        """What the host has under ``number`` becomes a copy of ``descriptor``; the call waits on. Raises ``Gone`` and
        OSError."""
        self._add(asked, _AT_NUMBER, descriptor, number, True)

    def is_abandoned(self) -> bool:
        """Whether no process is left that could ask."""
        poll = select.poll()
        poll.register(self.fd, select.POLLIN)
        return any(events & select.POLLHUP for _, events in poll.poll(0))

    def _add(self, asked: Asked, flags: int, descriptor: int, number: int, cloexec: bool) -> int:
        there = os.O_CLOEXEC if cloexec else 0
        return self._control(_ADD_DESCRIPTOR, bytearray(_ADD.pack(asked.id, flags, descriptor, number, there)))

    def _control(self, request: int, buffer: bytearray) -> int:
        try:
            return int(ioctl(self.fd, request, buffer))
        except FileNotFoundError:
            raise Gone from None


def can_give(fd: int) -> bool:
    """Whether the kernel behind this listener can give descriptors along with an answer (Linux 5.14)."""
    try:
        ioctl(fd, _ADD_DESCRIPTOR, bytearray(_ADD.pack(0, _AND_ANSWER, fd, 0, 0)))
    except OSError as error:
        return error.errno == errno.ENOENT  # it looked for that call: all else was in order
    return False
