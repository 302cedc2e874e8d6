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
        ag_await ag_frame ag_code enable_load_extension load_extension"""
    )
)
"""Attributes of live objects that lead to frames, and so to other code's variables, or to native code (a database's
extensions). Refused wherever they stand."""

GUARDED = frozenset(
    [
        "format",
        "format_map",
        "mro",
        "get_loop",
        "get_stack",
        "print_stack",
        "get_context",
        "get_coro",
        "parser",
        "from_callable",
        "register",
        "obj",
        "fget",
        "fset",
        "fdel",
        "groupindex",
        "metadata",
        "parameters",
        "sub",
        "subn",
        "expand",
    ]
)
"""Public attributes with a danger on some objects: read through the guard, which looks at the object."""

OF_GROUPS = frozenset({"split", "derive", "subgroup"})
"""Methods of exception groups that the interpreter calls and believes: no app sets them."""

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
"""Special methods a class may define. Left out on purpose: ``__class__``, ``__subclasshook__``, ``__instancecheck__``,
``__prepare__``, ``__mro_entries__``."""

BY_SYNTAX = SPECIAL_METHODS - {
    f"__{name}__"
    for name in words(
        """init new init_subclass post_init del getattr getattribute setattr delattr dir get set delete set_name
        class_getitem copy deepcopy replace sizeof buffer release_buffer"""
    )
}
"""Methods that operators, statements and built-in functions call on any object anyway: reading one gives no more."""

PICKLING = frozenset(words("__reduce__ __reduce_ex__ __getstate__ __setstate__ __getnewargs__ __getnewargs_ex__"))
"""Methods a class may define, and only ``copy`` and ``pickle`` may call: they know what not to do
(``core/virtual/stdlib/patches/copying.py``)."""

ABOUT = frozenset(
    f"__{name}__"
    for name in words(
        """all version author doc test title license licence copyright author_email email description summary url uri
        build version_info version_tuple commit_id date status maintainer maintainer_email credits contact homepage
        docformat lazy_modules"""
    )
)
"""What modules say about themselves: text and plain data that no interpreter acts on."""

BINDABLE = SPECIAL_METHODS | ABOUT | {"__slots__", "__match_args__", "__wrapped__", "__signature__"}
"""Double-underscore names that may be assigned or defined."""

BINDABLE_IN_CLASSES = PICKLING | {"__name__"}
"""Those that a class body may define besides; as variables of a module they would say whose it is."""

SUNDERS = frozenset(
    words(
        """_missing_ _ignore_ _order_ _value_ _name_ _generate_next_value_ _numeric_repr_ _repr_html_ _repr_json_
        _repr_latex_ _repr_markdown_ _repr_pretty_ _repr_svg_ _repr_mimebundle_"""
    )
)
"""Hooks of Enum and of notebooks: the only names of this form that apps may bind, for every other may be a guard."""

READABLE_NAMES = BINDABLE | set(words("__name__ __file__ __path__ __package__ __spec__ __debug__ __class__ __import__"))
"""Double-underscore variables that may be read."""

PLAIN_DUNDERS = ABOUT | set(
    words(
        """__name__ __qualname__ __module__ __notes__ __suppress_context__ __wrapped__
        __signature__ __members__ __match_args__ __slots__ __file__ __path__ __dataclass_fields__ __type_params__
        __value__ __package__ __isabstractmethod__ __total__ __required_keys__ __optional_keys__"""
    )
)
"""Double-underscore attributes that may be read of anything: text and plain data."""

LOOKED_AT = frozenset(
    words(
        """__class__ __dict__ __annotations__ __traceback__ __mro__ __bases__ __subclasses__ __self__ __func__ __cause__
        __context__"""
    )
)
"""Double-underscore attributes that may be read of some objects, in part, or as a stand-in."""

READABLE_DUNDERS = PLAIN_DUNDERS | SPECIAL_METHODS | PICKLING | LOOKED_AT
"""Double-underscore attributes that may be read; those beyond the plain ones where the guard finds them harmless."""

WRITABLE_DUNDERS = frozenset(
    words(
        """__name__ __qualname__ __doc__ __cause__ __context__ __suppress_context__ __wrapped__ __match_args__
        __signature__ __isabstractmethod__ __module__"""
    )
)
"""Double-underscore attributes that may be set on the app's own objects."""

SETTABLE_METHODS = SPECIAL_METHODS - {"__getattribute__"}
"""Special methods that may be set on an own class after it was made."""

SETTABLE_DUNDERS = WRITABLE_DUNDERS | SETTABLE_METHODS
"""Those that may stand on the left of an assignment: on an own class, methods too."""

NAMEDTUPLE = frozenset({"_replace", "_asdict", "_fields", "_make", "_field_defaults"})
"""Public in spite of the underscore, on tuples."""

MATCH_SELF = frozenset(
    ["bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"]
)
"""Built-in types that a class pattern may take a positional sub-pattern for: it is the object itself."""

ABSENT = frozenset(
    words(
        """eval exec compile breakpoint input help exit quit copyright credits license __builtins__
        __build_class__ __loader__"""
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
