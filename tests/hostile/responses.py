"""Answers: reads what comes on a connection: the status and the beginning of the body of each answer."""

from __future__ import annotations

import httptools

from tests.hostile.vocabulary import Answer

KEPT = 64 * 1024
"""Bytes of a body that are kept."""
CONTINUE, SWITCHING = 100, 101


class Answers:
    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.bodies: list[bytes] = []
        self.complete = 0
        self.size = 0
        self.garbled = False
        self._raw = False
        """Whether what comes is no HTTP any more, rightly."""
        self._parser = httptools.HttpResponseParser(self)

    def feed(self, data: bytes) -> None:
        self.size += len(data)
        if self._raw or self.garbled:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._raw = True
            self.complete += 1
        except httptools.HttpParserError:
            self.garbled = True

    def as_answer(self, **more: float | None) -> Answer:
        bodies = tuple(bytes(body) for body in self.bodies)
        return Answer(tuple(self.statuses), bodies, size=self.size, garbled=self.garbled, **more)  # type: ignore[arg-type]

    # --- called by the parser

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status == CONTINUE:
            return
        self.statuses.append(status)
        self.bodies.append(b"")

    def on_body(self, body: bytes) -> None:
        room = KEPT - len(self.bodies[-1])
        self.bodies[-1] += body[:room] if room > 0 else b""

    def on_message_complete(self) -> None:
        self.complete += self._parser.get_status_code() not in (CONTINUE, SWITCHING)
