"""AuthMiddleware: no request reaches the API without a valid token, but for the two paths that monitors ask.

A plain ASGI wrapper, so that no endpoint can forget to ask. Where the token stands: ``auth/credential.py``; whose it
is: ``auth/tokens.py``. What the caller may do is asked by each endpoint (``endpoints/``), of the ``Identity`` that is
left in the request's state here."""

from __future__ import annotations

import secrets
from urllib.parse import quote

from vaas.core.errors import VaasError
from vaas.framework.http.problems import Problem, render
from vaas.framework.serving.asgi import AsgiApp, Message, Receive, Scope, Send
from vaas.platform.auth.credential import authorization_of
from vaas.platform.auth.tokens import authenticate
from vaas.platform.control.problems import translate
from vaas.platform.records.documents import PASSED_OVER
from vaas.platform.store.interface import Store

OPEN = frozenset({"/healthz", "/readyz"})
"""Paths that need no token: they say nothing but whether this node works."""

BROKEN = b"x-vaas-broken"
"""The keys of documents that a list has passed over because they cannot be read: percent-encoded, parted by commas."""
MOST_NAMED, MOST_BYTES = 20, 4096
"""In that header; ``GET /api/v1/broken`` has all."""


class AuthMiddleware:
    def __init__(self, api: AsgiApp, store: Store) -> None:
        self._api = api
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # the API has none
            return
        if scope["type"] == "http" and scope["path"] not in OPEN:
            try:
                identity = await authenticate(self._store, authorization_of(scope["headers"]))
            except VaasError as error:
                await _refuse(send, error)
                return
            scope = {**scope, "state": {**scope.get("state", {}), "identity": identity}}
        await self._api(scope, receive, _naming_broken(send))


def _naming_broken(send: Send) -> Send:
    """Names in a header what the lists of this request have passed over."""
    noted: dict[str, str] = {}
    PASSED_OVER.set(noted)

    async def sending(message: Message) -> None:
        if noted and message["type"] == "http.response.start":
            named = b",".join(quote(key, safe="/").encode() for key in sorted(noted)[:MOST_NAMED])
            message = {**message, "headers": [*message["headers"], (BROKEN, named[:MOST_BYTES])]}
        await send(message)

    return sending


async def _refuse(send: Send, error: VaasError) -> None:
    problem = _problem(error)
    headers = [*problem.headers, (b"content-length", str(len(problem.body)).encode())]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": problem.body})


def _problem(error: VaasError) -> Problem:
    known = translate(error)
    if known is None:
        raise error
    return render(known, request_id=secrets.token_hex(8))
