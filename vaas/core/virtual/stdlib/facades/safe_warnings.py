"""``warnings`` for restricted code: filters, what was shown before, and the way to show one, of this machine alone.

As in Python's own module; a warning that nothing catches is a line of the app's log. Where it was given is a
line of the app's. ``logging.captureWarnings`` (``safe_logging.py``) sets ``showwarning`` here.
"""

from __future__ import annotations

import re
from types import ModuleType, TracebackType
from typing import Any, NamedTuple

from vaas.core.restrict.plain import plain
from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.machine_view import MachineView
from vaas.core.virtual.tracebacks import calling_frame

ACTIONS = ("error", "ignore", "always", "all", "default", "module", "once")


class Filter(NamedTuple):
    """One row of ``warnings.filters``."""

    action: str
    message: re.Pattern[str] | None
    category: type[Warning]
    module: re.Pattern[str] | None
    lineno: int

    def fits(self, text: str, category: type[Warning], module: str, lineno: int) -> bool:
        return (
            (self.message is None or self.message.match(text) is not None)
            and issubclass(category, self.category)
            and (self.module is None or self.module.match(module) is not None)
            and self.lineno in (0, lineno)
        )


PYTHON_S = [
    Filter("ignore", None, kind, None, 0)
    for kind in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
]
"""What Python filters when nothing else is said."""


class WarningMessage:
    """One that was caught: as ``warnings.WarningMessage``."""

    def __init__(
        self,
        message: Any,
        category: Any,
        filename: str,
        lineno: int,
        file: Any = None,
        line: Any = None,
        source: Any = None,
    ) -> None:
        self.message, self.category, self.filename, self.lineno = message, category, filename, lineno
        self.file, self.line, self.source = file, line, source

    def __str__(self) -> str:
        where = f"filename : {self.filename!r}, lineno : {self.lineno}"
        return f"{{message : {self.message!r}, category : {self.category.__name__!r}, {where}}}"


class Warnings:
    """One machine's."""

    def __init__(self, machine: MachineView) -> None:
        self._machine = machine
        self.filters: list[Filter] = list(PYTHON_S)
        self.seen: set[tuple[Any, ...]] = set()
        self.caught: list[Any] | None = None
        """Where warnings go inside of ``catch_warnings(record=True)``."""
        self.facade = Facade("warnings", self._names(), changeable=("showwarning", "formatwarning"))

    def warn(
        self,
        message: Any,
        category: Any = None,
        stacklevel: int = 1,
        source: Any = None,
        *,
        skip_file_prefixes: Any = (),
    ) -> None:
        filename, lineno, module = calling_frame(stacklevel)
        self.warn_explicit(message, category or UserWarning, filename, lineno, module, source=source)

    def warn_explicit(
        self,
        message: Any,
        category: Any,
        filename: str,
        lineno: int,
        module: str | None = None,
        registry: Any = None,
        module_globals: Any = None,
        source: Any = None,
    ) -> None:
        kind = type(message) if isinstance(message, Warning) else category
        if not (isinstance(kind, type) and issubclass(kind, Warning)):
            raise TypeError(f"category must be a Warning subclass, not {type(kind).__name__!r}")
        text = str.__str__(str(message))
        given = message if isinstance(message, Warning) else kind(message)
        action = self._action(text, kind, module or filename.removesuffix(".py"), lineno)
        if action == "error":
            raise given
        if action != "ignore" and not self._is_known(action, text, kind, filename, lineno):
            self._show(WarningMessage(given, kind, filename, lineno, source=source))

    def simplefilter(self, action: str, category: Any = Warning, lineno: int = 0, append: bool = False) -> None:
        self.filterwarnings(action, "", category, "", lineno, append)

    def filterwarnings(
        self,
        action: str,
        message: str = "",
        category: Any = Warning,
        module: str = "",
        lineno: int = 0,
        append: bool = False,
    ) -> None:
        if action not in ACTIONS:
            raise ValueError(f"invalid action: {action!r}")
        if not (isinstance(category, type) and issubclass(category, Warning)):
            raise TypeError("category must be a Warning subclass")
        text = re.compile(plain(message), re.IGNORECASE) if message else None
        row = Filter(str.__str__(action), text, category, re.compile(plain(module)) if module else None, int(lineno))
        self.filters = [it for it in self.filters if it != row]
        self.filters.insert(len(self.filters) if append else 0, row)
        self.seen.clear()

    def resetwarnings(self) -> None:
        self.filters, self.seen = [], set()

    def showwarning(
        self, message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: str | None = None
    ) -> None:
        """To a file if there is one, and else to the app's log."""
        formatted = self.facade.formatwarning
        text = formatted(message, category, filename, lineno, line)
        if file is not None:
            file.write(text)
        elif formatted is self._formatwarning:
            self._machine.console("log", "warning", f"{category.__name__}: {message}")
        else:
            for each in str.__str__(str(text)).rstrip("\n").split("\n"):
                self._machine.console("log", "warning", each)

    def _names(self) -> dict[str, Any]:
        shown = ("warn", "warn_explicit", "simplefilter", "filterwarnings", "resetwarnings")
        self._formatwarning, self._showwarning = formatwarning, lambda *args, **named: self.showwarning(*args, **named)
        return {
            **{name: getattr(self, name) for name in shown},
            "formatwarning": self._formatwarning,
            "showwarning": self._showwarning,
            "catch_warnings": _catching(self),
            "WarningMessage": WarningMessage,
        }

    def _action(self, text: str, kind: type[Warning], module: str, lineno: int) -> str:
        return next((it.action for it in self.filters if it.fits(text, kind, module, lineno)), "default")

    def _is_known(self, action: str, *about: Any) -> bool:
        """Whether one like it has been shown, as far as the action asks for that; from now on it has."""
        text, kind, filename, lineno = about
        key = {
            "default": (text, kind, filename, lineno),
            "module": (text, kind, filename),
            "once": (text, kind),
        }.get(action)
        if key is None or key in self.seen:
            return key is not None
        self.seen.add(key)
        return False

    def _show(self, it: WarningMessage) -> None:
        shown = self.facade.showwarning
        if shown is not self._showwarning:
            shown(it.message, it.category, it.filename, it.lineno, it.file, it.line)
        elif self.caught is not None:
            self.caught.append(it)
        else:
            self.showwarning(it.message, it.category, it.filename, it.lineno)


def formatwarning(message: Any, category: Any, filename: str, lineno: int, line: str | None = None) -> str:
    shown = f"  {line.strip()}\n" if line else ""
    return f"{filename}:{lineno}: {category.__name__}: {message}\n{shown}"


def _catching(own: Warnings) -> type:
    class catch_warnings:
        """As Python's: what is changed within is as before afterwards; with ``record`` its list has what was given."""

        def __init__(
            self,
            *,
            record: bool = False,
            module: Any = None,
            action: str | None = None,
            category: Any = Warning,
            lineno: int = 0,
            append: bool = False,
        ) -> None:
            self._record, self._filter = record, (action, category, lineno, append)
            self._before: tuple[Any, ...] | None = None

        def __enter__(self) -> list[Any] | None:
            if self._before is not None:
                raise RuntimeError(f"Cannot enter {self!r} twice")
            facade = own.facade
            self._before = (own.filters, own.seen, own.caught, facade.showwarning)
            own.filters, own.seen = list(own.filters), set()
            if self._record:
                own.caught, facade.showwarning = [], own._showwarning
            action, *rest = self._filter
            if action is not None:
                own.simplefilter(action, *rest)
            return own.caught if self._record else None

        def __exit__(self, kind: Any, error: Any, tb: TracebackType | None) -> None:
            if self._before is None:
                raise RuntimeError(f"Cannot exit {self!r} without entering first")
            own.filters, own.seen, own.caught, own.facade.showwarning = self._before

    return catch_warnings


def warnings_(machine: MachineView) -> ModuleType:
    return Warnings(machine).facade
