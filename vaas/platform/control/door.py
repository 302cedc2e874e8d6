"""The door of the API: nobody gets in without a valid token, but to the two questions that monitors ask.

A plain ASGI wrapper, so that no endpoint can forget to ask. What the caller may do once inside is asked by each
endpoint (``endpoints/``), of the ``Identity`` that is left in the request's state here.
"""

from __future__ import annotations

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from vaas.core.errors import VaasError
from vaas.platform.auth import authenticate
from vaas.platform.control import problems
from vaas.platform.store.interface import Store

OPEN = frozenset({"/healthz", "/readyz"})
"""Paths that need no token: they say nothing but whether this node works."""


class Door:
    def __init__(self, api: ASGIApp, store: Store) -> None:
        self._api = api
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in OPEN:
            try:
                identity = await authenticate(self._store, _authorization(scope))
            except VaasError as error:
                await refusal(error)(scope, receive, send)
                return
            scope = {**scope, "state": {**scope.get("state", {}), "identity": identity}}
        await self._api(scope, receive, send)


def refusal(error: VaasError) -> Response:
    return Response(
        problems.body_of(error),
        status_code=problems.status_of(error),
        headers=problems.headers_of(error),
        media_type=problems.MEDIA_TYPE,
    )


def _authorization(scope: Scope) -> str | None:
    given = [value for name, value in scope["headers"] if name.lower() == b"authorization"]
    # Two of them: which one a proxy in front has looked at is not known, so neither counts.
    return given[0].decode("latin-1") if len(given) == 1 else None
