"""Bytes of HTTP/1.1 answers: heads from workers, checked and rendered once, and the gateway's own refusals.

An app's answers have few different heads, so a rendered one is kept by its raw msgpack; what changes each time
(length, request id, date) is added behind it. Used by ``fast_path.py`` and ``asgi_request.py``. Header grammar:
``framework/http/headers.py``; errors to statuses: ``framework/http/statuses.py``.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from msgspec import Raw

from vaas.core.errors import ProcessFailed, Unavailable, VaasError
from vaas.core.pool.errors import BackingOff, HostBroken, HostOverLimit
from vaas.core.undecodable import UNDECODABLE
from vaas.core.wire.codec import WireGarbage
from vaas.core.wire.messages import Reply
from vaas.framework.http.headers import HOP_BY_HOP, LENGTH, NAME, STATUSES, VALUE
from vaas.framework.http.problems import Problem, problem
from vaas.framework.http.statuses import status_of
from vaas.framework.http.wire_heads import decode_http_reply

_BODILESS = {204, 304}
OURS = HOP_BY_HOP | {b"date", b"x-request-id"}
"""Headers that the gateway gives each answer, or a connection: an app's would be there twice."""
KEPT = 1024
"""Rendered heads kept at most; beyond, all are forgotten and rendered again."""
USUAL = 4096
"""Bytes of a raw head that is kept at most: one app's large ones must not fill the node's memory."""


class RenderedHead(NamedTuple):
    status: int
    block: bytes
    """Status line and the app's headers, each line with its end."""
    length: int | None
    """The ``content-length`` that the app itself gave."""
    bodiless: bool
    """No body and no length belong to this status."""
    sets_cookies: bool
    """The block has cookies, whose paths are each request's own (``cookie_paths.py``)."""


_kept: dict[bytes, RenderedHead] = {}


def render(head: Raw) -> RenderedHead:
    """Raises ``WireGarbage`` for a head that must not reach a client."""
    key = bytes(head)
    rendered = _kept.get(key)
    if rendered is None:
        rendered = _render(key)
        if len(_kept) >= KEPT:
            _kept.clear()
        if len(key) <= USUAL:
            _kept[key] = rendered
    return rendered


def _render(raw: bytes) -> RenderedHead:
    try:
        reply = decode_http_reply(raw)
    except UNDECODABLE as error:
        raise WireGarbage(problem=str(error)) from error
    if reply.status not in STATUSES:
        raise WireGarbage(problem=f"status {reply.status}")
    length: int | None = None
    lines = [status_line(reply.status)]
    for name, value in reply.headers:
        if not NAME.fullmatch(name) or not VALUE.fullmatch(value):
            raise WireGarbage(problem=f"header {name!r}")
        name = name.lower()
        if name == b"content-length":
            length = int(value) if LENGTH.fullmatch(value) else None
        elif name not in OURS and not (name == b"server" and name in lines):
            lines += (name, b": ", value, b"\r\n")
    return RenderedHead(reply.status, b"".join(lines), length, reply.status in _BODILESS, b"set-cookie" in lines)


def status_line(status: int) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}\r\n".encode()


def refuse(status: int, code: str, detail: str, trace: str, retry: int = 0, **facts: object) -> Problem:
    """The gateway's own answer; ``retry`` in seconds, 0 for none."""
    headers = [(b"retry-after", str(retry).encode())] if retry else []
    return problem(status, detail, trace, headers, {"code": code, **facts})


def refusal_of(error: VaasError, trace: str, debug: bool) -> Problem:
    """What a caller is told of a call that had no answer. Tracebacks only in ``vaas dev``."""
    retry = max(1, round(float(str(error.facts.get("seconds", 1))))) if isinstance(error, Unavailable) else 0
    facts = {"where": error.where, "traceback": error.traceback} if debug and isinstance(error, HostBroken) else {}
    return refuse(status_of(error) or 500, error.code, _detail(error, debug), trace, retry, **facts)


def _detail(error: VaasError, debug: bool) -> str:
    """What the error says, but for the app's own words, unless they are about a limit."""
    if debug or isinstance(error, HostOverLimit):
        return str(error)
    if isinstance(error, BackingOff):
        why = error.facts.get("error")
        last = f"Its last error: {why}" if isinstance(why, HostOverLimit) else "See its logs."
        return f"The app keeps failing and is tried again in {error.facts.get('seconds', 1):.0f} s. {last}"
    return "The app's process failed; see its logs." if isinstance(error, ProcessFailed) else str(error)


def render_asgi(reply: Reply) -> tuple[int, list[tuple[bytes, bytes]]]:
    """The same checks, for an ASGI ``http.response.start``. Raises ``WireGarbage``."""
    head = render(reply.head)
    headers = [tuple(line.split(b": ", 1)) for line in head.block.split(b"\r\n")[1:-1]]
    length = len(reply.body) if head.length is None and not reply.more and not head.bodiless else head.length
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    return head.status, [(name, value) for name, value in headers]
