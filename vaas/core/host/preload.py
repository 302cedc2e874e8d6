"""What the zygote imports before it forks, so that no host pays for it: the standard library that web apps use, by the
registry's ``preload``, and what hosts themselves need."""

from __future__ import annotations

from importlib.util import find_spec

from vaas.core.virtual.stdlib.tables import PRELOADED

POPULAR = (
    *(*PRELOADED, "encodings.idna", "msgspec", "uvloop", "anyio._backends._asyncio"),
    *(["sqlite3"] if find_spec("_sqlite3") else []),
)
"""``sqlite3``, where Python has it: its ``connect`` translates paths in hosts (``core/virtual/process_paths.py``)."""
