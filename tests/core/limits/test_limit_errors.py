"""Which limit an app's exception is about, with the key that sets it."""

from __future__ import annotations

import errno
import socket
import subprocess

import pytest

from vaas.core.limits.limit_errors import limit_met
from vaas.core.policy import Limits

MB = 1024 * 1024
LIMITS = Limits(memory=100 * MB, threads=20)


@pytest.mark.parametrize(
    ("error", "limit"),
    [
        (MemoryError(), "limits.memory = 100MB"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "limits.memory = 100MB"),
        (OSError(errno.EMFILE, "Too many open files"), "limits.files = 1024"),
        (OSError(errno.EFBIG, "File too large"), "limits.disk = 1GB"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "limits.disk = 1GB"),
        (
            RuntimeError("can't start new thread"),
            "limits.threads = 20, or limits.memory = 100MB, for their stacks",
        ),
        (OSError(errno.ENOENT, "No such file"), ""),
        (ValueError("memory"), ""),
    ],
)
def test_an_app_s_error_names_the_limit_it_has_met(error, limit):
    assert limit_met(error, LIMITS) == limit


def test_a_process_that_could_not_be_started_has_met_the_limit_of_threads(monkeypatch):
    def fork_exec(*_):
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "_fork_exec", fork_exec)
    with pytest.raises(BlockingIOError) as caught:
        subprocess.run(["true"])
    assert limit_met(caught.value, LIMITS) == "limits.threads = 20"


def test_a_socket_with_nothing_to_read_has_met_no_limit():
    one, other = socket.socketpair()
    with one, other:
        one.setblocking(False)
        with pytest.raises(BlockingIOError) as caught:
            one.recv(1)
    assert limit_met(caught.value, LIMITS) == ""
    assert limit_met(BlockingIOError(errno.EAGAIN, "never raised"), LIMITS) == ""


def test_the_limit_is_found_behind_the_errors_it_has_caused():
    outer = ValueError("could not save")
    outer.__cause__ = OSError(errno.EFBIG, "File too large")
    assert limit_met(outer, LIMITS) == "limits.disk = 1GB"


def test_causes_that_go_round_in_a_circle_are_no_end():
    one, two = ValueError(), ValueError()
    one.__cause__, two.__cause__ = two, one
    assert limit_met(one, LIMITS) == ""
