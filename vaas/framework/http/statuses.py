"""Errors to HTTP statuses, the one table: by kind (``core/errors.py``), for a caller of an app and of the API alike.

Asked by ``platform/gateway/responses.py`` and ``platform/control/problems.py``. What an app itself raises is no
``VaasError``: ``framework/endpoints/failures.py``."""

from __future__ import annotations

from vaas.core.errors import (
    Conflict,
    DeadlineMissed,
    InvalidInput,
    Misdirected,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    PreconditionFailed,
    ProcessFailed,
    TooLarge,
    TooMany,
    Unavailable,
    VaasError,
)

STATUSES: dict[type[VaasError], int] = {
    InvalidInput: 422,
    NotFound: 404,
    Conflict: 409,
    PreconditionFailed: 412,
    NotAuthenticated: 401,
    NotAllowed: 403,
    TooLarge: 413,
    Misdirected: 421,
    TooMany: 429,
    ProcessFailed: 502,
    Unavailable: 503,
    DeadlineMissed: 504,
}


def status_of(error: BaseException) -> int | None:
    """The status of an error's nearest kind; None for one that has none, which is a 500."""
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), None)
