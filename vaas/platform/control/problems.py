"""Errors of vaas as the API answers them: a kind becomes a status, the facts become members of the problem (RFC 9457).

The kinds: ``core/errors.py``; their statuses: ``framework/http/statuses.py``. The framework asks ``translate`` for what
an endpoint raises (``framework/endpoints/failures.py``), and ``auth_middleware.py`` for callers it refuses.
"""

from __future__ import annotations

from typing import Any

import msgspec

from vaas.core.errors import VaasError
from vaas.framework.http.problems import HTTPError
from vaas.framework.http.statuses import status_of

HEADERS = {401: {"www-authenticate": 'Bearer realm="vaas"'}, 503: {"retry-after": "1"}}

STANDARD = frozenset({"type", "title", "status", "detail", "instance", "code", "request_id"})
"""Members with a meaning of their own: no fact takes their place."""


def translate(error: Exception) -> HTTPError | None:
    """What an error is to HTTP; None for one of no kind, which is a 500."""
    status = status_of(error)
    if not isinstance(error, VaasError) or status is None:
        return None
    return HTTPError(status, str(error), headers=HEADERS.get(status), members={**_facts(error), "code": error.code})


def _facts(error: VaasError) -> dict[str, Any]:
    facts = {name: fact for name, fact in error.facts.items() if name not in STANDARD}
    builtins: dict[str, Any] = msgspec.to_builtins(facts, str_keys=True, enc_hook=str)
    return builtins
