"""Response: an answer under construction, and the short ways to make one.

A handler that names ``res`` sets status, headers and cookies on it and returns its value as ever; one that returns a
``Response`` answers with just that. Sent by ``framework/endpoints/answers.py``.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from starlette.datastructures import URL, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.responses import Response as StarletteResponse

from vaas.framework.http.files import file_body
from vaas.framework.http.headers import Headers
from vaas.framework.http.sse import MEDIA_TYPE, encode_events

HTML = "text/html; charset=utf-8"


class Response:
    """``body`` is what a handler may return: text, bytes, an (async) iterator to be streamed, or a value for JSON.

    ``status`` None: 200, or 204 without a body. ``media_type`` None: by the kind of body.
    """

    __slots__ = ("_headers", "body", "media_type", "status")

    def __init__(
        self,
        body: Any = None,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
    ) -> None:
        self.body = body
        self.status = status
        self.media_type = media_type
        self._headers: MutableHeaders | None = MutableHeaders(headers) if headers else None

    @property
    def headers(self) -> MutableHeaders:
        if self._headers is None:
            self._headers = MutableHeaders()
        return self._headers

    def set_cookie(
        self,
        key: str,
        value: str = "",
        *,
        max_age: int | None = None,
        expires: datetime | str | int | None = None,
        path: str | None = "/",
        domain: str | None = None,
        secure: bool = False,
        httponly: bool = False,
        samesite: Literal["lax", "strict", "none"] | None = "lax",
    ) -> None:
        baker = StarletteResponse()
        baker.set_cookie(key, value, max_age, expires, path, domain, secure, httponly, samesite)
        self.headers.append("set-cookie", baker.headers["set-cookie"])

    def delete_cookie(self, key: str, *, path: str = "/", domain: str | None = None) -> None:
        self.set_cookie(key, max_age=0, expires=0, path=path, domain=domain)

    def _raw_headers(self) -> Headers:
        return list(self._headers.raw) if self._headers is not None else []


def raw_headers(response: Response) -> Headers:
    """As bytes, for ``framework/http/headers.py``."""
    return response._raw_headers()


def is_untouched(response: Response) -> bool:
    """Whether nothing was decided on it: the answer is as it would be without."""
    return response.status is None and response._headers is None and response.media_type is None


def html(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(text, status, headers, HTML)


def redirect(url: str | URL, status: int = 307) -> Response:
    """307 keeps the method and the body; 303 makes a GET of it, as after a form; 308 and 301 are for ever."""
    return Response(None, status, {"location": RedirectResponse(url).headers["location"]})


def sse(events_of: AsyncIterable[Any] | Iterable[Any], headers: Mapping[str, str] | None = None) -> Response:
    """Server-sent events: one for each item, sent as it is produced. Items: ``framework/http/sse.py``."""
    return Response(encode_events(events_of), 200, {"cache-control": "no-store", **(headers or {})}, MEDIA_TYPE)


def file(
    path: str | os.PathLike[str],
    media_type: str | None = None,
    *,
    download: str | bool = False,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A file, with ETag, Last-Modified and ranges; 404 if there is none. ``download``: to be saved, under this name."""
    return Response(file_body(path, media_type, download), None, headers)
