"""``platform`` for restricted code: the kind of system, as a string says it; nothing of this very host."""

from __future__ import annotations

import os
from typing import Any


def system() -> str:
    return os.uname().sysname


def machine() -> str:
    return os.uname().machine


def describe(aliased: bool = False, terse: bool = False) -> str:
    """``platform.platform``, without the kernel's version."""
    return f"{system()}-{machine()}"


NAMES: dict[str, Any] = {
    "system": system,
    "machine": machine,
    "platform": describe,
    "mac_ver": lambda: ("", ("", "", ""), ""),
    "win32_ver": lambda: ("", "", "", ""),
    "processor": lambda: "",
}
