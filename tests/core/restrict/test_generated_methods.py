"""A field of a dataclass is by its name never what a library keeps: what is generated for it asks no guard."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

REFUSED = {
    "a default that is a library's": """
        class Own(pathlib.PurePosixPath):
            {name}: object
        dataclasses.dataclass(Own)
    """,
    "a base with the field": """
        @dataclasses.dataclass
        class Field:
            {name}: object
        class Own(Field, pathlib.PurePosixPath): pass
    """,
    "a base that gets the field later": """
        class Field:
            {name}: object
        class Between(Field): pass
        class Own(Between, pathlib.PurePosixPath): pass
        dataclasses.dataclass(Field)
    """,
    "the base of a base": """
        @dataclasses.dataclass
        class Field:
            {name}: object
        class Between(Field): pass
        class Own(pathlib.PurePosixPath, Between): pass
    """,
    "by type": """
        @dataclasses.dataclass
        class Field:
            {name}: object
        Own = type("Own", (Field, pathlib.PurePosixPath), {{}})
    """,
}


@pytest.mark.parametrize("name", ["_drv", "_anything"])
@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_no_field_is_what_a_library_keeps_in_the_same_instance(run: Any, text: str, name: str) -> None:
    with pytest.raises(TypeError, match=f"may not be named '{name}' here"):
        run("import dataclasses, pathlib\n" + dedent(text.format(name=name)))


@pytest.mark.parametrize(
    ("name", "base"), [("format", "str"), ("obj", "AttributeError"), ("split", "ExceptionGroup"), ("fget", "property")]
)
def test_no_field_is_a_guarded_name_of_a_library_s_class(run: Any, name: str, base: str) -> None:
    text = f"""
        import dataclasses
        @dataclasses.dataclass
        class Field:
            {name}: object
        class Own(Field, {base}): pass
        """
    with pytest.raises(TypeError, match=f"may not be named '{name}' here"):
        run(text)


def test_any_name_is_a_field_of_classes_that_are_wholly_the_app_s(run: Any) -> None:
    module = run(
        """
        import abc, dataclasses, enum, typing
        @dataclasses.dataclass
        class Field:
            _x: int
            format: str = "a"
            split: int = 1
        T = typing.TypeVar("T")
        class Mixed(Field, abc.ABC): pass
        @dataclasses.dataclass
        class Further(Mixed, typing.Generic[T]):
            _y: int = 3
        @dataclasses.dataclass
        class Failed(Exception):
            _why: str
        RESULT = Further(1), Mixed(2)._x, Failed("so")._why, Further(1) == Further(1)
        """
    )
    assert repr(module.RESULT) == "(Further(_x=1, format='a', split=1, _y=3), 2, 'so', True)"
