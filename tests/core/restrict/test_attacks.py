# ruff: noqa: E501  (app code stands in one line)
"""Attacks on restricted code that no look at its source can see: names are made at run time, objects are lent."""

from __future__ import annotations

import asyncio
import builtins
import importlib
import io
import json
import sys
import types
from collections import UserList
from typing import Any, get_type_hints

import pytest

from vaas.core.interrupt import Interrupted
from vaas.core.restrict.hints import checked_hints
from vaas.core.virtual.errors import ImportDenied
from vaas.core.virtual.stdlib.tables import SAFE

REFUSED = (AttributeError, TypeError, NameError, PermissionError, ImportError)

SECRETS = ["__globals__", "__self__", "__code__", "__subclasses__", "__bases__", "__mro__", "__dict__", "__builtins__", "__closure__",
           "__reduce_ex__", "__init_subclass__", "__loader__", "__getattribute__", "gi_frame", "tb_frame", "f_back", "_x"]  # fmt: skip
READERS = {
    "getattr": "getattr(obj, name)",
    "str.format": "('{0.' + name + '}').format(obj)",
    "str.format, unbound": "str.format('{0.' + name + '}', obj)",
    "str.format, by getattr": "getattr('{0.' + name + '}', 'for' + 'mat')(obj)",
    "format_map": "('{x.' + name + '}').format_map({'x': obj})",
    "nested format": "'{0:{1.' .__add__(name).__add__('}}').format('', obj)",
    "format of a subclass": "type('', (), {}) if 0 else S('{0.' + name + '}').format(obj)",
    "attrgetter": "operator.attrgetter(name)(obj)",
    "attrgetter, deep": "operator.attrgetter('n.' + name)(Box(obj))",
    "methodcaller": "operator.methodcaller(name)(obj)",
    "format of an alias": "typing.Annotated[str, 1].format('{0.' + name + '}', obj)",
    "format of a generic alias": "types.GenericAlias(str, (int,)).format('{0.' + name + '}', obj)",
    "format of a method": "types.MethodType(str, 1).format('{0.' + name + '}', obj)",
    "map": "list(map(getattr, [obj], [name]))[0]",
    "super": "Box(0).steal(name)",
    "object.__getattribute__": "object.__getattribute__(obj, name)",
}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS.keys())
@pytest.mark.parametrize("name", SECRETS)
def test_no_reader_of_names_reads_a_secret_of_a_lent_function(run: Any, reader: str, name: str) -> None:
    module = run(
        f"""
        import operator, types, typing
        class S(str):
            pass
        class Box:
            def __init__(self, n):
                self.n = n
            def steal(self, name):
                return super().__getattribute__(name)
        def attack(obj, name):
            return {reader.replace("type('', (), {}) if 0 else ", "")}
        """
    )
    with pytest.raises(REFUSED):
        module.attack(json.dumps, name)


WRITERS = {
    "setattr": "setattr(obj, name, 1)",
    "delattr": "delattr(obj, name)",
    "object.__setattr__": "object.__setattr__(obj, name, 1)",
    "update_wrapper": "functools.update_wrapper(obj, lambda: 1)",
    "wraps": "functools.wraps(lambda: 1)(obj)",
    "total_ordering": "functools.total_ordering(obj)",
    "dataclass": "dataclasses.dataclass(obj)",
    "attribute": "obj.name = 1",
    "alias": "typing.Annotated[obj, 1].name = 1",
    "generic alias": "types.GenericAlias(obj, (int,)).name = 1",
    "method": "types.MethodType(obj, 1).name = 1",
    "augmented": "obj.__class__.name = 1",
    "for target": "[0 for obj.name in [1]]",
}


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS.keys())
@pytest.mark.parametrize(
    "lent", [json.JSONEncoder, UserList, json.dumps, len, json, "a".join], ids=lambda it: it.__name__
)
def test_nothing_of_the_process_can_be_written_to(run: Any, writer: str, lent: Any) -> None:
    module = run(f"import dataclasses, functools, types, typing\ndef attack(obj, name):\n    {writer}")
    before = dict(vars(lent)) if hasattr(lent, "__dict__") else {}
    with pytest.raises(REFUSED):
        module.attack(lent, "name")
    assert before == (dict(vars(lent)) if hasattr(lent, "__dict__") else {})


ATTACKS = {
    "three-argument type": "type('X', (), {'__cla' + 'ss__': int})",
    "type of a class": "type(int)('X', (), {'__cla' + 'ss__': int})",
    "type of type": "type(type)('X', (), {'__cla' + 'ss__': int})",
    "subclass of type": "class M(type): pass",
    "an alias of type": "type[int]('X', (), {'__cla' + 'ss__': int})",
    "typing's alias of type": "import typing\ntyping.Type[int]('X', (), {'__cla' + 'ss__': int})",
    "get_origin of type": "import typing\ntyping.get_origin(type[int])('X', (), {'__cla' + 'ss__': int})",
    "metaclass by keywords": "class A(**{'metaclass': lambda *a: 1}): pass",
    "ABCMeta with any namespace": "import abc\nabc.ABCMeta('X', (), {'__cla' + 'ss__': 1})",
    "mro by name": "getattr(int, 'm' + 'ro')()",
    "type of a function": "type(len)('x')\ntype(print)(1, {})",
    "class of a function": "(lambda: 1).__class__((lambda: 1), {})",
    "a raw file's class": "with open('/app/app.py', 'rb') as f:\n    f.raw.__class__('/etc/hostname')",
    "a raw file again": "with open('/app/app.py', 'rb') as f:\n    f.raw.__init__('/etc/hostname')",
    "private names of a library base": "import random\nclass R(random.Random):\n    def go(self): return self._randbelow\nR().go()",
    "private names of a loop's object": "import asyncio\nclass Q(asyncio.TaskGroup):\n    def go(self): return self._loop\nQ().go()",
    "vars of a module": "import json\nvars(json)['__builtins__']",
    "vars of an own module": "import app\napp.__dict__['__builtins__']",
    "a module in vars": "import random\nvars(random)['_os']",
    "the built-ins by globals": "globals()['__builtins__']",
    "a guard by globals": "globals()['_getattr_'] = None",
    "a guard by locals": "locals()['_write_'] = None",
    "a loader by globals": "globals()['__loader__']",
    "a module of another name by globals": "globals()['__name__'] = 'os'",
    "globals of a library": "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as pool:\n    pool.submit(globals).result()['os']",
    "locals of a library": "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as pool:\n    pool.submit(locals).result()['self']",
    "subclasses of a library's class": "Exception.__subclasses__()",
    "subclasses by super": "class A:\n    def go(self): return super().__subclasses__()\nA().go()",
    "another name at each look": "import importlib\nclass S(str):\n    def __hash__(self): return hash('math')\n    def __eq__(self, other): return True\n    def __getitem__(self, i): return self\n    def lstrip(self, *a): return self\nimportlib.import_module(S('os')).system",
    "the same by __import__": "class S(str):\n    def __hash__(self): return hash('math')\n    def __eq__(self, other): return True\n__import__(S('os')).system",
    "what __import__ is bound to": "__import__.__self__",
    "signatures of anything": "import inspect\ninspect.Signature.from_callable",
    "signatures of anything by a subclass": "import inspect\nclass S(inspect.Signature): pass\nS.from_callable",
    "signatures of anything by super": "import inspect\nclass S(inspect.Signature): pass\nsuper(S, S).from_callable",
    "a default of a library's function": "import inspect, asyncio\n[p.default.__self__ for p in inspect.signature(asyncio.Future.__class__).parameters.values()][0]",
    "frames by inspect": "import inspect\ninspect.currentframe()",
    "raw members by inspect": "import inspect, json\ndict(inspect.getmembers(json.dumps))['__globals__']",
    "vars of a class": "vars(int)",
    "the built-ins of an own module": "import app\ngetattr(app, '__built' + 'ins__')",
    "a guard set on an own module": "import app\nsetattr(app, '_get' + 'attr_', None)",
    "an own mark by setattr": "class A: pass\nsetattr(A, '_abc_' + 'vaas_', None)",
    "a reducer by setattr": "class A: pass\nsetattr(A, '__reduce_' + 'ex__', None)",
    "string module names": "import string\nstring.Formatter",
    "user strings": "import collections\ncollections.UserString",
    "a frame by sys": "import sys\nsys._getframe",
    "a frame by the logger": "import logging\nlogging.currentframe()",
    "the real root logger": "import logging\nlogging.getLogger().manager.root.manager.loggerDict['vaas.test']",
    "asyncio's loop by a task": "import asyncio\nasync def f(): return asyncio.current_task().get_loop()\nasyncio.run(f())",
    "asyncio's loop by an alias": "import asyncio, types\nasync def f(): return types.GenericAlias(asyncio.Task, ()).get_loop(asyncio.current_task())\nasyncio.run(f())",
    "asyncio's loop by name": "import asyncio\nasync def f(): return getattr(asyncio.current_task(), 'get_' + 'loop')()\nasyncio.run(f())",
    "all tasks": "import asyncio\nasyncio.all_tasks",
    "a stream": "import asyncio\nasyncio.open_connection",
    "pickle of a function": "import pickle\npickle.loads(b'cos\\nsystem\\n.')",
    "pickle of a builtin": "import pickle\npickle.loads(b'cbuiltins\\neval\\n.')",
    "pickle of a dotted name": "import pickle\nclass A: pass\npickle.loads(b'\\x80\\x04\\x8c\\x03app\\x8c\\x0cA.__init__.x\\x93.')",
    "pickle that sets a class's state": "import pickle\npickle.loads(b'ccollections\\nCounter\\nN}S\"x\"\\nI1\\ns\\x86b.')",
    "import by name": "import importlib\nimportlib.import_module('ctypes')",
    "import of a private module": "import importlib\nimportlib.import_module('_ctypes')",
    "a facade's loader": "from json import __loader__",
    "hidden names of a facade": "from json import __vaas__",
    "a module's dict": "from json import __dict__ as d",
    "a library's class by an enum's reducer": "import copy, enum, json\nE = enum.Enum('E', {'A': 1, '__reduce_' + 'ex__': lambda s, p: ((lambda: json.JSONEncoder), (), (None, {'x': 1})), '__deepcopy__': None, '__copy__': None})\ncopy.copy(E.A)",
    "the same by a dict's method": "import copy, enum, json\nE = enum.Enum('E', {'A': 1, '__reduce_' + 'ex__': {4: ((lambda: json.JSONEncoder), (), (None, {'x': 1}))}.__getitem__, '__deepcopy__': None, '__copy__': None})\ncopy.copy(E.A)",
    "the same by a function of a facade's": "import copy, enum, json, operator\nE = enum.Enum('E', {'A': 1, 'go': lambda s: ((lambda: json.JSONEncoder), (), (None, {'x': 1})), '__red' + 'uce__': operator.methodcaller('go'), '__reduce_' + 'ex__': None, '__deepcopy__': None, '__copy__': None})\ncopy.copy(E.A)",
    "the same within a deque": "import copy, enum, json, collections\nE = enum.Enum('E', {'A': 1, '__reduce_' + 'ex__': lambda s, p: ((lambda: json.JSONEncoder), (), (None, {'x': 1})), '__deepcopy__': None, '__copy__': None})\ncopy.deepcopy(collections.deque([E.A]))",
    "a library's class by an own reducer, copied by a library": "import copy, json, xml.etree.ElementTree as ET\nclass D:\n    def __reduce_ex__(self, p): return (lambda: json.JSONEncoder), (), (None, {'x': 1})\ne = ET.Element('a')\ne.text = D()\ncopy.deepcopy(e)",
    "a library's object by an own reducer": "import copy, random\nclass D:\n    def __reduce__(self): return random.Random, (), {'_randbelow': len}\ncopy.copy(D())",
    "another class by an own reducer": "import copy\nclass B: pass\nclass D:\n    def __reduce__(self): return B, (), (None, {'__class__': D})\ncopy.copy(D())",
    "a reducer of a library": "object.__reduce_ex__(object(), 2)",
    "a library's state by super": "import random\nclass R(random.Random):\n    def go(self): return super().__getstate__()\nR().go()",
    "hints where a wrapped function says": "import shutil, typing\ndef f(x: 'os'): pass\nf.__wrapped__ = shutil.copyfileobj\ntyping.get_type_hints(f)['x']",
    "hints where a library called": "import typing\nfrom concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(1) as pool:\n    T = pool.submit(typing.NamedTuple, 'T', [('x', 'os')]).result()\ntyping.get_type_hints(T)['x']",
    "hints in a module of one's choice": "import collections, typing\nN = collections.namedtuple('N', 'x', module='os')\nclass M(N):\n    x: 'sys'\ntyping.get_type_hints(M)['x']",
    "another name of a dataclass's field": "import dataclasses\n@dataclasses.dataclass\nclass C:\n    a: int = 1\ndataclasses.fields(C)[0].name = '__reduce__'",
    "the bases of a library's class": "import logging\nlogging.Logger.__bases__",
    "the bases of a base": "import logging\nclass L(logging.Logger): pass\nL.__mro__[2].manager",
    "what a method is bound to": "open.__self__",
    "what an interpreter's function is bound to": "len.__self__",
    "a library's function under a method": "import threading\nthreading.Thread().run.__func__",
    "a module's loader by its spec": "__spec__.loader.module",
    "a class body that takes another module": "class A:\n    from os import name as __module__",
    "resources of a library": "import importlib.resources\nimportlib.resources.files('json')",
    "another app's file": "open('/data/../etc/hostname')",
    "a descriptor": "open(1)",
    "names made exactly str by a subclass": "class F(str):\n    def startswith(self, *a): return False\ngetattr(print, F('__self__'))",
    "hints that run code": "import typing\nT = typing.TypedDict('T', {'x': '[].__class__'})\ntyping.get_type_hints(T)",
    "hints in an optional": "import typing\ndef f(x: typing.Optional['a.' + '__class__']): pass\ntyping.get_type_hints(f)",
    "singledispatch by text": "import functools\n@functools.singledispatch\ndef f(x): pass\ndef g(x: 'len'): pass\nf.register(g)",
    "a star import of a guard": "from app import *",
    "thread of the host": "import threading\nthreading.current_thread().name = 'x'",
    "weak proxies": "import weakref\nweakref.proxy",
    "end of the host's thread": "import threading\nthreading.main_thread().join()",
    "variables of the process": "import contextvars\nlist(contextvars.copy_context())",
    "a fresh context": "import contextvars\ncontextvars.Context()",
    "a fresh context by its class": "import contextvars\ntype(contextvars.copy_context())()",
    "a gzip of any file": "import gzip\ngzip.open('/etc/hostname')",
    "a bz2 of any file": "import bz2\nbz2.BZ2File('/etc/hostname')",
    "an lzma of any file": "import lzma\nlzma.open('/etc/hostname', 'rt')",
    "a tree of any file": "import xml.etree.ElementTree as tree\ntree.parse('/etc/hostname')",
    "a tree over any file": "import xml.etree.ElementTree as tree\ntree.ElementTree(tree.Element('a')).write('/etc/x')",
    "a log in any file": "import logging\nlogging.FileHandler('/etc/x')",
    "modes of any file": "import os\nos.chmod('/etc/hostname', 0o777)",
    "a function of code": "import types\ntypes.FunctionType(None, {})",
    "code of bytes": "import types\ntypes.CodeType(0, 0, 0, 0, 0, 0, b'', (), (), (), '', '', '', 0, b'', b'')",
    "a module": "import types\ntypes.ModuleType('x')",
    "a module of one's own kind": "import types\nclass M(types.ModuleType): pass",
    "a cell": "import types\ntypes.CellType(1)",
    "a traceback of a frame": "import types\ntypes.TracebackType(None, None, 1, 1)",
    "hardware address": "import uuid\nuuid.getnode()",
    "a real path": "import os\nos.path.realpath('/etc/hostname') and os.listdir('/etc')",
    "partial's state": "import functools\nfunctools.partial(len).__setstate__",
    "an exception's frames": "try:\n    1 / 0\nexcept Exception as e:\n    e.__traceback__.tb_lineno",
}  # fmt: skip
FAULTS = (*REFUSED, KeyError, ValueError, OSError, Exception)


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_gets_an_error_and_nothing_else(run: Any, text: str) -> None:
    with pytest.raises(FAULTS) as caught:
        run(
            text + "\nREACHED = True"
            if "from app" not in text
            else "__all__ = ['_getattr_']\ndef __getattr__(n): return 1\n" + text + "\n_getattr_"
        )
    assert not isinstance(caught.value, SyntaxError) or getattr(caught.value, "violations", None), (
        "the attack itself is at fault"
    )


INSTANCES = """
    import asyncio, email.message, io, json, logging, pathlib, re, threading, xml.etree.ElementTree as ET
    from concurrent.futures import ThreadPoolExecutor
    async def task():
        return asyncio.current_task()
    try:
        {}["a"]
    except KeyError as error:
        kept = error
    with open(__file__) as file:
        pass
    message = email.message.Message()
    message["To"] = "a@b.example"
    MADE = [asyncio.run(task()), kept, file, message, logging.getLogger("x"), pathlib.Path("/app"), re.match("a", "a"), ET.XML("<a/>"),
            threading.Thread(), ThreadPoolExecutor(), (n for n in []), json.JSONDecoder(), io.StringIO(), task, task.__call__]
    """


def test_no_walk_over_public_names_reaches_a_tool(run: Any) -> None:
    """Everything reachable from facades, built-ins and common objects by plain attributes and items: no guard sees it."""
    module = run(INSTANCES)
    tools = [
        eval,
        exec,
        compile,
        open,
        __import__,
        type,
        types.FunctionType,
        types.CodeType,
        types.FrameType,
        types.ModuleType,
    ]
    forbidden = {
        id(it): repr(it) for it in [*tools, io.FileIO, sys.modules, builtins.__dict__, asyncio.get_event_loop_policy]
    }
    queue = [(name, it, 0) for name, it in module.__builtins__.items() if not name.startswith("_")]
    queue += [(name, importer(module, name), 0) for name in sorted(SAFE)]
    queue += [(repr(it), it, 0) for it in module.MADE]
    seen: dict[int, Any] = {}  # keeps what it has seen: an id must not be used again
    while queue:
        path, obj, depth = queue.pop()
        if id(obj) in seen:
            continue
        seen[id(obj)] = obj
        assert id(obj) not in forbidden, f"{path} is {forbidden[id(obj)]}"
        assert type(obj) is not types.ModuleType, f"{path} is {obj!r}"
        assert not isinstance(obj, (types.FrameType, types.CodeType)), path
        if depth < 6 and not path.startswith("io.FileIO"):
            queue += [(f"{path}.{name}", it, depth + 1) for name, it in public_attributes(obj)]
    assert len(seen) > 5_000


def importer(module: Any, name: str) -> Any:
    return module.__builtins__["__import__"](name, {}, {}, ("",), 0)


def public_attributes(obj: Any) -> list[tuple[str, Any]]:
    from vaas.core.restrict.rules import is_native

    found = []
    for name in dir(obj):
        if is_native(name):
            try:
                found.append((name, getattr(obj, name)))
            except Exception:  # a property that cannot be read leads nowhere
                continue
    if type(obj) in (dict, types.MappingProxyType):
        found += [(f"[{key!r}]", it) for key, it in list(obj.items())[:200]]
    elif type(obj) in (list, tuple, set, frozenset):
        found += [(f"[{n}]", it) for n, it in enumerate(list(obj)[:200])]
    return found


def test_the_platform_s_interruption_passes_every_handler(run: Any) -> None:
    module = run(
        """
        def swallow(f):
            try:
                f()
            except:
                pass
            try:
                f()
            except BaseException:
                return "swallowed"
        def grouped(f):
            try:
                f()
            except* BaseException:
                pass
            return "swallowed"
        """
    )

    def interrupt() -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        module.swallow(interrupt)
    with pytest.raises((Interrupted, BaseExceptionGroup)):
        module.grouped(interrupt)


def test_hints_made_at_run_time_are_checked_before_they_are_evaluated(run: Any) -> None:
    module = run(
        "import typing\nT = typing.TypedDict('T', {'x': 'box.' + 'append(1).__class__'})\nclass Fine(typing.TypedDict):\n    x: 'list[int]'"
    )
    with pytest.raises(TypeError, match="may not read"):
        checked_hints(module.T)
    assert checked_hints(module.Fine) == get_type_hints(module.Fine) == {"x": list[int]}


def test_a_granted_package_shows_its_public_face(run: Any) -> None:
    module = run(
        "import click\nfrom click import testing\nX = click.style, testing.CliRunner\nD = [n for n in dir(click) if n == 'core']",
        modules=("click",),
    )
    real = importlib.import_module("click")
    assert module.X[0] is real.style
    with pytest.raises(AttributeError):
        run("import click\nclick.core.os", modules=("click",))
    with pytest.raises(ImportDenied):
        run("import click, starlette", modules=("click",))


def test_an_attribute_that_is_judged_is_changed_in_place_where_it_is_plain_data_of_the_app_s(run: Any) -> None:
    module = run(
        """
        class Mine:
            def __init__(self): self.metadata, self.parameters, self.obj = [1], 1, (1,)
            def more(self, other):
                self.metadata += [2]
                self.parameters += 1
                other.obj += (2,)
        mine = Mine()
        mine.more(mine)
        RESULT = mine.metadata, mine.parameters, mine.obj
        class Spy:
            def __radd__(self, other): seen.append(other)
        class Text(str):
            def steal(self): self.format += Spy()
        seen = []
        def steal(it): it.format += Spy()
        """
    )
    assert module.RESULT == ([1, 2], 2, (1, 2))
    for stolen in (lambda: module.Text("x").steal(), lambda: module.steal(module.Text("x")), lambda: module.steal("x")):
        with pytest.raises(AttributeError, match="in place"):
            stolen()
    assert module.seen == []
