"""On which instances of libraries restricted code may set public attributes: those that an app makes to configure them.

Every other instance of a class that apps have without a grant may be shared with other apps: a member of an
enumeration, the calendar's table of days, the interpreter's own facts. What a granted package makes is that package's
affair. Which classes are settable stands in the registry (``library_facts.py``). Asked by ``guards.py``.
"""

from __future__ import annotations

import sys
from typing import Any

from vaas.core.restrict.library_facts import LibraryFacts, facts


def may_be_shared(obj: Any) -> bool:
    """Whether another app may hold this instance of a library's class."""
    cls, known = type(obj), facts()
    if issubclass(cls, BaseException) or not _is_free(str(cls.__module__), known):
        return False
    settable = known.settable
    return not any(f"{base.__module__}.{base.__qualname__}" in settable for base in cls.__mro__)


def _is_free(module: str, known: LibraryFacts) -> bool:
    """Whether that module is of the standard library that comes without a grant, or of its inside."""
    top = module.partition(".")[0]
    if module in known.needing:
        return False
    return top in known.free or (top.startswith("_") and top in sys.stdlib_module_names)
