# ruff: noqa: E501  (app code stands in one line)
"""Modules that reach an app are the app's own views: what it changes is its own, and no view leads behind itself."""

from __future__ import annotations

import asyncio
import inspect
import json
import math
import os
import sys
import threading
import types
from collections.abc import Callable
from typing import Any

import pytest

from vaas.core.restrict.rules import FRAMES
from vaas.core.virtual.stdlib.tables import SAFE

CHANGES = {
    "a function of a module": "import json\njson.dumps = None",
    "a number of a module": "import math\nmath.pi = 3",
    "a name taken away": "import json\ndel json.dumps",
    "by setattr": "import json\nsetattr(json, 'dumps', None)",
    "by vars": "import json\nvars(json)['dumps'] = None\nassert json.dumps is None",
    "by __dict__": "import json\njson.__dict__.update(dumps=None)\nassert json.dumps is None",
    "by a loop": "import json\nfor json.dumps in [None]: pass",
    "a method of a library's class": "import json\njson.JSONEncoder.default = None",
    "a method of a built-in class": "int.real = None",
    "an attribute of a library's function": "import json\njson.dumps.calls = 0",
    "the defaults of a library's function": "import json\njson.dumps.__defaults__ = ()",
    "a class given another base": "import json\nclass A(json.JSONEncoder): pass\njson.JSONEncoder.__bases__ = (A,)",
    "a registered subclass": "import collections.abc\ncollections.abc.Mapping._abc_registry",
    "a library's table": "import html.entities\nhtml.entities.html5.clear()\nfrom html import unescape\nassert unescape('&amp;') != '&'",
    "the built-ins": "import builtins\nbuiltins.len = None",
    "the built-ins of a module": "__builtins__['len'] = None",
    "another module's loader": "import json\njson.__loader__ = None",
}


@pytest.mark.parametrize("text", CHANGES.values(), ids=CHANGES.keys())
def test_nothing_that_an_app_does_to_a_module_reaches_another_app(run: Any, text: str) -> None:
    before = json.dumps, math.pi, json.JSONEncoder.default, json.JSONEncoder.__bases__, len, json.dumps.__defaults__
    with pytest.raises(Exception):  # noqa: B017, PT011  # which one is said elsewhere; here it is what it left behind
        run(text)
    assert before == (
        json.dumps,
        math.pi,
        json.JSONEncoder.default,
        json.JSONEncoder.__bases__,
        len,
        json.dumps.__defaults__,
    )


MODULES = ["random._os", "enum.sys", "collections.abc.sys", "json.codecs", "json.decoder.re", "logging.os", "logging.sys", "asyncio.sys",
           "asyncio.events", "asyncio.base_events.os", "typing.sys", "dataclasses.sys", "dataclasses.builtins", "functools.RLock.x",
           "pathlib.os", "tempfile._os", "shutil.os", "os.sys", "os.path.os", "os.posix", "io._io", "re.enum", "copy.copyreg", "string._re",
           "contextlib.sys", "threading._sys", "queue.threading", "uuid.os", "statistics.sys", "calendar.sys", "email.utils.os", "csv.re",
           "inspect.sys", "inspect.os", "inspect.linecache", "traceback.linecache", "warnings.sys", "weakref.sys", "types.sys", "pickle.sys",
           "concurrent.futures.thread", "concurrent.futures._base", "importlib.util", "importlib.machinery", "importlib._bootstrap",
           "importlib.resources.os", "xml.etree.ElementTree.sys", "zoneinfo._tzpath", "decimal.sys", "heapq.__spec__", "math.__loader__",
           "gettext.os", "locale.os", "mimetypes.os", "platform.os", "secrets.base64.binascii.x", "sys.modules", "sys._getframe", "sys.meta_path"]  # fmt: skip


@pytest.mark.parametrize("path", MODULES)
def test_no_module_leads_to_another_that_is_not_the_app_s(run: Any, path: str) -> None:
    *way, last = path.split(".")
    module = next(".".join(way[:n]) for n in range(len(way), 0, -1) if ".".join(way[:n]) in SAFE)
    rest = [*way[module.count(".") + 1 :], last]
    text = (
        f"import importlib\nit = importlib.import_module({module!r})\nfor name in {rest!r}:\n    it = getattr(it, name)"
    )
    with pytest.raises((AttributeError, ImportError)):
        run(text)
    with pytest.raises((AttributeError, ImportError, SyntaxError)):
        run(f"from {module} import {rest[0]} as it\nfor name in {rest[1:]!r}:\n    it = getattr(it, name)")


def test_no_facade_shows_a_module_that_is_no_facade(run: Any) -> None:
    app = run("import importlib")
    for name in sorted(SAFE):
        try:
            facade = app.importlib.import_module(name)
        except ImportError:  # not in this version of Python
            continue
        shown = [value for key, value in vars(facade).items() if not key.startswith("_")]
        assert not [it for it in shown if type(it) is types.ModuleType], name


def a_generator() -> Any:
    yield 1


async def a_coroutine() -> None:
    await asyncio.sleep(0)


async def an_async_generator() -> Any:
    yield 1


def a_closure(secret: object) -> Callable[[], object]:
    return lambda: secret


def an_error() -> BaseException:
    try:
        raise ValueError("x")
    except ValueError as error:
        return error


CREATED = a_coroutine()
CREATED.close()
LENT = {
    "a frame": sys._getframe(),
    "a traceback": an_error().__traceback__,
    "an error": an_error(),
    "a generator": a_generator(),
    "a coroutine": CREATED,
    "an async generator": an_async_generator(),
    "a closure": a_closure(os),
    "a built-in function": len,
    "a method": threading.Thread().start,
    "a descriptor": property(lambda self: os),
    "a slot": vars(types.SimpleNamespace)["__dict__"]
    if "__dict__" in vars(types.SimpleNamespace)
    else vars(type)["__dict__"],
    "a type": json.JSONEncoder,
    "a module": os,
    "code": a_generator.__code__,
}
LEADING = [*sorted(FRAMES), "__globals__", "__closure__", "__code__", "__builtins__", "__loader__", "__spec__", "__subclasses__", "__mro__",
           "__bases__", "__base__", "__reduce_ex__", "__init_subclass__", "__objclass__", "__defaults__", "__kwdefaults__",
           "__self__", "__func__", "__dict__", "__path__", "__origin__", "__weakref__", "_abc_vaas_"]  # fmt: skip


@pytest.mark.parametrize("lent", LENT.values(), ids=LENT.keys())
def test_no_live_object_of_the_host_leads_to_its_variables(run: Any, lent: Any) -> None:
    app = run(
        "def read(obj, name): return getattr(obj, name)\ndef text(obj, name): return ('{0.' + name + '}').format(obj)"
    )
    for read in (app.read, app.text):
        for name in LEADING:
            with pytest.raises((AttributeError, TypeError)):
                read(lent, name)


def test_an_error_carries_its_words_out_and_nothing_else(run: Any) -> None:
    app = run(
        "def traceback_of(error): return error.__traceback__\ndef words(error): return error.args, error.__cause__, error.__context__"
    )
    assert app.traceback_of(an_error()) is None
    assert app.words(an_error()) == (("x",), None, None)


def test_a_signature_shows_no_object_of_a_library(run: Any) -> None:
    app = run("import inspect\ndef defaults(f): return [p.default for p in inspect.signature(f).parameters.values()]")

    def lent(a: int = 1, b: Any = os, c: Any = os.system) -> None: ...

    assert app.defaults(lent) == [1, ..., ...]
    own = run(
        "import inspect\nKEY = object()\ndef f(a, b=KEY): ...\nX = inspect.signature(f).parameters['b'].default is KEY"
    ).X
    assert own is True
    assert inspect.signature(lent).parameters["b"].default is os


@pytest.mark.parametrize("of", ["Told", "functools.partial(Told)", "Told()", "wrapping"])
def test_no_signature_is_read_from_a_docstring_of_the_app(run: Any, of: str) -> None:
    app = run(
        f"""
        import functools, inspect
        class Told:
            "Told($self, where=sys.executable)\\n--\\n\\n"
            def __call__(self): pass
        def wrapping(): pass
        wrapping.__wrapped__ = Told
        X = str(inspect.signature({of}))
        """
    )
    assert app.X == "()"


def test_an_error_shows_the_errors_before_it_that_came_through_the_app_s_code(run: Any) -> None:
    app = run(
        """
        import contextlib, functools
        def caught(act):
            try:
                act()
            except Exception as error:
                return error
        def own():
            try:
                {}["k"]
            except KeyError as error:
                raise ValueError from error
        def called_back(a, b):
            raise KeyError("mine")
        def within():
            sorted([1, 2], key=functools.cmp_to_key(called_back))
        def library():
            contextlib.ExitStack().enter_context(int)
        def asked():
            try:
                within()
            except KeyError:
                1 / 0
        def made():
            raise ValueError from KeyError("never raised")
        errors = caught(own), caught(library), caught(asked), caught(made)
        RESULT = [(repr(it.__cause__), repr(it.__context__)) for it in errors]
        """
    )
    assert app.RESULT == [
        ("KeyError('k')", "KeyError('k')"),
        ("None", "None"),
        ("None", "KeyError('mine')"),
        ("KeyError('never raised')", "None"),
    ]


def test_an_attribute_error_shows_an_object_of_the_app_s_alone(run: Any) -> None:
    app = run("def obj(error): return error.obj\nclass Own: pass\nown = Own()")
    assert app.obj(AttributeError("x", name="x", obj=app.own)) is app.own
    assert app.obj(AttributeError("x", name="x", obj=[1])) == [1]
    for lent in (int, os, len, threading.Thread()):
        with pytest.raises(AttributeError, match="what a library looked at"):
            app.obj(AttributeError("x", name="x", obj=lent))
