"""``locale`` for restricted code: which encoding files have when none is named."""

from __future__ import annotations

from typing import Any


def encoding(do_setlocale: bool = True) -> str:
    """``getpreferredencoding``, ``getencoding``."""
    return "utf-8"


NAMES: dict[str, Any] = {"getpreferredencoding": encoding, "getencoding": encoding}
