"""What a websocket's accept and close may say, checked: in the host where the app says it, and again by the gateway.

Used by ``framework/authoring/websocket.py`` and ``framework/foreign/asgi_sockets.py``, which raise ``BadHead`` in the
app, and by ``platform/gateway/asgi_websocket.py``, which takes nothing else from a host."""

from __future__ import annotations

from typing import TypeGuard

from msgspec import Raw

from vaas.framework.http.headers import NAME, STATUSES, BadHead, Headers, checked
from vaas.framework.http.wire_heads import WsClose, WsReply, encode

LONGEST_REASON = 123
"""Bytes of a close's reason: a control frame has 125, two are the code (RFC 6455, 5.5)."""
_DEFINED = frozenset({1000, 1001, 1002, 1003, *range(1007, 1015)})
"""The codes of the protocol that an endpoint may send (IANA's registry); 1004 to 1006 and 1015 never travel."""
_OWN = range(3000, 5000)
"""Those of libraries and of apps (RFC 6455, 7.4.2)."""


def close_of_app(code: object, reason: object) -> WsClose:
    """A close that may be sent; its reason is cut to what a frame holds. Raises ``BadHead``."""
    if not may_close(code):
        raise BadHead(f"the close code {code!r}; allowed are 1000 to 1003, 1007 to 1014, 3000 to 4999")
    if reason is not None and not isinstance(reason, str):
        raise BadHead(f"the close reason {reason!r}, which is no text")
    return WsClose(code, cut(reason or ""))


def may_close(code: object) -> TypeGuard[int]:
    return isinstance(code, int) and not isinstance(code, bool) and (code in _DEFINED or code in _OWN)


def cut(reason: str) -> str:
    """At most ``LONGEST_REASON`` bytes, of whole characters."""
    return reason.encode(errors="replace")[:LONGEST_REASON].decode(errors="ignore")


def accept_of_app(subprotocol: object, headers: Headers) -> Raw:
    """The head that accepts a websocket. None is no subprotocol. Raises ``BadHead``."""
    if subprotocol is not None and not isinstance(subprotocol, str):
        raise BadHead(f"the subprotocol {subprotocol!r}, which is no text")
    return Raw(encode(WsReply(101, _named(subprotocol or ""), checked(headers))))


def _named(subprotocol: str) -> str:
    if subprotocol and not NAME.fullmatch(subprotocol.encode(errors="replace")):
        raise BadHead(f"the subprotocol {subprotocol!r}, which is not allowed in HTTP")
    return subprotocol


def refusal_of_app(status: object, headers: Headers) -> Raw:
    """The head that refuses a websocket with an answer of HTTP. Raises ``BadHead``."""
    if not isinstance(status, int) or status not in STATUSES:
        raise BadHead(f"the status {status!r}; an answer has one from 200 to 599")
    return Raw(encode(WsReply(int(status), headers=checked(headers))))


def check_reply(reply: WsReply) -> None:
    """The same for what a host has sent. Raises ``BadHead``."""
    if reply.status != 101 and reply.status not in STATUSES:
        raise BadHead(f"the status {reply.status}")
    _named(reply.subprotocol)
    checked(reply.headers)
