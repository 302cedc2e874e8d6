"""HostProcess: one host as its node sees it: its descriptors, its links to workers, its state, its end.

Made by ``host_manager.py``, which is told of its changes (``listeners.py``). Which state follows which: ``states.py``.
The process's own side is ``core/host/child.py``."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal

from vaas.core.policy import USUAL_WORKERS
from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.errors import HostBroken, HostGone, ZygoteUnavailable
from vaas.core.pool.heartbeat import Heartbeat
from vaas.core.pool.hosts import descriptors
from vaas.core.pool.hosts.control import Control
from vaas.core.pool.hosts.exit_reason import exit_reason
from vaas.core.pool.hosts.listeners import HostListener, PoolListener
from vaas.core.pool.hosts.output import Output
from vaas.core.pool.hosts.states import GONE, KILLED, SERVING, Event, State, after
from vaas.core.pool.zygote.client import ZygoteClient, reap_orphan
from vaas.core.spec import HostSpec
from vaas.core.wire.codec import WireGarbage
from vaas.core.wire.messages import (
    Broken,
    Drain,
    Exited,
    Forked,
    FromHost,
    Interrupt,
    Ping,
    Pong,
    Ready,
    Start,
)

EXIT_WAIT = 0.25
"""Seconds to wait for the zygote's report of an exit before doing without it; it takes about one millisecond."""


class HostProcess:
    def __init__(self, spec: HostSpec, zygote: ZygoteClient, manager: HostListener, pool: PoolListener) -> None:
        self.spec = spec
        self.state = State.STARTING
        """Changed by ``_on`` alone."""
        self.pid = 0
        self.links: list[LinkToWorker] = []
        """Of workers that are, or were, ready."""
        self.starting: set[int] = set()
        """Workers that have been asked to start and have not answered."""
        self.asked = 0.0
        """When the newest worker was asked to start. This and all other times: on the event loop's clock."""
        self.until = float("inf")
        """When it is killed at the latest."""
        self.heartbeat = Heartbeat()
        """Of its interpreter."""
        self._manager = manager
        self._pool = pool
        self._zygote = zygote
        self._loop = asyncio.get_running_loop()
        self.idle_since = self._loop.time()
        """When it was last seen with a call in flight, or with a task that one has left behind."""
        self._reason: HostGone | None = None
        """What its callers are told: why we ended it, if we did; once the process has ended, always there."""
        self._pidfd: int | None = None

    def _on(self, event: Event) -> bool:
        """Whether its state is another one now."""
        before, self.state = self.state, after(self.state, event)
        if self.state is before:
            return False
        self._manager.on_state()
        return True

    # --- birth

    def start(self) -> None:
        """Tells the host what to be, has it forked, asks for a worker. Raises ``ZygoteUnavailable`` and OSError."""
        self._descriptors, handles = descriptors.make(self.spec.policy.limits.workers or USUAL_WORKERS)
        log, errors, rate = self._descriptors.log, self._descriptors.errors, self.spec.policy.limits.lines
        self._output = Output(log, errors, rate, self._pool.on_line, self.on_garbage)
        self._control = Control(self._descriptors.control, self)
        try:
            self._make_tmp()
            self._control.begin(self.spec)
            self._zygote.fork(self.spec, handles, self._on_fork)
        except (ZygoteUnavailable, OSError):
            self._close_descriptors()
            shutil.rmtree(self.spec.tmp, ignore_errors=True)
            raise
        finally:
            for descriptor in handles.flat():
                os.close(descriptor)
        self.start_worker()

    def _make_tmp(self) -> None:
        os.makedirs(self.spec.tmp, mode=0o700, exist_ok=True)
        if self.spec.uid:
            os.chown(self.spec.tmp, self.spec.uid, self.spec.uid)

    def _on_fork(self, forked: Forked) -> None:
        if forked.pid == 0:
            self._output.last_words += forked.error
            return  # the control socket closes, too
        if self.state in GONE:  # given up meanwhile: no end of it is waited for
            with contextlib.suppress(ProcessLookupError):
                os.kill(forked.pid, signal.SIGKILL)
            return
        self.pid = forked.pid
        with contextlib.suppress(ProcessLookupError):
            self._pidfd = os.pidfd_open(forked.pid)
        self._zygote.groups.limit(forked.pid, self.spec.policy.limits)
        self._zygote.on_exit(forked.pid, self._on_exit)
        if self.state in KILLED:
            self._send_kill()
            return
        for worker in self.starting:  # none has been before: the app's code runs within its limits only
            self._control.tell(Start(worker))

    # --- workers

    @property
    def workers(self) -> int:
        """Started or starting."""
        return len(self.links) + len(self.starting)

    @property
    def in_flight(self) -> int:
        return sum(link.in_flight for link in self.links)

    @property
    def calls(self) -> int:
        """Begun in its whole life."""
        return sum(link.calls for link in self.links)

    @property
    def tasks(self) -> int:
        """What its workers told last of tasks that calls have left behind."""
        return sum(link.tasks for link in self.links)

    def link(self, worker: int) -> LinkToWorker:
        """To the worker of that index, which is, or was, ready."""
        return next(link for link in self.links if link.index == worker)

    def start_worker(self) -> None:
        index = self.workers
        self.starting.add(index)
        self.asked = self._loop.time()
        if self.pid:
            self._control.tell(Start(index))

    async def _connect(self, ready: Ready) -> None:
        if self.state in GONE:
            return
        link = LinkToWorker(self._loop, self, ready.worker, self._pool.on_idle_capacity)
        sock = self._descriptors.workers[ready.worker]
        transport, _ = await self._loop.create_unix_connection(lambda: link, sock=sock)
        if self.state in GONE:
            transport.abort()
            return
        self.starting.discard(ready.worker)
        self.links.append(link)
        self._on(Event.WORKER_READY)
        if self.state in (State.READY, State.STALLED):
            self._manager.on_ready(self, ready.info, ready.usual_workers)

    def interrupt(self, worker: int, call: int) -> None:
        self._control.tell(Interrupt(worker, call))

    def ask(self, now: float) -> None:
        """Pings the interpreter, unless it was asked a moment ago or owes an answer."""
        if self.heartbeat.ask(now):
            self._control.tell(Ping())

    def ask_workers(self, now: float) -> None:
        """Pings those that have not answered since it is idle."""
        for link in self.links:
            if link.heartbeat.answered < self.idle_since:
                link.ask(now)

    # --- told by its links

    def on_worker_lost(self) -> None:
        """A worker has hung up: its host is ending, or else it is not whole any more and has to."""
        self._loop.call_later(EXIT_WAIT, self._end_if_alive)

    def _end_if_alive(self) -> None:
        if self.state in SERVING:
            self.kill(HostGone(reason="one of its workers ended by itself"))

    def on_garbage(self, error: WireGarbage) -> None:
        self._output.last_words += f"\n{error}"
        self.kill()

    # --- told by its control socket

    def on_frame(self, frame: FromHost) -> None:
        if isinstance(frame, Pong):
            self._on_pong()
            return
        if frame.worker not in self.starting:
            raise WireGarbage(problem=f"news of worker {frame.worker}, which was not asked for")
        if isinstance(frame, Ready):
            self._loop.create_task(self._connect(frame))
        elif isinstance(frame, Broken):
            self.starting.discard(frame.worker)
            facts = {"error": frame.error, "where": frame.where, "traceback": frame.traceback}
            self._manager.on_broken(self, HostBroken(**facts))

    def _on_pong(self) -> None:
        self.heartbeat.beat()
        if self._on(Event.ANSWER):
            self._pool.on_idle_capacity()

    def on_hang_up(self) -> None:
        """The process is ending. The zygote's word on how follows at once, if it lives."""
        self._on(Event.HANG_UP)
        self._loop.call_later(EXIT_WAIT, self._on_exit)

    # --- the end

    def stall(self) -> None:
        """It gets no further calls until its interpreter answers."""
        self._on(Event.STALL)

    def retire(self, until: float) -> None:
        """It gets no further calls, and is killed at ``until`` at the latest."""
        self.until = until
        self._on(Event.RETIRE)

    def drain(self, grace: float, until: float) -> None:
        """Asks the host to run the app's shut-down and exit; no call must be in flight.

        What calls have left behind may go on for ``grace`` seconds.
        """
        self.until = until
        self._on(Event.DRAIN)
        self._control.tell(Drain(grace))

    def kill(self, why: HostGone | None = None) -> None:
        """Ends the process now, and says why. Its end is noticed like any other."""
        self._reason = self._reason or why
        self._on(Event.KILL)
        self._send_kill()

    def _send_kill(self) -> None:
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def _on_exit(self, exited: Exited | None = None) -> None:
        """``exited``: None where the zygote does not tell."""
        if not self._on(Event.EXIT):
            return
        self._output.take_last_words()
        self.starting.clear()
        limits = self.spec.policy.limits
        error = self._reason = self._reason or exit_reason(exited, self._output.last_words, limits)
        for link in self.links:
            link.fail_all(error)
        self._send_kill()
        self._close_descriptors()
        self._manager.on_end(self, error)
        self._loop.run_in_executor(None, self._clean_up)

    def _close_descriptors(self) -> None:
        self._control.close()
        self._output.close()
        self._descriptors.close()

    def _clean_up(self) -> None:
        shutil.rmtree(self.spec.tmp, ignore_errors=True)
        if self.pid:
            reap_orphan(self.pid)
            self._zygote.groups.leave(self.pid)
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None
        self._loop.call_soon_threadsafe(self._on_collected)

    def _on_collected(self) -> None:
        self._on(Event.COLLECT)
        self._manager.on_collected(self)

    def __repr__(self) -> str:
        links = ",".join(f"{link.index}:{link.in_flight}" for link in self.links)
        return f"<host {self.spec.app} {self.spec.release} {self.state} pid={self.pid} [{links}]>"
