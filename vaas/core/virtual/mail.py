"""Policies of ``email`` are made, copied and joined by public names, and joined with policies alone.

The library sets what it is given by name on the new one, so that a property of the app's class is handed it; and it
takes the ``__dict__`` of whatever a policy is added to, private names and all. Called by ``freezing.py``.
"""

from __future__ import annotations

from email import _policybase
from typing import Any

_Base: Any = _policybase._PolicyBase
_init, _clone = _Base.__init__, _Base.clone


def mend() -> None:
    """For the whole process. Safe to repeat."""
    _Base.__init__, _Base.clone, _Base.__add__ = init, clone, join


def init(self: Any, **options: Any) -> None:
    _init(self, **_public(options))


def clone(self: Any, **options: Any) -> Any:
    return _clone(self, **_public(options))


def join(self: Any, other: Any) -> Any:
    return self.clone(**vars(other)) if issubclass(type(other), _Base) else NotImplemented


def _public(options: dict[str, Any]) -> dict[str, Any]:
    for name in options:
        if type(name) is not str or name.startswith("_"):
            raise TypeError(f"{name!r} is an invalid keyword argument for a policy")
    return options
