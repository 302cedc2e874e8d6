"""What ``logging`` uses for handlers without a formatter, the platform's too.

An error that concerns an app looks as the app sees it, for the real handlers format whatever an app gives them.
"""

from __future__ import annotations

import logging
from typing import Any

from vaas.core.restrict.dunder_readers import concerns_app
from vaas.core.virtual.tracebacks import format_app_traceback


def arm() -> None:
    logging._defaultFormatter = _DefaultFormatter()  # type: ignore[attr-defined]  # private, the same since Python 2


class _DefaultFormatter(logging.Formatter):
    def formatException(self, ei: Any) -> str:
        error = ei[1]
        if error is None or not concerns_app(error):
            return super().formatException(ei)
        return format_app_traceback(error).rstrip("\n")
