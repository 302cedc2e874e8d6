"""PendingCall: one call from the node's side, from ``Pool.submit`` to its last byte.

The gateway subclasses it (``platform/gateway/``); ``Pool.call`` uses ``AwaitedCall``. The pool and the link call the
``on_…`` methods, on the node's event loop; exactly one of ``on_fail`` or a finished reply ends a call.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from msgspec import Raw

from vaas.core.errors import VaasError
from vaas.core.pool.calls.tally import Tally
from vaas.core.pool.errors import AnswerTooLarge
from vaas.core.wire.codec import WireGarbage
from vaas.core.wire.messages import MAX_FRAME, WINDOW, Data, Reply

if TYPE_CHECKING:
    from vaas.core.pool.calls.link_to_worker import LinkToWorker

log = logging.getLogger(__name__)


HELD = WINDOW + MAX_FRAME
"""Bytes of an answer that a host may send before it is told that any were taken: a window, and a part begun in it."""
AWAITED = 16 * 1024 * 1024
"""Bytes of an answer that is collected whole; what is larger is for a caller who reads it as it comes."""


class PendingCall:
    __slots__ = (
        *("begun", "body", "call_id", "credit", "deadline", "gone", "handler", "head", "held", "kind", "link"),
        *("more", "occupies", "patience", "tally", "slow", "trace"),
    )

    messages: ClassVar[bool] = False
    """What ``Call.messages`` says of it; a class that carries messages overrides it."""
    overhead: ClassVar[int] = 0
    """Bytes of credit that each part costs beyond its data; a class that carries messages overrides it."""

    def __init__(self, kind: str, head: Raw | bytes, body: bytes, trace: str, *, more: bool = False) -> None:
        self.kind = kind
        self.head = head
        self.body = body
        self.more = more
        """Whether parts of the body follow by ``send``."""
        self.trace = trace
        self.handler = ""
        """Which plain ``def`` will occupy its worker; empty for an ``async def``, which does not."""
        self.slow = False
        """Whether nothing at all should wait behind it; set by the pool."""
        self.occupies = False
        """Whether it does so: from when its worker has all of its body."""
        self.begun = 0.0
        """Since when, on the event loop's clock."""
        self.gone = False
        """Whether the caller waits for the answer no more."""
        self.deadline = 0.0
        """On the event loop's clock; set by the pool. Of a stream: until when it must have moved on."""
        self.patience = 0.0
        """Seconds from the deadline set by the pool to the next one, for as long as a stream goes on."""
        self.tally: Tally | None = None
        """Where it is counted; set by the pool."""
        self.call_id = 0
        self.link: LinkToWorker | None = None
        """Where it went; None while it waits, and when it is over."""
        self.credit = 0
        """Bytes that may still be sent to the worker: none before the call has one."""
        self.held = 0
        """Bytes of the answer that have come and are not passed on."""

    # --- told by the link

    def arrived(self, size: int) -> None:
        """So much more of a streamed answer has come. Raises ``WireGarbage`` for a host that does not wait its turn."""
        self.held += size
        if self.held > HELD:
            raise WireGarbage(problem=f"{self.held} bytes of a stream that the caller has not taken yet")

    def credited(self, size: int) -> None:
        """The worker has taken so much. Raises ``WireGarbage`` if that is more than it was sent."""
        self.credit += size
        if size < 0 or self.credit > WINDOW:
            raise WireGarbage(problem=f"credit for {size} bytes")
        self.on_credit()

    def on_reply(self, reply: Reply) -> None:
        raise NotImplementedError

    def on_data(self, part: Data) -> None:
        raise NotImplementedError

    def on_credit(self) -> None:
        """More may be sent, or the first part: the call has its worker now."""

    def on_fail(self, error: VaasError) -> None:
        """There will be no (further) answer."""
        raise NotImplementedError

    def fail(self, error: VaasError) -> None:
        """Ends the call without a (complete) answer; the pool and the link call this."""
        if self.tally is not None:
            self.tally.errors += 1
        with caller_errors_logged():
            self.on_fail(error)

    def answered_badly(self, code: int) -> None:
        """The app has answered that it failed; what the code means is for the owner to know."""
        if self.tally is not None:
            self.tally.answered_badly(code)

    def told(self, code: int) -> None:
        """This call has failed, and its caller is told that code."""
        if self.tally is not None:
            self.tally.told(code)

    def moved(self, now: float) -> None:
        """The stream has gone on, in either direction; one of messages may be silent for as long as it likes, until its
        caller has said farewell."""
        self.deadline = float("inf") if self.messages and self.more else now + self.patience

    # --- asked by the owner

    def send(self, data: bytes, *, end: bool = False, text: bool = False, more: bool = False) -> None:
        """A further part of the body, or a frame of a message. Owners wait for ``credit > 0`` before they send more."""
        if self.link is not None:
            self.credit -= len(data) + self.overhead
            self.more = not end
            self.link.on_moved(self)
            self.link.write(Data(self.call_id, data, end, text, more))
            if end:
                self.link.occupy(self)

    def consumed(self, size: int) -> None:
        """That many bytes of the answer have been passed on."""
        self.held -= size
        if self.link is not None and size:
            self.link.give_credit(self.call_id, size)

    def abandon(self, reason: str) -> None:
        """The caller waits for the answer no more."""
        self.gone = True
        if self.link is not None:
            self.link.cancel(self, reason)


@contextmanager
def caller_errors_logged() -> Iterator[None]:
    """Logs an exception of one caller's code: it must not reach the link, which carries other callers' calls."""
    try:
        yield
    except WireGarbage:
        raise  # the host's fault: the link ends it
    except Exception:
        log.exception("a caller's end failed")


class AwaitedCall(PendingCall):
    """A simple exchange for code that awaits: the whole answer in one future."""

    __slots__ = ("_parts", "_reply", "_size", "answer")

    def __init__(self, kind: str, head: Raw | bytes, body: bytes, trace: str) -> None:
        super().__init__(kind, head, body, trace)
        self.answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._parts: list[bytes] = []
        self._size = 0
        self._reply: Reply | None = None

    def on_reply(self, reply: Reply) -> None:
        if not reply.more:
            self._resolve(reply)
            return
        self._reply = reply
        self._keep(reply.body)

    def on_data(self, part: Data) -> None:
        self._keep(part.data)
        if part.end and self._reply is not None:
            self._resolve(Reply(self._reply.id, self._reply.head, b"".join(self._parts)))

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > AWAITED:
            self._parts.clear()
            self.abandon("its answer is too large")
            self.on_fail(AnswerTooLarge(most=AWAITED // 1024**2))
            return
        self._parts.append(part)
        self.consumed(len(part))

    def on_fail(self, error: VaasError) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)

    def _resolve(self, reply: Reply) -> None:
        if not self.answer.done():
            self.answer.set_result(reply)
