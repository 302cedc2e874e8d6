"""The paths of cookies: apps that are found by path share one origin, and what each sets is for itself alone.

A cookie whose path is not within its app's is moved there, so that the sessions of two apps do not meet; the manifest's
``[http] cookies = "as-is"`` turns it off. Used by ``fast_path.py``, ``asgi_request.py`` and ``asgi_websocket.py``; the
gateway's own cookie, by ``resolve.py``. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaas.framework.http.wire_heads import decode_http_head

if TYPE_CHECKING:
    from msgspec import Raw

    from vaas.core.pool.pool import Pool

Headers = list[tuple[bytes, bytes]]

OPTION, AS_IS = "cookies", "as-is"
"""In ``HostSpec.options``."""
_LINE = b"set-cookie: "
_WHOLE_HOST = b"__host-"
"""The prefix of a name whose cookie browsers take with ``Path=/`` only (RFC 6265bis, 4.1.3.2)."""


def root_of(pool: Pool | None, head: Raw | bytes) -> bytes:
    """The path within which the cookies of an answer to this request are kept; empty if they are left as they are."""
    if pool is None or pool.spec.options.get(OPTION) == AS_IS:
        return b""
    return decode_http_head(head).root_path.encode()


def cookie_within(root: bytes, cookie: bytes) -> bytes:
    """The value of a ``Set-Cookie``, with a path within ``root`` (``/shop``)."""
    pair, *attributes = cookie.split(b";")
    paths = [one.partition(b"=")[2].strip() for one in attributes if _is_path(one)]
    path = paths[-1] if paths else b"/"  # the last one counts (RFC 6265, 5.3)
    if path == root or path.startswith(root + b"/") or pair.strip().lower().startswith(_WHOLE_HOST):
        return cookie
    within = root + path if path.startswith(b"/") and path != b"/" else root
    return b";".join([pair, *(one for one in attributes if not _is_path(one)), b" Path=" + within])


def _is_path(attribute: bytes) -> bool:
    return attribute.partition(b"=")[0].strip().lower() == b"path"


def headers_within(root: bytes, headers: Headers) -> Headers:
    if not root:
        return headers
    return [(name, cookie_within(root, value) if name == b"set-cookie" else value) for name, value in headers]


def block_within(root: bytes, block: bytes) -> bytes:
    """The same for headers as lines."""
    if not root:
        return block
    lines = block.split(b"\r\n")
    return b"\r\n".join(
        _LINE + cookie_within(root, line[len(_LINE) :]) if line.startswith(_LINE) else line for line in lines
    )
