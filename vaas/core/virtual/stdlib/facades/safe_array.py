"""``array`` for restricted code: the real one, behind values and places that are plain numbers already.

The real one writes past its end when the value that it is given shrinks it while it is asked for its number.
"""

from __future__ import annotations

import array as real
import functools
import operator
from collections.abc import Iterable, Iterator, MutableSequence
from typing import Any

_FLOATS = "fd"
_TEXTS = "uw"


@functools.total_ordering
class array(MutableSequence[Any]):
    """As ``array.array``, without its buffer. It is no base: a subclass's names would come between it and them."""

    __slots__ = ("_numbers", "typecode")

    def __init__(self, typecode: str, initializer: Any = (), /) -> None:
        self.typecode = str.__str__(typecode)
        self._numbers: Any = real.array(self.typecode)
        if isinstance(initializer, (bytes, bytearray)):
            self.frombytes(initializer)
        else:
            self.extend(initializer)

    def __init_subclass__(cls) -> None:
        raise TypeError("restricted code derives no class from array")

    @property
    def itemsize(self) -> int:
        return int(self._numbers.itemsize)

    def _plain(self, value: Any) -> Any:
        if self.typecode in _FLOATS:
            return float(value)
        return str.__str__(value) if self.typecode in _TEXTS else operator.index(value)

    def _like(self, numbers: Any) -> array:
        made = array(self.typecode)
        made._numbers = numbers
        return made

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def __getitem__(self, at: Any) -> Any:
        found = self._numbers[_place(at)]
        return self._like(found) if isinstance(found, real.array) else found

    def __setitem__(self, at: Any, value: Any) -> None:
        if isinstance(at, slice):
            numbers = real.array(self.typecode, [self._plain(it) for it in value])
            self._numbers[_place(at)] = numbers
        else:
            number, place = self._plain(value), _place(at)
            self._numbers[place] = number

    def __delitem__(self, at: Any) -> None:
        del self._numbers[_place(at)]

    def insert(self, index: int, value: Any) -> None:
        number, place = self._plain(value), operator.index(index)
        self._numbers.insert(place, number)

    def extend(self, values: Iterable[Any]) -> None:
        self._numbers.extend([self._plain(it) for it in values])

    fromlist = extend

    def frombytes(self, buffer: Any) -> None:
        self._numbers.frombytes(bytes(buffer))

    def tobytes(self) -> bytes:
        return bytes(self._numbers.tobytes())

    def tolist(self) -> list[Any]:
        return list(self._numbers)

    def tounicode(self) -> str:
        return str(self._numbers.tounicode())

    def byteswap(self) -> None:
        self._numbers.byteswap()

    def __add__(self, other: Any) -> array:
        return self._like(self._numbers + other._numbers) if isinstance(other, array) else NotImplemented

    def __mul__(self, times: Any) -> array:
        return self._like(self._numbers * operator.index(times))

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        return self._numbers == other._numbers if isinstance(other, array) else NotImplemented

    def __lt__(self, other: Any) -> bool:
        return self._numbers < other._numbers if isinstance(other, array) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as the real one: it changes

    def __copy__(self) -> array:
        return self[:]  # type: ignore[no-any-return]

    def __deepcopy__(self, memo: Any) -> array:
        return self[:]  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return repr(self._numbers)


def _place(at: Any) -> Any:
    if not isinstance(at, slice):
        return operator.index(at)
    return slice(*[None if it is None else operator.index(it) for it in (at.start, at.stop, at.step)])


NAMES = {"array": array, "ArrayType": array, "typecodes": real.typecodes}
