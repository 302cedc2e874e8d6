"""The built-in names of restricted code: Python's harmless ones, the guarded ones, and the guards themselves.

The machine adds its own ``__import__``, ``print`` and ``open``. What is absent, and why, stands in ``rules.py``.
"""

from __future__ import annotations

import builtins
from typing import Any

from vaas.core.interrupt import Interrupted
from vaas.core.restrict import exception_groups, guards, rules
from vaas.core.restrict.classes import build_class
from vaas.core.restrict.names import own_globals, own_locals
from vaas.core.restrict.safe_type import Type
from vaas.core.words import words

_PLAIN = words(
    """None True False Ellipsis NotImplemented __debug__ abs aiter all anext any ascii bin bool bytearray bytes
    callable chr classmethod complex dict divmod enumerate filter float format frozenset hash hex id int isinstance
    issubclass iter len list map max memoryview min next object oct ord pow property range repr reversed round set
    slice sorted staticmethod str sum super tuple zip"""
)

_GUARDS: dict[str, Any] = {
    "_getattr_": guards.guarded_getattr,
    "_write_": guards.guarded_write,
    "_augmented_": guards.guarded_in_place,
    "_prove_": guards.prove,
    "_type_": type,
    "_classes_": set,
    "_pass_on_": exception_groups.pass_on,
    "_regrouped_": exception_groups.regrouped,
    "_Groups_": BaseExceptionGroup,
    "_Interrupted_": Interrupted,
    **{f"_match_{name}_": getattr(builtins, name) for name in rules.MATCH_SELF},
}

GUARDED_BUILTINS: dict[str, Any] = {
    **{name: getattr(builtins, name) for name in _PLAIN},
    **{name: it for name, it in vars(builtins).items() if isinstance(it, type) and issubclass(it, BaseException)},
    **_GUARDS,
    "__build_class__": build_class,
    "__name__": "builtins",
    "getattr": guards.read,
    "hasattr": guards.has,
    "setattr": guards.write,
    "delattr": guards.delete,
    "vars": guards.variables,
    "dir": guards.names_of,
    "globals": own_globals,
    "locals": own_locals,
    "type": Type,
}
"""Never given out itself: each machine has a copy."""
