"""``copy`` for restricted code: the real functions, which obey ``core/virtual/stdlib/patches/copying.py`` in the
machine's process."""

from __future__ import annotations

import copy as real
from typing import Any

copy = real.copy


def deepcopy(x: Any, memo: dict[int, Any] | None = None) -> Any:
    """``memo`` is a plain dict: a lying one would be handed what is being copied."""
    if memo is not None and type(memo) is not dict:
        raise TypeError("the memo of a deep copy is a dict")
    return real.deepcopy(x, memo)


NAMES: dict[str, Any] = {"copy": copy, "deepcopy": deepcopy}
if hasattr(real, "replace"):
    NAMES["replace"] = real.replace
