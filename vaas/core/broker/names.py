"""Names: what granted names resolve to now, and what they resolved to a while ago.

An app may connect to an address that a name had when it was looked up, for ``REMEMBERED`` seconds: names of large
services answer something else each time. Used by ``broker.py``.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import ip_address
from time import monotonic

from vaas.core.broker.grants import Address, is_local_name, plain
from vaas.core.errors import Unavailable

FRESH = 2.0
"""Seconds during which an answer is not asked for again, so that an app cannot make a flood of questions of ours."""
REMEMBERED = 600.0
"""Seconds for which an address that a name once had may still be connected to."""
PATIENCE = 8.0
"""Seconds for one look-up; the C library's own resolver gives up after ten."""
MOST = 256
"""Names known at once: only with ``*`` can an app ask for more than its grants name."""

_LOCAL = (ip_address("127.0.0.1"), ip_address("::1"))

Resolve = Callable[[str], Awaitable[Iterable[str]]]
"""A name's addresses, none if it does not exist. Raises OSError where that cannot be found out."""


class Unresolved(Unavailable):
    """{name} cannot be resolved now: {reason}. Look at the node's resolver."""


class Names:
    def __init__(self, resolve: Resolve, clock: Callable[[], float] = monotonic) -> None:
        self._resolve = resolve
        self._clock = clock
        self._asked: dict[str, float] = {}
        """When each name was last asked for."""
        self._seen: dict[str, dict[Address, float]] = {}
        """The addresses of each name, and when each was last among the answers."""
        self._asking: dict[str, asyncio.Task[None]] = {}

    def known(self, name: str) -> list[Address]:
        """The addresses that a name has or lately had."""
        if is_local_name(name):
            return list(_LOCAL)
        since = self._clock() - REMEMBERED
        return [address for address, seen in self._seen.get(name, {}).items() if seen >= since]

    async def now(self, name: str) -> list[Address]:
        """The addresses that a name has, asked for unless that was done just now. Raises ``Unresolved``."""
        if is_local_name(name):
            return list(_LOCAL)
        if self._clock() - self._asked.get(name, float("-inf")) >= FRESH:
            await self._ask_once(name)
        last = self._asked.get(name)
        return [address for address, seen in self._seen.get(name, {}).items() if seen == last]

    async def _ask_once(self, name: str) -> None:
        task = self._asking.get(name)
        if task is None:
            task = self._asking[name] = asyncio.create_task(self._ask(name))
            task.add_done_callback(lambda _: self._asking.pop(name))
        await task

    async def _ask(self, name: str) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._resolve(name)
        except OSError as error:  # TimeoutError is one
            raise Unresolved(name=name, reason=str(error) or "no answer") from error
        self._remember(name, answer)

    def _remember(self, name: str, answer: Iterable[str]) -> None:
        """What every name had too long ago is dropped, and beyond ``MOST`` the name that was asked longest ago."""
        now = self._clock()
        seen = {address: at for address, at in self._seen.pop(name, {}).items() if at >= now - REMEMBERED}
        self._seen[name] = seen | {plain(ip_address(each.partition("%")[0])): now for each in answer}
        self._asked[name] = now
        while len(self._seen) > MOST:
            oldest = next(iter(self._seen))
            del self._seen[oldest], self._asked[oldest]


async def resolve(name: str) -> list[str]:
    """As this node resolves names: its hosts file, its resolver."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(name, 0, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in (socket.EAI_NONAME, socket.EAI_NODATA):
            return []
        raise
    except UnicodeError:  # no name of DNS: a part is too long or empty
        return []
    return [str(address[0]) for *_, address in found]
