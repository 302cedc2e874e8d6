"""A host without a network: what it tries to reach is a line of its log, since the kernel's refusal names no target.

One line a minute for each target. Where a part of the network is granted, the broker says it
(``core/broker/broker.py``). Installed by ``child.py``, before the app is imported.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import uvloop

from vaas.core.once_a_minute import OnceAMinute
from vaas.core.wire.messages import NET

Tell = Callable[[str, str, str], None]
"""Takes stream, level and text of a line."""

MOST = 100
"""Targets that are remembered; beyond, none is told: an app may try any number."""


class Refusals:
    """Which targets have been told, and when."""

    def __init__(self, tell: Tell, now: Callable[[], float] = time.monotonic) -> None:
        self._tell, self._now = tell, now
        self._once = OnceAMinute(MOST)

    def add(self, host: Any, port: Any) -> None:
        """Names that are no text or bytes are no targets: None is this machine, for a server."""
        name = host.decode(errors="replace") if isinstance(host, bytes) else host
        if not isinstance(name, str) or not name:
            return
        target = f"{name}:{port or 'PORT'}"
        if not self._once.admits(target, self._now()):
            return
        ask = f'ask for it in vaas.toml: [permissions] net = ["{target}"]'
        self._tell(NET, "warning", f"refused: a connection to {target}, as the app has no network; {ask}")


def tell_refusals(tell: Tell) -> None:
    """From now on; for this process, and for ever."""
    refusals = Refusals(tell)
    vars(socket)["getaddrinfo"] = _told(socket.getaddrinfo, refusals, 0)
    for name in ("getaddrinfo", "create_connection"):
        first = 1 if name == "getaddrinfo" else 2
        setattr(uvloop.Loop, name, _told(getattr(uvloop.Loop, name), refusals, first))


def _told(function: Callable[..., Any], refusals: Refusals, first: int) -> Callable[..., Any]:
    """The same; ``first`` is the place of the host among its arguments, before the port."""

    @wraps(function)
    def asked(*args: Any, **named: Any) -> Any:
        given = (*args[first : first + 2], None, None)
        refusals.add(given[0] or named.get("host"), given[1] or named.get("port"))
        return function(*args, **named)

    return asked
