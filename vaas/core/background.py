"""Background: work that goes on for as long as its context, in a task of its own. Used by the node's housekeeping."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self


class Background:
    _task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._follow())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _follow(self) -> None:
        """The work; cancelled at the end."""
        raise NotImplementedError
