"""Logs: what an app has printed and logged on this node, one JSON object a line."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator

from vaas.core.errors import InvalidInput
from vaas.platform.control.services import LogReader

MEDIA_TYPE = "application/x-ndjson"


class LogRangeInvalid(InvalidInput):
    """`{name}` is {value}; give {wanted}."""


def read_log(
    logs: LogReader,
    app: str,
    *,
    since: float | None,
    grep: str,
    follow: bool,
    limit: int | None,
    request: str,
    full: bool,
) -> AsyncIterator[bytes]:
    """The lines of the last ``since`` seconds (None: all that is kept) that contain ``grep`` or are of the request with
    that id, the newest ``limit`` of them; ends with the last there is, or never with ``follow``.

    Raises ``LogRangeInvalid``.
    """
    if since is not None and not 0 <= since < math.inf:
        raise LogRangeInvalid(name="since", value=since, wanted="a number of seconds from 0 upwards")
    if limit is not None and limit < 0:
        raise LogRangeInvalid(name="limit", value=limit, wanted="a number of lines from 0 upwards")
    return logs.read(app, since, grep, follow, limit, request, full)
