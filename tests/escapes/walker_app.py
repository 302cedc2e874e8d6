"""The app whose code makes the steps of ``walk.py``: restricted, or plain to see that the same walk arrives somewhere.

A step takes one object and two numbers and gives another object, or raises. ``Spy`` is what an app's own object can
be: it keeps whatever a library hands it.
"""

import abc
import asyncio
import contextlib
import copy
import dataclasses
import enum
import functools
import json
import logging
import re
import threading
import types
import typing

import vaas


class Own(abc.ABC):
    _own = 1

    def method(self):
        return self


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Data:
    x: int = 1


@contextlib.contextmanager
def context():
    yield 1


async def coroutine():
    yield 1


async def task():
    return asyncio.current_task(), asyncio.get_running_loop(), asyncio.timeout(1)


def caught(act):
    try:
        act()
    except Exception as error:
        return error


def imports_nothing():
    import ctypes  # noqa: F401


class Spy:
    """Keeps what it is handed."""

    def __init__(self):
        self.heard = []

    def keep(self, *given, **named):
        self.heard.extend([*given, *named.values()])
        return self

    def __eq__(self, other):
        return self.keep(other) is None

    def __hash__(self):
        return 1

    def __iter__(self):
        return iter(())

    def __bool__(self):
        return True

    def __exit__(self, *given):
        self.keep(*given)

    __call__ = __lt__ = __gt__ = __le__ = __ge__ = __add__ = __radd__ = __or__ = __ror__ = __and__ = __rand__ = keep
    __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __rmod__ = __get__ = __set__ = __getitem__ = __setitem__ = keep
    __enter__ = __contains__ = __copy__ = __deepcopy__ = __set_name__ = write = read = keep


@vaas.app
class App:
    @vaas.get("/")
    async def root(self, req, res):
        return {}

    @vaas.rpc
    def add(self, a: int) -> int:
        return a


ROOTS = [
    Own(), Own, Colour.RED, Data(), Data, context(), context, coroutine(), (x for x in "ab"), print, len, open, __import__,
    globals(), type, object, super, property, int, str, "text", b"bytes", 1, 1.5, [1], {"a": 1}, {1},
    caught(imports_nothing), caught(lambda: 1 / 0), caught(lambda: {}["a"]), caught(lambda: vaas.nothing),
    caught(lambda: open("/data/missing")), caught(lambda: int("x")), caught(lambda: json.loads("{")),
    caught(lambda: contextlib.ExitStack().enter_context(int)), caught(lambda: vaas.http("NOPE")(Own.method)),
    caught(lambda: vaas.get(1)), caught(lambda: copy.deepcopy(vaas.log)), ExceptionGroup("g", [ValueError()]),
    vaas, lambda: 1, Own().method, functools.partial(int), functools.singledispatch(print), functools.lru_cache(len),
    typing.List[int], typing.List["int"], types.GenericAlias(list, (int,)), threading.Thread(), threading.local(),
    memoryview(b"x"), iter([1]), map(str, [1]), slice(1), range(3), NotImplemented, App, App(), vaas.asgi(App),
    vaas.html("x"), vaas.file("/data/x"), vaas.sse([1]), vaas.redirect("/"), vaas.HTTPError(404, "x"), vaas.log,
    vaas.context, vaas.env, logging.getLogger("mine"), json.dumps([1]), re.compile("(a)"), re.match("(a)", "a"),
    *asyncio.run(task()),
]  # fmt: skip
PRIVATE = [
    "__class__", "__doc__", "__dict__", "__wrapped__", "__mro__", "__bases__", "__self__", "__func__", "__context__",
    "__cause__", "__traceback__", "__annotations__", "__init__", "__call__", "__spec__", "__globals__", "__closure__",
    "__code__", "__builtins__", "__subclasses__", "__get__", "__reduce_ex__", "__members__", "__module__", "__loader__",
    "_loop", "_real", "_space", "_exchange", "_logger", "_machine", "_registry", "_stderr", "_abc_vaas_", "_getattr_",
]  # fmt: skip


def named(obj, pick):
    names = [name for name in dir(obj) if not name.startswith("_")]
    return getattr(obj, names[pick % len(names)])


def special(obj, pick):
    return getattr(obj, PRIVATE[pick % len(PRIVATE)])


def first(obj, pick):
    items = list(obj.values()) if hasattr(obj, "values") else [it for _, it in zip(range(20), obj)]
    return items[pick % len(items)]


def nothing(obj, pick):
    return caught(lambda: getattr(obj, "nothing_of_that_name"))


def told(obj, pick):
    """One call with a spy, and what that was handed."""
    spy = Spy()
    acts = [
        lambda: obj(), lambda: obj(spy), lambda: obj == spy, lambda: spy == obj, lambda: obj + spy, lambda: obj | spy, lambda: obj[spy],
        lambda: obj % spy, lambda: obj < spy, lambda: spy in obj, lambda: obj(spy, spy), lambda: copy.copy(obj),
        lambda: copy.deepcopy([obj, spy]), lambda: f"{obj}", lambda: obj.__enter__(), lambda: obj.__get__(spy, Spy),
        lambda: obj.__set_name__(spy, "x"), lambda: list(map(obj, [spy])), lambda: sorted([spy, obj]), lambda: {spy: 1}[obj],
        lambda: asyncio.run(obj), lambda: obj.send(None), lambda: obj(key=spy), lambda: json.dumps(obj, default=spy.keep),
    ]  # fmt: skip
    try:
        given = acts[pick % len(acts)]()
    except Exception as error:
        given = error
    return [*spy.heard, given]


def derived(obj, pick):
    """A class of the app's below this one, which keeps what is set on its instances."""
    base = obj if isinstance(obj, type) else type(obj)
    heard = []

    class Mine(base):
        def __setattr__(self, name, value):
            heard.append(value)

        def __init_subclass__(cls, **named):
            heard.append(cls)

    made = [lambda: Mine(), lambda: Mine(Spy()), lambda: Mine("x"), lambda: Mine(obj), lambda: super(Mine, Mine())][
        pick % 5
    ]()
    return [made, *heard]


def unbound(obj, pick):
    """A function of a class, called with something else."""
    cls = obj if isinstance(obj, type) else type(obj)
    names = dir(cls)
    return getattr(cls, names[pick % len(names)])(ROOTS[pick % len(ROOTS)])


def patterned(obj, pick):
    match obj:
        case {"a": found, **rest}:
            return [found, rest]
        case [found, *rest]:
            return [found, rest]
        case object(args=found) | object(value=found) | object(name=found):
            return found


STEPS = [
    named, named, named, named, named, special, first, first, told, told, derived, unbound, patterned,
    lambda obj, pick: obj(),
    lambda obj, pick: obj(),
    lambda obj, pick: caught(obj),
    lambda obj, pick: obj(ROOTS[pick % len(ROOTS)]),
    lambda obj, pick: type(obj),
    nothing,
    lambda obj, pick: vars(obj),
]  # fmt: skip


def step(obj, how, pick):
    return STEPS[how % len(STEPS)](obj, pick)
