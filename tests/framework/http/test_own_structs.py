"""Structs as their own msgspec reads and writes them; here that is ours. With an app's own: tests/e2e."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from vaas.framework.http.own_structs import is_own_struct, made, plain, schema


class Money:
    def __init__(self, cents: int) -> None:
        self.cents = cents


class Price(msgspec.Struct):
    name: str
    cents: int


class Sold(msgspec.Struct):
    at: Money


def test_a_struct_is_made_of_plain_data() -> None:
    assert made(Price, {"name": "tea", "cents": 250}) == Price("tea", 250)


def test_what_does_not_fit_is_told_with_its_place() -> None:
    with pytest.raises(ValueError, match=r"Expected `int`, got `str` - at `\$.cents`"):
        made(Price, {"name": "tea", "cents": "much"})


def test_an_instance_becomes_plain_data() -> None:
    assert plain(Price("tea", 250), repr) == {"name": "tea", "cents": 250}


def test_what_msgspec_does_not_know_the_hook_is_asked_for() -> None:
    assert plain(Sold(Money(7)), lambda value: value.cents) == {"at": 7}


def test_the_schema_names_the_fields() -> None:
    found: dict[str, Any] = schema(Price)["$defs"]["Price"]
    assert found["properties"] == {"name": {"type": "string"}, "cents": {"type": "integer"}}


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        (type("Other", (), {"__struct_fields__": ("name",)}), True),
        (Price, False),
        (dict, False),
        (Price("tea", 1), False),
        (list[Price], False),
    ],
    ids=["of another msgspec", "of ours", "none", "an instance", "an alias"],
)
def test_a_struct_of_an_app_is_one_that_ours_does_not_know(kind: Any, own: bool) -> None:
    assert is_own_struct(kind) == own
