"""What makes a forked process a stranger to those around it: descriptors, session, uid, capabilities, flags.

Linux only, but for the descriptors. Each function is safe to call in a process with one thread. Next: ``landlock.py``.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

from vaas.core.confine import libc

_SET_DUMPABLE, _SET_KEEPCAPS, _SET_NO_NEW_PRIVS = 4, 8, 38
"""Options of prctl, from linux/prctl.h."""

CAP_DAC_READ_SEARCH, CAP_SETGID, CAP_SETUID = 2, 6, 7
"""From linux/capability.h."""

_HEADER = struct.pack("=Ii", 0x20080522, 0)
"""Version 3 of the sets, of this process."""
_SETS = struct.Struct("=6I")
"""Effective, permitted and inheritable; the low words, then the high ones."""
_sets = ctypes.create_string_buffer(_SETS.size)

_HIGHEST_DESCRIPTOR = 1 << 20
"""More than any limit on open files that is met in practice."""


def close_descriptors(keep: Iterable[int]) -> None:
    """Closes every descriptor but these. 0, 1 and 2, if not kept, lead to the null device: a library may write
    there."""
    kept = set(keep)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in {0, 1, 2} - kept - {null}:
        os.dup2(null, standard)
    start = 3
    for descriptor in sorted(kept - {0, 1, 2}):
        os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, _HIGHEST_DESCRIPTOR)


def own_session() -> None:
    """No controlling terminal, and a process group in which signals to all reach no other process."""
    if os.getsid(0) != os.getpid():
        os.setsid()


def become(uid: int | None, gid: int | None, *, keep: int = 0) -> None:
    """Gives up root: its groups, its uid if another is given, and all capabilities but ``keep``, as bits.

    ``CAP_DAC_READ_SEARCH`` is reading and entering any folder: for an interpreter or data that lie in a folder closed
    to others. What may be read with it is bounded by Landlock. Raises OSError.
    """
    if uid is not None:
        libc.prctl(_SET_KEEPCAPS, int(keep != 0))
        os.setgroups([])
        os.setresgid(*(uid if gid is None else gid,) * 3)
        os.setresuid(uid, uid, uid)
        libc.prctl(_SET_KEEPCAPS, 0)
    set_capabilities(keep)


def set_capabilities(bits: int) -> None:
    """Exactly these, effective and permitted; none to be inherited, so that no started program has any.

    The bounding set need not be emptied: after no_new_privs no program gains what its parent has not (a test tries it).
    """
    low, high = bits & 0xFFFFFFFF, bits >> 32
    libc.syscall("capset", _HEADER, _SETS.pack(low, low, 0, high, high, 0))


def capabilities() -> int:
    """The effective ones, as bits."""
    libc.syscall("capget", _HEADER, ctypes.addressof(_sets))
    low, _, _, high, _, _ = _SETS.unpack(_sets)
    return int(low) | int(high) << 32


def hide() -> None:
    """No process of the same uid may trace this one or read its memory, and no core is written."""
    libc.prctl(_SET_DUMPABLE, 0)


def show() -> None:
    """The opposite, for itself and its children."""
    libc.prctl(_SET_DUMPABLE, 1)


def no_new_privileges() -> None:
    """No program started from here gains anything by being setuid. What Landlock and seccomp ask for first."""
    libc.prctl(_SET_NO_NEW_PRIVS, 1)
