"""StreamedCall: a call whose parts are awaited one by one; of a ``MessageCall`` each part is a message.

Made by ``asgi_path.py``; read by ``asgi_request.py``, a ``MessageCall`` by ``asgi_websocket.py``. The link to its
worker (``core/pool/calls/link_to_worker.py``) tells it what arrives.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from vaas.core.errors import VaasError
from vaas.core.policy import Limits
from vaas.core.pool.calls.pending_call import PendingCall
from vaas.core.wire.codec import WireGarbage
from vaas.core.wire.messages import CHUNK, MESSAGE, WINDOW, Data, Reply
from vaas.framework.http.problems import Problem

if TYPE_CHECKING:
    from vaas.core.pool.pool import Pool


class StreamedCall(PendingCall):
    __slots__ = ("_arrived", "_over", "_wake", "_writable", "asked", "pool", "refusal", "set_cookie")

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
        self.asked = asyncio.Event()
        """The app has asked for the body, or is over."""
        self._wake = asyncio.Event()
        self._writable = asyncio.Event()

    def on_reply(self, reply: Reply) -> None:
        self._put(reply, over=not reply.more)

    def on_data(self, part: Data) -> None:
        self._put(part, over=part.end)

    def on_fail(self, error: VaasError) -> None:
        self._put(error, over=True)

    def credited(self, size: int) -> None:
        self.asked.set()
        super().credited(size)

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

    async def feed(self, data: bytes, *, end: bool = False, text: bool = False, more: bool = False) -> None:
        """Sends a part, or with ``more`` a frame of a message, when the call has a worker with room. What
        comes before then travels with the call itself, as far as that may grow; the rest holds its sender back. Of a
        call that is over, parts are nothing."""
        if self._joined(data, end):
            return
        await self._room()
        self.send(data, end=end, text=text, more=more)

    async def _room(self) -> None:
        while self.credit <= 0 and not self._over:
            self._writable.clear()
            await self._writable.wait()

    def _joined(self, data: bytes, end: bool) -> bool:
        """Whether the part is in the call's first frame, which has not left yet."""
        if self.call_id or self.messages or len(self.body) + len(data) > CHUNK:
            return False
        self.body += data
        self.more = not end
        return True


AT_ONCE = 4
"""Messages larger than a window that the calls of one pool have half done at once, each way: with all the memory that a
limit of 16 MB allows each, they fit into a host of 256 MB, and its node has little of them."""


class Large:
    """The places for messages in several frames that the calls of one pool share."""

    def __init__(self) -> None:
        self.to_host, self.from_host = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(AT_ONCE)


class MessageCall(StreamedCall):
    """A message of the app is put together here, frame by frame, as it is asked for: beside it, only a window waits."""

    __slots__ = ("_owed", "_size", "large", "limit")
    messages = True
    overhead = MESSAGE

    def __init__(self, kind: str, trace: str) -> None:
        super().__init__(kind, trace)
        self.limit = Limits().message
        """Bytes of one message at most, either way."""
        self.large = Large()
        self._size = 0
        """Bytes that have come of the message that is coming in."""
        self._owed = 0
        """Bytes of the last frame of the message that was read last: credited when that has been passed on."""

    def on_data(self, part: Data) -> None:
        self._size += len(part.data)
        if self._size > self.limit and not part.end:
            raise WireGarbage(problem=f"a websocket message of more than {self.limit} bytes")
        if not part.more:
            self._size = 0
        super().on_data(part)

    async def next_message(self) -> Data:
        """The next message, or the farewell. Raises what the call failed with."""
        part = await self._next_frame()
        if not part.more:
            return self._whole(part, part.data)
        async with self.large.from_host:
            frames = [part.data]
            while part.more:
                self.consumed(len(part.data) + self.overhead)
                part = await self._next_frame()
                frames.append(part.data)
        return self._whole(part, b"".join(frames))

    async def _next_frame(self) -> Data:
        part = await self.next()
        assert isinstance(part, Data)
        return part

    def _whole(self, last: Data, data: bytes) -> Data:
        self._owed = 0 if last.end else len(last.data) + self.overhead
        return Data(last.id, data, last.end, last.text)

    def passed_on(self) -> None:
        """The message that was read last has been taken by the client."""
        self.consumed(self._owed)

    async def feed_message(self, data: bytes, *, text: bool) -> None:
        """Sends a message when, and as fast as, the worker has room for it."""
        await self.feed(data[:WINDOW], text=text, more=len(data) > WINDOW)
        if len(data) <= WINDOW:
            return
        await self._room()  # the app has begun to receive it
        async with self.large.to_host:
            for start in range(WINDOW, len(data), WINDOW):
                stop = start + WINDOW
                await self.feed(data[start:stop], text=text, more=stop < len(data))
