"""Structs of the msgspec that an app has brought: it is not ours, and each knows its own classes alone.

Asked by ``convert.py``, ``json_out.py`` and ``framework/endpoints/openapi.py`` about what our msgspec does not know.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import msgspec


def is_own_struct(kind: Any) -> bool:
    """Whether it is a Struct, and not one of the msgspec that the framework has."""
    return isinstance(kind, type) and hasattr(kind, "__struct_fields__") and not issubclass(kind, msgspec.Struct)


def made(kind: type, value: Any) -> Any:
    """One of that class from plain data. Raises ValueError with what does not fit, and where."""
    its: Any = import_module("msgspec")
    try:
        return its.convert(value, kind)
    except its.ValidationError as error:
        raise ValueError(str(error)) from None


def plain(value: Any, hook: Callable[[Any], Any]) -> Any:
    """The plain data of an instance; ``hook`` is asked for what its msgspec does not know."""
    its: Any = import_module("msgspec")
    return its.to_builtins(value, str_keys=True, enc_hook=hook)


def schema(kind: type) -> dict[str, Any]:
    """The JSON schema of that class."""
    found: dict[str, Any] = import_module("msgspec.json").schema(kind)
    return found
