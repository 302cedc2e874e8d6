"""A worker: one thread with its own event loop, its own socket and its own instance of the app's modules.

Started by ``child.py``; makes the ``Machine`` (``core/virtual/machine.py``) and the service (the floor above), says
Ready, and serves its socket through ``link_to_node.py`` until drained.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, cast

import uvloop

from vaas.core.host.ending import end_process
from vaas.core.host.host_output import HostOutput
from vaas.core.host.link_to_node import LinkToNode
from vaas.core.interrupt import Interrupted, interrupt_thread
from vaas.core.outside_loop import WorkerLoops
from vaas.core.service import Service, ServiceModule
from vaas.core.spec import HostSpec
from vaas.core.virtual.machine import Machine
from vaas.core.virtual.tracebacks import format_app_traceback, where_of
from vaas.core.wire.messages import Broken, Ready

log = logging.getLogger("vaas.host")


class Worker:
    def __init__(self, index: int, spec: HostSpec, sock: socket.socket, output: HostOutput, loops: WorkerLoops) -> None:
        """``loops``: the policy of this process."""
        self.index = index
        self._loops = loops
        self._spec = spec
        self._sock = sock
        self._output = output
        self._loop: asyncio.AbstractEventLoop | None = None
        self._link: LinkToNode | None = None
        self._thread = threading.Thread(target=self._run, name=f"worker-{index}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()

    def stop(self, grace: float) -> None:
        """Asks the worker to run the app's shut-down and end; the node has seen to it that no call is in flight.

        What calls have left behind may go on for ``grace`` seconds.
        """
        loop = self._loop
        if loop is not None:
            loop.call_soon_threadsafe(lambda: loop.create_task(self._finish(loop, grace)))

    async def _finish(self, loop: asyncio.AbstractEventLoop, grace: float) -> None:
        link, me = self._link, asyncio.current_task()
        left = link.left_behind() - {me} if link is not None else set()
        if left and grace:
            await asyncio.wait(left, timeout=grace)
        loop.stop()

    def interrupt(self, call: int) -> None:
        """Throws ``Interrupted`` into that call if it is what this worker's thread is busy with."""
        if self._link is not None and self._thread.ident is not None and self._link.is_running(call):
            interrupt_thread(self._thread.ident)

    def _run(self) -> None:
        self._loops.admit(uvloop.new_event_loop)
        try:
            floor = service_module(self._spec)
            service = floor.open_service(self._machine(floor.app_modules()), self._spec)
            asyncio.set_event_loop(None)  # only what is asynchronous may find the loop that serves
            loop = self._loop = self._loops.serving(blocks=service.blocks)
            loop.run_until_complete(service.start())
        except BaseException as error:
            self._output.control(self._broken(error))
            return
        try:
            self._serve(loop, service)
        except Exception as error:  # of the loop itself, or of asyncio; a limit, as a rule
            end_process(error)

    def _machine(self, modules: Mapping[str, Any]) -> Machine:
        spec = self._spec
        machine = Machine(
            spec.folder,
            packages=spec.packages or None,
            policy=spec.policy,
            env=spec.env,
            modules=modules,
            console=self._output.console(self.index),
            data=spec.data,
            tmp=spec.tmp,
            cache=spec.cache or None,
            name=spec.app,
            sole=True,
        )
        machine.bind()
        return machine

    def _broken(self, error: BaseException) -> Broken:
        return Broken(self.index, f"{type(error).__name__}: {error}", where_of(error), format_app_traceback(error))

    def _serve(self, loop: asyncio.AbstractEventLoop, service: Service) -> None:
        link = self._link = LinkToNode(loop, service, self.index)
        loop.run_until_complete(loop.create_unix_connection(lambda: link, sock=self._sock))
        self._output.control(Ready(self.index, service.info, service.usual_workers))
        run_through(loop.run_forever)
        with contextlib.suppress(Interrupted):
            try:
                loop.run_until_complete(service.stop())
            except Exception:
                log.exception("on_stop failed")


def service_module(spec: HostSpec) -> ServiceModule:
    return cast(ServiceModule, importlib.import_module(spec.service))


def run_through(run: Callable[[], None]) -> None:
    """Runs the loop; an ``Interrupted`` that came too late for its call must not end the worker."""
    while True:
        try:
            run()
            return
        except Interrupted:
            print("a late interrupt was ignored", file=sys.stderr)
