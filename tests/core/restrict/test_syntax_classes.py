# ruff: noqa: E501  (app code stands in one line)
"""Classes, their hooks and their special methods: restricted code gives what Python gives."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.restrict.python import given_by_python

CONSTRUCTS = {
    "descriptors and the hooks of classes": """
        import functools
        class Typed:
            def __init__(self, kind): self._kind = kind
            def __set_name__(self, owner, name):
                self._name, self._slot = name, "_" + name
                owner._fields = (*getattr(owner, "_fields", ()), name)
            def __get__(self, obj, owner=None): return self if obj is None else getattr(obj, self._slot)
            def __set__(self, obj, value):
                if not isinstance(value, self._kind): raise TypeError(f"{self._name} wants {self._kind.__name__}")
                setattr(obj, self._slot, value)
            def __delete__(self, obj): delattr(obj, self._slot)
        class Model:
            registry = {}
            def __init_subclass__(cls, /, table=None, **kwargs):
                super().__init_subclass__(**kwargs)
                cls._table = table or cls.__name__.lower()
                Model.registry[cls._table] = cls
            def __class_getitem__(cls, item): return f"{cls.__name__}[{item.__name__}]"
            def __init__(self, **kw):
                for name, value in kw.items(): setattr(self, name, value)
        class User(Model, table="users"):
            name = Typed(str)
            age = Typed(int)
        class Temp:
            __slots__ = ("_c", "__weakref__")
            def __init__(self, c=0): self._c = c
            @property
            def f(self): return self._c * 9 / 5 + 32
            @f.setter
            def f(self, value): self._c = (value - 32) * 5 / 9
            @f.deleter
            def f(self): del self._c
            @classmethod
            def of(cls, f):
                made = cls()
                made.f = f
                return made
            @staticmethod
            def unit(): return "C"
            @functools.cached_property
            def never(self): return 1
        u = User(name="n", age=3)
        try: u.age = "x"
        except TypeError as error: wrong = str(error)
        del u.name
        t = Temp.of(212)
        class Lazy:
            def __getattr__(self, name):
                if name.startswith("_"): raise AttributeError(name)
                return f"lazy {name}"
            def __setattr__(self, name, value): super().__setattr__(name, f"set {value}")
            def __delattr__(self, name):
                seen.append(name)
                super().__delattr__(name)
            def __dir__(self): return ["a"]
            def __getattribute__(self, name): return super().__getattribute__(name)
        seen = []
        lazy = Lazy()
        lazy.x = 1
        got = lazy.x, lazy.y, hasattr(lazy, "_z"), dir(lazy)
        del lazy.x
        RESULT = u.age, wrong, hasattr(u, "_name"), User._fields, list(Model.registry), Model[int], t._c, t.f, Temp.unit(), got, seen, User.name is vars(User)["name"]
        """,
    "special methods": """
        class V:
            def __init__(self, *n): self._n = n
            def __repr__(self): return f"V{self._n}"
            def __str__(self): return "v"
            def __format__(self, spec): return f"{spec}:{self._n}"
            def __bytes__(self): return bytes(self._n)
            def __bool__(self): return bool(self._n)
            def __len__(self): return len(self._n)
            def __iter__(self): return iter(self._n)
            def __contains__(self, it): return it in self._n
            def __getitem__(self, at): return V(*self._n[at]) if isinstance(at, slice) else self._n[at]
            def __setitem__(self, at, it):
                n = list(self._n); n[at] = it; self._n = tuple(n)
            def __delitem__(self, at):
                n = list(self._n); del n[at]; self._n = tuple(n)
            def __add__(self, o): return V(*self._n, *o)
            def __radd__(self, o): return V(o, *self._n)
            def __iadd__(self, o):
                self._n += tuple(o)
                return self
            def __mul__(self, k): return V(*(it * k for it in self._n))
            __rmul__ = __mul__
            def __matmul__(self, o): return sum(a * b for a, b in zip(self, o))
            def __neg__(self): return V(*(-it for it in self._n))
            def __eq__(self, o): return isinstance(o, V) and self._n == o._n
            def __lt__(self, o): return self._n < o._n
            def __hash__(self): return hash(self._n)
            def __call__(self, *a, **k): return a, k
            def __int__(self): return sum(self._n)
            def __float__(self): return float(sum(self._n))
            def __index__(self): return len(self._n)
            def __round__(self, d=None): return f"round {d}"
            def __divmod__(self, o): return "divmod", o
            def __pow__(self, o, m=None): return "pow", o, m
            def __copy__(self): return V(*self._n, "copy")
            def __deepcopy__(self, memo): return V(*self._n, "deep")
            def __sizeof__(self): return 1
            def __length_hint__(self): return 3
            def __missing__(self, k): return k
        import copy, math, operator
        v = V(1, 2, 3)
        v += [4]
        v[0] = 9
        del v[1]
        class D(dict):
            def __missing__(self, key): return f"no {key}"
        RESULT = (v, str(v), f"{v:x}", bytes(V(1)), bool(V()), len(v), list(v), 3 in v, v[1:], v[-1], v + [1], 0 + v, v * 2, 2 * v, v @ v, -v, v == V(9, 3, 4), V(1) < V(2), {v: 1}[v],
                  v(1, k=2), int(v), float(v), [0, 1, 2, 3][v], round(v, 2), divmod(v, 2), v ** 2, pow(v, 2, 3), copy.copy(v), copy.deepcopy(v), D()["x"], operator.index(v), max(V(1), V(2)),
                  v.__len__(), V.__add__(v, [0]), [*v], (lambda *a: a)(*v), math.prod(v))
        """,
    "inheritance": """
        class Root:
            def __init__(self, **kw): self.seen = [("Root", sorted(kw))]
            def who(self): return ["Root"]
        class Left(Root):
            def __init__(self, left=0, **kw):
                super().__init__(**kw)
                self._left = left
            def who(self): return ["Left", *super().who()]
        class Right(Root):
            def __init__(self, right=0, **kw):
                super().__init__(**kw)
                self._right = right
            def who(self): return ["Right", *super().who()]
        class Both(Left, Right):
            def who(self): return ["Both", *super().who()]
            def sum(self): return self._left + self._right
            @classmethod
            def make(cls, **kw): return super().__new__(cls) if not kw else cls(**kw)
        class Str(str):
            def __new__(cls, value, extra=None):
                made = super().__new__(cls, value.upper())
                made.extra = extra
                return made
            def shout(self): return self + "!"
        class Single:
            _one = None
            def __new__(cls, *a, **k):
                if cls._one is None: cls._one = super().__new__(cls)
                return cls._one
        class MyList(list):
            def append(self, it):
                super().append(it * 2)
        class Outer:
            x = 1
            class Inner:
                y = 2
                def outer(self): return Outer.x + self.y
            def make(self): return self.Inner()
        m = MyList([1])
        m.append(2)
        RESULT = (Both(left=1, right=2, other=3).seen, Both(left=1, right=2).sum(), Both().who(), [c.__name__ for c in Both.__mro__], Str("a", 1).shout(), Str("a", 1).extra,
                  Single() is Single(), m, Outer().make().outer(), issubclass(Both, Root), Both.make(left=5)._left, super(Both, Both()).who(), isinstance(Both.make(), Both))
        """,
    "typed classes with keywords": """
        from abc import ABC, ABCMeta, abstractmethod
        from typing import Generic, NamedTuple, NotRequired, Protocol, Required, TypedDict, TypeVar, runtime_checkable
        T = TypeVar("T")
        class Movie(TypedDict, total=False):
            name: Required[str]
            year: int
        class Full(Movie):
            note: NotRequired[str]
        class Emp(NamedTuple):
            "An employee."
            name: str
            id: int = 3
            def greet(self): return f"hi {self.name}"
        @runtime_checkable
        class Closes(Protocol):
            def close(self) -> None: ...
        class Repo(ABC, Generic[T]):
            @property
            @abstractmethod
            def name(self) -> str: ...
            @abstractmethod
            def get(self, key: str) -> T: ...
            @classmethod
            @abstractmethod
            def make(cls): ...
        class Mem(Repo[int]):
            name = "mem"
            def get(self, key): return len(key)
            @classmethod
            def make(cls): return cls()
            def close(self): pass
        class Meta(metaclass=ABCMeta):
            @abstractmethod
            def x(self): ...
        try: Meta()
        except TypeError: abstract = True
        e = Emp("a")
        RESULT = (Movie(name="x"), Full.__total__, sorted(Movie.__required_keys__), e, e._replace(id=5), e._asdict(), Emp._fields, Emp._make(["b", 1]), e.greet(), Emp.__doc__, isinstance(Mem(), Closes),
                  Mem.make().get("abc"), Mem().name, abstract, issubclass(Mem, Repo), Emp._field_defaults)
        """,
}


@pytest.mark.parametrize("text", CONSTRUCTS.values(), ids=CONSTRUCTS.keys())
def test_it_gives_what_python_gives(run: Any, text: str) -> None:
    assert repr(run(text).RESULT) == given_by_python(text)
