"""AuthMiddleware: no request reaches the API without a valid token, but for the two paths that monitors ask.

A plain ASGI wrapper, so that no endpoint can forget to ask. Where the token stands: ``auth/credential.py``; whose it
is: ``auth/tokens.py``; how many requests it may have, and when they end: ``sessions.py``. What the caller may do is
asked by each endpoint (``endpoints/``), of the ``Identity`` that is left in the request's state here."""

from __future__ import annotations

from vaas.core.errors import VaasError
from vaas.framework.serving.asgi import AsgiApp, Receive, Scope, Send
from vaas.platform.auth.credential import KNOWN, authorization_of, bearer
from vaas.platform.auth.tokens import Identity, authenticate
from vaas.platform.control.passed_over import naming_broken
from vaas.platform.control.problems import answer
from vaas.platform.control.sessions import Sessions
from vaas.platform.store.interface import Store

OPEN = frozenset({"/healthz", "/readyz"})
"""Paths that need no token: they say nothing but whether this node works."""


class AuthMiddleware:
    def __init__(self, api: AsgiApp, store: Store) -> None:
        self._api = api
        self._store = store
        self._sessions = Sessions(store)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # the API has none
        elif scope["type"] == "http" and scope["path"] not in OPEN:
            await self._with_token(scope, receive, send)
        else:
            await self._api(scope, receive, send)

    async def _with_token(self, scope: Scope, receive: Receive, send: Send) -> None:
        authorization = authorization_of(scope["headers"])
        try:
            identity = await authenticate(self._store, authorization)
            session = self._sessions.open(identity, bearer(authorization) or "")
        except VaasError as error:
            await answer(send, error)
            return
        scope[KNOWN] = True
        try:
            await self._api(_known(scope, identity), session.receiving(receive), naming_broken(session.sending(send)))
        finally:
            self._sessions.close(session)
        await session.settle(send)


def _known(scope: Scope, identity: Identity) -> Scope:
    return {**scope, "state": {**scope.get("state", {}), "identity": identity}}
