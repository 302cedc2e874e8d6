"""Why a host or a program has ended, in words."""

from __future__ import annotations

import signal

import pytest

from vaas.core.limits.exit_status import FIRST
from vaas.core.policy import Limits
from vaas.core.pool.errors import HostOverLimit
from vaas.core.pool.hosts.exit_reason import exit_reason, reason_of
from vaas.core.wire.messages import Exited

MB = 1024 * 1024
LIMITS = Limits(memory=64 * MB, threads=40)


def exited(status: int = 0, *, by: signal.Signals | None = None, peak: int = 10 * MB, lacked: bool = False) -> Exited:
    return Exited(7, by if by is not None else status << 8, peak, lacked)


@pytest.mark.parametrize(
    ("how", "last_words", "reason"),
    [
        (exited(FIRST, peak=30 * MB), "", "out of memory: 30MB of limits.memory = 64MB"),
        (exited(FIRST + 1), "", "it met limits.files = 1024"),
        (exited(FIRST + 4), "", "it met limits.threads = 40, or limits.memory = 64MB, for their stacks"),
        (exited(1), "MemoryError\n", "out of memory: 10MB of limits.memory = 64MB"),
        (exited(by=signal.SIGABRT, peak=50 * MB), "", "out of memory: 50MB of limits.memory = 64MB"),
        (exited(by=signal.SIGKILL, lacked=True), "", "out of memory: 64MB of limits.memory = 64MB"),
    ],
)
def test_a_host_that_ended_for_a_limit_is_told_with_it(how: Exited, last_words: str, reason: str) -> None:
    gone = exit_reason(how, last_words, LIMITS)
    assert (type(gone), gone.facts["reason"]) == (HostOverLimit, reason)


@pytest.mark.parametrize(
    ("how", "last_words", "reason"),
    [
        (None, "", "the process ended"),
        (exited(3), "", "the process exited with status 3"),
        (exited(by=signal.SIGSEGV), "", "the process was ended by SIGSEGV"),
        (exited(70), " bye \n", "the process exited with status 70; its last words: bye"),
    ],
)
def test_any_other_is_told_by_how_it_ended_and_its_last_words(how: Exited | None, last_words: str, reason: str) -> None:
    gone = exit_reason(how, last_words, LIMITS)
    assert (isinstance(gone, HostOverLimit), gone.facts["reason"]) == (False, reason)


def test_the_status_of_a_program_is_its_own_business() -> None:
    assert reason_of(exited(FIRST), LIMITS) == ""


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (exited(by=signal.SIGKILL), "the process was ended by SIGKILL"),
        (exited(by=signal.SIGKILL, lacked=True), "out of memory: 64MB of limits.memory = 64MB"),
    ],
)
def test_a_program_that_was_ended_is_told_why(how: Exited, reason: str) -> None:
    assert reason_of(how, LIMITS) == reason
