"""Landlock: which files may be opened, made and removed, which TCP ports reached, and whom signals reach.

It holds for root too. It does not know ``stat``, modes, times and owners (``rules.py`` does), UDP or Unix sockets by
path. Each kernel's ABI knows more; what it does not know is left out here and told by ``system.py``. Next:
``seccomp.py``.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterable

from vaas.core.confine import libc

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_CONNECT_TCP = 1 << 1
_NET = 0b11
"""Bind and connect."""
_SCOPE = 0b11
"""Abstract Unix sockets and signals."""

_FILES_BY_ABI = ((5, _IOCTL_DEV << 1), (3, _IOCTL_DEV), (2, _TRUNCATE), (1, _REFER))
"""From this ABI on, every access right below this bit is known."""

READ = _READ_FILE | _READ_DIR
WRITE = ((_TRUNCATE << 1) - 1) & ~(_EXECUTE | _MAKE_CHAR | _MAKE_BLOCK)
"""Reading too, and making anything but devices."""
EXECUTE = READ | _EXECUTE
TERMINALS = READ | _WRITE_FILE | _IOCTL_DEV
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
"""The rights that make sense for something that is no folder; the kernel refuses the others there."""

NET_ABI, SCOPE_ABI, TRUNCATE_ABI = 4, 6, 3
"""The first ABI that knows TCP ports; signals and abstract sockets; truncation by path."""

_VERSION = 1
_PATH_BENEATH, _NET_PORT = 1, 2


_RULESET = struct.Struct("=QQQ")
"""``struct landlock_ruleset_attr``: files, net, scope; older kernels take it too if what they do not know is zero."""
_BENEATH = struct.Struct("=Qi")
"""``struct landlock_path_beneath_attr``: access, descriptor."""
_PORT = struct.Struct("=QQ")
"""``struct landlock_net_port_attr``: access, port."""


def abi() -> int:
    """The version of Landlock this kernel has; 0 is none."""
    try:
        return libc.syscall("landlock_create_ruleset", None, 0, _VERSION)
    except OSError:
        return 0


def known(version: int) -> int:
    """The access rights to files that this ABI knows, as bits."""
    return next((limit - 1 for since, limit in _FILES_BY_ABI if version >= since), 0)


class Ruleset:
    """What is allowed, collected. Then ``restrict`` to its descriptor; close it, or use it in a ``with``."""

    def __init__(self, version: int, *, net: bool) -> None:
        """``net``: whether TCP ports are bounded, to none at first. Raises OSError."""
        self._known = known(version)
        ports = _NET if net and version >= NET_ABI else 0
        handled = _RULESET.pack(self._known, ports, _SCOPE if version >= SCOPE_ABI else 0)
        self.fd = libc.syscall("landlock_create_ruleset", handled, len(handled), 0)
        self._allowed: set[tuple[str, int]] = set()

    def __enter__(self) -> Ruleset:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.fd)

    def allow_paths(self, paths: Iterable[str], access: int) -> None:
        """Everything at and beneath these paths. What does not exist, or is closed to us, is passed over."""
        for path in paths:
            if (path, access) in self._allowed:
                continue
            self._allowed.add((path, access))
            try:
                descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except (FileNotFoundError, NotADirectoryError, PermissionError):
                continue
            try:
                self._allow(descriptor, access & self._known)
            finally:
                os.close(descriptor)

    def allow_connect(self, ports: Iterable[int]) -> None:
        for port in ports:
            self._add(_NET_PORT, _PORT.pack(_CONNECT_TCP, port))

    def _allow(self, descriptor: int, access: int) -> None:
        """As for a folder; the kernel refuses that for anything else, to which fewer rights apply."""
        as_file = _BENEATH.pack(access & _OF_A_FILE, descriptor)
        self._add(_PATH_BENEATH, _BENEATH.pack(access, descriptor), as_file)

    def _add(self, kind: int, *rules: bytes) -> None:
        """The first of these rules that makes sense to the kernel. Raises OSError if none does."""
        error = 0
        for rule in rules:
            answer, error = libc.attempt("landlock_add_rule", self.fd, kind, rule, 0)
            if answer != -1:
                return
            if error != errno.EINVAL:
                break
        raise OSError(error, os.strerror(error), "landlock_add_rule")


def restrict(ruleset: int) -> None:
    """Restricts this thread to a ruleset, given as a descriptor."""
    libc.syscall("landlock_restrict_self", ruleset, 0)
