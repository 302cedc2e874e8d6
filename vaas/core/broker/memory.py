"""What lies in a host's memory where one of its calls points: addresses to connect to.

The host hands over its own memory, opened for reading before it hid itself, so no right to trace it is needed. Programs
that it starts have memories of their own. Nothing rests on what is read being true: it is only ever what the app asks
for. Used by ``broker.py``.
"""

from __future__ import annotations

import errno
import os
import struct
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import NamedTuple

from vaas.core.broker.grants import Address
from vaas.core.confine.rules import AF_INET, AF_INET6

_LONGEST = 128
"""``struct sockaddr_storage``."""
_FAMILY = struct.Struct("=H")
_IPV4 = struct.Struct("!2xH4s")
"""``struct sockaddr_in`` after its family: port, address."""
_IPV6 = struct.Struct("!2xHI16s")
"""``struct sockaddr_in6`` after its family: port, flow, address; then the scope, in the machine's own order."""
_SCOPE = struct.Struct("=24xI")


class Place(NamedTuple):
    """Where a host wants to connect to."""

    address: Address
    port: int
    flow: int = 0
    scope: int = 0

    def sockaddr(self) -> tuple[str, int] | tuple[str, int, int, int]:
        if self.address.version == 4:
            return str(self.address), self.port
        return str(self.address), self.port, self.flow, self.scope

    def __str__(self) -> str:
        return f"{self.address}:{self.port}" if self.address.version == 4 else f"[{self.address}]:{self.port}"


class Memory:
    def __init__(self, fd: int, host: int, *, programs: bool) -> None:
        """``fd``: that host's memory; ``programs``: whether it may start any."""
        self._fd = fd
        self._host = host
        self._programs = programs

    def process(self, thread: int) -> int:
        """The process of a thread that asks. Raises OSError if it is gone."""
        return _process(thread) if self._programs else self._host

    def place(self, process: int, at: int, size: int) -> Place:
        """The address that lies there. Raises OSError with what ``connect`` would say."""
        data = self._read(process, at, min(size, _LONGEST))
        return parse(data)

    def _read(self, process: int, at: int, size: int) -> bytes:
        if process == self._host:
            return _at(self._fd, at, size)
        fd = os.open(f"/proc/{process}/mem", os.O_RDONLY | os.O_CLOEXEC)
        try:
            return _at(fd, at, size)
        finally:
            os.close(fd)


def parse(data: bytes) -> Place:
    """A ``struct sockaddr``. Raises OSError with what ``connect`` would say."""
    if len(data) < _IPV4.size:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    (family,) = _FAMILY.unpack_from(data)
    if family == AF_INET:
        port, packed = _IPV4.unpack_from(data)
        return Place(IPv4Address(packed), port)
    if family != AF_INET6:
        raise OSError(errno.EAFNOSUPPORT, os.strerror(errno.EAFNOSUPPORT))
    if len(data) < _IPV6.size:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    port, flow, packed = _IPV6.unpack_from(data)
    scope = _SCOPE.unpack_from(data)[0] if len(data) >= _SCOPE.size else 0
    return Place(IPv6Address(packed), port, flow & 0xFFFFF, scope)


def _at(fd: int, at: int, size: int) -> bytes:
    try:
        return os.pread(fd, size, at)
    except (OSError, OverflowError):
        raise OSError(errno.EFAULT, os.strerror(errno.EFAULT)) from None


def _process(thread: int) -> int:
    """Raises OSError if it is gone."""
    for line in Path(f"/proc/{thread}/status").read_text().splitlines():
        if line.startswith("Tgid:"):
            return int(line.split()[1])
    raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))
