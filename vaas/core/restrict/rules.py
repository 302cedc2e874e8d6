"""The names that decide what restricted code may say: which attributes, which special methods, which variables.

Vocabulary of the transformer (before code runs) and of the guards (while it runs), so that a name written in the
source and the same name built as a string meet one rule. Next: ``transformer.py``; at run time ``guards.py``.
"""

from __future__ import annotations

import re

from vaas.core.words import words

FRAMES = frozenset(
    words(
        """tb_frame tb_next tb_lasti f_back f_builtins f_code f_generator f_globals f_locals f_trace f_trace_lines
        f_trace_opcodes co_code co_consts co_names co_freevars co_cellvars co_varnames co_linetable co_lnotab
        co_exceptiontable co_lines co_positions gi_frame gi_code gi_yieldfrom cr_await cr_frame cr_code cr_origin
        ag_await ag_frame ag_code"""
    )
)
"""Attributes of live objects that lead to frames, and so to everybody's variables. Refused wherever they stand."""

GUARDED = frozenset(
    ["format", "format_map", "mro", "get_loop", "get_stack", "print_stack", "get_context", "get_coro", "parser"]
)
"""Public attributes with a danger on some objects: read through the guard, which looks at the object."""

SPECIAL_METHODS = frozenset(
    f"__{name}__"
    for name in words(
        """init new init_subclass post_init del repr str bytes format lt le eq ne gt ge hash bool getattr getattribute
        setattr delattr dir get set delete set_name len length_hint getitem setitem delitem missing iter next
        reversed contains class_getitem call enter exit aenter aexit await aiter anext add sub mul matmul truediv
        floordiv mod divmod pow lshift rshift and xor or radd rsub rmul rmatmul rtruediv rfloordiv rmod rdivmod rpow
        rlshift rrshift rand rxor ror iadd isub imul imatmul itruediv ifloordiv imod ipow ilshift irshift iand ixor
        ior neg pos abs invert complex int float index round trunc floor ceil fspath copy deepcopy replace sizeof
        buffer release_buffer rich_repr html"""
    )
)
"""Special methods a class may define. Left out on purpose: ``__reduce__`` and its kin, for library code would call
what they name; ``__class__``, ``__subclasshook__``, ``__instancecheck__``, ``__prepare__``, ``__mro_entries__``."""

BINDABLE = SPECIAL_METHODS | set(words("__slots__ __match_args__ __all__ __version__ __author__ __doc__ __test__"))
"""Double-underscore names that may be assigned or defined."""

SUNDERS = frozenset(
    ["_missing_", "_ignore_", "_order_", "_value_", "_name_", "_generate_next_value_", "_numeric_repr_"]
)
"""Enum's hooks: the only names of this form that apps may bind, for every other may be a guard."""

READABLE_NAMES = frozenset({"__name__", "__file__", "__doc__", "__package__", "__debug__", "__class__"}) | BINDABLE
"""Double-underscore variables that may be read."""

PLAIN_DUNDERS = frozenset(
    words(
        """__name__ __qualname__ __doc__ __module__ __version__ __cause__ __context__ __notes__ __suppress_context__
        __wrapped__ __members__ __match_args__ __slots__ __file__ __all__ __author__ __dataclass_fields__
        __type_params__ __value__ __package__"""
    )
)
"""Double-underscore attributes that may be read of anything: text and plain data."""

READABLE_DUNDERS = PLAIN_DUNDERS | SPECIAL_METHODS | {"__class__", "__dict__", "__annotations__", "__traceback__"}
"""Double-underscore attributes that may be read; those beyond the plain ones where the guard finds them harmless."""

WRITABLE_DUNDERS = frozenset(
    words("__name__ __qualname__ __doc__ __cause__ __context__ __suppress_context__ __wrapped__ __match_args__")
)
"""Double-underscore attributes that may be set on the app's own objects."""

NAMEDTUPLE = frozenset({"_replace", "_asdict", "_fields", "_make", "_field_defaults"})
"""Public in spite of the underscore, on tuples."""

MATCH_SELF = frozenset(
    ["bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"]
)
"""Built-in types that a class pattern may take a positional sub-pattern for: it is the object itself."""

ABSENT = frozenset(
    words(
        """eval exec compile globals locals breakpoint input help exit quit copyright credits license __import__
        __builtins__ __build_class__ __loader__ __spec__ __path__"""
    )
)
"""Built-in names that restricted code does not have."""

_GUARD = re.compile(r"_.*_\Z")


def is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and len(name) > 4


def is_private(name: str) -> bool:
    """``_x``, ``__x``: for the app's own classes alone."""
    return name.startswith("_") and not is_dunder(name)


def may_bind(name: str) -> bool:
    """Whether app code may give a variable this name. A guard is a name; binding it would remove the guard."""
    if not name.startswith("_") or not name.strip("_"):
        return True
    if is_dunder(name):
        return name in BINDABLE
    return name in SUNDERS or not _GUARD.match(name)


def may_read(name: str) -> bool:
    """Whether app code may read a variable of this name."""
    return name in READABLE_NAMES or (name not in ABSENT and may_bind(name))


def is_native(name: str) -> bool:
    """Whether an attribute may be read as Python reads it, with no guard: public and in no set above."""
    return not name.startswith("_") and name not in FRAMES and name not in GUARDED
