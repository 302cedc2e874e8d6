"""Files: ``vaas.file(path)``. Conditional requests and one range (RFC 9110, 13 and 14); the rest is read as it is sent.

The file is opened with the app's own ``open``, so that an app can send what it can read and nothing else. Used by
``framework/endpoints/answers.py``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from mimetypes import MimeTypes
from typing import IO, Any, NamedTuple
from urllib.parse import quote

from msgspec import Raw

from vaas.core.media_types import teach
from vaas.core.service import Exchange
from vaas.core.wire.messages import CHUNK
from vaas.framework.http.headers import Headers
from vaas.framework.http.problems import HTTPError
from vaas.framework.http.stream import Cut
from vaas.framework.http.wire_heads import HttpHead, decode_http_head

_types = MimeTypes()
teach(_types)
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_TEXT = ("text/", "application/javascript", "application/json")
_CODINGS = ("gzip", "br")
"""What browsers undo on their way to the file that is meant: ``page.html.gz`` is a page."""
_PACKED = {
    "gzip": "application/gzip",
    "br": "application/x-brotli",
    "bzip2": "application/x-bzip2",
    "xz": "application/x-xz",
}
_ARCHIVES = ("application/x-tar", "application/x-cpio")
"""An archive is wanted as it is packed."""


@dataclass(frozen=True, slots=True)
class FileBody:
    path: str
    media_type: str
    download: str
    """The name under which a browser saves it; empty: it shows it."""
    coding: str = ""
    """How it is packed, if a browser is to unpack it."""


class Span(NamedTuple):
    """The bytes to send: from ``start`` to before ``stop``."""

    start: int
    stop: int


def file_body(path: str | os.PathLike[str], media_type: str | None, download: str | bool) -> FileBody:
    name = os.fspath(path)
    kind, coding = (media_type, "") if media_type else _guessed(name, saved=bool(download))
    if kind.startswith(_TEXT) and "charset" not in kind:
        kind += "; charset=utf-8"
    return FileBody(name, kind, os.path.basename(name) if download is True else download or "", coding)


def _guessed(name: str, *, saved: bool) -> tuple[str, str]:
    """Type and coding. What is saved stays packed, as its name says."""
    kind, coding = _types.guess_type(name)
    if coding is None:
        return kind or "application/octet-stream", ""
    if kind is None or saved or kind in _ARCHIVES or coding not in _CODINGS:
        return _PACKED.get(coding, "application/octet-stream"), ""
    return kind, coding


async def send_file(
    exchange: Exchange, body: FileBody, head_for: Callable[..., Raw], open_file: Callable[..., Any]
) -> None:
    """Raises ``HTTPError`` 404 if there is no such file, 416 for a range outside of it."""
    request = decode_http_head(exchange.call.head)
    try:
        file: IO[bytes] = open_file(body.path, "rb")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise HTTPError(404, "There is no such file.") from None
    with file:
        stat = os.fstat(file.fileno())
        headers = [*_validators(stat), (b"accept-ranges", b"bytes"), *_coding(body), *_disposition(body)]
        if _unchanged(request, headers):
            exchange.reply(head_for(304, "", *headers))
            return
        span = _span(request, headers, stat.st_size)
        if span is None:
            await _send(exchange, file, Span(0, stat.st_size), head_for, 200, body.media_type, headers)
        else:
            headers.append((b"content-range", b"bytes %d-%d/%d" % (span.start, span.stop - 1, stat.st_size)))
            await _send(exchange, file, span, head_for, 206, body.media_type, headers)


async def _send(
    exchange: Exchange,
    file: IO[bytes],
    span: Span,
    head_for: Callable[..., Raw],
    status: int,
    media_type: str,
    headers: Headers,
) -> None:
    file.seek(span.start)
    left = span.stop - span.start
    if left <= CHUNK:
        exchange.reply(head_for(status, media_type, *headers), file.read(left))
        return
    exchange.reply(head_for(status, media_type, *headers, (b"content-length", b"%d" % left)), more=True)
    while left:
        data = _read(file, min(left, CHUNK))
        left -= len(data)
        await exchange.send(data)
    exchange.finish()


def _read(file: IO[bytes], size: int) -> bytes:
    """Raises ``Cut``: the length that was promised cannot be kept."""
    try:
        data = file.read(size)
    except OSError as error:
        raise Cut from error
    if not data:
        raise Cut from EOFError(f"{file.name} became shorter while it was sent")
    return data


def _validators(stat: os.stat_result) -> Headers:
    tag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    return [(b"etag", tag.encode()), (b"last-modified", formatdate(int(stat.st_mtime), usegmt=True).encode())]


def _coding(body: FileBody) -> Headers:
    return [(b"content-encoding", body.coding.encode())] if body.coding else []


def _disposition(body: FileBody) -> Headers:
    if not body.download:
        return []
    return [(b"content-disposition", f"attachment; filename*=utf-8''{quote(body.download)}".encode())]


def _find(headers: Headers, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in headers if name == wanted), "")


def _unchanged(request: HttpHead, headers: Headers) -> bool:
    tags = _find(request.headers, b"if-none-match")
    if tags:
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in known or _find(headers, b"etag") in known
    since = _find(request.headers, b"if-modified-since")
    return bool(since) and not _newer(_find(headers, b"last-modified"), since)


def _newer(modified: str, since: str) -> bool:
    try:
        return parsedate_to_datetime(modified) > parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return True


def _span(request: HttpHead, headers: Headers, size: int) -> Span | None:
    """The one range that is asked for; None for the whole. Several ranges, or another unit, get the whole."""
    asked = _RANGE.fullmatch(_find(request.headers, b"range"))
    condition = _find(request.headers, b"if-range")
    if asked is None or (condition and condition not in (_find(headers, b"etag"), _find(headers, b"last-modified"))):
        return None
    first, last = asked.groups()
    if not first and not last:
        return None
    start = int(first) if first else max(0, size - int(last))
    stop = min(size, int(last) + 1) if first and last else size
    if start >= stop:
        if first and last and int(last) < int(first):
            return None  # not a range at all: to be ignored
        raise HTTPError(416, f"The file has {size} bytes.", headers={"content-range": f"bytes */{size}"})
    return Span(start, stop)
