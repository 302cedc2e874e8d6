"""The node's part, played by a test: it speaks to one worker's link over a fake transport, on a loop turned by hand.

The loop has a clock of its own, so that nothing here waits.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from typing import Any

from msgspec import Raw

from vaas.core.host.exchange import HostExchange
from vaas.core.host.link_to_node import LinkToNode
from vaas.core.policy import USUAL_WORKERS
from vaas.core.wire.codec import FrameReader, frame_bytes
from vaas.core.wire.messages import Call, Credit, Data, Fail, Frame, FromWorker, Reply

Handler = Callable[[HostExchange], Coroutine[Any, Any, None] | None]

HEAD = Raw(b"\xa4head")
INDEX = 3
"""Of the worker."""


class Loop(asyncio.SelectorEventLoop):
    """Time stands still until ``advance``."""

    now = 0.0

    def time(self) -> float:
        return self.now

    def turn(self, times: int = 1) -> None:
        """Runs what is ready, and not what that makes ready."""
        for _ in range(times):
            self.call_soon(self.stop)
            self.run_forever()

    def settle(self) -> None:
        self.turn(8)

    def advance(self, seconds: float) -> None:
        self.now += seconds
        self.settle()


class Transport(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []

    def write(self, data: Any) -> None:
        self.writes.append(data)


class Service:
    """Every call goes to ``handler``."""

    info = Raw(b"\xc0")
    usual_workers = USUAL_WORKERS

    def __init__(self, blocks: bool = False) -> None:
        self.blocks = blocks
        self.handler: Handler = lambda exchange: None
        self.exchanges: list[HostExchange] = []

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def handle(self, exchange: Any) -> Coroutine[Any, Any, None] | None:
        self.exchanges.append(exchange)
        return self.handler(exchange)


class Node:
    def __init__(self, before: Callable[[Loop], Any] = lambda loop: None, *, blocks: bool = False) -> None:
        """``before`` the link is made: what the app's start-up leaves on the loop. ``blocks``: as of a service."""
        self.loop = Loop()
        before(self.loop)
        self.service = Service(blocks)
        self.link = LinkToNode(self.loop, self.service, INDEX)
        self.transport = Transport()
        self.link.connection_made(self.transport)
        self._reader: FrameReader[FromWorker] = FrameReader(FromWorker)
        self._last_id = 1

    def close(self) -> None:
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.settle()
        self.loop.close()

    # --- to the worker

    def send(self, *frames: Frame) -> None:
        """In one piece; runs the worker's loop until nothing is left to do but wait."""
        self.receive_bytes(b"".join(map(frame_bytes, frames)))
        self.loop.settle()

    def send_in_the_loop(self, data: bytes) -> None:
        """As ``receive_bytes``, from the loop itself."""
        self.loop.call_soon(self.link.data_received, data)
        self.loop.settle()

    def receive_bytes(self, data: bytes) -> None:
        """As the event loop calls a protocol; raises what that raises."""
        contextvars.copy_context().run(self.link.data_received, data)

    def call(
        self, handler: Handler, body: bytes = b"", *, more: bool = False, messages: bool = False, left: float = 0.0
    ) -> HostExchange:
        """Makes a call of the handler and returns the exchange that it was given."""
        self.service.handler = handler
        self.send(self.next_call(body, more=more, messages=messages, left=left))
        return self.service.exchanges[-1]

    def next_call(
        self, body: bytes = b"", *, more: bool = False, messages: bool = False, left: float = 0.0, trace: str = "t"
    ) -> Call:
        self._last_id += 2
        return Call(self._last_id, "kind", HEAD, body, more, left, trace, messages)

    # --- from the worker

    def frames(self) -> list[FromWorker]:
        """What has come since the last time."""
        data, self.transport.writes[:] = b"".join(self.transport.writes), []
        return self._reader.feed(data)

    def told(self) -> list[tuple[Any, ...]]:
        """The same in short, without ids."""
        return [short(frame) for frame in self.frames()]


def short(frame: FromWorker) -> tuple[Any, ...]:
    match frame:
        case Reply():
            return ("reply", frame.body, frame.more)
        case Data():
            return ("data", frame.data, *(["end"] if frame.end else []), *(["text"] if frame.text else []))
        case Credit():
            return ("credit", frame.size)
        case Fail():
            return ("fail", frame.reason)
    return (type(frame).__name__.lower(),)
