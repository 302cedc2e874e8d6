"""Heads of answers: status and headers, checked, as the ``Raw`` that an exchange takes; and what HTTP allows in one.

A head that many answers share is made once: the gateway keeps its rendering by these very bytes. Its length is the
gateway's business. Used by ``framework/endpoints/answers.py``; ``platform/gateway/responses.py`` checks by the same
grammar what comes out of a host."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Raw

from vaas.framework.http.wire_heads import HttpReply, encode

Headers = list[tuple[bytes, bytes]]

TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
"""A header's name (RFC 9110, 5.6.2), as a pattern."""
NAME = re.compile(TOKEN.encode())
VALUE = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*")
"""RFC 9110, 5.5: no control characters but tab."""
LENGTH = re.compile(rb"[0-9]{1,18}")
"""A content-length: no body has an exabyte, and `int` reads no number of thousands of digits."""
STATUSES = range(200, 600)
"""Those that an answer may have; 1xx is the server's alone."""
MAX_HEADERS = 64 * 1024
"""Bytes of all headers of one answer: far above what browsers take (Chromium: 256 KB for all, servers 8 to 64 KB)."""
HOP_BY_HOP = frozenset({b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"proxy-connection"})
"""About one connection (RFC 9110, 7.6.1): the server at its end decides."""
HOP_BY_HOP_OF_REQUESTS = HOP_BY_HOP | {b"te", b"trailer", b"expect", b"http2-settings"}
"""The same of what a client asks: the gateway has done what they say, and no app sees them (PEP 3333)."""

_OPTIONS = frozenset({b"keep-alive", b"close", b"upgrade", b"keep-alive, upgrade", b"te", b"close, te"})
"""What ``Connection`` usually says: nothing that is a header still to be dropped."""


class BadHead(ValueError):
    """Why this head may not be sent."""


@lru_cache(maxsize=256)
def common_head(status: int, media_type: str) -> Raw:
    """Status and content type, nothing else."""
    return head(status, [(b"content-type", media_type.encode("latin-1"))] if media_type else [])


def head(status: int, headers: Headers) -> Raw:
    """Raises ``BadHead``."""
    if status not in STATUSES:
        raise BadHead(f"the status {status!r}; an answer has one from 200 to 599")
    return Raw(encode(HttpReply(status, checked(headers))))


def checked(headers: Headers) -> Headers:
    """The headers that may be sent. Raises ``BadHead`` for garbage, so that nothing can be smuggled in by it."""
    for name, value in headers:
        if not NAME.fullmatch(name):
            raise BadHead(f"the header name {name!r}, which is not allowed in HTTP")
        if not VALUE.fullmatch(value):
            raise BadHead(f"a value of the header {name.decode()!r} with control characters, which could hide others")
    if sum(len(name) + len(value) for name, value in headers) > MAX_HEADERS:
        raise BadHead(f"headers of more than {MAX_HEADERS} bytes")
    return [(name.lower(), value) for name, value in headers if name.lower() not in HOP_BY_HOP]


def named_hops(connection: bytes) -> frozenset[bytes]:
    """The further headers that a ``Connection`` names as being about one connection (RFC 9110, 7.6.1)."""
    said = connection.lower()
    if said in _OPTIONS:
        return frozenset()
    return frozenset(map(bytes.strip, said.split(b","))) - {b"", b"close"} - HOP_BY_HOP_OF_REQUESTS


def one_cookie_line(headers: Headers) -> Headers:
    """Cookies in several lines, as HTTP/2 has them, in one: elsewhere a comma would join them (RFC 9113, 8.2.3)."""
    joined = b"; ".join(value for name, value in headers if name == b"cookie")
    return [*(pair for pair in headers if pair[0] != b"cookie"), (b"cookie", joined)]
