"""What this system can do to confine a process, found out once, in the zygote or the platform.

Next: ``promises.py``, which says what that means; ``plan.py``, which uses it.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from vaas.core.confine import interpreter, landlock, libc, process, seccomp
from vaas.core.confine.seccomp_notify import can_give
from vaas.core.confine.syscalls import AUDIT_ARCH

_LIBRARIES = ("/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64")
_SHARED = (
    *_LIBRARIES,
    *("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo", "/usr/share/locale"),
    *("/dev/urandom", "/dev/random", "/dev/zero", "/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf"),
)
"""Shared libraries, time zones, languages, sources of bytes: what any program reads, and no secrets."""

_NAMES = ("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf")
"""How names are resolved."""

_TRUST = (
    *("/etc/services", "/etc/ssl/certs", "/etc/ssl/cert.pem", "/etc/pki/tls/certs", "/etc/pki/ca-trust/extracted"),
    *("/usr/share/ca-certificates", "/usr/local/share/ca-certificates"),
)
"""What ports are called and which authorities are trusted. Not /etc/ssl, which has private keys beneath."""

_PROGRAMS = ("/bin", "/usr/bin", "/usr/local/bin", *_LIBRARIES)
"""What may be started where ``subprocess`` is granted; the libraries because the loader that starts a program is
one."""

FIRST_UID = 2_000_000
"""Apps' own users begin here: above the ranges that distributions give to people, services and containers. /etc/subuid
begins at 100,000 and gives 65,536 to each user, so the first two dozen users end below this."""

_SET_MODE_FILTER = 1
_GET_NO_NEW_PRIVS = 39


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to confine with, and where the things lie that every host reads."""

    linux: bool = False
    machine: str = ""
    """As ``os.uname`` names it."""
    landlock: int = 0
    """The ABI; 0 is none."""
    seccomp: bool = False
    notify: bool = False
    """Whether a broker can answer a host's calls: Linux 5.14, and no listener of a parent's has taken that place."""
    no_new_privs: bool = False
    root: bool = False
    """Whether this process has capabilities that hosts must lose."""
    uids: int = 0
    """How many uids, from 0, it could become; 0 if it may not."""
    groups: frozenset[str] = frozenset()
    """What the control groups of hosts hold them to, ``memory``, ``pids`` and ``cpu``; the node knows
    (``core/limits/delegation.py``)."""
    closed_folders: bool = False
    """Whether the interpreter or vaas's own folders lie in one that other uids cannot enter."""
    search: bool = False
    """Whether hosts could be left the right to enter such folders."""
    common: tuple[str, ...] = ()
    """Interpreter, packages, vaas's own source, shared libraries, time zones."""
    names: tuple[str, ...] = ()
    """What resolving names needs, where a host does it itself."""
    trust: tuple[str, ...] = ()
    """What trusting certificates needs."""
    programs: tuple[str, ...] = ()
    sinks: tuple[str, ...] = ()
    """Devices to write to."""
    links: tuple[tuple[str, str], ...] = ()
    """Symbolic links on the way to all these, and what they say."""
    root_folder: str = ""
    """Where that lies which hosts get as their root; empty: this system lets us mount nothing."""
    processes: bool = False
    """Whether a host's root can have a ``/proc`` with the processes of that host alone."""
    root_closed: bool = False
    """Whether what lies in it is closed to other uids itself, and not by a folder on the way there."""
    beneath_tmp: tuple[str, ...] = ()
    """What of ``everywhere`` lies where a host has its own ``/tmp``: an interpreter in a checkout, say."""

    @property
    def everywhere(self) -> tuple[str, ...]:
        """What there is in every host's root; Landlock says who may open it."""
        names = () if self.notify else self.names
        return interpreter.outermost((*self.common, *self.trust, *names, *self.programs, *self.sinks))

    def can_become(self, uid: int) -> bool:
        """Whether a host could be that user and still reach its folders."""
        return 0 < uid < self.uids and (self.search or not self.closed_folders)

    @property
    def own_users(self) -> bool:
        """Whether each app can be a user of its own."""
        return self.can_become(FIRST_UID)


def probe(folders: tuple[str, ...] = ()) -> Capabilities:
    """What this system can do. ``folders`` are those of bundles and data, which hosts must be able to reach.

    Changes nothing, reads a few files, takes about a millisecond: the result may be kept for the life of the process.
    """
    if sys.platform != "linux":
        return Capabilities(machine=libc.MACHINE)
    held = process.capabilities()
    shared = (*interpreter.paths(), *_SHARED)
    programs = (*_PROGRAMS, *interpreter.programs())
    common = interpreter.outermost(shared)
    return Capabilities(
        linux=True,
        machine=libc.MACHINE,
        landlock=landlock.abi(),
        seccomp=libc.MACHINE in AUDIT_ARCH and _knows_filters(),
        notify=libc.MACHINE in AUDIT_ARCH and _in_a_thread(_can_be_asked),
        no_new_privs=_knows_no_new_privs(),
        root=bool(held) or os.geteuid() == 0,
        uids=_uids() if held >> process.CAP_SETUID & held >> process.CAP_SETGID & 1 else 0,
        closed_folders=any(_closed(path) for path in (*common, *folders)),
        search=bool(held >> process.CAP_DAC_READ_SEARCH & 1),
        common=common,
        names=interpreter.outermost(_NAMES),
        trust=interpreter.outermost(_TRUST),
        programs=interpreter.outermost(programs),
        sinks=(os.devnull,),
        links=interpreter.links((*shared, *programs, *_TRUST, *_NAMES, sys.executable)),
    )


def _knows_filters() -> bool:
    """A filter at no address: a kernel that has them looks there first and finds nothing."""
    try:
        libc.syscall("seccomp", _SET_MODE_FILTER, 0, None)
    except OSError as error:
        return error.errno == errno.EFAULT
    return False


def _can_be_asked() -> bool:
    """Binds the calling thread to a filter that allows everything, and looks at what comes with it."""
    try:
        process.no_new_privileges()
        listener = seccomp.install_and_listen(seccomp.everything())
        held = os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return can_give(listener)
    finally:
        os.close(listener)
        os.close(held)


def _in_a_thread(ask: Callable[[], bool]) -> bool:
    """For what a thread must not do if it means to go on."""
    answers: list[bool] = []
    thread = threading.Thread(target=lambda: answers.append(ask()))
    thread.start()
    thread.join()
    while os.path.exists(f"/proc/self/task/{thread.native_id}"):  # joined, and not quite gone
        os.sched_yield()
    return answers == [True]


def _knows_no_new_privs() -> bool:
    try:
        libc.prctl(_GET_NO_NEW_PRIVS)
    except OSError:
        return False
    return True


def _uids() -> int:
    """In a user namespace only what is mapped can be become; elsewhere everything."""
    try:
        rows = [row.split() for row in Path("/proc/self/uid_map").read_text().splitlines()]
    except OSError:
        return 0
    return max((int(count) for first, _, count in rows if first == "0"), default=0)


def _closed(path: str) -> bool:
    """Whether a uid that owns nothing is kept out, here or on the way."""
    place = Path(os.path.realpath(path))
    return any(not is_open(folder) for folder in (place, *place.parents))


def is_open(place: Path) -> bool:
    """Whether a uid that owns nothing may enter, or read it if it is a file."""
    try:
        mode = place.stat().st_mode
    except OSError:
        return True
    return bool(mode & stat.S_IXOTH if stat.S_ISDIR(mode) else mode & stat.S_IROTH)
