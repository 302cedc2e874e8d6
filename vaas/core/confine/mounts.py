"""Mounts: the calls by which a process gets a view of the file system of its own.

Linux 5.12 or newer, as root or in a user namespace. A tree is taken as a copy that hangs nowhere, gets its flags, and
only then a place: it is never seen without them. Each function raises OSError. Used by ``root_folder.py``.
"""

from __future__ import annotations

import os
import struct

from vaas.core.confine import libc

_NEWNS, _NEWUSER, _NEWNET = 0x00020000, 0x10000000, 0x40000000
_HERE = -100
"""AT_FDCWD."""
_EMPTY_PATH, _RECURSIVE = 0x1000, 0x8000
_CLONE_TREE = 1 | os.O_CLOEXEC
"""OPEN_TREE_CLONE and OPEN_TREE_CLOEXEC."""
_FROM_EMPTY_PATH = 4
"""MOVE_MOUNT_F_EMPTY_PATH."""
_DETACH = 2
_PRIVATE, _SLAVE = 1 << 18, 1 << 19

READ_ONLY, NO_SETUID, NO_DEVICES, NO_PROGRAMS = 1, 2, 4, 8
"""MOUNT_ATTR_RDONLY, _NOSUID, _NODEV, _NOEXEC; the first four flags of mount(2) are the same."""

_ATTRIBUTES = struct.Struct("=QQQQ")
"""``struct mount_attr``: set, clear, propagation, user namespace."""


def own_mounts() -> None:
    """From here on what this process mounts no other sees; what the system mounts or unmounts is followed."""
    libc.syscall("unshare", _NEWNS)
    _change_all(_HERE, b"/", 0, _SLAVE)


def own_network() -> None:
    """From here on this process finds no network but what it is handed, and no connection of others in ``/proc``."""
    libc.syscall("unshare", _NEWNET)


def own_user_namespace() -> None:
    """The right to mount, for a user without it: in a namespace in which they are who they are, and no other is."""
    uid, gid = os.geteuid(), os.getegid()
    libc.syscall("unshare", _NEWUSER)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def bind(source: str, at: str, attributes: int) -> None:
    """Shows at ``at`` what lies at ``source``, with all that is mounted beneath."""
    tree = libc.syscall("open_tree", _HERE, os.fsencode(source), _CLONE_TREE | _RECURSIVE)
    try:
        _change_all(tree, b"", attributes, _PRIVATE)
        libc.syscall("move_mount", tree, b"", _HERE, os.fsencode(at), _FROM_EMPTY_PATH)
    finally:
        os.close(tree)


def new(kind: str, at: str, flags: int, options: str) -> None:
    """Mounts a new file system of that kind."""
    libc.syscall("mount", kind.encode(), os.fsencode(at), kind.encode(), flags, options.encode())


def make_root(folder: str) -> None:
    """That mount point becomes ``/``, for ever and read-only; the system's own is out of reach."""
    os.chdir(folder)
    libc.syscall("pivot_root", b".", b".")
    libc.syscall("umount2", b".", _DETACH)
    os.chdir("/")
    change("/", READ_ONLY)


def change(place: str, add: int = 0, clear: int = 0) -> None:
    """What may be done in that mount, and not in those beneath."""
    value = _ATTRIBUTES.pack(add, clear, 0, 0)
    libc.syscall("mount_setattr", _HERE, os.fsencode(place), 0, value, len(value))


def _change_all(tree: int, path: bytes, attributes: int, propagation: int) -> None:
    value = _ATTRIBUTES.pack(attributes, 0, propagation, 0)
    flags = _RECURSIVE if path else _RECURSIVE | _EMPTY_PATH
    libc.syscall("mount_setattr", tree, path, flags, value, len(value))
