"""What the zygote imports before it forks, so that no host pays for it: the standard library that web apps use, by the
registry's ``preload``, and what hosts themselves need."""

from __future__ import annotations

from vaas.core.virtual.stdlib.tables import PRELOADED

POPULAR = (*PRELOADED, "encodings.idna", "msgspec", "uvloop")
