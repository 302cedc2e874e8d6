"""HostExchange: one call inside a worker, as the service sees it: the ``Exchange`` of ``core/service.py``.

Flow control is by credit: at most ``WINDOW`` bytes of a stream are under way; the reader returns credit.
Made by ``link_to_node.py``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Coroutine
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from msgspec import Raw

from vaas.core.service import CallerGone
from vaas.core.wire.messages import CHUNK, HUNG_UP, MESSAGE, RUNS_ON, WINDOW, Call, Credit, Data, Fail, Reply

if TYPE_CHECKING:
    from vaas.core.host.link_to_node import LinkToNode

Work = Coroutine[Any, Any, None]
INSIST_AFTER = 1.0
"""Seconds that a cancelled handler may take to clean up; beyond, it has swallowed the cancellation."""


class HostExchange:
    __slots__ = (
        *("_begun", "_inbox", "_link", "_sendable", "_speaking", "_wake"),
        *("call", "deadline", "ended", "finished", "last", "runs_on", "task"),
    )

    def __init__(self, link: LinkToNode, call: Call) -> None:
        self.call = call
        self.deadline = monotonic() + call.left if call.left else float("inf")
        self.finished = False
        """No more of the answer will be sent."""
        self.ended = not call.more
        """The caller's stream is complete."""
        self.last = b""
        self.runs_on = True
        """Whether the handler goes on when its client hangs up: not once it streams, unless its service tells it so."""
        self.task: asyncio.Task[None] | None = None
        self._link = link
        self._sendable = WINDOW
        self._inbox: deque[Data] | None = None
        self._begun: list[bytes] | None = None
        """What has been received of a message in several frames."""
        self._speaking = False
        """A message in several frames is being sent; no other may come between them."""
        self._wake: asyncio.Future[None] | None = None

    # --- the answer

    def reply(self, head: Raw, body: bytes = b"", *, more: bool = False) -> None:
        if self.finished:
            return
        size = len(body)
        if size > WINDOW:
            self._reply_large(head, body, more)
            return
        self._link.write(Reply(self.call.id, head, body, more))
        if more:
            self._sendable -= size
            self.runs_on = False
            self._link.keep(self)
        else:
            self._close()

    def _reply_large(self, head: Raw, body: bytes, more: bool) -> None:
        if more:
            raise ValueError(f"the first part of a stream may have {WINDOW} bytes; send the rest as parts")
        self._sendable = 0
        self._link.write(Reply(self.call.id, head, body[:WINDOW], True))
        self._link.run(self, self._send_rest(body))

    async def _send_rest(self, body: bytes) -> None:
        await self.send(body[WINDOW:])
        self.finish()

    async def send(self, data: bytes, *, text: bool = False) -> None:
        if self.call.messages:
            await self._send_message(data, text)
            return
        for start in range(0, len(data), CHUNK):
            await self._send_part(data[start : start + CHUNK])

    async def _send_part(self, data: bytes) -> None:
        while self._sendable <= 0 and not self.finished:
            await self._wait()
        if self.finished:
            raise CallerGone
        self._sendable -= len(data)
        self._link.write(Data(self.call.id, data))

    async def _send_message(self, data: bytes, text: bool) -> None:
        while self._speaking and self._is_heard:
            await self._wait()
        if len(data) <= WINDOW:
            await self._send_frame(data, text, more=False)
            return
        self._speaking = True
        sending = self._link.loop.create_task(self._send_frames(data, text))
        sending.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.shield(sending)  # half a message cannot be taken back

    async def _send_frames(self, data: bytes, text: bool) -> None:
        try:
            for start in range(0, len(data), WINDOW):
                stop = start + WINDOW
                await self._send_frame(data[start:stop], text, more=stop < len(data))
        finally:
            self._speaking = False
            self._awake()

    async def _send_frame(self, data: bytes, text: bool, *, more: bool) -> None:
        while self._sendable <= 0 and self._is_heard:
            await self._wait()
        if not self._is_heard:
            raise CallerGone
        self._sendable -= len(data) + MESSAGE
        self._link.write(Data(self.call.id, data, False, text, more))

    @property
    def _is_heard(self) -> bool:
        """Whether a message would still reach its caller: not after its farewell, though the handler may go on."""
        return not self.finished and not self.ended

    def finish(self, data: bytes = b"") -> None:
        if not self.finished:
            self._link.write(Data(self.call.id, data, True))
            self._close()

    def fail(self, reason: str) -> None:
        if not self.finished:
            self._link.write(Fail(self.call.id, reason))
            self._close()

    def _close(self) -> None:
        self.finished = True
        self._link.forget(self)
        if self._wake is not None:
            self._awake()

    # --- the caller's stream

    async def receive(self) -> tuple[bytes, bool] | None:
        if self._inbox is None:
            self._inbox = deque()
            self._ask()
        while True:
            while not self._inbox:
                if self.ended:
                    return None
                if self.finished:
                    raise CallerGone
                await self._wait()
            part = self._take(self._inbox.popleft())
            if part is not None:
                return part

    def _take(self, part: Data) -> tuple[bytes, bool] | None:
        """Returns its credit to the sender. None if its message goes on."""
        if not part.end:
            self._credit(len(part.data) + (MESSAGE if self.call.messages else 0))
        if self._begun is None and not part.more:
            return part.data, part.text
        begun = self._begun = self._begun or []
        begun.append(part.data)
        if part.more:
            return None
        self._begun = None
        return b"".join(begun), part.text

    @property
    def is_over(self) -> bool:
        return self.finished

    async def over(self) -> None:
        while not self.finished:
            await self._wait()

    def _ask(self) -> None:
        """Returns the credit of the first part; of a body without one, none, which says that it may come."""
        if not self.ended and not self.finished and (self.call.body or not self.call.messages):
            self._link.write(Credit(self.call.id, len(self.call.body)))

    def _credit(self, size: int) -> None:
        if size and not self.ended and not self.finished:
            self._link.write(Credit(self.call.id, size))

    # --- what the link tells

    def on_data(self, part: Data) -> None:
        if self._inbox is None:
            self._inbox = deque()
            self._credit(len(self.call.body))
        if part.end:
            self.ended = True
            self.last = part.data
        if not part.end if self.call.messages else part.data:
            self._inbox.append(part)
        self._awake()

    def on_credit(self, size: int) -> None:
        self._sendable += size
        self._awake()

    def on_cancel(self, reason: str) -> None:
        """Acknowledges at once, so that the node knows this worker is alive, whatever the handler makes of it. If its
        client has hung up, it may go on for as long as a call may take, and keeps its place."""
        task = self.task
        if task is not None and not task.done() and reason == HUNG_UP and self.runs_on and self.call.left:
            if not self.finished:
                self.fail(RUNS_ON)
                task.add_done_callback(lambda _: self._link.write(Fail(self.call.id, "cancelled")))
            self._link.loop.call_later(self.call.left, self._stop, task)
            return
        self.fail("cancelled")
        if task is not None:
            self._stop(task)

    def _stop(self, task: asyncio.Task[None]) -> None:
        if not task.done():
            task.cancel()
            self._link.loop.call_later(INSIST_AFTER, insist, task)

    async def _wait(self) -> None:
        wake = self._wake
        if wake is None:
            wake = self._wake = self._link.loop.create_future()
        await asyncio.shield(wake)

    def _awake(self) -> None:
        wake, self._wake = self._wake, None
        if wake is not None:
            wake.set_result(None)


def insist(task: asyncio.Task[None]) -> None:
    """Ends a task that goes on in spite of its cancellation: closes its coroutine, then wakes it to find that out."""
    if task.done():
        return
    with contextlib.suppress(BaseException):  # no caller is left for what the app raises while it is closed
        cast(Work, task.get_coro()).close()
    task.cancel()
