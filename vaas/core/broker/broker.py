"""The broker: makes every connection of one host, or refuses it.

The host's ``socket`` and ``connect`` wait in the kernel (``confine/seccomp_notify.py``) until this has done them: it
makes the socket and gives the host a copy, reads where the host wants to connect (``memory.py``), looks that up in what
was granted (``grants.py``) and connects the very socket itself. To port 53 it connects itself: it is the host's name
server (``dns_server.py``). Started by ``process.py``.

One event loop; nothing in it waits for a host. A host that floods it slows its own connections.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
from collections.abc import Callable, Coroutine
from typing import Any

from vaas.core.broker import dns
from vaas.core.broker.dns_server import serve
from vaas.core.broker.grants import Grants
from vaas.core.broker.local_addresses import is_own
from vaas.core.broker.memory import Memory, Place
from vaas.core.broker.names import Names
from vaas.core.broker.sockets import Key, Sockets
from vaas.core.confine import libc
from vaas.core.confine.seccomp_notify import Asked, Gone, Listener
from vaas.core.confine.syscalls import NUMBERS
from vaas.core.once_a_minute import OnceAMinute

_SOCKET, _CONNECT = (NUMBERS.get(libc.MACHINE, {}).get(name) for name in ("socket", "connect"))
_WORD = 0xFFFFFFFF
"""The kernel looks at 32 bits of these arguments."""
_CLOEXEC, _NONBLOCK = 0o2000000, 0o4000
"""Flags in a socket's type, on both machines."""

Work = Coroutine[Any, Any, None]

REMARKS = 32
"""So many different refusals of one host are told in a minute."""


class Broker:
    def __init__(
        self, listener: Listener, memory: Memory, grants: Grants, names: Names, remark: Callable[[str], object]
    ) -> None:
        """``remark`` is told of refusals, for the app's log."""
        self._listener = listener
        self._memory = memory
        self._grants = grants
        self._names = names
        self._tell = remark
        self._once = OnceAMinute(REMARKS)
        self._sockets = Sockets()
        self._deciding: dict[socket.socket, asyncio.Event] = {}
        """The sockets that a thread of the host waits for."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        self._ended = self._loop.create_future()

    async def run(self) -> None:
        """Until the host and all that it started have ended."""
        self._loop.add_reader(self._listener.fd, self._on_ready)
        await self._ended

    def _on_ready(self) -> None:
        try:
            asked = self._listener.receive()
        except Gone:
            if self._listener.is_abandoned():
                self._loop.remove_reader(self._listener.fd)
                self._ended.set_result(None)
            return
        self._obey(asked)

    def _obey(self, asked: Asked) -> None:
        try:
            if asked.call == _SOCKET:
                self._make(asked)
            elif asked.call == _CONNECT:
                self._connect(asked)
            else:
                self._answer(asked, errno.EPERM)
        except OSError as error:
            self._answer(asked, error.errno or errno.EPERM)
        except Gone:
            pass

    # --- socket

    def _make(self, asked: Asked) -> None:
        family, kind, protocol = (argument & _WORD for argument in asked.arguments[:3])
        process = self._memory.process(asked.thread)
        made = socket.socket(family, socket.SOCK_STREAM | kind & _NONBLOCK, protocol)
        try:
            number = self._listener.give(asked, made.fileno(), cloexec=bool(kind & _CLOEXEC))
        except BaseException:
            made.close()
            raise
        for replaced in self._sockets.keep(Key(process, number), made):
            self._forget(replaced)

    def _forget(self, made: socket.socket) -> None:
        """The host has closed it. A thread of its may still wait in ``connect``: then that ends the socket."""
        if made in self._deciding:
            made.shutdown(socket.SHUT_RDWR)
            return
        self._loop.remove_writer(made)
        made.close()

    # --- connect

    def _connect(self, asked: Asked) -> None:
        number, at, size = asked.arguments[0] & _WORD, asked.arguments[1], asked.arguments[2] & _WORD
        key = Key(self._memory.process(asked.thread), number)
        made = self._sockets.get(key)
        if made is None:
            self._answer(asked, self._why_unknown(key))
            return
        place = self._memory.place(key.process, at, size)
        if place.port == dns.PORT and not self._grants.names_address(place.address, place.port):
            self._be_the_name_server(asked, made, number)
        elif self._is_granted(place):
            self._reach(asked, made, place)
        else:
            self._spawn(self._finish(asked, self._ask_again(asked, made, place)))

    def _why_unknown(self, key: Key) -> int:
        if self._sockets.is_connected(key):
            return errno.EISCONN
        self._remark(f"connect on descriptor {key.number}, which is a copy: connect the socket before duplicating it")
        return errno.EACCES

    def _is_granted(self, place: Place) -> bool:
        return self._grants.allows(place.address, place.port, self._names.known, is_own)

    async def _ask_again(self, asked: Asked, made: socket.socket, place: Place) -> None:
        """Perhaps a granted name has this address by now."""
        names = self._grants.names_at(place.port)
        await asyncio.gather(*map(self._names.now, names), return_exceptions=True)
        if self._is_granted(place):
            self._reach(asked, made, place)
            return
        if place.port:  # to port 0 only the host's self-check connects
            ask = f'ask for it in vaas.toml: net = ["{place}"], or by its name'
            self._remark(f"a connection to {place}, which [permissions] net does not name; {ask}")
        self._answer(asked, errno.EACCES)

    def _reach(self, asked: Asked, made: socket.socket, place: Place) -> None:
        if (made.family == socket.AF_INET) != (place.address.version == 4):
            self._answer(asked, errno.EAFNOSUPPORT)
        elif made in self._deciding:
            self._answer(asked, errno.EALREADY)
        elif os.get_blocking(made.fileno()):
            self._spawn(self._finish(asked, self._reach_and_wait(asked, made, place)))
        else:
            self._begin(asked, made, place)

    def _begin(self, asked: Asked, made: socket.socket, place: Place) -> None:
        """The host does not wait for the connection; it learns from the socket what became of it, as always."""
        error = made.connect_ex(place.sockaddr())
        if error == 0:
            self._sockets.connected(made)
        elif error in (errno.EINPROGRESS, errno.EALREADY):
            self._loop.add_writer(made, self._on_decided, made)
        self._answer(asked, error)

    def _on_decided(self, made: socket.socket) -> None:
        self._loop.remove_writer(made)
        if _is_connected(made):
            self._sockets.connected(made)

    async def _reach_and_wait(self, asked: Asked, made: socket.socket, place: Place) -> None:
        """The host's thread waits in ``connect``, and nothing else here may."""
        os.set_blocking(made.fileno(), False)
        error = made.connect_ex(place.sockaddr())
        if error == errno.EINPROGRESS:
            await self._writable(made)
            error = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        os.set_blocking(made.fileno(), True)
        if error == 0 or not self._sockets.keeps(made):
            self._sockets.connected(made)
        self._answer(asked, error)

    async def _writable(self, made: socket.socket) -> None:
        decided = self._deciding[made] = asyncio.Event()
        self._loop.add_writer(made, decided.set)
        await decided.wait()
        del self._deciding[made]
        self._loop.remove_writer(made)

    def _be_the_name_server(self, asked: Asked, made: socket.socket, number: int) -> None:
        """The host's socket becomes one end of a pair."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._listener.replace(asked, theirs.fileno(), number)
        self._sockets.connected(made)
        self._spawn(serve(ours, self._grants, self._names, self._remark))
        self._answer(asked)

    # ---

    def _answer(self, asked: Asked, error: int = 0) -> None:
        with contextlib.suppress(Gone):
            self._listener.answer(asked, error)

    async def _finish(self, asked: Asked, work: Work) -> None:
        """A socket may be closed while its call waits; the call must have its answer all the same."""
        try:
            await work
        except OSError as error:
            self._answer(asked, error.errno or errno.EPERM)

    def _spawn(self, work: Work) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _remark(self, what: str) -> None:
        if self._once.admits(what, self._loop.time()):
            self._tell(f"refused: {what}")


def _is_connected(made: socket.socket) -> bool:
    try:
        made.getpeername()
    except OSError:
        return False
    return True
