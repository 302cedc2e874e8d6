"""``typing`` for restricted code: what evaluates strings evaluates only what an annotation may be."""

from __future__ import annotations

import typing
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

from vaas.core.restrict.hints import checked_hints
from vaas.core.restrict.ownership import is_own
from vaas.core.restrict.safe_type import Type
from vaas.core.virtual.stdlib.facades.base import Facade, public_names
from vaas.core.virtual.stdlib.machine_view import MachineView

_DROPPED = (
    "ForwardRef",
    "no_type_check_decorator",
    "io",
    "re",
    "clear_overloads",
    "get_overloads",
    "overload",
)
_MARKERS = ("final", "runtime_checkable", "override", "no_type_check")


def typing_(machine: MachineView) -> ModuleType:
    names = {name: value for name, value in public_names(typing).items() if name not in _DROPPED}
    names |= {name: _on_own(names[name]) for name in _MARKERS if name in names}
    names |= {
        "Type": Type,
        "get_type_hints": get_type_hints,
        "get_origin": lambda it: _no_type(typing.get_origin(it)),
        "get_args": lambda it: tuple(_no_type(arg) for arg in typing.get_args(it)),
        "overload": lambda function: function,
    }
    return Facade("typing", names)


def get_type_hints(obj: Any, globalns: Any = None, localns: Any = None, include_extras: bool = False) -> dict[str, Any]:
    """As ``typing``'s; what names mean is always what they mean where they were written."""
    return checked_hints(obj, include_extras)


def _no_type(it: Any) -> Any:
    return Type if it is type else it


def _on_own(decorate: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The decorator marks its argument, so only what is the app's own; anything else comes back as it is."""
    return lambda it: decorate(it) if (isinstance(it, (type, FunctionType)) and is_own(it)) else it
