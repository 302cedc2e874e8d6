"""Programs that an app starts: held by its limits, and never left behind. Real hosts."""

from __future__ import annotations

import contextlib
import os
import signal
from textwrap import dedent

from tests.core.pool.benches import Bench, ask, readable
from tests.limits.test_limits_of_hosts import outcome

FORKS = dedent(
    """
    import os
    import subprocess
    import vaas

    STARTED = []

    @vaas.app
    class Forks:
        @vaas.rpc
        async def pid(self) -> int:
            return os.getpid()

        @vaas.rpc
        async def start(self) -> int:
            return subprocess.Popen(["sleep", "60"]).pid

        @vaas.rpc
        async def start_apart(self) -> int:
            return subprocess.Popen(["sleep", "60"], start_new_session=True).pid

        @vaas.get("/bomb")
        def bomb(self):
            for _ in range(5000):
                STARTED.append(subprocess.Popen(["sleep", "60"]))
    """
)


def test_programs_that_an_app_starts_without_end_meet_a_limit_and_end_with_their_host(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(FORKS, permissions={"subprocess": True}, threads=12)
        pid = await ask(pool, "pid")
        sleeper = os.pidfd_open(await ask(pool, "start"))
        assert "limits.threads = 12" in await outcome(pool, "/bomb")
        with contextlib.suppress(ProcessLookupError):  # without a control group that has cost it its life
            os.kill(pid, signal.SIGKILL)
        await readable(sleeper)
        os.close(sleeper)

    run(play)


def test_a_program_that_an_app_has_left_behind_ends_with_its_host(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(FORKS, permissions={"subprocess": True}, idle=0.1)
        sleeper = os.pidfd_open(await ask(pool, "start"))
        await readable(sleeper)
        os.close(sleeper)

    run(play)


def test_a_program_that_has_left_its_host_s_session_ends_with_it_all_the_same(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(FORKS, permissions={"subprocess": True}, idle=0.1)
        sleeper = os.pidfd_open(await ask(pool, "start_apart"))
        await readable(sleeper)
        os.close(sleeper)

    run(play)
