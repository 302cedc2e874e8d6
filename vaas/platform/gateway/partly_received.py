"""PartlyReceived: what the websockets of one app have sent of messages that are not complete yet, and who gives way.

A message is kept until it is complete, and a client may take its time over it: each may have ``limits.message`` here,
and all of one app together no more than this. Beyond, the message that began first gives way. Pure, but for the call
of ``give_way``; told by ``websocket_protocol.py``."""

from __future__ import annotations

from typing import Protocol

MOST = 64 * 1024 * 1024
"""Bytes of all websockets of an app together, unless two of its largest messages are more."""


class Sender(Protocol):
    """One websocket."""

    def give_way(self) -> None: ...


class PartlyReceived:
    def __init__(self, limit: int) -> None:
        """``limit``: bytes of one message."""
        self.most = max(MOST, 2 * limit)
        self.total = 0
        self._sizes: dict[Sender, int] = {}
        """Of those that have begun a message, in that order."""

    def now(self, sender: Sender, size: int) -> None:
        """So much has come of a message that is not complete; 0: none has begun."""
        self.total += size - self._sizes.get(sender, 0)
        if size:
            self._sizes[sender] = size
        else:
            self._sizes.pop(sender, None)
        while self.total > self.most and len(self._sizes) > 1:
            oldest = next(iter(self._sizes))
            self.now(oldest, 0)
            oldest.give_way()
