"""``str.format`` of restricted code: the fields of a template read attributes by the guard, nested ones too."""

from __future__ import annotations

import string
from _string import formatter_field_name_split  # type: ignore[import-not-found]  # what string.Formatter is made of
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vaas.core.restrict.guards import read


class GuardedFormatter(string.Formatter):
    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        first, rest = formatter_field_name_split(field_name)
        found = self.get_value(first, args, kwargs)
        for is_attribute, name in rest:
            found = read(found, name) if is_attribute else found[name]
        return found, first


_formatter = GuardedFormatter()


def format_method(obj: Any, name: str) -> Callable[..., str]:
    """``format`` or ``format_map`` of a string, or of ``str`` itself."""
    unbound = _format if name == "format" else _format_map
    return unbound if isinstance(obj, type) else lambda *args, **fields: unbound(obj, *args, **fields)


def _format(template: str, /, *args: Any, **fields: Any) -> str:
    return _formatter.vformat(str.__str__(template), args, fields)


def _format_map(template: str, fields: Mapping[str, Any], /) -> str:
    return _formatter.vformat(str.__str__(template), (), fields)
