"""Failures: what becomes of an exception while a call is answered. One place, for requests, websockets and RPC.

The app's own log gets the traceback of an unexpected one, once; the caller gets a status and the request id, and the
traceback only in ``vaas dev``.
"""

from __future__ import annotations

from collections.abc import Callable
from traceback import clear_frames
from typing import Any

from vaas.core.virtual.tracebacks import where_of
from vaas.framework.authoring.collect import Member
from vaas.framework.authoring.errors import BadAnswer
from vaas.framework.endpoints.answers import Unanswerable
from vaas.framework.endpoints.runtime import Runtime
from vaas.framework.http.problems import HTTPError

Translate = Callable[[Exception], HTTPError | None]
"""What an app's own exceptions are to HTTP; None: it is a failure."""


def as_http_error(error: Exception, member: Member, runtime: Runtime, translate: Translate | None) -> HTTPError:
    """The answer to an exception; reports it if it is a failure."""
    if isinstance(error, HTTPError):
        return error
    if isinstance(error, Unanswerable):
        bad = BadAnswer(handler=member.label, where=member.where, problem=str(error))
        runtime.report(str(bad))
        return HTTPError(500, str(bad), members={"code": bad.code})
    known = translate(error) if translate is not None else None
    return known if known is not None else _failure(error, member, runtime)


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
