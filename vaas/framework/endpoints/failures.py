"""Failures: what becomes of an exception while a call is answered. One place, for requests, websockets and RPC.

The app's own log gets the traceback of an unexpected one, once; the caller gets a status and the request id, and the
traceback only in ``vaas dev``.
"""

from __future__ import annotations

from collections.abc import Callable
from traceback import clear_frames
from typing import Any

from msgspec import Raw

from vaas.core.virtual.tracebacks import where_of
from vaas.framework.authoring.collect import Member
from vaas.framework.authoring.errors import BadAnswer
from vaas.framework.endpoints.answers import Unanswerable
from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.http.headers import head
from vaas.framework.http.json_out import to_json
from vaas.framework.http.problems import HTTPError, render

Translate = Callable[[Exception], HTTPError | None]
"""What an app's own exceptions are to HTTP; None: it is a failure."""


def as_http_error(error: Exception, member: Member, runtime: Runtime, translate: Translate | None) -> HTTPError:
    """The answer to an exception; reports it if it is a failure."""
    if isinstance(error, HTTPError):
        try:
            return sayable(error)
        except Unanswerable as wrong:
            return _bad_answer(str(wrong), where_of(error) or member.where, member, runtime)
    if isinstance(error, Unanswerable):
        return _bad_answer(str(error), member.where, member, runtime)
    known = translate(error) if translate is not None else None
    return known if known is not None else _failure(error, member, runtime)


def _bad_answer(problem: str, where: str, member: Member, runtime: Runtime) -> HTTPError:
    bad = BadAnswer(handler=member.label, where=where, problem=problem)
    runtime.report(str(bad))
    return HTTPError(500, str(bad), members={"code": bad.code})


def sayable(error: HTTPError) -> HTTPError:
    """The same, with its members as JSON already: an iterator among them is read once. Raises ``Unanswerable``."""
    members = {name: Raw(_as_json(f"member {name!r}", value)) for name, value in error.members.items()}
    _as_json("detail", error.detail)
    try:
        same = HTTPError(error.status, error.detail, headers=error.headers, members=members)
        rendered = render(same, "")
        head(rendered.status, rendered.headers)
    except (AttributeError, TypeError, ValueError) as wrong:  # BadHead and UnicodeEncodeError are among the latter
        raise Unanswerable(f"raised an HTTPError that cannot be answered, with {wrong}") from wrong
    return same


def _as_json(what: str, value: Any) -> bytes:
    try:
        return to_json(value)
    except (TypeError, ValueError, OverflowError, RecursionError) as wrong:
        kind = type(value).__qualname__
        problem = f"raised an HTTPError whose {what}, of type {kind}, cannot become JSON: {wrong}"
        raise Unanswerable(problem) from wrong


def _failure(error: Exception, member: Member, runtime: Runtime) -> HTTPError:
    if isinstance(error, MemoryError):
        clear_frames(error.__traceback__)  # what they hold is needed to tell of it
    text, limit = runtime.traceback(error), runtime.limit_met(error)
    runtime.report(f"{text.rstrip()}\nThe app has met {limit}." if limit else text)
    members: dict[str, Any] = {"code": "limit-met" if limit else "handler-failed"}
    if not runtime.debug:
        what = f"The app has met {limit}" if limit else "The app failed"
        return HTTPError(500, f"{what}; its log has the request id.", members=members)
    members |= {"handler": member.label, "where": where_of(error) or member.where, "traceback": text}
    return HTTPError(500, f"{type(error).__name__}: {error}", members=members)
