"""Runs a node in this process until SIGINT or SIGTERM. Shared by ``platform`` and ``dev``."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine

from vaas.core.errors import Unavailable
from vaas.platform.node.bootstrap import Platform
from vaas.platform.node.options import Options
from vaas.platform.node.servers import AddressInUse

Body = Callable[[Platform], Awaitable[None]]

SWITCH = 0.001
"""Seconds that the loop waits for a thread that computes until it may go on; Python's own 5 ms would be half of what a
turn of the loop may take."""

LOOKED_AT = 100
"""How many of the next ports are tried for one that is free."""


class PortTaken(Unavailable):
    """{address} is in use, perhaps by another `vaas platform` or `vaas dev`. Stop it, or choose another
    address{suggestion}."""


def serve(options: Options, body: Body, says: Callable[[str, str, int], str]) -> None:
    """Runs a node and ``body`` on it, until that ends or SIGINT or SIGTERM comes; a second one cuts the drain short.

    ``says`` spells the command's option for an address: platform's option, host and port → ``--port 8081``.
    Raises ``PortTaken`` with a port that is free, and what the node cannot start for.
    """
    try:
        _run(_serve(options, body))
    except AddressInUse as error:
        address, option = str(error.facts["address"]), str(error.facts["option"])
        host, _, port = address.rpartition(":")
        free = _next_free(host, int(port))
        suggestion = f": `{says(option, host, free)}` is free" if free else ""
        raise PortTaken(address=address, suggestion=suggestion) from error


def _run(main: Coroutine[object, object, None]) -> None:
    with asyncio.Runner(loop_factory=_loop) as runner:
        try:
            runner.run(main)
        except asyncio.CancelledError:  # by the second signal: no message for an impatient person
            raise KeyboardInterrupt from None


def _loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:  # not on every system; asyncio's own loop does the same, slower
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def _serve(options: Options, body: Body) -> None:
    stopped = _stop_signal()
    async with Platform(options) as platform:
        _prefer_the_loop()
        tasks = [asyncio.ensure_future(body(platform)), asyncio.ensure_future(stopped.wait())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _prefer_the_loop() -> None:
    """What keeps the event loop from its next turn, of the interpreter's own work, is kept short."""
    # What is there now stays: to look through all of it for cycles again takes some 50 ms, in one turn of the loop.
    gc.freeze()
    sys.setswitchinterval(SWITCH)


def _stop_signal() -> asyncio.Event:
    """Set by the first SIGINT or SIGTERM; the second cancels whatever still goes on."""
    stopped, loop, task = asyncio.Event(), asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None

    def stop() -> None:
        task.cancel() if stopped.is_set() else stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    return stopped


def _next_free(host: str, port: int) -> int:
    """The next free port above; 0 if none of the nearest is free."""
    return next((each for each in range(port + 1, min(port + LOOKED_AT, 65536)) if _is_free(host, each)), 0)


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host.strip("[]"), port))
        except OSError:
            return False
    return True
