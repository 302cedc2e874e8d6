"""``logging`` for restricted code: the app's own tree of loggers, whose root writes to the machine's console."""

from __future__ import annotations

import logging
from types import ModuleType
from typing import TYPE_CHECKING, Any

from vaas.core.virtual.console import ConsoleHandler
from vaas.core.virtual.facades.base import Facade
from vaas.core.virtual.tracebacks import format_app_traceback

if TYPE_CHECKING:
    from vaas.core.virtual.machine import Machine

LEVELS = ["CRITICAL", "FATAL", "ERROR", "WARNING", "WARN", "INFO", "DEBUG", "NOTSET"]
METHODS = ["debug", "info", "warning", "error", "critical", "exception", "log"]
FORMAT = "%(name)s: %(message)s"


class _Lines(logging.Formatter):
    """Formats exceptions as the app's author should see them."""

    def formatException(self, ei: Any) -> str:
        return format_app_traceback(ei[1]).rstrip("\n") if ei[1] is not None else ""


def logging_(machine: Machine) -> ModuleType:
    class Logger(logging.Logger):
        """Of this app alone: the real class's ``root`` and ``manager`` are the whole process's."""

    root = Logger("root", logging.INFO)
    handler = ConsoleHandler(machine.console)
    handler.setFormatter(_Lines(FORMAT))
    root.addHandler(handler)
    manager = logging.Manager(root)  # type: ignore[arg-type]  # a RootLogger differs in its pickling alone
    manager.loggerClass = Logger
    root.manager = manager
    Logger.root, Logger.manager = root, manager  # type: ignore[assignment]

    def get_logger(name: str | None = None) -> logging.Logger:
        return manager.getLogger(name) if name and name != "root" else root

    def basic_config(*, level: int | str | None = None, format: str | None = None, **ignored: Any) -> None:
        """Level and format count; where the lines go is the machine's business."""
        if level is not None:
            root.setLevel(level)
        if format is not None:
            handler.setFormatter(_Lines(format))

    return Facade(
        "logging",
        {
            **{name: getattr(logging, name) for name in LEVELS},
            **{name: getattr(root, name) for name in METHODS},
            "getLevelName": logging.getLevelName,
            "getLogger": get_logger,
            "basicConfig": basic_config,
            "Logger": Logger,
            "NullHandler": logging.NullHandler,
            "LoggerAdapter": logging.LoggerAdapter,
        },
    )
