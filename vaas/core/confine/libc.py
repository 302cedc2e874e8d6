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
_prctl = getattr(_library, "prctl", None)


def syscall(name: str, *arguments: int | bytes | None) -> int:
    """Makes the call and returns what it answers. Raises OSError, with ``ENOSYS`` where this machine is not known."""
    answer, error = attempt(name, *arguments)
    return _checked(answer, error, name)


def attempt(name: str, *arguments: int | bytes | None) -> tuple[int, int]:
    """Makes the call and returns its answer and its error number: quicker than an exception."""
    number = _numbers.get(name)
    if number is None:
        return -1, errno.ENOSYS
    answer: int = _syscall(ctypes.c_long(number), *map(_word, arguments))
    return answer, ctypes.get_errno()


def prctl(option: int, *arguments: int) -> int:
    """``prctl(2)``, with absent arguments zero. Raises OSError."""
    if _prctl is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), "prctl")
    words = [ctypes.c_ulong(each) for each in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(_prctl(option, *words), ctypes.get_errno(), "prctl")


def _word(value: int | bytes | None) -> ctypes.c_long | bytes | None:
    return ctypes.c_long(value) if isinstance(value, int) else value


def _checked(answer: int, error: int, name: str) -> int:
    if answer == -1:
        raise OSError(error, os.strerror(error), name)
    return answer
