"""Which system calls a host may make, as data: an allow-list. What it does not name is refused.

So a kernel that learns a new call opens no hole. Refused with ``EPERM``, which reaches the app as an exception; calls
that a C library tries first and can do without get ``ENOSYS``, so that it falls back to the older call whose arguments
can be examined. Numbers: ``syscalls.py``. Next: ``seccomp.py``, which compiles this.

Tried and left: a deny-list (the kernel gains some five calls a year), and killing the process (an app that probes for a
feature would die instead of falling back).
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

from vaas.core.confine.bpf import OPEN, Open

WORD = 0xFFFFFFFF
"""The arguments examined here are all 32 bits wide to the kernel, whatever else is in the register."""

AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10
"""Linux's own numbers (linux/socket.h), so that these rules are the same wherever they are read."""

STREAM, DATAGRAM, SEQPACKET = 1, 2, 5
_SOCKET_TYPE = WORD ^ 0o2004000
"""A socket's type without SOCK_CLOEXEC and SOCK_NONBLOCK."""

_TCP = (0, 6)
"""The default and TCP. Not MPTCP or SCTP: Landlock checks ports of TCP alone."""

_IPPROTO_IP, _IP_OPTIONS = 0, (4,)
_IPPROTO_IPV6, _IPV6_ROUTING = 41, (5, 6, 57)
"""IP_OPTIONS; IPV6_2292RTHDR, IPV6_2292PKTOPTIONS and IPV6_RTHDR: they lead packets to other places first (source
routing)."""

_SOL_SOCKET, _PROGRAMS = 1, (26, 50, 51, 52)
"""SO_ATTACH_FILTER, SO_ATTACH_BPF, SO_ATTACH_REUSEPORT_CBPF and _EBPF: the kernel runs a program for each packet."""
_BUFFERS = (7, 8, 32, 33)
"""SO_SNDBUF, SO_RCVBUF, and both with force: what lies there no limit counts, and some systems allow megabytes for each
socket. Libraries set them in good faith, so it is claimed that they did."""
_IPPROTO_TCP, _PROTOCOLS = 6, (31,)
"""TCP_ULP: has the kernel load another protocol."""

_FAST_OPEN = 0x20000000
"""MSG_FASTOPEN connects without asking Landlock."""

_CLONE_THREAD = 0x00010000
_NAMESPACES = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET."""

_MAP_SHARED, _MAP_ANONYMOUS = 0x01, 0x20
"""Both together are memory that no rlimit counts."""

_FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1031, 1032, 1033, 1034)
"""Duplicating, flags, locks, pipe size, seals. Not F_SETOWN, F_SETOWN_EX and F_SETSIG, which aim signals at others, nor
F_SETLEASE, which makes every process that opens the file wait."""

_IOCTL = (0x5401, 0x540F, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451, 0x40049409)
"""TCGETS, TIOCGPGRP, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX, FICLONE. Not TIOCSTI, which types for others."""

_TERMINALS = (
    *(0x5402, 0x5403, 0x5404, 0x5409, 0x540A, 0x540B, 0x540E, 0x5410, 0x5414, 0x5422, 0x5429, 0x5441),
    *(0x80045430, 0x40045431),
)
"""TCSETS, TCSETSW, TCSETSF, TCSBRK, TCXONC, TCFLSH, TIOCSCTTY, TIOCSPGRP, TIOCSWINSZ, TIOCNOTTY, TIOCGSID, TIOCGPTPEER;
TIOCGPTN and TIOCSPTLCK: what a program has a terminal for. A host meets none but those that it has made, and the one it
was given."""

_PRCTL = (3, 15, 16, 23, 39, 0x53564D41)
"""Get dumpable, set and get name, read the bounding set, get no_new_privs, name memory (glibc does).
Not the death signal: a host must not outlive its zygote."""


@dataclass(frozen=True)
class Refuse:
    """The call does not happen and answers this error; error 0 claims that it did."""

    error: int


@dataclass(frozen=True)
class Allow:
    """The call is made."""


@dataclass(frozen=True)
class Ask:
    """The call waits until the broker has done what it asks for, or refused it (``core/broker``)."""


@dataclass(frozen=True)
class Test:
    """``argument & mask`` is one of ``values``."""

    argument: int
    values: tuple[int | Open, ...]
    mask: int = WORD


@dataclass(frozen=True)
class Only:
    """Allowed, or asked for, if every test holds, else refused with ``error``."""

    tests: tuple[Test, ...]
    error: int = errno.EPERM
    then: Allow | Ask = Allow()


@dataclass(frozen=True)
class Case:
    """Refused with ``error`` if every test holds."""

    tests: tuple[Test, ...]
    error: int = errno.EPERM


@dataclass(frozen=True)
class Unless:
    """Allowed unless it is one of the cases; the first counts."""

    cases: tuple[Case, ...]


Rule = Allow | Ask | Refuse | Only | Unless


@dataclass(frozen=True)
class Granted:
    """What differs from host to host, as far as system calls go."""

    network: bool = False
    """Internet sockets for TCP; where to is the broker's part, or as to ports Landlock's."""
    broker: bool = False
    """A broker makes them and their connections."""
    subprocess: bool = False
    signals_scoped: bool = False
    """Landlock or an own uid keeps signals from others, so children may be signalled freely."""
    terminals: bool = False
    """It has terminals of its own, or was given one, and can open no other."""
    own_uid: bool = False
    """Nothing outside its own folders belongs to the host's uid, so it may change modes and times."""
    truncate_scoped: bool = True
    """Landlock knows truncation by path."""


_ALLOWED = """
read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek sendfile splice tee copy_file_range
close close_range dup dup2 dup3 pipe pipe2 poll ppoll select pselect6
epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 epoll_ctl_old epoll_wait_old
eventfd eventfd2 signalfd signalfd4 timerfd_create timerfd_settime timerfd_gettime

open openat openat2 creat stat fstat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat
getdents getdents64 getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2
link linkat symlink symlinkat mknod mknodat umask ftruncate fallocate fsync fdatasync sync_file_range flock
fadvise64 readahead statfs fstatfs fgetxattr flistxattr

munmap mprotect mremap madvise brk msync mlock mlock2 munlock mincore get_mempolicy membarrier rseq

futex futex_waitv set_robust_list set_tid_address sched_yield sched_getaffinity sched_getparam sched_getscheduler
sched_get_priority_max sched_get_priority_min sched_rr_get_interval arch_prctl exit exit_group restart_syscall gettid
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack pause
nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time times alarm getitimer setitimer
timer_create timer_settime timer_gettime timer_getoverrun timer_delete

getpid getppid getpgrp getpgid getsid getuid geteuid getgid getegid getresuid getresgid getgroups capget
getrlimit setrlimit getrusage getpriority sysinfo uname getcpu getrandom wait4 waitid

recvfrom recvmsg recvmmsg shutdown getsockname getpeername getsockopt
"""

_FALLBACK = ("clone3", "io_uring_setup", "io_uring_enter", "io_uring_register")
"""Refused as if the kernel had never heard of them: their arguments lie in memory, where a filter cannot look."""

_CHANGE_MODES_AND_TIMES = (
    *("chmod", "fchmod", "fchmodat", "fchmodat2"),
    *("utime", "utimes", "futimesat", "utimensat"),
)
_READ_ATTRIBUTES = ("getxattr", "lgetxattr", "listxattr", "llistxattr")
"""By path. What Landlock lets a host open it may ask for its attributes; paths Landlock does not look at here."""
_CHANGE_ATTRIBUTES = ("setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr")
_CHANGE_OWNERS = ("chown", "fchown", "lchown", "fchownat")

_SIGNALS = ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")


def rules(granted: Granted) -> dict[str, Rule]:
    """The rule of every call that has one; calls that are not named are refused."""
    return {
        **dict.fromkeys(_ALLOWED.split(), Allow()),
        **dict.fromkeys(_FALLBACK, Refuse(errno.ENOSYS)),
        **_examined(granted),
        **_files(granted),
        **_sockets(granted),
        **_processes(granted),
    }


def _examined(granted: Granted) -> dict[str, Rule]:
    """Calls that are harmless with some arguments only, whatever is granted."""
    own = (0, OPEN)
    return {
        "fcntl": Only((Test(1, _FCNTL),)),
        "ioctl": Only((Test(1, _IOCTL + _TERMINALS if granted.terminals else _IOCTL),), errno.ENOTTY),
        "prctl": Only((Test(0, _PRCTL),)),
        "mmap": Only((Test(3, (0, _MAP_SHARED, _MAP_ANONYMOUS), _MAP_SHARED | _MAP_ANONYMOUS),)),
        "prlimit64": Only((Test(0, own),)),
        "setpriority": Only((Test(0, (0,)), Test(1, own))),
    }


def _files(granted: Granted) -> dict[str, Rule]:
    """Landlock does not ask about modes, times, owners and attributes; only ownership bounds them.

    A host that shares its uid with the platform may therefore change none. Modes and times are refused silently there:
    libraries set them as a matter of course (``shutil.copy``, every upload of Django's), and in a folder that no
    other user can open they mean nothing.
    """
    always = {
        "truncate": Allow() if granted.truncate_scoped else Refuse(errno.EPERM),
        **dict.fromkeys(_READ_ATTRIBUTES, Refuse(errno.EOPNOTSUPP)),
    }
    if granted.own_uid:
        changes = _CHANGE_MODES_AND_TIMES + _CHANGE_ATTRIBUTES + _CHANGE_OWNERS
        return {**always, **dict.fromkeys(changes, Allow())}
    return {
        **always,
        **dict.fromkeys(_CHANGE_MODES_AND_TIMES, Refuse(0)),
        **dict.fromkeys(_CHANGE_ATTRIBUTES, Refuse(errno.EOPNOTSUPP)),
    }


def _sockets(granted: Granted) -> dict[str, Rule]:
    """A pair reaches no other process, if it is connected for good: a datagram's end could be sent to any path."""
    no_fast_open = (0,)
    pair = Only((Test(0, (AF_UNIX,)), Test(1, (STREAM, SEQPACKET), _SOCKET_TYPE)))
    always: dict[str, Rule] = {
        "socketpair": pair,
        "sendto": Only((Test(3, no_fast_open, _FAST_OPEN),)),
        "sendmsg": Only((Test(2, no_fast_open, _FAST_OPEN),)),
        "sendmmsg": Only((Test(3, no_fast_open, _FAST_OPEN),)),
        "setsockopt": Unless(
            (
                Case((Test(1, (_IPPROTO_IP,)), Test(2, _IP_OPTIONS))),
                Case((Test(1, (_IPPROTO_IPV6,)), Test(2, _IPV6_ROUTING))),
                Case((Test(1, (_SOL_SOCKET,)), Test(2, _PROGRAMS))),
                Case((Test(1, (_SOL_SOCKET,)), Test(2, _BUFFERS)), error=0),
                Case((Test(1, (_IPPROTO_TCP,)), Test(2, _PROTOCOLS))),
            )
        ),
    }
    if not granted.network:
        return always
    then = Ask() if granted.broker else Allow()
    internet = (Test(0, (AF_INET, AF_INET6)), Test(1, (STREAM,), _SOCKET_TYPE), Test(2, _TCP))
    return {**always, "socket": Only(internet, then=then), "connect": then}


def _processes(granted: Granted) -> dict[str, Rule]:
    """Threads for all; other programs, their groups and signals to them where granted."""
    own = (OPEN,)
    signals: dict[str, Rule] = dict.fromkeys(_SIGNALS, Only((Test(0, own),)))
    signals["kill"] = Only((Test(0, (0, OPEN)),))
    if not granted.subprocess:
        thread = Test(0, (_CLONE_THREAD,), _CLONE_THREAD | _NAMESPACES)
        return {"clone": Only((thread,)), "pidfd_open": Only((Test(0, own),)), **signals}
    starts = ("fork", "vfork", "execve", "execveat", "setsid", "setpgid", "pidfd_open")
    if granted.signals_scoped:
        signals = dict.fromkeys((*_SIGNALS, "pidfd_send_signal"), Allow())
    return {"clone": Only((Test(0, (0,), _NAMESPACES),)), **dict.fromkeys(starts, Allow()), **signals}
