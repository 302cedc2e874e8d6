"""Delegation: in which cgroup a node may make those of its hosts. Never in one that another program owns.

Ours to use are: the one that the operator names (``--cgroup``), the one that systemd has delegated (``Delegate=yes``),
and the root of a hierarchy, where any process with the right to may make some. What is done with them: ``cgroups.py``.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from vaas.core.errors import Unavailable
from vaas.core.limits.cgroups import Cgroups, put, words

CONTROLLERS = ("memory", "pids", "cpu")


class CgroupUnusable(Unavailable):
    """--cgroup {name}: {reason}. Name a control group, as /proc/PID/cgroup does, in which this user may make others
    and that holds no other program's processes; or leave it out."""


class Hierarchy(NamedTuple):
    mount: str
    version: int
    controllers: frozenset[str]
    """Of those that matter here."""
    own: str
    """The group that this process is in."""


def find(name: str = "") -> Cgroups:
    """The cgroups of this node's hosts; ``NONE`` where there can be none. What nodes that are gone have
    left behind there is removed. Raises ``CgroupUnusable``, if ``name`` is one."""
    found = [(hierarchy, _place(hierarchy, name)) for hierarchy in hierarchies()]
    usable = [(hierarchy, place) for hierarchy, place in found if place and _prepare(hierarchy, place)]
    if name and not usable:
        raise CgroupUnusable(name=name, reason="there is none in which we may make groups with memory, pids or cpu")
    for _, place in usable:
        remove_stale(place)
    mine = tuple(f"{place}/vaas-{os.getpid()}-" for _, place in usable)
    return Cgroups(mine, frozenset().union(*(_controllers(hierarchy, place) for hierarchy, place in usable)))


def hierarchies() -> list[Hierarchy]:
    """Those with a controller that matters, as /proc tells; empty where there are none."""
    try:
        mounts = [row.split() for row in Path("/proc/self/mounts").read_text().splitlines()]
        rows = [row.split(":", 2) for row in Path("/proc/self/cgroup").read_text().splitlines()]
    except OSError:
        return []
    return [found for row in rows for found in _hierarchy(row, mounts) if found.controllers]


def _hierarchy(row: list[str], mounts: list[list[str]]) -> Iterator[Hierarchy]:
    _, names, own = row
    for _, mount, kind, options, *_ in mounts:
        if not names and kind == "cgroup2":
            there = words(f"{mount}{own}/cgroup.controllers")
            yield Hierarchy(mount, 2, frozenset(there) & frozenset(CONTROLLERS), own)
            return
        if names and kind == "cgroup" and set(names.split(",")) <= set(options.split(",")):
            yield Hierarchy(mount, 1, frozenset(names.split(",")) & frozenset(CONTROLLERS), own)
            return


def _place(hierarchy: Hierarchy, name: str) -> str:
    """The folder in which cgroups may be made; empty if there is none."""
    path = f"{hierarchy.mount}{'/' + name.strip('/') if name else hierarchy.own}".rstrip("/")
    if not os.access(f"{path}/cgroup.procs", os.W_OK) or not os.access(path, os.W_OK):
        return ""
    if name:
        return path
    here = str(os.getpid()) in words(f"{path}/cgroup.procs")  # a container may see another's paths
    return path if here and (hierarchy.own == "/" or _is_delegated(path)) else ""


def _is_delegated(path: str) -> bool:
    """As systemd marks it."""
    for attribute in ("user.delegate", "trusted.delegate"):
        with contextlib.suppress(OSError):
            if os.getxattr(path, attribute) == b"1":
                return True
    return False


def _prepare(hierarchy: Hierarchy, place: str) -> bool:
    """Whether cgroups there will have a controller that matters. In version 2 a group with such children may hold no
    process itself, but for the root, so we go into a child, too."""
    if hierarchy.version == 1:
        return True
    inside = words(f"{place}/cgroup.procs") if Path(place, "cgroup.type").exists() else []
    if inside == [str(os.getpid())]:
        leaf = f"{place}/vaas-{os.getpid()}-node"
        with contextlib.suppress(OSError):
            os.mkdir(leaf)
        inside = [] if put(f"{leaf}/cgroup.procs", "0") else inside
    if inside:
        return False
    for name in hierarchy.controllers:
        put(f"{place}/cgroup.subtree_control", f"+{name}")
    return bool(_controllers(hierarchy, place))


def _controllers(hierarchy: Hierarchy, place: str) -> frozenset[str]:
    if hierarchy.version == 1:
        return hierarchy.controllers
    return frozenset(words(f"{place}/cgroup.subtree_control")) & frozenset(CONTROLLERS)


def remove_stale(place: str) -> None:
    """Cgroups of nodes that have ended; what still holds a process cannot be removed."""
    for group in Path(place).glob("vaas-*-*"):
        node = group.name.split("-")[1]
        if node.isdigit() and not os.path.exists(f"/proc/{node}"):
            for left in (*filter(Path.is_dir, group.glob("*")), group):
                with contextlib.suppress(OSError):
                    left.rmdir()
