# ruff: noqa: E501  (app code stands in one line)
"""``type`` tells restricted code the classes it may have; of others a shadow, which is good for names and questions."""

from __future__ import annotations

import io
import operator
import sys
from typing import Any

import pytest

from tests.core.restrict.python import given_by_python
from vaas.core.virtual.stdlib.facades.base import Facade

TOLD = """
    import collections, datetime, decimal, enum, json, re
    from dataclasses import dataclass
    class Own: pass
    class Colour(enum.Enum):
        RED = 1
    @dataclass
    class Data:
        x: int = 1
    Pair = collections.namedtuple("Pair", "x y")
    things = [1, "a", None, [], {}, (), {1}, 1.5, b"", range(1), Own(), Colour.RED, Data(), Pair(1, 2), ValueError(), KeyError, iter([]), (n for n in ()), {}.keys(),
              decimal.Decimal(1), datetime.date(2024, 1, 1), collections.Counter(), re.compile("a"), re.match("a", "a"), json.JSONDecoder(), ...]
    RESULT = [(type(it).__name__, type(it).__module__, isinstance(it, type(it)), type(it) is it.__class__, type(it) == type(it)) for it in things]
    RESULT += [type(Own()) is Own, type(1) is int, type(Pair(1, 2)) is Pair, type(re.compile("a")) is re.Pattern, type(decimal.Decimal(1)) is decimal.Decimal]
    """


def test_types_are_told_as_python_tells_them(run: Any) -> None:
    expected = given_by_python(TOLD).replace("<class 'app.", "<class '")
    assert repr(run(TOLD).RESULT).replace("<class 'app.", "<class '") == expected


LENT = {
    "a raw file": io.FileIO(0, closefd=False),
    "a getter": operator.attrgetter("x"),
    "a frame": sys._getframe(),
    "code": (lambda: 1).__code__,
}


@pytest.mark.parametrize("lent", LENT.values(), ids=LENT.keys())
def test_a_shadow_knows_its_name_and_its_instances_and_makes_nothing(run: Any, lent: Any) -> None:
    app = run(
        """
        def with_app_paths(it): return type(it).__name__, isinstance(it, type(it)), isinstance(1, type(it)), type(it) is type(it), type(it) is it.__class__
        def called(it): return type(it)("x")
        def derived(it):
            class Mine(type(it)): pass
        def read(it): return type(it)._real
        """
    )
    assert app.with_app_paths(lent) == (type(lent).__name__, True, False, True, True)
    for tried in (app.called, app.derived):
        with pytest.raises(TypeError, match="restricted code"):
            tried(lent)
    with pytest.raises(AttributeError):
        app.read(lent)


def test_what_a_facade_shows_is_told_as_it_is(run: Any) -> None:
    class Shown:
        __module__ = "json.hidden"

    app = run("def with_app_paths(it): return type(it)")
    assert app.with_app_paths(Shown()) is not Shown
    Facade("json", {"Shown": Shown})
    assert app.with_app_paths(Shown()) is Shown
