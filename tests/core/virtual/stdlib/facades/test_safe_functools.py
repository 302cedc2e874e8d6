"""``functools`` of restricted code wraps, dispatches, orders and caches as Python's, for the app's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.core.virtual.stdlib.facades.plainly import plainly, restricted

SAME = {
    "wraps copies what describes a function": """
def inner(x: int) -> str:
    "It says."
inner.mark = 1
@functools.wraps(inner)
def outer(*args):
    return inner(*args)
it = outer.__name__, outer.__doc__, outer.mark, outer.__wrapped__ is inner, sorted(outer.__annotations__)""",
    "wraps takes a function of a library": """
@functools.wraps(len)
def outer(it):
    return len(it)
it = outer.__name__, outer.__wrapped__ is len, outer([1])""",
    "an instance is dressed": """
class Cached:
    def __init__(self, fn):
        self.fn = fn
        functools.update_wrapper(self, fn)
    def __call__(self, *args): return self.fn(*args)
    def __get__(self, obj, cls=None): return functools.partial(self, obj)
def f(a: int):
    "says"
f.mark = 1
it = Cached(f)
it = it.__name__, it.__doc__, it.__wrapped__ is f, it.mark, it.__qualname__ == f.__qualname__""",
    "an instance is dressed like another": """
class Cached:
    def __init__(self, fn): self.fn = fn; functools.update_wrapper(self, fn)
    def __call__(self): return self.fn()
def f(): return 1
it = Cached(Cached(f))
it = it.__name__, it(), it.fn is f""",
    "a partial is dressed": """
def f(a, b):
    "says"
it = functools.update_wrapper(functools.partial(f, 1), f)
it = it.__name__, it.__doc__, it(2), it.__wrapped__ is f""",
    "a class is dressed": """
def f():
    "says"
@functools.wraps(f, updated=())
class K: ...
it = K.__name__, K.__doc__, K.__wrapped__ is f""",
    "only what is named is copied": """
def f():
    "says"
def g(): ...
functools.update_wrapper(g, f, assigned=("__doc__",), updated=())
it = g.__name__, g.__doc__""",
    "wraps takes what has no name": """
@functools.wraps(functools.partial(max, 1))
def outer(it):
    return it
it = outer.__name__, outer(2)""",
    "singledispatch by a class": """
@functools.singledispatch
def say(it):
    "It says."
    return "any"
@say.register(int)
def number(it):
    return "int"
@say.register
def text(it: str):
    return "str"
say.register(list, lambda it: "list")
it = [say(it) for it in (1, True, "a", [], None)], say.dispatch(bool)(1), say.__name__, say.__doc__""",
    "singledispatch without a class": """
@functools.singledispatch
def say(it):
    return "any"
@say.register
def nothing(it):
    return "int\"""",
    "singledispatchmethod": """
class Sayer:
    @functools.singledispatchmethod
    def say(self, it):
        return "any"
    @say.register(int)
    def number(self, it):
        return "int"
    @say.register
    def text(self, it: str):
        return "str"
it = [Sayer().say(it) for it in (1, "a", None)]""",
    "cached_property is made once": """
class Shelf:
    count = 0
    @functools.cached_property
    def books(self):
        self.count += 1
        return [self.count]
shelf = Shelf()
it = shelf.books is shelf.books, shelf.count, vars(shelf), Shelf.books.attrname""",
    "cached_property may be forgotten": """
class Shelf:
    @functools.cached_property
    def books(self):
        return []
shelf = Shelf()
before = shelf.books
del shelf.books
it = shelf.books is before, Shelf.books.func(shelf)""",
    "cached_property under a private name": """
class Shelf:
    @functools.cached_property
    def _books(self):
        return 1
    def count(self):
        return self._books
it = Shelf().count()""",
    "cached_property under two names": """
class Shelf:
    @functools.cached_property
    def books(self):
        return 1
    papers = books
it = 1""",
    "total_ordering": """
@functools.total_ordering
class Size:
    def __init__(self, it):
        self.it = it
    def __eq__(self, other):
        return self.it == other.it
    def __lt__(self, other):
        return self.it < other.it
it = Size(1) <= Size(2), Size(1) > Size(2), Size(2) >= Size(2)""",
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME.keys())
def test_functools_do_as_in_plain_python(apps: Any, tmp_path: Path, text: str) -> None:
    assert restricted(apps, text.strip()) == plainly(tmp_path / "plain", text.strip())


REFUSED = {
    "functions of its own": "functools.update_wrapper(len, max)",
    "own classes": "functools.total_ordering(int)",
    "derives no class": "class A(functools.cached_property): pass",
    "under its own name": "\n".join([
        "class A:",
        "    @functools.cached_property",
        "    def name(self): return 1",
        "A.other = A.name",
        "A().other, setattr(A, 'name', 1), A().other",
    ]),
}  # fmt: skip


@pytest.mark.parametrize(("why", "text"), REFUSED.items(), ids=REFUSED.keys())
def test_what_is_not_the_app_s_own_is_neither_wrapped_nor_cached(run: Any, why: str, text: str) -> None:
    with pytest.raises((TypeError, AttributeError), match=why):
        run(f"import functools\n{text}")
