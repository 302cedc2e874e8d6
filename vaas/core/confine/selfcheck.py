"""The confined host tries what it must not be able to do, and refuses to serve if anything gets through.

Filters have been wrong by one jump and looked right. Every attempt is harmless if it does succeed, and counts as
stopped only with the errors that confinement gives; only what this system promises is tried (``plan.py`` decided that).
Attempts are bare system calls, so that a host spends no more than a few microseconds on each.
"""

from __future__ import annotations

import errno
import os
import struct
import threading
from collections.abc import Callable, Iterator
from typing import NamedTuple

from vaas.core.confine import libc, process
from vaas.core.confine.plan import Confinement
from vaas.core.confine.rules import AF_INET, AF_INET6, AF_UNIX, DATAGRAM, STREAM
from vaas.core.errors import Unavailable

_STOPPED = frozenset((errno.EPERM, errno.EACCES, errno.ENOSYS))
_STOPPED_OR_MISSING = _STOPPED | {errno.ENOENT, errno.ENOTDIR, errno.EROFS}

_AF_NETLINK, _AF_PACKET, _RAW, _MPTCP = 16, 17, 3, 262
_HERE = -100
"""AT_FDCWD."""
_CLONE_SIGHAND = 0x800
"""Without sharing memory too it is invalid, so that nothing starts if the filter lets it through."""
_TIOCSTI = 0x5412
_IP_OPTIONS = 4
_NOWHERE = struct.pack("=H", AF_INET) + struct.pack("!H4s8x", 0, bytes((127, 0, 0, 1)))
"""The address 127.0.0.1, port 0: none is granted, and it needs no looking up."""
_NOBODY = 2**31 - 1
"""No process has this id."""


class ConfinementFailed(Unavailable):
    """This host is not confined: {got_through} got through. It does not serve; please report this with the lines on
    confinement that `vaas platform` prints at start."""


class BrokerMissing(Unavailable):
    """The broker that makes this host's connections does not answer: {reason}. Without it there is no network."""


class Attempt(NamedTuple):
    what: str
    call: str
    arguments: tuple[int | None, ...]
    undo: Callable[[int], object] | None = None
    """What to do with the answer, if there is one after all."""
    stopped: frozenset[int] = _STOPPED


def run(confinement: Confinement) -> None:
    """Raises ``ConfinementFailed`` naming everything that got through."""
    got_through = [*_opened(confinement.forbidden), *_written(confinement.read_only)]
    if confinement.seccomp:
        got_through += [attempt.what for attempt in _attempts(confinement) if _succeeds(attempt)]
    if confinement.broker is not None:
        got_through += _connected()
    if confinement.root:
        got_through += _rights(confinement)
    if got_through:
        raise ConfinementFailed(got_through=", ".join(got_through))


def single_threaded() -> None:
    """Landlock binds one thread and what it starts: another one would stay free. Raises ``ConfinementFailed``."""
    if threading.active_count() != 1:
        raise ConfinementFailed(got_through=f"{threading.active_count() - 1} thread started before confinement")


def _opened(paths: tuple[str, ...]) -> Iterator[str]:
    for path in paths:
        answer, error = libc.attempt("openat", _HERE, path.encode(), os.O_RDONLY | os.O_CLOEXEC)
        if answer != -1:
            os.close(answer)
        if answer != -1 or error not in _STOPPED_OR_MISSING:
            yield f"opening {path}"


def _written(folders: tuple[str, ...]) -> Iterator[str]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    for folder in folders:
        path = f"{folder}/.vaas-check-{os.getpid()}"
        answer, error = libc.attempt("openat", _HERE, path.encode(), flags, 0o600)
        if answer != -1:
            os.close(answer)
            os.unlink(path)
        if answer != -1 or error not in _STOPPED_OR_MISSING:
            yield f"writing in {folder}"


def _rights(confinement: Confinement) -> Iterator[str]:
    kept = 1 << process.CAP_DAC_READ_SEARCH if confinement.search else 0
    if process.capabilities() & ~kept:
        yield "a capability of root"
    if confinement.uid is not None and libc.attempt("setresuid", 0, 0, 0)[0] != -1:
        yield "becoming root again"


def _connected() -> Iterator[str]:
    """Asks the broker for what is never granted. Raises ``BrokerMissing``."""
    made, error = libc.attempt("socket", AF_INET, STREAM, 0)
    if made == -1:
        raise BrokerMissing(reason=os.strerror(error))
    _, error = libc.attempt("connect", made, _NOWHERE, len(_NOWHERE))
    os.close(made)
    if error not in _STOPPED:
        yield "a connection that was not granted"


def _attempts(confinement: Confinement) -> Iterator[Attempt]:
    yield from _ALWAYS
    yield Attempt("a signal to another", "kill", (os.getppid() or 1, 0))
    yield from () if confinement.subprocess else _PROCESSES
    yield from () if confinement.connect or confinement.broker is not None else _SOCKETS


def _succeeds(attempt: Attempt) -> bool:
    answer, error = libc.attempt(attempt.call, *attempt.arguments)
    if answer != -1 and attempt.undo is not None:
        attempt.undo(answer)
    return answer != -1 or error not in attempt.stopped


def _socket(what: str, family: int, kind: int, protocol: int = 0) -> Attempt:
    return Attempt(what, "socket", (family, kind, protocol), os.close)


def _end_child(child: int) -> None:
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


_ALWAYS = (
    Attempt("ptrace", "ptrace", (16, _NOBODY, 0, 0)),
    Attempt("reading another's memory", "process_vm_readv", (_NOBODY, None, 0, None, 0, 0)),
    Attempt("taking another's descriptor", "pidfd_getfd", (-1, -1, 0)),
    Attempt("another's limits", "prlimit64", (_NOBODY, 7, None, None)),
    Attempt("typing into a terminal", "ioctl", (-1, _TIOCSTI, None), None, frozenset((errno.ENOTTY,))),
    Attempt("io_uring", "io_uring_setup", (0, None)),
    Attempt("mount", "mount", (None, None, None, 0, None)),
    Attempt("unshare", "unshare", (0,)),
    Attempt("setns", "setns", (-1, 0)),
    Attempt("chroot", "chroot", (None,)),
    Attempt("bpf", "bpf", (-1, None, 0)),
    Attempt("perf_event_open", "perf_event_open", (None, 0, 0, -1, 0)),
    Attempt("userfaultfd", "userfaultfd", (-1,), os.close),
    Attempt("keyctl", "keyctl", (0, 0, 0, 0, 0)),
    Attempt("loading a module", "init_module", (None, 0, None)),
    Attempt("kexec", "kexec_load", (0, 0, None, 0)),
    Attempt("opening by handle", "open_by_handle_at", (-1, None, 0)),
    Attempt("a memory file", "memfd_create", (None, 0), os.close),
    Attempt("clone3", "clone3", (None, 0)),
    Attempt("listening", "listen", (-1, 0)),
    _socket("a Unix socket", AF_UNIX, STREAM),
    _socket("a Unix datagram socket", AF_UNIX, DATAGRAM),
    _socket("a netlink socket", _AF_NETLINK, _RAW),
    _socket("a packet socket", _AF_PACKET, _RAW),
    _socket("a raw socket", AF_INET, _RAW),
    _socket("a multipath socket", AF_INET, STREAM, _MPTCP),
    Attempt("a pair for datagrams", "socketpair", (AF_UNIX, DATAGRAM, 0, None)),
    _socket("an internet datagram socket", AF_INET, DATAGRAM),
    Attempt("binding to an address", "bind", (-1, None, 0)),
    Attempt("a way for packets", "setsockopt", (-1, 0, _IP_OPTIONS, None, 0)),
)
"""Arguments are such that nothing happens if the call goes through; it then answers another error."""

_PROCESSES = (
    Attempt("clone", "clone", (_CLONE_SIGHAND, None, None, None, 0)),
    Attempt("fork", "fork", (), _end_child),
    Attempt("exec", "execve", (None, None, None)),
    Attempt("a signal to all", "kill", (-1, 0)),
)
_SOCKETS = (
    _socket("an internet socket", AF_INET, STREAM),
    _socket("an internet socket (IPv6)", AF_INET6, STREAM),
    Attempt("connecting", "connect", (-1, None, 0)),
)
