"""Which hosts of a pool take calls."""

from __future__ import annotations

from typing import cast

import pytest

from tests.core.pool.hosts.simulated import Host, Worker, ready
from vaas.core.pool.hosts.host_process import HostProcess
from vaas.core.pool.hosts.host_set import HostSet
from vaas.core.pool.hosts.states import DYING, GONE, USED, State


def set_of(*hosts: Host, most_workers: int = 8) -> HostSet:
    made = HostSet(most_workers)
    for host in hosts:
        made.add(cast(HostProcess, host))
    return made


def test_calls_go_to_the_workers_of_ready_hosts_alone_the_oldest_first():
    hosts = [Host(state=state, links=[Worker()]) for state in State]
    first, second = ready(2), ready(1)
    made = set_of(first, *hosts, second)
    [among_all] = [host for host in hosts if host.state is State.READY]
    assert made.ready == [*first.links, *among_all.links, *second.links]


def test_a_change_of_state_counts_once_the_set_is_sorted():
    host = ready()
    made = set_of(host)
    host.state = State.STALLED
    made.sort()
    assert made.ready == []
    assert made.used == [host]
    assert made.stalled == 1


@pytest.mark.parametrize("state", State)
def test_a_host_is_used_or_leaves_and_lives_until_its_process_has_ended(state: State):
    made = set_of(host := Host(state=state))
    assert (host in made.used) == (state in USED or state in DYING)
    assert (host in made.living) == (state not in GONE)
    assert list(made) == [host]
    made.remove(cast(HostProcess, host))
    assert (len(made), made.used, made.living) == (0, [], [])


def test_a_set_is_complete_when_all_workers_run_or_start_that_may():
    host = ready(3)
    made = set_of(host, most_workers=4)
    assert not made.is_complete
    host.starting.add(3)
    made.sort()
    assert made.is_complete


@pytest.mark.parametrize("state", [State.STALLED, State.RETIRING, State.CRASHING])
def test_workers_that_take_no_calls_do_not_make_it_complete(state: State):
    assert not set_of(Host(state=state, links=[Worker()]), most_workers=1).is_complete


def test_a_set_grows_while_a_worker_starts_or_a_host_dies():
    assert not set_of(ready()).is_growing
    assert set_of(Host(starting={0})).is_growing
    assert set_of(Host(state=State.CRASHING)).is_growing
    assert not set_of(Host(state=State.RETIRING, starting={0})).is_growing


def test_stalled_workers_are_counted_one_by_one_or_with_their_host():
    stalled = Worker()
    stalled.stalled = True
    made = set_of(Host(state=State.READY, links=[stalled, Worker()]), Host(state=State.STALLED, links=[Worker()] * 3))
    assert made.stalled == 4


def test_calls_in_flight_are_those_of_hosts_that_are_used():
    retiring = Host(state=State.RETIRING, links=[Worker(in_flight=5)])
    assert set_of(ready(2, in_flight=1), retiring).in_flight == 2
