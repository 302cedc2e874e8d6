"""What the core asks of the floor above: the protocols a service and its calls keep.

A worker (``core/host/worker.py``) makes one ``Service`` per instance of the app, through the module named in
``HostSpec.service``, and hands it each call as an ``Exchange``. The framework implements it in
``framework/serving/service.py``; the core never imports that.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Raw

from vaas.core.wire.messages import Call

if TYPE_CHECKING:
    from vaas.core.spec import HostSpec
    from vaas.core.virtual.machine import Machine


class Exchange(Protocol):
    """One call and its answer, on the worker's event loop. Not for other threads."""

    @property
    def call(self) -> Call: ...

    @property
    def deadline(self) -> float:
        """When the caller stops waiting, on ``time.monotonic``'s clock; ``inf`` if never."""
        ...

    runs_on: bool
    """Whether the handler goes on, and is told by ``receive`` and ``send``, when its client hangs up. A reply with
    ``more`` ends that; set it again to tell the handler of a stream likewise."""

    def reply(self, head: Raw, body: bytes = b"", *, more: bool = False) -> None:
        """Sends the head and the (first part of the) body, once."""
        ...

    async def send(self, data: bytes, *, text: bool = False) -> None:
        """Sends a further part, or one message; waits while the receiver is slow. Raises ``CallerGone``."""
        ...

    def finish(self, data: bytes = b"") -> None:
        """Ends the answer's stream."""
        ...

    async def receive(self) -> tuple[bytes, bool] | None:
        """The next part (or message) of the caller's stream, after ``call.body``, and whether it is text; None at its
        end.

        Returning a part gives the sender its credit back. Raises ``CallerGone`` if the caller goes before that end.
        """
        ...

    @property
    def is_over(self) -> bool:
        """Whether it is known that the caller has gone, or that the answer is complete."""
        ...

    async def over(self) -> None:
        """Waits until the caller has gone, or the answer is complete."""
        ...

    @property
    def last(self) -> bytes:
        """The data of the frame that ended the caller's stream (a websocket's close), or empty."""
        ...

    def fail(self, reason: str) -> None:
        """Gives up: the caller sees an error, or a cut stream if the head was sent."""
        ...


class Service(Protocol):
    """One instance of an app, ready to be called, on one worker's event loop."""

    @property
    def info(self) -> Raw:
        """What the node should know of the app (its routes, say); opaque to the core."""
        ...

    @property
    def usual_workers(self) -> int:
        """How many workers a host has, at most ``USUAL_WORKERS``, if the app's limits do not say."""
        ...

    @property
    def blocks(self) -> bool:
        """Whether all of the app's code is called by the worker, and none run by its event loop."""
        ...

    async def start(self) -> None:
        """Runs the app's own start-up. An exception means that the app cannot start."""
        ...

    async def stop(self) -> None:
        """Runs the app's own shut-down."""
        ...

    def handle(self, exchange: Exchange) -> Coroutine[Any, Any, None] | None:
        """Answers now and returns None, or returns a coroutine that will; the worker runs it as a task."""
        ...


class ServiceModule(Protocol):
    """What ``HostSpec.service`` names: a module with these functions."""

    SAMPLE: str
    """Source of a small app, which a zygote opens once: what opening the first app writes to, no host writes to then.
    """

    def open_service(self, machine: Machine, spec: HostSpec) -> Service:
        """Imports the app and returns its service. An exception means that the app cannot start."""
        ...

    def equip(self, machine: Machine, spec: HostSpec) -> object:
        """Gives the machine what only this app may see, as ``open_service`` does: for a process that serves nothing."""
        ...

    def app_modules(self) -> Mapping[str, Any]:
        """What stands in for modules of these names in one machine: the floor's own public face."""
        ...


class CallerGone(OSError):
    """The caller of this exchange has gone or stopped waiting. An ``OSError``, as ASGI asks of ``send`` (2.4)."""


current: ContextVar[Exchange | None] = ContextVar("vaas_exchange", default=None)
"""The exchange that the running code answers; set by the worker, inherited by tasks."""
