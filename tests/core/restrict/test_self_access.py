# ruff: noqa: E501  (app code stands in one line)
"""A method proves its ``self`` once a call. No way of calling or writing it makes that proof stand for another object."""

from __future__ import annotations

from textwrap import dedent, indent
from types import SimpleNamespace
from typing import Any

import pytest

BODIES = {
    "as it is": "return self._x",
    "rebound": "self = other\nreturn self._x",
    "rebound in a loop": "for self in [other]:\n    pass\nreturn self._x",
    "rebound by unpacking": "(a, self), b = (1, other), 2\nreturn self._x",
    "rebound by a walrus": "return (self := other)._x",
    "rebound in a comprehension": "return [self._x for self in [other]]",
    "rebound by a walrus in a comprehension": "[(self := other) for _ in [1]]\nreturn self._x",
    "rebound by an inner function": "def inner():\n    nonlocal self\n    self = other\ninner()\nreturn self._x",
    "rebound by with": "from contextlib import nullcontext\nwith nullcontext(other) as self:\n    return self._x",
    "rebound by match": "match other:\n    case self:\n        return self._x",
    "rebound by a pattern": "match [other]:\n    case [*self]:\n        return self[0]._x",
    "rebound by as": "match other:\n    case object() as self:\n        return self._x",
    "rebound by a definition": "def self(): pass\nreturn self._x",
    "rebound by a class": "class self:\n    pass\nself = other\nreturn self._x",
    "rebound by an import": "import json as self\nreturn self._x",
    "rebound by a dotted import": "import os.path\nself = other\nreturn self._x",
    "rebound by except": "try:\n    raise KeyError\nexcept KeyError as self:\n    self = other\n    return self._x",
    "another's argument": "def inner(self):\n    return self._x\nreturn inner(other)",
    "a lambda's argument": "return (lambda self: self._x)(other)",
    "a lambda's default": "return (lambda self=other: self._x)()",
    "a keyword of an inner function": "def inner(*, self):\n    return self._x\nreturn inner(self=other)",
    "the method of an inner class": "class B:\n    def m(self): return self._x\nreturn B.m(other)",
    "a static method of an inner class": "class B:\n    @staticmethod\n    def m(self): return self._x\nreturn B.m(other)",
    "another argument": "return other._x",
    "written": "self._x = 1\nother._x = 2",
    "deleted": "del self._x\ndel other._x",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("header", ["def m(self, other):", "async def m(self, other):", "def m(self, /, *, other):"])
def test_a_proof_is_of_the_first_argument_as_it_came_and_of_nothing_else(run: Any, header: str, body: str) -> None:
    module = run(f"class A:\n    def __init__(self): self._x = 1\n    {header}\n{indent(dedent(body), ' ' * 8)}")
    lent = SimpleNamespace(_x="secret")

    def call(first: Any) -> Any:
        made = module.A.m(first, other=lent)
        if not header.startswith("async"):
            return made
        try:
            made.send(None)
        except StopIteration as stop:
            return stop.value

    if body == BODIES["as it is"]:
        assert call(module.A()) == 1
    else:
        with pytest.raises(AttributeError, match="restricted code may not"):
            call(module.A())
    with pytest.raises(AttributeError, match="restricted code may not"):
        call(lent)
    assert lent._x == "secret"


def test_a_proof_for_one_class_is_none_for_its_subclasses(run: Any) -> None:
    module = run(
        """
        import random
        class A:
            def m(self): return self._randbelow
            def __init__(self):
                super().__init__()
                self.n = 1
        class B(A, random.Random): pass
        class C(A):
            _randbelow = 3
        first = A()
        first._randbelow = 2
        KNOWN = first.m(), C().m()
        """
    )
    assert module.KNOWN == (2, 3)
    with pytest.raises(AttributeError, match="_randbelow"):
        module.B().m()


def test_methods_see_their_private_names_in_every_scope_within(run: Any) -> None:
    module = run(
        """
        class A:
            "Doc."
            def __init__(self, x):
                '''Doc of init.'''
                self._x, self.__y = x, [x]
                self.z: int = x
            def all(self):
                def inner():
                    return [self._x for _ in (1, 2)] + list(map(lambda n: n + self._x, [1]))
                class B:
                    seen = self._x
                    def m(this): return this._own, self._x, self.z
                    _own = "own"
                self._x += 1
                del self.z
                self.z = 5
                return inner(), B.seen, B().m(), self.__y, (yield self._x)
            @property
            def x(self): return self._x
            @classmethod
            def make(cls): return cls(7)._x
            @staticmethod
            def of(a): return a._x
            def __eq__(self, other): return self._x == other._x
        def drain(g):
            try:
                while True: next(g)
            except StopIteration as stop:
                return stop.value
        RESULT = drain(A(1).all()), A(2).x, A.make(), A.of(A(3)), A(1) == A(1), A.__doc__, A.__init__.__doc__
        """
    )
    assert module.RESULT == (
        ([2, 2, 3], 1, ("own", 2, 5), [1], None), 2, 7, 3, True, "Doc.", "Doc of init.",
    )  # fmt: skip
