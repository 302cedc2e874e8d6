"""Programs and children of an app connect where it may: their broker can read their memory, and little else."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.core.pool.benches import ask
from tests.uids import APP_UID
from vaas.core.broker.process import CAP_SYS_PTRACE
from vaas.core.confine.process import CAP_DAC_READ_SEARCH
from vaas.core.policy import Permissions, Policy
from vaas.core.pool.pools import Pools
from vaas.core.spec import HostSpec

BASH = shutil.which("bash") or ""
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the kernel layer is for Linux"),
    pytest.mark.skipif(not BASH, reason="its programs are bash, which can connect"),
]
SCOPE = Path("/proc/sys/kernel/yama/ptrace_scope")
NEEDED = 1 << CAP_DAC_READ_SEARCH
"""For folders that are closed to others, as those of tests are; and where the kernel wants more for reading memory:"""
if SCOPE.exists() and SCOPE.read_text().strip() != "0":
    NEEDED |= 1 << CAP_SYS_PTRACE
APP = dedent(
    f"""
    import os, socket, subprocess
    import vaas

    @vaas.app
    class Works:
        @vaas.rpc
        async def by_a_program(self, port: int) -> bool:
            command = ["{BASH}", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{{port}}"]
            return subprocess.run(command, capture_output=True).returncode == 0

        @vaas.rpc
        async def by_a_child(self, port: int) -> bool:
            child = os.fork()
            if child == 0:
                with socket.socket() as sock:
                    os._exit(sock.connect_ex(("127.0.0.1", port)))
            return os.waitpid(child, 0)[1] == 0
    """
)


@pytest.fixture
def ports() -> Iterator[tuple[int, int]]:
    """Two at which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        yield one.getsockname()[1], other.getsockname()[1]


class Asked:
    def __init__(self, folder: Path, granted: int, uid: int) -> None:
        self._folder = folder
        allowed = Permissions(modules=("*",), net=(f"127.0.0.1:{granted}",), subprocess=True)
        self._spec = HostSpec(
            app="works", release="v1", folder=str(folder / "app"), data=str(folder / "data"), tmp="", uid=uid,
            policy=Policy(code="trusted", permissions=allowed), service="vaas.framework.serving.service",
        )  # fmt: skip
        self.broker: dict[str, str] = {}
        """What the system tells of it."""

    def ask(self, *questions: tuple[str, int]) -> list[Any]:
        return asyncio.run(self._ask(questions))

    async def _ask(self, questions: tuple[tuple[str, int], ...]) -> list[Any]:
        for name in ("app", "data"):
            (self._folder / name).mkdir()
        (self._folder / "app/app.py").write_text(APP)
        pools = Pools(lambda info: info, lambda app, release, line: None, str(self._folder / "tmp"))
        pools.start()
        try:
            pool = pools.open(self._spec)
            answers = [await ask(pool, method, port=port) for method, port in questions]
            self.broker = status_of("vaas net works", pools._zygote.pid)
            return answers
        finally:
            await pools.stop()


def status_of(name: str, parent: int) -> dict[str, str]:
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        lines = Path(f"/proc/{child}/status").read_text().splitlines()
        status = {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}
        if status["Name"] == name:
            return status
    raise AssertionError(f"no {name}")


def test_a_program_connects_where_its_app_may_and_nowhere_else(tmp_path: Path, ports: tuple[int, int]) -> None:
    asked = Asked(tmp_path, ports[0], uid=0)
    assert asked.ask(*(("by_a_program", port) for port in ports)) == [True, False]
    assert int(asked.broker["CapEff"], 16) & ~NEEDED == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="own uids need root")
def test_so_do_programs_and_children_of_an_app_with_an_own_uid(tmp_path: Path, ports: tuple[int, int]) -> None:
    asked = Asked(tmp_path, ports[0], APP_UID)
    ways = [(way, port) for way in ("by_a_program", "by_a_child") for port in ports]
    assert asked.ask(*ways) == [True, False, True, False]
    assert asked.broker["Uid"].split() == [str(APP_UID)] * 4
    assert int(asked.broker["CapEff"], 16) & ~NEEDED == 0
