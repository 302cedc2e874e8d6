"""LinkToNode: a worker's end of its socket. Frames in, calls to the service, frames out; one write a loop turn.

Lives on the worker's event loop (``worker.py``). The node's end is ``core/pool/calls/link_to_worker.py``.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio import _set_running_loop
from typing import Any, cast
from weakref import WeakSet

from vaas.core.host.exchange import HostExchange, Work
from vaas.core.interrupt import Interrupted
from vaas.core.service import Service, current
from vaas.core.wire.codec import FrameReader, frame_bytes
from vaas.core.wire.messages import Call, Cancel, Credit, Data, Frame, Ping, Pong, ToWorker

log = logging.getLogger("vaas.host")


class LinkToNode(asyncio.Protocol):
    def __init__(self, loop: asyncio.AbstractEventLoop, service: Service, index: int) -> None:
        self.loop = loop
        self.running = 0
        """The id of the call whose handler is on the stack right now, 0 for none; read by another thread."""
        self._index = index
        self._service = service
        self._blocks = service.blocks
        """Whether to leave the loop for the calls of one read (``core/outside_loop.py``)."""
        self._startup_tasks = WeakSet(asyncio.all_tasks(loop))
        """What the app's own start-up has set going: it ends with the worker, and no drain waits for it."""
        self._reader: FrameReader[ToWorker] = FrameReader(ToWorker)
        self._transport: asyncio.Transport | None = None
        self._out: list[bytes] = []
        self._flushing = False
        self._calls: dict[int, HostExchange] = {}

    # --- asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.loop.stop()

    def data_received(self, data: bytes) -> None:
        self._flushing = True
        if self._blocks:
            _set_running_loop(None)
        try:
            for frame in self._reader.feed(data):
                self._take(frame)
        finally:
            if self._blocks:
                _set_running_loop(self.loop)
            self._flush()

    def _take(self, frame: ToWorker) -> None:
        if type(frame) is Call:
            self._begin(frame)
            return
        if isinstance(frame, Ping):
            self.write(Pong(self._index, len(self.left_behind())))
            return
        exchange = self._calls.get(frame.id)
        if exchange is None:
            return
        match frame:
            case Data():
                exchange.on_data(frame)
            case Credit():
                exchange.on_credit(frame.size)
            case Cancel():
                exchange.on_cancel(frame.reason)

    # --- calls

    def _begin(self, call: Call) -> None:
        exchange = HostExchange(self, call)
        current.set(exchange)
        if call.more:
            self._calls[call.id] = exchange
        self.running = call.id
        try:
            work = self._service.handle(exchange)
        except Interrupted:
            exchange.fail("deadline")
            return
        except BaseException:
            log.exception("the service failed")
            exchange.fail("error")
            return
        finally:
            self.running = 0
        if work is not None:
            self.run(exchange, work)

    def run(self, exchange: HostExchange, work: Work) -> None:
        """Runs the rest of an exchange as a task; keeps it reachable for data, credit and cancellation."""
        self.keep(exchange)
        exchange.task = task = self.loop.create_task(work)
        task.add_done_callback(lambda done: self._settle(exchange, done))

    def _settle(self, exchange: HostExchange, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            exchange.fail("cancelled")
            return
        error = task.exception()
        if isinstance(error, Interrupted):
            exchange.fail("deadline")
        elif error is not None and not exchange.finished:
            log.error("the service failed", exc_info=error)
            exchange.fail("error")

    def keep(self, exchange: HostExchange) -> None:
        self._calls[exchange.call.id] = exchange

    def forget(self, exchange: HostExchange) -> None:
        self._calls.pop(exchange.call.id, None)

    def left_behind(self) -> set[asyncio.Task[Any]]:
        """Tasks that run beyond the calls they were started by."""
        calls = {exchange.task for exchange in self._calls.values()}
        return {task for task in asyncio.all_tasks(self.loop) if task not in calls and task not in self._startup_tasks}

    def is_running(self, call: int) -> bool:
        """Whether that call's code is on this loop's stack now; 0 is any call's. For other threads."""
        if call == 0:
            return self.running != 0 or asyncio.current_task(self.loop) is not None
        if self.running == call:
            return True
        exchange = self._calls.get(call)
        return exchange is not None and exchange.task is asyncio.current_task(self.loop)

    # --- out

    def write(self, frame: Frame) -> None:
        self._out.append(frame_bytes(frame))
        if not self._flushing:
            self._flushing = True
            self.loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        if self._out and self._transport is not None:
            self._transport.write(b"".join(self._out))
        self._out.clear()
