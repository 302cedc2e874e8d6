"""The one seam from vaas's errors to HTTP: a kind becomes a status, the facts become members of the problem (RFC 9457).

The kinds: ``core/errors.py``. Used by ``door.py`` for callers it does not let in, and for whatever an endpoint raises.
"""

from __future__ import annotations

from http import HTTPStatus

import msgspec

from vaas.core.errors import (
    Conflict,
    InvalidInput,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    TooLarge,
    Unavailable,
    VaasError,
)

STATUSES: dict[type[VaasError], HTTPStatus] = {
    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    NotAuthenticated: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    VaasError: HTTPStatus.INTERNAL_SERVER_ERROR,
}

HEADERS: dict[HTTPStatus, dict[str, str]] = {
    HTTPStatus.UNAUTHORIZED: {"www-authenticate": 'Bearer realm="vaas"'},
    HTTPStatus.SERVICE_UNAVAILABLE: {"retry-after": "1"},
}

MEDIA_TYPE = "application/problem+json"


def status_of(error: VaasError) -> HTTPStatus:
    """That of the nearest kind among the error's bases."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def headers_of(error: VaasError) -> dict[str, str]:
    return HEADERS.get(status_of(error), {})


def members_of(error: VaasError) -> dict[str, object]:
    """The problem document; a fact never hides a member that the standard defines."""
    status = status_of(error)
    standard = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": str(error),
        "code": error.code,
    }
    return {**error.facts, **standard}


def body_of(error: VaasError) -> bytes:
    return msgspec.json.encode(members_of(error), enc_hook=str)
