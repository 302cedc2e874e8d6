"""``os.environ`` of one app: strings by name, seen and changed by that app alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping


class Environ(MutableMapping[str, str]):
    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> str:
        return self._values[_text(name)]

    def __setitem__(self, name: str, value: str) -> None:
        self._values[_text(name)] = _text(value)

    def __delitem__(self, name: str) -> None:
        del self._values[_text(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._values))

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"environ({self._values!r})"

    def __or__(self, other: Mapping[str, str]) -> dict[str, str]:
        return {**self, **other}

    def __ror__(self, other: Mapping[str, str]) -> dict[str, str]:
        return {**other, **self}

    def copy(self) -> dict[str, str]:
        return dict(self._values)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"str expected, not {type(value).__name__}")
    return value
