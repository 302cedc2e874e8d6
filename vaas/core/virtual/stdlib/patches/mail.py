"""What ``email`` does by names and with classes that it is given, it does with public names and with its own classes.

A policy sets what it is given by name on a new one, so that a property of the app's class is handed it; it took the
``__dict__`` of whatever it was added to. A registry of headers makes classes of any two.
"""

from __future__ import annotations

from email import _policybase, headerregistry
from typing import Any

from vaas.core.restrict.ownership import mark_of

_Base: Any = _policybase._PolicyBase
_init, _clone = _Base.__init__, _Base.clone


def arm() -> None:
    _Base.__init__, _Base.clone, _Base.__add__ = init, clone, join
    headerregistry.HeaderRegistry.__getitem__ = class_of  # type: ignore[method-assign]


def init(self: Any, **options: Any) -> None:
    _init(self, **_public(options))


def clone(self: Any, **options: Any) -> Any:
    return _clone(self, **_public(options))


def join(self: Any, other: Any) -> Any:
    return self.clone(**vars(other)) if issubclass(type(other), _Base) else NotImplemented


def class_of(self: Any, name: str) -> type:
    """``HeaderRegistry.__getitem__``. Raises TypeError where it would join what is no header."""
    kind, base = self.registry.get(name.lower(), self.default_class), self.base_class
    is_known = any(kind is it for it in vars(headerregistry).values()) or mark_of(kind) is not None
    if not (is_known and issubclass(base, headerregistry.BaseHeader)):
        raise TypeError("restricted code makes headers of its own classes and the library's")
    return type(f"_{kind.__name__}", (kind, base), {"__module__": headerregistry.__name__})


def _public(options: dict[str, Any]) -> dict[str, Any]:
    for name in options:
        if type(name) is not str or name.startswith("_"):
            raise TypeError(f"{name!r} is an invalid keyword argument for a policy")
    return options
