"""The sockets that a host has made and not connected yet, by the number they have there.

The broker made each of them and keeps a copy, because that copy is how it connects them. Connected, the copy is closed:
the host alone decides then when the connection ends. Used by ``broker.py``.
"""

from __future__ import annotations

import socket
from collections import OrderedDict
from typing import NamedTuple

MOST = 1024
"""As many as a host may have descriptors (``confine/plan.py``); beyond, the oldest is taken for closed."""


class Key(NamedTuple):
    process: int
    number: int


class Sockets:
    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Key, socket.socket | None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def keeps(self, made: socket.socket) -> bool:
        return any(kept is made for kept in self._kept.values())

    def keep(self, key: Key, made: socket.socket) -> list[socket.socket]:
        """Returns those that it takes the place of, for the caller to close: what had the same number is closed in the
        host."""
        replaced = [self._kept.pop(key, None)]
        self._kept[key] = made
        while len(self._kept) > self._most:
            replaced.append(self._kept.popitem(last=False)[1])
        return [each for each in replaced if each is not None]

    def get(self, key: Key) -> socket.socket | None:
        """None if it is connected, or was never made here."""
        return self._kept.get(key)

    def is_connected(self, key: Key) -> bool:
        return key in self._kept and self._kept[key] is None

    def connected(self, made: socket.socket) -> None:
        """Closes our copy; the host's goes on."""
        for key, kept in self._kept.items():
            if kept is made:
                self._kept[key] = None
        made.close()
