"""The lifespan of an ASGI application: one long call that starts it, waits, and stops it. Used by ``asgi_entry.py``.

Whatever goes wrong in it is told in the app's log, once; whether the app starts all the same, the specification says.
"""

from __future__ import annotations

import asyncio
from typing import Any

from vaas.framework.authoring.errors import CannotStart
from vaas.framework.endpoints.runtime import Runtime

LAST_WORDS = 1.0
"""Seconds for an application that has said that it failed to raise what it failed with, as Starlette does."""


class Lifespan:
    """An application that knows no lifespan is started all the same. It raises, as the specification asks, before it
    has received anything: that is no failure."""

    def __init__(self, app: Any, runtime: Runtime) -> None:
        self._app = app
        self._runtime = runtime
        self.state: dict[str, Any] = {}
        """What the application leaves for its requests."""
        self._to_app: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._failure: Exception | None = None
        self._heard = False
        """The application has received an event."""
        self._failing = False
        """It has said that it failed, and may still raise what with."""

    async def start(self) -> None:
        """If the application says that it failed: raises what it failed with, or ``CannotStart``, which the pool puts
        into the app's log."""
        self._task = asyncio.create_task(self._run())
        answer = await self._ask("startup")
        if answer is None or answer["type"] != "lifespan.startup.failed":
            return
        await self._end(LAST_WORDS)
        if self._failure is not None:
            self._report(self._failure)
            raise self._failure
        raise CannotStart(where="lifespan", reason=answer.get("message") or "it said lifespan.startup.failed")

    async def stop(self) -> None:
        if self._task is None or self._task.done():
            return
        answer = await self._ask("shutdown")
        await self._end(None)
        if not self._failing or answer is None:
            return
        if self._failure is not None:
            self._report(self._failure)
            return
        reason = answer.get("message") or "it said lifespan.shutdown.failed"
        self._runtime.report(f"The app did not shut down cleanly: {reason}")

    async def _end(self, timeout: float | None) -> None:
        assert self._task is not None
        await asyncio.wait([self._task], timeout=timeout)

    async def _ask(self, what: str) -> dict[str, Any] | None:
        """The application's answer; None if it ended without one."""
        assert self._task is not None
        self._to_app.put_nowait({"type": f"lifespan.{what}"})
        answer = asyncio.create_task(self._answers.get())
        await asyncio.wait([answer, self._task], return_when=asyncio.FIRST_COMPLETED)
        if not self._answers.empty():
            await asyncio.wait([answer])
        if answer.done():
            return answer.result()
        answer.cancel()
        return None

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self._app(scope, self._receive, self._send)
        except Exception as error:
            self._failure = error
            if self._heard and not self._failing:  # else it knows no lifespan; or it is told with what it has said
                self._report(error)

    async def _receive(self) -> dict[str, str]:
        event = await self._to_app.get()
        self._heard = True
        return event

    async def _send(self, message: dict[str, Any]) -> None:
        self._failing = message["type"].endswith(".failed")
        self._answers.put_nowait(message)

    def _report(self, error: Exception) -> None:
        self._runtime.report(self._runtime.traceback(error))
