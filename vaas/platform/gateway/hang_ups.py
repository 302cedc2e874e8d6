"""HangUps: tells of clients that have gone while what they sent still waits to be read.

A connection that is held back is not read, and so neither is its end; the kernel knows of it all the same (EPOLLRDHUP),
unless so much is under way that the end has not come through either.
One epoll for all connections of a node. Made by ``node.py``; asked for uploads whose call waits in the queue.
"""

from __future__ import annotations

import asyncio
import contextlib
import select
from collections.abc import Callable

EVENTS = select.EPOLLRDHUP | select.EPOLLONESHOT


class HangUps:
    def __init__(self) -> None:
        self._epoll: select.epoll | None = None
        """Made when it is first needed: before, there may be no event loop."""
        self._callbacks: dict[int, Callable[[], None]] = {}

    def watch(self, fd: int, callback: Callable[[], None]) -> None:
        """Calls back once, when the other end of this socket has closed or shut down its side."""
        epoll = self._epoll
        if epoll is None:
            epoll = self._epoll = select.epoll()
            asyncio.get_running_loop().add_reader(epoll.fileno(), self._on_ready)
        self._callbacks[fd] = callback
        try:
            epoll.register(fd, EVENTS)
        except FileExistsError:
            epoll.modify(fd, EVENTS)

    def forget(self, fd: int, callback: Callable[[], None]) -> None:
        """The socket may be closed already, and its descriptor another's: then there is nothing to forget."""
        if self._callbacks.get(fd) is callback and self._epoll is not None:
            del self._callbacks[fd]
            with contextlib.suppress(OSError):
                self._epoll.unregister(fd)

    def close(self) -> None:
        if self._epoll is not None:
            asyncio.get_running_loop().remove_reader(self._epoll.fileno())
            self._epoll.close()
            self._epoll = None
        self._callbacks.clear()

    def _on_ready(self) -> None:
        assert self._epoll is not None
        for fd, _ in self._epoll.poll(0):
            callback = self._callbacks.get(fd)
            if callback is not None:
                callback()
