"""Which app gives way to others, for how long, and that none gives way to the point of never having a turn.

On a simulated machine with a simulated clock; the claims are shares and seconds, not the monitor's own constants."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from tests.core.pool.hosts.simulated import TICK, Host, Machine, SimulatedPool, ready
from vaas.core.pool.hosts.actions import Rank


def app(wants: float, in_flight: int = 1) -> SimulatedPool:
    """A pool with one host, which would use that part of a core."""
    pool = SimulatedPool(workers=1, timeout=3600.0)
    pool.hosts.append(ready(1, in_flight, wants=wants, idle_since=pool.now))
    return pool


def host_of(pool: SimulatedPool) -> Host:
    return pool.hosts[0]


def test_an_app_that_computes_gives_way_within_half_a_second():
    spinner = app(1.0)
    Machine(1, [spinner]).run(0.5)
    assert host_of(spinner).heavy


def test_neighbours_of_a_spinner_have_nearly_all_of_the_processor():
    spinner, neighbour = app(1.0), app(0.9)
    calls = busy_with_short_calls(neighbour)
    Machine(1, [spinner, neighbour]).run(60.0, calls)
    assert not host_of(neighbour).heavy
    assert host_of(neighbour).had >= 0.95 * 0.9 * 60.0


def busy_with_short_calls(*pools: SimulatedPool) -> Callable[[], None]:
    """Each of their hosts begins 500 calls a second."""

    def each() -> None:
        for pool in pools:
            host_of(pool).calls += int(500 * TICK)

    return each


@pytest.mark.parametrize("node", [0.0, 1.0, 5.0])
def test_a_flood_of_short_calls_beside_a_busy_node_never_gives_way(node: float):
    flood = app(1.0)
    heavy: list[bool] = []

    def each() -> None:
        heavy.append(host_of(flood).heavy)
        host_of(flood).calls += int(500 * TICK)

    Machine(1, [flood], node=node).run(60.0, each)
    assert not any(heavy)


@pytest.mark.parametrize("cores", [1, 2])
def test_a_heavy_app_beside_a_node_that_wants_all_has_a_turn_every_three_seconds(cores: int):
    spinner = app(1.0)
    machine = Machine(cores, [spinner, *(app(1.0) for _ in range(2 * cores))], node=1.0)
    others = busy_with_short_calls(*machine.pools[1:])
    machine.run(2.0, others)
    for _ in range(30):
        before = host_of(spinner).had
        machine.run(3.0, others)
        assert host_of(spinner).had - before > 0.01


def test_what_a_starving_app_is_given_costs_its_neighbours_little():
    spinner, neighbour = app(1.0), app(1.0)
    Machine(1, [spinner, neighbour]).run(60.0, busy_with_short_calls(neighbour))
    assert host_of(neighbour).had >= 0.85 * 60.0


def test_an_app_that_has_a_little_of_the_processor_is_not_let_go_before_others():
    """The kernel counts in turns of 10 ms, so that from look to look it seems to have had nothing."""
    spinner, neighbour = app(1.0), app(0.97)
    lifted: list[bool] = []
    machine = Machine(1, [spinner, neighbour])
    calls = busy_with_short_calls(neighbour)
    machine.run(1.0, calls)

    def each() -> None:
        lifted.append(not host_of(spinner).heavy)
        calls()

    machine.run(3.0, each)
    assert not any(lifted)


def test_a_starving_app_changes_its_rank_twice_in_a_second_and_no_more():
    spinner = app(1.0)
    Machine(1, [spinner, app(1.0)], node=5.0).run(60.0)
    assert len(spinner.did(Rank)) <= 2 * 60


def test_who_wants_nothing_is_not_let_go_before_others():
    spinner = app(1.0)
    machine = Machine(1, [spinner])
    machine.run(1.0)
    host_of(spinner).wants, host_of(spinner).worker.in_flight = 0.0, 0
    machine.run(1.5)
    assert host_of(spinner).heavy


def calm_after(seconds: float) -> float:
    """Seconds for which an app gives way after it has computed for so long."""
    spinner = app(1.0)
    machine = Machine(1, [spinner])
    machine.run(seconds)
    host = host_of(spinner)
    host.wants, host.worker.in_flight = 0.0, 0
    began = spinner.now
    while host.heavy:
        machine.run(0.5)
        host.idle_since = spinner.now  # or it would be let go
    return spinner.now - began


def test_an_app_is_forgiven_later_the_more_it_has_computed_and_within_a_minute():
    waits = [calm_after(seconds) for seconds in (0.5, 1.0, 2.0, 10.0)]
    assert waits == sorted(waits)
    assert 5.0 <= waits[0] <= 20.0
    assert 55.0 <= waits[-1] <= 64.0


def test_one_long_call_is_forgiven_within_ten_seconds():
    pool = app(0.2)
    machine = Machine(1, [pool])
    machine.run(0.5)
    assert host_of(pool).heavy
    host_of(pool).wants, host_of(pool).worker.in_flight = 0.0, 0
    machine.run(10.0)
    assert not pool.hosts or not host_of(pool).heavy


def test_what_a_host_computes_while_it_starts_is_not_held_against_it():
    pool = SimulatedPool(lambda host: "hangs")
    pool.grow()
    machine = Machine(1, [pool])
    host_of(pool).wants = 1.0
    machine.run(3.0)
    assert not host_of(pool).heavy


def test_a_further_host_of_a_heavy_app_gives_way_as_soon_as_it_is_ready():
    pool = app(1.0)
    Machine(1, [pool]).run(1.0)
    other = ready()
    pool.hosts.append(other)
    pool.perform(pool.supervisor.on_ready(other))
    assert other.heavy


def heavy_with_a_late_call() -> tuple[SimulatedPool, Machine, Host]:
    """An app that computes without end, its machine after a second, and its host, which heeds no cancellation."""
    pool = app(1.0)
    machine = Machine(1, [pool])
    machine.run(1.0)
    host = host_of(pool)
    host.worker.heeds = False
    host.worker.cancel(pool.now)
    return pool, machine, host


def test_while_a_call_of_a_heavy_app_is_late_its_host_is_an_ordinary_one():
    _, machine, host = heavy_with_a_late_call()
    ranks = []
    machine.run(0.3, lambda: ranks.append(host.heavy))
    assert (ranks[:3], host.heavy) == ([True] * 3, False), "not before it is late by 0.2 seconds"
    host.worker.late.clear()
    machine.run(0.1)
    assert host.heavy


def test_a_host_that_is_gone_is_remembered_by_nothing():
    pool, machine, host = heavy_with_a_late_call()
    machine.run(1.0)
    assert host not in pool.hosts
    machine.run(3.0)
    monitor = pool.supervisor.usage
    assert not any(host in held for held in (monitor._seen, monitor._fed, monitor._starving, monitor._lifted))


def looks(pool: SimulatedPool, seconds: float) -> list[float]:
    """When it is looked at what its hosts use."""
    at: list[float] = []
    for _ in range(round(seconds / TICK)):
        pool.now += TICK
        if pool.supervisor.usage.is_due(pool.hosts, pool.now):
            at.append(pool.now)
            pool.supervisor.usage.look({host: host.usage for host in pool.hosts}, pool.now)
    return at


def test_a_host_that_does_nothing_is_looked_at_less_and_less_but_never_forgotten():
    at = looks(app(0.0, in_flight=0), 120.0)
    pauses = [later - sooner for sooner, later in pairwise(at)]
    assert pauses[0] < pauses[-1] <= 8.1
    assert len(at) < 20


def test_a_host_in_which_something_runs_is_looked_at_as_before():
    pool = app(0.0, in_flight=0)
    looks(pool, 120.0)
    host_of(pool).usage = host_of(pool).usage._replace(cpu=1.0)
    first, second, *_ = looks(pool, 20.0)
    assert second - first < 2.1


def test_a_call_ends_the_long_pause_at_once():
    pool = app(0.0, in_flight=0)
    looks(pool, 120.0)
    host_of(pool).worker.in_flight = 1
    assert len(looks(pool, 1.0)) >= 2
