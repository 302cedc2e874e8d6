"""``vaas.call``: one app calls another. The place for it is here; this version says honestly that it cannot yet."""

from __future__ import annotations

from typing import Any

from vaas.framework.authoring.errors import CallUnavailable


async def call(target: str, /, **arguments: Any) -> Any:
    """``await vaas.call("hello.add", a=1, b=2)``. Raises ``CallUnavailable``: between apps it is not possible yet."""
    raise CallUnavailable(target=target)
