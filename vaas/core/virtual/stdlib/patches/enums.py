"""``Enum("Name", {...})`` when a restricted app calls it: a class whose namespace is made of strings.

A class statement may define only what the rules of names allow; so the one method of the library through which the form
by a call goes is replaced here, and refuses members whose names begin with ``__``. No library's enum has such names.
"""

from __future__ import annotations

import enum
import sys
from typing import Any

_real: Any = enum.EnumType._create_  # type: ignore[attr-defined]  # private, the same since Python 3.4


def arm() -> None:
    enum.EnumType._create_ = create  # type: ignore[attr-defined]


def create(cls: Any, class_name: Any, names: Any, **options: Any) -> Any:
    """``EnumType._create_``. Raises TypeError for a name that a class statement could not have given a member."""
    members = _listed(names)
    for each in members:
        name = each if isinstance(each, str) else each[0]
        if type(name) is not str or name.startswith("__"):
            raise TypeError(f"a member of an enumeration may not be named {name!r}")
    if options.get("module") is None:
        options["module"] = sys._getframe(2).f_globals.get("__name__")  # who called Enum
    return _real(cls, class_name, members, **options)


def _listed(names: Any) -> list[Any]:
    """Names, or pairs of name and value, in a list of our own: what was looked at is what is used."""
    if isinstance(names, str):
        return str.__str__(names).replace(",", " ").split()
    if isinstance(names, (tuple, list)) and names and isinstance(names[0], str):
        return list(names)
    return [(it, names[it]) if isinstance(it, str) else tuple(it) for it in names]
