"""What makes a forked process a stranger to those around it: descriptors, session, uid, capabilities, flags.

Linux only, but for the descriptors. Each function is safe to call in a process with one thread. Next: ``landlock.py``.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable

from vaas.core.confine import libc

_SET_DUMPABLE, _SET_KEEPCAPS, _CAPBSET_DROP, _SET_NO_NEW_PRIVS, _CAP_AMBIENT = 4, 8, 24, 38, 47
_AMBIENT_CLEAR_ALL = 4
"""Options of prctl, from linux/prctl.h."""

CAP_DAC_READ_SEARCH, CAP_SETGID, CAP_SETUID, CAP_SETPCAP = 2, 6, 7, 8
"""From linux/capability.h."""

_LAST_CAPABILITY = 63
"""Capability sets are 64 bits; the kernel refuses the numbers it does not know."""

_CAPABILITY_VERSION_3 = 0x20080522

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
    """No controlling terminal, and a process group in which signals to all reach nobody else."""
    if os.getsid(0) != os.getpid():
        os.setsid()


def become(uid: int | None, gid: int | None, *, search: bool) -> None:
    """Gives up root: its groups, its uid if another is given, and all capabilities.

    ``search`` keeps one, reading and entering any folder: for an interpreter or data that lie in a folder closed to
    others. What may be read with it is bounded by Landlock. Raises OSError.
    """
    _drop_bounding_set()
    if uid is not None:
        libc.prctl(_SET_KEEPCAPS, int(search))
        os.setgroups([])
        os.setresgid(*(uid if gid is None else gid,) * 3)
        os.setresuid(uid, uid, uid)
        libc.prctl(_SET_KEEPCAPS, 0)
    set_capabilities(1 << CAP_DAC_READ_SEARCH if search else 0)


def set_capabilities(bits: int) -> None:
    """Exactly these, effective and permitted; none to be inherited."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    low, high = bits & 0xFFFFFFFF, bits >> 32
    data = (ctypes.c_uint32 * 6)(low, low, 0, high, high, 0)
    libc.syscall("capset", ctypes.addressof(header), ctypes.addressof(data))


def capabilities() -> int:
    """The effective ones, as bits."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)()
    libc.syscall("capget", ctypes.addressof(header), ctypes.addressof(data))
    return int(data[0]) | int(data[3]) << 32


def hide() -> None:
    """Nobody of the same uid may trace this process or read its memory, and no core is written."""
    libc.prctl(_SET_DUMPABLE, 0)


def no_new_privileges() -> None:
    """No program started from here gains anything by being setuid. What Landlock and seccomp ask for first."""
    libc.prctl(_SET_NO_NEW_PRIVS, 1)


def threads() -> int:
    """How many threads this process has; 1 where the system does not tell."""
    try:
        return os.stat("/proc/self/task").st_nlink - 2
    except OSError:
        return 1


def _drop_bounding_set() -> None:
    if not capabilities() & (1 << CAP_SETPCAP):
        return
    libc.prctl(_CAP_AMBIENT, _AMBIENT_CLEAR_ALL)
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            libc.prctl(_CAPBSET_DROP, capability)
        except OSError:
            return
