"""``re`` for restricted code: a replacement is a plain text, as in ``Pattern.sub``
(``core/restrict/guarded_attributes.py``)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from vaas.core.restrict.plain import plain


def _of_plain_words(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def replace(*args: Any, **named: Any) -> Any:
        return function(*map(plain, args), **{name: plain(it) for name, it in named.items()})

    return replace


NAMES = {"sub": _of_plain_words(re.sub), "subn": _of_plain_words(re.subn)}
