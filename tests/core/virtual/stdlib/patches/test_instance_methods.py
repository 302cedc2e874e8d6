"""No method that an app can take from a library's class makes anything by the class of whatever it is given, or sets
attributes of it."""

from __future__ import annotations

import ast
import dis
import inspect
from collections import Counter
from collections.abc import Iterator
from textwrap import dedent
from types import FunctionType
from typing import Any

import pytest

from vaas.core.virtual.stdlib.facades.base import Facade
from vaas.core.virtual.stdlib.patches import instance_methods as unbound
from vaas.core.virtual.stdlib.tables import SAFE

HARMLESS = {"email.message.Message.get_payload", "ipaddress._IPAddressBase.version", "json.encoder.JSONEncoder.default"}
"""They only tell the name of a class, or look something up in it."""


def shown_classes(run: Any) -> Iterator[type]:
    app = run("import importlib")
    for name in sorted(SAFE):
        try:
            facade = app.importlib.import_module(name)
        except ImportError:  # not in this version of Python
            continue
        assert isinstance(facade, Facade)
        for shown in vars(facade).values():
            if isinstance(shown, type):
                yield from shown.__mro__


def functions_of(cls: type) -> Iterator[tuple[str, FunctionType]]:
    for name, found in vars(cls).items():
        parts = [found.fget, found.fset] if isinstance(found, property) else [found]
        yield from ((name, it) for it in parts if isinstance(it, FunctionType) and not name.startswith("_"))


def asks_for_the_class_of_self(function: FunctionType) -> bool:
    if function.__code__.co_filename == unbound.__file__:
        return False  # one of those that ask first
    try:
        node: Any = ast.parse(dedent(inspect.getsource(function))).body[0]
    except (OSError, SyntaxError):  # made at run time
        return False
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or not node.args.args:
        return False
    first = node.args.args[0].arg
    return any(ast.unparse(it) in (f"{first}.__class__", f"type({first})") for it in ast.walk(node))


def test_every_method_that_asks_for_the_class_of_self_wants_an_instance(run: Any) -> None:
    classes = dict.fromkeys(shown_classes(run))
    asking = {
        f"{cls.__module__}.{cls.__qualname__}.{name}"
        for cls in classes
        for name, function in functions_of(cls)
        if not cls.__module__.startswith("vaas.") and asks_for_the_class_of_self(function)
    }
    assert len(classes) > 300
    assert asking - HARMLESS == set()


def sets_attributes_of_self(function: FunctionType) -> bool:
    code = function.__code__
    if code.co_filename == unbound.__file__ or not code.co_argcount:
        return False
    loaded: Any = None
    for it in dis.get_instructions(function):
        if it.opname in ("STORE_ATTR", "DELETE_ATTR") and loaded == code.co_varnames[0]:
            return True
        loaded = None
        if it.opname.startswith("LOAD_FAST"):
            loaded = it.argval[-1] if isinstance(it.argval, tuple) else it.argval  # some versions load two at once
    return False


def test_every_method_that_sets_attributes_of_self_wants_an_instance(run: Any) -> None:
    setting = {
        f"{cls.__module__}.{cls.__qualname__}.{name}"
        for cls in dict.fromkeys(shown_classes(run))
        for name, found in vars(cls).items()
        if isinstance(found, FunctionType) and not name.startswith("_") and sets_attributes_of_self(found)
    }
    assert setting == set()


def test_the_functions_of_a_library_s_property_are_not_for_apps(run: Any) -> None:
    app = run(
        """
        import calendar
        class Own:
            @property
            def x(self): return 1
        def of_a_library(): return calendar.Calendar.firstweekday.fset
        RESULT = Own.x.fget(Own()), Own.x.fset
        """
    )
    assert app.RESULT == (1, None)
    with pytest.raises(AttributeError, match="a library's function"):
        app.of_a_library()


@pytest.mark.parametrize("given", [int, object(), [1], Counter])
def test_it_is_refused_to_anything_else(run: Any, given: Any) -> None:
    app = run("from collections import ChainMap, Counter\ndef copy(it): return Counter.copy(it)")
    with pytest.raises(TypeError, match="is for instances of Counter"):
        app.copy(given)
    assert not hasattr(Counter.copy, "__wrapped__")


def test_instances_and_subclasses_are_copied_as_ever(run: Any) -> None:
    module = run(
        """
        from collections import ChainMap, Counter, UserList
        class Mine(Counter):
            def copy(self): return super().copy()
        RESULT = (type(Mine("aab").copy()) is Mine, Counter("aab").copy()["a"], ChainMap({"a": 1}).new_child({"b": 2}).parents["a"],
                  UserList([1]).copy(), Counter.copy.__name__)
        """  # noqa: E501  # app code stands in one line
    )
    assert repr(module.RESULT) == "(True, 2, 1, [1], 'copy')"
