"""What a host sees as ``/``: its own ``/app``, ``/data`` and ``/tmp``, what every program reads, and nothing else.

``provide`` lays it out once, in the zygote, in a file system in memory; a host adds what is its own (``fill``) and
makes it its root (``mounts.make_root``). The names that an app knows are then those of the kernel: for C code, for
what was imported before, in errors, in listings. Called by ``core/host/zygote.py`` and ``apply.py``.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from vaas.core.confine import etc_files, mounts
from vaas.core.confine.plan import (
    APP,
    CACHE,
    DATA,
    NAMES,
    NODE,
    SHARED_MEMORY,
    TMP,
    USER,
    USERS,
    Confinement,
    Mount,
    within,
)
from vaas.core.confine.system import Capabilities, is_open

_SHARED = mounts.READ_ONLY | mounts.NO_SETUID | mounts.NO_DEVICES
_DEVICES = mounts.READ_ONLY | mounts.NO_SETUID | mounts.NO_PROGRAMS
"""Of a device file: it is one."""
_PROCESSES = _SHARED | mounts.NO_PROGRAMS
_TERMINALS = mounts.NO_SETUID | mounts.NO_PROGRAMS
_OPTIONS = "mode=0755,size=256m,nr_inodes=200000"
"""At most: there is a folder for each path that any app was granted, and two small files for each app's user."""
_FOLDERS = (APP, DATA, TMP, CACHE, "/dev/pts", "/proc", USER, USERS)
_LINKS = (("/dev/ptmx", "pts/ptmx"), (SHARED_MEMORY, TMP), *etc_files.LINKS)
"""What ``multiprocessing`` has in shared memory is in the app's own folder: files there are counted and bounded."""


def provide(folder: str, system: Capabilities) -> Capabilities:
    """Lays the root out at ``folder``, in mounts that only this process and its children see; ``system`` as it is from
    then on. Unchanged where this system lets us mount nothing, or the interpreter lies where an app has its own."""
    if not system.linux or any(within(path, (APP, DATA)) for path in system.everywhere):
        return system
    os.makedirs(folder, exist_ok=True)
    if not _succeeds(lambda: _try(folder, system)):
        return system
    _lay_out(folder, system)
    return msgspec.structs.replace(
        system,
        root=True,
        root_folder=folder,
        processes=system.root and _succeeds(lambda: _try_processes(folder)),
        root_closed=any(not is_open(Path(path)) for path in system.everywhere),
        beneath_tmp=tuple(path for path in system.everywhere if within(path, (TMP,))),
    )


def _succeeds(attempt: Callable[[], object]) -> bool:
    """In a process of its own: what an attempt leaves behind cannot be taken back."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            attempt()
            os._exit(0)
        os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _try(folder: str, system: Capabilities) -> None:
    """The whole of what is to come. Raises OSError."""
    _lay_out(folder, system)
    mounts.own_mounts()
    mounts.bind(folder, f"{folder}{APP}", _SHARED)
    mounts.make_root(folder)
    os.stat(f"{APP}{APP}")


def _try_processes(folder: str) -> None:
    mounts.own_mounts()
    _show_processes(f"{folder}/proc")


def _lay_out(folder: str, system: Capabilities) -> None:
    """Raises OSError."""
    if not system.root:
        mounts.own_user_namespace()
    mounts.own_mounts()
    mounts.new("tmpfs", folder, mounts.NO_SETUID | mounts.NO_DEVICES, _OPTIONS)
    before = os.umask(0o022)
    try:
        for name in _FOLDERS:
            os.makedirs(folder + name, exist_ok=True)
        for path in system.everywhere:
            if not within(path, (TMP,)):
                show(Mount(path, path), folder)
        for place, target in (*_LINKS, *system.links):
            _link(folder + place, target)
        etc_files.write(folder + NAMES, etc_files.SHARED)
        etc_files.write_user(folder, NODE, os.geteuid(), os.getegid())
    finally:
        os.umask(before)


def _link(place: str, target: str) -> None:
    """Nothing where something is, or where what is shown has its own."""
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.symlink(target, place)


def fill(confinement: Confinement) -> None:
    """Adds what is this host's own, in mounts that no other process sees. Raises OSError."""
    mounts.own_mounts()
    before = os.umask(0o022)
    try:
        if confinement.uid is not None:
            gid = confinement.uid if confinement.gid is None else confinement.gid
            etc_files.write_user(confinement.root_folder, str(confinement.uid), confinement.uid, gid)
        for mount in confinement.mounts:
            show(mount, confinement.root_folder)
    finally:
        os.umask(before)
    if confinement.terminals:
        mounts.new("devpts", confinement.terminals, _TERMINALS, "newinstance,ptmxmode=0666,mode=0620")
    if confinement.processes:
        _show_processes(confinement.processes)


def _show_processes(place: str) -> None:
    """Only those that the looking process may trace: with Landlock, or a user of its own, those are its own."""
    mounts.own_network()
    mounts.new("proc", place, _PROCESSES, "hidepid=ptraceable")


def show(mount: Mount, folder: str) -> None:
    """What does not exist, or is closed to us, is passed over, as Landlock passes it over."""
    place = folder + mount.at
    try:
        _make_place(place, like=mount.source)
        mounts.bind(mount.source, place, _attributes(mount))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        if mount.at in (APP, DATA, TMP):
            raise


def _make_place(place: str, *, like: str) -> None:
    if os.path.isdir(like):
        os.makedirs(place, exist_ok=True)
    elif not os.path.lexists(place):
        os.makedirs(os.path.dirname(place), exist_ok=True)
        os.close(os.open(place, os.O_CREAT | os.O_CLOEXEC, 0o644))


def _attributes(mount: Mount) -> int:
    if within(mount.at, ("/dev",)):
        return _DEVICES
    return _SHARED & ~mounts.READ_ONLY if mount.writable else _SHARED
