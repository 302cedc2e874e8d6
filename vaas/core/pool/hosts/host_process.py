"""HostProcess: one host as its node sees it: its descriptors, its worker links, its readiness, its end.

Made by ``host_set.py``; what happens is told to it through ``HostListener``. The process's own side is
``core/host/child.py``."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from typing import Literal, Protocol

from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.decide import HOST_STALLED_AFTER
from vaas.core.pool.errors import HostBroken, HostGone, ZygoteUnavailable
from vaas.core.pool.heartbeat import Heartbeat
from vaas.core.pool.hosts import descriptors
from vaas.core.pool.hosts.control import Control
from vaas.core.pool.hosts.exit_reason import end_of
from vaas.core.pool.hosts.output import Output
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
    LogLine,
    Ping,
    Pong,
    Ready,
    Start,
)

State = Literal["starting", "ready", "draining", "gone"]
FATE_WAIT = 0.25
"""Seconds to wait for the zygote's report of an exit before doing without it; it takes about one millisecond."""


class HostListener(Protocol):
    """What a host tells the host set it belongs to."""

    def on_ready(self, host: HostProcess, ready: Ready) -> None: ...
    def on_broken(self, host: HostProcess, error: HostBroken) -> None: ...
    def on_gone(self, host: HostProcess, error: HostGone) -> None: ...
    def on_back(self, host: HostProcess) -> None: ...
    def on_idle_capacity(self) -> None: ...
    def on_line(self, line: LogLine) -> None: ...


class HostProcess:
    def __init__(self, spec: HostSpec, zygote: ZygoteClient, crew: HostListener) -> None:
        self.spec = spec
        self.state: State = "starting"
        self.pid = 0
        self.ready: list[LinkToWorker] = []
        self.starting: set[int] = set()
        """Workers that have been asked to start and have not answered."""
        self.was_ready = False
        self.asked = 0.0
        """When the newest worker was asked to start, on the event loop's clock."""
        self.stalled = False
        """Whether its interpreter has not answered for so long that calls had better go elsewhere; set by the host
        set."""
        self._pulse = Heartbeat()
        self._crew = crew
        self._zygote = zygote
        self._loop = asyncio.get_running_loop()
        self._links: dict[int, LinkToWorker] = {}
        self._verdict: HostGone | None = None
        """Why we ended it, if we did."""
        self._pidfd = -1
        self._fate: Exited | None = None
        self.gone = self._loop.create_future()

    # --- birth

    def start(self) -> None:
        """Tells the host what to be, has it forked, asks for a worker. Raises ``ZygoteUnavailable`` and OSError."""
        self._wires, handles = descriptors.make(self.spec.policy.limits.workers)
        lines = self.spec.policy.limits.lines
        self._output = Output(self._wires.log, self._wires.errors, lines, self._crew.on_line, self.on_garbage)
        self._control = Control(self._wires.control, self)
        try:
            self._make_tmp()
            self._control.begin(self.spec)
            self._zygote.fork(self.spec, handles, self._on_fork)
        except (ZygoteUnavailable, OSError):
            self._close_handles()
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
        self.pid = forked.pid
        with contextlib.suppress(ProcessLookupError):
            self._pidfd = os.pidfd_open(forked.pid)
        self._zygote.groups.limit(forked.pid, self.spec.policy.limits)
        for worker in self.starting:  # none has been before: the app's code runs within its limits only
            self._control.tell(Start(worker))
        self._zygote.on_exit(forked.pid, self._on_exit)
        if self.state == "gone":
            self.kill()

    # --- workers

    @property
    def workers(self) -> int:
        """Started or starting."""
        return len(self.ready) + len(self.starting)

    @property
    def links(self) -> list[LinkToWorker]:
        return list(self._links.values())

    @property
    def in_flight(self) -> int:
        return sum(link.in_flight for link in self._links.values())

    @property
    def calls(self) -> int:
        """Begun in its whole life."""
        return sum(link.calls for link in self._links.values())

    def start_worker(self) -> None:
        index = len(self._links) + len(self.starting)
        self.starting.add(index)
        self.asked = self._loop.time()
        if self.pid:
            self._control.tell(Start(index))

    async def _connect(self, ready: Ready) -> None:
        link = self._links[ready.worker] = LinkToWorker(self._loop, self, ready.worker)
        await self._loop.create_unix_connection(lambda: link, sock=self._wires.workers[ready.worker])
        if self.state == "gone":
            link.fail_all(self._gone_error())
            return
        self.starting.discard(ready.worker)
        self.ready.append(link)
        if self.state == "starting":
            self.state = "ready"
        self.was_ready = True
        self._crew.on_ready(self, ready)

    def interrupt(self, worker: int, call: int) -> None:
        self._control.tell(Interrupt(worker, call))

    def ask(self, now: float) -> None:
        """Asks the interpreter whether it is there, unless it was asked a moment ago or owes an answer."""
        if self._pulse.ask(now):
            self._control.tell(Ping())

    def silence(self, now: float) -> float:
        """Seconds for which the interpreter has owed an answer."""
        return self._pulse.silence(now)

    def is_at_rest(self, since: float, now: float) -> bool:
        """Whether no worker has anything to do, as told after that time; asks those who have not told."""
        for link in self.ready:
            if link.heartbeat.answered < since:
                link.ask(now)
        return not any(
            link.heartbeat.answered < since and link.heartbeat.silence(now) < HOST_STALLED_AFTER for link in self.ready
        )

    @property
    def tasks(self) -> int:
        """What its workers told last of tasks that calls have left behind."""
        return sum(link.tasks for link in self.ready)

    def on_idle_capacity(self) -> None:
        self._crew.on_idle_capacity()

    def on_worker_lost(self) -> None:
        """A worker has hung up: its host is ending, or else it is not whole any more and has to."""
        self._loop.call_later(FATE_WAIT, self._end_if_alive)

    def _end_if_alive(self) -> None:
        if self.state == "ready":
            self.kill(HostGone(reason="one of its workers ended by itself"))

    def on_garbage(self, error: WireGarbage) -> None:
        self._output.last_words += f"\n{error}"
        self.kill()

    # --- what comes in

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
            self._crew.on_broken(self, HostBroken(**facts))

    def _on_pong(self) -> None:
        self._pulse.beat()
        if self.stalled:
            self.stalled = False
            self._crew.on_back(self)

    # --- the end

    def drain(self, grace: float) -> None:
        """Asks the host to run the app's shut-down and exit; no call must be in flight.

        What calls have left behind may go on for ``grace`` seconds.
        """
        self.state = "draining"
        self.ready.clear()
        self._control.tell(Drain(grace))

    def kill(self, why: HostGone | None = None) -> None:
        """Ends the process now, and says why. Its end is noticed like any other."""
        self._verdict = self._verdict or why
        self.ready.clear()
        if self._pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def on_hang_up(self) -> None:
        """The control socket closed: the process is ending. The zygote's word on how follows at once, if it lives."""
        self.ready.clear()
        self._loop.call_later(FATE_WAIT, self._on_end)

    def _on_exit(self, exited: Exited) -> None:
        self._fate = exited
        self._on_end()

    def _on_end(self) -> None:
        if self.state == "gone":
            return
        self._output.take_last_words()
        self.state = "gone"
        self.ready.clear()
        self.starting.clear()
        error = self._gone_error()
        for link in self._links.values():
            link.fail_all(error)
        self.kill()
        self._close_handles()
        self._crew.on_gone(self, error)
        self._loop.run_in_executor(None, self._clean_up)

    def _gone_error(self) -> HostGone:
        return self._verdict or end_of(self._fate, self._output.last_words, self.spec.policy.limits)

    def _close_handles(self) -> None:
        self._control.close()
        self._output.close()
        self._wires.close()

    def _clean_up(self) -> None:
        shutil.rmtree(self.spec.tmp, ignore_errors=True)
        if self.pid:
            reap_orphan(self.pid)
            self._zygote.groups.leave(self.pid)
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1
        self._loop.call_soon_threadsafe(self._finish)

    def _finish(self) -> None:
        if not self.gone.done():
            self.gone.set_result(None)

    def __repr__(self) -> str:
        links = ",".join(f"{link.index}:{link.in_flight}" for link in self.ready)
        return f"<host {self.spec.app} {self.spec.release} {self.state} pid={self.pid} [{links}]>"
