"""The statuses by which a host says which limit ended it."""

from __future__ import annotations

import errno
import os
from typing import get_args

import pytest

from vaas.core.limits.exit_status import FIRST, OUT_OF_MEMORY, exit_status, limit_of
from vaas.core.limits.limit_errors import Met


@pytest.mark.parametrize(
    ("error", "limit"),
    [
        (MemoryError(), "memory"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "memory"),
        (OSError(errno.EMFILE, "Too many open files"), "files"),
        (OSError(errno.EFBIG, "File too large"), "disk"),
        (RuntimeError("can't start new thread"), "stacks"),
    ],
)
def test_the_status_of_an_error_says_which_limit_it_is_about(error: Exception, limit: Met) -> None:
    assert limit_of(exit_status(error)) == limit


def test_an_error_that_is_about_no_limit_has_the_status_of_a_mistake_in_the_software() -> None:
    assert exit_status(ValueError("x")) == os.EX_SOFTWARE


def test_no_other_status_is_about_a_limit() -> None:
    known = {status: limit_of(status) for status in range(256) if limit_of(status)}
    assert known == {FIRST + place: limit for place, limit in enumerate(get_args(Met))}
    assert known[OUT_OF_MEMORY] == "memory"
