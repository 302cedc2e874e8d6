"""How a host that met a limit in its own code, outside of any call, ends: by an exit status that says which limit.

A status needs no memory, no descriptor and no thread, which is just what such a host lacks. ``core/host/ending.py``
exits with it, ``core/pool/hosts/exit_reason.py`` reads it.
"""

from __future__ import annotations

import os
from typing import get_args

from vaas.core.limits.limit_errors import Met, met

FIRST = 96
"""Above those of sysexits.h (64 to 78), below those of shells (126 and up)."""
_LIMITS: tuple[Met, ...] = get_args(Met)
OUT_OF_MEMORY = FIRST + _LIMITS.index("memory")


def exit_status(error: BaseException) -> int:
    """Of a process that this error ends."""
    limit = met(error)
    return FIRST + _LIMITS.index(limit) if limit else os.EX_SOFTWARE


def limit_of(status: int) -> Met | None:
    """The limit that an exit status is about."""
    return _LIMITS[status - FIRST] if FIRST <= status < FIRST + len(_LIMITS) else None
