"""Forks the broker of a host (``core/broker/process.py``). Called by ``zygote.py`` along with the host's own start.

It is a child of the zygote, which reaps it; the host would not.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

from vaas.core.broker.process import run
from vaas.core.confine.system import Capabilities
from vaas.core.host.process_title import name_process
from vaas.core.limits.priority import be_a_host
from vaas.core.policy import Permissions
from vaas.core.wire.messages import Fork


def fork_broker(end: int, log: int, errors: int, host: int, request: Fork, system: Capabilities) -> int:
    """Its process id. ``end`` is where it meets the host, which is process ``host``, logs to ``log`` and prints to
    ``errors``. Raises OSError."""
    broker = os.fork()
    if broker == 0:
        become_broker(end, log, errors, host, request, system)
    return broker


def become_broker(end: int, log: int, errors: int, host: int, request: Fork, system: Capabilities) -> NoReturn:
    """The child's side of the fork: never returns into the zygote's code."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        name_process(f"net {request.app}")
        be_a_host()
        run(end, log, errors, host, allowed_by(request), system, request.uid)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(os.EX_SOFTWARE)
    os._exit(os.EX_OK)


def allowed_by(request: Fork) -> Permissions:
    """What a broker is told of what the app may do."""
    return Permissions(net=request.net, subprocess=request.subprocess)
