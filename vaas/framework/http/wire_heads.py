"""The heads of calls and replies: what ``Call.head`` and ``Reply.head`` mean, for each kind of call.

The gateway encodes a request's head and the service decodes it, and the other way round for the answer; the core
carries them unread. Next: ``framework/serving/service.py``.
"""

from __future__ import annotations

import msgspec
from msgspec.msgpack import Decoder, Encoder


class Head(msgspec.Struct, frozen=True, array_like=True, gc=False):
    pass


class HttpHead(Head, frozen=True):
    """``http`` and ``ws``: the request without its body. Names of headers are lower case."""

    method: str
    path: str
    """Percent-decoded, without ``root_path``; begins with ``/``."""
    query: bytes
    """Raw, without the ``?``."""
    headers: list[tuple[bytes, bytes]]
    root_path: str = ""
    """The prefix under which the app is reached; empty when it has a domain of its own."""
    scheme: str = "http"
    client: tuple[str, int] | None = None
    server: tuple[str, int | None] | None = None
    raw_path: bytes = b""
    """As it was sent, what the app has as ``root_path`` included, without the query; empty: unknown."""


class HttpReply(Head, frozen=True):
    """``http``: the answer without its body. No ``content-length`` unless the answer is streamed and its size known."""

    status: int
    headers: list[tuple[bytes, bytes]]


class WsReply(Head, frozen=True):
    """``ws``: accepted (status 101) with a subprotocol and headers, or refused with a status and a body."""

    status: int
    subprotocol: str = ""
    headers: list[tuple[bytes, bytes]] = []


class WsClose(Head, frozen=True):
    """``ws``: the data of the frame that ends either side's stream, msgpack."""

    code: int = 1000
    reason: str = ""


class RpcHead(Head, frozen=True):
    """``rpc``: which method; the arguments travel in the body as a JSON object."""

    method: str
    caller: str = ""
    """The calling app, or empty for a person with a token."""


class RpcReply(Head, frozen=True):
    """``rpc``: 200 and the value as JSON in the body, or an error's status and its problem+json."""

    status: int


class AppInfo(msgspec.Struct, frozen=True):
    """What ``Service.info`` tells the node about an app."""

    kind: str
    """``vaas``, ``asgi`` or ``wsgi``."""
    blocking: list[str] = []
    """``METHOD /path`` of the static routes whose handler is a plain ``def``: they occupy their worker."""
    blocking_else: bool = False
    """Whether any other route may be handled by a plain ``def``."""
    rpc: list[str] = []
    """Names of the methods callable by RPC."""
    routes: list[tuple[str, str]] = []
    """``(METHOD, /path)`` of every endpoint, for people."""


encode = Encoder().encode
decode_http_head = Decoder(HttpHead).decode
decode_http_reply = Decoder(HttpReply).decode
decode_ws_reply = Decoder(WsReply).decode
decode_ws_close = Decoder(WsClose).decode
decode_rpc_head = Decoder(RpcHead).decode
decode_rpc_reply = Decoder(RpcReply).decode
decode_info = Decoder(AppInfo).decode
