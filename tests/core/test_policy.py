"""The table of limits: every row is whole, and what is written of a limit reads back as the same."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.limit_keys import COUNT, TIME, LimitKey
from vaas.core.policy import LIMIT_KEYS, Limits

each_key = pytest.mark.parametrize("key", LIMIT_KEYS.values(), ids=list(LIMIT_KEYS))


def values(key: LimitKey) -> st.SearchStrategy[float]:
    """Any that a person can set: a time of whole microseconds, a whole number of bytes or things."""
    if key.kind is TIME:
        return st.integers(round(key.least * 10**6), round(key.most * 10**6)).map(lambda number: number / 10**6)
    return st.integers(int(key.least), int(key.most))


def test_every_limit_has_its_row_in_the_order_of_the_struct():
    assert list(LIMIT_KEYS) == list(Limits.__struct_fields__)
    assert [key.name for key in LIMIT_KEYS.values()] == list(LIMIT_KEYS)


@each_key
def test_a_default_is_the_struct_s_and_within_its_bounds_or_says_in_words_what_is_usual(key: LimitKey):
    assert key.default == getattr(Limits(), key.name)
    assert key.least <= key.default <= key.most or (not key.default and key.usual)


@each_key
def test_a_kind_is_that_of_the_field(key: LimitKey):
    assert type(getattr(Limits(), key.name)) is key.kind.type is type(key.default)


@each_key
def test_a_row_says_what_it_limits_in_one_cell_of_a_table(key: LimitKey):
    assert key.doc.strip() == key.doc != ""
    assert "|" not in key.doc
    assert "\n" not in key.doc


@each_key
@given(data=st.data())
def test_a_value_is_written_as_it_is_read(key: LimitKey, data: st.DataObject):
    value = data.draw(values(key))
    assert key.kind.parse(key.text(value)) == value


@each_key
def test_bounds_and_default_are_written_as_they_are_read(key: LimitKey):
    for value in (key.default, key.least, key.most):
        assert key.kind.parse(key.text(value)) == value


def test_a_count_that_was_stored_as_a_float_is_written_as_a_whole_number():
    assert LIMIT_KEYS["workers"].kind is COUNT
    assert LIMIT_KEYS["lines"].text(1_000_000.0) == "1000000"


def test_limits_are_typed_values_and_not_checked_again_where_they_are_stored():
    assert msgspec.json.decode(b'{"workers":1000,"timeout":1}', type=Limits) == Limits(workers=1000, timeout=1.0)
