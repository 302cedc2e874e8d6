"""System calls by name: what the kernel answers is the answer, and what it refuses an ``OSError``."""

from __future__ import annotations

import errno
import os
import sys

import pytest

from vaas.core.confine import libc

linux = pytest.mark.skipif(sys.platform != "linux", reason="this kernel has no such calls")


def test_a_call_that_this_machine_does_not_know_is_enosys() -> None:
    assert libc.attempt("brew_coffee") == (-1, errno.ENOSYS)
    with pytest.raises(OSError, match="brew_coffee") as caught:
        libc.syscall("brew_coffee")
    assert caught.value.errno == errno.ENOSYS


def test_a_system_without_prctl_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libc, "_prctl", None)
    with pytest.raises(OSError, match="prctl") as caught:
        libc.prctl(1)
    assert caught.value.errno == errno.ENOSYS


@linux
def test_a_call_answers_with_its_number_or_its_error() -> None:
    reader, writer = os.pipe()
    try:
        assert libc.syscall("write", writer, b"hello", 5) == 5
        assert os.read(reader, 5) == b"hello"
    finally:
        os.close(reader)
        os.close(writer)
    with pytest.raises(OSError, match="Bad file descriptor: 'write'"):
        libc.syscall("write", writer, b"hello", 5)
    assert libc.attempt("write", writer, None, 0) == (-1, errno.EBADF)


@linux
def test_what_prctl_refuses_is_an_error() -> None:
    with pytest.raises(OSError, match="Invalid argument: 'prctl'"):
        libc.prctl(1, 4711)  # PR_SET_PDEATHSIG with no signal
