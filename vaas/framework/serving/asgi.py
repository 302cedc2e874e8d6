"""``vaas.asgi(Hello)``: an app as an ordinary ASGI application, for people who want no platform.

Each request becomes an exchange (``asgi_exchange.py``) for the one ``dispatch.py``; the platform's own API is one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from typing import Any, Protocol

from vaas.core.service import current
from vaas.framework.endpoints.failures import Translate
from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.serving.asgi_exchange import AsgiExchange, HttpExchange, WsExchange
from vaas.framework.serving.dispatch import Dispatch

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class AsgiApp(Protocol):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


def asgi(
    app: Any, *, debug: bool = False, translate: Translate | None = None, body_limit: int | None = None
) -> AsgiApp:
    """``app``: a class with ``@vaas.app`` that needs no arguments, or an instance of one.

    ``debug`` puts tracebacks into answers. ``translate`` makes an ``HTTPError`` of the app's own exceptions, or None.
    ``body_limit``: bytes of a body that is read whole; None is what ``limits.body`` usually is. ``on_start`` and
    ``on_stop`` run with the ASGI lifespan.
    """
    return serve(Dispatch(app, _limited(Runtime(debug=debug), body_limit), translate))


def asgi_within(runtime: Runtime) -> Callable[..., AsgiApp]:
    """``vaas.asgi`` for an app in a host: what it serves itself has around it what the host gives it."""

    def asgi(
        app: Any, *, debug: bool = False, translate: Translate | None = None, body_limit: int | None = None
    ) -> AsgiApp:
        return serve(Dispatch(app, _limited(replace(runtime, debug=debug), body_limit), translate))

    return asgi


def _limited(runtime: Runtime, body_limit: int | None) -> Runtime:
    return runtime if body_limit is None else replace(runtime, body_limit=body_limit)


def serve(dispatch: Dispatch) -> AsgiApp:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(dispatch, receive, send)
        elif scope["type"] == "http":
            await _answer(dispatch, await HttpExchange.of(scope, receive, send))
        else:
            await _answer(dispatch, await WsExchange.of(scope, receive, send))

    return application


async def _answer(dispatch: Dispatch, exchange: AsgiExchange) -> None:
    before = current.set(exchange)
    try:
        work = dispatch.handle(exchange)
        if work is not None:
            await exchange.run(work)
        await exchange.complete()
    finally:
        current.reset(before)


async def _live(dispatch: Dispatch, receive: Receive, send: Send) -> None:
    await receive()
    try:
        await dispatch.start()
    except Exception as error:
        dispatch.runtime.report(dispatch.runtime.traceback(error))
        await send({"type": "lifespan.startup.failed", "message": f"{type(error).__name__}: {error}"})
        return
    await send({"type": "lifespan.startup.complete"})
    await receive()
    try:
        await dispatch.stop()
    except Exception as error:
        dispatch.runtime.report(dispatch.runtime.traceback(error))
        await send({"type": "lifespan.shutdown.failed", "message": f"{type(error).__name__}: {error}"})
        return
    await send({"type": "lifespan.shutdown.complete"})
