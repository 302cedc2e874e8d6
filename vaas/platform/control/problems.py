"""Errors of vaas as the API answers them: a kind becomes a status, the facts become members of the problem (RFC 9457).

The kinds: ``core/errors.py``; their statuses: ``framework/http/statuses.py``. The framework asks ``translate`` for what
an endpoint raises (``framework/endpoints/failures.py``); what stands around the API answers callers it refuses by
``answer`` (``own_names.py``, ``auth_middleware.py``, ``sessions.py``).
"""

from __future__ import annotations

import secrets
from typing import Any

import msgspec

from vaas.core.errors import VaasError
from vaas.framework.http.problems import HTTPError, render
from vaas.framework.http.statuses import status_of
from vaas.framework.serving.asgi import Send

HEADERS = {401: {"www-authenticate": 'Bearer realm="vaas"'}, 429: {"retry-after": "1"}, 503: {"retry-after": "1"}}

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


async def answer(send: Send, error: VaasError | HTTPError) -> None:
    """A whole answer, to a request that comes to no endpoint. Raises an error of no kind as it is."""
    known = error if isinstance(error, HTTPError) else translate(error)
    if known is None:
        raise error
    problem = render(known, request_id=secrets.token_hex(8))
    headers = [*problem.headers, (b"content-length", str(len(problem.body)).encode())]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": problem.body})
