"""Inputs: one request, as the sources of a handler's values see it. Used by ``binding.py``."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

import msgspec

from vaas.core.service import Exchange
from vaas.framework.authoring.response import Response
from vaas.framework.authoring.websocket import WebSocket
from vaas.framework.http.wire_heads import decode_http_head


class LeanHead(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The beginning of an ``HttpHead``: all that routing and most handlers need. Headers cost more than the rest."""

    method: str
    path: str
    query: bytes


decode_lean = msgspec.msgpack.Decoder(LeanHead).decode


class Inputs:
    __slots__ = ("_query", "body", "exchange", "head", "path", "res", "ws")

    def __init__(self, exchange: Exchange, head: LeanHead, path: dict[str, Any]) -> None:
        self.exchange = exchange
        self.head = head
        self.path = path
        self.body = exchange.call.body
        """The whole of it, once it has come (``read_whole``)."""
        self.res: Response | None = None
        self.ws: WebSocket | None = None
        self._query: dict[str, list[str]] | None = None

    @property
    def query(self) -> dict[str, list[str]]:
        """By name, in order; as ``urllib.parse.parse_qs`` with blank values, in a third of its time."""
        if self._query is None:
            self._query = parse_query(self.head.query) if self.head.query else {}
        return self._query

    def header(self, wanted: bytes) -> str:
        """The first of that name, or empty."""
        headers = decode_http_head(self.exchange.call.head).headers
        return next((value.decode("latin-1") for name, value in headers if name == wanted), "")


def parse_query(query: bytes) -> dict[str, list[str]]:
    text = query.decode("utf-8", "replace")
    quoted = "%" in text or "+" in text
    found: dict[str, list[str]] = {}
    for pair in text.split("&"):
        if pair:
            name, _, value = pair.partition("=")
            if quoted:
                name, value = unquote_plus(name), unquote_plus(value)
            found.setdefault(name, []).append(value)
    return found
