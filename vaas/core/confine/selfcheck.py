"""The confined host tries what it must not be able to do, and refuses to serve if anything gets through.

Filters have been wrong by one jump and looked right. Every attempt is harmless if it does succeed, and counts as
stopped only with the errors that confinement gives; only what this system promises is tried (``plan.py`` decided
that). Takes about a tenth of a millisecond.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from functools import partial

from vaas.core.confine import libc, process
from vaas.core.confine.plan import Confinement
from vaas.core.confine.rules import AF_INET, AF_INET6, AF_UNIX, DATAGRAM, STREAM
from vaas.core.errors import Unavailable

_STOPPED = (errno.EPERM, errno.EACCES)
_STOPPED_OR_ABSENT = (*_STOPPED, errno.ENOSYS, errno.ENOENT, errno.ENOTDIR)

_AF_NETLINK, _AF_PACKET, _RAW, _MPTCP = 16, 17, 3, 262
_SIGHAND = 0x800
"""For clone: without sharing memory too it is invalid, so that nothing starts if the filter lets it through."""
_NO_PROCESS = 2**31 - 1
_CLOSED_PORT = 1


class ConfinementFailed(Unavailable):
    """This host is not confined: {got_through} got through. It does not serve; please report this with the lines on
    confinement that `vaas platform` prints at start."""


Attempt = tuple[str, Callable[[], object]]


def run(confinement: Confinement) -> None:
    """Raises ``ConfinementFailed`` naming everything that got through."""
    got_through = [name for name, attempt in _attempts(confinement) if _succeeds(attempt)]
    if got_through:
        raise ConfinementFailed(got_through=", ".join(got_through))


def single_threaded() -> None:
    """Landlock binds one thread and what it starts: another one would stay free. Raises ``ConfinementFailed``."""
    if process.threads() != 1:
        raise ConfinementFailed(got_through=f"{process.threads() - 1} threads started before confinement")


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError as error:
        return error.errno not in _STOPPED_OR_ABSENT
    return True


def _attempts(confinement: Confinement) -> Iterator[Attempt]:
    yield from _files(confinement)
    if confinement.seccomp:
        yield from _calls()
        yield from _sockets(confinement)
        yield from _processes(confinement)
    if confinement.root:
        yield "a capability of root", lambda: _without_capabilities(confinement.search)
    if confinement.uid is not None:
        yield "becoming root again", lambda: os.setresuid(0, 0, 0)


def _files(confinement: Confinement) -> Iterator[Attempt]:
    for path in confinement.forbidden:
        yield f"opening {path}", partial(_open, path)
    for folder in confinement.read_only:
        yield f"writing in {folder}", partial(_write_in, folder)


def _open(path: str) -> None:
    os.close(os.open(path, os.O_RDONLY))


def _write_in(folder: str) -> None:
    path = os.path.join(folder, f".vaas-check-{os.getpid()}")
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    os.unlink(path)


_ALWAYS: tuple[tuple[str, tuple[int | None, ...]], ...] = (
    ("ptrace", (16, _NO_PROCESS, 0, 0)),
    ("process_vm_readv", (_NO_PROCESS, None, 0, None, 0, 0)),
    ("pidfd_getfd", (-1, -1, 0)),
    ("io_uring_setup", (0, None)),
    ("mount", (None, None, None, 0, None)),
    ("unshare", (0,)),
    ("setns", (-1, 0)),
    ("bpf", (-1, None, 0)),
    ("perf_event_open", (None, 0, 0, -1, 0)),
    ("userfaultfd", (-1,)),
    ("keyctl", (0, 0, 0, 0, 0)),
    ("init_module", (None, 0, None)),
    ("kexec_load", (0, 0, None, 0)),
    ("open_by_handle_at", (-1, None, 0)),
    ("chroot", (None,)),
    ("memfd_create", (None, 0)),
    ("clone3", (None, 0)),
    ("listen", (-1, 0)),
)
"""Arguments are such that nothing happens if the call goes through; it then answers another error."""


def _calls() -> Iterator[Attempt]:
    for name, arguments in _ALWAYS:
        yield name, partial(libc.syscall, name, *arguments)
    yield "type into a terminal", lambda: _refused_with(errno.ENOTTY, "ioctl", -1, 0x5412, 0)
    yield "raise another's limits", lambda: libc.syscall("prlimit64", _NO_PROCESS, 7, None, None)
    yield "a signal to another", lambda: libc.syscall("kill", os.getppid() or 1, 0)


def _refused_with(error: int, name: str, *arguments: int) -> None:
    try:
        libc.syscall(name, *arguments)
    except OSError as refused:
        if refused.errno == error:
            raise PermissionError(errno.EPERM, name) from None
        raise


def _sockets(confinement: Confinement) -> Iterator[Attempt]:
    yield "a Unix socket", lambda: _socket(AF_UNIX, STREAM)
    yield "a Unix datagram socket", lambda: _socket(AF_UNIX, DATAGRAM)
    yield "a netlink socket", lambda: _socket(_AF_NETLINK, _RAW)
    yield "a packet socket", lambda: _socket(_AF_PACKET, _RAW)
    yield "a raw socket", lambda: _socket(AF_INET, _RAW)
    yield "a multipath socket", lambda: _socket(AF_INET, STREAM, _MPTCP)
    yield "a pair for datagrams", lambda: libc.syscall("socketpair", AF_UNIX, DATAGRAM, 0, None)
    if not confinement.connect:
        yield "an internet socket", lambda: _socket(AF_INET, STREAM)
        yield "an internet socket (IPv6)", lambda: _socket(AF_INET6, STREAM)
    if confinement.connect != "any":
        yield "an internet datagram socket", lambda: _socket(AF_INET, DATAGRAM)


def _socket(family: int, kind: int, protocol: int = 0) -> None:
    os.close(libc.syscall("socket", family, kind, protocol))


def _processes(confinement: Confinement) -> Iterator[Attempt]:
    if confinement.subprocess:
        return
    yield "clone", lambda: libc.syscall("clone", _SIGHAND, None, None, None, 0)
    yield "fork", _fork
    yield "exec", lambda: libc.syscall("execve", None, None, None)
    yield "a signal to all", lambda: libc.syscall("kill", -1, 0)


def _fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _without_capabilities(search: bool) -> None:
    allowed = 1 << process.CAP_DAC_READ_SEARCH if search else 0
    if process.capabilities() & ~allowed == 0:
        raise PermissionError(errno.EPERM, "capabilities")
