"""Bytes of HTTP/1.1 answers: heads from workers, checked and rendered once, and the gateway's own refusals.

An app's answers have few different heads, so a rendered one is kept by its raw msgpack; what changes each time
(length, request id, date) is added behind it. Used by ``fast_path.py`` and ``asgi_path.py``.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import NamedTuple

import msgspec
from msgspec import Raw

from vaas.core.errors import Unavailable, VaasError
from vaas.core.pool.errors import BackingOff, DeadlineExceeded, HandlerFailed, HostBroken, HostGone, HostOverLimit
from vaas.core.wire.codec import WireGarbage
from vaas.core.wire.messages import Reply
from vaas.framework.http.wire_heads import decode_http_reply

_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2: token
_VALUE = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*")  # RFC 9110, 5.5: no control characters but tab
_HOP_BY_HOP = {b"connection", b"keep-alive", b"proxy-connection", b"transfer-encoding", b"upgrade"}  # RFC 9110, 7.6.1
_BODILESS = {204, 304}
LONGEST = 19
"""Digits of a length at most: no body has an exabyte."""
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
    except msgspec.MsgspecError as error:
        raise WireGarbage(problem=str(error)) from error
    if not 200 <= reply.status <= 599:
        raise WireGarbage(problem=f"status {reply.status}")
    length: int | None = None
    lines = [status_line(reply.status)]
    for name, value in reply.headers:
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise WireGarbage(problem=f"header {name!r}")
        name = name.lower()
        if name == b"content-length":
            length = int(value) if value.isdigit() and len(value) < LONGEST else None
        elif name not in _HOP_BY_HOP:
            lines += (name, b": ", value, b"\r\n")
    return RenderedHead(reply.status, b"".join(lines), length, reply.status in _BODILESS)


def status_line(status: int) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}\r\n".encode()


class Refusal(NamedTuple):
    """An answer of the gateway itself."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def refuse(status: int, code: str, detail: str, trace: str, retry: int = 0, **facts: object) -> Refusal:
    """An ``application/problem+json`` (RFC 9457) with the request id."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    body |= {"code": code, "request_id": trace, **facts}
    headers = [(b"content-type", b"application/problem+json")]
    if retry:
        headers.append((b"retry-after", str(retry).encode()))
    return Refusal(status, headers, msgspec.json.encode(body))


def refusal_of(error: VaasError, trace: str, debug: bool) -> Refusal:
    """What a caller is told of a call that had no answer. Tracebacks only in ``vaas dev``."""
    if isinstance(error, DeadlineExceeded):
        return refuse(504, error.code, str(error), trace)
    if isinstance(error, HandlerFailed):
        return refuse(504 if error.facts.get("reason") == "deadline" else 500, error.code, str(error), trace)
    if isinstance(error, Unavailable):
        seconds = float(str(error.facts.get("seconds", 1)))
        detail = str(error) if debug or not isinstance(error, BackingOff) else _without_secrets(error)
        return refuse(503, error.code, detail, trace, retry=max(1, round(seconds)))
    if isinstance(error, HostBroken) and debug:
        return refuse(502, error.code, str(error), trace, where=error.where, traceback=error.traceback)
    if isinstance(error, HostOverLimit):
        return refuse(502, error.code, str(error), trace)
    if isinstance(error, HostBroken | HostGone):
        return refuse(502, error.code, "The app's process failed; see its logs.", trace)
    return refuse(500, error.code, str(error), trace)


def _without_secrets(error: BackingOff) -> str:
    """What it says, but for the app's own words, unless they are about a limit."""
    why = error.facts.get("error")
    last = f"Its last error: {why}" if isinstance(why, HostOverLimit) else "See its logs."
    return f"The app keeps failing and is tried again in {error.facts.get('seconds', 1):.0f} s. {last}"


def render_general(reply: Reply) -> tuple[int, list[tuple[bytes, bytes]]]:
    """The same checks, for an ASGI ``http.response.start``. Raises ``WireGarbage``."""
    head = render(reply.head)
    headers = [tuple(line.split(b": ", 1)) for line in head.block.split(b"\r\n")[1:-1]]
    length = len(reply.body) if head.length is None and not reply.more and not head.bodiless else head.length
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    return head.status, [(name, value) for name, value in headers]
