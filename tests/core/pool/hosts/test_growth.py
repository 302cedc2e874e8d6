"""How many hosts and workers a pool has."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.core.pool.hosts.simulated import Host, Worker, ready
from vaas.core.pool.hosts.actions import StartHost, StartWorker
from vaas.core.pool.hosts.growth import grow, surplus
from vaas.core.pool.hosts.states import State


def a_host(state: State, workers: int, in_flight: int, starting: set[int], idle_since: float) -> Host:
    links = [Worker(index, in_flight) for index in range(workers)]
    return Host(state=state, links=links, starting=starting, idle_since=idle_since)


hosts = st.lists(
    st.builds(
        a_host, st.sampled_from([State.READY, State.STALLED]), st.integers(1, 4), st.integers(0, 1),
        st.sets(st.just(9)), st.floats(0, 1000),
    ),
    max_size=4,
)  # fmt: skip


def test_the_first_call_starts_a_host():
    assert grow([], workers_limit=4, hosts_limit=1) == StartHost()


def test_nothing_more_starts_while_something_is_starting():
    starting = Host(starting={0})
    assert grow([starting], workers_limit=4, hosts_limit=2) is None
    assert grow([ready(4), starting], workers_limit=4, hosts_limit=3) is None


def test_nothing_starts_while_a_host_is_dying():
    assert grow([Host(state=State.CRASHING)], workers_limit=4, hosts_limit=2) is None
    assert grow([ready(4), Host(state=State.FAILING)], workers_limit=4, hosts_limit=3) is None


def test_workers_of_a_host_are_used_up_before_a_further_host_starts():
    host = ready(3)
    assert grow([host], workers_limit=4, hosts_limit=2) == StartWorker(host)
    assert grow([ready(4)], workers_limit=4, hosts_limit=2) == StartHost()


def test_limits_are_never_exceeded():
    assert grow([ready(4)], workers_limit=4, hosts_limit=1) is None


def test_another_host_stands_in_for_one_whose_interpreter_hangs():
    stalled = Host(state=State.STALLED, links=[Worker()])
    assert grow([stalled], workers_limit=4, hosts_limit=1) == StartHost()
    assert grow([stalled, ready(4)], workers_limit=4, hosts_limit=1) is None


def test_a_worker_that_starts_in_a_host_that_hangs_keeps_no_other_from_starting():
    stalled = Host(state=State.STALLED, links=[Worker()], starting={1})
    assert grow([stalled], workers_limit=4, hosts_limit=1) == StartHost()


@given(hosts, st.integers(1, 4), st.integers(1, 4))
def test_growing_until_it_stops_stays_within_the_limits(used: list[Host], workers_limit: int, hosts_limit: int):
    used = used[:hosts_limit]
    for host in used:
        del host.links[workers_limit:]
        host.starting.clear()
    while (step := grow(used, workers_limit, hosts_limit)) is not None:
        if isinstance(step, StartHost):
            used.append(ready(1))
        else:
            step.host.links.append(Worker(len(step.host.links)))
    well = [host for host in used if host.state is State.READY]
    assert len(used) <= 2 * hosts_limit
    assert hosts_limit - (len(used) - len(well)) <= len(well) <= hosts_limit
    assert all(host.workers == workers_limit for host in well)


@given(hosts, st.floats(0, 2000), st.floats(0, 500))
def test_a_host_with_something_in_flight_is_never_let_go(used: list[Host], now: float, idle: float):
    assert all(not host.in_flight and not host.starting for host in surplus(used, now, idle))


@given(hosts, st.floats(0, 2000), st.floats(0, 500))
def test_the_last_host_stays_until_it_was_idle_for_as_long_as_the_manifest_says(
    used: list[Host], now: float, idle: float
):
    let_go = surplus(used, now, idle)
    if used and len(let_go) == len(used):
        assert now - let_go[-1].idle_since >= idle


def test_a_further_host_goes_sooner_than_the_last_and_the_youngest_first():
    used = [ready(), ready()]
    assert surplus(used, now=9.9, idle=120.0) == []
    assert surplus(used, now=10.1, idle=120.0) == [used[1]]
    assert surplus(used, now=120.0, idle=120.0) == [used[1], used[0]]


def test_where_the_manifest_says_less_than_ten_seconds_all_go_then():
    used = [ready(), ready()]
    assert surplus(used, now=1.0, idle=1.0) == [used[1], used[0]]
