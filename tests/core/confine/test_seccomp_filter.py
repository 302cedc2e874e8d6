"""The filter, run by an interpreter of our own: which call with which arguments gets which answer."""

from __future__ import annotations

import errno
import struct
from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from vaas.core.confine.rules import Allow, Ask, Granted, Only, Unless, rules
from vaas.core.confine.seccomp import RET_ALLOW, RET_ASK, RET_ERRNO, build
from vaas.core.confine.syscalls import AUDIT_ARCH, NUMBERS

PID = 4711
OTHER = 4712
MACHINES = ("x86_64", "aarch64")
NOTHING = Granted()
NET = Granted(network=True)
BROKER = Granted(network=True, broker=True)
PROGRAMS = Granted(subprocess=True, signals_scoped=True)
PROGRAMS_UNSCOPED = Granted(subprocess=True)
OWN_UID = Granted(own_uid=True)
OLD_LANDLOCK = Granted(truncate_scoped=False)
ALL_GRANTS = [Granted(*switches) for switches in product((False, True), repeat=6)]

OK = "allowed"
ASKED = "asked"
EPERM, ENOSYS, ENOTTY, EOPNOTSUPP = errno.EPERM, errno.ENOSYS, errno.ENOTTY, errno.EOPNOTSUPP
CLAIMED = 0

UNIX, INET, INET6, NETLINK, PACKET, VSOCK = 1, 2, 10, 16, 17, 40
STREAM, DGRAM, RAW, SEQPACKET = 1, 2, 3, 5
CLOEXEC, NONBLOCK = 0o2000000, 0o4000
TCP, UDP, SCTP, MPTCP = 6, 17, 132, 262
FASTOPEN, NOSIGNAL = 0x20000000, 0x4000
THREAD = 0x3D0F00
"""What glibc passes to clone for a thread."""
FORK = 0x1200011
"""And for a process: CLEARTID, SETTID and SIGCHLD."""

Run = Callable[[bytes, bytes], int]

TABLE = [
    # plain work
    (NOTHING, "read", (), OK),
    (NOTHING, "write", (), OK),
    (NOTHING, "openat", (), OK),
    (NOTHING, "futex", (), OK),
    (NOTHING, "epoll_pwait", (), OK),
    (NOTHING, "mmap", (0, 4096, 3, 0x22), OK),
    (NOTHING, "mmap", (0, 4096, 3, 0x01), OK),
    (NOTHING, "mmap", (0, 4096, 3, 0x21), EPERM),
    (NOTHING, "mmap", (0, 4096, 3, 0x23), EPERM),
    (NOTHING, "mmap", (0, 4096, 3, 0x40021), EPERM),
    # threads and processes
    (NOTHING, "clone", (THREAD,), OK),
    (NOTHING, "clone", (FORK,), EPERM),
    (NOTHING, "clone", (0x4111,), EPERM),
    (NOTHING, "clone", (THREAD | 0x10000000,), EPERM),
    (NOTHING, "clone3", (), ENOSYS),
    (NOTHING, "execve", (), EPERM),
    (NOTHING, "execveat", (), EPERM),
    (PROGRAMS, "clone", (FORK,), OK),
    (PROGRAMS, "clone", (0x4111,), OK),
    (PROGRAMS, "clone3", (), ENOSYS),
    (PROGRAMS, "execve", (), OK),
    *((PROGRAMS, "clone", (FORK | 1 << bit,), EPERM) for bit in (17, 25, 26, 27, 28, 29, 30)),
    # signals
    (NOTHING, "kill", (PID, 9), OK),
    (NOTHING, "kill", (0, 9), OK),
    (NOTHING, "kill", (OTHER, 9), EPERM),
    (NOTHING, "kill", (1, 9), EPERM),
    (NOTHING, "kill", (2**32 - 1, 9), EPERM),
    (NOTHING, "kill", (2**32 - PID, 9), EPERM),
    (NOTHING, "tgkill", (PID, OTHER, 9), OK),
    (NOTHING, "tgkill", (OTHER, PID, 9), EPERM),
    (NOTHING, "tkill", (OTHER, 9), EPERM),
    (NOTHING, "rt_sigqueueinfo", (OTHER, 9), EPERM),
    (NOTHING, "rt_tgsigqueueinfo", (OTHER, PID, 9), EPERM),
    (NOTHING, "pidfd_send_signal", (3, 9), EPERM),
    (NOTHING, "pidfd_open", (PID,), OK),
    (NOTHING, "pidfd_open", (OTHER,), EPERM),
    (PROGRAMS, "kill", (OTHER, 9), OK),
    (PROGRAMS, "pidfd_send_signal", (3, 9), OK),
    (PROGRAMS_UNSCOPED, "kill", (OTHER, 9), EPERM),
    (PROGRAMS_UNSCOPED, "pidfd_send_signal", (3, 9), EPERM),
    (NOTHING, "fcntl", (3, 8, OTHER), EPERM),
    (NOTHING, "fcntl", (3, 10, 9), EPERM),
    (NOTHING, "fcntl", (3, 15, 0), EPERM),
    (NOTHING, "fcntl", (3, 4, 0), OK),
    (NOTHING, "fcntl", (3, 1030, 0), OK),
    # sockets
    (NOTHING, "socketpair", (UNIX, STREAM), OK),
    (NOTHING, "socketpair", (UNIX, STREAM | CLOEXEC | NONBLOCK), OK),
    (NOTHING, "socketpair", (UNIX, SEQPACKET), OK),
    (NOTHING, "socketpair", (UNIX, DGRAM), EPERM),
    (NOTHING, "socketpair", (UNIX, DGRAM | CLOEXEC), EPERM),
    (NOTHING, "socketpair", (UNIX, RAW), EPERM),
    (NOTHING, "socketpair", (30, STREAM), EPERM),
    *((NOTHING, "socket", (family, STREAM, 0), EPERM) for family in range(64)),
    (NOTHING, "connect", (), EPERM),
    (NOTHING, "bind", (), EPERM),
    (NOTHING, "sendto", (3, 0, 0, NOSIGNAL), OK),
    (NOTHING, "recvmsg", (), OK),
    (NET, "socket", (INET, STREAM, 0), OK),
    (NET, "socket", (INET6, STREAM | CLOEXEC, TCP), OK),
    (NET, "socket", (INET, STREAM, MPTCP), EPERM),
    (NET, "socket", (INET, STREAM, SCTP), EPERM),
    (NET, "socket", (INET, DGRAM, 0), EPERM),
    (NET, "socket", (INET, DGRAM, UDP), EPERM),
    (NET, "socket", (INET, RAW, TCP), EPERM),
    (NET, "socket", (UNIX, STREAM, 0), EPERM),
    (NET, "socket", (NETLINK, RAW, 0), EPERM),
    (NET, "socket", (PACKET, RAW, 0), EPERM),
    (NET, "socket", (VSOCK, STREAM, 0), EPERM),
    (NET, "connect", (), OK),
    (NET, "bind", (), EPERM),
    (NET, "sendto", (3, 0, 0, FASTOPEN), EPERM),
    (NET, "sendmsg", (3, 0, FASTOPEN | NOSIGNAL), EPERM),
    (NET, "sendmsg", (3, 0, NOSIGNAL), OK),
    (NET, "sendmmsg", (3, 0, 0, FASTOPEN), EPERM),
    (NET, "setsockopt", (3, 0, 4), EPERM),
    (NET, "setsockopt", (3, 0, 2), OK),
    (NET, "setsockopt", (3, 1, 4), OK),
    (NET, "setsockopt", (3, 6, 1), OK),
    *((NET, "setsockopt", (3, 1, option), EPERM) for option in (26, 50, 51, 52)),
    *((NET, "setsockopt", (3, 1, option), CLAIMED) for option in (7, 8, 32, 33)),
    (NET, "setsockopt", (3, 6, 7), OK),
    (NET, "setsockopt", (3, 6, 31), EPERM),
    (BROKER, "setsockopt", (3, 0, 4), EPERM),
    *((BROKER, "setsockopt", (3, 41, option), EPERM) for option in (5, 6, 57)),
    (BROKER, "setsockopt", (3, 41, 26), OK),
    (BROKER, "setsockopt", (3, 6, 57), OK),
    (BROKER, "setsockopt", (3, 0, 57), OK),
    (BROKER, "socket", (INET, STREAM, 0), ASKED),
    (BROKER, "socket", (INET6, STREAM | CLOEXEC | NONBLOCK, TCP), ASKED),
    (BROKER, "socket", (INET, STREAM, MPTCP), EPERM),
    (BROKER, "socket", (INET, DGRAM, 0), EPERM),
    (BROKER, "socket", (INET, RAW, TCP), EPERM),
    (BROKER, "socket", (UNIX, STREAM, 0), EPERM),
    (BROKER, "socket", (NETLINK, RAW, 0), EPERM),
    (BROKER, "connect", (), ASKED),
    (BROKER, "bind", (), EPERM),
    (BROKER, "sendto", (3, 0, 0, FASTOPEN), EPERM),
    *((granted, "listen", (), EPERM) for granted in (NOTHING, NET, BROKER)),
    *((granted, "accept4", (), EPERM) for granted in (NOTHING, NET, BROKER)),
    # other processes
    (NOTHING, "prlimit64", (0, 7), OK),
    (NOTHING, "prlimit64", (PID, 7), OK),
    (NOTHING, "prlimit64", (OTHER, 7), EPERM),
    (NOTHING, "setpriority", (0, 0, 5), OK),
    (NOTHING, "setpriority", (0, OTHER, 5), EPERM),
    (NOTHING, "setpriority", (2, 0, 5), EPERM),
    # this process
    (NOTHING, "prctl", (15,), OK),
    (NOTHING, "prctl", (1, 0), EPERM),
    (NOTHING, "prctl", (4, 1), EPERM),
    (NOTHING, "prctl", (22,), EPERM),
    (NOTHING, "ioctl", (1, 0x5413), OK),
    (NOTHING, "ioctl", (1, 0x5421), OK),
    (NOTHING, "ioctl", (1, 0x5412), ENOTTY),
    (NOTHING, "ioctl", (1, 0x8901), ENOTTY),
    # modes, times, owners, attributes
    (NOTHING, "fchmodat", (), CLAIMED),
    (NOTHING, "fchmod", (), CLAIMED),
    (NOTHING, "utimensat", (), CLAIMED),
    (NOTHING, "fsetxattr", (), EOPNOTSUPP),
    (NOTHING, "fchownat", (), EPERM),
    (NOTHING, "truncate", (), OK),
    (OLD_LANDLOCK, "truncate", (), EPERM),
    (OLD_LANDLOCK, "ftruncate", (), OK),
    (OWN_UID, "fchmodat", (), OK),
    (OWN_UID, "fchownat", (), OK),
]

NEVER = """
ptrace process_vm_readv process_vm_writev kcmp mount umount2 pivot_root chroot open_tree move_mount fsopen fsmount
mount_setattr name_to_handle_at open_by_handle_at unshare setns keyctl add_key request_key bpf perf_event_open
userfaultfd kexec_load kexec_file_load init_module finit_module delete_module reboot swapon acct quotactl syslog
personality iopl ioperm modify_ldt settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname setuid
setgid setgroups setresuid setresgid setreuid setregid setfsuid setfsgid capset seccomp landlock_restrict_self
pidfd_getfd process_madvise process_mrelease migrate_pages move_pages memfd_create memfd_secret shmget shmat semget
msgget mq_open inotify_init1 inotify_add_watch fanotify_init fanotify_mark sync syncfs vhangup sched_setaffinity
sched_setscheduler sched_setattr ioprio_set listen accept accept4 io_setup
"""


def answer(
    run_filter: Run, machine: str, granted: Granted, number: int, arguments: tuple[int, ...] = (), arch: int = 0
) -> str | int:
    words = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
    data = struct.pack("=iIQ6Q", number, arch or AUDIT_ARCH[machine], 0, *words)
    verdict = run_filter(build(machine, granted).complete(PID), data)
    if verdict in (RET_ALLOW, RET_ASK):
        return OK if verdict == RET_ALLOW else ASKED
    assert verdict & 0xFFFF0000 == RET_ERRNO
    return verdict & 0xFFFF


@pytest.mark.parametrize("machine", MACHINES)
def test_every_call_of_the_table_gets_its_answer(machine: str, run_filter: Run) -> None:
    wrong = [
        (name, arguments, granted, expected, got)
        for granted, name, arguments, expected in TABLE
        if (number := NUMBERS[machine].get(name)) is not None
        and (got := answer(run_filter, machine, granted, number, arguments)) != expected
    ]
    assert wrong == []


@pytest.mark.parametrize("machine", MACHINES)
def test_the_high_half_of_an_argument_changes_nothing(machine: str, run_filter: Run) -> None:
    wrong = []
    for granted, name, arguments, expected in TABLE:
        if (number := NUMBERS[machine].get(name)) is None:
            continue
        raised = tuple(word + 0xDEADBEEF00000000 for word in arguments)
        if arguments and (got := answer(run_filter, machine, granted, number, raised)) != expected:
            wrong.append((name, raised, expected, got))
    assert wrong == []


@pytest.mark.parametrize("machine", MACHINES)
def test_some_calls_are_refused_whatever_is_granted(machine: str, run_filter: Run) -> None:
    known = [NUMBERS[machine][name] for name in NEVER.split() if name in NUMBERS[machine]]
    assert len(known) > 70
    through = {
        number
        for granted in ALL_GRANTS
        for number in known
        if answer(run_filter, machine, granted, number) not in (EPERM, ENOSYS)
    }
    assert through == set()


@pytest.mark.parametrize("machine", MACHINES)
@given(granted=some.sampled_from(ALL_GRANTS), number=some.integers(0, 2**32 - 1))
def test_a_call_without_a_rule_is_refused(machine: str, run_filter: Run, granted: Granted, number: int) -> None:
    ruled = {NUMBERS[machine].get(name) for name in rules(granted)}
    number = number - 2**32 if number >= 2**31 else number
    if number not in ruled:
        assert answer(run_filter, machine, granted, number) in (EPERM, ENOSYS)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("granted", [NOTHING, BROKER, PROGRAMS, OWN_UID])
def test_every_rule_is_found_under_its_number(machine: str, granted: Granted, run_filter: Run) -> None:
    """Over the whole range of numbers, so that no boundary of the search is off by one."""
    ruled = {NUMBERS[machine][name]: rule for name, rule in rules(granted).items() if name in NUMBERS[machine]}
    for number in range(600):
        rule = ruled.get(number)
        got = answer(run_filter, machine, granted, number, (0xFFFFFFF0,) * 6)
        if isinstance(rule, Allow | Ask):
            assert got == (OK if isinstance(rule, Allow) else ASKED), number
        elif rule is None:
            assert got == (EPERM if number < max(ruled) else ENOSYS), number
        else:
            assert isinstance(rule, Only | Unless) or got == rule.error, number


@pytest.mark.parametrize("machine", MACHINES)
def test_the_numbering_of_another_machine_is_refused(machine: str, run_filter: Run) -> None:
    i386, other = 0x40000003, AUDIT_ARCH["aarch64" if machine == "x86_64" else "x86_64"]
    for arch in (i386, other, 1):
        assert answer(run_filter, machine, NOTHING, NUMBERS[machine]["read"], arch=arch) == EPERM


def test_the_x32_numbering_is_refused(run_filter: Run) -> None:
    for name in ("read", "execve", "socket", "ptrace"):
        assert answer(run_filter, "x86_64", PROGRAMS, NUMBERS["x86_64"][name] | 0x40000000) == ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_the_filter_of_one_process_is_not_that_of_another(machine: str, run_filter: Run) -> None:
    data = struct.pack("=iIQ6Q", NUMBERS[machine]["kill"], AUDIT_ARCH[machine], 0, OTHER, 9, 0, 0, 0, 0)
    assert run_filter(build(machine, NOTHING).complete(OTHER), data) == RET_ALLOW
    assert run_filter(build(machine, NOTHING).complete(PID), data) == RET_ERRNO | EPERM
