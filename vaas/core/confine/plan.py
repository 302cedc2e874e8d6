"""From what one app may do and what this system can, to what the kernel is told: one frozen value.

Pure: ``plan`` does no I/O. What it decides, ``apply.py`` performs in the host.

**The network.** Without ``net`` there is no socket at all but connected pairs. With it there are TCP connections, each
made by a broker (``core/broker``), by host and port: Landlock then opens no port at all. UDP and listening are never
granted. Where the kernel has no broker's calls (``Capabilities.notify``), all that is held is the port, of any host,
and that by Landlock; names are then asked for at port 53.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from vaas.core.confine.system import Capabilities
from vaas.core.host_port import split_host_port
from vaas.core.policy import Permissions
from vaas.core.spec import HostSpec

GENERATIONS = 3
"""How many times ``limits.hosts`` processes of one app may live at once: those that serve, those that stand in for
them or end, and those of a release that is taking over."""

DATA_SHARE = 0.8
"""The part of ``limits.memory`` that a host may allocate: what is left is for shared libraries and the interpreter's
own pages."""

NAMES_PORT = 53
"""DNS, over TCP: a host with ``net`` has ``RES_OPTIONS=use-vc`` so that the C library asks that way, and needs no
UDP. It is the broker that it reaches there."""

APP, DATA, TMP = "/app", "/data", "/tmp"
PACKAGES = f"{APP}/_vendor"
"""What an app's folders are called, where the kernel has these names for it."""
SHARED_MEMORY = "/dev/shm"
"""There it is the app's own ``/tmp``."""
CACHE = "/var/cache/vaas"
"""And what the folder of its compiled code is."""
USER, USERS, NODE = "/run/user", "/run/users", "node"
"""Who a host is, for the C library; the same of every user; which of them is the node's own."""
NAMES = "/run/names"
"""And what it finds there about names that is the same for all."""

Ports = tuple[int, ...] | Literal["any"]


class Mount(msgspec.Struct, frozen=True):
    """One file, or folder with all beneath, in a host's own root."""

    source: str
    at: str
    writable: bool = False


class Confinement(msgspec.Struct, frozen=True, kw_only=True):
    """What one process may do. Whatever is not here, it may not."""

    linux: bool = True
    """False: only rlimits and descriptors."""
    landlock: int = 0
    """The ABI to use; 0 is none."""
    seccomp: bool = False
    read: tuple[str, ...] = ()
    """Files, or folders with all beneath."""
    write: tuple[str, ...] = ()
    """And these to read and write."""
    execute: tuple[str, ...] = ()
    """And these to read and run."""
    broker: int | None = None
    """The descriptor of the socket to its broker; None: it has none."""
    connect: Ports = ()
    """TCP ports it may connect to by itself."""
    subprocess: bool = False
    """Whether it may start other programs."""
    keep: tuple[int, ...] = ()
    """Descriptors that stay open."""
    memory: int
    """Bytes that it may ask for beyond what it shares with the zygote: of RLIMIT_DATA."""
    threads: int = 0
    """RLIMIT_NPROC, which counts all that one uid runs; 0 leaves it, as it must be with a shared uid."""
    files: int
    """RLIMIT_NOFILE."""
    disk: int
    """RLIMIT_FSIZE: the largest file that it may write; how much all files may take is the node's to watch."""
    uid: int | None = None
    """Whom to become, alone of all apps; None stays."""
    gid: int | None = None
    """None: the same number as the uid."""
    root: bool = False
    """Whether this starts as root, so that there are capabilities to give up."""
    search: bool = False
    """Whether to keep the right to enter folders closed to others; see ``process.become``."""
    shown: bool = False
    """Whether processes of the same uid may look at it: its broker must, for its children, and these at each other; no
    other has that uid."""
    forbidden: tuple[str, ...] = ()
    """Files and folders that exist as a rule and that the self-check must not be able to open."""
    read_only: tuple[str, ...] = ()
    """Folders in which the self-check must not be able to make a file."""
    root_folder: str = ""
    """What becomes its root; empty: it sees the system's."""
    mounts: tuple[Mount, ...] = ()
    """What is added to that root, in this order."""
    terminals: str = ""
    """Where its own terminals are mounted, if it has any."""
    terminal: bool = False
    """Whether its standard streams are one."""
    processes: str = ""
    """Where a ``/proc`` is mounted that shows its own processes, if it has one; it then has a network of its own too,
    with nothing in it."""


def plan(
    spec: HostSpec,
    system: Capabilities,
    *,
    keep: tuple[int, ...] = (),
    uid: int | None = None,
    gid: int | None = None,
    broker: int | None = None,
) -> Confinement:
    """What ``spec``'s policy means on this system. ``uid`` is that app's own, used only where the system can;
    ``broker`` is there if ``needs_broker``. Raises ``BadNet``, and ValueError without the broker it needs."""
    allowed = spec.policy.permissions
    if needs_broker(allowed, system) and broker is None:
        raise ValueError("this host needs a broker for its connections")
    connect = ports(allowed.net)
    own_uid = uid is not None and system.can_become(uid)
    root_folder = system.root_folder if spec.policy.code == "trusted" and _nameable(allowed) else ""
    mounts = _mounts(spec, system, str(uid) if own_uid else NODE) if root_folder else ()
    seen = own_uid and allowed.subprocess and system.processes and (broker is not None or not connect)
    processes = f"{root_folder}/proc" if root_folder and seen else ""
    write = _present(spec.data, spec.tmp, spec.cache, *allowed.write, *system.sinks)
    read = (spec.folder, *_present(spec.packages), *system.common, *_network_files(allowed, system), *allowed.read)
    reachable = (
        *read,
        *write,
        *(system.programs if allowed.subprocess else ()),
        *(it.at for it in mounts),
        *_present(processes and "/proc"),
    )
    return Confinement(
        linux=system.linux,
        landlock=system.landlock,
        seccomp=system.seccomp,
        read=(*read, f"{root_folder}{USER}", f"{root_folder}{NAMES}", *_present(processes)) if root_folder else read,
        write=write,
        execute=system.programs if allowed.subprocess else (),
        broker=broker,
        connect=connect if broker is None else (),
        subprocess=allowed.subprocess,
        keep=keep if broker is None else (*keep, broker),
        memory=int(spec.policy.limits.memory * DATA_SHARE),
        threads=spec.policy.limits.threads * spec.policy.limits.hosts * GENERATIONS if own_uid else 0,
        files=spec.policy.limits.files,
        disk=spec.policy.limits.disk,
        uid=uid if own_uid else None,
        gid=gid if own_uid else None,
        root=system.root,
        search=own_uid and (system.root_closed if root_folder else system.closed_folders),
        shown=own_uid and allowed.subprocess and (broker is not None or bool(processes)),
        forbidden=tuple(it for it in _forbidden(spec, root_folder) if not within(it, reachable))
        if system.landlock
        else (),
        read_only=tuple(it for it in _own(spec, root_folder) if not within(it, write)) if system.landlock else (),
        root_folder=root_folder,
        mounts=mounts,
        terminals=f"{root_folder}/dev/pts" if root_folder and allowed.subprocess else "",
        processes=processes,
        terminal=spec.terminal is not None,
    )


def as_seen(spec: HostSpec, confinement: Confinement) -> HostSpec:
    """That spec as the confined process finds its folders."""
    if not confinement.root_folder:
        return spec
    packages, cache = PACKAGES if spec.packages else "", CACHE if spec.cache else ""
    return msgspec.structs.replace(spec, folder=APP, packages=packages, data=DATA, tmp=TMP, cache=cache)


def ports(net: tuple[str, ...]) -> Ports:
    """The TCP ports that a ``net`` permission opens. Raises ``BadNet``."""
    if not net:
        return ()
    if "*" in net:
        return "any"
    return tuple(sorted({split_host_port(entry)[1] for entry in net} | {NAMES_PORT}))


def needs_broker(permissions: Permissions, system: Capabilities) -> bool:
    """Whether a host with these permissions must have its connections made for it."""
    return bool(permissions.net) and system.notify


def environment(permissions: Permissions) -> dict[str, str]:
    """What the C library of a host with these permissions must find in its environment."""
    return {"RES_OPTIONS": "use-vc"} if permissions.net else {}


def _nameable(permissions: Permissions) -> bool:
    """Whether an app with these permissions can have a root of its own: not if its own folders lie in a granted one,
    or hide one."""
    granted = (*permissions.read, *permissions.write)
    return not any(within(path, (APP, DATA, SHARED_MEMORY)) or path.strip("/") == "" for path in granted)


def _mounts(spec: HostSpec, system: Capabilities, user: str) -> tuple[Mount, ...]:
    """Outer before inner, so that none hides another."""
    own = [Mount(spec.folder, APP), *([Mount(spec.packages, PACKAGES)] if spec.packages else [])]
    own += [Mount(real, at, True) for real, at in ((spec.data, DATA), (spec.tmp, TMP), (spec.cache, CACHE)) if real]
    hidden = [Mount(path, path) for path in system.beneath_tmp]
    granted = dict.fromkeys(spec.policy.permissions.read, False)
    granted |= dict.fromkeys(spec.policy.permissions.write, True)
    asked = [Mount(path, path, writable) for path, writable in sorted(granted.items()) if path.rstrip("/") != TMP]
    return (*own, *hidden, Mount(f"{system.root_folder}{USERS}/{user}", USER), *asked)


def _network_files(permissions: Permissions, system: Capabilities) -> tuple[str, ...]:
    if not permissions.net:
        return ()
    return system.trust if system.notify else (*system.trust, *system.names)


def _forbidden(spec: HostSpec, root_folder: str) -> tuple[str, ...]:
    """What every system has, and the folders in which this app's neighbours lie."""
    neighbours = {_parent(path) for path in _present(spec.data, spec.tmp, spec.folder, spec.packages)}
    users = USERS if root_folder else "/etc/passwd"
    return ("/", users, "/proc", *sorted(neighbours - {"/"}))


def _own(spec: HostSpec, root_folder: str) -> tuple[str, ...]:
    """Its code, by the names that it has for the host."""
    if root_folder:
        return (APP, PACKAGES) if spec.packages else (APP,)
    return (spec.folder, *_present(spec.packages))


def _parent(path: str) -> str:
    return path.rstrip("/").rpartition("/")[0] or "/"


def _present(*paths: str) -> tuple[str, ...]:
    return tuple(path for path in paths if path)


def within(path: str, folders: tuple[str, ...]) -> bool:
    return f"{path}/".startswith(tuple(f"{folder.rstrip('/')}/" for folder in folders))
