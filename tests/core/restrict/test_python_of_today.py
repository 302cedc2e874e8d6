# ruff: noqa: E501  (app code stands in one line)
"""What people write today runs as restricted code and means what it means in Python."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

SNIPPETS = {
    "async and await": """
        import asyncio

        class Room:
            async def __aenter__(self):
                return self
            async def __aexit__(self, *error):
                return False
            def __aiter__(self):
                return self.ticks()
            async def ticks(self):
                for n in range(3):
                    await asyncio.sleep(0)
                    yield n

        async def main():
            async with Room() as room, asyncio.timeout(5):
                ticks = [n async for n in room]
                async for n in room:
                    ticks.append(n)
            async with asyncio.TaskGroup() as group:
                task = group.create_task(asyncio.sleep(0, "done"))
            return ticks, task.result(), await asyncio.gather(asyncio.sleep(0, 1), asyncio.to_thread(len, "ab"))

        RESULT = asyncio.run(main())
        """,
    "private names of own classes": """
        class Base:
            _shared = [0]
            def __init__(self):
                self._count = 0
                self.__hidden = 1
            def _step(self):
                self._count += 1
                return self._count
        class Counter(Base):
            def __init__(self):
                super().__init__()
                self.__hidden = 2
            def _step(self):
                return super()._step() * 10
            def both(self):
                return self.__hidden, self._step(), Counter._shared, Base._shared
        _private = Counter()
        del _private._count
        _private._count = 4
        RESULT = _private.both(), getattr(_private, "_count"), hasattr(_private, "_nothing"), vars(_private)
        """,
    "annotations": """
        from __future__ import annotations
        from typing import Annotated, Literal, Optional
        from dataclasses import dataclass
        count: int = 1
        class Box:
            item: "Optional[Box]" = None
            mode: Literal["a.__b", "c d"] = "a.__b"
            size: Annotated[int, "any __text__ at all"] = 1
            def put(self, it: Box | None, *more: str, **named: dict[str, int]) -> "Box":
                self.item: Box = it
                return self
        RESULT = Box().put(None).mode
        """,
    "match": """
        def kind(it):
            match it:
                case {"type": "a", **rest}:
                    return "a", rest
                case [1, *others] | (2, *others):
                    return "list", others
                case str(text) | bytes(text):
                    return "text", text
                case int() as n if n > 10:
                    return "big", n
                case Point(x=0, y=y):
                    return "on axis", y
                case None | True:
                    return "nothing"
                case colors.RED:
                    return "red"
                case _:
                    return "other"
        class Point:
            def __init__(self, x, y):
                self.x, self.y = x, y
        class colors:
            RED = "-"
        RESULT = [kind(it) for it in ({"type": "a", "b": 1}, [1, 2], (2,), "s", 11, Point(0, 5), None, 3.5)]
        """,
    "exceptions": """
        def one(f):
            try:
                return f()
            except (KeyError, ValueError) as error:
                return type(error).__name__, str(error)
            except Exception:
                return "other"
            else:
                return "none"
        def many():
            try:
                raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
            except* ValueError as group:
                return_ = [str(e) for e in group.exceptions]
            except* TypeError:
                pass
            return return_
        class Own(Exception):
            def __init__(self, code):
                super().__init__(f"code {code}")
                self.code = code
        def chained():
            try:
                try:
                    {}["a"]
                except KeyError as e:
                    raise Own(3) from e
            except Own as e:
                return e.code, e.__cause__.args, str(e)
        RESULT = one(lambda: {}["k"]), one(lambda: 1 / 0), many(), chained()
        """,
    "closures, globals and the walrus": """
        total = 0
        def counter():
            n = 0
            def step(by=1, /, *, twice=False):
                nonlocal n
                global total
                n += by * (2 if twice else 1)
                total += 1
                return n
            return step
        step = counter()
        RESULT = step(), step(2, twice=True), total, [y := 1, y ** 2], (lambda *a, **k: (a, k))(1, b=2)
        if (m := len("abc")) > 2:
            RESULT += (m,)
        """,
    "decorators, properties and special methods": """
        import functools
        from functools import cache, cached_property, partial, singledispatch, total_ordering, wraps
        def logged(tag):
            def decorate(f):
                @wraps(f)
                def inner(*args, **kw):
                    return tag, f(*args, **kw)
                return inner
            return decorate
        @total_ordering
        class Money:
            registry = {}
            def __init_subclass__(cls, /, code=None, **kw):
                super().__init_subclass__(**kw)
                Money.registry[code] = cls.__name__
            def __init__(self, n): self.n = n
            def __eq__(self, o): return self.n == o.n
            def __lt__(self, o): return self.n < o.n
            def __hash__(self): return hash(self.n)
            def __add__(self, o): return type(self)(self.n + o.n)
            def __repr__(self): return f"{self.__class__.__name__}({self.n!r:>3})"
            def __getitem__(self, i): return self.n * i
            def __call__(self): return "called"
            def __enter__(self): return self
            def __exit__(self, *e): return True
            def __getattr__(self, name): return f"no {name}"
            @property
            def cents(self): return self.n * 100
            @cents.setter
            def cents(self, v): self.n = v // 100
            @cached_property
            def slow(self): return "slow"
            @classmethod
            def make(cls): return cls(7)
            @staticmethod
            def unit(): return "u"
            @logged("t")
            def shown(self):
                "Doc."
                return 1
        class Euro(Money, code="EUR"):
            __slots__ = ()
        @cache
        def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
        @singledispatch
        def name(x): return "any"
        @name.register
        def _(x: int): return "int"
        @name.register(str)
        def _(x): return "str"
        m = Euro(1) + Euro(2)
        m.cents += 100
        with m:
            raise ValueError
        RESULT = (repr(m), m[2], m(), m.absent, m.slow, Euro.make() >= m, Money.registry, m.shown(), Money.shown.__name__,
                  Money.shown.__doc__, fib(30), name(1), name("a"), name(None), partial(pow, 2)(5), m.unit())
        """,
    "strings": """
        name, n = "x", 3.14159
        RESULT = (f"{name!r:>5}|{n:.{2}f}|{name=}", "{} {a[0]} {b.real}".format(1, a=[2], b=3), "%s %d" % ("a", 1),
                  "{x}".format_map({"x": 1}), ",".join(str(i) for i in range(3)), "{:>{w}}".format("a", w=3),
                  list(map("{}!".format, "ab")), str.format("{}", 1))
        """,
    "comprehensions, slices and unpacking": """
        a, (b, *c), d = 1, (2, 3, 4), [5]
        grid = [[i * j for j in range(3)] for i in range(3)]
        grid[1][2:] = [9]
        grid[0][0] += 1
        del grid[2]
        first, *rest = sorted({k: v for k, v in zip("ba", [1, 2])}.items())
        RESULT = a, b, c, d, grid, first, rest, {*c}, {**{"x": 1}, "y": 2}, [*range(2)], (lambda x, y: x + y)(*[1, 2])
        x = 5 if a else 6
        assert x == 5, "no"
        while x:
            x -= 1
            if x == 2: break
        else:
            x = None
        for i, (j, k) in enumerate([(1, 2)]): pass
        """,
    "generators": """
        def inner():
            got = yield 1
            yield got
            return 3
        def outer():
            result = yield from inner()
            yield result
        g = outer()
        RESULT = next(g), g.send("sent"), next(g), list(x * x for x in range(3))
        g.close()
        """,
    "abstract classes and protocols": """
        from abc import ABC, ABCMeta, abstractmethod
        from typing import Generic, Protocol, TypeVar, runtime_checkable
        T = TypeVar("T")
        class Store(ABC):
            @abstractmethod
            def get(self): ...
        class Old(metaclass=ABCMeta):
            @abstractmethod
            def get(self): ...
        @runtime_checkable
        class Gets(Protocol):
            def get(self): ...
        class Real(Store, Generic[T]):
            def get(self): return 1
        try:
            Old()
        except TypeError:
            refused = True
        RESULT = Real[int]().get(), isinstance(Real(), Gets), isinstance(1, Gets), refused, isinstance(Real, type), type(1) is int
        """,
    "copying and pickling by one's own rules": """
        import copy
        class Point:
            def __init__(self, x): self._x = x
            def __reduce__(self): return Point, (self._x,)
        class Kept:
            def __init__(self): self.a, self._b, self.open = 1, 2, "handle"
            def __getstate__(self):
                state = self.__dict__.copy()
                del state["open"]
                return state
            def __setstate__(self, state):
                self.__dict__.update(state)
                self.open = "again"
        class Both(dict):
            def __reduce__(self): return Both, (), {"tag": self.tag}, None, iter(self.items())
        both = Both(k=[1])
        both.tag = "t"
        kept = copy.deepcopy([Kept(), Point(3)])
        twin = copy.deepcopy(both)
        RESULT = kept[0].a, kept[0]._b, kept[0].open, kept[1]._x, copy.copy(Point(4))._x, twin, twin.tag, twin["k"] is both["k"]
        RESULT += Point(5).__reduce__()[1], Kept().__getstate__()
        """,
    "classes that look at themselves": """
        import inspect
        class Plugin:
            registry = []
            def __init_subclass__(cls): cls.registry.append(cls.__name__)
        class A(Plugin): pass
        class B(A, dict):
            def go(self, n: int = 3, *, key=None) -> str: return "x"
        B.__len__ = lambda self: 7
        def plus(self, other): return "plus"
        setattr(B, "__add__", plus)
        class Bag:
            def __init__(self, **kw): self.__dict__.update(kw)
            def __repr__(self): return f"Bag({self.__dict__})"
        items = [].append
        items(1)
        b = B()
        RESULT = ([it.__name__ for it in B.__mro__], [it.__name__ for it in B.__bases__], [it.__name__ for it in Plugin.__subclasses__()],
                  Plugin.registry, len(b), b + 1, str(inspect.signature(B.go)), inspect.isclass(B), Bag(a=1), vars(Bag(b=2)),
                  items.__self__, b.go.__self__ is b, b.go.__func__ is B.go, inspect.getmro(A) == A.__mro__)
        """,
    "variables by name": """
        __title__, __license__, __version_info__ = "t", "MIT", (1, 2)
        globals()["made"] = 5
        def f(a, b=2):
            c = 3
            return sorted(locals()), "{a}{b}{c}".format(**locals())
        import json, builtins, getopt
        RESULT = (made, f(1), "f" in globals(), "_f" in globals(), "dumps" in vars(json), builtins.len("ab"), __import__("json") is json,
                  getopt.getopt(["-a"], "a"))
        """,
    "hasattr tells the truth about protocols": """
        from collections import deque
        from functools import partial
        import datetime, io
        things = [deque(), partial(len), {}, 1, "a", io.StringIO(), datetime.date(2024, 1, 1), iter([])]
        names = ["__iter__", "__call__", "__len__", "__next__", "__getitem__", "__enter__", "__add__", "__contains__", "__hash__"]
        RESULT = [[hasattr(it, name) for name in names] for it in things]
        """,
    "a subclass of a library class with its own private names": """
        import json, threading
        from collections import UserDict
        from html.parser import HTMLParser
        class Links(HTMLParser):
            def __init__(self):
                super().__init__()
                self._found = []
            def handle_starttag(self, tag, attrs):
                self._found.append(dict(attrs).get("href"))
        class Encoder(json.JSONEncoder):
            def default(self, o): return str(o)
        links = Links()
        links.feed('<a href="/x">')
        class D(UserDict):
            def _low(self, k): return k.lower()
            def __getitem__(self, k): return self.data[self._low(k)]
        RESULT = links._found, json.dumps([1], cls=Encoder), D(a=1)["A"]
        """,
}


@pytest.mark.parametrize("text", SNIPPETS.values(), ids=SNIPPETS.keys())
def test_restricted_code_gives_what_python_gives(run: Any, text: str) -> None:
    from textwrap import dedent

    plain: dict[str, Any] = {"__name__": "plain"}
    exec(compile(dedent(text), "plain.py", "exec", dont_inherit=True), plain)  # noqa: S102  # our own text
    assert repr(run(text).RESULT).replace("app.", "plain.") == repr(plain["RESULT"])


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
def test_type_parameters_are_python_s(run: Any) -> None:
    text = """
        type Pair[T] = tuple[T, T]
        def first[T](pair: Pair[T]) -> T:
            return pair[0]
        class Box[T: int]:
            def __init__(self, it: T): self._it = it
            def get(self): return self._it
        RESULT = first((1, 2)), Box[int](3).get(), f"{'a' + "b"}"
        """
    assert run(text).RESULT == (1, 3, "ab")


def test_a_handler_runs_on_the_caller_s_loop(run: Any) -> None:
    module = run("import asyncio\nasync def handler(n: int) -> dict:\n    await asyncio.sleep(0)\n    return {'n': n}")
    assert asyncio.run(module.handler(3)) == {"n": 3}


def test_an_own_function_may_carry_attributes(run: Any) -> None:
    assert run("def f(): pass\nf.calls = 1\nf.calls += 1\nsetattr(f, 'x', 3)\nX = f.calls, f.x, f.__name__").X == (
        2,
        3,
        "f",
    )
