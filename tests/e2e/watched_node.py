"""A real node on asyncio's loop in a thread of this process; every callback is watched (``slow_callbacks.py``)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests import uids
from tests.slow_callbacks import Watch, watching
from vaas.platform.node.bootstrap import Platform
from vaas.platform.node.options import Options


class Watched(Platform):
    """Before its listeners are open, no client is kept waiting: what is slow until then is not counted."""

    watch: Watch

    async def _listen(self, *args: Any) -> None:
        await super()._listen(*args)
        self.watch.slow.clear()


class WatchedNode:
    api: httpx.Client

    def __init__(self, data: Path, watch: Watch) -> None:
        self.platform = Watched(Options(data=data, listen="127.0.0.1:0", console="127.0.0.1:0"))
        self.platform.watch = watch
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="node")
        self._error: BaseException | None = None

    def start(self) -> None:
        self._thread.start()
        self._started.wait(60)
        if self._error is not None:
            raise self._error
        headers = {"Authorization": f"Bearer {self.platform.admin_token}"}
        self.api = httpx.Client(base_url=f"{self.platform.console_url}/api/v1", headers=headers, timeout=60)

    def stop(self) -> None:
        if hasattr(self, "api"):
            self.api.close()
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    async def _live(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with self.platform:
                self._started.set()
                await self._end.wait()
        except BaseException as error:
            self._error = error
            self._started.set()
            raise

    def ask(self, method: str, path: str, json: Any = None, **more: Any) -> Any:
        """Of ``/api/v1``, by the admin."""
        response = self.api.request(method, path, json=json, **more)
        assert response.status_code < 300, response.text
        return response


@contextmanager
def watched_node(data: Path) -> Iterator[WatchedNode]:
    """Fails if a turn of its loop has taken longer than the budget."""
    if not data.exists():
        uids.reserve(data)
    with watching() as watch:
        node = WatchedNode(data, watch)
        node.start()
        try:
            yield node
        finally:
            node.stop()
    watch.check()
