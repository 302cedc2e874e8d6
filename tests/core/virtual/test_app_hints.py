"""Annotations of restricted code as types: what evaluates strings evaluates only what an annotation may be."""

from __future__ import annotations

import typing
from typing import Any

import pytest

from vaas.core.restrict.hints import checked_hints
from vaas.core.virtual.app_hints import hints_of


def test_hints_look_into_the_classes_that_they_name(run: Any) -> None:
    app = run(
        """
        from dataclasses import dataclass
        from concurrent.futures import ThreadPoolExecutor
        from typing import NamedTuple, TypedDict
        with ThreadPoolExecutor(1) as pool:
            Bad = pool.submit(NamedTuple, "Bad", [("x", "threading.Thread")]).result()
        @dataclass
        class Fine:
            next: "Fine | None" = None
        @dataclass
        class Worse:
            bads: "list[Bad]"
        def fine(x: "list[Fine]", y: Fine) -> "dict[str, Fine]": ...
        def bad(x: list[Bad]): ...
        def worse(x: "Worse | None"): ...
        """
    )
    assert hints_of(app.fine) == {"x": list[app.Fine], "y": app.Fine, "return": dict[str, app.Fine]}
    for function in (app.bad, app.worse):
        with pytest.raises(TypeError, match="no module of the app's"):
            hints_of(function)


def test_annotations_that_are_no_types_are_given_back_and_asked_nothing(run: Any) -> None:
    app = run(
        """
        import typing
        class Odd:
            def __getattr__(self, name):
                asked.append(name)
                raise AttributeError(name)
            def __call__(self): pass
        odd, asked = Odd(), []
        def f(x: odd, y: "int", z: 3, w: typing.Annotated[int, odd]) -> list[int]: ...
        def g(x: list[odd]): ...
        def h(x: typing.Union[odd, "str"]): ...
        asked.clear()
        HINTS = typing.get_type_hints(f)
        """
    )
    assert app.asked == []
    assert {"x": app.odd, "y": int, "z": 3, "w": int, "return": list[int]} == app.HINTS
    for function in (app.f, app.g):
        with pytest.raises(TypeError, match="are no types"):
            hints_of(function)
    with pytest.raises(TypeError, match="made of types"):
        checked_hints(app.h)


def test_an_annotation_without_end_is_refused(run: Any) -> None:
    app = run("deep = int\nfor n in range(2000):\n    deep = list[deep]\ndef f(x: deep): ...")
    with pytest.raises(TypeError, match="at most 1000 parts"):
        checked_hints(app.f)


def test_hints_of_plain_code_are_python_s() -> None:
    def plain(x: typing.Annotated[int, [].append]) -> None: ...

    assert hints_of(plain) == typing.get_type_hints(plain) == {"x": int, "return": type(None)}
