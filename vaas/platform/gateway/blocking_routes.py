"""BlockingRoutes: which handlers of an app occupy their worker, from the ``AppInfo`` it sent when it became ready.

They decide which worker a request should get (``core/pool/pool.py``). ``node/bootstrap.py`` has each pool keep its own;
``resolve.py`` reads it there."""

from __future__ import annotations

from msgspec import Raw

from vaas.framework.http.wire_heads import AppInfo, decode_info

ELSE = "any other"


class BlockingRoutes:
    __slots__ = ("_blocking", "_known", "info", "may_block")

    def __init__(self, info: AppInfo) -> None:
        self.info = info
        self._blocking = frozenset(info.blocking)
        self._known = frozenset(f"{method} {path}" for method, path in info.routes if "{" not in path)
        self.may_block = bool(info.blocking) or info.blocking_else

    def handler(self, method: str, path: str) -> str:
        """Which plain ``def`` may answer this; empty if none may. ``may_block`` spares the question for most apps.

        All those whose path has parameters go under one name.
        """
        key = f"{method} {path}"
        if key in self._blocking:
            return key
        return ELSE if self.info.blocking_else and key not in self._known else ""


def understand(info: Raw) -> BlockingRoutes:
    """Raises ``msgspec.ValidationError`` for what no service of ours would send."""
    return BlockingRoutes(decode_info(info))
