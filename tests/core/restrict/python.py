"""What plain Python makes of the same lines."""

from __future__ import annotations

import sys
from textwrap import dedent
from types import ModuleType


def given_by_python(text: str) -> str:
    """``repr`` of the ``RESULT`` that this code comes to."""
    sys.modules["app"] = module = ModuleType("app")  # dataclasses look there
    module.__file__ = "/app/app.py"
    try:
        exec(compile(dedent(text), "plain.py", "exec", dont_inherit=True), vars(module))  # noqa: S102  # our own text
    finally:
        del sys.modules["app"]
    return repr(module.RESULT)
