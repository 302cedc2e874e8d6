"""LinkToWorker: the node's end of one worker's socket. Calls out, answers in; one write a loop turn.

What arrives is decoded by ``wire/messages.py`` or the whole host is killed: nothing that comes out of a host is
trusted. The worker's end is ``core/host/link_to_node.py``; the pool that fills it is ``core/pool/pool.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol, cast

from msgspec import Raw

from vaas.core.errors import VaasError
from vaas.core.pool.calls.pending_call import PendingCall, caller_errors_logged
from vaas.core.pool.errors import DeadlineExceeded, HandlerFailed, StreamStalled
from vaas.core.pool.heartbeat import WORKER_STALLED_AFTER, Heartbeat
from vaas.core.wire.codec import FrameReader, WireGarbage, frame_bytes
from vaas.core.wire.messages import (
    RUNS_ON,
    WINDOW,
    Call,
    Cancel,
    Credit,
    Data,
    Fail,
    Frame,
    FromWorker,
    Ping,
    Pong,
    Reply,
)


class LinkListener(Protocol):
    """The host that a link belongs to (``core/pool/hosts/host_process.py``)."""

    def on_garbage(self, error: WireGarbage) -> None: ...
    def on_worker_lost(self) -> None: ...


class Late(NamedTuple):
    since: float
    """On the event loop's clock."""
    blocked: bool
    slow: bool


class LinkToWorker(asyncio.Protocol):
    def __init__(
        self, loop: asyncio.AbstractEventLoop, host: LinkListener, index: int, on_idle_capacity: Callable[[], None]
    ) -> None:
        """``on_idle_capacity``: the pool's, called when a call has ended, so that one that waits may be next."""
        self.index = index
        self.in_flight = 0
        self.blocked = 0
        """Calls in flight whose handler occupies the worker."""
        self.slow = 0
        """Those of them behind which nothing at all should wait."""
        self._ended = 0.0
        """When the last plain ``def`` ended, on the event loop's clock: the next one queued has run since then."""
        self._loop = loop
        self._host = host
        self._on_idle_capacity = on_idle_capacity
        self._transport: asyncio.Transport | None = None
        self._reader: FrameReader[FromWorker] = FrameReader(FromWorker)
        self._out: list[bytes] = []
        self._flushing = False
        self._next_id = 1
        self._waiting: dict[int, PendingCall] = {}
        """Without a head yet, oldest first: all calls of a release have the same timeout."""
        self._streaming: dict[int, PendingCall] = {}
        self.late: dict[int, Late] = {}
        """Cancelled and not yet acknowledged by the worker; oldest first."""
        self._running_on: dict[int, Late] = {}
        """Acknowledged, but the handler goes on without its client: their places are still taken."""
        self.stalled = False
        """Whether it owes an answer to a ping for so long that calls had better go elsewhere."""
        self.tasks = 0
        """What it told last of tasks that calls have left behind."""
        self.heartbeat = Heartbeat()

    # --- asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._host.on_worker_lost()

    def data_received(self, data: bytes) -> None:
        try:
            for frame in self._reader.feed(data):
                self._take(frame)
        except WireGarbage as error:
            self._host.on_garbage(error)

    # --- calls out

    @property
    def calls(self) -> int:
        """Begun so far."""
        return self._next_id // 2

    def begin(self, pending: PendingCall, timeout: float) -> None:
        call_id = pending.call_id = self._next_id
        self._next_id += 2
        pending.link = self
        pending.credit = WINDOW - len(pending.body)
        self.in_flight += 1
        if not pending.more:
            self.occupy(pending)
        self._waiting[call_id] = pending
        head = pending.head if type(pending.head) is Raw else Raw(pending.head)
        call = Call(call_id, pending.kind, head, pending.body, pending.more, timeout, pending.trace, pending.messages)
        self.write(call)
        if pending.more:
            pending.on_credit()

    def occupy(self, pending: PendingCall) -> None:
        """All of the call's body is there. A plain ``def`` begins only now: a client that trickles delays no other."""
        if pending.handler and not pending.occupies:
            pending.occupies = True
            self.blocked += 1
            self.slow += pending.slow
            pending.begun = self._loop.time()

    def write(self, frame: Frame) -> None:
        self._out.append(frame_bytes(frame))
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        if self._transport is not None:
            self._transport.write(b"".join(self._out))
        self._out.clear()

    def give_credit(self, call_id: int, size: int) -> None:
        if call_id in self._streaming:
            self.on_moved(self._streaming[call_id])
        self.write(Credit(call_id, size))

    def on_moved(self, pending: PendingCall) -> None:
        if pending.call_id in self._streaming:
            pending.moved(self._loop.time())

    def cancel(self, pending: PendingCall, reason: str) -> None:
        """Tells the worker that the caller waits no more; its place counts as taken until the worker acknowledges."""
        call_id = pending.call_id
        if self._waiting.pop(call_id, None) or self._streaming.pop(call_id, None):
            pending.link = None
            self.late[call_id] = Late(self._loop.time(), pending.occupies, pending.occupies and pending.slow)
            self.write(Cancel(call_id, reason))

    # --- answers in

    def _take(self, frame: FromWorker) -> None:
        if type(frame) is Reply:
            self._on_reply(frame)
        elif isinstance(frame, Data | Credit):
            self._on_stream(frame)
        elif isinstance(frame, Fail):
            self._on_fail(frame)
        elif isinstance(frame, Pong):
            self._on_pong(frame)
        else:
            raise WireGarbage(problem=f"a worker sent {type(frame).__name__}")

    def _on_reply(self, reply: Reply) -> None:
        pending = self._waiting.pop(reply.id, None)
        if pending is None:
            self._expect_late(reply.id, over=not reply.more)
            return
        if reply.more:
            pending.moved(self._loop.time())
            self._streaming[reply.id] = pending
            pending.arrived(len(reply.body))
        else:
            self._end(pending)
        with caller_errors_logged():
            pending.on_reply(reply)

    def _on_stream(self, frame: Data | Credit) -> None:
        pending = self._streaming.get(frame.id) or self._waiting.get(frame.id)
        if pending is None:
            self._expect_late(frame.id, over=type(frame) is Data and frame.end)
        elif isinstance(frame, Credit):
            pending.credited(frame.size)
        elif frame.id in self._waiting:
            raise WireGarbage(problem="data before the head")
        else:
            pending.moved(self._loop.time())
            pending.arrived(len(frame.data) + pending.overhead)
            if frame.end:
                del self._streaming[frame.id]
                self._end(pending)
            with caller_errors_logged():
                pending.on_data(frame)

    def _on_fail(self, fail: Fail) -> None:
        pending = self._waiting.pop(fail.id, None) or self._streaming.pop(fail.id, None)
        if pending is None:
            if fail.reason == RUNS_ON and fail.id in self.late:
                self._running_on[fail.id] = self.late.pop(fail.id)
            else:
                self._expect_late(fail.id, over=True)
            return
        self._end(pending)
        late = fail.reason == "deadline"
        pending.fail(DeadlineExceeded(timeout=pending.patience) if late else HandlerFailed(reason=fail.reason))

    def _expect_late(self, call_id: int, *, over: bool) -> None:
        """Frames for a cancelled call may still be on their way; for any other they are garbage."""
        if not 0 < call_id < self._next_id:
            raise WireGarbage(problem=f"an answer to call {call_id}, which was never made")
        late = self.late.pop(call_id, None) or self._running_on.pop(call_id, None) if over else None
        if late is not None:
            self._free(late.blocked, late.slow)

    def _end(self, pending: PendingCall) -> None:
        pending.link = None
        if pending.occupies and pending.tally is not None:
            now = self._loop.time()
            pending.tally.measured(pending.handler, now - max(pending.begun, self._ended))
            self._ended = now
        self._free(pending.occupies, pending.occupies and pending.slow)

    def _free(self, blocked: bool, slow: bool) -> None:
        self.in_flight -= 1
        self.blocked -= blocked
        self.slow -= slow
        self._on_idle_capacity()

    # --- its heartbeat

    def ask(self, now: float) -> None:
        """Pings it, unless it was asked a moment ago or owes an answer."""
        if self.heartbeat.ask(now):
            self.write(Ping())

    def check(self, now: float) -> None:
        """The same, and whether the worker is stalled."""
        self.ask(now)
        self.stalled = self.heartbeat.silence(now) > WORKER_STALLED_AFTER

    def _on_pong(self, pong: Pong) -> None:
        self.heartbeat.beat()
        self.tasks = pong.tasks
        if self.stalled:
            self.stalled = False
            self._on_idle_capacity()

    @property
    def streams(self) -> list[PendingCall]:
        return list(self._streaming.values())

    @property
    def awaited(self) -> bool:
        """Whether any caller waits for an answer of this worker."""
        return bool(self._waiting or self._streaming)

    # --- deadlines, and the end

    def overdue(self, now: float) -> Iterator[PendingCall]:
        """The calls whose deadline has passed."""
        while self._waiting:
            pending = next(iter(self._waiting.values()))
            if pending.deadline > now:
                return
            yield pending

    def stalled_streams(self, now: float) -> list[PendingCall]:
        """The calls whose stream has not moved for too long, on either side."""
        return [pending for pending in self._streaming.values() if pending.deadline <= now]

    def expire(self, pending: PendingCall, timeout: float) -> DeadlineExceeded:
        error = StreamStalled if pending.call_id in self._streaming else DeadlineExceeded
        self.cancel(pending, "deadline")
        pending.fail(failure := error(timeout=timeout))
        return failure

    def fail_all(self, error: VaasError) -> None:
        failed = [*self._waiting.values(), *self._streaming.values()]
        self._waiting.clear()
        self._streaming.clear()
        self.late.clear()
        self._running_on.clear()
        self.in_flight = self.blocked = self.slow = 0
        for pending in failed:
            pending.link = None
            pending.fail(error)
        if self._transport is not None:
            self._transport.abort()
