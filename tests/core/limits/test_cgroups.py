"""Control groups for hosts, at the real kernel: as far as this system lets us make any."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import msgspec
import pytest

from tests.core.pool import benches
from tests.core.pool.benches import Bench, ask, fetch
from tests.e2e.apps import PID, TRUSTED
from tests.e2e.running import Running
from tests.e2e.test_survival import wait_for_the_end_of, zygote_of
from tests.limits.test_limits_of_hosts import said, tick
from vaas.core.limits import delegation
from vaas.core.limits.cgroups import NONE, Cgroups
from vaas.core.limits.delegation import CgroupUnusable, find, remove_stale
from vaas.core.policy import Limits
from vaas.core.pool.errors import HostGone
from vaas.core.wire.messages import Reply

MB = 1024 * 1024
HERE = find()
"""What this system lets us have."""

HUNGRY = dedent(
    """
    import os
    import subprocess
    import sys
    import vaas

    EATS = "x = []\\nwhile True: x.append(bytearray(b'x') * (1 << 20))"
    STARTED = []

    @vaas.app
    class Hungry:
        @vaas.rpc
        async def pid(self) -> int:
            return os.getpid()

        @vaas.rpc
        async def start(self) -> int:
            STARTED.append(subprocess.Popen(["sleep", "60"], start_new_session=True))
            return STARTED[-1].pid

        @vaas.get("/eat-together")
        def eat_together(self):
            return [eater.wait() for eater in [subprocess.Popen([sys.executable, "-c", EATS]) for _ in range(4)]]

        @vaas.get("/spin")
        def spin(self):
            while True:
                pass
    """
)


IS_V1 = Path("/sys/fs/cgroup/memory").is_dir()


def needs(*controllers: str) -> pytest.MarkDecorator:
    missing = set(controllers) - HERE.controllers
    return pytest.mark.skipif(
        bool(missing), reason=f"this kernel has no control group of ours for {', '.join(sorted(missing))}"
    )


def groups_of(pid: int) -> set[str]:
    return {row.split(":", 2)[2] for row in Path(f"/proc/{pid}/cgroup").read_text().splitlines()}


def setting(pid: int, name: str) -> str:
    [path] = [path for prefix in HERE.prefixes if (path := Path(f"{prefix}{pid}", name)).exists()]
    return path.read_text().strip()


def gives_way(pid: int) -> bool:
    """Version 1: by the group it is in; version 2: by its group's setting."""
    return any("-idle/" in group for group in groups_of(pid)) or setting(pid, "cpu.idle") == "1"


def left() -> list[Path]:
    """Cgroups of hosts, and of those that give way."""
    return [group for prefix in HERE.prefixes for group in Path(prefix).parent.glob(f"{Path(prefix).name}[0-9i]*")]


@pytest.mark.skipif(HERE == NONE, reason="this kernel has no control group of ours")
def test_a_host_and_what_it_starts_are_in_groups_of_their_own_that_go_when_they_have(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(HUNGRY, permissions={"subprocess": True})
        pid, program = await ask(pool, "pid"), await ask(pool, "start")
        own = {f"vaas-{os.getpid()}-{pid}"}
        assert {Path(group).name for group in groups_of(pid)} & own
        assert groups_of(pid) == groups_of(program)

    run(play)
    assert left() == []


@pytest.mark.skipif(HERE == NONE, reason="this kernel has no control group of ours")
def test_a_node_that_is_killed_leaves_no_group_behind(own_platform: Running):
    own_platform.deploy("pid", PID, TRUSTED)
    host = int(own_platform.get("/pid/").text)
    assert own_platform.process is not None
    node, zygote = own_platform.process.pid, zygote_of(own_platform)
    beside = [Path(prefix).parent for prefix in HERE.prefixes]
    assert any((folder / f"vaas-{node}-{host}").exists() for folder in beside)
    own_platform.stop(signal.SIGKILL)
    wait_for_the_end_of(zygote)
    assert not [group for folder in beside for group in folder.glob(f"vaas-{node}-[0-9i]*")]


@needs("pids")
def test_the_kernel_counts_a_host_s_threads_and_programs(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(HUNGRY, threads=50)
        assert setting(await ask(pool, "pid"), "pids.max") == "50"

    run(play)


@pytest.mark.alone(reason="an app is told to give way by the share of the processor that it gets")
@needs("cpu")
def test_an_app_that_spins_gives_way_to_all_others_and_its_next_host_does_too(run):
    async def play(bench: Bench) -> None:
        pool = bench.pool(HUNGRY, workers=2)
        pid = await ask(pool, "pid")
        assert not gives_way(pid)
        spinning = asyncio.create_task(fetch(pool, "/spin"))
        while not gives_way(pid):
            await tick()
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(HostGone):
            await spinning
        next_ = await ask(pool, "pid")
        while not gives_way(next_):  # it may be let go first for a moment, on a busy machine
            await tick()

    run(play)


def test_an_app_that_gives_way_does_so_with_what_it_has_started_and_comes_back_with_it(run):
    if "cpu" not in HERE.controllers:
        pytest.skip("this kernel has no control group of ours for cpu")

    async def play(bench: Bench) -> None:
        pool = bench.pool(HUNGRY, permissions={"subprocess": True})
        pid, program = await ask(pool, "pid"), await ask(pool, "start")
        assert HERE.set_idle(pid, True)
        assert gives_way(pid)
        assert groups_of(pid) == groups_of(program)
        assert HERE.set_idle(pid, False)
        assert not gives_way(pid)
        assert groups_of(pid) == groups_of(program)

    run(play)
    assert left() == []


@pytest.fixture
def named_group(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where no group for memory is ours: one that is made for this test in the group that it runs in, as an operator
    would name it."""
    if "memory" in HERE.controllers:
        yield
        return
    [hierarchy] = [each for each in delegation.hierarchies() if "memory" in each.controllers] or [None]
    if hierarchy is None or hierarchy.version != 1 or os.geteuid() != 0:
        pytest.skip("this kernel has no control group of ours for memory")
    name = f"{hierarchy.own.rstrip('/')}/vaas-tests-{os.getpid()}"
    place = Path(f"{hierarchy.mount}{name}")
    place.mkdir()
    monkeypatch.setattr(benches, "find", lambda: find(name))
    yield
    place.rmdir()


@pytest.mark.usefixtures("named_group")
def test_programs_that_together_take_more_than_the_limit_are_ended_and_their_host_with_them_where_the_kernel_can(run):
    """In version 1 it ends them one by one, the largest first, unless the node has looked at all of them before."""

    async def play(bench: Bench) -> None:
        pool = bench.pool(HUNGRY, permissions={"subprocess": True}, memory=128 * MB)
        [end] = await asyncio.gather(fetch(pool, "/eat-together"), return_exceptions=True)
        if IS_V1 and isinstance(end, Reply):
            assert -signal.SIGKILL in msgspec.json.decode(end.body)
        else:
            assert isinstance(end, HostGone)
            assert "limits.memory = 128MB" in str(end)
            assert said(bench, "limits.memory = 128MB")
        assert await ask(pool, "pid")

    run(play)


def test_groups_of_nodes_that_are_gone_are_removed_and_no_others(tmp_path: Path):
    dead = max(map(int, filter(str.isdigit, os.listdir("/proc")))) + 100_000
    for name in (f"vaas-{dead}-5", f"vaas-{os.getpid()}-5", "vaas-5", "other"):
        (tmp_path / name).mkdir()
    remove_stale(str(tmp_path))
    assert {each.name for each in tmp_path.iterdir()} == {f"vaas-{os.getpid()}-5", "vaas-5", "other"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"memory.max": "max", "memory.swap.max": "max", "memory.oom.group": "0", "pids.max": "max"},
            {"memory.max": "1048576", "memory.swap.max": "0", "memory.oom.group": "1", "pids.max": "7"},
        ),
        (
            {"memory.limit_in_bytes": "9", "memory.memsw.limit_in_bytes": "9"},
            {"memory.limit_in_bytes": "1048576", "memory.memsw.limit_in_bytes": "1048576"},
        ),
    ],
)
def test_limits_are_set_in_the_words_of_each_version(tmp_path: Path, files, expected):
    group = tmp_path / "vaas-1-2"
    group.mkdir()
    for name, value in files.items():
        (group / name).write_text(value)
    Cgroups((f"{tmp_path}/vaas-1-",)).limit(2, Limits(memory=MB, threads=7))
    found = {each.name: each.read_text()[: len(expected[each.name])] for each in group.iterdir()}
    assert found == expected


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("memory.events", "low 0\nhigh 3\nmax 9\noom 1\noom_kill 1\n"),
        ("memory.oom_control", "under_oom 0\noom_kill 2\n"),
    ],
)
def test_who_was_ended_for_want_of_memory_is_known(tmp_path: Path, file: str, text: str):
    (tmp_path / "vaas-1-2").mkdir()
    (tmp_path / "vaas-1-2" / file).write_text(text)
    groups = Cgroups((f"{tmp_path}/vaas-1-",))
    assert groups.out_of_memory(2)
    assert not groups.out_of_memory(3)


def test_a_group_that_is_named_and_cannot_be_used_is_refused_by_name():
    with pytest.raises(CgroupUnusable, match="--cgroup nowhere"):
        find("nowhere")


def test_nobody_else_s_group_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As a process that somebody has put into a group and told nothing."""
    group = tmp_path / "slice"
    group.mkdir()
    (group / "cgroup.procs").write_text(f"{os.getpid()}\n")
    theirs = delegation.Hierarchy(str(tmp_path), 1, frozenset({"memory"}), "/slice")
    monkeypatch.setattr(delegation, "hierarchies", lambda: [theirs])
    assert find() == NONE
    assert find("slice").controllers == {"memory"}
