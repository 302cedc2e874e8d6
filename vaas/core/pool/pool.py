"""Pool: the calls of one release on this node: each gets a worker now, or waits, bounded, or fails with the reason.

``submit`` is on every request's path and never awaits. It picks a worker of ``core/pool/hosts/host_set.py``, whose
hosts ``core/pool/hosts/host_manager.py`` starts and ends; deadlines of calls that wait are looked at in ``tick``,
together. Next: ``core/pool/calls/link_to_worker.py``, which carries a call."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import Any

from msgspec import Raw, structs

from vaas.core.errors import VaasError
from vaas.core.once_a_minute import OnceAMinute
from vaas.core.pool.calls.link_to_worker import LinkToWorker
from vaas.core.pool.calls.pending_call import AwaitedCall, PendingCall
from vaas.core.pool.calls.tally import Counts, Tally
from vaas.core.pool.errors import BackingOff, CallTimedOut, DeadlineExceeded, HostBroken, PoolClosed, QueueFull
from vaas.core.pool.hosts.actions import StartFailure
from vaas.core.pool.hosts.host_manager import HostManager
from vaas.core.pool.zygote.client import ZygoteClient
from vaas.core.spec import HostSpec
from vaas.core.wire.messages import NET, LogLine, Reply

Understand = Callable[[Raw], Any]
OnLine = Callable[[str, str, LogLine], None]
"""Called with app, release and line."""
FILL = 8
"""Calls in flight that one worker takes before the next is used: measured best on two cores, see ARCHITECTURE."""
DEPTH = 4
"""Calls of quick plain ``def`` handlers that one worker takes when all are busy: half as many again a second as one
by one (``benchmarks/throughput.py``), at the price that a surprise holds up three."""

REFUSALS = 100
"""What the network of a release has refused, as far as it is remembered for a minute."""


class Pool:
    def __init__(
        self,
        spec: HostSpec,
        zygote: ZygoteClient,
        understand: Understand,
        on_line: OnLine,
        tmp: str,
        wake: Callable[[Pool], None],
    ) -> None:
        """``tmp`` is the folder in which each host gets one of its own; ``wake`` has the pool ticked from now on."""
        self.spec = spec
        self._wake = wake
        self.info: Raw | None = None
        """What the service has told of itself; None before the first worker was ready."""
        self.blocking_routes: Any = None
        """What ``understand`` made of it."""
        self.closed = False
        self.rests = True
        """Whether no tick comes: the next call has to wake it. Set by ``pools.py``."""
        self._limits = spec.policy.limits
        self._understand = understand
        self._on_line = on_line
        self._loop = asyncio.get_running_loop()
        self.tally = Tally()
        self._refusals = OnceAMinute(REFUSALS)
        self._manager = HostManager(spec, zygote, tmp, self)
        self._hosts = self._manager.hosts
        self._waiting: deque[PendingCall] = deque()
        self._warming: list[asyncio.Future[None]] = []
        self._freed: asyncio.Future[None] | None = None

    # --- a call

    def submit(self, pending: PendingCall) -> None:
        """Sends the call to a worker now, or lets it wait, or fails it at once if it cannot even wait."""
        if self.rests:  # a look at an attribute for each call, instead of one at every resting pool for each tick
            self._wake(self)
        self.tally.calls += 1
        pending.tally = self.tally
        pending.slow = bool(pending.handler) and self.tally.is_slow(pending.handler)
        pending.patience = self._limits.timeout
        pending.deadline = self._loop.time() + pending.patience
        if not self._waiting and not self.closed:
            link = self._pick(pending)
            if link is not None:
                link.begin(pending, self._limits.timeout)
                return
        self._enqueue(pending)

    def _pick(self, pending: PendingCall) -> LinkToWorker | None:
        """A worker with room: one after the other is filled, but a plain ``def`` gets one that is idle."""
        fill = 1 if pending.handler else min(FILL, self._limits.concurrency)
        for link in self._hosts.ready:
            if link.in_flight < fill and not (link.blocked or link.late or link.stalled):
                return link
        self._manager.grow()
        if not pending.handler:
            return self._least_loaded()
        queue = None if pending.slow else self._shortest_queue()
        return queue or (None if self._manager.may_grow else self._least_loaded())

    def _shortest_queue(self) -> LinkToWorker | None:
        """All are busy: a handler that has been quick lately may wait at a worker, behind others like it."""
        sound = [link for link in self._hosts.ready if not (link.slow or link.late or link.stalled)]
        short = [link for link in sound if link.in_flight < DEPTH]
        return min(short, key=lambda link: link.in_flight, default=None)

    def _least_loaded(self) -> LinkToWorker | None:
        open_links = [link for link in self._hosts.ready if not (link.blocked or link.late or link.stalled)]
        if not open_links:
            return None
        link = min(open_links, key=lambda link: link.in_flight)
        return link if link.in_flight < self._limits.concurrency else None

    def _enqueue(self, pending: PendingCall) -> None:
        refusal = self._refusal()
        if refusal is not None:
            pending.fail(refusal)
            return
        self._waiting.append(pending)
        self._manager.grow()

    def _refusal(self) -> BackingOff | QueueFull | PoolClosed | None:
        if self.closed:
            return PoolClosed()
        if not self._hosts.used and (pause := self._manager.pause) > 0:
            return BackingOff(seconds=pause, error=self._manager.last_error)
        if len(self._waiting) >= self._limits.queue:
            self._waiting = deque(pending for pending in self._waiting if not pending.gone)
        if len(self._waiting) >= self._limits.queue:
            return QueueFull(queue=self._limits.queue)
        return None

    async def call(self, kind: str, head: Raw, body: bytes, timeout: float, trace: str = "") -> Reply:
        """One simple exchange, for at most ``timeout`` seconds. Raises what a call can fail with."""
        pending = AwaitedCall(kind, head, body, trace)
        self.submit(pending)
        try:
            async with asyncio.timeout(timeout):
                return await pending.answer
        except TimeoutError:
            raise CallTimedOut(timeout=timeout) from None
        finally:
            pending.abandon("gone")

    # --- told by links, hosts and their manager (``core/pool/hosts/listeners.py``)

    def on_idle_capacity(self) -> None:
        if self._freed is not None and not self._freed.done():
            self._freed.set_result(None)
        while self._waiting:
            if self._waiting[0].gone:
                self._waiting.popleft()
                continue
            link = self._pick(self._waiting[0])
            if link is None:
                return
            link.begin(self._waiting.popleft(), self._limits.timeout)

    def on_worker_ready(self, info: Raw) -> None:
        if self.info is None:
            self.info, self.blocking_routes = info, self._understand(info)
        self._tell_warming(None)
        self.on_idle_capacity()

    def on_start_failed(self, error: StartFailure) -> None:
        self._tell_warming(error)
        if self._hosts.ready:
            self.on_idle_capacity()
        else:
            self._fail_waiting(error)

    def on_stirred(self) -> None:
        self._wake(self)

    def on_line(self, line: LogLine) -> None:
        if line.stream == NET:
            if not self._refusals.admits(line.text, self._loop.time()):
                return
            line = structs.replace(line, stream="log")
        self._on_line(self.spec.app, self.spec.release, line)

    # --- warm and cold

    @property
    def hosts(self) -> int:
        """Running now."""
        return len(self._hosts.used)

    async def warm(self) -> None:
        """At least one worker is ready. Raises ``HostBroken`` or ``HostGone``."""
        if self._hosts.ready:
            return
        ready: asyncio.Future[None] = self._loop.create_future()
        self._warming.append(ready)
        self._manager.grow(at_once=True)
        await ready

    def _tell_warming(self, error: StartFailure | None) -> None:
        warming, self._warming = self._warming, []
        for ready in warming:
            if ready.done():
                continue
            if error is None:
                ready.set_result(None)
            else:
                ready.set_exception(error)

    def _fail_waiting(self, error: VaasError) -> None:
        waiting, self._waiting = self._waiting, deque()
        for pending in waiting:
            pending.fail(error)

    def tick(self, now: float) -> None:
        """Called by ``pools.py`` every ``TICK`` seconds unless it rests, with the event loop's clock."""
        while self._waiting and self._waiting[0].deadline <= now:
            self._waiting.popleft().fail(DeadlineExceeded(timeout=self._limits.timeout))
        self._manager.tick(now)

    def wind_down(self, whether: bool) -> None:
        """Whether the hosts that run now end as soon as what they have in flight has, because others have taken their
        place. Calls are still taken."""
        self._manager.wind_down(whether)

    @property
    def rests_until(self) -> float:
        """Until when a tick would do nothing, if ``wake`` is not called; 0: it is needed."""
        return 0.0 if self._waiting else self._manager.rests_until

    async def close(self, drain: float) -> None:
        """Takes no new calls, lets those in flight and waiting go on for at most ``drain`` seconds, ends the hosts."""
        self.closed = True
        deadline = self._loop.time() + drain
        while self._is_busy() and self._loop.time() < deadline:
            self._freed = self._loop.create_future()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._freed, deadline - self._loop.time())
        self._fail_waiting(PoolClosed())
        self._tell_warming(HostBroken(error="the release went away", where="", traceback=""))
        self._manager.dismiss_all(max(0.0, deadline - self._loop.time()))
        await self._manager.wait_gone()
        self._wake(self)  # to be forgotten

    def _is_busy(self) -> bool:
        return bool(self._waiting) or self._hosts.in_flight > 0

    @property
    def is_gone(self) -> bool:
        """Whether it was closed and no host is left."""
        return self.closed and not self._hosts

    @property
    def counts(self) -> Counts:
        """Totals since the pool was opened."""
        return self.tally.counts

    def answered_badly(self, code: int) -> None:
        """The owner of a ``call`` has seen that its answer says that the app failed."""
        self.tally.answered_badly(code)

    def stats(self) -> dict[str, float]:
        """What an operator asks of a release: how it is now."""
        return {
            "hosts": len(self._hosts.used),
            "workers": len(self._hosts.ready),
            "in_flight": self._hosts.in_flight,
            "stalled": self._hosts.stalled,
            "waiting": sum(not pending.gone for pending in self._waiting),
        }

    def __repr__(self) -> str:
        return f"<pool {self.spec.app} {self.spec.release} waiting={len(self._waiting)} {self._hosts}>"
