"""Confines this process for good: called in a forked host, with one thread, before any code of the app runs.

The order is the point: what needs a right comes before giving it up, what opens files before files are closed, threads
after all. After it the host is either confined as ``Confinement`` says, or ``ConfinementFailed`` was raised and it
must not serve. Next: ``selfcheck.py``.
"""

from __future__ import annotations

import os

from vaas.core.confine import landlock, libc, limits, mounts, process, root_folder, seccomp, selfcheck
from vaas.core.confine.fd_handover import Given, give
from vaas.core.confine.landlock import EXECUTE, READ, SCOPE_ABI, TERMINALS, TRUNCATE_ABI, WRITE, Ruleset
from vaas.core.confine.plan import Confinement
from vaas.core.confine.rules import Granted
from vaas.core.confine.system import Capabilities

UMASK = 0o077


def apply(confinement: Confinement, begun: Ruleset | None = None) -> None:
    """Irrevocable; ``begun`` is what ``begin`` gave. Raises ``ConfinementFailed`` if something forbidden is possible
    all the same, ``OSError`` if a step is refused."""
    process.close_descriptors((*confinement.keep, *([begun.fd] if begun is not None else [])))
    os.umask(UMASK)
    if not confinement.linux:
        limits.apply(confinement)
        return
    selfcheck.single_threaded()
    if confinement.root_folder:  # before Landlock, which forbids every mount
        root_folder.fill(confinement)
    ruleset = _ruleset(confinement, begun)
    memory = None if confinement.broker is None else os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)
    limits.apply(confinement)
    if confinement.root_folder:
        mounts.make_root(confinement.root_folder)
    _become(confinement)
    process.no_new_privileges()
    if ruleset is not None:
        landlock.restrict(ruleset.fd)
        os.close(ruleset.fd)
    if confinement.seccomp:
        _filter(confinement, memory)
    selfcheck.run(confinement)


def begin(system: Capabilities) -> Ruleset | None:
    """A ruleset with what every host may open, made while a process waits to learn which host it is: ``apply`` adds the
    rest. None without Landlock."""
    if not system.landlock:
        return None
    ruleset = Ruleset(system.landlock, net=True)
    ruleset.allow_paths(system.common, READ)
    ruleset.allow_paths(system.sinks, WRITE)
    return ruleset


def _ruleset(confinement: Confinement, begun: Ruleset | None) -> Ruleset | None:
    if not confinement.landlock:
        return None
    bounded = confinement.connect != "any"
    if begun is not None and not bounded:
        os.close(begun.fd)
    ruleset = begun if begun is not None and bounded else Ruleset(confinement.landlock, net=bounded)
    ruleset.allow_paths(confinement.read, READ)
    ruleset.allow_paths(confinement.write, WRITE)
    ruleset.allow_paths(confinement.execute, EXECUTE)
    ruleset.allow_paths((confinement.terminals,) if confinement.terminals else (), TERMINALS)
    if confinement.connect != "any" and confinement.landlock >= landlock.NET_ABI:
        ruleset.allow_connect(confinement.connect)
    return ruleset


def granted(confinement: Confinement) -> Granted:
    """What the filter of system calls must know of it."""
    own_uid = confinement.uid is not None
    return Granted(
        network=bool(confinement.connect) or confinement.broker is not None,
        broker=confinement.broker is not None,
        subprocess=confinement.subprocess,
        terminals=bool(confinement.terminals) or confinement.terminal,
        signals_scoped=confinement.landlock >= SCOPE_ABI or own_uid,
        own_uid=own_uid,
        truncate_scoped=confinement.landlock >= TRUNCATE_ABI or own_uid,
    )


def _filter(confinement: Confinement, memory: int | None) -> None:
    """With a broker: it gets the calls that ask, and sight of this memory, opened before this process hid itself."""
    program = seccomp.build(libc.MACHINE, granted(confinement))
    if confinement.broker is None or memory is None:
        seccomp.install(program)
        return
    given = Given(seccomp.install_and_listen(program), memory)
    give(confinement.broker, given)
    for descriptor in (*given, confinement.broker):
        os.close(descriptor)


def _become(confinement: Confinement) -> None:
    process.own_session()
    if confinement.root:
        keep = 1 << process.CAP_DAC_READ_SEARCH if confinement.search else 0
        process.become(confinement.uid, confinement.gid, keep=keep)
    process.show() if confinement.shown else process.hide()
