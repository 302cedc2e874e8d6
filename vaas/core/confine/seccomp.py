"""Compiles the rules for system calls into a filter, and installs it on this process for good.

The numbers are sorted into ranges with one rule each, and a binary search finds the range: some eight comparisons for
any call. That is also what makes installing quick, since the kernel then tries the filter on every number. Next:
``apply.py``.
"""

from __future__ import annotations

import ctypes
import errno
import os
from functools import lru_cache
from itertools import groupby

from vaas.core.confine import libc
from vaas.core.confine.bpf import Assembler, Program
from vaas.core.confine.rules import WORD, Allow, Ask, Granted, Only, Refuse, Rule, Test, Unless, rules
from vaas.core.confine.syscalls import AUDIT_ARCH, NUMBERS

RET_ALLOW, RET_ASK, RET_ERRNO = 0x7FFF0000, 0x7FC00000, 0x00050000
"""What a filter answers; the error number stands in the low half (linux/seccomp.h)."""

_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16
"""Offsets in ``struct seccomp_data``; both machines are little-endian, so an argument's low word comes first."""

_SET_MODE_FILTER, _TSYNC, _NEW_LISTENER = 1, 1, 8
_INSTRUCTION_SIZE = 8

_REFUSED = Refuse(errno.EPERM)
_UNKNOWN = Refuse(errno.ENOSYS)

_Checked = Only | Unless
_Range = tuple[int, Rule]
"""The first number of a range, which goes on to the next range's, and its rule."""


@lru_cache(maxsize=16)
def build(machine: str, granted: Granted) -> Program:
    """The filter for one machine (``x86_64``, ``aarch64``) and set of grants; its open constant is the process's id."""
    code = Assembler()
    code.load(_ARCH)
    code.jump_if_equal(AUDIT_ARCH[machine], "ours")
    _answer(code, _REFUSED)
    code.label("ours")
    code.load(_NUMBER)
    checks: dict[_Checked, str] = {}
    _search(code, _ranges(NUMBERS[machine], rules(granted)), checks)
    for rule, label in checks.items():
        _check(code, rule, label)
    return code.assemble()


def everything() -> Program:
    """A filter that refuses nothing: to find out what the kernel makes of filters."""
    code = Assembler()
    _answer(code, Allow())
    return code.assemble()


def install(program: Program) -> None:
    """Binds this process, its threads and its children to the filter. Needs no_new_privs. Raises OSError."""
    other = _install(program, _TSYNC)
    if other:  # the kernel's way to say that nothing was installed
        raise OSError(errno.EBUSY, f"thread {other} has a filter of its own", "seccomp")


def install_and_listen(program: Program) -> int:
    """Binds this thread and what it starts. Returns the descriptor at which calls that are asked for arrive; its
    holder answers them. Needs no_new_privs. Raises OSError."""
    return _install(program, _NEW_LISTENER)


def _install(program: Program, flags: int) -> int:
    filters = program.complete(os.getpid())
    description = _Description(len(filters) // _INSTRUCTION_SIZE, filters)
    return libc.syscall("seccomp", _SET_MODE_FILTER, flags, ctypes.addressof(description))


class _Description(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = [("length", ctypes.c_ushort), ("filters", ctypes.c_char_p)]


def _ranges(numbers: dict[str, int], ruled: dict[str, Rule]) -> list[_Range]:
    """Every number's rule, neighbours with the same rule joined. What is newer than all we know is unknown."""
    by_number = {numbers[name]: rule for name, rule in ruled.items() if name in numbers}
    newest = max(by_number)
    every = ((number, by_number.get(number, _REFUSED)) for number in range(newest + 1))
    joined = [next(group) for _, group in groupby(every, key=lambda pair: pair[1])]
    return [*joined, (newest + 1, _UNKNOWN)]


def _search(code: Assembler, ranges: list[_Range], checks: dict[_Checked, str]) -> None:
    if len(ranges) == 1:
        _answer_or_check(code, ranges[0][1], checks)
        return
    middle = len(ranges) // 2
    first = ranges[middle][0]
    code.jump_if_at_least(first, f"from {first}")
    _search(code, ranges[:middle], checks)
    code.label(f"from {first}")
    _search(code, ranges[middle:], checks)


def _answer_or_check(code: Assembler, rule: Rule, checks: dict[_Checked, str]) -> None:
    if isinstance(rule, _Checked):
        code.jump(checks.setdefault(rule, f"check {len(checks)}"))
    else:
        _answer(code, rule)


def _answer(code: Assembler, rule: Allow | Ask | Refuse) -> None:
    match rule:
        case Allow():
            code.answer(RET_ALLOW)
        case Ask():
            code.answer(RET_ASK)
        case Refuse():
            code.answer(RET_ERRNO | rule.error)


def _check(code: Assembler, rule: _Checked, label: str) -> None:
    code.label(label)
    if isinstance(rule, Only):
        _case(code, rule.tests, f"{label} fails")
        _answer(code, rule.then)
        code.label(f"{label} fails")
        _answer(code, Refuse(rule.error))
        return
    for place, case in enumerate(rule.cases):
        _case(code, case.tests, f"{label} not {place}")
        _answer(code, Refuse(case.error))
        code.label(f"{label} not {place}")
    _answer(code, Allow())


def _case(code: Assembler, tests: tuple[Test, ...], otherwise: str) -> None:
    """Goes on with what follows if every test holds."""
    for place, test in enumerate(tests):
        _test(code, test, f"{otherwise} {place} holds")
        code.jump(otherwise)
        code.label(f"{otherwise} {place} holds")


def _test(code: Assembler, test: Test, holds: str) -> None:
    code.load(_ARGUMENTS + 8 * test.argument)
    if test.mask != WORD:
        code.mask(test.mask)
    for value in test.values:
        code.jump_if_equal(value, holds)
