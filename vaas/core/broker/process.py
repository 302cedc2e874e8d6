"""The broker's process: one for each host that was granted some network, forked from the zygote as the host is.

It holds no secret, runs no code of the app, and gives up what rights it has before it hears of the host. The host ends
before it, always: it goes when no process is left that could ask. Forked by ``core/host/broker_fork.py``; the other end
of the socket pair (``confine/fd_handover.py``) is used by the host in ``confine/apply.py``. Next: ``broker.py``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import socket
import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from vaas.core.broker.broker import Broker
from vaas.core.broker.grants import Grants
from vaas.core.broker.memory import Memory
from vaas.core.broker.names import Names, Resolve, resolve
from vaas.core.broker.sockets import MOST
from vaas.core.confine import landlock, process
from vaas.core.confine.fd_handover import take
from vaas.core.confine.seccomp_notify import Listener
from vaas.core.confine.system import Capabilities
from vaas.core.policy import Permissions
from vaas.core.wire.codec import encode
from vaas.core.wire.messages import NET, LogLine

CAP_SYS_PTRACE = 19
"""From linux/capability.h."""
_PTRACE_SCOPE = Path("/proc/sys/kernel/yama/ptrace_scope")
"""Other than 0: only a parent may read the memory of its child, also where both have one user."""

DATA = 256 * 1024 * 1024
"""Bytes of RLIMIT_DATA: several times what the warm zygote leaves it."""
FILES = 2 * MOST + 64
"""A copy of each socket of the host, and as many look-ups."""
STACK = 512 * 1024
"""Bytes for each of the threads that ask the node's resolver."""

_SETTINGS = ("/etc", "/run")
"""Folders rather than files: what configures a resolver is replaced by renaming."""


def run(
    end: int,
    log: int,
    errors: int,
    host: int,
    permissions: Permissions,
    system: Capabilities,
    uid: int = 0,
    resolve: Resolve = resolve,
) -> None:
    """Serves that host (a process id, and its uid if it has its own) until it ends; the process must then end too, at
    once. What it refuses is a line of the host's ``log``, or of ``errors`` where a program has
    no log; a mistake of its own goes to ``errors``."""
    process.close_descriptors((end, log, errors))
    os.dup2(errors, 2)
    process.own_session()
    _restrict(system, uid, programs=permissions.subprocess)
    grants = Grants.of(permissions.net)
    loop = asyncio.new_event_loop()  # not asyncio.run: that waits for every name that is being looked up
    given = take(end)  # last: the host waits from here on
    os.close(end)
    if given is not None:
        memory = Memory(given.memory, host, programs=permissions.subprocess)
        loop.run_until_complete(_serve(Listener(given.listener), memory, grants, resolve, remarks_to(log)))


async def _serve(
    listener: Listener, memory: Memory, grants: Grants, resolve: Resolve, remark: Callable[[str], object]
) -> None:
    await Broker(listener, memory, grants, Names(resolve), remark).run()


def remarks_to(log: int) -> Callable[[str], object]:
    """What writes a line about a refusal. It never waits: a host whose log is full has said enough."""
    if not stat.S_ISSOCK(os.fstat(log).st_mode):
        return lambda text: print(text, file=sys.stderr, flush=True)
    lines = socket.socket(fileno=log)

    def write(text: str) -> None:
        with contextlib.suppress(OSError):
            lines.send(encode(LogLine(0, "", NET, "warning", text)), socket.MSG_DONTWAIT)

    return write


def _restrict(system: Capabilities, uid: int, *, programs: bool) -> None:
    """The broker becomes the user that its host is, so that even one gone astray reaches no file that the app could not
    if Landlock did not hold it."""
    threading.stack_size(STACK)
    for kind, limit in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_DATA, DATA), (resource.RLIMIT_NOFILE, FILES)):
        _, hard = resource.getrlimit(kind)
        most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (most, most))
    if system.root:
        own = uid if system.can_become(uid) else None
        process.become(own, own, keep=_needed(system, programs=programs) & process.capabilities())
    process.hide()
    process.no_new_privileges()
    if system.landlock and not programs:  # reading a program's memory is tracing, and Landlock would not have it
        with landlock.Ruleset(system.landlock, net=False) as ruleset:
            ruleset.allow_paths((*system.common, *_SETTINGS), landlock.READ)
            ruleset.allow_paths(system.sinks, landlock.WRITE)
            landlock.restrict(ruleset.fd)


def _needed(system: Capabilities, *, programs: bool) -> int:
    """The capabilities without which it could not work, as bits.

    To read where a *program* of the app wants to connect, it must be the same user, and where the system asks for more
    (``_PTRACE_SCOPE``) have CAP_SYS_PTRACE. With that it could read any process: it runs no code of the app, and all
    that it takes from one is a ``sockaddr`` of fixed size and questions of DNS, in Python. Without root, children that
    the app forks and that start no program stay closed to it, and cannot connect.
    """
    search = 1 << process.CAP_DAC_READ_SEARCH if system.closed_folders else 0
    return search | (1 << CAP_SYS_PTRACE if programs and _is_scoped() else 0)


def _is_scoped() -> bool:
    try:
        return _PTRACE_SCOPE.read_text().strip() != "0"
    except OSError:
        return False
