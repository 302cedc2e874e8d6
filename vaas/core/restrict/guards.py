"""What the transformer's guards do while the code runs, and the built-in functions that take a name as a string.

One check decides what may be read and one what may be written; ``_getattr_``, ``getattr``, ``hasattr``,
``str.format`` and ``operator.attrgetter`` all ask the first. A name must be exactly ``str``: a subclass could answer
differently the second time it is asked. Next: ``builtins.py``, the dict that restricted code gets.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, GenericAlias, MappingProxyType, MethodType, ModuleType
from typing import Any
from weakref import CallableProxyType, ProxyType

from vaas.core.restrict import rules
from vaas.core.restrict.dunder_readers import READERS, unreadable, what
from vaas.core.restrict.guarded_attributes import read_guarded
from vaas.core.restrict.ownership import (
    MARK,
    REMEMBERED,
    Mark,
    class_behind,
    holds_own_alone,
    is_built_in,
    is_own,
    is_own_private,
    mark_of,
)
from vaas.core.restrict.safe_type import safe_type
from vaas.core.restrict.settable import may_be_shared

_UNWRITABLE = (FunctionType, BuiltinFunctionType, MethodType, GenericAlias, ProxyType, CallableProxyType, super)
_COPIED: dict[type, Any] = {
    **{kind: kind for kind in (dict, list, set)},
    MappingProxyType: lambda it: MappingProxyType(dict(it)),  # which hands the dict within to who is compared with it
}
_BY_NAME = frozenset({"__getattribute__", "__getattr__", "__setattr__", "__delattr__"})
_MISSING = object()


def guarded_getattr(obj: Any, name: str) -> Any:
    """``obj.name`` for a name that is not plainly harmless. AttributeError if restricted code may not read it."""
    mark = type(obj).__dict__.get(MARK)  # mark_of, in line: this is what every self._name costs
    if type(mark) is Mark and name in mark.private:
        return getattr(obj, name)
    if rules.is_private(name):
        if may_read_private(obj, name):
            return getattr(obj, name)
        raise unreadable(obj, name, "names that begin with _ are for the app's own classes")
    if name in rules.FRAMES:
        raise unreadable(obj, name, "it leads to frames, other people's variables or native code")
    if name in rules.GUARDED:
        return read_guarded(obj, name)
    return _special(obj, name) if rules.is_dunder(name) else getattr(obj, name)


def read(obj: Any, name: Any, default: Any = _MISSING) -> Any:
    """``getattr`` of restricted code."""
    if type(name) is not str:
        raise TypeError("attribute name must be exactly str")
    try:
        return getattr(obj, name) if rules.is_native(name) else guarded_getattr(obj, name)
    except AttributeError:
        if default is _MISSING:
            raise
        return default


def has(obj: Any, name: Any) -> bool:
    """``hasattr`` of restricted code."""
    return read(obj, name, _NOTHING) is not _NOTHING


def guarded_write(obj: Any, name: str) -> Any:
    """Gives ``obj`` back if restricted code may set or delete ``name`` on it; else AttributeError."""
    mark = type(obj).__dict__.get(MARK)
    if type(mark) is Mark and name in mark.written:
        return obj
    why = _unwritable(obj, name)
    if why:
        raise AttributeError(f"restricted code may not set {name!r} on {what(obj)}: {why}")
    lasting = not rules.is_private(name) or (type(mark) is Mark and name in mark.private)
    if type(mark) is Mark and lasting and len(mark.written) < REMEMBERED:
        mark.written.add(name)
    return obj


def guarded_in_place(obj: Any, name: str) -> Any:
    """``guarded_write`` for ``obj.name += …`` and a name that is judged: only where judging gives what is there."""
    if mark_of(type(obj)) is None or read_guarded(obj, name) is not getattr(obj, name):
        raise AttributeError(f"restricted code may not change {name!r} of {what(obj)} in place: assign it")
    return guarded_write(obj, name)


def write(obj: Any, name: Any, value: Any) -> None:
    """``setattr`` of restricted code."""
    if type(name) is not str:
        raise TypeError("attribute name must be exactly str")
    setattr(guarded_write(obj, name), name, value)


def delete(obj: Any, name: Any) -> None:
    """``delattr`` of restricted code."""
    if type(name) is not str:
        raise TypeError("attribute name must be exactly str")
    delattr(guarded_write(obj, name), name)


def prove(obj: Any, known: set[type], read: tuple[str, ...], written: tuple[str, ...]) -> bool:
    """Whether all these names of ``obj`` are the app's own; then its class is added to ``known``."""
    cls = type(obj)
    mark = mark_of(cls)
    if mark is None or not all(may_read_private(obj, name) for name in read):
        return False
    if any(_unwritable(obj, name) for name in written):
        return False
    if any(rules.is_private(name) and name not in mark.private for name in (*read, *written)):
        return False  # its own now, and perhaps not at the next access
    if len(known) < REMEMBERED:
        known.add(cls)
    return True


def may_read_private(obj: Any, name: str) -> bool:
    if name in rules.NAMEDTUPLE and issubclass(class_behind(obj), tuple):
        return True
    if isinstance(obj, ModuleType):
        return is_app_module(obj) and rules.may_bind(name)
    return rules.may_bind(name) and is_own_private(obj, name)


def is_app_module(obj: Any) -> bool:
    """A module of an app in restricted code: its built-ins are ours."""
    if not issubclass(type(obj), ModuleType) or type(obj).__name__ != "RestrictedModule":
        return False
    return "_getattr_" in vars(obj).get("__builtins__", ())


def variables(obj: Any) -> dict[str, Any]:
    """``vars(obj)`` and ``obj.__dict__``. A copy, without the machine's own names, but for instances that hold nothing
    but the app's."""
    if isinstance(obj, ModuleType) and type(obj) is not ModuleType:  # the app's own, or a facade
        return {name: it for name, it in vars(obj).items() if not name.startswith("_")}
    if isinstance(obj, ModuleType) or not is_own(obj):
        raise TypeError("vars() is for modules and for the app's own classes and their instances")
    if not isinstance(obj, (type, FunctionType)) and holds_own_alone(type(obj)):
        own: dict[str, Any] = vars(obj)
        return own
    shown = {name: it for name, it in vars(obj).items() if rules.may_bind(name) and _may_show(obj, name)}
    if isinstance(obj, type):  # what a library generated for the class asks whom it is called with, here too
        shown |= {
            name: _for_own(obj, name) for name, it in shown.items() if rules.is_dunder(name) and _is_generated(it)
        }
    return shown


def _is_generated(it: Any) -> bool:
    return type(it) is FunctionType and not is_own(it)


def _may_show(obj: Any, name: str) -> bool:
    return type(obj) is FunctionType or not rules.is_private(name) or may_read_private(obj, name)


def names_of(obj: Any) -> list[str]:
    """``dir(obj)``: the names that restricted code may read."""
    return [name for name in dir(obj) if not name.startswith("_") and name not in rules.FRAMES]


def _unwritable(obj: Any, name: str) -> str:
    """Why ``name`` may not be set on ``obj``; empty if it may."""
    own = is_own(obj)
    if name in rules.FRAMES:
        return "it leads to frames"
    if rules.is_dunder(name) and not (own and _may_set_dunder(obj, name)):
        return "it is the language's own"
    if isinstance(obj, ModuleType):
        if type(obj) is ModuleType:
            return "it is not the app's own"
        return "" if rules.may_bind(name) else "the name is the machine's own"  # a facade refuses by itself
    if rules.is_private(name) and not may_read_private(obj, name):
        return "names that begin with _ are for the app's own classes"
    if name in rules.OF_GROUPS and issubclass(type(obj), BaseExceptionGroup):
        return "the interpreter believes what it says"
    if not own and (isinstance(obj, (type, *_UNWRITABLE)) or may_be_shared(obj)):
        return "it is not the app's own"
    return ""


def _may_set_dunder(obj: Any, name: str) -> bool:
    """On the app's own: what describes it, and methods of a class. ``__module__`` of an instance is just data."""
    if name in rules.WRITABLE_DUNDERS:
        return name != "__module__" or not isinstance(obj, type)
    return isinstance(obj, type) and name in rules.SETTABLE_METHODS


def _special(obj: Any, name: str) -> Any:
    if name == "__class__":
        return safe_type(obj)
    if name == "__dict__":
        return _dict_of(obj)
    if name == "__traceback__":
        return None  # frames are not for apps; library functions take None for "no traceback"
    if name == "__annotations__" and (is_own(obj) or is_app_module(obj)):
        return dict(getattr(obj, name))
    if name in READERS:
        return READERS[name](obj, name)
    if name in rules.PICKLING and is_own(obj) and is_own(_function_of(getattr(obj, name))):
        return getattr(obj, name)
    if name in rules.PLAIN_DUNDERS:
        found = getattr(obj, name)
        return _COPIED[type(found)](found) if type(found) in _COPIED else found
    if name in rules.SPECIAL_METHODS and _may_call_special(obj, name):
        return _by_name(obj, name) if name in _BY_NAME else _for_own(obj, name)
    raise unreadable(obj, name, "it reaches under the language")


def _dict_of(obj: Any) -> dict[str, Any]:
    try:
        return variables(obj)
    except TypeError as error:
        raise AttributeError(str(error)) from None  # hasattr says no


def _function_of(method: Any) -> Any:
    return getattr(method, "__func__", method)


def _may_call_special(obj: Any, name: str) -> bool:
    """``super().__init__``, ``Base.__eq__``, ``object.__setattr__``, ``dict.__getitem__``, ``"a".__len__``."""
    if is_own(obj):
        return True
    if type(obj) is super:
        return name in rules.BY_SYNTAX
    if name in rules.BY_SYNTAX and not isinstance(obj, (type, ModuleType)):
        return True
    if isinstance(obj, _UNWRITABLE) or name == "__init_subclass__":
        return name == "__get__"
    if not isinstance(obj, type):
        return name in _BY_NAME
    # super.__init__ makes one that was looked at another, while a second thread reads what it leads to.
    return is_built_in(class_behind(obj)) and not issubclass(class_behind(obj), (type, ModuleType, super))


def _for_own(obj: Any, name: str) -> Any:
    """A special method. One of a library, got from a class, would do to any object what it does to its own."""
    method = getattr(obj, name)
    if not issubclass(type(obj), type) or type(method) is MethodType or is_own(method):
        return method
    own, tool = mark_of(obj) is not None, obj in (property, staticmethod, classmethod)
    if not own and (not tool or name in rules.BY_SYNTAX):
        return method

    def unbound(target: Any, *args: Any, **named: Any) -> Any:
        cls = target if name == "__new__" else type(target)
        if not (own and obj in type.__getattribute__(cls, "__mro__")) and not (tool and is_own(target)):
            raise TypeError(f"{obj.__name__}.{name} is for instances of the app's own classes")
        return method(target, *args, **named)

    return unbound


def _by_name(obj: Any, name: str) -> Any:
    """The special methods that take an attribute's name, so that the name meets the same rules."""
    method = getattr(obj, name)
    check = guarded_write if name in ("__setattr__", "__delattr__") else _check_readable
    if isinstance(obj, type):

        def unbound(target: Any, attribute: Any, *value: Any) -> Any:
            _exactly_str(attribute)
            if not is_own(target) or isinstance(target, type):
                raise TypeError(f"{name} is for instances of the app's own classes")
            check(target, attribute)
            return method(target, attribute, *value)

        return unbound
    target = getattr(obj, "__self__") if type(obj) is super else obj  # noqa: B009  # typeshed does not know it

    def bound(attribute: Any, *value: Any) -> Any:
        _exactly_str(attribute)
        check(target, attribute)
        return method(attribute, *value)

    return bound


def _check_readable(obj: Any, name: str) -> None:
    """For ``super().__getattribute__``: as ``guarded_getattr``, without reading."""
    if not rules.is_native(name) and not (rules.is_private(name) and may_read_private(obj, name)):
        raise unreadable(obj, name, "not by this way")


def _exactly_str(name: Any) -> None:
    if type(name) is not str:
        raise TypeError("attribute name must be exactly str")


_NOTHING = object()
