"""``logging`` for restricted code: the app's own tree of loggers, whose root writes to the machine's console.

Next: ``loggers.py``, then ``log_lines.py``.
"""

from __future__ import annotations

import logging
from types import ModuleType
from typing import Any

from vaas.core.virtual.app_logging import FORMAT, ConsoleHandler, calling
from vaas.core.virtual.stdlib.facades import log_lines
from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.facades.captured_warnings import capturing
from vaas.core.virtual.stdlib.facades.log_lines import Formatter
from vaas.core.virtual.stdlib.facades.loggers import Manager, Tree
from vaas.core.virtual.stdlib.machine_view import MachineView

LEVELS = ["CRITICAL", "FATAL", "ERROR", "WARNING", "WARN", "INFO", "DEBUG", "NOTSET"]
METHODS = ["debug", "info", "warning", "error", "critical", "exception", "log"]
HARMLESS = ["getLevelName", "getLevelNamesMapping", "NullHandler", "LoggerAdapter", "Handler", "Filter", "Filterer"]
HARMLESS += ["LogRecord", "makeLogRecord", "BASIC_FORMAT", "raiseExceptions"]


def logging_(machine: MachineView) -> ModuleType:
    handler = ConsoleHandler(machine.console)
    handler.setFormatter(Formatter(FORMAT))  # type: ignore[arg-type]  # has its methods and is none: see there

    class Logger(Tree):
        """Of this app alone."""

        callHandlers = calling(handler)

    class StreamHandler(log_lines.StreamHandler):
        def __init__(self, stream: Any = None) -> None:
            super().__init__(machine.load("sys").stderr if stream is None else stream)

    manager = Manager(Logger)
    root = manager.root

    def basic_config(
        *, level: int | str | None = None, format: str | None = None, datefmt: Any = None, style: str = "%", **_: Any
    ) -> None:
        """Level and format count; where the lines go is the machine's business."""
        if level is not None:
            root.setLevel(level)
        if format is not None:
            handler.setFormatter(Formatter(format, datefmt, style))  # type: ignore[arg-type]

    class FileHandler(log_lines.FileHandler):
        def __init__(
            self, filename: Any, mode: str = "a", encoding: str | None = None, delay: bool = False, errors: Any = None
        ) -> None:
            super().__init__(machine.open(filename, mode, encoding=encoding, errors=errors), filename, mode)

    def disable(level: int = logging.CRITICAL) -> None:
        manager.disable = level

    own = {
        "getLogger": manager.getLogger,
        "root": root,
        "captureWarnings": capturing(machine, manager),
        "shutdown": lambda: None,
        "FileHandler": FileHandler,
        "getLoggerClass": lambda: Logger,
        "basicConfig": basic_config,
        "disable": disable,
        "Logger": Logger,
        "Formatter": Formatter,
        "StreamHandler": StreamHandler,
    }
    shown = {name: getattr(logging, name) for name in (*LEVELS, *HARMLESS)}
    return Facade("logging", {**shown, **{name: getattr(root, name) for name in METHODS}, **own})
