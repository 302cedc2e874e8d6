"""``host:port`` as a ``net`` permission writes it: taken apart, or refused. Pure.

The kernel's rules need the port (``confine/plan.py``), the broker both (``broker/grants.py``).
"""

from __future__ import annotations

import re

from vaas.core.errors import InvalidInput

_PORT = re.compile("[0-9]{1,5}")


class BadNet(InvalidInput):
    """`net` has {entry!r}, and that is not a host:port such as "api.example.com:443", nor "*"."""


def split_host_port(entry: str) -> tuple[str, int]:
    """``"[::1]:443"`` → ``("[::1]", 443)``. Raises ``BadNet``."""
    host, _, port = entry.rpartition(":")
    if not host or "*" in host or not _PORT.fullmatch(port) or not 0 < int(port) < 65536:
        raise BadNet(entry=entry)
    return host, int(port)
