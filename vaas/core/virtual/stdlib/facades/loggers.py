"""One machine's tree of loggers: ``Logger`` and ``Manager`` as in ``logging``, without their bases.

The real ``Logger`` leads to the loggers of the whole process, by ``super()`` too: so this one has the real one's
methods, and is none. Used by ``safe_logging.py``.
"""

from __future__ import annotations

import logging
import threading
from types import FunctionType
from typing import Any

from vaas.core.virtual.tracebacks import calling_app


class Tree(logging.Filterer):
    """A node; each machine has a class of its own below this one, with its ``root`` and its ``manager``."""

    root: Any
    manager: Any

    def __init__(self, name: str, level: int | str = logging.NOTSET) -> None:
        super().__init__()
        self.name, self.level, self.parent = name, logging._checkLevel(level), None  # type: ignore[attr-defined]
        self.propagate, self.disabled = True, False
        self.handlers: list[logging.Handler] = []

    def isEnabledFor(self, level: int) -> bool:
        loud = level > self.manager.disable and not self.disabled
        return loud and level >= self.getEffectiveLevel()  # type: ignore[attr-defined]  # see below

    def getChild(self, suffix: str) -> Any:
        return self.manager.getLogger(suffix if self is self.root else f"{self.name}.{suffix}")

    def getChildren(self) -> set[Any]:
        return {it for it in self.manager.loggerDict.values() if it.parent is self}

    def findCaller(self, stack_info: bool = False, stacklevel: int = 1) -> tuple[str, int, str, str | None]:
        """The app's own line and, if asked for, its own part of the stack."""
        return calling_app(stack_info)

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self


for _name, _method in vars(logging.Logger).items():
    if isinstance(_method, FunctionType) and _name not in vars(Tree) and _name != "__reduce__":
        setattr(Tree, _name, _method)


class Manager:
    """The loggers by name."""

    def __init__(self, logger_class: Any) -> None:
        self.disable = logging.NOTSET
        self.emittedNoHandlerWarning = False
        self.loggerDict: dict[str, Any] = {}
        self.root = logger_class("root", logging.INFO)
        self._class, self._lock = logger_class, threading.RLock()
        logger_class.root, logger_class.manager = self.root, self

    def getLogger(self, name: str | None = None) -> Any:
        if name is None or name in ("", "root"):
            return self.root
        if not isinstance(name, str):
            raise TypeError("A logger name must be a string")
        with self._lock:
            return self.loggerDict.get(name) or self._add(str.__str__(name))

    def _add(self, name: str) -> Any:
        """A logger between those above it and those below that were there before."""
        made = self._class(name)
        parts = name.split(".")
        above = [".".join(parts[:n]) for n in range(len(parts) - 1, 0, -1)]
        made.parent = next((self.loggerDict[it] for it in above if it in self.loggerDict), self.root)
        for other in self.loggerDict.values():
            if other.name.startswith(f"{name}.") and other.parent is made.parent:
                other.parent = made
        self.loggerDict[name] = made
        return made

    def _clear_cache(self) -> None:
        """The real methods call it; there is none."""
