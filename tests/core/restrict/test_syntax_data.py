# ruff: noqa: E501  (app code stands in one line)
"""Dataclasses, enumerations, patterns and annotations: restricted code gives what Python gives."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.core.restrict.python import given_by_python

CONSTRUCTS = {
    "dataclasses": """
        from __future__ import annotations
        import dataclasses
        from dataclasses import KW_ONLY, InitVar, asdict, astuple, dataclass, field, fields, is_dataclass, replace
        from typing import ClassVar
        @dataclass(order=True, frozen=True, slots=True)
        class Point:
            x: int
            y: int = 0
            tags: tuple[str, ...] = field(default=(), compare=False, repr=False)
            def __add__(self, other: Point) -> Point: return Point(self.x + other.x, self.y + other.y)
        @dataclass
        class Order:
            name: str
            lines: list[Point] = field(default_factory=list)
            scale: InitVar[int] = 1
            count: ClassVar[int] = 0
            _hidden: int = 7
            _: KW_ONLY
            note: str | None = None
            total: int = field(init=False)
            def __post_init__(self, scale):
                self.total = sum(it.x for it in self.lines) * scale
                Order.count += 1
        @dataclass
        class Special(Order):
            extra: dict = field(default_factory=dict, metadata={"unit": "m"})
        it = Special("a", [Point(1), Point(2, 3)], 10, note="n", extra={"k": 1})
        try:
            Point(1).x = 2
        except dataclasses.FrozenInstanceError as error:
            frozen = str(error)
        RESULT = (it, asdict(it), astuple(Point(1, 2)), replace(Point(1), y=9), Point(1) < Point(2), {Point(1): 2}[Point(1)], [f.name for f in fields(it)],
                  is_dataclass(it), Point(1) + Point(1), frozen, it._hidden, Order.count, fields(it)[-1].metadata["unit"], Point.__match_args__,
                  Point(1) == Point(1, tags=("a",)), it.total)
        """,
    "enumerations": """
        from enum import Enum, Flag, IntEnum, IntFlag, StrEnum, auto, nonmember, unique
        @unique
        class Colour(Enum):
            RED = 1
            GREEN = "g"
            BLUE = auto() if False else 3
            def shout(self): return self.name.upper() + "!"
            @classmethod
            def default(cls): return cls.RED
            @property
            def label(self): return f"{self.name.title()} ({self.value})"
            @classmethod
            def _missing_(cls, value): return cls.BLUE if value == "blue" else None
        class Planet(Enum):
            EARTH = (5.97, 6.37)
            MARS = (0.64, 3.39)
            def __init__(self, mass, radius):
                self.mass, self.radius = mass, radius
            def __str__(self): return self.name.lower()
        class Level(IntEnum):
            LOW = auto()
            HIGH = auto()
        class Mode(StrEnum):
            FAST = auto()
            SLOW = "slow"
        class Perm(Flag):
            R = auto()
            W = auto()
            RW = R | W
        class Named(str, Enum):
            def __new__(cls, value, title):
                made = str.__new__(cls, value)
                made._value_ = value
                made.title_ = title
                return made
            A = "a", "The A"
        class Auto(Enum):
            @staticmethod
            def _generate_next_value_(name, start, count, last_values): return name.lower()
            ONE = auto()
        class Alias(Enum):
            _ignore_ = ["n"]
            X = 1
            Y = 1
        RESULT = (list(Colour), Colour(1), Colour["GREEN"], Colour("blue"), Colour.RED.shout(), Colour.default().label, str(Planet.EARTH), Planet.MARS.radius,
                  Level.HIGH > Level.LOW, Level.HIGH + 1, Mode.FAST == "fast", f"{Mode.SLOW}", Perm.R | Perm.W is Perm.RW, Perm.R in Perm.RW, ~Perm.R, Named.A.title_,
                  Auto.ONE.value, Alias.Y is Alias.X, Colour.RED.name, list(Alias.__members__), isinstance(Colour.RED, Colour), {Colour.RED: 1}, Colour.RED in Colour)
        """,
    "match in every form": """
        from dataclasses import dataclass
        from enum import Enum
        class Kind(Enum):
            A = 1
        @dataclass
        class P:
            x: int
            y: int
        def of(it):
            match it:
                case 0 | 1 | -1: return "small"
                case 2.5 | "text" | b"b": return "literal"
                case None | True: return "singleton"
                case Kind.A: return "enum"
                case P(x=0, y=y) if y > 5: return "guard", y
                case P(x=x, y=P()) as p: return "nested", x, p.y.x
                case P(): return "class"
                case []: return "empty"
                case [x]: return "one", x
                case [x, [y, *_]]: return "deep", x, y
                case (1, *rest, 9): return "middle", rest
                case {"kind": "circle", "r": float(r) | int(r)}: return "circle", r
                case {"kind": str(kind), **rest} if rest: return "map", kind, rest
                case {}: return "mapping"
                case int(n) | float(n): return "number", n
                case str() as s: return "str", s
                case {"a": _} | [_, _]: return "two"
                case _: return "else"
        RESULT = [of(it) for it in (0, -1, 2.5, b"b", None, Kind.A, P(0, 6), P(1, P(7, 8)), P(1, 2), [], [1], [1, [2, 3]], (1, 2, 3, 9), {"kind": "circle", "r": 2}, {"kind": "k", "z": 1}, {}, 99, "s", [1, 2], {3}, True)]
        """,
    "annotations in every place": """
        from typing import Annotated, Any, Callable, ClassVar, Final, Generic, Literal, NewType, Optional, ParamSpec, Self, TypeAlias, TypeVar, Union, cast, overload
        T, P = TypeVar("T", bound="Base"), ParamSpec("P")
        Id = NewType("Id", int)
        Names: TypeAlias = "list[str]"
        limit: Final = 3
        later: "int | None"
        class Base:
            kind: ClassVar[str] = "base"
            items: list["Base"]
            hook: Callable[[int, str], "Base"] | None = None
            nested: dict[str, tuple[int, ...]] = {}
            def me(self) -> Self: return self
            @overload
            def get(self, n: int) -> int: ...
            @overload
            def get(self, n: str) -> str: ...
            def get(self, n): return n
        class Box(Generic[T]):
            def put(self, it: T, /, *args: P.args, key: Literal["a", "b"] = "a", **kwargs: P.kwargs) -> "Box[T]": return self
        def f(x: Annotated[int, "metres"], y: Optional[str] = None, *z: Union[int, str], w: Any = ..., **k: "Names") -> None:
            inner: int = 1
            a: list[int]
            (b): int = 2
            return inner + b
        RESULT = (Base().me().get(1), Box().put(1) is not None, f(1), Id(3), cast(int, "x"), limit, Base.kind, sorted(f.__annotations__), Box[int].__name__,
                  list(Base.__annotations__), f.__annotations__["return"])
        """,
}
TODAY = {
    "type parameters": """
        from dataclasses import dataclass
        from typing import Callable, Protocol
        type Pair[T] = tuple[T, T]
        type Tree[T: (int, str)] = "T | list[Tree[T]]"
        type Handler[**P, R] = Callable[P, R]
        def first[T](pair: Pair[T], *rest: T) -> T: return pair[0]
        def call[**P, R](f: Callable[P, R], *a: P.args, **k: P.kwargs) -> R: return f(*a, **k)
        def many[*Ts](*a: *Ts) -> tuple[*Ts]: return a
        async def later[T](it: T) -> T: return it
        class Stack[T]:
            def __init__(self) -> None: self._items: list[T] = []
            def push(self, it: T) -> "Stack[T]":
                self._items.append(it)
                return self
            def map[U](self, f: Callable[[T], U]) -> "Stack[U]":
                made = Stack[U]()
                made._items = [f(it) for it in self._items]
                return made
            def all(self): return list(self._items)
        @dataclass
        class Box[T: int]:
            it: T
        class Sized[T](Protocol):
            def size(self) -> T: ...
        RESULT = (first((1, 2)), call(divmod, 7, 2), many(1, "a"), Stack[int]().push(1).map(str).all(), Box(3), Box[int](4).it, Pair.__name__, Pair.__value__ is not None,
                  [it.__name__ for it in Stack.__type_params__], Pair[int] is not None)
        """,
    "f-strings without their old limits": """
        names = ["a", "b"]
        RESULT = f"{", ".join(names)} {names[0]!r} {f"{f"{1 + 1}"}"} {"\\n".join(names)} {
            names  # a comment
        }"
        """,
}


@pytest.mark.parametrize("text", CONSTRUCTS.values(), ids=CONSTRUCTS.keys())
def test_it_gives_what_python_gives(run: Any, text: str) -> None:
    assert repr(run(text).RESULT) == given_by_python(text)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
@pytest.mark.parametrize("text", TODAY.values(), ids=TODAY.keys())
def test_it_gives_what_python_3_12_gives(run: Any, text: str) -> None:
    assert repr(run(text).RESULT) == given_by_python(text)
