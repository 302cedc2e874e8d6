"""The lifespan of an ASGI application: one long call that starts it, waits, and stops it. Used by ``asgi_entry.py``."""

from __future__ import annotations

import asyncio
from typing import Any

from vaas.framework.authoring.errors import CannotStart


class Lifespan:
    """An application that knows no lifespan (it raises, as the specification asks) is started all the same."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.state: dict[str, Any] = {}
        """What the application leaves for its requests."""
        self._to_app: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Raises ``CannotStart`` if the application says so."""
        self._task = asyncio.create_task(self._run())
        answer = await self._ask("startup")
        if answer is not None and answer["type"] == "lifespan.startup.failed":
            reason = answer.get("message") or "it said lifespan.startup.failed"
            raise CannotStart(where="lifespan", reason=reason)

    async def stop(self) -> None:
        if self._task is not None and not self._task.done():
            await self._ask("shutdown")
            await asyncio.wait([self._task])

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
            await self._app(scope, self._to_app.get, self._send)
        except Exception as error:
            self._failure = error  # before an answer: it knows no lifespan; after one: it has said so itself

    async def _send(self, message: dict[str, Any]) -> None:
        self._answers.put_nowait(message)
