"""Dispatch: one instance of an app, its table of endpoints, and the way from a call to its handler.

The one dispatch of every way to serve an app: ``service.py`` hands it the calls of a host, ``asgi.py`` those of an ASGI
server, ``framework/testing/client.py`` those of a test. Next: ``framework/endpoints/http_handler.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vaas.core.outside_loop import outside_loop
from vaas.core.service import Exchange
from vaas.framework.authoring.collect import (
    Endpoint,
    each_method,
    endpoints_of,
    hooks_of,
    is_async,
    route_all,
    rpc_members,
)
from vaas.framework.authoring.decorators import WEBSOCKET
from vaas.framework.authoring.routes import Nothing, Routes
from vaas.framework.endpoints.answers import Work
from vaas.framework.endpoints.failures import Translate
from vaas.framework.endpoints.head_only import HeadOnly
from vaas.framework.endpoints.http_handler import HttpHandler, refuse
from vaas.framework.endpoints.inputs import LeanHead, decode_lean
from vaas.framework.endpoints.parameters import http_signature, rpc_signature
from vaas.framework.endpoints.rpc_handler import RpcHandler, refuse_rpc
from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.endpoints.websocket_handler import WebsocketHandler, refuse_websocket
from vaas.framework.http.headers import head
from vaas.framework.http.problems import HTTPError
from vaas.framework.http.stream import awaited
from vaas.framework.http.wire_heads import AppInfo, decode_rpc_head


class Dispatch:
    def __init__(self, app: Any, runtime: Runtime | None = None, translate: Translate | None = None) -> None:
        """``app`` is an instance, or a class that needs no arguments. Raises what ``@vaas.app`` raises, and
        ``Unbindable`` for annotations that cannot be bound."""
        self.runtime = runtime or Runtime()
        self._translate = translate
        self.instance = app() if isinstance(app, type) else app
        self._endpoints = endpoints_of(type(self.instance))
        route_all(self._endpoints)
        self._http: Routes[HttpHandler] = Routes()
        self._websockets: Routes[WebsocketHandler] = Routes()
        for endpoint in self._endpoints:
            self._add(endpoint)
        self._static = self._http.static
        self._rpc = {member.name: self._rpc_handler(member) for member in rpc_members(type(self.instance))}

    def _add(self, endpoint: Endpoint) -> None:
        member = endpoint.member
        signature = http_signature(member, endpoint.pattern.parameters, websocket=endpoint.is_websocket)
        method = getattr(self.instance, member.name)
        if endpoint.is_websocket:
            socket = WebsocketHandler(member, method, signature, self.runtime, self._translate)
            self._websockets.add(WEBSOCKET, endpoint.pattern, socket)
            return
        handler = HttpHandler(member, method, signature, self.runtime, self._translate)
        for name in endpoint.route.methods:
            self._http.add(name, endpoint.pattern, handler)

    def _rpc_handler(self, member: Any) -> RpcHandler:
        method: Callable[..., Any] = getattr(self.instance, member.name)
        return RpcHandler(member, method, rpc_signature(member), self.runtime, self._translate)

    # --- a call

    def handle(self, exchange: Exchange) -> Work | None:
        """Answers now and returns None, or returns a coroutine that will."""
        call = exchange.call
        if call.kind == "http":
            lean = decode_lean(call.head)
            handler = self._static.get((lean.method, lean.path))
            if handler is not None:
                return handler.run(exchange, lean, {})
            return self._find(exchange, lean)
        if call.kind == "ws":
            return self._open_websocket(exchange)
        return self._call(exchange)

    def _find(self, exchange: Exchange, lean: LeanHead) -> Work | None:
        found = self._http.find(lean.method, lean.path)
        if isinstance(found, Nothing):
            self._refuse_route(exchange, lean, found.allow)
            return None
        if lean.method == "HEAD":
            exchange = HeadOnly(exchange)
        return found.endpoint.run(exchange, lean, found.parameters)

    def _refuse_route(self, exchange: Exchange, lean: LeanHead, allow: tuple[str, ...]) -> None:
        allowed = ", ".join(allow)
        if allow and lean.method == "OPTIONS":
            exchange.reply(head(204, [(b"allow", allowed.encode())]))
        elif allow:
            detail = f"{lean.path} does not answer {lean.method}, but {allowed}."
            refuse(exchange, HTTPError(405, detail, headers={"allow": allowed}))
        else:
            refuse(exchange, self._no_such_path(lean.path))

    def _no_such_path(self, path: str) -> HTTPError:
        other = path[:-1] if path.endswith("/") else path + "/"
        known = other and not isinstance(self._http.find("GET", other), Nothing)
        return HTTPError(404, f"There is no {path}" + (f", but there is {other}." if known else "."))

    def _open_websocket(self, exchange: Exchange) -> Work | None:
        lean = decode_lean(exchange.call.head)
        found = self._websockets.find(WEBSOCKET, lean.path)
        if isinstance(found, Nothing):
            refuse_websocket(exchange, HTTPError(404, f"There is no websocket at {lean.path}."))
            return None
        return found.endpoint.run(exchange, lean, found.parameters)

    def _call(self, exchange: Exchange) -> Work | None:
        method = decode_rpc_head(exchange.call.head).method
        handler = self._rpc.get(method)
        if handler is None:
            known = f" It has {', '.join(self._rpc)}." if self._rpc else " It has none."
            refuse_rpc(exchange, HTTPError(404, f"The app has no RPC method {method!r}.{known}"))
            return None
        return handler.run(exchange)

    # --- the app's life

    async def start(self) -> None:
        await self._run_hooks("start")

    async def stop(self) -> None:
        await self._run_hooks("stop")

    async def _run_hooks(self, when: str) -> None:
        for member in hooks_of(type(self.instance), when):
            hook = getattr(self.instance, member.name)
            await awaited(hook() if is_async(member.function) else outside_loop(hook))

    def info(self) -> AppInfo:
        routes = list(each_method(self._endpoints))
        blocking = [(method, one) for method, one in routes if not one.is_websocket and _is_blocking(one)]
        static = [(method, one.route.path) for method, one in blocking if one.pattern.static]
        heads = [("HEAD", path) for method, path in static if method == "GET" and ("HEAD", path) not in self._static]
        return AppInfo(
            kind="vaas",
            blocking=[f"{method} {path}" for method, path in [*static, *heads]],
            blocking_else=len(static) < len(blocking),
            rpc=list(self._rpc),
            routes=[(method, one.route.path) for method, one in routes],
        )


def _is_blocking(endpoint: Endpoint) -> bool:
    return not is_async(endpoint.member.function)
