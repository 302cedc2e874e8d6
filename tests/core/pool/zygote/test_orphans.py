"""Processes that a dead zygote has left to the node."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from vaas.core.pool.zygote.orphans import Orphans


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends only when it is killed."""
    with subprocess.Popen([sys.executable, "-I", "-c", "import time; time.sleep(600)"]) as process:
        yield process
        process.kill()


def test_orphans_are_ended_with_the_node(sleeper: subprocess.Popen[bytes]):
    async def scene() -> None:
        orphans = Orphans()
        orphans.adopt(hosts=[sleeper.pid], brokers=[])
        await orphans.end()

    asyncio.run(scene())
    assert sleeper.wait(10) == -signal.SIGKILL


def test_an_orphan_that_ends_by_itself_is_no_longer_held(sleeper: subprocess.Popen[bytes]):
    async def scene() -> None:
        before = set(os.listdir("/proc/self/fd"))
        orphans = Orphans()
        orphans.adopt(hosts=[sleeper.pid], brokers=[])
        ended = list(orphans._ends.values())
        sleeper.kill()
        await asyncio.gather(*ended)
        assert set(os.listdir("/proc/self/fd")) == before
        await orphans.end()

    asyncio.run(scene())


def test_a_broker_is_reaped_here_and_a_host_is_not(sleeper: subprocess.Popen[bytes]):
    async def scene(kind: str) -> None:
        orphans = Orphans()
        orphans.adopt(**{"hosts": [], "brokers": [], kind: [sleeper.pid]})  # type: ignore[arg-type]
        await orphans.end()

    asyncio.run(scene("brokers"))
    with pytest.raises(ChildProcessError):
        os.waitpid(sleeper.pid, os.WNOHANG)


def test_a_process_that_is_gone_is_no_orphan():
    gone = subprocess.Popen([sys.executable, "-I", "-c", ""])
    gone.wait()

    async def scene() -> None:
        orphans = Orphans()
        orphans.adopt(hosts=[gone.pid], brokers=[])
        await orphans.end()

    asyncio.run(scene())


def test_the_next_zygote_gets_a_copy_of_each(sleeper: subprocess.Popen[bytes]):
    async def scene() -> None:
        orphans = Orphans()
        orphans.adopt(hosts=[sleeper.pid], brokers=[])
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs:
            orphans.entrust(ours)
            _, [copy], _, _ = socket.recv_fds(theirs, 1024, 8)
        signal.pidfd_send_signal(copy, signal.SIGKILL)
        os.close(copy)
        await orphans.end()

    asyncio.run(scene())
    assert sleeper.wait(10) == -signal.SIGKILL
