"""The app's own name and release, the call that it answers, and its log: ``vaas.context``, ``vaas.log``.

Each app in a host has its own (``framework/serving/public.py``); the plain ones here are for tests and for
``vaas.asgi``."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from time import monotonic
from typing import Protocol

from vaas.core.service import current


class Context:
    def __init__(self, app: str = "", release: str = "dev") -> None:
        self._app = app
        self._release = release

    @property
    def app(self) -> str:
        """The app's name."""
        return self._app

    @property
    def release(self) -> str:
        """Which release this code is: ``v4``; ``dev`` outside of a platform."""
        return self._release

    @property
    def request_id(self) -> str:
        """Of the call that is being answered; empty outside of one."""
        exchange = current.get()
        return exchange.call.trace if exchange is not None else ""

    @property
    def time_left(self) -> float:
        """Seconds until the caller stops waiting; ``inf`` if it never does."""
        exchange = current.get()
        return exchange.deadline - monotonic() if exchange is not None else float("inf")

    def __repr__(self) -> str:
        return f"<vaas.context {self.app} {self.release} {self.request_id or 'no request'}>"


class Logger(Protocol):
    """The part of ``logging.Logger`` that ``Log`` needs."""

    def log(self, level: int, msg: object, *args: object, exc_info: bool = False) -> None: ...


class Log:
    """The app's log, at five levels; arguments as ``logging``'s: ``vaas.log.info("%s is new", name)``.

    Not a ``logging.Logger`` itself: one of those leads to every other.
    """

    def __init__(self, find: Callable[[], Logger]) -> None:
        """``find`` makes the logger, once there is something to log."""
        self._find = find

    @functools.cached_property
    def _logger(self) -> Logger:
        return self._find()

    def debug(self, message: object, *values: object) -> None:
        self._logger.log(logging.DEBUG, message, *values)

    def info(self, message: object, *values: object) -> None:
        self._logger.log(logging.INFO, message, *values)

    def warning(self, message: object, *values: object) -> None:
        self._logger.log(logging.WARNING, message, *values)

    def error(self, message: object, *values: object) -> None:
        self._logger.log(logging.ERROR, message, *values)

    def exception(self, message: object, *values: object) -> None:
        """An error with the traceback of the exception that is being handled."""
        self._logger.log(logging.ERROR, message, *values, exc_info=True)


context = Context()
log = Log(lambda: logging.getLogger("vaas.app"))
