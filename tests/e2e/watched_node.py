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


class WatchedNode:
    def __init__(self, data: Path, watch: Watch) -> None:
        self.watch = watch
        self._data = data
        self._started = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="node")
        self._error: BaseException | None = None

    def start(self) -> None:
        self._thread.start()
        self._started.wait(60)
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    async def _live(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        options = Options(data=self._data, listen="127.0.0.1:0", console="127.0.0.1:0")
        try:
            async with Platform(options) as self.platform:
                self.api = httpx.Client(
                    base_url=f"{self.platform.console_url}/api/v1",
                    headers={"Authorization": f"Bearer {self.platform.admin_token}"},
                    timeout=60,
                )
                self._started.set()
                await self._end.wait()
                self.api.close()
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
    """Fails if anything on its loop has taken longer than the budget."""
    uids.reserve(data)
    with watching() as watch:
        node = WatchedNode(data, watch)
        node.start()
        try:
            yield node
        finally:
            node.stop()
    watch.check()
