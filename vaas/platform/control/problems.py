"""The one seam from vaas's errors to HTTP: a kind becomes a status, the facts become members of the problem (RFC 9457).

The kinds: ``core/errors.py``. The framework calls ``translate`` for every error of an endpoint (``endpoints/api.py``),
``auth_middleware.py`` for those of callers without a valid token.
"""

from __future__ import annotations

from typing import Any

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
from vaas.framework.http.problems import HTTPError

STATUSES: dict[type[VaasError], int] = {
    InvalidInput: 422,
    NotFound: 404,
    Conflict: 409,
    NotAuthenticated: 401,
    NotAllowed: 403,
    TooLarge: 413,
    Unavailable: 503,
}

HEADERS = {401: {"www-authenticate": 'Bearer realm="vaas"'}, 503: {"retry-after": "1"}}

STANDARD = frozenset({"type", "title", "status", "detail", "instance", "code", "request_id"})
"""Members with a meaning of their own: no fact takes their place."""


def translate(error: Exception) -> HTTPError | None:
    """What an error is to HTTP; None for one that is not of vaas, which is a 500."""
    status = next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), None)
    if not isinstance(error, VaasError) or status is None:
        return None
    return HTTPError(status, str(error), headers=HEADERS.get(status), members={**_facts(error), "code": error.code})


def _facts(error: VaasError) -> dict[str, Any]:
    facts = {name: fact for name, fact in error.facts.items() if name not in STANDARD}
    builtins: dict[str, Any] = msgspec.to_builtins(facts, str_keys=True, enc_hook=str)
    return builtins
