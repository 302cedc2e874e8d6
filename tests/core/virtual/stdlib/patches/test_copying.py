# ruff: noqa: E501  (app code stands in one line)
"""Copies of restricted code are Python's, and copying tells it nothing of what others keep."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.restrict.python import given_by_python
from vaas.framework.serving.service import app_modules

COPIES = """
    import collections, copy, random
    from dataclasses import dataclass, field
    from email.message import EmailMessage
    from pathlib import PurePosixPath
    @dataclass
    class Node:
        name: str
        next: "Node | None" = None
        tags: list = field(default_factory=list)
    class Remembers:
        def __init__(self): self._x = [1]
        def __deepcopy__(self, memo):
            if id(self) in memo: return memo[id(self)]
            made = memo[id(self)] = Remembers()
            made._x = copy.deepcopy(self._x, memo) + ["deep"]
            return made
    class Rolls(random.Random):
        def roll(self): return self.randrange(6)
    class Message(EmailMessage): pass
    class Failed(ValueError):
        def __init__(self, message, code):
            super().__init__(message)
            self._code = code
        def __reduce__(self): return Failed, (self.args[0], self._code)
    class Ordered(collections.OrderedDict):
        def total(self): return sum(self.values())
    class Slotted:
        __slots__ = ("a", "_b")
        def __init__(self): self.a, self._b = [1], [2]
    @dataclass(frozen=True, slots=True)
    class Frozen:
        x: list
        _y: int = 2
    a = Node("a")
    a.next = a
    a.tags.append("t")
    loop = copy.deepcopy(a)
    r, s = Rolls(5), Remembers()
    twins = copy.deepcopy([s, s])
    rolls = copy.deepcopy(r)
    letter = Message()
    letter["Subject"] = "s"
    ordered = Ordered(a=1)
    ordered.tag = ["x"]
    slotted = copy.deepcopy(Slotted())
    RESULT = (loop.next is loop, loop.tags, loop is a, twins[0] is twins[1], twins[0]._x, rolls.roll() == r.roll(), copy.deepcopy(letter)["Subject"],
              str(copy.deepcopy(Failed("m", 3))), copy.copy(Failed("m", 4))._code, copy.deepcopy(ordered).total(), copy.copy(ordered).tag is ordered.tag, slotted.a, slotted._b,
              copy.deepcopy({PurePosixPath("/a"): (1, [2])}), copy.copy(collections.UserDict(a=1)).data, copy.deepcopy([1], {}), copy.deepcopy(Frozen([1])), copy.copy(Frozen([1]))._y)
    """


def test_copies_are_python_s(run: Any) -> None:
    assert repr(run(COPIES).RESULT) == given_by_python(COPIES)


def test_a_virtual_path_is_copied(run: Any) -> None:
    assert run(
        "import copy, pathlib\nX = copy.deepcopy({'p': pathlib.Path('/data/f')})['p'] == pathlib.Path('/data/f')"
    ).X


@pytest.mark.parametrize("it", ["globals()", "vaas.log", "vaas.context", "os.environ", "sys.stdout"])
def test_what_is_the_platform_s_is_not_copied(run: Any, it: str) -> None:
    with pytest.raises((TypeError, AttributeError)):
        run(f"import copy, os, sys, vaas\ncopy.deepcopy({it})", given=app_modules())


def test_the_memo_holds_no_original_that_the_app_could_take(run: Any) -> None:
    module = run(
        """
        import copy, email.message
        class Spy:
            def __deepcopy__(self, memo):
                seen.extend(memo.values())
                return self
        seen, letter = [], email.message.Message()
        copy.deepcopy([letter, Spy()])
        KINDS = sorted({type(it).__name__ for it in seen if type(it).__module__.startswith("vaas")})
        TAKEN = [name for it in seen for name in dir(it) if name.startswith("orig")]
        """
    )
    assert module.KINDS == ["_Kept"]
    assert module.TAKEN == []
    with pytest.raises(TypeError, match="memo"):
        run("import copy\nclass Memo(dict): pass\ncopy.deepcopy([1], Memo())")
