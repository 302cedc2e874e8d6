"""A pool whose hosts all rest costs nothing until something falls due, and nothing that falls due is missed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.pool.hosts.simulated import Host, SimulatedPool, Worker, ready
from vaas.core.pool.calls.link_to_worker import Late
from vaas.core.pool.hosts.host_manager import HostManager
from vaas.core.pool.hosts.states import GONE, Event, State
from vaas.core.pool.hosts.supervisor import Supervisor
from vaas.core.pool.zygote.client import ZygoteClient
from vaas.core.spec import HostSpec

NOW = 1000.0


def looked(**limits: Any) -> Supervisor:
    """Which has just seen what hosts use."""
    supervisor = SimulatedPool(**limits).supervisor
    supervisor.usage.look({}, NOW)
    return supervisor


def owing(host: Host) -> Host:
    """A worker of it was pinged a second ago."""
    host.worker.heartbeat.ask(NOW - 1.0)
    return host


def late(host: Host) -> Host:
    host.worker.late[1] = Late(NOW, False, False)
    return host


resting = st.builds(lambda since: ready(idle_since=NOW - since), st.integers(0, 20))
living = st.sampled_from([state for state in State if state not in GONE])
others = st.builds(
    Host, state=living, links=st.lists(st.builds(Worker, in_flight=st.integers(0, 1)), min_size=1, max_size=2),
    starting=st.sets(st.integers(3, 3)), asked=st.integers(990, 1000), idle_since=st.integers(980, 1000),
    until=st.integers(1000, 1010),
)  # fmt: skip
owe = st.builds(owing, resting)


@given(st.lists(resting | others | owe, max_size=3), st.integers(1, 30), st.integers(1, 12))
def test_before_it_is_over_a_tick_would_do_nothing_and_no_look_at_what_hosts_use_is_due(
    hosts: list[Host], idle: int, start: int
):
    supervisor = looked(idle=float(idle), start=float(start), timeout=1.5)
    until = supervisor.rests_until(hosts, NOW)
    for quarters in range(60):
        now = NOW + quarters / 4
        if now < until:
            assert supervisor.tick(hosts, now, None) == []
            assert not supervisor.usage.is_due(hosts, now)


def test_a_pool_rests_from_one_look_at_what_its_hosts_use_to_the_next():
    assert looked(idle=60.0).rests_until([ready(2, idle_since=NOW)], NOW) == NOW + 2.0


def test_a_pool_rests_no_longer_than_until_its_host_goes():
    assert looked(idle=60.0).rests_until([ready(idle_since=NOW - 59.0)], NOW) == NOW + 1.0


def test_a_pool_of_several_hosts_rests_no_longer_than_until_one_of_them_goes():
    hosts = [ready(idle_since=NOW - since) for since in (8.5, 9.0)]
    assert looked(idle=60.0).rests_until(hosts, NOW) == NOW + 1.0


@pytest.mark.parametrize(
    "host",
    [
        pytest.param(ready(1, 1), id="has a call in flight"),
        pytest.param(Host(state=State.READY, links=[Worker()], starting={1}), id="starts a worker"),
        *(
            pytest.param(Host(state=state, links=[Worker()]), id=f"is {state}")
            for state in State
            if state not in GONE | {State.READY}
        ),
        pytest.param(owing(ready()), id="owes an answer"),
        pytest.param(late(ready()), id="has a late call"),
    ],
)
def test_a_pool_with_a_host_that_does_something_does_not_rest(host: Host):
    assert looked().rests_until([ready(idle_since=NOW), host], NOW) == 0.0


def test_a_pool_with_a_host_that_goes_before_others_for_now_does_not_rest():
    supervisor = looked()
    host = ready(idle_since=NOW)
    supervisor.usage.is_heavy = True
    supervisor.usage.lift(host, 1.0)
    assert supervisor.rests_until([host], NOW) == 0.0


# --- the shell


class Ignoring:
    """Takes any call."""

    pid = 1

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: None


class Counted:
    """A manager of simulated hosts, and how often it thinks."""

    def __init__(self, *hosts: Host) -> None:
        spec = HostSpec("app", "v1", "/nowhere", "/nowhere", "")
        self.manager = HostManager(spec, cast(ZygoteClient, Ignoring()), "/nowhere", cast(Any, Ignoring()))
        self.manager._deadlines = cast(Any, Ignoring())
        self.manager._uses = lambda hosts: {}  # type: ignore[method-assign]
        self.manager._count_files = lambda hosts, now: None  # type: ignore[method-assign]
        self.thought: list[float] = []
        self._tick = self.manager._supervisor.tick
        self.manager._supervisor.tick = self._think  # type: ignore[method-assign]
        for host in hosts:
            self.manager.hosts.add(cast(Any, host))

    def _think(self, hosts: Any, now: float, uses: Any) -> Any:
        self.thought.append(now)
        return self._tick(hosts, now, uses)

    def thinks(self, *at: float) -> list[float]:
        """At which of these ticks."""
        self.thought.clear()
        for now in at:
            self.manager.tick(now)
        return self.thought


def test_a_manager_whose_hosts_rest_thinks_once_and_again_when_something_is_due():
    async def scene() -> None:
        counted = Counted(ready(idle_since=NOW))
        assert counted.thinks(NOW, NOW + 0.05, NOW + 1.95, NOW + 2.0, NOW + 2.05) == [NOW, NOW + 2.0]

    asyncio.run(scene())


def test_a_manager_thinks_at_every_tick_while_a_call_is_in_flight():
    async def scene() -> None:
        counted = Counted(host := ready(idle_since=NOW))
        counted.thinks(NOW)
        host.worker.in_flight = 1
        assert counted.thinks(NOW + 0.05, NOW + 0.1) == [NOW + 0.05, NOW + 0.1]

    asyncio.run(scene())


def test_a_manager_thinks_again_after_any_change_of_a_host():
    async def scene() -> None:
        counted = Counted(host := ready(idle_since=NOW))
        counted.thinks(NOW)
        host.on(Event.HANG_UP)
        counted.manager.on_state()
        assert counted.thinks(NOW + 0.05) == [NOW + 0.05]

    asyncio.run(scene())


def test_a_manager_thinks_again_after_all_that_it_does():
    async def scene() -> None:
        counted = Counted(host := ready(idle_since=NOW, asked=NOW))
        counted.thinks(NOW)
        host.start_worker = lambda: host.starting.add(1)  # type: ignore[attr-defined]
        counted.manager.grow()
        assert host.starting
        assert counted.thinks(NOW + 0.05) == [NOW + 0.05]

    asyncio.run(scene())


def test_a_manager_that_had_something_to_do_looks_again_at_the_next_tick():
    async def scene() -> None:
        host = ready(idle_since=NOW - 900.0)
        asked: list[float] = []
        host.ask_workers = asked.append  # type: ignore[attr-defined]
        counted = Counted(host)
        assert counted.thinks(NOW, NOW + 0.05) == [NOW, NOW + 0.05]
        assert len(asked) == 2

    asyncio.run(scene())
