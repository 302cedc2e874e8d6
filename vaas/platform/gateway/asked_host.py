"""Which host a request asks: beyond doubt, or the request is refused. Pure, but for what was found in order before.

A proxy in front may have looked at another ``Host`` than we would (RFC 9112, 3.2). Asked by ``protocol.py``, of each
head; which app has that host: ``resolve.py``."""

from __future__ import annotations

from vaas.platform.gateway.forwarded import is_host

CLEAR: set[bytes] = set()
"""Values of ``Host`` that are in order: one look-up spares looking at them again."""
KEPT = 1024
"""At most; beyond, all are forgotten."""
LONGEST = 300
"""Bytes of one that is kept: a name has 255 (RFC 1035, 2.3.4), a port 5."""


def is_clear(host: bytes, lines: int, version: str) -> bool:
    """``host``: what the last of so many lines says. HTTP/1.0 may do without any."""
    if lines == 0:
        return version != "1.1"
    if lines > 1 or not is_host(host):
        return False
    if len(CLEAR) >= KEPT:
        CLEAR.clear()
    if len(host) <= LONGEST:
        CLEAR.add(host)
    return True


def authority_of(target: bytes) -> tuple[bytes, bytes] | None:
    """The authority in a target of absolute form, and the target without it; None for any other."""
    if not target.lower().startswith((b"http://", b"https://")):
        return None
    authority, slash, rest = target.split(b"//", 1)[1].partition(b"/")
    authority, mark, query = authority.partition(b"?")
    return authority, b"/" + (mark + query + slash + rest if mark else rest)
