"""Runtime: what a served app has around it, in a host or anywhere else. Given to ``framework/serving/dispatch.py``.

In a host, files are opened and errors told by the app's own machine (``framework/serving/service.py``); elsewhere,
plainly."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vaas.core.policy import Limits
from vaas.core.service import current

_log = logging.getLogger("vaas.app")


def plain_traceback(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def plain_report(text: str) -> None:
    exchange = current.get()
    _log.error("request %s: %s", exchange.call.trace if exchange is not None else "-", text)


def no_limit(error: BaseException) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Runtime:
    debug: bool = False
    """Tracebacks in answers."""
    body_limit: int = Limits().body
    """Bytes of a request body that is read whole."""
    message_limit: int = Limits().message
    """Bytes of one websocket message of the app."""
    open: Callable[..., Any] = open
    """For ``vaas.file``."""
    report: Callable[[str], None] = plain_report
    """Where the traceback of a failed handler goes, once."""
    traceback: Callable[[BaseException], str] = plain_traceback
    limit_met: Callable[[BaseException], str] = no_limit
    """Which of the platform's limits an exception is about, in words; empty: none."""
