"""Methods that ``dataclasses`` generates read and set the fields of an instance with no guard in between.

So a field is by its name never what a library keeps: not where the class reads it as its default, and not where a
class that has the field derives from a library's class too. Asked when a class is made (``classes.py``), and before a
class is decorated (``core/virtual/stdlib/facades/safe_dataclasses.py``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vaas.core.restrict import rules
from vaas.core.restrict.ownership import is_open, mark_of

FIELDS = "__dataclass_fields__"


def check_bases(bases: Iterable[type]) -> None:
    """Raises TypeError for a class of these bases whose inherited fields are a library's in another base."""
    line = [each for base in bases for each in type.__getattribute__(base, "__mro__")]
    inherited = [name for base in line if FIELDS in type.__getattribute__(base, "__dict__") for name in fields_of(base)]
    if inherited:
        _check(inherited, line)


def check_decorated(cls: type, names: Iterable[str]) -> None:
    """The same for a class that shall get fields of these names, and for the classes that derive from it already."""
    every = {*names, *(name for base in type.__getattribute__(cls, "__mro__") for name in fields_of(base))}
    waiting = [cls]
    while waiting:
        each = waiting.pop()
        waiting += type.__subclasses__(each)
        _check(every, type.__getattribute__(each, "__mro__"))


def fields_of(cls: type) -> Iterable[str]:
    """The fields of the app's own dataclass; a library's are its own affair."""
    found: Any = type.__getattribute__(cls, "__dict__").get(FIELDS)
    return () if found is None or mark_of(cls) is None else found


def _check(names: Iterable[str], line: Iterable[type]) -> None:
    library = [it for it in line if mark_of(it) is None]
    for name in names:
        if rules.is_native(name) and name not in rules.OF_GROUPS:
            continue
        kept = rules.is_private(name) and not all(map(is_open, library))
        if kept or any(name in type.__getattribute__(it, "__dict__") for it in library):
            raise TypeError(f"a field may not be named {name!r} here: a library's class keeps something there")
