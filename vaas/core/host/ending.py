"""The end of a host by an error of its own, in its main thread or in a worker's. Called by ``prefork.py`` and
``worker.py``; the node reads the status in ``core/pool/hosts/exit_reason.py``."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from vaas.core.limits.exit_status import OUT_OF_MEMORY, exit_status


def end_process(error: BaseException) -> NoReturn:
    """Ends this process at once, with a status that names the limit which the error is about. The traceback comes
    first, as far as there is memory for it."""
    status = OUT_OF_MEMORY if isinstance(error, MemoryError) else os.EX_SOFTWARE
    try:
        status = exit_status(error)
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        os._exit(status)
