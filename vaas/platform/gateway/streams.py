"""StreamedCall: a call whose parts are awaited one by one; of a ``MessageCall`` each part is a message.

Made and read by ``asgi_path.py``. The link to its worker (``core/pool/calls/link_to_worker.py``) tells it what arrives.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from vaas.core.errors import VaasError
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.wire.messages import CHUNK, Data, Reply
from vaas.framework.http.problems import Problem

if TYPE_CHECKING:
    from vaas.core.pool.pool import Pool


class StreamedCall(PendingCall):
    __slots__ = ("_arrived", "_over", "_wake", "_writable", "pool", "refusal", "set_cookie")

    def __init__(self, kind: str, trace: str) -> None:
        super().__init__(kind, b"", b"", trace, more=True)
        self.pool: Pool | None = None
        self.refusal: Problem | None = None
        """The gateway's own answer, if no pool is to be asked."""
        self.set_cookie = b""
        """A ``set-cookie`` value to add to the answer, or empty."""
        self._arrived: deque[Reply | Data | VaasError] = deque()
        self._over = False
        """No part will be taken any more: the answer is complete, or has failed."""
        self._wake = asyncio.Event()
        self._writable = asyncio.Event()

    def on_reply(self, reply: Reply) -> None:
        self._put(reply, over=not reply.more)

    def on_data(self, part: Data) -> None:
        self._put(part, over=part.end)

    def on_fail(self, error: VaasError) -> None:
        self._put(error, over=True)

    def on_credit(self) -> None:
        if self.credit > 0:
            self._writable.set()

    def _put(self, item: Reply | Data | VaasError, *, over: bool) -> None:
        self._arrived.append(item)
        self._wake.set()
        if over:
            self._over = True
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
        """Sends a part when the call has a worker and that has room for it. What comes before then travels with the
        call itself, as far as that may grow; the rest holds its sender back. Of a call that is over, parts are nothing.
        """
        if self._joined(data, end):
            return
        while self.credit <= 0 and not self._over:
            self._writable.clear()
            await self._writable.wait()
        self.send(data, end=end, text=text)

    def _joined(self, data: bytes, end: bool) -> bool:
        """Whether the part is in the call's first frame, which has not left yet."""
        if self.call_id or self.messages or len(self.body) + len(data) > CHUNK:
            return False
        self.body += data
        self.more = not end
        return True


class MessageCall(StreamedCall):
    __slots__ = ()
    messages = True
