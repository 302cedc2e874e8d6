"""The C library, as far as confinement needs it: system calls by name, and prctl.

Errors come back as ``OSError``. One seam for ctypes; loaded once in the zygote, so that a host pays only for the calls.
"""

from __future__ import annotations

import ctypes
import errno
import os

from vaas.core.confine.syscalls import NUMBERS

MACHINE = os.uname().machine if hasattr(os, "uname") else ""
_numbers = NUMBERS.get(MACHINE, {})
_library = ctypes.CDLL(None, use_errno=True)
_syscall = _library.syscall
_syscall.restype = ctypes.c_long
_prctl = _library.prctl if hasattr(_library, "prctl") else None

getpid = os.getpid


def syscall(name: str, *arguments: int | bytes | None) -> int:
    """Makes the call and returns what it answers. Raises OSError, with ``ENOSYS`` where this machine is not known."""
    number = _numbers.get(name)
    if number is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), name)
    answer: int = _syscall(ctypes.c_long(number), *(_word(each) for each in arguments))
    return _checked(answer, name)


def prctl(option: int, *arguments: int) -> int:
    """``prctl(2)``, with absent arguments zero. Raises OSError."""
    if _prctl is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), "prctl")
    words = [ctypes.c_ulong(each) for each in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(_prctl(option, *words), "prctl")


def _word(value: int | bytes | None) -> ctypes.c_long | bytes | None:
    return ctypes.c_long(value) if isinstance(value, int) else value


def _checked(answer: int, name: str) -> int:
    if answer != -1:
        return answer
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number), name)
