"""AsgiPath: the gateway's way for large and streamed bodies, websockets, and a release picked by header, as an ASGI
application under uvicorn. The ordinary way is ``protocol.py`` and ``fast_path.py``.

A request becomes a ``StreamedCall`` (``streams.py``), which ``resolve.py`` gives its pool; then ``asgi_request.py`` has
it answered, or ``asgi_websocket.py`` its messages passed on. Each returns when that is over, and the call ends with it.
"""

from __future__ import annotations

from http import HTTPStatus

from vaas.framework.http.headers import HOP_BY_HOP_OF_REQUESTS
from vaas.framework.http.problem_pages import as_asked
from vaas.framework.http.problems import Problem
from vaas.framework.http.wire_heads import HttpHead
from vaas.platform.auth.credential import token_in, visible
from vaas.platform.gateway.asgi_request import answer, refuse_upload, send_refusal
from vaas.platform.gateway.asgi_types import CLIENT, Headers, Receive, Scope, Send
from vaas.platform.gateway.asgi_websocket import converse, refuse_websocket
from vaas.platform.gateway.forwarded import Told, told, with_host
from vaas.platform.gateway.node import GatewayNode
from vaas.platform.gateway.resolve import SAFE, Target, assign, find, header, is_release
from vaas.platform.gateway.responses import refuse
from vaas.platform.gateway.streams import MessageCall, StreamedCall

RELEASE_HEADER = b"x-vaas-release"
NOT_FOR_APPS = HOP_BY_HOP_OF_REQUESTS | {RELEASE_HEADER}
RELEASE_INVALID = "X-Vaas-Release is v and the number of one release: v4."
RELEASE_REFUSED = "X-Vaas-Release needs a token of this app, in X-Vaas-Token or as Authorization: Bearer."


class AsgiPath:
    def __init__(self, node: GatewayNode) -> None:
        self._node = node

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_websocket = scope["type"] == "websocket"
        trace = self._node.next_trace()
        call: StreamedCall = MessageCall("ws", trace) if is_websocket else StreamedCall("http", trace)
        await self._resolve(scope, call)
        if call.pool is None:
            assert call.refusal is not None
            await self._refuse(call.refusal, call.trace, is_websocket, receive, send)
        elif isinstance(call, MessageCall):
            await converse(call, call.pool, receive, send, debug=self._node.debug)
        else:
            await answer(call, call.pool, scope, receive, send, debug=self._node.debug)

    async def _resolve(self, scope: Scope, call: StreamedCall) -> None:
        said = told(scope["headers"], self._node.trusted)
        if CLIENT in scope:
            scope[CLIENT].told = said.client
        if said.host is not None:
            scope["headers"] = with_host(scope["headers"], said.host)
        headers: Headers = scope["headers"]
        target = find(self._node.routing, header(headers, b"host"), scope["path"])
        if target is None:
            call.refusal = as_asked(self._node.unknown(scope["path"], call.trace), headers)
            return
        if not target.path and scope.get("method") in SAFE:
            refusal = self._node.with_slash(said.prefix + target.root_path, scope["query_string"], call.trace)
            call.refusal = as_asked(refusal, headers)
            return
        release = release_in(headers)
        if release is None:
            call.refusal = as_asked(refuse(400, "release-invalid", RELEASE_INVALID, call.trace), headers)
            return
        if release and not await self._may_pick(headers, target.route.name):
            call.refusal = as_asked(refuse(403, "release-not-allowed", RELEASE_REFUSED, call.trace), headers)
            return
        # The route of now, of the app that the token is for: its pools may have been closed during the await.
        route = self._node.routing.by_name.get(target.route.name) if release else target.route
        if route is None:
            call.refusal = as_asked(self._node.unknown(scope["path"], call.trace), headers)
            return
        assign(self._node, call, route, head_of(scope, target, said), length_of(headers), release)

    async def _may_pick(self, headers: Headers, app: str) -> bool:
        token = token_in(headers)
        return bool(token) and await self._node.may_use(token, app)

    async def _refuse(self, refusal: Problem, trace: str, is_websocket: bool, receive: Receive, send: Send) -> None:
        if is_websocket:
            await receive()  # websocket.connect
            await refuse_websocket(send, *refusal)
        elif refusal.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            await refuse_upload(send, receive, refusal, trace)
        else:
            await send_refusal(send, refusal, trace)


def release_in(headers: Headers) -> str | None:
    """The release that is asked for: empty for none, None for what is not one release."""
    asked = [value.decode("latin-1") for name, value in headers if name == RELEASE_HEADER]
    if not asked:
        return ""
    return asked[0] if len(asked) == 1 and is_release(asked[0]) else None


def head_of(scope: Scope, target: Target, said: Told) -> HttpHead:
    """As the app sees it: without what is for the platform or about this connection."""
    seen = [(name, visible(name, value)) for name, value in scope["headers"] if name not in NOT_FOR_APPS]
    return HttpHead(
        scope.get("method", "GET"),
        target.path or "/",
        scope["query_string"],
        [(name, value) for name, value in seen if value is not None],
        said.prefix + target.root_path,
        scheme_of(scope, said),
        said.client or scope["client"],
        scope["server"],
        scope.get("raw_path") or b"",
    )


def scheme_of(scope: Scope, said: Told) -> str:
    if said.scheme is None:
        return str(scope["scheme"])
    return said.scheme.replace("http", "ws") if scope["type"] == "websocket" else said.scheme


def length_of(headers: Headers) -> int:
    """What the client says of its body; 0 if nothing. The parser has seen to it that it is a number."""
    return int(header(headers, b"content-length") or 0)
