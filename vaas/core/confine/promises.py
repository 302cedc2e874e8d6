"""What this system's capabilities mean for the promises of isolation, said honestly.

``describe`` gives the lines that ``vaas platform`` prints, ``missing`` those for which ``--require-confinement``
refuses. Pure. Next: ``plan.py``.
"""

from __future__ import annotations

import msgspec

from vaas.core.confine import landlock
from vaas.core.confine.system import FIRST_UID, Capabilities


class Promise(msgspec.Struct, frozen=True):
    """One promise of isolation and how far it goes here."""

    what: str
    holds: bool
    how: str

    def __str__(self) -> str:
        return f"{self.what}: {'holds' if self.holds else 'WEAKER'}: {self.how}"


def describe(system: Capabilities, own_root: bool | None) -> list[str]:
    """One line for each promise: what, whether it holds, how; and how far an app's names for its folders reach, which
    ``own_root`` decides (``root_folder.py``), if it is known."""
    names = [] if own_root is None else [_names(own_root)]
    return [*(str(promise) for promise in promises(system)), *names]


def missing(system: Capabilities) -> list[str]:
    """The lines of those promises that do not hold here; empty is full confinement."""
    return [str(promise) for promise in promises(system) if not promise.holds]


def promises(system: Capabilities) -> list[Promise]:
    if not system.linux:
        how = "this is not Linux: apps are held by the code layer and by rlimits alone"
        return [Promise("kernel confinement", False, how)]
    judges = (_files, _network, _calls, _signals, _metadata, _memory)
    return [Promise(what, *judge(system)) for what, judge in zip(_WHAT, judges, strict=True)]


def _names(own_root: bool) -> str:
    """No wall rests on this: ``missing`` does not know it."""
    if own_root:
        return "names: /app, /data and /tmp are the kernel's names in trusted code, for C libraries and programs too"
    return (
        "names: nothing can be mounted here, so /app, /data and /tmp are Python's names alone: C libraries and programs"
        " of trusted code need VAAS_APP_DIR, VAAS_DATA_DIR, VAAS_TMP_DIR"
    )


_WHAT = ("files", "network", "system calls", "signals", "modes, times and owners", "memory")

_Judgement = tuple[bool, str]


def _files(system: Capabilities) -> _Judgement:
    if system.landlock:
        return True, f"Landlock (ABI {system.landlock}): a host opens its bundle, data, tmp and the interpreter only"
    if system.own_users:
        return False, "no Landlock: an app reads what all users may read; with an own uid not the data of other apps"
    return False, "no Landlock: code that got past the code layer reads and writes whatever this user can"


def _network(system: Capabilities) -> _Judgement:
    if not system.seccomp:
        return False, f"no seccomp filter for {system.machine}: an app without `net` can open sockets all the same"
    nothing = "seccomp: no sockets without `net`"
    if system.notify:
        made = "a broker makes each TCP connection, to what granted hosts resolve to (for ten minutes), at their ports"
        limits = "no UDP; two hosts at one address and port are not told apart"
        return True, f"{nothing}; with it {made}; {limits}"
    why = "the kernel has no user notification with descriptors (Linux 5.14), or a container's runtime has taken it"
    if system.landlock < landlock.NET_ABI:
        return False, f"{nothing}; with it any TCP port of any host, the node's own too: {why}"
    return False, f"{nothing}; with it the granted ports, of any host, the node's own too (Landlock): {why}"


def _calls(system: Capabilities) -> _Judgement:
    if system.seccomp and system.no_new_privs:
        return True, f"seccomp allow-list for {system.machine}: no exec, fork, ptrace, mount, io_uring or namespaces"
    return False, f"no seccomp filter for {system.machine}: programs can be started and the whole kernel is in reach"


def _signals(system: Capabilities) -> _Judgement:
    scoped = system.landlock >= landlock.SCOPE_ABI
    if system.seccomp and (scoped or system.own_users):
        return True, "seccomp: a host signals itself only, and with `subprocess` its children"
    if system.seccomp:
        return True, "seccomp: a host signals itself only; even with `subprocess` it cannot signal its children"
    if scoped:
        return True, "Landlock: a host signals itself and its children only"
    return False, "no seccomp and no Landlock from ABI 6 on: a host can signal whatever runs as the same user"


def _metadata(system: Capabilities) -> _Judgement:
    """What Landlock does not know: ``stat``, ``chmod``, ``utime``."""
    seen = "that a file exists, its size and its mode can be seen everywhere"
    if system.own_users:
        way = ", who may enter closed folders: the interpreter or the data lie in some" if system.closed_folders else ""
        return True, f"each app is a user of its own{way}; {seen}"
    if not system.seccomp:
        return False, f"no seccomp and no user of its own for each app: it changes those of all our files; {seen}"
    return True, f"seccomp: an app changes none, for it is not a user of its own ({_why_not(system)}); {seen}"


def _why_not(system: Capabilities) -> str:
    if not system.root:
        return "we are not root"
    if system.uids > FIRST_UID:
        return "others cannot enter the folder of the interpreter or of the data, and we cannot let them"
    return "this container or namespace has no users or rights for it"


def _memory(system: Capabilities) -> _Judgement:
    if "memory" in system.groups:
        return True, "RLIMIT_DATA, and behind it a control group for each host, with all that it starts"
    wall = "no control group with memory (see --cgroup), so what a host and its programs have together is only watched"
    return True, f"RLIMIT_DATA for each host; only the buffers of its sockets and pipes are not counted; {wall}"
