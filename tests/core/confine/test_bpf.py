"""The assembler: labels become distances, and constants stay where they were put."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as some

from vaas.core.confine.bpf import OPEN, Assembler, JumpTooFar

Run = Callable[[bytes, bytes], int]


def test_a_jump_lands_on_its_label(run_filter: Run) -> None:
    code = Assembler()
    code.load(0)
    code.jump_if_equal(7, "seven")
    code.answer(1)
    code.label("seven")
    code.answer(2)
    program = code.assemble().complete(0)
    assert run_filter(program, struct.pack("=I", 7)) == 2
    assert run_filter(program, struct.pack("=I", 8)) == 1


@given(values=some.lists(some.integers(0, 2**32 - 1), unique=True, max_size=60), asked=some.integers(0, 2**32 - 1))
def test_a_table_of_jumps_finds_every_value_and_no_other(values: list[int], asked: int, run_filter: Run) -> None:
    code = Assembler()
    code.load(0)
    for place, value in enumerate(values):
        code.jump_if_equal(value, f"found {place}")
    code.answer(0)
    for place in range(len(values)):
        code.label(f"found {place}")
        code.answer(place + 1)
    program = code.assemble().complete(0)
    for each in (*values, asked):
        expected = values.index(each) + 1 if each in values else 0
        assert run_filter(program, struct.pack("=I", each)) == expected


@given(bits=some.integers(0, 2**32 - 1), word=some.integers(0, 2**32 - 1), limit=some.integers(0, 2**32 - 1))
def test_masking_and_comparing_are_those_of_unsigned_words(bits: int, word: int, limit: int, run_filter: Run) -> None:
    code = Assembler()
    code.load(0)
    code.mask(bits)
    code.jump_if_at_least(limit, "enough")
    code.answer(0)
    code.label("enough")
    code.answer(1)
    assert run_filter(code.assemble().complete(0), struct.pack("=I", word)) == int(word & bits >= limit)


def test_an_open_constant_is_filled_in_everywhere(run_filter: Run) -> None:
    code = Assembler()
    code.load(0)
    code.jump_if_equal(OPEN, "own")
    code.load(4)
    code.jump_if_equal(OPEN, "own")
    code.answer(0)
    code.label("own")
    code.answer(1)
    program = code.assemble()
    assert len(program.open) == 2
    assert run_filter(program.complete(4711), struct.pack("=II", 4711, 0)) == 1
    assert run_filter(program.complete(4711), struct.pack("=II", 0, 4711)) == 1
    assert run_filter(program.complete(4712), struct.pack("=II", 4711, 4711)) == 0


def test_a_conditional_jump_that_does_not_fit_is_refused_by_name() -> None:
    code = Assembler()
    code.jump_if_equal(1, "far")
    for _ in range(256):
        code.answer(0)
    code.label("far")
    code.answer(1)
    with pytest.raises(JumpTooFar, match="far spans 256 instructions"):
        code.assemble()


def test_a_label_that_stands_nowhere_is_an_error() -> None:
    code = Assembler()
    code.jump("nowhere")
    with pytest.raises(KeyError, match="nowhere"):
        code.assemble()


def test_a_label_is_given_once() -> None:
    code = Assembler()
    code.label("here")
    with pytest.raises(ValueError, match="here"):
        code.label("here")
