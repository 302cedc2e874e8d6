"""``traceback`` for restricted code: the app's own frames, as text."""

from __future__ import annotations

import sys
from typing import Any

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


NAMES = {"format_exc": format_exc, "format_exception": format_exception, "format_exception_only": format_exception_only}
