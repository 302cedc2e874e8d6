"""HeadOnly: an exchange for HEAD requests that a GET handler answers: the head as it would be, and no stream behind it.

A whole body is left in place: the gateway, or the ASGI server, takes its length from it and does not send it.
"""

from __future__ import annotations

from msgspec import Raw

from vaas.core.service import CallerGone, Exchange
from vaas.core.wire.messages import Call


class HeadOnly:
    __slots__ = ("_exchange", "runs_on", "state")

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self.runs_on = exchange.runs_on
        self.state = getattr(exchange, "state", None)

    @property
    def call(self) -> Call:
        return self._exchange.call

    @property
    def deadline(self) -> float:
        return self._exchange.deadline

    @property
    def last(self) -> bytes:
        return self._exchange.last

    def reply(self, head: Raw, body: bytes = b"", *, more: bool = False) -> None:
        self._exchange.reply(head, b"" if more else body, more=more)
        if more:
            self._exchange.finish()

    async def send(self, data: bytes, *, text: bool = False) -> None:
        """A HEAD has no body: the handler's stream ends here."""
        raise CallerGone

    def finish(self, data: bytes = b"") -> None:
        """It has ended already."""

    async def receive(self) -> tuple[bytes, bool] | None:
        return await self._exchange.receive()

    @property
    def is_over(self) -> bool:
        return self._exchange.is_over

    async def over(self) -> None:
        await self._exchange.over()

    def fail(self, reason: str) -> None:
        self._exchange.fail(reason)
