"""The annotations of an app's objects as types, for the framework: checked first where the app is restricted.

The checks: ``core/restrict/hints.py``.
"""

from __future__ import annotations

import typing
from typing import Any

from vaas.core.restrict.hints import hints_within
from vaas.core.restrict.ownership import is_own
from vaas.core.virtual import thread_binding


def hints_of(obj: Any, **options: Any) -> dict[str, Any]:
    """``typing.get_type_hints`` for objects of the app that this thread works for, whatever its mode.

    Raises TypeError for an annotation of restricted code that is more than a type."""
    if getattr(thread_binding.bound(), "restricted", False) or is_own(obj):
        return hints_within(obj, **options)
    return typing.get_type_hints(obj, **options)
