"""Each kind of error has one status, for callers of an app and of the API alike."""

from __future__ import annotations

import pytest

from vaas.core import errors
from vaas.core.errors import VaasError
from vaas.core.pool import errors as pool_errors
from vaas.framework.http.statuses import STATUSES, status_of

KINDS = {kind for kind in vars(errors).values() if isinstance(kind, type) and kind.__base__ is VaasError}


def test_every_kind_has_a_status():
    assert set(STATUSES) == KINDS


@pytest.mark.parametrize("kind", STATUSES)
def test_an_error_has_the_status_of_its_kind(kind: type[VaasError]):
    class Error(kind):  # type: ignore[valid-type, misc]
        """x"""

    assert status_of(Error()) == STATUSES[kind]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (pool_errors.HostBroken, 502),
        (pool_errors.HostGone, 502),
        (pool_errors.HostOverLimit, 502),
        (pool_errors.DeadlineExceeded, 504),
        (pool_errors.StreamStalled, 504),
        (pool_errors.QueueFull, 503),
        (pool_errors.BackingOff, 503),
        (pool_errors.PoolClosed, 503),
        (pool_errors.ZygoteUnavailable, 503),
        (pool_errors.HandlerFailed, None),
        (pool_errors.AnswerTooLarge, None),
    ],
)
def test_a_call_without_an_answer_has_the_status_of_what_failed(error: type[VaasError], status: int | None):
    assert status_of(error.__new__(error)) == status


def test_what_is_no_error_of_vaas_has_none():
    assert status_of(ValueError()) is None
