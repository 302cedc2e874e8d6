"""The signature of an app's class is never read from its docstring: defaults there are names of any module."""

from __future__ import annotations

import inspect
from typing import Any

from vaas.core.restrict.ownership import is_own

_from_text: Any = inspect._signature_fromstr  # type: ignore[attr-defined]  # private, the same since Python 3.4


def arm() -> None:
    inspect._signature_fromstr = signature_from_text  # type: ignore[attr-defined]


def signature_from_text(cls: Any, obj: Any, text: str, *more: Any) -> inspect.Signature:
    if is_own(obj):
        return inspect.Signature()
    return _from_text(cls, obj, text, *more)  # type: ignore[no-any-return]  # what inspect gives
