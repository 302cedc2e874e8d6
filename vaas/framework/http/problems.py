"""Problems: error bodies as ``application/problem+json`` (RFC 9457).

``HTTPError`` is the app author's own; ``Misfit`` is a request whose values do not fit a handler. Rendered by
``render``; used by ``framework/serving/dispatch.py`` and the three handlers of ``framework/endpoints/``. The gateway's
own are ``problem`` (``platform/gateway/responses.py``)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec

from vaas.core.printable import json_line
from vaas.framework.http.json_out import to_json

Headers = list[tuple[bytes, bytes]]

MEDIA_TYPE = "application/problem+json"


class HTTPError(Exception):
    """Answers with this status: ``raise vaas.HTTPError(404, "no such user")``.

    ``detail`` is for people; ``members`` are added to the problem's JSON; ``headers`` to the answer.
    """

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(status, detail)
        if not 400 <= status <= 599:
            raise ValueError(f"HTTPError is for statuses from 400 to 599, not {status}; return a vaas.Response instead")
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = dict(members or {})


class Reason(msgspec.Struct, frozen=True):
    """Why one value does not fit."""

    name: str
    """As the caller knows it; ``body.items[0].id`` inside a body."""
    place: str
    """``path``, ``query``, ``body`` or ``argument``."""
    reason: str

    @property
    def shown(self) -> str:
        return self.name if self.name == self.place else f"{self.name} ({self.place})"


class Misfit(HTTPError):
    """Values of a request that do not fit: 422 with every reason."""

    def __init__(self, reasons: list[Reason]) -> None:
        what = "; ".join(f"{one.shown}: {one.reason.rstrip('.')}" for one in reasons)
        super().__init__(422, f"{what}.", members={"code": "invalid-input", "errors": reasons})
        self.reasons = reasons


class Problem(NamedTuple):
    """An answer that is one."""

    status: int
    headers: Headers
    body: bytes


def render(error: HTTPError, request_id: str) -> Problem:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in error.headers.items()]
    return problem(error.status, error.detail, request_id, headers, error.members)


def problem(status: int, detail: str, request_id: str, headers: Headers, members: Mapping[str, Any]) -> Problem:
    """One without ``detail`` or ``code`` has that of its status."""
    phrase = phrase_of(status)
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": phrase,
        "status": status,
        "detail": detail or phrase,
        "code": phrase.lower().replace(" ", "-"),
        "request_id": request_id,
        **members,
    }
    return Problem(status, [(b"content-type", MEDIA_TYPE.encode()), *headers], _harmless(to_json(document)) + b"\n")


def _harmless(document: bytes) -> bytes:
    """The same JSON: a problem is what people see in a terminal, and may quote anything."""
    if document.isascii() and b"\x7f" not in document:  # what is below a blank, JSON has escaped
        return document
    return json_line(document.decode()).encode()


def phrase_of(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
