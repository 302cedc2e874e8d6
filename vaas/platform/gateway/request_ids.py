"""RequestIds: what each request of this node is called, in answers and in logs. Given by ``node.py``; a host that names
one that was never given is not believed (``platform/logs/log_store.py``)."""

from __future__ import annotations

import secrets


class RequestIds:
    def __init__(self) -> None:
        self._prefix = secrets.token_hex(4)
        self._last = 0

    def next(self) -> str:
        """Unique over restarts and nodes, short, and in order within one run: ``5f3a9c01-2b``."""
        self._last += 1
        return f"{self._prefix}-{self._last:x}"

    def has_issued(self, request: str) -> bool:
        prefix, _, count = request.partition("-")
        try:
            number = int(count, 16)
        except ValueError:
            return False
        return prefix == self._prefix and 0 < number <= self._last and count == f"{number:x}"
