"""A host's first steps and its main thread: tie its life to the node's, confine itself, then run the workers.

Entered right after the fork, from ``zygote.py``; the workers go on in ``worker.py``. The main thread stays free to act
on the control socket whatever the workers do.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import socket
import sys
import termios
import threading

import msgspec

from vaas.core.confine.apply import apply
from vaas.core.confine.landlock import Ruleset
from vaas.core.confine.plan import as_seen, environment, plan
from vaas.core.confine.process import own_session
from vaas.core.confine.system import Capabilities
from vaas.core.host.handles import Handles
from vaas.core.host.host_output import HostOutput
from vaas.core.host.process_functions import install_process_functions
from vaas.core.host.process_title import name_process
from vaas.core.host.program import run_program
from vaas.core.host.python_children import prepare_for_children
from vaas.core.host.refused_network import tell_refusals
from vaas.core.host.usual_environment import usual_environment
from vaas.core.host.worker import Worker
from vaas.core.limits.priority import be_a_host
from vaas.core.outside_loop import install_worker_loops
from vaas.core.spec import HostSpec
from vaas.core.virtual import app_logging
from vaas.core.virtual.console import ConsoleWriter
from vaas.core.virtual.files import PathMap
from vaas.core.virtual.process_paths import install_process_paths
from vaas.core.wire.codec import FrameReader
from vaas.core.wire.messages import Drain, Interrupt, Ping, Pong, Start, ToHost

STACK = 4 * 1024 * 1024
"""Bytes of a worker's stack: C recursion in 3.12+ is bounded by count, for stacks of about this size."""
F_SETSIG = 10  # <fcntl.h>; Python's fcntl has no name for it


def run(
    spec: HostSpec, handles: Handles, system: Capabilities, broker: int | None, begun: Ruleset | None = None
) -> None:
    """``broker``: the descriptor through which to meet the process that makes this host's connections; ``begun``: what
    was confined ahead of need."""
    name_process(spec.app)
    be_a_host()
    die_with_the_node(handles.life)
    kept = handles._replace(workers=()) if spec.program else handles
    confinement = plan(spec, system, keep=(0, 1, 2, *kept.flat()), uid=spec.uid or None, broker=broker)
    found = as_seen(spec, confinement)
    found = msgspec.structs.replace(found, env=usual_environment(found) | spec.env)
    take_over_the_process(found, handles)
    apply(confinement, begun)
    enter_folders(found, named=bool(confinement.root_folder))
    install_process_functions(programs=confinement.subprocess)
    prepare_for_children(found)
    if spec.program:
        run_program(found, handles.control)
    Host(found, handles).run()


def die_with_the_node(life: int) -> None:
    """Has the kernel kill this process when the other end of ``life`` closes, even if the interpreter is stuck."""
    fcntl.fcntl(life, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(life, F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) | os.O_ASYNC | os.O_NONBLOCK)
    if select.select([life], [], [], 0)[0]:  # it closed before the kernel was told
        os._exit(0)


def take_over_the_process(spec: HostSpec, handles: Handles) -> None:
    """Makes this process the app's own: its standard streams, environment and arguments."""
    _take_streams(spec, handles)
    os.environ.clear()
    for name, value in (environment(spec.policy.permissions) | spec.env).items():
        os.environ[name] = value
    sys.argv = [spec.app]


def enter_folders(spec: HostSpec, *, named: bool) -> None:
    """Its working folder; and where the kernel has not named the app's folders for it, Python's functions do."""
    os.chdir(spec.folder)
    if not named:
        install_process_paths(PathMap.of(spec))


def _take_streams(spec: HostSpec, handles: Handles) -> None:
    if spec.program:
        for number, stream in enumerate(handles.workers):
            os.dup2(stream, number)
            os.close(stream)
        if spec.terminal:
            own_session()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        return
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(handles.errors, 1)
    os.dup2(handles.errors, 2)
    os.close(nothing)


class Host:
    def __init__(self, spec: HostSpec, handles: Handles) -> None:
        self._spec = spec
        self._control = socket.socket(fileno=handles.control)
        self._output = HostOutput(self._control, socket.socket(fileno=handles.log), spec.policy.limits.lines)
        self._sockets = [socket.socket(fileno=descriptor) for descriptor in handles.workers]
        self._workers: dict[int, Worker] = {}
        self._loops = install_worker_loops()
        self._reader: FrameReader[ToHost] = FrameReader(ToHost)

    def run(self) -> None:
        """Obeys the node until it says Drain or hangs up."""
        threading.stack_size(STACK)
        self._redirect_output()
        if not self._spec.policy.permissions.net:
            tell_refusals(self._output.console(0))
        while data := self._control.recv(65536):
            for frame in self._reader.feed(data):
                if isinstance(frame, Drain):
                    self._stop(frame.grace)
                    return
                self._obey(frame)

    def _obey(self, frame: Start | Interrupt | Ping) -> None:
        if isinstance(frame, Ping):
            self._output.control(Pong(-1))
        elif isinstance(frame, Start):
            worker = Worker(frame.worker, self._spec, self._sockets[frame.worker], self._output, self._loops)
            self._workers[frame.worker] = worker
            worker.start()
        elif frame.worker in self._workers:
            self._workers[frame.worker].interrupt(frame.call)

    def _stop(self, grace: float) -> None:
        for worker in self._workers.values():
            worker.stop(grace)
        for worker in self._workers.values():
            worker.join()

    def _redirect_output(self) -> None:
        """What trusted code and libraries print or log with the real modules arrives like everything else."""
        console = self._output.console(0)
        sys.stdout = ConsoleWriter(console, "stdout")
        sys.stderr = ConsoleWriter(console, "stderr")
        app_logging.install(console)
