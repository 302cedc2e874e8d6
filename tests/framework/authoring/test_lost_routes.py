"""A route that an override without a decorator loses is said, of the source and of the class."""

from __future__ import annotations

import ast
from typing import Any

import pytest

import vaas
from vaas.framework.authoring.lost_routes import lost_by, lost_in

BASE = """
import vaas
class Base:
    @vaas.get("/hi")
    async def hi(self): ...
    @vaas.on_start
    def begin(self): ...
    def plain(self): ...
"""


def lost(**files: str) -> list[tuple[str, int, str, str]]:
    trees = {f"{name}.py": ast.parse(text) for name, text in files.items()}
    return [(it.file, it.line, it.method, it.base) for it in lost_in(trees)]


@pytest.mark.parametrize(
    "text",
    [
        "class Shop(Base):\n    async def hi(self): ...",
        "from base import Base as B\nclass Shop(B):\n    def hi(self): ...",
        "import base\nclass Shop(base.Base):\n    def hi(self): ...",
        "class Between(Base): ...\nclass Shop(Between):\n    def hi(self): ...",
        "class Shop(Other, Base):\n    def begin(self): ...",
    ],
)
def test_an_override_without_a_decorator_is_found(text: str) -> None:
    (found,) = lost(base=BASE, app=text)
    assert found[0] == "app.py"
    assert (found[2], found[3]) in (("Shop.hi", "Base.hi"), ("Shop.begin", "Base.begin"))


@pytest.mark.parametrize(
    "text",
    [
        "import vaas\nclass Shop(Base):\n    @vaas.get('/hi')\n    async def hi(self): ...",
        "class Shop(Base):\n    hi = None",
        "class Shop(Base):\n    @own\n    def hi(self): ...",
        "class Shop(Base):\n    def plain(self): ...",
        "class Shop:\n    def hi(self): ...",
        "class Base(Base):\n    def hi(self): ...",
    ],
)
def test_what_keeps_its_route_or_has_none_is_not(text: str) -> None:
    assert lost(base=BASE, app=text) == []


class Base:
    @vaas.get("/hi")
    async def hi(self) -> None: ...

    @vaas.rpc
    async def add(self) -> None: ...


class Loses(Base):
    async def hi(self) -> None: ...


class Below(Loses):
    add: Any = None


def test_a_class_tells_what_it_has_lost() -> None:
    for cls in (Loses, Below):
        (said,) = lost_by(cls)
        assert "test_lost_routes.py" in said
        assert "Loses.hi overrides Base.hi and has no decorator, so that nothing calls it: decorate it again" in said


def test_a_class_that_has_lost_nothing_is_silent() -> None:
    class Keeps(Base):
        @vaas.get("/hi")
        async def hi(self) -> None: ...

    assert list(lost_by(Keeps)) == list(lost_by(Base)) == []
