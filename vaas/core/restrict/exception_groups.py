"""Groups of exceptions, as ``except*`` of restricted code meets them: built-in ones that no app has a hand on.

The interpreter takes apart what a group's own ``split`` returns without looking at it. An own class of groups, or one
with an attribute of that name, would so make an object out of any number.
"""

from __future__ import annotations

import sys
from typing import Any

from vaas.core.interrupt import Interrupted

_KEPT = ("__traceback__", "__cause__")


def regrouped() -> BaseException:
    """What to raise in place of the group that is being handled: the same exceptions in a fresh built-in group."""
    group: Any = sys.exception()
    fresh = BaseExceptionGroup(_of(group, "message"), list(_of(group, "exceptions")))
    for name in _KEPT:
        setattr(fresh, name, getattr(BaseException, name).__get__(group))
    for note in _notes(group):
        fresh.add_note(note)
    fresh.__suppress_context__ = True  # which would be the group that it stands for
    return fresh


def pass_on() -> None:
    """At the start of an ``except*`` block: lets the platform's own interruption through."""
    caught = sys.exception()
    if isinstance(caught, BaseExceptionGroup) and BaseExceptionGroup.subgroup(caught, Interrupted) is not None:
        raise Interrupted


def _of(group: Any, name: str) -> Any:
    """As the interpreter keeps it; a subclass may have another idea."""
    return getattr(BaseExceptionGroup, name).__get__(group)


def _notes(group: Any) -> list[str]:
    notes = object.__getattribute__(group, "__dict__").get("__notes__", ())
    return [it for it in notes if type(it) is str] if type(notes) is list else []
