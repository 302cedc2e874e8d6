"""``traceback`` for restricted code: the app's own frames, as text."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.machine_view import MachineView
from vaas.core.virtual.tracebacks import format_app_traceback


def format_exc(limit: int | None = None, chain: bool = True) -> str:
    error = sys.exception()
    return "NoneType: None\n" if error is None else format_app_traceback(error)


def format_exception(
    error: Any, /, value: Any = None, tb: Any = None, limit: Any = None, chain: bool = True
) -> list[str]:
    error = value if isinstance(value, BaseException) else error
    return format_app_traceback(error).splitlines(keepends=True)


def format_exception_only(error: Any, /, value: Any = None) -> list[str]:
    error = value if isinstance(value, BaseException) else error
    return [f"{type(error).__name__}: {error}\n"]


def traceback_(machine: MachineView) -> ModuleType:
    def show(lines: list[str], file: Any) -> None:
        out = machine.load("sys").stderr if file is None else file
        out.write("".join(lines))

    def print_exc(limit: int | None = None, file: Any = None, chain: bool = True) -> None:
        show([format_exc(limit, chain)], file)

    def print_exception(
        error: Any, /, value: Any = None, tb: Any = None, limit: Any = None, file: Any = None, chain: bool = True
    ) -> None:
        show(format_exception(error, value, tb, limit, chain), file)

    return Facade("traceback", {**_PURE, "print_exc": print_exc, "print_exception": print_exception})


def format_list(extracted_list: Any) -> list[str]:
    """Of what ``extract_tb`` gives: an app has no frames."""
    return []


_PURE: dict[str, Any] = {
    "format_exc": format_exc,
    "format_exception": format_exception,
    "format_exception_only": format_exception_only,
    "format_list": format_list,
    **dict.fromkeys(("format_tb", "extract_tb"), lambda tb, limit=None: []),
}
