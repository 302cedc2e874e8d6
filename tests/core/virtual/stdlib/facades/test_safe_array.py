"""An array of restricted code behaves as Python's, and cannot be made to write elsewhere."""

from __future__ import annotations

import array as real
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaas.core.virtual.stdlib.facades.safe_array import array

numbers = st.lists(st.integers(-100, 100), max_size=8)
places = st.one_of(
    st.integers(-10, 10), st.builds(slice, *[st.one_of(st.none(), st.integers(-10, 10).filter(bool))] * 3)
)
ACTS = {
    "get": lambda it, at, n: it[at],
    "set": lambda it, at, n: it.__setitem__(at, type(it)("i", [n, n]) if isinstance(at, slice) else n),
    "delete": lambda it, at, n: it.__delitem__(at),
    "append": lambda it, at, n: it.append(n),
    "insert": lambda it, at, n: it.insert(n, n),
    "pop": lambda it, at, n: it.pop(),
    "extend": lambda it, at, n: it.extend([n, n]),
    "times": lambda it, at, n: it * 2,
    "plus": lambda it, at, n: it + it,
    "reverse": lambda it, at, n: it.reverse(),
    "remove": lambda it, at, n: it.remove(n),
    "index": lambda it, at, n: it.index(n),
    "bytes": lambda it, at, n: it.tobytes(),
}


@given(numbers, st.lists(st.tuples(st.sampled_from(sorted(ACTS)), places, st.integers(-9, 9)), max_size=6))
def test_it_does_what_python_s_does(start: list[int], acts: list[tuple[str, Any, int]]) -> None:
    ours, theirs = array("i", start), real.array("i", start)
    for name, at, number in acts:
        outcomes = []
        for it in (ours, theirs):
            try:
                outcomes.append(repr(ACTS[name](it, at, number)))
            except (IndexError, ValueError) as error:
                outcomes.append(type(error).__name__)
        assert outcomes[0] == outcomes[1]
        assert ours.tolist() == theirs.tolist()


@pytest.mark.filterwarnings("ignore:The .u. type code:DeprecationWarning")
@pytest.mark.parametrize(("code", "values"), [("d", [1, 2.5]), ("b", b"ab"), ("u", "text"), ("Q", range(3))])
def test_it_is_made_of_what_python_s_is_made_of(code: str, values: Any) -> None:
    ours, theirs = array(code, values), real.array(code, values)
    assert (repr(ours), ours.itemsize, len(ours)) == (repr(theirs), theirs.itemsize, len(theirs))
    assert ours == array(code, values)
    assert not ours < array(code, values)


def test_no_class_comes_between_it_and_its_numbers() -> None:
    with pytest.raises(TypeError, match="derives no class from array"):
        type("Own", (array,), {})


def test_a_value_that_shrinks_the_array_while_it_is_asked_changes_nothing_else() -> None:
    class Evil:
        def __index__(self) -> int:
            del ours[1:]
            return 7

    ours = array("Q", range(20))
    with pytest.raises(IndexError):
        ours[13] = Evil()
    assert ours.tolist() == [0]
