"""StreamedCall: a call whose parts are awaited one by one; of a ``MessageCall`` each part is a message.

Made and read by ``asgi_path.py``. The link to its worker (``core/pool/calls/link_to_worker.py``) tells it what arrives.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from vaas.core.errors import VaasError
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.wire.messages import Data, Reply
from vaas.framework.http.problems import Problem

if TYPE_CHECKING:
    from vaas.core.pool.pool import Pool


class StreamedCall(PendingCall):
    __slots__ = ("_arrived", "_wake", "_writable", "pool", "refusal", "set_cookie")

    def __init__(self, kind: str, trace: str) -> None:
        super().__init__(kind, b"", b"", trace, more=True)
        self.pool: Pool | None = None
        self.refusal: Problem | None = None
        """The gateway's own answer, if no pool is to be asked."""
        self.set_cookie = b""
        """A ``set-cookie`` value to add to the answer, or empty."""
        self._arrived: deque[Reply | Data | VaasError] = deque()
        self._wake = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()

    def on_reply(self, reply: Reply) -> None:
        self._put(reply)

    def on_data(self, part: Data) -> None:
        self._put(part)

    def on_fail(self, error: VaasError) -> None:
        self._put(error)

    def on_credit(self) -> None:
        if self.credit > 0:
            self._writable.set()

    def _put(self, item: Reply | Data | VaasError) -> None:
        self._arrived.append(item)
        self._wake.set()
        self._writable.set()

    async def next(self) -> Reply | Data:
        """The head, then the parts in order. Raises what the call failed with."""
        while not self._arrived:
            self._wake.clear()
            await self._wake.wait()
        item = self._arrived.popleft()
        if isinstance(item, VaasError):
            raise item
        return item

    async def feed(self, data: bytes, *, end: bool = False, text: bool = False) -> None:
        """Sends a part when the worker has room for it."""
        while self.credit <= 0 and not self._arrived and self.link is not None:
            self._writable.clear()
            await self._writable.wait()
        self.send(data, end=end, text=text)


class MessageCall(StreamedCall):
    __slots__ = ()
    messages = True
