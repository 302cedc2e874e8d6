"""Program: one command of an app (``vaas run``), from its start to its exit code, as the node sees it.

A process of its own, forked by the zygote and confined like every host of that app; its streams are pipes that are read
no faster than somebody takes what they bring. Opened by ``pools.py``; the process's own side is
``core/host/program.py``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from vaas.core.limits.disk import free_of, let_write
from vaas.core.limits.thresholds import breach
from vaas.core.limits.usage import usage_of, usage_with_children
from vaas.core.pool.errors import ZygoteUnavailable
from vaas.core.pool.hosts import descriptors
from vaas.core.pool.hosts.actions import Kill, LimitWrites, Say
from vaas.core.pool.hosts.control import Control
from vaas.core.pool.hosts.disk_quota import DiskQuota
from vaas.core.pool.hosts.exit_reason import reason_of
from vaas.core.pool.hosts.host_manager import count
from vaas.core.pool.program_streams import ProgramStreams
from vaas.core.pool.zygote.client import ZygoteClient, reap_orphan
from vaas.core.spec import HostSpec
from vaas.core.units import exact_seconds
from vaas.core.wire.codec import WireGarbage
from vaas.core.wire.messages import Exited, Forked, FromHost, Start

GRACE = 10.0
"""Seconds a program has after SIGINT or SIGTERM, before it is killed."""
LOOK = 0.25
"""Seconds between two looks at what it uses."""
REPORT_WAIT = 0.25
"""Seconds to wait for the zygote's report of an exit before doing without it."""
TIMED_OUT = 124
"""The exit code of a program that took too long, as of ``timeout``."""
UNKNOWN = 255
"""That of one whose end nobody saw."""


class End(NamedTuple):
    code: int
    """As a shell has it: 128 more than the signal that ended it."""
    reason: str = ""
    """Why it was ended, if it did not end by itself."""


class Program:
    def __init__(
        self, spec: HostSpec, zygote: ZygoteClient, timeout: float, on_finished: Callable[[Program], None]
    ) -> None:
        """``spec`` names the command, and a ``tmp`` for it alone; it may run for ``timeout`` seconds. ``on_finished``
        is told when nothing is left of it, maybe twice."""
        self._on_finished = on_finished
        self.spec = spec
        self._zygote = zygote
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._pid = 0
        self._pidfd: int | None = None
        self.streams = ProgramStreams()
        self._ended: asyncio.Future[End] = self._loop.create_future()
        self._reason = ""
        self._timed_out = False
        self._watching: asyncio.Task[None] | None = None
        self._disk = DiskQuota(spec.policy.limits.disk)
        self._cleaned: asyncio.Future[None] | None = None

    async def start(self) -> None:
        """Raises ``ZygoteUnavailable`` and OSError."""
        self._descriptors, handles = descriptors.make_for_program(self.spec.terminal)
        self._control = Control(self._descriptors.control, self)
        try:
            await self.streams.open(self._descriptors.stdin, self._descriptors.outputs)
            self._make_tmp()
            self._control.begin(self.spec)
            self._zygote.fork(self.spec, handles, self._on_fork)
        except (ZygoteUnavailable, OSError):
            self._control.close()
            self._descriptors.close()
            await self.streams.close()
            shutil.rmtree(self.spec.tmp, ignore_errors=True)
            raise
        finally:
            for descriptor in handles.flat():
                os.close(descriptor)
        self._watching = self._loop.create_task(self._watch())

    def _make_tmp(self) -> None:
        os.makedirs(self.spec.tmp, mode=0o700, exist_ok=True)
        if self.spec.uid:
            os.chown(self.spec.tmp, self.spec.uid, self.spec.uid)

    # --- for whoever has started it

    def output(self) -> AsyncIterator[tuple[str, bytes]]:
        """``stdout`` or ``stderr`` and what was written there, as it comes, to the end of both."""
        return self.streams.output()

    async def feed(self, data: bytes) -> None:
        """Writes to its standard input, and waits while it reads slowly; empty: that was all."""
        await self.streams.feed(data)

    def resize(self, rows: int, columns: int) -> None:
        """Its terminal, if it has one, has another size now."""
        if self.spec.terminal is not None:
            self.streams.resize(rows, columns)

    async def finish(self) -> End:
        """Waits until nothing is left of it."""
        end = await asyncio.shield(self._ended)
        if self._cleaned is not None:
            await asyncio.shield(self._cleaned)
        self._on_finished(self)
        return end

    @property
    def pid(self) -> int:
        """0 before it is forked."""
        return self._pid

    def interrupt(self, reason: str = "") -> None:
        """Ends it as Ctrl-C does; if it does not heed that, by force."""
        self._end(signal.SIGINT, reason)

    async def close(self, reason: str = "the platform ends") -> None:
        """Ends it by force if it runs, and returns when nothing is left of it."""
        self._kill(reason)
        await self.finish()
        await self.streams.close()
        if self._watching is not None:
            await self._watching

    # --- its life

    def _on_fork(self, forked: Forked) -> None:
        if forked.pid == 0:
            self._reason = self._reason or forked.error
            return  # the control socket closes, too
        self._pid = forked.pid
        with contextlib.suppress(ProcessLookupError):
            self._pidfd = os.pidfd_open(forked.pid)
        self._zygote.groups.limit(forked.pid, self.spec.policy.limits)
        self._zygote.on_exit(forked.pid, self._on_exit)
        self._control.tell(Start(0))
        self._loop.call_later(self._timeout, self._time_out)

    def _time_out(self) -> None:
        if not self._ended.done():
            self._timed_out = True
            self._end(signal.SIGTERM, f"it took longer than {exact_seconds(self._timeout)}")

    def _end(self, how: signal.Signals, reason: str) -> None:
        self._reason = self._reason or reason
        self._signal(how)
        self._loop.call_later(GRACE, self._kill, "")

    def _kill(self, reason: str) -> None:
        if not self._ended.done():
            self._reason = self._reason or reason
            self._signal(signal.SIGKILL)

    def _signal(self, how: signal.Signals) -> None:
        if self._pidfd is not None and not self._ended.done():
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, how)

    async def _watch(self) -> None:
        """Holds it to the limits that the kernel does not count."""
        while not self._ended.done():
            usage = usage_with_children(self._pid).beyond(usage_of(self._zygote.pid))
            found = breach(usage, self.spec.policy.limits) if self._pid else None
            if found is not None and found.step == "kill":
                self._kill(found.reason)
            await self._watch_disk()
            await asyncio.sleep(LOOK)

    async def _watch_disk(self) -> None:
        now = self._loop.time()
        if not self._disk.may_count(now) or not self._disk.begin(free_of(self.spec.data), now):
            return
        size, seconds = await asyncio.to_thread(count, [self.spec.data, self.spec.tmp])
        for action in self._disk.counted([self], size, seconds, self._loop.time()):  # type: ignore[list-item]
            match action:
                case Say(error):
                    await self.streams.say(str(error))
                case LimitWrites(_, most):
                    let_write(self._pid, most)
                case Kill(_, why):
                    self._kill(str(why))

    # --- told by its control socket and the zygote

    def on_frame(self, frame: FromHost) -> None:
        raise WireGarbage(problem="news from a program")

    def on_garbage(self, error: WireGarbage) -> None:
        self._kill(str(error))

    def on_hang_up(self) -> None:
        self._loop.call_later(REPORT_WAIT, self._on_exit)

    def _on_exit(self, exited: Exited | None = None) -> None:
        if self._ended.done():
            return
        self._signal(signal.SIGKILL)  # it may have hung up and live on
        self._ended.set_result(self._how(exited))
        self._control.close()
        self._descriptors.close()
        self.streams.close_input()
        self._cleaned = asyncio.ensure_future(asyncio.to_thread(self._clean_up))

    def _how(self, exited: Exited | None) -> End:
        code = UNKNOWN
        if exited is not None:
            code = os.waitstatus_to_exitcode(exited.status)
            code = 128 - code if code < 0 else code
            self._reason = self._reason or reason_of(exited, self.spec.policy.limits)
        return End(TIMED_OUT if self._timed_out else code, self._reason)

    def _clean_up(self) -> None:
        shutil.rmtree(self.spec.tmp, ignore_errors=True)
        if self._pid:
            reap_orphan(self._pid)
            self._zygote.groups.leave(self._pid)
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None
